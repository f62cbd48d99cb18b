//! Which kinds of clients the checks of a clause are made with, and why not with others.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Sources;
use crate::name::ClauseId;
use crate::plan::Plan;
use crate::requirement::clause::Clauses;

const FILE: &str = "kinds.toml";
/// The member that says how a client authenticates, and the values that make a kind.
const METHOD: &str = "token_endpoint_auth_method";
const BY_KEY: &str = "private_key_jwt";
const PUBLIC: &str = "none";

/// A kind of client, by how it comes to be and how it authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It has a document and does not authenticate.
    Document,
    /// It has a document and authenticates by its key.
    DocumentKey,
    /// It registers itself, as a public client where the target has such.
    Registered,
    /// It registers itself and gets a secret.
    RegisteredSecret,
    /// It registers itself with its key.
    RegisteredKey,
}

/// The reasons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kinds(Vec<LeftOut>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct LeftOut {
    begins: String,
    origin: Left,
    why: String,
}

/// `kinds.toml` as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct KindsRaw {
    /// The reasons.
    #[serde(default)]
    left_out: Vec<LeftOutRaw>,
}

/// Why checks of some clauses are not made with some clients.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LeftOutRaw {
    /// How the ids of the clauses begin. The longest beginning of an id counts.
    #[schemars(with = "Vec<String>")]
    clauses: Vec<Spanned<String>>,
    /// The clients with which they are not made.
    clients: Left,
    /// Why.
    why: String,
}

/// Clients that are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Left {
    /// Those that have a document.
    Document,
    /// Those that register themselves.
    Registered,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Document,
        Self::DocumentKey,
        Self::Registered,
        Self::RegisteredSecret,
        Self::RegisteredKey,
    ];

    /// The kind of a plan's client; nothing if it has none.
    pub fn of(plan: &Plan) -> Option<Self> {
        let registers = !plan.registration.is_empty();
        let document = plan.hosts.iter().find_map(|host| host.document.as_ref());
        let members = match registers {
            true => &*plan.registration,
            false => &document?.body,
        };
        Some(match members.get(METHOD).and_then(Value::as_str) {
            Some(BY_KEY) if registers => Self::RegisteredKey,
            Some(BY_KEY) => Self::DocumentKey,
            Some(PUBLIC) if registers => Self::Registered,
            _ if registers => Self::RegisteredSecret,
            _ => Self::Document,
        })
    }

    /// Whether it registers itself.
    pub fn registers(self) -> bool {
        !matches!(self, Self::Document | Self::DocumentKey)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Document => "document",
            Self::DocumentKey => "document, key",
            Self::Registered => "registered",
            Self::RegisteredSecret => "registered, secret",
            Self::RegisteredKey => "registered, key",
        })
    }
}

impl Kinds {
    /// Reads `kinds.toml`; without it there is no reason.
    ///
    /// # Errors
    /// A [`Diagnostic`] at a beginning with which no clause begins.
    pub fn read(sources: &Sources, clauses: &Clauses) -> Result<Self, Diagnostic> {
        let Some(text) = sources.text(FILE) else {
            return Ok(Self::default());
        };
        let raw: KindsRaw =
            toml::from_str(text).map_err(|error| Diagnostic::from_toml(FILE, text, &error))?;
        let mut all = Vec::new();
        for LeftOutRaw {
            clauses: ids,
            clients,
            why,
        } in raw.left_out
        {
            for begins in ids {
                let span = begins.span();
                let begins = begins.into_inner();
                if !clauses.0.keys().any(|id| is_below(id, &begins)) {
                    let told = format!("no clause is called `{begins}`, and none is below it");
                    return Err(Diagnostic::at(FILE, text, span, told));
                }
                all.push(LeftOut {
                    begins,
                    origin: clients,
                    why: why.clone(),
                });
            }
        }
        Ok(Self(all))
    }

    /// Why no check of a clause is made with clients of this origin, if that is said.
    pub fn reason(&self, clause: &ClauseId, registers: bool) -> Option<&str> {
        let origin = match registers {
            true => Left::Registered,
            false => Left::Document,
        };
        let known = self
            .0
            .iter()
            .filter(|left| left.origin == origin && is_below(clause, &left.begins));
        known
            .max_by_key(|left| left.begins.len())
            .map(|left| left.why.as_str())
    }

    /// How many checks of each clause are made with each kind.
    pub fn counted<'a>(
        plans: impl Iterator<Item = &'a Plan>,
    ) -> BTreeMap<&'a ClauseId, BTreeMap<Kind, usize>> {
        let mut counted: BTreeMap<&ClauseId, BTreeMap<Kind, usize>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for plan in plans {
            let Some(kind) = Kind::of(plan) else { continue };
            for check in plan.checks.iter() {
                for clause in &check.clauses {
                    if seen.insert((clause, kind, &plan.variant.scenario, &check.id)) {
                        *counted.entry(clause).or_default().entry(kind).or_default() += 1;
                    }
                }
            }
        }
        counted
    }
}

/// The schema of `kinds.toml`.
pub(crate) fn schema() -> Value {
    schemars::schema_for!(KindsRaw).to_value()
}

/// Whether the id is this, or below it.
fn is_below(id: &ClauseId, begins: &str) -> bool {
    let rest = id.as_str().strip_prefix(begins);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAUSES: &str = "[b.c]\nlevel = \"must\"\nbinds = \"as\"\nquote = \"q\"\nstance = \"ours\"\n";

    fn read(kinds: &str) -> Result<Kinds, String> {
        let texts = [("kinds.toml", kinds), ("clauses/a.toml", CLAUSES)];
        let sources = Sources(
            texts
                .map(|(path, text)| (path.to_owned(), text.to_owned()))
                .into(),
        );
        let clauses = Clauses::read(&sources).unwrap();
        Kinds::read(&sources, &clauses).map_err(|told| told.message)
    }

    #[test]
    fn the_longest_beginning_counts() {
        let entry = |clauses: &str, why: &str| {
            format!("[[left_out]]\nclauses = [\"{clauses}\"]\nclients = \"registered\"\nwhy = \"{why}\"\n")
        };
        let kinds = read(&format!("{}{}", entry("a", "wide"), entry("a.b", "narrow"))).unwrap();
        let clause = ClauseId::parse("a.b.c").unwrap();
        assert_eq!(kinds.reason(&clause, true), Some("narrow"));
        assert_eq!(kinds.reason(&clause, false), None);
        assert_eq!(
            read(&entry("a.x", "w")).unwrap_err(),
            "no clause is called `a.x`, and none is below it"
        );
    }
}
