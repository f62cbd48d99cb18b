//! Durations and sizes as people write them: `2s`, `200ms`, `64KiB`.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error as _;
use serde::de::Visitor;

/// A span of time written with its unit: `200ms`, `2s`, `5m`, `8h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(pub Duration);

/// A number of bytes, plain or with a unit: `5120`, `64KiB`, `10MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Size(pub u64);

const SPANS: [(&str, u64); 4] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
const SIZES: [(&str, u64); 4] = [
    ("KiB", 1024),
    ("MiB", 1024 * 1024),
    ("GiB", 1024 * 1024 * 1024),
    ("B", 1),
];

impl Span {
    /// Parses the written form; `None` when it has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        with_unit(text, &SPANS).map(|milliseconds| Self(Duration::from_millis(milliseconds)))
    }
}

impl Size {
    /// Parses the written form; `None` when it has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        with_unit(text, &SIZES).or_else(|| text.parse().ok()).map(Self)
    }
}

fn with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    units
        .iter()
        .find_map(|(unit, factor)| text.strip_suffix(unit)?.parse::<u64>().ok()?.checked_mul(*factor))
}

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.0.as_millis();
        if milliseconds > 0 && milliseconds.is_multiple_of(1000) {
            write!(out, "{}s", milliseconds / 1000)
        } else {
            write!(out, "{milliseconds}ms")
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes > 0 && bytes.is_multiple_of(1024 * 1024) => {
                write!(out, "{}MiB", bytes / (1024 * 1024))
            }
            bytes if bytes >= 65_536 && bytes.is_multiple_of(1024) => write!(out, "{}KiB", bytes / 1024),
            bytes => write!(out, "{bytes}B"),
        }
    }
}

struct SpanVisitor;

impl Visitor<'_> for SpanVisitor {
    type Value = Span;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a duration such as \"200ms\", \"2s\" or \"5m\"")
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Span, E> {
        Span::parse(text).ok_or_else(|| {
            E::custom(format!(
                "`{text}` is no duration such as \"200ms\", \"2s\" or \"5m\""
            ))
        })
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(SpanVisitor)
    }
}

struct SizeVisitor;

impl Visitor<'_> for SizeVisitor {
    type Value = Size;
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a size such as 5120, \"64KiB\" or \"10MiB\"")
    }
    fn visit_i64<E: serde::de::Error>(self, bytes: i64) -> Result<Size, E> {
        u64::try_from(bytes)
            .map(Size)
            .map_err(|_| E::custom("a size is not negative"))
    }
    fn visit_u64<E: serde::de::Error>(self, bytes: u64) -> Result<Size, E> {
        Ok(Size(bytes))
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Size, E> {
        Size::parse(text).ok_or_else(|| {
            E::custom(format!(
                "`{text}` is no size such as 5120, \"64KiB\" or \"10MiB\""
            ))
        })
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(SizeVisitor).map_err(D::Error::custom)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "A duration with its unit (`ms`, `s`, `m` or `h`), for example `200ms`, `2s`, `5m`.",
            "type": "string",
            "pattern": "^[0-9]+(ms|s|m|h)$|^\\$",
        })
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "A number of bytes or events. Bytes may have a unit (`B`, `KiB`, `MiB` or `GiB`), for example `64KiB`.",
            "type": ["integer", "string"],
            "pattern": "^[0-9]+(B|KiB|MiB|GiB)?$|^\\$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_read_back() {
        for text in ["200ms", "2s", "30s"] {
            assert_eq!(Span::parse(text).unwrap().to_string(), text);
        }
        for text in ["5121B", "64KiB", "10MiB"] {
            assert_eq!(Size::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Span::parse("8h"), Span::parse("480m"));
        assert_eq!(Span::parse("2 s"), None);
        assert_eq!(Size::parse("64kb"), None);
    }
}
