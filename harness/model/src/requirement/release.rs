//! Which check came with which release: so that the checks of a newer release need not decide before they are accepted.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Sources;
use crate::name::CheckId;
use crate::name::VariantId;
use crate::plan::Plan;
use crate::scenario::ids::Id;
use crate::scenario::moved::Moved;

const FOLDER: &str = "releases/";

/// What each release added to the catalogue, in the order of the releases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Releases {
    releases: Vec<Release>,
    /// The scenarios that belong to no release, because the user wrote them.
    own: BTreeSet<String>,
}

/// What a release added.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Release {
    version: Version,
    added: Vec<Added>,
}

/// What a release added to one scenario: these checks of the variants that have these values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Added {
    scenario: String,
    checks: BTreeSet<String>,
    axes: BTreeMap<String, BTreeSet<String>>,
}

/// A version as `1.2.3`; versions sort by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u64>);

/// A file of `releases/`: what a release added to the catalogue. Its name is the version.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReleaseRaw {
    /// The day on which the list was frozen.
    #[expect(dead_code, reason = "for people; the version decides")]
    frozen: String,
    /// The scenarios, by id.
    #[serde(default)]
    scenario: BTreeMap<String, AddedRaw>,
}

/// What a release added to a scenario.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddedRaw {
    /// The checks of the scenario in this release.
    checks: BTreeSet<String>,
    /// The values of its axes in this release. A variant with another value came later.
    #[serde(default)]
    axes: BTreeMap<String, BTreeSet<String>>,
}

impl Version {
    /// Parses three numbers with dots between them.
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<u64>> = text.split('.').map(|part| part.parse().ok()).collect();
        numbers.filter(|numbers| numbers.len() == 3).map(Self)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u64::to_string).collect();
        out.write_str(&numbers.join("."))
    }
}

