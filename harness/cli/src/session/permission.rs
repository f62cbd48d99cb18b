//! Care for other people's servers: who is not on this machine is sent hostile requests only with the operator's word
//! and a proof of control.

use std::fs;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::io::Write;
use std::net::ToSocketAddrs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_drive::Places;
use cimdspec_drive::Proof;
use cimdspec_drive::Token;
use cimdspec_drive::is_here;
use cimdspec_model::profile::Pace;

use crate::args::arguments::RunArguments;
use crate::args::environment::EnvironmentName;
use crate::command::trust;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;

/// How fast a server of somebody else is asked when its profile says nothing.
const PER_SECOND: u32 = 5;
const AT_ONCE: usize = 4;
/// The same for a server that others use, too.
const POLITELY_PER_SECOND: u32 = 2;
const POLITELY_AT_ONCE: usize = 2;
const FOLDER: &str = "authorization";
const PORT: u16 = 443;

/// What is published to prove that an issuer is the operator's.
pub(crate) struct Permission {
    issuer: String,
    places: Places,
    token: Token,
    kept: PathBuf,
}

impl Permission {
    /// The permission for an issuer; its token is made at the first time and kept.
    pub(crate) fn of(issuer: &str) -> Result<Self, Stop> {
        let places = Places::of(issuer).map_err(|error| Stop::new(Exit::Usage, error))?;
        let folder = trust::state_folder()?.join(FOLDER);
        let kept = folder.join(file_name(issuer));
        let token = kept_token(&folder, &kept)?;
        Ok(Self {
            issuer: issuer.to_owned(),
            places,
            token,
            kept,
        })
    }

    /// What to do, step by step, when the operator's word is missing.
    fn wordless(&self) -> Stop {
        let told = format!(
            "`{}` is not on this machine: hostile requests are sent to it only by whoever controls it\n\
             hint: see what would be sent by `--dry-run`; {}\nand add `--authorized`",
            self.issuer,
            self.publish()
        );
        Stop::new(Exit::Usage, told)
    }

    /// Looks for the proof.
    pub(crate) async fn proven(&self) -> Result<(), Stop> {
        let proof = self.places.find(&self.token).await.map_err(|error| {
            let told = format!("{error}\nhint: {}", self.publish());
            Stop::new(Exit::Environment, told)
        })?;
        let place = match proof {
            Proof::File(url) => url,
            Proof::Member { at, member } => format!("{at}, in `{member}`"),
            Proof::Page(url) => format!("the page of {url}"),
            Proof::Record(name) => format!("TXT {name}"),
        };
        say(&format!("  the server is yours: the token stands at {place}"));
        Ok(())
    }

    fn publish(&self) -> String {
        let token = self.token.as_str();
        let record = self.places.record().map_or(String::new(), |name| {
            format!(
                "\n  or as TXT record of\n    {name}\n  this text:\n    {}",
                self.token.record()
            )
        });
        format!(
            "publish on a line of its own at\n    {}\n  this token:\n    {token}{record}\n  or, as the administrator of a tenant, put the \
             token where its metadata shows it, as a scope or any other value, or on the page of\n  its authorization endpoint, such as the \
             name of the tenant\n  (the token of this issuer is kept in {})",
            self.places.file(),
            self.kept.display()
        )
    }
}

/// The permission that a run needs, if it needs one; without the operator's word it ends here.
///
/// What is in the sandbox cannot be another's, and what we start ourselves is not.
pub(crate) fn wanted(
    arguments: &RunArguments,
    environment: EnvironmentName,
    pace: &mut Pace,
) -> Result<Option<Permission>, Stop> {
    let Some(issuer) = &arguments.issuer else {
        return Ok(None);
    };
    match environment {
        EnvironmentName::Sandbox => return Ok(None),
        EnvironmentName::Loopback if place_of(issuer, arguments) == EnvironmentName::Loopback => {
            return Ok(None);
        }
        EnvironmentName::Loopback => {
            let told = format!(
                "`{issuer}` is not on this machine, so hosts on 127.0.0.1 are not ours there\nhint: use `--env public` with \
                 `--public-url`, or `[public]` in its profile"
            );
            return Err(Stop::new(Exit::Usage, told));
        }
        EnvironmentName::Public if is_here(issuer) => return Ok(None),
        EnvironmentName::Public => {}
    }
    gentle(pace);
    if arguments.dry_run {
        return Ok(None);
    }
    let permission = Permission::of(issuer)?;
    match arguments.authorized {
        true => Ok(Some(permission)),
        false => Err(permission.wordless()),
    }
}

