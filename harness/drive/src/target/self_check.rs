//! Whether the hosts of a world are found under the names that a target is told: what the target will meet, tried from here.

use std::net::IpAddr;
use std::time::Duration;

use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::Series;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Happening;
use cimdspec_model::profile::Profile;
use cimdspec_world::Environment;
use cimdspec_world::HostAddress;
use cimdspec_world::HostPlan;
use cimdspec_world::NamesOf;
use cimdspec_world::World;
use tokio::net::lookup_host;
use tokio::time::timeout;
use url::Url;

use crate::error::DriveError;
use crate::http::answer::Lost;
use crate::http::client::Ask;
use crate::http::client::Trust;
use crate::http::client::Wire;

/// Why what is sent to the public URL does not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Astray {
    /// The certificate is not one that a server takes for the name.
    Certificate {
        /// The origin that was asked.
        origin: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody else answers.
    Elsewhere {
        /// The origin that was asked.
        origin: String,
        /// Where its name leads.
        addresses: Vec<IpAddr>,
        /// The status of the answer.
        status: u16,
    },
    /// The name cannot be looked up.
    Nameless {
        /// The name.
        name: String,
        /// What the resolver said.
        reason: String,
    },
    /// Nobody answers.
    Silent {
        /// The origin that was asked.
        origin: String,
        /// Where its name leads.
        addresses: Vec<IpAddr>,
        /// What came instead of an answer.
        reason: String,
    },
    /// A name of the zone was looked up, and our name server was not asked.
    Undelegated {
        /// The name.
        name: String,
        /// What the resolver said.
        said: String,
    },
}

const DEADLINE: Duration = Duration::from_secs(10);
const HOST: &str = "home";
const HTTPS: u16 = 443;
/// What rustls says first of a certificate that it does not take.
const BAD_CERTIFICATE: &str = "invalid peer certificate: ";

/// Looks up a name of the world that nobody has seen, by the system's resolver, and asks its host as a target would. `nonce` keeps
/// the name apart from those that a resolver knows already.
///
/// # Errors
/// [`DriveError::Bug`] when no request can be made at all. The inner error says where what was sent went astray.
pub async fn comes_home(world: &World, nonce: &str) -> Result<Result<(), Astray>, DriveError> {
    let bug = |reason: String| DriveError::Bug { reason };
    let system = Trust {
        pem: "",
        system: true,
    };
    let wire = Wire::new(system, &Profile::default())?;
    let label = HostLabel::parse(HOST).map_err(|error| bug(error.to_string()))?;
    let plan = HostPlan {
        label,
        address: HostAddress::Ordinary,
        name: None,
    };
    let case = world.case(CaseId::new(nonce, Series::Home, 0), &[plan]);
    let (name, origin) = match case.facts().pop() {
        Some(fact) => (fact.name, fact.origin),
        None => return Err(bug("the world has no host".to_owned())),
    };
    let url = Url::parse(&format!("{origin}/")).map_err(|error| bug(error.to_string()))?;
    let found = looked_up(&name).await;
    let is_ours = matches!(world.environment(), Environment::Public(reach) if reach.names == NamesOf::World);
    let was_asked = saw(&case.events(), |what| matches!(what, Happening::Lookup { .. }));
    if is_ours && !was_asked {
        case.end().await;
        let said = match found {
            Ok(addresses) => in_words(&addresses),
            Err(reason) => reason,
        };
        return Ok(Err(Astray::Undelegated { name, said }));
    }
    let addresses = match found {
        Ok(addresses) => addresses,
        Err(reason) => {
            case.end().await;
            return Ok(Err(Astray::Nameless { name, reason }));
        }
    };
    let answer = wire.send(&Ask::get(url), DEADLINE).await;
    let came = saw(&case.end().await, |what| {
        matches!(what, Happening::Request { .. })
    });
    Ok(match (came, answer) {
        (true, Ok(_)) => Ok(()),
        (_, Ok(answer)) => Err(Astray::Elsewhere {
            origin,
            addresses,
            status: answer.status,
        }),
        (_, Err(Lost::Broken(why))) => Err(match why.split_once(BAD_CERTIFICATE) {
            Some((_, reason)) => Astray::Certificate {
                origin,
                reason: reason.to_owned(),
            },
            None => Astray::Silent {
                origin,
                addresses,
                reason: why,
            },
        }),
        (_, Err(Lost::Timeout)) => Err(Astray::Silent {
            origin,
            addresses,
            reason: no_answer(),
        }),
    })
}

fn saw(events: &[Event], what: impl Fn(&Happening) -> bool) -> bool {
    events.iter().any(|event| what(&event.what))
}

/// Where the system's resolver says that a name leads.
async fn looked_up(name: &str) -> Result<Vec<IpAddr>, String> {
    let found = timeout(DEADLINE, lookup_host((name, HTTPS))).await;
    let found = found
        .map_err(|_| no_answer())?
        .map_err(|error| error.to_string())?;
    let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    addresses.sort();
    addresses.dedup();
    Ok(addresses)
}

/// Addresses in words.
pub fn in_words(addresses: &[IpAddr]) -> String {
    let words: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    words.join(", ")
}

fn no_answer() -> String {
    format!("no answer within {} s", DEADLINE.as_secs())
}
