//! Reading baselines: strictly, several files as one, every message at its place.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::baseline::known::Baseline;
use crate::baseline::known::Known;
use crate::day::Day;
use crate::diagnostic::Diagnostic;

/// A baseline as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BaselineRaw {
    /// One entry for each broken check.
    #[serde(default)]
    #[schemars(with = "Vec<KnownRaw>")]
    broken: Vec<Spanned<KnownRaw>>,
}

/// One check that is known to be broken.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct KnownRaw {
    /// The check, as `scenario#check`.
    check: String,
    /// The broken variants by their slugs, joined by commas; left out where the scenario has one only.
    #[serde(default)]
    variants: BTreeSet<String>,
    /// Whether it depends on what the server runs on, so that it may also be kept.
    #[serde(default)]
    varies: bool,
    /// Why it is so, or is left so.
    reason: String,
    /// Who sees to it: a person, a team or a ticket.
    owner: Option<String>,
    /// The last day on which it is accepted. From the next day (UTC) on the entry is out of date, and the run ends with exit 2.
    until: Option<Day>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// A [`Diagnostic`] at the first place that is wrong: every entry needs a reason.
    pub fn read(path: &str, text: &str) -> Result<Self, Diagnostic> {
        Self::read_all(&[(path.to_owned(), text.to_owned())])
    }

    /// Reads several baselines, each a path and its text, as one.
    ///
    /// # Errors
    /// A [`Diagnostic`] at the first place that is wrong: every entry needs a reason, and a check has one entry in all files.
    pub fn read_all(files: &[(String, String)]) -> Result<Self, Diagnostic> {
        let mut known: Vec<Known> = Vec::new();
        for (path, text) in files {
            let raw: BaselineRaw =
                toml::from_str(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
            for entry in raw.broken {
                let entry = read_entry(path, text, entry, &known)?;
                known.push(entry);
            }
        }
        Ok(Self(known))
    }
}

fn read_entry(
    path: &str,
    text: &str,
    entry: Spanned<KnownRaw>,
    earlier: &[Known],
) -> Result<Known, Diagnostic> {
    let span = entry.span();
    let at = |told: String| Diagnostic::at(path, text, span.clone(), told);
    let KnownRaw {
        check,
        variants,
        varies,
        reason,
        owner,
        until,
    } = entry.into_inner();
    if reason.trim().is_empty() {
        return Err(
            at(format!("`{check}` has no reason")).hint("write what the server does, and why it is left so")
        );
    }
    if owner.as_ref().is_some_and(|owner| owner.trim().is_empty()) {
        return Err(at(format!("`owner` of `{check}` is empty"))
            .hint("name a person, a team or a ticket, or leave `owner` out"));
    }
    if let Some(twin) = earlier.iter().find(|known| known.check == check) {
        return Err(at(format!("`{check}` has another entry, at {}", twin.place()))
            .hint("list all of its variants in one entry, in one file"));
    }
    let line = at(String::new()).line;
    Ok(Known {
        path: path.to_owned(),
        line,
        check,
        variants,
        varies,
        reason,
        owner,
        until,
    })
}

/// The JSON Schema of baselines.
pub fn schema() -> Value {
    schemars::schema_for!(BaselineRaw).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "[[broken]]\ncheck = \"a/b#c\"\nreason = \"known\"\n";

    fn told(files: &[(&str, &str)]) -> String {
        let files: Vec<(String, String)> = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect();
        Baseline::read_all(&files).unwrap_err().to_string()
    }

    #[test]
    fn a_check_has_one_entry_in_all_files() {
        let twice = format!("{ENTRY}{ENTRY}");
        assert!(told(&[("b.toml", &twice)]).contains("`a/b#c` has another entry, at b.toml:1"));
        let told = told(&[("one.toml", ENTRY), ("two.toml", &format!("\n\n{ENTRY}"))]);
        assert!(told.starts_with("two.toml:3:1: "), "{told}");
        assert!(
            told.contains("`a/b#c` has another entry, at one.toml:1"),
            "{told}"
        );
    }

    #[test]
    fn several_files_are_read_as_one() {
        let other = ENTRY.replace("a/b#c", "a/b#d");
        let files = [("one.toml", ENTRY), ("two.toml", &other)];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let read = Baseline::read_all(&files).unwrap();
        let places: Vec<String> = read.0.iter().map(|known| known.place()).collect();
        assert_eq!(places, ["one.toml:1", "two.toml:1"]);
    }

    #[test]
    fn an_entry_has_a_reason_and_perhaps_an_owner_and_a_day() {
        for (line, expected) in [
            ("reason = \" \"", "`a/b#c` has no reason"),
            ("owner = \"me\"", "missing field `reason`"),
            ("reason = \"r\"\nowner = \"\"", "`owner` of `a/b#c` is empty"),
            ("reason = \"r\"\nuntil = \"soon\"", "`soon` is not a day\n"),
            ("reason = \"r\"\nuntil = \"soon\"", "hint: write \"2027-03-31\""),
            ("reason = \"r\"\nuntil = 2027-02-30", "2027-02-30"),
            ("reason = \"r\"\nutil = \"2027-01-01\"", "did you mean `until`?"),
        ] {
            let told = told(&[("b.toml", &format!("[[broken]]\ncheck = \"a/b#c\"\n{line}\n"))]);
            assert!(told.contains(expected), "{told}");
        }
        for day in ["\"2027-03-31\"", "2027-03-31"] {
            let read = Baseline::read("b.toml", &format!("{ENTRY}owner = \"team\"\nuntil = {day}")).unwrap();
            assert_eq!(read.0[0].until, Day::parse("2027-03-31"));
            assert_eq!(read.0[0].owner.as_deref(), Some("team"));
        }
    }
}
