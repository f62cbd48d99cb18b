//! What was found out of a target by trying, because neither its metadata nor its profile tells it.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use cimdspec_judge::Origin;
use cimdspec_model::profile::Policy;
use cimdspec_model::profile::Profile;
use cimdspec_model::verb::Channel;
use serde_json::Value;

/// What the calibration found; every case of the run goes by it.
#[derive(Debug, Default)]
pub(crate) struct Facts(Mutex<Found>);

/// The parts of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// How registered clients authenticate that have a secret as the base describes them.
    pub method: Option<String>,
    /// Whether requests have to be pushed (RFC 9126): only such are granted.
    pub pushed: bool,
    /// Whether the redirect URIs of a document have to be on its own host: only such are taken.
    pub own_redirects: bool,
    /// Parameters of an authorization request that bring a refresh token.
    pub refresh: Vec<(String, String)>,
    /// How registered clients authenticate whose base says that they do not, where such clients get no tokens.
    pub(crate) instead_of_none: Option<String>,
    /// What the target does not have, by what a step would need.
    pub(crate) without: BTreeSet<Lack>,
}

/// The member that says how a client authenticates.
pub(crate) const METHOD: &str = "token_endpoint_auth_method";

/// Something that a step needs, and that a target need not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lack {
    /// Registered clients may not have keys.
    KeysOfRegistered,
    /// A client with a document is unknown until its first authorization request.
    KnownAtOnce,
    /// Nobody is asked to log in.
    Login,
    /// Clients of this origin get no refresh tokens, whatever they ask for.
    RefreshTokens(Origin),
    /// The browser keeps no session.
    Session,
}

impl Lack {
    fn words(self) -> String {
        let words = match self {
            Self::KeysOfRegistered => "registrations with keys are refused",
            Self::KnownAtOnce => "a client with a document is known after an authorization request only",
            Self::Login => "nobody is asked to log in",
            Self::RefreshTokens(origin) => return format!("{} get no refresh tokens", origin.words()),
            Self::Session => "the browser gets no cookie, so that there is no session",
        };
        words.to_owned()
    }
}

impl Facts {
    /// All of it.
    pub(crate) fn found(&self) -> Found {
        self.lock().clone()
    }

    /// From now on registered clients authenticate so, or as the bases say.
    pub(crate) fn authenticate_by(&self, method: Option<String>) {
        self.lock().method = method;
    }

    /// From now on requests are pushed, or are not.
    pub(crate) fn push(&self, pushed: bool) {
        self.lock().pushed = pushed;
    }

    /// From now on redirect URIs are on the host of the document, or are not.
    pub(crate) fn redirect_to_own_host(&self, own: bool) {
        self.lock().own_redirects = own;
    }

    /// From now on requests have these parameters.
    pub(crate) fn ask_with(&self, parameters: Vec<(String, String)>) {
        self.lock().refresh = parameters;
    }

    /// From now on registered clients that would not authenticate do it so.
    pub(crate) fn authenticate_instead_of_not(&self, method: &str) {
        self.lock().instead_of_none = Some(method.to_owned());
    }

    /// The target does not have this; gives it in words.
    pub(crate) fn lacks(&self, lack: Lack) -> String {
        self.lock().without.insert(lack);
        lack.words()
    }

    /// The target has this after all.
    pub(crate) fn has(&self, lack: Lack) {
        self.lock().without.remove(&lack);
    }

    /// Why a step that needs this cannot be made, if the target does not have it.
    pub(crate) fn lacking(&self, lack: Lack) -> Option<String> {
        self.lock().without.contains(&lack).then(|| lack.words())
    }

    fn lock(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Found {
    /// Writes it where an author of a profile would.
    pub fn write_into(&self, profile: &mut Profile) {
        if let Some(method) = &self.method {
            let members = &mut profile.registration;
            members.insert(METHOD.to_owned(), Value::from(method.as_str()));
        }
        if self.pushed {
            profile.request.channel = Channel::Par;
        }
        if self.own_redirects {
            profile.policies.insert(Policy::SameOriginRedirects);
        }
        for (name, value) in &self.refresh {
            match name.as_str() {
                "scope" => profile.request.scope = Some(value.clone()),
                _ => _ = profile.request.set.insert(name.clone(), value.clone()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_stands_where_an_author_would_write_it() {
        let mut profile = Profile::default();
        Found::default().write_into(&mut profile);
        assert_eq!(profile, Profile::default());
        let found = Found {
            method: Some("client_secret_post".to_owned()),
            pushed: true,
            own_redirects: true,
            refresh: vec![("scope".to_owned(), "offline_access".to_owned())],
            ..Found::default()
        };
        found.write_into(&mut profile);
        assert_eq!(profile.registration[METHOD], "client_secret_post");
        assert_eq!(profile.request.channel, Channel::Par);
        assert_eq!(profile.policies, [Policy::SameOriginRedirects].into());
        assert_eq!(profile.request.scope.as_deref(), Some("offline_access"));
    }
}
