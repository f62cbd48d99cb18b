//! What the provider remembers: codes and tokens, and of each only the last ones.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use cimdspec_model::profile::UpstreamKind;
use ring::digest;

/// What a code was given for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) kind: UpstreamKind,
    /// The place of the user among the users.
    pub(super) user: usize,
    pub(super) scope: String,
    pub(super) nonce: Option<String>,
    pub(super) redirect_uri: String,
    /// The challenge, and whether it is a digest of its verifier.
    pub(super) challenge: Option<(String, ChallengeMethod)>,
    /// When it ends, in seconds since 1970.
    pub(super) until: u64,
}

/// What a challenge is of its verifier (RFC 7636 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChallengeMethod {
    Plain,
    S256,
}

/// What is remembered by values that only their owners hold; the oldest is forgotten first.
#[derive(Debug)]
pub(super) struct Kept {
    most: usize,
    by_digest: HashMap<Vec<u8>, Grant>,
    order: VecDeque<Vec<u8>>,
}

impl Kept {
    /// Remembers so many at most.
    pub(super) fn most(most: usize) -> Self {
        Self {
            most,
            by_digest: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    /// Remembers one.
    pub(super) fn put(&mut self, value: &str, grant: Grant) {
        let digest = digest_of(value);
        self.order.push_back(digest.clone());
        self.by_digest.insert(digest, grant);
        while self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_digest.remove(&oldest);
        }
    }

    /// What a value stands for, if that has not ended.
    pub(super) fn known(&self, value: &str) -> Option<Grant> {
        let grant = self.by_digest.get(&digest_of(value))?;
        (grant.until > now()).then(|| grant.clone())
    }

    /// The same; the value stands for nothing from now on.
    pub(super) fn take(&mut self, value: &str) -> Option<Grant> {
        let grant = self.by_digest.remove(&digest_of(value))?;
        (grant.until > now()).then_some(grant)
    }
}

fn digest_of(value: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, value.as_bytes())
        .as_ref()
        .to_owned()
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_and_what_has_ended_is_unknown() {
        let grant = |until| Grant {
            kind: UpstreamKind::Openid,
            user: 0,
            scope: String::new(),
            nonce: None,
            redirect_uri: String::new(),
            challenge: None,
            until,
        };
        let mut kept = Kept::most(2);
        for (value, until) in [("a", u64::MAX), ("b", 0), ("c", u64::MAX)] {
            kept.put(value, grant(until));
        }
        assert_eq!(kept.known("a"), None);
        assert_eq!(kept.known("b"), None);
        assert_eq!(kept.take("c"), Some(grant(u64::MAX)));
        assert_eq!(kept.take("c"), None);
    }
}
