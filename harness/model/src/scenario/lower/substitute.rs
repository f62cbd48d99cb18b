//! The `$` sigil: axis values and repetitions put into a parsed file, keeping the places of the author's words.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

/// The values of `$name` and `$name.column`, by that name.
pub(crate) type Values<'i> = BTreeMap<String, DeValue<'i>>;

/// What a `$` that cannot be read is, and its place.
pub(crate) struct Unread {
    pub(crate) why: Why,
    pub(crate) span: Range<usize>,
}

/// Why a `$` cannot be read.
pub(crate) enum Why {
    /// No axis has this name.
    NoAxis(String),
    /// A repetition that is not one, or too long.
    NoRepetition(String),
}

/// A repetition is at most so long in all.
const MOST_BYTES: usize = 1024 * 1024;

/// Replaces every reference in the table, in names as in values.
pub(crate) fn in_table<'i>(table: &mut DeTable<'i>, values: &Values<'i>) -> Result<(), Unread> {
    if table.keys().any(|name| name.get_ref().contains('$')) {
        for (name, value) in std::mem::take(table) {
            let span = name.span();
            let replaced = replacement(name.get_ref(), Some(values)).map_err(|why| Unread {
                why,
                span: span.clone(),
            })?;
            table.insert(Spanned::new(span, Cow::Owned(plain(&replaced))), value);
        }
    }
    for (_, value) in table.iter_mut() {
        in_value(value, Some(values))?;
    }
    Ok(())
}

/// Writes out the repetitions in the values of axes, where any other `$` is a plain one.
pub(crate) fn repetitions(value: &mut Spanned<DeValue<'_>>) -> Result<(), Unread> {
    in_value(value, None)
}

/// Replaces in a value what `replacement` does; without values, names stay.
fn in_value<'i>(value: &mut Spanned<DeValue<'i>>, values: Option<&Values<'i>>) -> Result<(), Unread> {
    let span = value.span();
    match (value.get_mut(), values) {
        (DeValue::Array(items), _) => items.iter_mut().try_for_each(|item| in_value(item, values)),
        (DeValue::Table(members), Some(values)) => in_table(members, values),
        (DeValue::Table(members), None) => members
            .iter_mut()
            .try_for_each(|(_, member)| in_value(member, None)),
        (DeValue::String(text), _) if text.contains('$') => {
            let replaced = replacement(text, values).map_err(|why| Unread {
                why,
                span: span.clone(),
            })?;
            *value.get_mut() = placed(replaced, &span);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The text with its repetitions written out and its references replaced. Without values, `$` is plain but before a repetition.
fn replacement<'i>(text: &str, values: Option<&Values<'i>>) -> Result<DeValue<'i>, Why> {
    let known = |values: &Values<'i>, name: &str| {
        let value = values.get(name).cloned();
        value.ok_or_else(|| Why::NoAxis(name.to_owned()))
    };
    if let Some(inner) = as_list(text) {
        return list(inner);
    }
    if let (Some(values), Some(name)) = (values, text.strip_prefix('$').filter(|name| is_name(name))) {
        return known(values, name);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(sigil) = rest.find('$') {
        out.push_str(&rest[..sigil]);
        let after = &rest[sigil + 1..];
        if let Some(inside) = after.strip_prefix('(') {
            rest = repeated(inside, &mut out)?;
            continue;
        }
        let Some(values) = values else {
            out.push('$');
            rest = after;
            continue;
        };
        if let Some(escaped) = after.strip_prefix('$') {
            out.push('$');
            rest = escaped;
            continue;
        }
        let length = after.find(|c: char| !is_name_part(c)).unwrap_or(after.len());
        let name = after[..length].trim_end_matches('.');
        out.push_str(&plain(&known(values, name)?));
        rest = &after[name.len()..];
    }
    out.push_str(rest);
    Ok(DeValue::String(Cow::Owned(out)))
}

