//! Ids that scenarios and checks had before, each with what it is now.

use std::collections::BTreeMap;

use toml::Spanned;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Sources;
use crate::scenario::ids::Id;
use crate::scenario::ids::KnownIds;
use crate::scenario::variants::Scenario;

const FILE: &str = "moved.toml";

/// The old ids, each with the new one.
///
/// An id is a scenario, a variant (`a/b[axis=slug]`), a check (`a/b#c`), or a check of a variant. What an entry does not
/// name stays: `"a/b" = "a/d[axis=slug]"` moves every check of `a/b`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved(pub BTreeMap<String, String>);

impl Moved {
    /// Reads `moved.toml`; without it nothing has moved.
    ///
    /// # Errors
    /// A [`Diagnostic`] at an entry whose new id does not exist.
    pub fn read(sources: &Sources, scenarios: &[Scenario]) -> Result<Self, Diagnostic> {
        let Some(text) = sources.text(FILE) else {
            return Ok(Self::default());
        };
        let raw: BTreeMap<String, Spanned<String>> =
            toml::from_str(text).map_err(|error| Diagnostic::from_toml(FILE, text, &error))?;
        let known = KnownIds::of(scenarios);
        for now in raw.values() {
            let id = now.get_ref();
            if !known.has_some(&Id::of(id)) {
                let told = Diagnostic::at(FILE, text, now.span(), format!("nothing is called `{id}`"));
                return Err(known.hinted(told, id, |_| true));
            }
        }
        let entries = raw.into_iter().map(|(old, now)| (old, now.into_inner()));
        Ok(Self(entries.collect()))
    }

    /// What an id is now; nothing if it did not move.
    pub fn now(&self, id: &str) -> Option<String> {
        let old = Id::of(id);
        let named = |with_axes: bool, with_check: bool| {
            let some = Id {
                scenario: old.scenario.clone(),
                axes: match with_axes {
                    true => old.axes.clone(),
                    false => BTreeMap::new(),
                },
                check: old.check.clone().filter(|_| with_check),
            };
            let mut now = Id::of(self.0.get(&some.to_string())?);
            if !with_axes {
                now.axes.extend(old.axes.clone());
            }
            now.check = now.check.or_else(|| old.check.clone());
            Some(now.to_string())
        };
        named(true, true)
            .or_else(|| named(true, false))
            .or_else(|| named(false, true))
            .or_else(|| named(false, false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_entry_does_not_name_stays() {
        let entries = [
            ("a/b", "a/c"),
            ("a/d", "a/e[fault=d]"),
            ("a/f[x=1]", "a/e[fault=one]"),
            ("a/g#private", "a/g#all"),
            ("a/b#h", "a/c#i"),
        ];
        let entries = entries.map(|(old, now)| (old.to_owned(), now.to_owned()));
        let moved = Moved(entries.into());
        let now = |id: &str| moved.now(id).unwrap_or_default();
        assert_eq!(now("a/b"), "a/c");
        assert_eq!(now("a/b[x=1]#k"), "a/c[x=1]#k");
        assert_eq!(now("a/b[x=1]#h"), "a/c[x=1]#i");
        assert_eq!(now("a/d[auth=none]#k"), "a/e[auth=none,fault=d]#k");
        assert_eq!(now("a/f[x=1]#k"), "a/e[fault=one]#k");
        assert_eq!(now("a/g[x=1]#private"), "a/g[x=1]#all");
        assert_eq!(moved.now("a/g#all"), None);
        assert_eq!(moved.now("a/f[x=2]"), None);
    }

    #[test]
    fn a_new_id_exists() {
        let sources = Sources([(FILE.to_owned(), "\"a/b\" = \"a/c\"\n".to_owned())].into());
        let told = Moved::read(&sources, &[])
            .map_err(|told| told.to_string())
            .unwrap_err();
        assert!(told.contains("nothing is called `a/c`"), "{told}");
    }
}
