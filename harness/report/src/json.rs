//! The report for machines: the versioned document, whole.

use cimdspec_model::report::Report;

/// The report document.
///
/// # Errors
/// When a value has no JSON form, which the model's types do not allow.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report)
}
