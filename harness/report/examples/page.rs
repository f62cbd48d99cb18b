//! Writes the page of a report document: `cargo run -p cimdspec-report --example page -- report.json > report.html`.

use std::error::Error;
use std::io::Write;

use cimdspec_model::report::Report;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("which report.json?")?;
    let report: Report = serde_json::from_slice(&std::fs::read(path)?)?;
    std::io::stdout().write_all(cimdspec_report::html(&report).as_bytes())?;
    Ok(())
}
