//! What the planner, the control, the verifier, the estimate and the judge ask of a verb.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use serde_json::Value;

use crate::forecast::Announced;
use crate::forecast::Kind;
use crate::verb::Channel;
use crate::verb::ClientName;
use crate::verb::References;

/// What the planner, the control, the verifier, the estimate and the judge ask of a verb.
///
/// The methods without a default are what a new verb has to answer.
pub trait Verb {
    /// The verb in the paired control: without what makes it differ from the base. `None` leaves the step out.
    fn neutral(&self) -> Option<Self>
    where
        Self: Sized;

    /// Names all that it refers to.
    fn refers<'a>(&'a self, to: &mut References<'a>);

    /// What shows that the target granted it; `None` if it sends no request to the target.
    fn success(&self) -> Option<Success>;

    /// The requests that it sends at most, if those for authorization go by this channel.
    fn requests(&self, channel: Channel) -> Vec<(Kind, usize)>;

    /// What it says that it cannot mean: the member, and why.
    fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// The client as which it makes its request, where it makes one as a client.
    fn acts_as(&mut self) -> Option<&mut Option<ClientName>> {
        None
    }

    /// The members of a document or of a registration that it sets.
    fn members(&self) -> Option<&BTreeMap<String, Value>> {
        None
    }

    /// Literal addresses that lead to a host of the plan by it.
    fn addresses(&self) -> Vec<IpAddr> {
        Vec::new()
    }

    /// What it changes of the world, in words: then the order of events is evidence.
    fn changes(&self) -> Option<&'static str> {
        None
    }

    /// What it does to other cases that run beside its own.
    fn burden(&self) -> Burden {
        Burden::Quick
    }

    /// How many requests it has open together.
    fn at_once(&self) -> usize {
        1
    }

    /// How long it waits.
    fn waits(&self) -> Duration {
        Duration::ZERO
    }

    /// Whether the target waits for something that does not come, or comes slowly.
    fn stalls(&self) -> bool {
        false
    }

    /// Whether it needs names and certificates, which only the sandbox has for every host.
    fn needs_names(&self) -> bool {
        false
    }

    /// Adds what it does to the target that a friendly client would not.
    fn announces(&self, _to: &mut Announced) {}
}

/// What shows that the target granted a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Success {
    /// The answer says that the token is active.
    ActiveToken,
    /// The user agent came where a right request leads.
    Browser,
    /// The answer has this member.
    Member(&'static str),
    /// The user agent was sent away.
    SentAway,
    /// The answer has a status between 200 and 299.
    Status,
}

/// What a step does to other cases that run beside its own, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Burden {
    /// It asks and is answered.
    Quick,
    /// It holds a connection, or waits.
    Holding,
    /// It holds connections and looks at what that does to others.
    Crowding,
    /// It holds a lookup: many a server has few threads for all of them.
    Resolver,
}
