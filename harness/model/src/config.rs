//! A config file: what a user's repository says of its runs, so that a command line need not.

use std::num::NonZeroUsize;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::diagnostic::Diagnostic;
use crate::gate::FailOn;
use crate::quantity::Span;

/// The name of a config file that is found in the working directory.
pub const CONFIG: &str = "cimdspec.toml";

/// Where the test hosts run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// On loopback.
    Loopback,
    /// In the sandbox.
    Sandbox,
}

/// What a config file says; a list is empty where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// Whether inconclusive checks are accepted.
    pub allow_inconclusive: bool,
    /// The baselines.
    pub baseline: Vec<String>,
    /// The release whose checks are accepted.
    pub catalogue_since: Option<String>,
    /// When a run ends.
    pub deadline: Option<Span>,
    /// Where the test hosts run.
    pub env: Option<Place>,
    /// What fails a run.
    pub fail_on: Vec<FailOn>,
    /// The issuer of a server that is there already.
    pub issuer: Option<String>,
    /// How many cases run at once.
    pub jobs: Option<NonZeroUsize>,
    /// Whether load tests are included.
    pub load: bool,
    /// After how many failures a run ends.
    pub max_failures: Option<NonZeroUsize>,
    /// An MCP server that is there already.
    pub mcp: Option<String>,
    /// What is run.
    pub only: Vec<String>,
    /// The profile.
    pub profile: Option<String>,
    /// Whether a run is quick.
    pub quick: bool,
    /// The reports that are written at the end, each as `FORMAT=PATH`.
    pub report: Vec<String>,
    /// Where the results go.
    pub results: Option<String>,
    /// The revisions.
    pub revision: Vec<String>,
    /// Folders of scenarios beside the built-in ones.
    pub with_scenarios: Vec<String>,
}

/// A config file as written. Each member is the flag of `cimdspec run` with that name, and a flag takes its place. Paths are
/// relative to the folder of the file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct ConfigRaw {
    /// Exit 0 even if checks are inconclusive.
    #[schemars(with = "bool")]
    allow_inconclusive: Option<Spanned<bool>>,
    /// Baselines: files of known broken rules, read as one.
    #[schemars(with = "Vec<String>")]
    baseline: Option<Spanned<Vec<String>>>,
    /// Checks that came after this release of cimdspec are reported, and do not decide the exit code.
    catalogue_since: Option<String>,
    /// End a run after this time.
    deadline: Option<Span>,
    /// Where the test hosts run.
    env: Option<Place>,
    /// What fails a run; without it, violations and inconclusive checks.
    #[schemars(with = "Vec<FailOn>")]
    fail_on: Option<Spanned<Vec<FailOn>>>,
    /// The issuer of a server that is there already.
    #[schemars(with = "Option<String>")]
    issuer: Option<Spanned<String>>,
    /// Maximum number of concurrent cases.
    jobs: Option<NonZeroUsize>,
    /// Include load tests.
    load: bool,
    /// End a run after this many failures.
    max_failures: Option<NonZeroUsize>,
    /// The URL of an MCP server that is there already.
    #[schemars(with = "Option<String>")]
    mcp: Option<Spanned<String>>,
    /// Run only matching scenarios, variants or checks.
    #[schemars(with = "Vec<String>")]
    only: Option<Spanned<Vec<String>>>,
    /// Profile of the server.
    profile: Option<String>,
    /// Run one variant for each check, and nothing that waits longer than 2 s.
    quick: bool,
    /// Reports that are written at the end of a run, each as `FORMAT=PATH`.
    report: Vec<String>,
    /// Folder for results.
    results: Option<String>,
    /// Run only the checks of these revisions.
    #[schemars(with = "Vec<String>")]
    revision: Option<Spanned<Vec<String>>>,
    /// Folders of scenarios that run beside the built-in ones.
    #[schemars(with = "Vec<String>")]
    with_scenarios: Option<Spanned<Vec<String>>>,
}