/// Writes the repetition whose `$(` comes before the text; what is left of the text.
fn repeated<'t>(text: &'t str, out: &mut String) -> Result<&'t str, Why> {
    let (inside, rest) = text
        .split_once(')')
        .ok_or_else(|| Why::NoRepetition("it has no `)`".to_owned()))?;
    let (piece, times) = repetition(inside)?;
    out.push_str(&piece.repeat(times));
    Ok(rest)
}

/// What is in `$[…]`, if the whole text is one.
fn as_list(text: &str) -> Option<&str> {
    text.strip_prefix("$[")?.strip_suffix(']')
}

/// The list that `$[TEXT*N]` is.
fn list<'i>(inner: &str) -> Result<DeValue<'i>, Why> {
    let (piece, times) = repetition(inner)?;
    let mut items = toml::de::DeArray::new();
    for number in 0..times {
        let item = piece.replace('#', &number.to_string());
        items.push(Spanned::new(0..0, DeValue::String(Cow::Owned(item))));
    }
    Ok(DeValue::Array(items))
}

/// The text and the number of `TEXT*N`.
fn repetition(inner: &str) -> Result<(&str, usize), Why> {
    let (piece, times) = inner
        .rsplit_once('*')
        .ok_or_else(|| Why::NoRepetition("it has no `*` before a number".to_owned()))?;
    let number: usize = times
        .parse()
        .map_err(|_| Why::NoRepetition(format!("`{times}` is not a number")))?;
    match piece.len().checked_mul(number) {
        Some(length) if length <= MOST_BYTES => Ok((piece, number)),
        _ => Err(Why::NoRepetition(format!("it has more than {MOST_BYTES} bytes"))),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> Result<toml::Value, Why> {
        let axis = ("axis".to_owned(), DeValue::String(Cow::Borrowed("b")));
        let whole = format!("x = '{text}'");
        let mut table = DeTable::parse(&whole).unwrap().into_inner();
        in_table(&mut table, &Values::from([axis])).map_err(|unread| unread.why)?;
        let (_, value) = table.into_iter().next().unwrap();
        Ok(serde::Deserialize::deserialize(toml::de::ValueDeserializer::from(value)).unwrap())
    }

    fn told(text: &str) -> String {
        match replaced(text) {
            Err(Why::NoRepetition(told)) => told,
            Err(Why::NoAxis(name)) => panic!("no axis {name}"),
            Ok(value) => panic!("{value}"),
        }
    }

    #[test]
    fn a_repetition_is_written_out() {
        let text = |text: &str| replaced(text).ok().unwrap();
        assert_eq!(text("/$(ab*3)/$axis$(]*2)$(*5)"), "/ababab/b]]".into());
        assert_eq!(text("$$(a*2)"), "$(a*2)".into());
        assert_eq!(text("$[c#@@d*3]"), vec!["c0@@d", "c1@@d", "c2@@d"].into());
        assert_eq!(text("$[a*0]"), toml::Value::Array(Vec::new()));
    }

    #[test]
    fn in_a_value_of_an_axis_another_dollar_is_a_plain_one() {
        let whole = "x = [{ a = '$name/$$/$(b*2)', c = '$[d*2]' }]";
        let (_, mut value) = DeTable::parse(whole)
            .unwrap()
            .into_inner()
            .into_iter()
            .next()
            .unwrap();
        assert!(repetitions(&mut value).is_ok());
        let read: toml::Value =
            serde::Deserialize::deserialize(toml::de::ValueDeserializer::from(value)).unwrap();
        assert_eq!(read[0]["a"], "$name/$$/bb".into());
        assert_eq!(read[0]["c"], vec!["d", "d"].into());
    }

    #[test]
    fn a_repetition_that_is_none_says_why() {
        assert_eq!(told("$(a"), "it has no `)`");
        assert_eq!(told("$(a)"), "it has no `*` before a number");
        assert_eq!(told("$[a*b]"), "`b` is not a number");
        assert_eq!(told("$(ab*999999999)"), "it has more than 1048576 bytes");
        assert!(matches!(replaced("$nobody"), Err(Why::NoAxis(name)) if name == "nobody"));
    }
}
