//! `cimdspec report`: a report document in another format.

use cimdspec_report::Paint;

use crate::args::reports::ReportArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::paint;
use crate::output::show;
use crate::session::document;

/// Prints the report; its findings do not decide the exit code, which the run had already.
pub(crate) fn report(arguments: &ReportArguments) -> Result<Exit, Stop> {
    let report = document::read(&arguments.file)?;
    let paint = match arguments.format {
        cimdspec_report::Format::Human => paint(),
        _ => Paint::Plain,
    };
    let text = arguments
        .format
        .write(&report, paint)
        .map_err(|error| Stop::new(Exit::Fault, error))?;
    show(text.trim_end());
    Ok(Exit::Clean)
}
