//! The kill matrix: which checks catch which mutant.

use std::fmt::Write;

use serde_json::json;

use crate::words::one_line;
use crate::words::plural;

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

/// All that `prove` found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matrix {
    /// The shape of the reference that the mutants deviate from; nothing for the plain one.
    pub shape: Option<String>,
    /// The mutants, in order.
    pub rows: Vec<MatrixRow>,
    /// The mutants that the shape cannot show: no check that claims to kill them applies to it, or it decides nothing that they break.
    pub not_shown: Vec<String>,
    /// How many checks kill a mutant.
    pub proven: usize,
    /// The checks that kill none: they do not count.
    pub unproven: Vec<String>,
    /// How many cases were walked with the right recipe, without one, and with a wrong password, to be compared.
    pub in_columns: usize,
    /// What is wrong beside the mutants: names of none, a reference that is not clean.
    pub faults: Vec<String>,
}

impl Matrix {
    /// Whether every mutant is killed and nothing else is wrong.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty() && self.rows.iter().all(|row| row.faults.is_empty())
    }
}

/// The matrix as text.
pub fn matrix(matrix: &Matrix) -> String {
    let mut out = String::new();
    for row in &matrix.rows {
        let mark = if row.faults.is_empty() { "killed" } else { "FAULT " };
        let _ = writeln!(out, "{mark}  {}: {}", row.mutant, row.summary);
        for check in &row.killed_by {
            let _ = writeln!(out, "          by {check}");
        }
        for (check, reason) in &row.also {
            let _ = writeln!(out, "        also {check}: {}", one_line(reason));
        }
        for fault in &row.faults {
            let _ = writeln!(out, "       fault {}", one_line(fault));
        }
    }
    for mutant in &matrix.not_shown {
        let _ = writeln!(out, "not shown  {mutant}");
    }
    for fault in &matrix.faults {
        let _ = writeln!(out, "fault  {}", one_line(fault));
    }
    let faults = matrix.rows.iter().filter(|row| !row.faults.is_empty()).count();
    let _ = writeln!(
        out,
        "\n{}, {} killed, {faults} with faults",
        plural(matrix.rows.len(), "mutant"),
        matrix.rows.len() - faults
    );
    if let Some(shape) = &matrix.shape {
        let _ = writeln!(
            out,
            "{} not shown: no check that claims to kill them applies to the shape `{shape}`",
            plural(matrix.not_shown.len(), "mutant")
        );
    }
    let _ = writeln!(
        out,
        "{} proven, {} unproven (they do not count)",
        plural(matrix.proven, "check"),
        matrix.unproven.len()
    );
    for check in &matrix.unproven {
        let _ = writeln!(out, "    unproven {check}");
    }
    let _ = writeln!(
        out,
        "{} walked with the right recipe, without a recipe and with a wrong password",
        plural(matrix.in_columns, "case")
    );
    out
}

/// The matrix for machines.
pub fn matrix_json(matrix: &Matrix) -> String {
    let rows: Vec<_> = matrix
        .rows
        .iter()
        .map(|row| {
            let also: Vec<_> = row
                .also
                .iter()
                .map(|(check, reason)| json!({ "check": check, "reason": reason }))
                .collect();
            json!({
                "mutant": row.mutant,
                "summary": row.summary,
                "killed_by": row.killed_by,
                "also": also,
                "faults": row.faults,
            })
        })
        .collect();
    let document = json!({
        "version": 1,
        "shape": matrix.shape,
        "mutants": rows,
        "not_shown": matrix.not_shown,
        "proven": matrix.proven,
        "unproven": matrix.unproven,
        "in_columns": matrix.in_columns,
        "faults": matrix.faults,
    });
    format!("{document:#}")
}
