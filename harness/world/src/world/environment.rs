//! The environments that a world can be built in, and what their hosts can do.

use super::public::PublicPlan;

/// How a world is built.
#[derive(Debug, Clone)]
pub enum Setting {
    /// On 127.0.0.1.
    Loopback,
    /// Behind a public name.
    Public(PublicPlan),
    /// In a network namespace where every address is ours.
    Sandbox,
}

/// Where the world is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On 127.0.0.1, one path for each host: no names, no special addresses.
    Loopback,
    /// Behind a public name that an operator points at us.
    Public(Reach),
    /// In a network namespace where every address is ours.
    Sandbox,
}

/// What hosts behind a public name can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// How they are told apart.
    pub hosts: HostsBy,
    /// Who ends TLS.
    pub tls: TlsEnd,
    /// Who answers for their names.
    pub names: NamesOf,
}

/// How hosts behind one public name are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostsBy {
    /// Each has a name of its own below the public one.
    Name,
    /// Each has a path of its own.
    Path,
}

/// Who ends TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsEnd {
    /// Something in front of us, which may hold back, complete or repair what we send.
    InFront,
    /// We.
    Ours,
}

/// Who answers for the names of hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamesOf {
    /// The operator's name servers, always the same.
    Operator,
    /// Our name server.
    World,
}

impl Environment {
    /// Its name in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Public(_) => "public",
            Self::Sandbox => "sandbox",
        }
    }
}

impl Setting {
    /// The environment that it makes.
    pub fn environment(&self) -> Environment {
        match self {
            Self::Loopback => Environment::Loopback,
            Self::Public(plan) => Environment::Public(plan.reach()),
            Self::Sandbox => Environment::Sandbox,
        }
    }
}
