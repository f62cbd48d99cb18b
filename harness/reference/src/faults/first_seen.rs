//! What a server saw of a client first: mutants hold on to it.

use std::collections::HashMap;
use std::sync::PoisonError;

use crate::cimd::document::rules::AuthMethod;
use crate::cimd::document::rules::ClientDocument;
use crate::cimd::document::rules::KeySource;
use crate::cimd::document::rules::read;
use crate::cimd::documents::Documents;
use crate::cimd::fetch::guarded::Fetched;
use crate::cimd::refusal::Refusal;
use serde_json::Value;

/// What was seen first, of each client and of each URL of keys.
#[derive(Debug, Default)]
pub(crate) struct FirstSeen {
    methods: HashMap<String, AuthMethod>,
    keys: HashMap<String, Option<KeySource>>,
    sets: HashMap<String, Value>,
}

impl Documents {
    /// Reads a response as the document of a client.
    pub(crate) fn document_of(&self, client_id: &str, response: &Fetched) -> Result<ClientDocument, Refusal> {
        let policy = &self.policy;
        let rules = &policy.credentials;
        let mut document = read(&policy.document, rules, &policy.redirect, client_id, response)?;
        let id = || client_id.to_owned();
        let mut seen = self.first_seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !rules.method_renewed.on() {
            document.auth = *seen.methods.entry(id()).or_insert(document.auth);
        }
        if !rules.keys_renewed.on() {
            document.keys = seen.keys.entry(id()).or_insert(document.keys).clone();
        }
        Ok(document)
    }

    /// The first set of a URL, with the mutant that fetches it once.
    pub(crate) fn first_set(&self, uri: &str) -> Option<Value> {
        let keeps = !self.policy.credentials.keys_refetched.on();
        let seen = self.first_seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.sets.get(uri).filter(|_| keeps).cloned()
    }

    /// Keeps the first set of a URL, with that mutant.
    pub(crate) fn keep_first_set(&self, uri: &str, set: &Value) {
        if !self.policy.credentials.keys_refetched.on() {
            let mut seen = self.first_seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.sets.entry(uri.to_owned()).or_insert_with(|| set.clone());
        }
    }
}
