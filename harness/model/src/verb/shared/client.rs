//! The client as which a step makes a request.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::name::HostLabel;
use crate::name::NameError;
use crate::name::StepName;

/// A client of a case, as a scenario names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ClientName {
    /// The client whose document this host serves; written `@label`.
    Host(HostLabel),
    /// The client that this step registered.
    Step(StepName),
}

impl TryFrom<String> for ClientName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        match text.strip_prefix('@') {
            Some(label) => HostLabel::parse(label).map(Self::Host),
            None => StepName::parse(&text).map(Self::Step),
        }
    }
}

impl From<ClientName> for String {
    fn from(name: ClientName) -> Self {
        name.to_string()
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(label) => write!(out, "@{label}"),
            Self::Step(step) => step.fmt(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_a_host_or_a_step() {
        let read = |text: &str| ClientName::try_from(text.to_owned());
        assert!(matches!(read("@slow"), Ok(ClientName::Host(_))));
        assert!(matches!(read("reg"), Ok(ClientName::Step(_))));
        assert_eq!(read("@slow").unwrap().to_string(), "@slow");
        assert_eq!(read("@Slow!").unwrap_err().text, "Slow!");
    }
}
