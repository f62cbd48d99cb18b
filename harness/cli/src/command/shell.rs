//! `cimdspec completions` and `cimdspec man`: what a shell and its manual need, made from the command line itself.

use std::path::Path;

use clap::Command;
use clap::CommandFactory;
use clap_complete::Shell;
use clap_complete::generate;
use clap_mangen::Man;

use crate::args::arguments::Arguments;
use crate::command::derived::write;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::show;

const NAME: &str = "cimdspec";

/// Prints the completions of a shell.
pub(crate) fn completions(shell: Shell) -> Exit {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), NAME, &mut script);
    show(String::from_utf8_lossy(&script).trim_end());
    Exit::Clean
}

/// Prints the manual page, or writes one for each command into a folder.
pub(crate) fn man(folder: Option<&Path>) -> Result<Exit, Stop> {
    let mut whole = Arguments::command();
    whole.build();
    let Some(folder) = folder else {
        show(page(whole)?.trim_end());
        return Ok(Exit::Clean);
    };
    let is_ours = |command: &&Command| command.get_name() != "help" && !command.is_hide_set();
    let commands = whole.get_subcommands().filter(is_ours);
    let pages: Vec<(String, Command)> = commands
        .map(|command| (format!("{NAME}-{}", command.get_name()), command.clone()))
        .collect();
    for (name, command) in pages {
        // Clap keeps names that live as long as the program; there are a dozen, once.
        let titled: &'static str = name.clone().leak();
        let text = page(command.name(titled).display_name(titled))?;
        write(&folder.join(format!("{name}.1")), &text)?;
    }
    write(&folder.join(format!("{NAME}.1")), &page(whole)?)?;
    Ok(Exit::Clean)
}

fn page(command: Command) -> Result<String, Stop> {
    let mut page = Vec::new();
    let made = Man::new(command).render(&mut page);
    made.map_err(|error| Stop::new(Exit::Fault, format!("failed to make the manual page: {error}")))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_a_manual_page() {
        let folder = tempfile::tempdir().unwrap();
        man(Some(folder.path())).unwrap();
        let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(
            text("cimdspec.1").contains("Exit codes"),
            "{}",
            text("cimdspec.1")
        );
        assert!(
            text("cimdspec-run.1").contains("\\-\\-fail\\-on"),
            "{}",
            text("cimdspec-run.1")
        );
        assert!(
            text("cimdspec-run.1").starts_with(".ie"),
            "{}",
            text("cimdspec-run.1")
        );
    }

    #[test]
    fn completions_know_the_flags() {
        for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
            let mut script = Vec::new();
            generate(shell, &mut Arguments::command(), NAME, &mut script);
            assert!(String::from_utf8_lossy(&script).contains("fail-on"), "{shell}");
        }
    }
}
