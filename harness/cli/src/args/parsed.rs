//! The command line as it was given: what has a default is told apart from what was written.

use clap::CommandFactory;
use clap::FromArgMatches;

use crate::args::arguments::Arguments;
use crate::args::arguments::Command;
use crate::args::given::Given;

/// Parses the command line of the process.
///
/// # Errors
/// What clap says about a wrong one, and its help.
pub(crate) fn parsed() -> Result<Arguments, clap::Error> {
    of_words(std::env::args_os())
}

/// Parses these words, the program's name among them.
pub(crate) fn of_words<W: Into<std::ffi::OsString> + Clone>(
    words: impl IntoIterator<Item = W>,
) -> Result<Arguments, clap::Error> {
    let matches = Arguments::command().try_get_matches_from(words)?;
    let mut arguments = Arguments::from_arg_matches(&matches)?;
    let run = match &mut arguments.command {
        Some(Command::Run(run)) => Some(&mut **run),
        Some(Command::Doctor(doctor)) => Some(&mut doctor.run),
        Some(Command::Hold(hold)) => Some(&mut hold.run),
        Some(Command::Fuzz(fuzz)) => Some(&mut fuzz.run),
        Some(Command::Replay(replay)) => Some(&mut replay.run),
        _ => None,
    };
    if let (Some(run), Some((_, matches))) = (run, matches.subcommand()) {
        run.given = Given::of(matches);
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(words: &[&str]) -> Given {
        match of_words(words.iter().copied()).unwrap().command {
            Some(Command::Run(run)) => run.given,
            _ => Given::default(),
        }
    }

    #[test]
    fn a_flag_that_repeats_the_default_is_given() {
        let nothing = Given::default();
        assert_eq!(given(&["cimdspec", "run"]), nothing);
        assert_eq!(
            given(&["cimdspec", "run", "--results", "results"]),
            Given {
                results: true,
                ..nothing
            }
        );
        assert_eq!(
            given(&["cimdspec", "run", "--jobs=24"]),
            Given {
                jobs: true,
                ..nothing
            }
        );
    }
}
