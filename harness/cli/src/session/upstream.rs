//! The upstream identity provider of a run, and what the server under test is told of it.

use std::sync::Arc;

use cimdspec_drive::Secrets;
use cimdspec_model::profile::Upstream;
use cimdspec_world::Places;
use cimdspec_world::UpstreamPlan;
use cimdspec_world::World;

use crate::exit::Exit;
use crate::exit::Stop;

const CLIENT: &str = "cimdspec";

/// Puts the provider up for a server at this origin; gives what that has to know, by its names.
pub(crate) fn put_up(
    world: &World,
    upstream: &Upstream,
    client_origin: &str,
    secrets: &Secrets,
) -> Result<Vec<(&'static str, String)>, Stop> {
    let client_id = upstream.client_id.clone().unwrap_or(CLIENT.to_owned());
    let hidden = secrets.clone();
    let plan = UpstreamPlan {
        kinds: upstream.kinds.clone(),
        users: upstream.users.clone(),
        client_id: client_id.clone(),
        client_secret: upstream.client_secret.clone(),
        client_origin: client_origin.to_owned(),
        hide: Arc::new(move |kind, secret| hidden.hide(kind, secret)),
    };
    let put_up = world.upstream(plan);
    let client_secret = put_up.map_err(|error| Stop::new(Exit::Usage, error))?;
    let places = Places::of(upstream.kinds.first().copied().unwrap_or_default());
    let mut given = vec![
        ("issuer", places.issuer.to_owned()),
        ("client_id", client_id),
        ("client_secret", client_secret),
        ("authorization_endpoint", places.authorization.to_owned()),
        ("token_endpoint", places.token.to_owned()),
        ("userinfo_endpoint", places.userinfo.to_owned()),
    ];
    given.extend(places.jwks.map(|jwks| ("jwks_uri", jwks.to_owned())));
    Ok(given)
}

/// The origin of a server that is there already.
pub(crate) fn origin(issuer: &str) -> String {
    issuer.split('/').take(3).collect::<Vec<_>>().join("/")
}
