//! Changes how a name is resolved.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::behaviour::dns::DnsFault;
use crate::forecast::Announced;
use crate::forecast::Kind;
use crate::forecast::word;
use crate::name::HostLabel;
use crate::quantity::Span;
use crate::text::Text;
use crate::verb::Burden;
use crate::verb::Channel;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Verb;

/// Changes how a name is resolved.
///
/// A connection to a literal address in `answers` or `hints` is attributed to that name's host. In the sandbox every
/// address is this machine, with a few exceptions. The addresses of 45.45.99.0/24 and 10.99.99.0/24 never answer a
/// connection attempt. There is no route to those of 45.45.98.0/24 and 2600:1f18:ffff::/48. At port 8445, 10.0.0.1 and
/// fd00::1 accept connections, and all other addresses refuse them. The link-local address of this machine is fe80::1.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Resolve {
    /// The host whose name it is. Default: `docs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub name: Option<HostLabel>,
    /// How long the records may be kept. Default: `0s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<Span>,
    /// The addresses: literal ones, `@docs` for both addresses of that host, `@docs.v4` or `@docs.v6` for one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// The name that this one is an alias of (CNAME). `@other` is the bare name of that host here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<Text>,
    /// Addresses that an HTTPS record of the name hints at (RFC 9460 section 7.3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<IpAddr>,
    /// How the lookup fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail: Option<DnsFault>,
    /// How long each answer is held back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Span>,
    /// Answers that change with the number of queries: `[{ until = 1, answers = ["@docs"] }, { answers = ["10.0.0.1"]
    /// }]`. The queries of each record type are counted separately.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<ResolveTurn>,
}

/// One turn of answers that change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ResolveTurn {
    /// The last query of each record type that this turn answers, counted from 1. The last turn has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<u32>,
    /// The addresses, as in Resolve.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// The name that this one is an alias of, as in Resolve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<Text>,
    /// How the lookup fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail: Option<DnsFault>,
    /// How long the answer is held back. Default: the `delay` of the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Span>,
}

impl Resolve {
    /// All answers, of whatever turn.
    fn all_answers(&self) -> impl Iterator<Item = &String> {
        let turns = self.turns.iter().flat_map(|turn| &turn.answers);
        self.answers.iter().chain(turns)
    }

    fn failures(&self) -> impl Iterator<Item = DnsFault> {
        self.turns.iter().filter_map(|turn| turn.fail).chain(self.fail)
    }

    fn delays(&self) -> impl Iterator<Item = Span> {
        self.turns.iter().filter_map(|turn| turn.delay).chain(self.delay)
    }

    fn aliases(&self) -> impl Iterator<Item = &Text> {
        self.alias
            .iter()
            .chain(self.turns.iter().filter_map(|turn| turn.alias.as_ref()))
    }
}

impl Verb for Resolve {
    fn neutral(&self) -> Option<Self> {
        None
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        to.host(self.name.as_ref());
        to.sent.extend(self.aliases());
        to.answers.extend(self.all_answers().map(String::as_str));
    }

    fn success(&self) -> Option<Success> {
        None
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        Vec::new()
    }

    fn addresses(&self) -> Vec<IpAddr> {
        let literal = self.all_answers().filter_map(|answer| answer.parse().ok());
        literal.chain(self.hints.iter().copied()).collect()
    }

    fn changes(&self) -> Option<&'static str> {
        Some("the answers for a name change")
    }

    fn burden(&self) -> Burden {
        // Nobody answers a query whose answer has another identifier.
        let is_silent = |fail| matches!(fail, DnsFault::Silence | DnsFault::WrongId);
        match self.delays().next().is_some() || self.failures().any(is_silent) {
            true => Burden::Resolver,
            false if self.fail.is_some() => Burden::Holding,
            false => Burden::Quick,
        }
    }

    fn stalls(&self) -> bool {
        self.failures().any(|fail| fail == DnsFault::Silence)
    }

    fn needs_names(&self) -> bool {
        true
    }

    fn announces(&self, to: &mut Announced) {
        to.add("lookups that fail", self.failures().map(|fail| word(&fail)));
        let given = self.all_answers().filter(|answer| !answer.starts_with('@'));
        to.add("names that lead to given addresses", given.cloned());
        to.add(
            "lookups that are held back",
            self.delays().map(|delay| delay.to_string()),
        );
        to.add(
            "aliases",
            self.aliases().map(|_| "another host of the run".to_owned()),
        );
    }
}