/// The environment for a server that is there already.
///
/// A name is not looked up for a run that sends nothing: who asked for loopback is believed then.
pub(crate) fn place_of(issuer: &str, arguments: &RunArguments) -> EnvironmentName {
    let is_believed = arguments.dry_run && arguments.env == Some(EnvironmentName::Loopback);
    let is_looked_up = !arguments.dry_run && is_on_this_machine(issuer);
    match is_believed || is_here(issuer) || is_looked_up {
        true => EnvironmentName::Loopback,
        false => EnvironmentName::Public,
    }
}

/// Whether a server is on this machine: by its very name, or because its name leads to loopback addresses only.
pub(crate) fn is_on_this_machine(issuer: &str) -> bool {
    if is_here(issuer) {
        return true;
    }
    let after_scheme = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    match (host, PORT).to_socket_addrs() {
        Ok(mut addresses) => {
            let first = addresses.next();
            let mut all = first.into_iter().chain(addresses);
            first.is_some() && all.all(|address| address.ip().to_canonical().is_loopback())
        }
        Err(_) => false,
    }
}

/// The pace for somebody else's server: the profile's, and a gentle one where it says nothing.
pub(crate) fn gentle(pace: &mut Pace) {
    let (per_second, at_once) = match pace.polite {
        true => (POLITELY_PER_SECOND, POLITELY_AT_ONCE),
        false => (PER_SECOND, AT_ONCE),
    };
    pace.per_second.get_or_insert(per_second);
    pace.at_once.get_or_insert(at_once);
}

/// Takes over that the run is to be polite: its pace is gentle wherever the server is.
pub(crate) fn politely(arguments: &RunArguments, pace: &mut Pace) -> Result<(), Stop> {
    pace.polite |= arguments.polite;
    if pace.polite && arguments.load {
        let told = "a polite run puts no load on the server, and `--load` asks for it\nhint: leave out `--load`, or `--polite` \
                    and `polite` of `[pace]`";
        return Err(Stop::new(Exit::Usage, told));
    }
    if pace.polite {
        gentle(pace);
    }
    Ok(())
}

/// The issuer as the name of a file: no two issuers have the same.
fn file_name(issuer: &str) -> String {
    let mut name = String::new();
    for byte in issuer.trim_end_matches('/').bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => name.push(char::from(byte)),
            byte => name.push_str(&format!("_{byte:02x}")),
        }
    }
    name
}

fn kept_token(folder: &Path, kept: &Path) -> Result<Token, Stop> {
    let failed = |error: &dyn ToString| {
        let told = format!(
            "failed to keep the token `{}`: {}",
            kept.display(),
            error.to_string()
        );
        Stop::new(Exit::Environment, told)
    };
    match fs::read_to_string(kept) {
        Ok(text) => return Token::parse(&text).ok_or_else(|| failed(&"what is in the file is none")),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(&error)),
    }
    fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let token = Token::fresh().map_err(|error| failed(&error))?;
    let opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(kept);
    let mut file = opened.map_err(|error| failed(&error))?;
    file.write_all(format!("{}\n", token.as_str()).as_bytes())
        .map_err(|error| failed(&error))?;
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_for_each_issuer() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(FOLDER);
        let of = |issuer: &str| kept_token(&folder, &folder.join(file_name(issuer))).unwrap();
        let first = of("https://as.example.net");
        assert_eq!(of("https://as.example.net/"), first);
        assert_ne!(of("https://as.example.net/tenant"), first);
        assert_ne!(file_name("https://a_b.test"), file_name("https://a/b.test"));
    }

    #[test]
    fn a_pace_of_the_profile_stays() {
        let mut pace = Pace {
            per_second: Some(50),
            ..Pace::default()
        };
        gentle(&mut pace);
        assert_eq!((pace.per_second, pace.at_once), (Some(50), Some(AT_ONCE)));
    }

    #[test]
    fn a_polite_run_is_slower_and_puts_no_load_on_a_server() {
        let mut arguments = RunArguments {
            polite: true,
            ..RunArguments::default()
        };
        let mut pace = Pace::default();
        assert!(politely(&arguments, &mut pace).is_ok());
        let wanted = (true, Some(POLITELY_PER_SECOND), Some(POLITELY_AT_ONCE));
        assert_eq!((pace.polite, pace.per_second, pace.at_once), wanted);
        arguments.load = true;
        let stop = politely(&arguments, &mut pace).unwrap_err();
        assert_eq!(stop.exit, Exit::Usage);
    }
}