impl Releases {
    /// Reads every `releases/*.toml`. What moved since is read by its new id.
    ///
    /// # Errors
    /// A [`Diagnostic`] at the first place that is wrong.
    pub fn read(sources: &Sources, moved: &Moved) -> Result<Self, Diagnostic> {
        let mut releases = Vec::new();
        for (path, text) in sources.below(FOLDER) {
            let name = path.strip_prefix(FOLDER).unwrap_or(path);
            let Some(name) = name.strip_suffix(".toml") else {
                continue;
            };
            let version = Version::parse(name).ok_or_else(|| {
                Diagnostic::at(path, text, 0..0, format!("`{name}` is not a version"))
                    .hint("name the file `1.2.3.toml`")
            })?;
            let raw: ReleaseRaw =
                toml::from_str(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
            let mut added: Vec<Added> = raw.scenario.into_iter().map(Added::from).collect();
            let by_moves: Vec<Added> = added.iter().flat_map(|added| added.moved(moved)).collect();
            added.extend(by_moves);
            releases.push(Release { version, added });
        }
        releases.sort_by(|one, other| one.version.cmp(&other.version));
        Ok(Self {
            releases,
            own: BTreeSet::new(),
        })
    }

    /// The versions that are on record, the earliest first.
    pub fn versions(&self) -> impl Iterator<Item = String> {
        self.releases.iter().map(|release| release.version.to_string())
    }

    /// The same record beside scenarios of the user's own, which count in every release.
    pub fn beside(self, own: BTreeSet<String>) -> Self {
        Self { own, ..self }
    }

    /// Whether a check of a variant came with this release or an earlier one.
    pub fn had(&self, version: &Version, variant: &VariantId, check: &CheckId) -> bool {
        let mut until = self.releases.iter().filter(|release| release.version <= *version);
        let has = |release: &Release| release.added.iter().any(|added| added.has(variant, check));
        self.own.contains(variant.scenario.as_str()) || until.any(has)
    }

    /// The file of a release that is frozen on this day: what these plans have and no earlier release had.
    pub fn frozen<'a>(&self, version: &Version, day: &str, plans: impl Iterator<Item = &'a Plan>) -> String {
        let earlier = Self {
            releases: self
                .releases
                .iter()
                .filter(|release| release.version < *version)
                .cloned()
                .collect(),
            own: self.own.clone(),
        };
        let mut added: BTreeMap<&str, Added> = BTreeMap::new();
        for plan in plans {
            let variant = &plan.variant;
            for check in plan.checks.iter() {
                if earlier.had(version, variant, &check.id) {
                    continue;
                }
                let scenario = variant.scenario.as_str();
                let entry = added.entry(scenario).or_insert_with(|| Added {
                    scenario: scenario.to_owned(),
                    checks: BTreeSet::new(),
                    axes: BTreeMap::new(),
                });
                entry.checks.insert(check.id.to_string());
                for (axis, slug) in &variant.axes {
                    entry.axes.entry(axis.clone()).or_default().insert(slug.clone());
                }
            }
        }
        let mut out = format!("frozen = {}\n", quoted(day));
        for added in added.values() {
            let _ = write!(
                out,
                "\n[scenario.{}]\nchecks = {}\n",
                quoted(&added.scenario),
                list(&added.checks)
            );
            for (axis, slugs) in &added.axes {
                let _ = writeln!(out, "axes.{} = {}", quoted(axis), list(slugs));
            }
        }
        out
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn list(words: &BTreeSet<String>) -> String {
    toml::Value::from(words.iter().cloned().collect::<Vec<_>>()).to_string()
}

impl From<(String, AddedRaw)> for Added {
    fn from((scenario, AddedRaw { checks, axes }): (String, AddedRaw)) -> Self {
        Self {
            scenario,
            checks,
            axes,
        }
    }
}

impl Added {
    fn has(&self, variant: &VariantId, check: &CheckId) -> bool {
        let has_value = |(axis, slug): &(String, String)| {
            let known = self.axes.get(axis);
            known.is_some_and(|slugs| slugs.contains(slug))
        };
        self.scenario == variant.scenario.as_str()
            && self.checks.contains(check.as_str())
            && variant.axes.iter().all(has_value)
    }

    /// The same under the ids that it has now, one for each move that names it.
    fn moved<'a>(&'a self, moved: &'a Moved) -> impl Iterator<Item = Self> + 'a {
        moved.0.iter().filter_map(|(old, now)| {
            let (old, now) = (Id::of(old), Id::of(now));
            let checks = match (&old.check, now.check) {
                (Some(old), Some(now)) => self.checks.contains(old).then(|| BTreeSet::from([now])),
                (Some(old), None) => self.checks.contains(old).then(|| BTreeSet::from([old.clone()])),
                (None, _) => Some(self.checks.clone()),
            }?;
            let mut axes = self.axes.clone();
            axes.retain(|axis, _| !old.axes.contains_key(axis));
            axes.extend(
                now.axes
                    .into_iter()
                    .map(|(axis, slug)| (axis, BTreeSet::from([slug]))),
            );
            (old.scenario == self.scenario).then_some(Self {
                scenario: now.scenario,
                checks,
                axes,
            })
        })
    }
}

/// The JSON Schema of the files of `releases/`.
pub(crate) fn schema() -> serde_json::Value {
    schemars::schema_for!(ReleaseRaw).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::ScenarioId;

    const FIRST: &str = "frozen = \"2026-11-30\"\n[scenario.\"a/b\"]\nchecks = [\"c\", \"d\"]\naxes.x = [\"1\", \"2\"]\n[scenario.\"old/s\"]\nchecks = [\"k\"]\naxes.y = [\"7\"]\n";
    const SECOND: &str = "frozen = \"2027-02-01\"\n[scenario.\"a/b\"]\nchecks = [\"c\"]\naxes.x = [\"3\"]\n";

    fn read(moved: &[(&str, &str)]) -> Releases {
        let files = [("releases/0.10.0.toml", SECOND), ("releases/0.9.0.toml", FIRST)];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let moved = moved
            .iter()
            .map(|(old, now)| ((*old).to_owned(), (*now).to_owned()));
        Releases::read(&Sources(files.into()), &Moved(moved.collect())).unwrap()
    }

    fn had(releases: &Releases, version: &str, scenario: &str, axes: &[(&str, &str)], check: &str) -> bool {
        let variant = VariantId {
            scenario: ScenarioId::parse(scenario).unwrap(),
            axes: axes
                .iter()
                .map(|(axis, slug)| ((*axis).to_owned(), (*slug).to_owned()))
                .collect(),
        };
        releases.had(
            &Version::parse(version).unwrap(),
            &variant,
            &CheckId::parse(check).unwrap(),
        )
    }

    #[test]
    fn a_check_and_each_value_of_its_variant_came_with_a_release() {
        let releases = read(&[]);
        assert!(had(&releases, "0.9.0", "a/b", &[("x", "1")], "c"));
        assert!(!had(&releases, "0.9.0", "a/b", &[("x", "3")], "c"));
        assert!(had(&releases, "0.10.0", "a/b", &[("x", "3")], "c"));
        assert!(had(&releases, "0.10.0", "a/b", &[("x", "2")], "d"));
        assert!(!had(&releases, "0.10.0", "a/b", &[("x", "3")], "d"));
        assert!(!had(&releases, "0.10.0", "a/b", &[("x", "1"), ("z", "1")], "c"));
        assert!(!had(&releases, "0.10.0", "a/e", &[], "c"));
        let beside = releases.beside(["a/e".to_owned()].into());
        assert!(had(&beside, "0.9.0", "a/e", &[], "c"));
    }

    #[test]
    fn what_moved_is_as_old_as_it_was() {
        let releases = read(&[
            ("old/s", "new/s[kind=s]"),
            ("a/b#d", "a/b#e"),
            ("a/b[x=2]", "a/f[z=two]"),
        ]);
        assert!(had(
            &releases,
            "0.9.0",
            "new/s",
            &[("y", "7"), ("kind", "s")],
            "k"
        ));
        assert!(!had(
            &releases,
            "0.9.0",
            "new/s",
            &[("y", "7"), ("kind", "t")],
            "k"
        ));
        assert!(had(&releases, "0.9.0", "a/b", &[("x", "1")], "e"));
        assert!(had(&releases, "0.9.0", "a/f", &[("z", "two")], "d"));
    }

    #[test]
    fn releases_are_in_the_order_of_their_numbers() {
        assert_eq!(read(&[]).versions().collect::<Vec<_>>(), ["0.9.0", "0.10.0"]);
        let files = [("releases/next.toml".to_owned(), "frozen = \"x\"".to_owned())];
        let told = Releases::read(&Sources(files.into()), &Moved::default()).unwrap_err();
        assert!(told.to_string().contains("`next` is not a version"), "{told}");
    }
}
