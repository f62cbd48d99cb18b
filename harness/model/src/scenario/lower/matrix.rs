//! The matrix: axes from lists and tables, their product, and the slugs that name the variants.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::nearest;
use crate::scenario::lower::shared::Row;
use crate::scenario::lower::shared::SharedFiles;
use crate::scenario::lower::substitute::Values;
use crate::scenario::lower::substitute::plain;

/// One value of an axis: what `$axis` stands for, its further columns, and its slug.
#[derive(Clone)]
pub(crate) struct AxisValue<'i> {
    pub(crate) slug: String,
    pub(crate) value: DeValue<'i>,
    pub(crate) columns: BTreeMap<String, DeValue<'i>>,
}

/// An axis and its values, in the order of the file.
pub(crate) struct Axis<'i> {
    pub(crate) name: String,
    pub(crate) values: Vec<AxisValue<'i>>,
}

/// One combination: for each axis its name and value.
pub(crate) type Combination<'a, 'i> = Vec<(&'a str, &'a AxisValue<'i>)>;

/// Reads the `[matrix]` table.
pub(crate) fn axes<'i>(
    path: &str,
    text: &str,
    matrix: &Spanned<DeValue<'i>>,
    shared: &SharedFiles<'i>,
) -> Result<Vec<Axis<'i>>, Diagnostic> {
    let DeValue::Table(table) = matrix.get_ref() else {
        return Err(Diagnostic::at(
            path,
            text,
            matrix.span(),
            "`matrix` is a table of axes",
        ));
    };
    let mut axes = Vec::new();
    for (name, value) in table {
        let span = value.span();
        let wrong = |message: String| Diagnostic::at(path, text, span.clone(), message);
        let values: Vec<AxisValue<'i>> = match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .map(|item| listed(item.get_ref()).map_err(&wrong))
                .collect::<Result<_, _>>()?,
            DeValue::Table(reference) => from_table(path, text, &span, reference, shared)?,
            _ => {
                return Err(wrong(
                    "an axis is a list of values or `{ table = …, column = … }`".to_owned(),
                ));
            }
        };
        if values.is_empty() {
            return Err(wrong(format!("axis `{}` has no value", name.get_ref())));
        }
        axes.push(Axis {
            name: name.get_ref().to_string(),
            values,
        });
    }
    axes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(axes)
}

/// An axis whose values are plain words.
pub(crate) fn axis_of_words<'a, 'i: 'a>(
    name: &str,
    words: impl Iterator<Item = &'a DeValue<'i>>,
) -> Axis<'i> {
    let values = words.map(|word| AxisValue {
        slug: slug(&plain(word)),
        value: word.clone(),
        columns: BTreeMap::new(),
    });
    Axis {
        name: name.to_owned(),
        values: values.collect(),
    }
}

fn listed<'i>(item: &DeValue<'i>) -> Result<AxisValue<'i>, String> {
    let DeValue::Table(row) = item else {
        return Ok(AxisValue {
            slug: slug(&plain(item)),
            value: item.clone(),
            columns: BTreeMap::new(),
        });
    };
    let mut columns: BTreeMap<String, DeValue<'i>> = row
        .iter()
        .map(|(name, value)| (name.get_ref().to_string(), value.get_ref().clone()))
        .collect();
    let name = columns.remove("slug").ok_or("a row of an axis has a `slug`")?;
    let value = columns.get("value").cloned().unwrap_or_else(|| name.clone());
    Ok(AxisValue {
        slug: slug(&plain(&name)),
        value,
        columns,
    })
}

fn from_table<'i>(
    path: &str,
    text: &str,
    span: &Range<usize>,
    reference: &DeTable<'i>,
    shared: &SharedFiles<'i>,
) -> Result<Vec<AxisValue<'i>>, Diagnostic> {
    let wrong = |message: String| Diagnostic::at(path, text, span.clone(), message);
    let word = |key: &str| reference.get(key).map(Spanned::get_ref);
    if let Some((key, value)) = reference
        .iter()
        .find(|(key, _)| !["table", "column", "where"].contains(&key.get_ref().as_ref()))
    {
        let told = format!(
            "unknown field `{}`, expected one of `table`, `column`, `where`",
            key.get_ref()
        );
        return Err(Diagnostic::at(path, text, value.span(), told));
    }
    let file = word("table")
        .map(plain)
        .ok_or_else(|| wrong("an axis from a table names it: `table = …`".to_owned()))?;
    let columns: Vec<String> = match word("column") {
        Some(DeValue::Array(items)) => items.iter().map(|item| plain(item.get_ref())).collect(),
        Some(single) => vec![plain(single)],
        None => {
            return Err(wrong(
                "an axis from a table names its column: `column = …`".to_owned(),
            ));
        }
    };
    let rows = shared.table(&file)?.ok_or_else(|| {
        let known = shared.sources.below("tables/").map(|(path, _)| path);
        let told = wrong(format!("there is no table `{file}`"));
        nearest(&file, known)
            .first()
            .map_or(told.clone(), |best| told.hint(format!("did you mean `{best}`?")))
    })?;
    let mut values = Vec::new();
    for Row { span, cells } in rows.iter() {
        if !chosen(cells, word("where")) {
            continue;
        }
        for column in &columns {
            let value = cells.get(column).cloned().ok_or_else(|| {
                let content = shared.sources.text(&file).unwrap_or_default();
                let told = format!("this row has no column `{column}`");
                Diagnostic::at(&file, content, span.clone(), told)
            })?;
            let value_slug = slug(&plain(&value));
            if values
                .iter()
                .all(|known: &AxisValue<'_>| known.slug != value_slug)
            {
                values.push(AxisValue {
                    slug: value_slug,
                    value,
                    columns: cells.clone(),
                });
            }
        }
    }
    Ok(values)
}

fn chosen(cells: &BTreeMap<String, DeValue<'_>>, condition: Option<&DeValue<'_>>) -> bool {
    let Some(DeValue::Table(condition)) = condition else {
        return true;
    };
    condition.iter().all(|(column, wanted)| {
        cells.get(column.get_ref().as_ref()).map(plain) == Some(plain(wanted.get_ref()))
    })
}

/// Every combination of the axes' values; one empty combination without axes.
pub(crate) fn product<'a, 'i>(axes: &'a [Axis<'i>]) -> Vec<Combination<'a, 'i>> {
    axes.iter().fold(vec![Vec::new()], |combinations, axis| {
        combinations
            .iter()
            .flat_map(|combination| {
                axis.values.iter().map(move |value| {
                    let mut longer = combination.clone();
                    longer.push((axis.name.as_str(), value));
                    longer
                })
            })
            .collect()
    })
}

/// The values of `$axis` and `$axis.column` for a combination.
pub(crate) fn values<'i>(combination: &Combination<'_, 'i>) -> Values<'i> {
    let mut values = Values::new();
    for (name, chosen) in combination {
        values.insert((*name).to_owned(), chosen.value.clone());
        for (column, value) in &chosen.columns {
            values.insert(format!("{name}.{column}"), value.clone());
        }
    }
    values
}

/// A text that is safe in an id: no brackets, commas, `=` or `#`, at most 48 characters.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(48) {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_' | '/') {
            out.push(c);
        } else if !out.ends_with('~') {
            out.push('~');
        }
    }
    out
}
