//! Revokes a token (RFC 7009).

use serde::Deserialize;
use serde::Serialize;

use crate::forecast::Kind;
use crate::verb::Channel;
use crate::verb::ClientName;
use crate::verb::OfToken;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Verb;

/// Revokes a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revoke(pub OfToken);

impl Verb for Revoke {
    fn neutral(&self) -> Option<Self> {
        None
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        self.0.refers(to);
    }

    fn acts_as(&mut self) -> Option<&mut Option<ClientName>> {
        Some(&mut self.0.client)
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Status)
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Revoke, 1)]
    }
}
