//! Where the user's repository speaks of a finding: the line of its baseline entry, or the file that names the target.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use toml::Spanned;

use crate::diagnostic::Diagnostic;
use crate::verdict::Finding;

/// A line of a file in the user's repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The file, by its path from the root of the repository.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
}

impl Place {
    /// Whether the path stays inside the repository: relative, with no step up, and in slashes.
    pub fn is_inside(&self) -> bool {
        let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']);
        self.line > 0 && self.path.split('/').all(is_name)
    }
}

/// What the user's repository has about the target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Places {
    /// The file that names the target, such as its profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Place>,
    /// The entries of the baseline, by their checks.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub known: BTreeMap<String, KnownAt>,
}

/// An entry of a baseline with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownAt {
    /// The line of the entry, where the baseline is in the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Its reason.
    pub reason: String,
    /// Its variants, by their slugs; none where the scenario has only one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub variants: BTreeSet<String>,
}

impl Places {
    /// The entry about the check of a finding, whether it accepts this variant or not.
    pub fn entry(&self, finding: &Finding) -> Option<&KnownAt> {
        let check = format!("{}#{}", finding.variant.scenario, finding.check);
        self.known.get(&check)
    }

    /// The entry that accepts a finding.
    pub fn accepted(&self, finding: &Finding) -> Option<&KnownAt> {
        let slugs: Vec<&str> = finding
            .variant
            .axes
            .iter()
            .map(|(_, slug)| slug.as_str())
            .collect();
        let slugs = slugs.join(",");
        self.entry(finding)
            .filter(|entry| slugs.is_empty() || entry.variants.contains(&slugs))
    }
}

/// The members of a baseline that reports show; the reader of baselines has already refused what is wrong.
#[derive(Deserialize)]
struct BaselineRaw {
    #[serde(default)]
    broken: Vec<Spanned<EntryRaw>>,
}

#[derive(Deserialize)]
struct EntryRaw {
    check: String,
    #[serde(default)]
    variants: BTreeSet<String>,
    #[serde(default)]
    reason: String,
}

/// The entries of a baseline; `path` is where it is in the repository.
pub fn entries(path: Option<&str>, text: &str) -> BTreeMap<String, KnownAt> {
    let raw: BaselineRaw = toml::from_str(text).unwrap_or(BaselineRaw { broken: Vec::new() });
    let known = raw.broken.into_iter().map(|entry| {
        let line = Diagnostic::at("", text, entry.span(), "").line;
        let EntryRaw {
            check,
            variants,
            reason,
        } = entry.into_inner();
        let place = path.map(|path| Place {
            path: path.to_owned(),
            line,
        });
        let known = KnownAt {
            place,
            reason,
            variants,
        };
        (check, known)
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# known\n\n[[broken]]\ncheck = \"a/b#c\"\nvariants = [\"one\"]\nreason = \"why\"\n\n[[broken]]\ncheck = \"d#e\"\nreason = \"so\"\n";

    #[test]
    fn each_entry_has_its_line() {
        let known = entries(Some("ci/known.toml"), TEXT);
        let lines: Vec<(&str, usize)> = known
            .iter()
            .map(|(check, known)| (check.as_str(), known.place.as_ref().unwrap().line))
            .collect();
        assert_eq!(lines, [("a/b#c", 3), ("d#e", 8)]);
        assert_eq!(entries(None, TEXT)["a/b#c"].place, None);
    }

    #[test]
    fn a_path_that_leaves_the_repository_is_not_inside() {
        let is_inside = |path: &str, line| {
            Place {
                path: path.to_owned(),
                line,
            }
            .is_inside()
        };
        assert!(is_inside("targets/server..1.toml", 1));
        for path in ["", "/etc/passwd", "../a.toml", "a/../../b", "a//b", "./a", "a\\b"] {
            assert!(!is_inside(path, 1), "{path}");
        }
        assert!(!is_inside("a.toml", 0));
    }
}
