//! Proof of control: what the operator of a server publishes before it is sent anything hostile.

use std::net::IpAddr;
use std::time::Duration;

use cimdspec_model::profile::Profile;
use hickory_resolver::Resolver;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use url::Url;

use crate::error::DriveError;
use crate::http::answer::Answer;
use crate::http::answer::Lost;
use crate::http::client::Ask;
use crate::http::client::Trust;
use crate::http::client::Wire;
use crate::target::issuer_url::place;
use crate::target::proof::Proof;
use crate::target::proof::Token;
use crate::target::shown::found;

/// Where a token is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    issuer: String,
    file: Url,
    /// The name of the TXT record; an address has none.
    record: Option<String>,
}

const WELL_KNOWN: &str = "/.well-known/cimdspec-authorization";
const LABEL: &str = "_cimdspec";
const LOOK_DEADLINE: Duration = Duration::from_secs(10);

impl Places {
    /// The places of an issuer. The file and the record belong to its whole host; its metadata and its page to the issuer alone,
    /// which may be one tenant of many.
    ///
    /// # Errors
    /// [`DriveError::Issuer`] when it is no server's URL.
    pub fn of(issuer: &str) -> Result<Self, DriveError> {
        let mut file = place(issuer)?;
        let record = file
            .domain()
            .map(|name| format!("{LABEL}.{}", name.trim_end_matches('.')));
        file.set_path(WELL_KNOWN);
        Ok(Self {
            issuer: issuer.to_owned(),
            file,
            record,
        })
    }

    /// The URL of the file.
    pub fn file(&self) -> &str {
        self.file.as_str()
    }

    /// The name of the TXT record, where the issuer has a name.
    pub fn record(&self) -> Option<&str> {
        self.record.as_deref()
    }

    /// Looks for the token: in the file, in the record, in the metadata, on the page. Redirects are not followed: they prove
    /// nothing.
    ///
    /// # Errors
    /// [`DriveError::Unproven`] when it is in none; it says what came back.
    pub async fn find(&self, token: &Token) -> Result<Proof, DriveError> {
        let mut looked = Vec::new();
        let system = Trust {
            pem: "",
            system: true,
        };
        let wire = Wire::new(system, &Profile::default())?;
        match self.in_file(&wire, token).await {
            Ok(proof) => return Ok(proof),
            Err(what) => looked.push(format!("`{}`: {what}", self.file)),
        }
        if let Some(name) = &self.record {
            match in_record(name, token).await {
                Ok(proof) => return Ok(proof),
                Err(what) => looked.push(format!("TXT `{name}`: {what}")),
            }
        }
        match found(&wire, &self.issuer, token).await {
            Ok(proof) => Ok(proof),
            Err(more) => {
                looked.extend(more);
                Err(DriveError::Unproven { looked })
            }
        }
    }

    async fn in_file(&self, wire: &Wire, token: &Token) -> Result<Proof, String> {
        let ask = Ask::get(self.file.clone()).header("accept", "text/plain, */*;q=0.5");
        match wire.send(&ask, LOOK_DEADLINE).await {
            Ok(answer) if answer.status == 200 && token.stands_in(&answer.body) => {
                Ok(Proof::File(self.file.to_string()))
            }
            Ok(answer) => Err(in_words(&answer)),
            Err(Lost::Broken(reason)) => Err(reason),
            Err(Lost::Timeout) => Err(no_answer()),
        }
    }
}

fn in_words(answer: &Answer) -> String {
    match answer.status {
        200 => format!(
            "status 200, and no line of its {} bytes is the token",
            answer.body.len()
        ),
        status @ 300..=399 => format!("status {status}; redirects are not followed"),
        status => format!("status {status}"),
    }
}

async fn in_record(name: &str, token: &Token) -> Result<Proof, String> {
    let whole = format!("{name}.");
    let resolver = Resolver::builder(TokioRuntimeProvider::default())
        .and_then(|builder| builder.build())
        .map_err(|error| error.to_string())?;
    let found = tokio::time::timeout(LOOK_DEADLINE, resolver.txt_lookup(whole))
        .await
        .map_err(|_| no_answer())?
        .map_err(|error| error.to_string())?;
    let texts: Vec<String> = found
        .answers()
        .iter()
        .filter_map(|record| match &record.data {
            RData::TXT(text) => Some(text.txt_data.concat()),
            _ => None,
        })
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    match texts.iter().any(|text| text.trim() == token.record()) {
        true => Ok(Proof::Record(name.to_owned())),
        false => Err(format!("{} texts, none of them the token", texts.len())),
    }
}

fn no_answer() -> String {
    format!("no answer within {} s", LOOK_DEADLINE.as_secs())
}

/// Whether the host of a URL is this machine by its very name; a name that has to be looked up is not.
pub fn is_here(issuer: &str) -> bool {
    let Ok(url) = Url::parse(issuer) else {
        return false;
    };
    match url.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => IpAddr::from(address).to_canonical().is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_belong_to_the_whole_host() {
        let places = Places::of("https://as.example.net:8443/tenant/a").unwrap();
        assert_eq!(
            places.file(),
            "https://as.example.net:8443/.well-known/cimdspec-authorization"
        );
        assert_eq!(places.record(), Some("_cimdspec.as.example.net"));
        assert_eq!(Places::of("https://192.0.2.1").unwrap().record(), None);
    }

    #[test]
    fn only_loopback_is_here() {
        for here in [
            "http://localhost:1",
            "https://as.localhost",
            "http://127.0.0.2",
            "http://[::1]:9/x",
        ] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in [
            "https://as.example.net",
            "https://localhost.example.net",
            "http://10.0.0.1",
            "x",
        ] {
            assert!(!is_here(elsewhere), "{elsewhere}");
        }
    }
}
