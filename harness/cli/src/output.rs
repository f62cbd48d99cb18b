//! What the program says: data to stdout, talk to stderr. A reader that went away is no fault of ours.

use std::io::IsTerminal;
use std::io::Write;

use cimdspec_report::Paint;

/// Talk: progress, warnings, the last word of a failure.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Data: what was asked for.
pub(crate) fn show(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// How many of the last lines of a server are shown.
const LINES_SHOWN: usize = 12;

/// The last lines of a server, each with this before it, below a heading; nothing where it wrote none.
pub(crate) fn last_lines(lines: &[String], before: &str) -> String {
    let from = lines.len().saturating_sub(LINES_SHOWN);
    let shown: Vec<String> = lines[from..]
        .iter()
        .map(|line| format!("\n{before}{line}"))
        .collect();
    match shown.is_empty() {
        true => String::new(),
        false => format!("its last lines:{}", shown.concat()),
    }
}

/// Colour for stdout: on a terminal, unless the user says no.
pub(crate) fn paint() -> Paint {
    coloured(std::io::stdout().is_terminal())
}

/// The columns of the terminal, where stdout is one.
pub(crate) fn width() -> Option<usize> {
    let (_, columns) = console::Term::stdout().size_checked()?;
    std::io::stdout().is_terminal().then_some(usize::from(columns))
}

/// Colour for stderr.
pub(crate) fn paint_talk() -> Paint {
    coloured(std::io::stderr().is_terminal())
}

fn coloured(terminal: bool) -> Paint {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if terminal && !refused {
        Paint::Coloured
    } else {
        Paint::Plain
    }
}
