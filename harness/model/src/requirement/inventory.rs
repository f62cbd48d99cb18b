//! The inventory of requirements: each row is checked, or says why it is not.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Sources;
use crate::scenario::ids::KnownIds;
use crate::scenario::variants::Scenario;

const FILE: &str = "inventory.toml";

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// Checked by these checks, as `scenario#check`; where they do not go all the way, what is lacking or left out.
    Checked {
        /// The checks.
        checks: Vec<String>,
        /// What of the row they do not judge yet.
        lacking: Option<String>,
        /// What of the row they leave out, and why.
        excluded: Option<String>,
    },
    /// No black box can judge it, or another reason.
    Excluded(String),
    /// Not checked yet: what is lacking.
    Open(String),
}

/// The rows by area, in each by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inventory(pub BTreeMap<String, BTreeMap<String, Row>>);

/// A row: `checks`, perhaps with `lacking` or `excluded`, or one of the others.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RowRaw {
    /// The checks that judge it, as `scenario#check`; if only one variant does, as `scenario[axis=slug]#check`.
    #[schemars(with = "Vec<String>")]
    checks: Vec<Spanned<String>>,
    /// What of the row the checks do not judge yet.
    lacking: Option<String>,
    /// Why nothing judges it; beside `checks`, what of the row they leave out, and why.
    excluded: Option<String>,
    /// What is lacking so that it could be judged.
    open: Option<String>,
}

impl Inventory {
    /// Reads `inventory.toml`; without it there are no rows.
    ///
    /// # Errors
    /// A [`Diagnostic`] at a check that does not exist, or a row that says nothing or too much.
    pub fn read(sources: &Sources, scenarios: &[Scenario]) -> Result<Self, Diagnostic> {
        let Some(text) = sources.text(FILE) else {
            return Ok(Self::default());
        };
        let raw: BTreeMap<String, BTreeMap<Spanned<String>, RowRaw>> =
            toml::from_str(text).map_err(|error| Diagnostic::from_toml(FILE, text, &error))?;
        let known = KnownIds::of(scenarios);
        let mut areas = BTreeMap::new();
        for (area, rows) in raw {
            let mut read = BTreeMap::new();
            for (id, row) in rows {
                read.insert(id.get_ref().clone(), row_of(text, &id, row, &known)?);
            }
            areas.insert(area, read);
        }
        Ok(Self(areas))
    }

    /// How many rows are checked, excluded and open.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(&Row) -> bool| {
            let rows = self.0.values().flat_map(BTreeMap::values);
            rows.filter(|row| is(row)).count()
        };
        (
            count(|row| matches!(row, Row::Checked { .. })),
            count(|row| matches!(row, Row::Excluded(_))),
            count(|row| matches!(row, Row::Open(_))),
        )
    }
}

fn row_of(text: &str, id: &Spanned<String>, row: RowRaw, known: &KnownIds<'_>) -> Result<Row, Diagnostic> {
    let RowRaw {
        checks,
        lacking,
        excluded,
        open,
    } = row;
    if let Some(stray) = checks.iter().find(|check| !known.has_check(check.get_ref())) {
        let name = stray.get_ref();
        let told = Diagnostic::at(FILE, text, stray.span(), format!("there is no check `{name}`"));
        return Err(known.hinted(told, name, |id| id.contains('#')));
    }
    let checks: Vec<String> = checks.into_iter().map(Spanned::into_inner).collect();
    match (checks.is_empty(), lacking, excluded, open) {
        (false, lacking, excluded, None) => Ok(Row::Checked {
            checks,
            lacking,
            excluded,
        }),
        (true, None, Some(why), None) => Ok(Row::Excluded(why)),
        (true, None, None, Some(what)) => Ok(Row::Open(what)),
        _ => {
            let told = format!(
                "row `{}` has `checks`, `excluded` or `open`, and `lacking` beside `checks` only",
                id.get_ref()
            );
            Err(Diagnostic::at(FILE, text, id.span(), told))
        }
    }
}

/// The JSON Schema of the inventory.
pub(crate) fn schema() -> serde_json::Value {
    schemars::schema_for!(BTreeMap<String, BTreeMap<String, RowRaw>>).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventory(text: &str) -> Result<Inventory, String> {
        let sources = Sources([(FILE.to_owned(), text.to_owned())].into());
        Inventory::read(&sources, &[]).map_err(|diagnostic| diagnostic.to_string())
    }

    #[test]
    fn a_row_says_what_became_of_it() {
        let read = inventory("[a]\nx = { excluded = \"why\" }\ny = { open = \"what\" }\n").unwrap();
        assert_eq!(read.counts(), (0, 1, 1));
        let told = inventory("[a]\nx = {}\n").unwrap_err();
        assert!(
            told.contains("row `x` has `checks`, `excluded` or `open`"),
            "{told}"
        );
        let told = inventory("[a]\nx = { checks = [\"b#c\"] }\n").unwrap_err();
        assert!(told.contains("there is no check `b#c`"), "{told}");
    }
}