impl Config {
    /// Reads a config file.
    ///
    /// # Errors
    /// A [`Diagnostic`] at the first place that is wrong.
    pub fn read(path: &str, text: &str) -> Result<Self, Diagnostic> {
        let raw: ConfigRaw =
            toml::from_str(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
        let at = |span: Range<usize>, told: String| Diagnostic::at(path, text, span, told);
        if let (Some(issuer), Some(_)) = (&raw.issuer, &raw.mcp) {
            return Err(
                at(issuer.span(), "`issuer` and `mcp` both name a server".to_owned())
                    .hint("keep one: an MCP server names its issuer"),
            );
        }
        let allows = raw.allow_inconclusive.as_ref().filter(|allows| *allows.get_ref());
        let fails_on = raw.fail_on.as_ref().map(|list| list.get_ref().as_slice());
        if let Some(allows) = allows
            && fails_on.is_some_and(|list| list.contains(&FailOn::Inconclusive))
        {
            return Err(at(
                allows.span(),
                "`allow-inconclusive` contradicts `inconclusive` in `fail-on`".to_owned(),
            )
            .hint("keep one"));
        }
        let list = |name: &str, list: Option<Spanned<Vec<String>>>| filled(name, list, &at);
        Ok(Self {
            allow_inconclusive: raw.allow_inconclusive.is_some_and(Spanned::into_inner),
            baseline: list("baseline", raw.baseline)?,
            catalogue_since: raw.catalogue_since,
            deadline: raw.deadline,
            env: raw.env,
            fail_on: filled("fail-on", raw.fail_on, &at)?,
            issuer: raw.issuer.map(Spanned::into_inner),
            jobs: raw.jobs,
            load: raw.load,
            max_failures: raw.max_failures,
            mcp: raw.mcp.map(Spanned::into_inner),
            only: list("only", raw.only)?,
            profile: raw.profile,
            quick: raw.quick,
            report: raw.report,
            results: raw.results,
            revision: list("revision", raw.revision)?,
            with_scenarios: list("with-scenarios", raw.with_scenarios)?,
        })
    }
}

/// The values of a list, which has some where it is there: an empty one would seem to select nothing, and selects everything.
fn filled<T>(
    name: &str,
    list: Option<Spanned<Vec<T>>>,
    at: &dyn Fn(Range<usize>, String) -> Diagnostic,
) -> Result<Vec<T>, Diagnostic> {
    match list {
        None => Ok(Vec::new()),
        Some(list) if list.get_ref().is_empty() => {
            Err(at(list.span(), format!("`{name}` is empty")).hint(format!("leave `{name}` out")))
        }
        Some(list) => Ok(list.into_inner()),
    }
}

/// The JSON Schema of config files.
pub fn schema() -> Value {
    schemars::schema_for!(ConfigRaw).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_the_flag_of_its_name() {
        let text = "profile = \"server.toml\"\nbaseline = [\"a.toml\", \"b.toml\"]\nfail-on = [\"note\"]\nmax-failures = 3\n\
                    deadline = \"10m\"\nquick = true\nenv = \"loopback\"\nwith-scenarios = [\"ours\"]\n";
        let config = Config::read(CONFIG, text).unwrap();
        assert_eq!(config.baseline, ["a.toml", "b.toml"]);
        assert_eq!(config.fail_on, [FailOn::Note]);
        assert_eq!(config.max_failures.map(NonZeroUsize::get), Some(3));
        assert_eq!(config.deadline.map(|span| span.0.as_secs()), Some(600));
        assert!(config.quick && !config.load);
        assert_eq!(Config::read(CONFIG, "").unwrap(), Config::default());
    }

    #[test]
    fn a_mistake_is_shown_with_its_place() {
        for (text, expected) in [
            (
                "only = [\"a\"]\nfail_on = [\"note\"]",
                "cimdspec.toml:2:1: unknown field `fail_on`",
            ),
            (
                "only = [\"a\"]\nfail_on = [\"note\"]",
                "hint: did you mean `fail-on`?",
            ),
            ("fail-on = [\"notes\"]", "unknown variant `notes`"),
            ("fail-on = [\"notes\"]", "hint: did you mean `note`?"),
            ("\nonly = []", "cimdspec.toml:2:8: `only` is empty"),
            ("max-failures = 0", "cimdspec.toml:1:16: "),
            ("deadline = \"soon\"", "cimdspec.toml:1:12: "),
            ("env = \"public\"", "unknown variant `public`"),
            ("authorized = true", "unknown field `authorized`"),
            (
                "issuer = \"https://a\"\nmcp = \"https://b\"",
                "`issuer` and `mcp` both name a server",
            ),
            (
                "fail-on = [\"inconclusive\"]\nallow-inconclusive = true",
                "cimdspec.toml:2:22: `allow-inconclusive` contradicts `inconclusive`",
            ),
        ] {
            let told = Config::read(CONFIG, text).unwrap_err().to_string();
            assert!(told.contains(expected), "{told}");
        }
    }
}
