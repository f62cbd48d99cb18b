//! Requests that wait for consent, and codes that wait for their client.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;

/// A request that was found right.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) state: Option<String>,
    /// The session that it is the only pending request of.
    pub(crate) session: Option<String>,
}

/// What is pending, by a random text that its owner holds.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    waiting: Mutex<HashMap<String, Asked>>,
    codes: Mutex<HashMap<String, Asked>>,
}

impl Grants {
    /// Keeps a request until its user decides.
    pub(crate) fn wait(&self, asked: Asked) -> String {
        if asked.session.is_some() {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.retain(|_, other| other.session != asked.session);
        }
        put(&self.waiting, asked)
    }

    /// A request that still waits.
    pub(crate) fn waiting(&self, key: &str) -> Option<Asked> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.get(key).cloned()
    }

    /// The request that a user decided about.
    pub(crate) fn decided(&self, key: &str) -> Option<Asked> {
        take(&self.waiting, key)
    }

    /// Makes a code.
    pub(crate) fn code(&self, asked: Asked) -> String {
        put(&self.codes, asked)
    }

    /// The request of a code, again and again.
    pub(crate) fn known(&self, code: &str) -> Option<Asked> {
        let codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.get(code).cloned()
    }

    /// The request of a code, once.
    pub(crate) fn redeemed(&self, code: &str) -> Option<Asked> {
        take(&self.codes, code)
    }
}

/// A text that nobody can guess.
pub(crate) fn random() -> String {
    let mut bytes = [0; 24];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => URL_SAFE_NO_PAD.encode(bytes),
        // Without randomness nothing may be handed out.
        Err(_) => std::process::exit(70),
    }
}

/// The S256 challenge of a verifier (RFC 7636 section 4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

fn put(place: &Mutex<HashMap<String, Asked>>, asked: Asked) -> String {
    let key = random();
    let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
    place.insert(key.clone(), asked);
    key
}

fn take(place: &Mutex<HashMap<String, Asked>>, key: &str) -> Option<Asked> {
    place.lock().unwrap_or_else(PoisonError::into_inner).remove(key)
}
