//! Whether the hosts of a world are found under the names that a target is told.

use std::time::Duration;

use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::Series;
use cimdspec_model::observation::Happening;
use cimdspec_model::profile::Profile;
use cimdspec_world::HostAddress;
use cimdspec_world::HostPlan;
use cimdspec_world::World;
use url::Url;

use crate::http::answer::Lost;
use crate::http::client::Ask;
use crate::http::client::Trust;
use crate::http::client::Wire;

const DEADLINE: Duration = Duration::from_secs(10);
const HOST: &str = "home";

/// Asks a host of the world by its public URL, as a target would; an error says in words why nothing came to it.
///
/// # Errors
/// A text for people. A network that does not let a machine reach itself by its public name is no proof of anything.
pub async fn comes_home(world: &World) -> Result<(), String> {
    let system = Trust {
        pem: "",
        system: true,
    };
    let wire = Wire::new(system, &Profile::default()).map_err(|error| error.to_string())?;
    let label = HostLabel::parse(HOST).map_err(|error| error.to_string())?;
    let plan = HostPlan {
        label,
        address: HostAddress::Ordinary,
        name: None,
    };
    let case = world.case(CaseId::new(HOST, Series::Home, 0), &[plan]);
    let origin = case.facts().pop().map(|fact| fact.origin).unwrap_or_default();
    let url = Url::parse(&format!("{origin}/")).map_err(|error| error.to_string())?;
    let answer = wire.send(&Ask::get(url), DEADLINE).await;
    let events = case.end().await;
    let came = events
        .iter()
        .any(|event| matches!(event.what, Happening::Request { .. }));
    match (came, answer) {
        (true, Ok(_)) => Ok(()),
        (_, Ok(answer)) => Err(format!("`{origin}` answered {} and is not us", answer.status)),
        (_, Err(Lost::Broken(why))) => Err(format!("`{origin}`: {why}")),
        (_, Err(Lost::Timeout)) => Err(format!("`{origin}`: no answer within {} s", DEADLINE.as_secs())),
    }
}
