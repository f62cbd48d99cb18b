//! The kill matrix: which checks catch which mutant.

use std::fmt::Write;

/// One mutant and what caught it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// The mutant.
    pub mutant: String,
    /// What is wrong with it.
    pub summary: String,
    /// The checks that killed it.
    pub killed_by: Vec<String>,
    /// Checks that went red too, and why that is right.
    pub also: Vec<(String, String)>,
    /// What is not as it should be.
    pub faults: Vec<String>,
}

/// The matrix as text.
pub fn matrix(rows: &[MatrixRow]) -> String {
    let mut out = String::new();
    for row in rows {
        let mark = if row.faults.is_empty() { "killed" } else { "FAULT " };
        let _ = writeln!(out, "{mark}  {}: {}", row.mutant, row.summary);
        for check in &row.killed_by {
            let _ = writeln!(out, "          by {check}");
        }
        for (check, reason) in &row.also {
            let _ = writeln!(out, "        also {check}: {reason}");
        }
        for fault in &row.faults {
            let _ = writeln!(out, "       fault {fault}");
        }
    }
    let faults = rows.iter().filter(|row| !row.faults.is_empty()).count();
    let _ = writeln!(
        out,
        "\n{} mutants, {} killed, {faults} with faults",
        rows.len(),
        rows.len() - faults
    );
    out
}
