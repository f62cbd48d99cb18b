//! Names: of hosts, steps, cases, clauses and checks, each parsed once into a type that cannot be wrong.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("`{text}` is not a name: use {rule}")]
pub struct NameError {
    /// What was written.
    pub text: String,
    /// What would be right.
    pub rule: &'static str,
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $rule:expr, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// Parses the name.
            ///
            /// # Errors
            /// [`NameError`] when a character is not allowed or the text is empty.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                let allowed: fn(char) -> bool = $allowed;
                let starts = text.chars().next().is_some_and(|first| first.is_ascii_alphanumeric());
                if starts && text.len() <= 200 && text.chars().all(allowed) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NameError { text: text.to_owned(), rule: $rule })
                }
            }

            /// The name as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::parse(&text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0
            }
        }
    };
}

fn lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

name!(
    /// The label of a host inside one scenario, for example `docs`; no two cases share the host behind it.
    HostLabel, "lower-case letters, digits and `-`", lower
);
name!(
    /// The name of a step inside one scenario.
    StepName, "lower-case letters, digits and `-`", lower
);
name!(
    /// The name of a browser inside one scenario.
    SessionName, "lower-case letters, digits and `-`", lower
);
name!(
    /// The id of a check inside one scenario.
    CheckId, "lower-case letters, digits and `-`", lower
);
name!(
    /// The id of a clause: a path of words such as `cimd.document.client-id-matches`.
    ClauseId, "lower-case words joined by `.`", |c| lower(c) || c == '.'
);
name!(
    /// The id of a scenario: its path below `scenarios/` without `.toml`.
    ScenarioId, "the path below scenarios/", |c| lower(c) || c == '/' || c == '_'
);
name!(
    /// The name of a mutant of the reference server.
    MutantName, "lower-case letters, digits and `-`", lower
);

impl ScenarioId {
    /// The folder of the scenario, at most two words of it.
    pub fn family(&self) -> String {
        let words: Vec<&str> = self.0.split('/').collect();
        let folder = words.len().saturating_sub(1).clamp(1, 2);
        words[..folder.min(words.len())].join("/")
    }
}

impl StepName {
    /// A name that stands in the program and not in a file; what cannot be a name is left out of it.
    pub fn constant(name: &'static str) -> Self {
        Self(name.chars().filter(|c| lower(*c)).collect())
    }
}

/// One variant of one scenario: `cimd/ssrf/answers/rebind[inside=10.0.0.7,turn=2]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct VariantId {
    /// The scenario.
    pub scenario: ScenarioId,
    /// The values of its axes, in the order of their names, as slugs.
    pub axes: Vec<(String, String)>,
}

impl VariantId {
    /// The axis of the kinds of clients.
    pub(crate) const CLIENT: &str = "client";

    /// The kind of its client, where its scenario has several.
    pub fn client(&self) -> Option<&str> {
        let kind = self.axes.iter().find(|(axis, _)| axis == Self::CLIENT);
        kind.map(|(_, kind)| kind.as_str())
    }

    /// What people may call it: itself, whatever its kind of client is, or its scenario.
    pub fn names(&self) -> [String; 3] {
        let other = self.axes.iter().filter(|(axis, _)| axis != Self::CLIENT);
        let of_any_client = Self {
            scenario: self.scenario.clone(),
            axes: other.cloned().collect(),
        };
        [
            self.to_string(),
            of_any_client.to_string(),
            self.scenario.to_string(),
        ]
    }
}

impl fmt::Display for VariantId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.scenario)?;
        if self.axes.is_empty() {
            return Ok(());
        }
        let axes: Vec<String> = self
            .axes
            .iter()
            .map(|(axis, slug)| format!("{axis}={slug}"))
            .collect();
        write!(out, "[{}]", axes.join(","))
    }
}

/// Which attempt at a case it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// The first, in the concurrent phase.
    First,
    /// The second, for what did not pass at the first.
    Second,
    /// The third, at a fresh server, for a case during which the server died.
    Third,
    /// An attempt when nothing else is asked.
    Alone,
    /// A second one of that kind, where the first disputed what was seen before.
    AloneAgain,
}

/// The cases of a run that are counted together; each series counts from nought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// Cases.
    Case(Attempt),
    /// Their paired controls.
    Control(Attempt),
    /// Calibration by clients with a document.
    Documents,
    /// Calibration by clients that register.
    Registrations,
    /// Calibration by many clients at once.
    Load,
    /// A user who logs in for a case of its own.
    Sessions,
    /// What failed, once more when nothing else is asked.
    Failures,
    /// The question whether the machine reaches itself by its public name.
    Home,
}

impl Series {
    /// The letter that stands before the number. None is a hexadecimal digit, so that no number runs into it: a server
    /// that meets the host names of one case in another knows the client already.
    fn letter(self) -> char {
        match self {
            Self::Case(Attempt::First) => 'x',
            Self::Case(Attempt::Second) => 'y',
            Self::Case(Attempt::Third) => 'z',
            Self::Case(Attempt::Alone) => 'w',
            Self::Case(Attempt::AloneAgain) => 'o',
            Self::Control(Attempt::First) => 'k',
            Self::Control(Attempt::Second) => 'l',
            Self::Control(Attempt::Third) => 'm',
            Self::Control(Attempt::Alone) => 'n',
            Self::Control(Attempt::AloneAgain) => 'p',
            Self::Sessions => 'q',
            Self::Documents => 's',
            Self::Registrations => 'r',
            Self::Load => 'u',
            Self::Failures => 'j',
            Self::Home => 'h',
        }
    }
}

/// The identity of one case in one run; the world attributes each event to one of these.
///
/// The text is a DNS label fragment, so that host names can carry it: `docs-4fx2`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CaseId(String);

impl CaseId {
    /// The case of this number in a series of the run of this nonce.
    pub fn new(nonce: &str, series: Series, number: usize) -> Self {
        Self(format!("{nonce}{}{number:x}", series.letter()))
    }

    /// The case of this text, as [`CaseId::as_str`] gave it.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_variant_is_named_with_the_kind_of_its_client_or_without() {
        let axis = |name: &str, slug: &str| (name.to_owned(), slug.to_owned());
        let variant = VariantId {
            scenario: ScenarioId::parse("a/b").unwrap(),
            axes: vec![axis("client", "registered"), axis("x", "1")],
        };
        assert_eq!(variant.names(), ["a/b[client=registered,x=1]", "a/b[x=1]", "a/b"]);
    }

    #[test]
    fn no_case_has_the_names_of_another() {
        let attempts = [
            Attempt::First,
            Attempt::Second,
            Attempt::Third,
            Attempt::Alone,
            Attempt::AloneAgain,
        ];
        let of_attempts = attempts
            .into_iter()
            .flat_map(|attempt| [Series::Case(attempt), Series::Control(attempt)]);
        let others = [
            Series::Documents,
            Series::Registrations,
            Series::Load,
            Series::Failures,
            Series::Sessions,
            Series::Home,
        ];
        let mut seen = HashSet::new();
        for series in of_attempts.chain(others) {
            for number in 0..0x2000 {
                let id = CaseId::new("4f", series, number);
                assert!(seen.insert(id.clone()), "{id} twice");
            }
        }
    }
}
