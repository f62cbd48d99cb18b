//! Asks about a token (RFC 7662).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::forecast::Kind;
use crate::verb::Channel;
use crate::verb::ClientName;
use crate::verb::OfToken;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Verb;

/// Asks about a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Introspect(pub OfToken);

impl Verb for Introspect {
    fn neutral(&self) -> Option<Self> {
        Some(Self(OfToken {
            set: BTreeMap::new(),
            auth: None,
            ..self.0.clone()
        }))
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        self.0.refers(to);
    }

    fn acts_as(&mut self) -> Option<&mut Option<ClientName>> {
        Some(&mut self.0.client)
    }

    fn success(&self) -> Option<Success> {
        Some(Success::ActiveToken)
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Introspect, 1)]
    }
}
