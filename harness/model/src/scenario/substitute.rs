//! The `$` sigil: axis values put into a parsed file, keeping the places of the author's words.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

/// The values of `$name` and `$name.column`, by that name.
pub(crate) type Values<'i> = BTreeMap<String, DeValue<'i>>;

/// A `$name` that no axis has, and where it stands.
pub(crate) struct UnknownAxis {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
}

/// Replaces every reference in the table, in names as in values.
pub(crate) fn in_table<'i>(table: &mut DeTable<'i>, values: &Values<'i>) -> Result<(), UnknownAxis> {
    if table.keys().any(|name| name.get_ref().contains('$')) {
        for (name, value) in std::mem::take(table) {
            let span = name.span();
            let replaced = replacement(name.get_ref(), values).map_err(|name| UnknownAxis {
                name,
                span: span.clone(),
            })?;
            table.insert(Spanned::new(span, Cow::Owned(plain(&replaced))), value);
        }
    }
    for (_, value) in table.iter_mut() {
        in_value(value, values)?;
    }
    Ok(())
}

fn in_value<'i>(value: &mut Spanned<DeValue<'i>>, values: &Values<'i>) -> Result<(), UnknownAxis> {
    let span = value.span();
    match value.get_mut() {
        DeValue::Array(items) => items.iter_mut().try_for_each(|item| in_value(item, values)),
        DeValue::Table(members) => in_table(members, values),
        DeValue::String(text) if text.contains('$') => {
            let replaced = replacement(text, values).map_err(|name| UnknownAxis {
                name,
                span: span.clone(),
            })?;
            *value.get_mut() = placed(replaced, &span);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn replacement<'i>(text: &str, values: &Values<'i>) -> Result<DeValue<'i>, String> {
    let known = |name: &str| values.get(name).ok_or_else(|| name.to_owned());
    if let Some(name) = text.strip_prefix('$').filter(|name| is_name(name)) {
        return known(name).cloned();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(sigil) = rest.find('$') {
        out.push_str(&rest[..sigil]);
        let after = &rest[sigil + 1..];
        if let Some(escaped) = after.strip_prefix('$') {
            out.push('$');
            rest = escaped;
            continue;
        }
        let length = after.find(|c: char| !is_name_part(c)).unwrap_or(after.len());
        let name = after[..length].trim_end_matches('.');
        out.push_str(&plain(known(name)?));
        rest = &after[name.len()..];
    }
    out.push_str(rest);
    Ok(DeValue::String(Cow::Owned(out)))
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.')
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(is_name_part)
        && !text.ends_with('.')
}

/// A scalar as text; the written form of anything else.
pub(crate) fn plain(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(truth) => truth.to_string(),
        other => format!("{other:?}"),
    }
}

fn placed<'i>(value: DeValue<'i>, span: &Range<usize>) -> DeValue<'i> {
    match value {
        DeValue::Array(items) => {
            let mut array = toml::de::DeArray::new();
            for item in items {
                array.push(Spanned::new(span.clone(), placed(item.into_inner(), span)));
            }
            DeValue::Array(array)
        }
        DeValue::Table(members) => DeValue::Table(
            members
                .into_iter()
                .map(|(name, member)| {
                    (Spanned::new(span.clone(), name.into_inner()), {
                        Spanned::new(span.clone(), placed(member.into_inner(), span))
                    })
                })
                .collect(),
        ),
        scalar => scalar,
    }
}
