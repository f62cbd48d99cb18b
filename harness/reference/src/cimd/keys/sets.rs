//! The keys of a client, in its document or at its `jwks_uri`.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use crate::cimd::cache::lifetime;
use crate::cimd::document::rules::KeySource;
use crate::cimd::documents::DOCUMENT;
use crate::cimd::documents::Documents;
use crate::cimd::fetch::guarded::Errand;
use crate::cimd::fetch::guarded::Fetched;
use crate::cimd::identifier::parse;
use crate::cimd::keys::jwk::acceptable;
use crate::cimd::refusal::Refusal;
use crate::policy::CachePolicy;

/// The sets that may be kept, by their URL.
pub(crate) type KeptSets = HashMap<String, KeptSet>;

/// A set until its lifetime is over.
#[derive(Debug)]
pub(crate) struct KeptSet {
    set: Value,
    until: Instant,
    /// How often it was looked at again for a key that it lacks.
    looks: u32,
}

/// A key that a kept set lacks may be new; so often in the lifetime of the set somebody can make us look.
const MOST_LOOKS: u32 = 2;
const KEYS_LIMIT: usize = 16 * 1024;
/// A mutant without a limit still does not fill this machine.
const KEYS_LIMIT_OF_MUTANT: usize = 48 * 1024 * 1024;

impl Documents {
    /// The keys of a client; `wanted` is the identifier of the key that is looked for.
    ///
    /// # Errors
    /// [`Refusal`] when the set cannot be fetched or holds what it must not.
    pub async fn keys(
        &self,
        client_id: &str,
        source: &KeySource,
        wanted: Option<&str>,
    ) -> Result<Value, Refusal> {
        let set = match source {
            KeySource::Inline(set) => set.clone(),
            KeySource::Uri(_) if !self.policy.document.jwks_uri_fetched.on() => {
                return Err(Refusal::Document("its keys are not in it".to_owned()));
            }
            KeySource::Uri(uri) => self.keys_at(client_id, uri, wanted).await?,
            KeySource::Both(set, uri) => joined(set, &self.keys_at(client_id, uri, wanted).await?),
        };
        if !self.policy.credentials.certificates_left_alone.on() {
            self.follow_certificates(client_id, &set).await;
        }
        Ok(set)
    }

    async fn keys_at(&self, client_id: &str, uri: &str, wanted: Option<&str>) -> Result<Value, Refusal> {
        if let Some(set) = self.first_set(uri) {
            return Ok(set);
        }
        if let Some(set) = self.kept_set(uri, wanted) {
            return Ok(set);
        }
        let errand = Errand {
            guarded: self.policy.fetch.guard_for_keys.on(),
            limit: match self.policy.credentials.keys_bounded.on() {
                true => KEYS_LIMIT,
                false => KEYS_LIMIT_OF_MUTANT,
            },
            accept: "application/jwk-set+json, application/json",
            challenged: false,
            head: false,
            unless: None,
            redirects: None,
        };
        let destination = parse(&self.policy.url, uri)?;
        let response = self.fetched(client_id, uri, "jwks", destination, errand).await?;
        let set: Value = serde_json::from_slice(&response.body)
            .map_err(|_| Refusal::Document("the JWK Set is not JSON".into()))?;
        acceptable(&self.policy.document, &set)?;
        self.keep_first_set(uri, &set);
        self.keep_set(uri, &set, &response);
        Ok(set)
    }

    /// A set that is fresh, unless it lacks the key that is wanted and may be looked at again.
    fn kept_set(&self, uri: &str, wanted: Option<&str>) -> Option<Value> {
        let mut sets = self.key_sets.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = sets.get_mut(uri).filter(|kept| kept.until > Instant::now())?;
        let has =
            |wanted| keys_of(&kept.set).any(|key| key.get("kid").and_then(Value::as_str) == Some(wanted));
        if wanted.is_none_or(has) {
            return Some(kept.set.clone());
        }
        kept.looks += 1;
        let may_look = kept.looks <= MOST_LOOKS || !self.policy.credentials.looks_bounded.on();
        (!may_look).then(|| kept.set.clone())
    }

    fn keep_set(&self, uri: &str, set: &Value, response: &Fetched) {
        let until = Instant::now() + lifetime(&CachePolicy::default(), response);
        let mut sets = self.key_sets.lock().unwrap_or_else(PoisonError::into_inner);
        sets.retain(|_, kept| kept.until > Instant::now());
        let looks = sets.get(uri).map_or(0, |kept| kept.looks);
        let set = set.clone();
        sets.insert(uri.to_owned(), KeptSet { set, until, looks });
    }

    /// Fetches the certificates that keys link to: the deviation of a mutant.
    async fn follow_certificates(&self, client_id: &str, set: &Value) {
        for uri in keys_of(set).filter_map(|key| key.get("x5u")?.as_str()) {
            if let Ok(destination) = parse(&self.policy.url, uri) {
                let _ = self.fetched(client_id, uri, "x5u", destination, DOCUMENT).await;
            }
        }
    }
}

fn joined(one: &Value, other: &Value) -> Value {
    let keys: Vec<&Value> = keys_of(one).chain(keys_of(other)).collect();
    json!({ "keys": keys })
}

fn keys_of(set: &Value) -> impl Iterator<Item = &Value> {
    set.get("keys").and_then(Value::as_array).into_iter().flatten()
}
