//! Where else than at the target its users log in.

use std::fmt;

/// Who logs the target's users in, by its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LoginElsewhere {
    /// A login application of the target's own: it asks as the target would.
    Application(String),
    /// An identity provider of ours: it logs users in without a page.
    Provider(String),
}

impl fmt::Display for LoginElsewhere {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Application(origin) => write!(out, "the login application `{origin}`"),
            Self::Provider(origin) => write!(out, "the upstream identity provider `{origin}`"),
        }
    }
}
