//! Where the user's repository speaks of a finding: the line of its baseline entry, or the file that names the target.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

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

#[cfg(test)]
mod tests {
    use super::*;

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
