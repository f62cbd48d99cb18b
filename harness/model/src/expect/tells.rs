//! What a trait records: nothing is right or wrong.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::expect::Expectation;
use crate::expect::Grounds;
use crate::name::HostLabel;
use crate::name::StepName;
use crate::verdict::Outcome;

/// What a trait records: exactly one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Tells {
    /// How the target answered this step.
    #[schemars(with = "String")]
    Answer(StepName),
    /// Whether this step came to the consent page. It has `until = "consent"`.
    #[schemars(with = "String")]
    Asked(StepName),
    /// A header field of the first request to this host.
    Header(HeaderTold),
    /// A member of the JSON body of a step's last response.
    Member(MemberTold),
    /// How many requests came to this host.
    #[schemars(with = "String")]
    Requests(HostLabel),
    /// How long this step took.
    #[schemars(with = "String")]
    Seconds(StepName),
}

/// A member of the JSON body of a step's last response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberTold {
    /// The step.
    #[schemars(with = "String")]
    pub of: StepName,
    /// The JSON pointer to the member.
    pub at: String,
}

/// A header field of the first request to a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderTold {
    /// The name of the field, in lower case.
    pub name: String,
    /// The host.
    #[schemars(with = "String")]
    pub of: HostLabel,
}

impl Expectation for Tells {
    fn steps(&self) -> Vec<&StepName> {
        match self {
            Self::Answer(of) | Self::Asked(of) | Self::Seconds(of) => vec![of],
            Self::Member(it) => vec![&it.of],
            Self::Header(_) | Self::Requests(_) => Vec::new(),
        }
    }

    fn hosts(&self) -> Vec<String> {
        match self {
            Self::Header(it) => vec![it.of.to_string()],
            Self::Requests(of) => vec![of.to_string()],
            Self::Answer(_) | Self::Asked(_) | Self::Member(_) | Self::Seconds(_) => Vec::new(),
        }
    }

    fn words(&self) -> String {
        "either way".to_owned()
    }

    fn speaks_without_control(&self) -> bool {
        false
    }

    fn grounds(&self, _: &Outcome) -> Grounds<'_> {
        Grounds::despite_failure()
    }

    fn builds_on_steps(&self) -> bool {
        false
    }
}
