//! What a registered client is told: its identifier, its secret, its token and when they end.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::faults::parts::short;
use crate::policy::ManagementFault;
use crate::policy::RegistrationFault;
use crate::server::state::State;
use crate::server::state::hash;
use crate::server::store::Registered;

/// How long a secret lives.
const SECRET_SECONDS: u64 = 90 * 24 * 3600;
/// How many characters of a secret a mutant gives out: 48 bits.
const SHORT_SECRET: usize = 8;
/// How many characters of a registration token are enough for a mutant.
const TOKEN_PREFIX: usize = 21;
/// What a mutant counts with.
static COUNTED: AtomicU64 = AtomicU64::new(1_000);

/// A fresh secret; a mutant takes that of a statement, or a short one.
pub(crate) fn new_secret(state: &State, sent: &Map<String, Value>) -> String {
    let claimed = sent.get("client_secret").and_then(Value::as_str);
    let fault = state.policy.registration.fault.among([
        RegistrationFault::StatementBelieved,
        RegistrationFault::ChosenSecret,
        RegistrationFault::SameSecret,
        RegistrationFault::ShortSecrets,
    ]);
    match (fault, claimed) {
        (Some(RegistrationFault::StatementBelieved | RegistrationFault::ChosenSecret), Some(claimed)) => {
            claimed.to_owned()
        }
        (Some(RegistrationFault::SameSecret), _) => hash("the secret of all clients"),
        (Some(RegistrationFault::ShortSecrets), _) => state.random().chars().take(SHORT_SECRET).collect(),
        _ => state.random(),
    }
}

/// By what a mutant finds the identifier of a client that is gone.
pub(crate) fn freed_as(metadata: &Map<String, Value>) -> String {
    metadata
        .get("redirect_uris")
        .map(Value::to_string)
        .unwrap_or_default()
}

/// The next of a counter: what a mutant gives.
pub(crate) fn counted(what: &str) -> String {
    format!("{what}-{:012}", COUNTED.fetch_add(1, Ordering::Relaxed))
}

/// As much of a registration token as is compared.
pub(crate) fn kept_of<'a>(state: &State, token: &'a str) -> &'a str {
    let fault = &state.policy.management.fault;
    match fault.among([ManagementFault::TokenPrefix, ManagementFault::TokenOfParts]) {
        Some(ManagementFault::TokenPrefix) => token.get(..TOKEN_PREFIX).unwrap_or(token),
        Some(ManagementFault::TokenOfParts) => token.split('.').next().unwrap_or(token),
        _ => token,
    }
}

/// The registration token, with whose it is behind it where a mutant puts it together.
pub(crate) fn token_of_parts(state: &State, id: &str, token: String) -> String {
    match state.policy.management.fault.is(ManagementFault::TokenOfParts) {
        true => format!("{token}.{}", short(id)),
        false => token,
    }
}

/// When the secret of a client expires; `None` for never.
pub(crate) fn secret_expiry(state: &State, client: &Registered) -> Option<u64> {
    match state.policy.registration.fault.among([
        RegistrationFault::SecretNeverExpires,
        RegistrationFault::ExpiredSecretWorks,
    ]) {
        Some(RegistrationFault::SecretNeverExpires) => None,
        Some(RegistrationFault::ExpiredSecretWorks) => Some(client.issued + 1),
        _ => Some(client.issued + SECRET_SECONDS),
    }
}

/// The client information response (RFC 7591 section 3.2.1, RFC 7592 section 3).
pub(crate) fn information(
    state: &State,
    client: &Registered,
    mut told: Map<String, Value>,
    secret: Option<String>,
) -> Value {
    let fault = &state.policy.registration.fault;
    told.insert("client_id".to_owned(), json!(client.id));
    told.insert("client_id_issued_at".to_owned(), json!(client.issued));
    let path = client.id.replace("https://clients.example.com/", "");
    told.insert(
        "registration_client_uri".to_owned(),
        json!(match fault.is(RegistrationFault::RelativePlace) {
            true => format!("/register/{path}"),
            false => state.url(&format!("/register/{path}")),
        }),
    );
    if let Some(secret) = secret {
        told.insert("client_secret".to_owned(), json!(secret));
    }
    if (told.contains_key("client_secret") || client.secret_hash.is_some())
        && state.policy.registration.secret_expiry.on()
    {
        let expires = match fault.is(RegistrationFault::SecretExpiredAtBirth) {
            true => client.issued.saturating_sub(60),
            false => secret_expiry(state, client).unwrap_or(0),
        };
        told.insert("client_secret_expires_at".to_owned(), json!(expires));
    }
    Value::Object(told)
}
