//! `cimdspec merge`: the reports of all parts of a run as one report.

use std::fs;

use cimdspec_model::merge::MergeError;
use cimdspec_model::merge::merged;
use cimdspec_report::human;
use cimdspec_report::json;

use crate::args::parts::MergeArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::paint;
use crate::output::show;
use crate::session::document;
use crate::session::own;

/// Writes the report of the whole run and prints it. Its findings do not decide the exit code: the parts had theirs.
pub(crate) fn merge(arguments: &MergeArguments) -> Result<Exit, Stop> {
    let mut parts = Vec::new();
    for path in &arguments.parts {
        parts.push((path.display().to_string(), document::read(path)?));
    }
    let read = own::catalogue(arguments.scenarios.as_deref(), &arguments.beside.with_scenarios)?;
    let whole = merged(parts, &read.catalogue, &read.digest()).map_err(|error| {
        let hint = match error {
            MergeError::Missing { .. } => "give the report of every part",
            MergeError::OtherCatalogue { .. } => {
                "merge with the program that made the parts, or name their scenarios: `--scenarios FOLDER`, \
                 `--with-scenarios FOLDER`"
            }
            _ => "give each part of one run once: all made by the same command, except for `--partition`",
        };
        Stop::new(Exit::BadInput, format!("failed to merge: {error}\nhint: {hint}"))
    })?;
    let text = json(&whole).map_err(|error| Stop::new(Exit::Fault, error))?;
    fs::write(&arguments.out, text).map_err(|error| {
        Stop::new(
            Exit::Usage,
            format!("failed to write `{}`: {error}", arguments.out.display()),
        )
    })?;
    show(&format!(
        "{}report in {}",
        human(&whole, &whole.made, paint()),
        arguments.out.display()
    ));
    Ok(Exit::Clean)
}
