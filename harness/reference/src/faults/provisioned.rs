//! What mutants take from a client that is the server's to say, and what they take its name for.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::policy::ManagementFault;
use crate::policy::Policy;
use crate::policy::RegistrationFault;
use crate::server::state::State;
use crate::server::store::Registered;

/// By what servers mark clients whose users they do not ask, with the value that does.
const UNASKED: [(&str, bool); 11] = [
    ("auto_approve", true),
    ("autoapprove", true),
    ("consent_required", false),
    ("first_party", true),
    ("implied_consent", true),
    ("internal", true),
    ("is_first_party", true),
    ("is_trusted", true),
    ("require_consent", false),
    ("skip_consent", true),
    ("trusted", true),
];
/// By what servers keep for each client how many seconds its access tokens live.
const LIFETIMES: [&str; 6] = [
    "access_token_lifespan",
    "access_token_lifetime",
    "access_token_ttl",
    "access_token_validity",
    "expires_in",
    "token_lifetime",
];
/// By what servers keep for each client whom its access tokens are for.
const AUDIENCES: [&str; 5] = [
    "access_token_audience",
    "allowed_audiences",
    "audience",
    "audiences",
    "default_audience",
];
/// What a mutant tells of itself, and takes from a client.
const PROVISIONED: &str = "access_token_lifetime";
/// What it is where nobody said another.
const PROVISIONED_SECONDS: u64 = 3600;

/// Keeps the members that a mutant takes and does not tell.
pub(crate) fn kept_silently(policy: &Policy, sent: &Map<String, Value>, metadata: &mut Map<String, Value>) {
    let fault = &policy.registration.fault;
    let is_taken = |name: &str| {
        (is_of_consent(name) && fault.is(RegistrationFault::TakesConsentMembers))
            || (LIFETIMES.contains(&name) && fault.is(RegistrationFault::TakesLifetimes))
            || (AUDIENCES.contains(&name) && fault.is(RegistrationFault::TakesAudiences))
    };
    let taken = sent.iter().filter(|(name, _)| is_taken(name));
    metadata.extend(taken.map(|(name, value)| (name.clone(), value.clone())));
}

/// Keeps of an update what a mutant tells of itself and takes from it.
pub(crate) fn keep_of_update(policy: &Policy, sent: &Map<String, Value>, metadata: &mut Map<String, Value>) {
    if let Some(lifetime) = sent.get(PROVISIONED)
        && policy.management.fault.is(ManagementFault::TakesProvisioned)
    {
        metadata.insert(PROVISIONED.to_owned(), lifetime.clone());
    }
}

/// Leaves out of an answer what is kept silently.
pub(crate) fn told_aloud(policy: &Policy, told: &mut Map<String, Value>) {
    let fault = &policy.registration.fault;
    told.retain(|name, _| {
        let is_silent = (is_of_consent(name) && fault.is(RegistrationFault::TakesConsentMembers))
            || (LIFETIMES.contains(&name.as_str()) && fault.is(RegistrationFault::TakesLifetimes))
            || (AUDIENCES.contains(&name.as_str()) && fault.is(RegistrationFault::TakesAudiences));
        !is_silent
    });
}

/// Whether the client said of itself that nobody need be asked.
pub(crate) fn decides_itself(state: &State, client_id: &str) -> bool {
    let said = |client: Registered| {
        let mut members = UNASKED.iter();
        members.any(|(name, value)| client.metadata.get(*name) == Some(&Value::Bool(*value)))
    };
    state.store.client(client_id).is_some_and(said)
        && state
            .policy
            .registration
            .fault
            .is(RegistrationFault::TakesConsentMembers)
}

/// The lifetime that the client said of its access tokens.
pub(crate) fn chosen_lifetime(state: &State, client_id: &str) -> Option<u64> {
    let client = state.store.client(client_id)?;
    let mut names = LIFETIMES.iter();
    let chosen = names.find_map(|name| client.metadata.get(*name)?.as_u64())?;
    state
        .policy
        .registration
        .fault
        .is(RegistrationFault::TakesLifetimes)
        .then_some(chosen)
}

/// Whom the client said that its access tokens are for.
pub(crate) fn chosen_audience(state: &State, client_id: &str) -> Option<Value> {
    let client = state.store.client(client_id)?;
    let mut names = AUDIENCES.iter();
    let chosen = names.find_map(|name| client.metadata.get(*name).cloned())?;
    let fault = &state.policy.registration.fault;
    fault.is(RegistrationFault::TakesAudiences).then_some(chosen)
}

fn is_of_consent(name: &str) -> bool {
    UNASKED.iter().any(|(known, _)| *known == name)
}

/// Tells the lifetime of tokens, as a registration or an update said it.
pub(crate) fn tell_provisioned(
    policy: &Policy,
    sent: Option<&Map<String, Value>>,
    told: &mut Map<String, Value>,
) {
    let by_registration = policy.registration.fault.is(RegistrationFault::TakesProvisioned);
    if by_registration || policy.management.fault.is(ManagementFault::TakesProvisioned) {
        let lifetime = sent.and_then(|sent| sent.get(PROVISIONED).cloned());
        told.insert(
            PROVISIONED.to_owned(),
            lifetime.unwrap_or(json!(PROVISIONED_SECONDS)),
        );
    }
}

/// The client that a mutant takes a registration for: that with the same software identifier.
pub(crate) fn taken_over(state: &State, metadata: &Map<String, Value>) -> Option<String> {
    let software = metadata.get("software_id")?.as_str()?;
    match state.policy.registration.fault.is(RegistrationFault::TakesOver) {
        true => state.store.client_of_software(software),
        false => None,
    }
}

/// The name of a registered client as a hurried user reads it: without case, spaces and characters without width, and
/// with its letters composed.
pub(crate) fn name_as_read(state: &State, client_id: &str) -> Option<String> {
    let client = state.store.client(client_id)?;
    let name = client.metadata.get("client_name")?.as_str()?;
    let joined: String = name.split_whitespace().collect();
    Some(url::quirks::domain_to_unicode(&joined))
}
