//! The report for machines: the versioned document, whole.

use std::io;
use std::io::Write;

use cimdspec_model::report::Report;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Down to this depth each value has a line of its own: members of the document, and entries of its lists.
const LINES: usize = 2;

/// The report document: one line for each finding and each case, so that it is small and yet can be searched and compared by
/// lines.
///
/// # Errors
/// When a value has no JSON form, which the model's types do not allow.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    report.serialize(&mut Serializer::with_formatter(&mut bytes, ByLines::default()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes compact JSON with line ends between the outer values.
#[derive(Debug, Default)]
struct ByLines {
    depth: usize,
}

impl ByLines {
    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        match self.depth <= LINES {
            true => writer.write_all(b"\n"),
            false => Ok(()),
        }
    }

    fn next<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.line(writer)
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.line(writer)?;
        self.depth = self.depth.saturating_sub(1);
        writer.write_all(bracket)
    }
}

impl Formatter for ByLines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.next(writer, first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fabricated;

    #[test]
    fn the_document_is_as_its_schema_says() {
        let schema = cimdspec_model::report::schema().to_value();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let with_case = Report {
            cases: vec![("a/b".to_owned(), fabricated::case())],
            ..fabricated::mixed()
        };
        for report in [with_case, Report::default()] {
            let text = json(&report).unwrap();
            let document: serde_json::Value = serde_json::from_str(&text).unwrap();
            let wrong: Vec<String> = validator
                .iter_errors(&document)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert_eq!(wrong, Vec::<String>::new());
        }
    }

    #[test]
    fn each_entry_of_a_list_is_a_line_and_the_text_is_the_same_document() {
        let value = serde_json::json!({ "a": [{ "x": [1, 2], "y": {} }, { "x": [] }], "b": 1 });
        let mut bytes = Vec::new();
        let mut writer = Serializer::with_formatter(&mut bytes, ByLines::default());
        value.serialize(&mut writer).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            text,
            "{\n\"a\":[\n{\"x\":[1,2],\"y\":{}},\n{\"x\":[]}\n],\n\"b\":1\n}"
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
