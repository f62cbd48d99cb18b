//! Which server a run is about: the command line names it, else the profile; the reference only where neither is given.

use cimdspec_model::profile::Profile;

use crate::args::arguments::RunArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;

/// How exactly an issuer was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precision {
    /// By a profile or by an MCP server: clients know the server by exactly this text.
    Exact,
    /// By an operator on the command line, to be found there; what it is called, its metadata says.
    Place,
}

/// Takes over the server that the profile names, unless the command line names one.
pub(crate) fn settle(arguments: &mut RunArguments, profile: &Profile) -> Result<Precision, Stop> {
    let usage = |told: String| Err(Stop::new(Exit::Usage, told));
    let by_flag = [arguments.issuer.clone(), arguments.mcp.clone()]
        .into_iter()
        .flatten()
        .next()
        .or_else(|| (!arguments.command.is_empty()).then(|| arguments.command.join(" ")));
    let by_profile = profile.issuer.clone().or(profile.mcp.clone());
    match (&by_flag, &by_profile) {
        (Some(flag), Some(profile)) if flag != profile => say(&format!(
            "warning: the profile names `{profile}`, the command line `{flag}`: the latter is tested"
        )),
        (Some(_), _) => {}
        (None, _) if arguments.mutant.is_some() => {
            if let Some(file) = arguments.profile.as_ref().filter(|_| profile.names_a_server()) {
                return usage(format!(
                    "`--mutant` breaks the embedded reference server, and `{}` names another one\nhint: leave out one of them",
                    file.display()
                ));
            }
        }
        (None, _) if profile.names_a_server() => {
            arguments.issuer.clone_from(&profile.issuer);
            arguments.mcp.clone_from(&profile.mcp);
        }
        (None, _) => {
            if let Some(file) = &arguments.profile {
                return usage(format!(
                    "`{}` names no server, and neither does the command line\n\
                     hint: write `issuer = \"https://…\"`, `mcp = \"https://…\"` or a `[start]` table into it, or add `--issuer URL`, \
                     `--mcp URL` or `-- COMMAND`",
                    file.display()
                ));
            }
        }
    }
    let is_there = arguments.issuer.is_some() || arguments.mcp.is_some();
    let wanting = [
        ("--authorized", arguments.authorized),
        ("--upstream", arguments.upstream.is_some()),
    ];
    if let Some((flag, _)) = wanting.into_iter().find(|(_, given)| *given && !is_there) {
        return usage(format!(
            "`{flag}` is for a server that is there already\nhint: name it by `--issuer URL`, or by `issuer` in its profile"
        ));
    }
    Ok(
        match arguments.mcp.is_some() || arguments.issuer == profile.issuer {
            true => Precision::Exact,
            false => Precision::Place,
        },
    )
}
