//! `cimdspec.toml`: the flags that a user's repository gives to every run. A flag of the command line takes its place.

use std::path::Path;
use std::path::PathBuf;

use cimdspec_model::config::CONFIG;
use cimdspec_model::config::Config;
use cimdspec_model::config::Place;
use cimdspec_model::gate::FailOn;

use crate::args::arguments::RunArguments;
use crate::args::environment::EnvironmentName;
use crate::args::reports::ReportTo;
use crate::args::reports::report_to;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::files;

/// The arguments of a run with what its config file says.
pub(crate) fn of_run(mut arguments: RunArguments) -> Result<RunArguments, Stop> {
    if let Some((config, folder)) = found(&arguments)? {
        of_server(&mut arguments, &config, &folder);
        reports(&mut arguments, &config, &folder)?;
        of_gates(&mut arguments, config, &folder);
    }
    Ok(arguments)
}

/// The arguments of a command that looks at a server, with what its config file says about the server.
pub(crate) fn of_look(mut arguments: RunArguments) -> Result<RunArguments, Stop> {
    if let Some((config, folder)) = found(&arguments)? {
        of_server(&mut arguments, &config, &folder);
    }
    Ok(arguments)
}

/// The config file that was named, or that is there; and the folder that its paths are relative to.
fn found(arguments: &RunArguments) -> Result<Option<(Config, PathBuf)>, Stop> {
    let gates = &arguments.gates;
    let path = match &gates.config {
        Some(path) => path.clone(),
        None if !gates.no_config && Path::new(CONFIG).is_file() => PathBuf::from(CONFIG),
        None => return Ok(None),
    };
    let shown = path.display().to_string();
    let bad = |told: String| Stop::new(Exit::BadInput, told);
    let text = files::text(&path)?;
    let config = Config::read(&shown, &text).map_err(|told| bad(told.to_string()))?;
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    Ok(Some((config, folder)))
}

/// Which server, and where it runs; a server that the command line names takes the place of the file's.
fn of_server(arguments: &mut RunArguments, config: &Config, folder: &Path) {
    let is_ours = arguments.shape.is_some() || arguments.mutant.is_some();
    let is_named = is_ours
        || arguments.issuer.is_some()
        || arguments.mcp.is_some()
        || arguments.profile.is_some()
        || !arguments.command.is_empty();
    if !is_named {
        arguments.issuer.clone_from(&config.issuer);
        arguments.mcp.clone_from(&config.mcp);
    }
    if arguments.profile.is_none() && !is_ours {
        arguments.profile = config.profile.as_ref().map(|path| folder.join(path));
    }
    if arguments.env.is_none() && !is_ours {
        arguments.env = config.env.map(|place| match place {
            Place::Loopback => EnvironmentName::Loopback,
            Place::Sandbox => EnvironmentName::Sandbox,
        });
    }
    if let Some(results) = config.results.as_ref().filter(|_| !arguments.given.results) {
        arguments.results = folder.join(results);
    }
}

/// What is run, and what makes it fail.
fn of_gates(arguments: &mut RunArguments, config: Config, folder: &Path) {
    let paths = |paths: Vec<String>| paths.iter().map(|path| folder.join(path)).collect();
    if arguments.baseline.is_empty() && arguments.write_baseline.is_none() {
        arguments.baseline = paths(config.baseline);
    }
    if arguments.only.is_empty() {
        arguments.only = config.only;
    }
    if arguments.revision.is_empty() {
        arguments.revision = config.revision;
    }
    if let Some(jobs) = config.jobs.filter(|_| !arguments.given.jobs) {
        arguments.jobs = jobs.get();
    }
    arguments.deadline = arguments.deadline.or(config.deadline);
    arguments.load |= config.load;
    let gates = &mut arguments.gates;
    if gates.with_scenarios.is_empty() {
        gates.with_scenarios = paths(config.with_scenarios);
    }
    // Each of the two takes back what the file says with the other.
    let is_strict = gates.fail_on.contains(&FailOn::Inconclusive);
    if gates.fail_on.is_empty() {
        gates.fail_on = config.fail_on;
        if arguments.allow_inconclusive {
            gates.fail_on.retain(|on| *on != FailOn::Inconclusive);
        }
    }
    arguments.allow_inconclusive |= config.allow_inconclusive && !is_strict;
    gates.max_failures = gates.max_failures.or(config.max_failures);
    gates.catalogue_since = gates.catalogue_since.take().or(config.catalogue_since);
    gates.quick |= config.quick;
}

/// Takes over the reports; a path is relative to the folder of the file.
fn reports(arguments: &mut RunArguments, config: &Config, folder: &Path) -> Result<(), Stop> {
    if !arguments.report.is_empty() || arguments.dry_run {
        return Ok(());
    }
    for text in &config.report {
        let to = report_to(text).map_err(|told| {
            let told = format!("`report` of the config file has `{text}`: {told}");
            Stop::new(Exit::BadInput, told)
        })?;
        arguments.report.push(ReportTo {
            path: folder.join(to.path),
            ..to
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::arguments::Command;
    use crate::args::parsed::of_words;

    const TEXT: &str = "profile = \"p/server.toml\"\nbaseline = [\"one.toml\", \"/two.toml\"]\nonly = [\"code/*\"]\nfail-on = [\"note\"]\n\
                        results = \"out\"\njobs = 3\nallow-inconclusive = true\n";

    /// The arguments of these words with this config file, and the folder that it is in.
    fn with(text: &str, words: &[&str]) -> (RunArguments, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, text).unwrap();
        let first = ["cimdspec", "run", "--config", path.to_str().unwrap()];
        let command = of_words(first.iter().chain(words)).unwrap().command;
        let Some(Command::Run(run)) = command else {
            panic!("no run")
        };
        (of_run(*run).unwrap(), folder.path().to_owned())
    }

    #[test]
    fn a_config_file_gives_what_the_command_line_does_not() {
        let (run, folder) = with(TEXT, &[]);
        assert_eq!(run.profile, Some(folder.join("p/server.toml")));
        assert_eq!(
            run.baseline,
            [folder.join("one.toml"), PathBuf::from("/two.toml")]
        );
        assert_eq!((run.results, run.jobs), (folder.join("out"), 3));
        assert_eq!(
            (run.only, run.gates.fail_on),
            (vec!["code/*".to_owned()], vec![FailOn::Note])
        );
        assert!(run.allow_inconclusive);
    }

    #[test]
    fn reports_of_a_config_file_are_beside_it_and_are_of_a_known_format() {
        let (run, folder) = with("report = [\"junit=out/j.xml\"]", &[]);
        let paths: Vec<&Path> = run.report.iter().map(|to| to.path.as_path()).collect();
        assert_eq!(paths, [folder.join("out/j.xml")]);
        let (run, _) = with("report = [\"junit=out/j.xml\"]", &["--report", "html=r.html"]);
        assert_eq!(run.report.len(), 1);
        let config = Config::read("c.toml", "report = [\"pdf=x\"]").unwrap();
        let told = reports(&mut RunArguments::default(), &config, Path::new("")).unwrap_err();
        assert!(
            told.message.contains("`report` of the config file has `pdf=x`"),
            "{told}"
        );
    }

    #[test]
    fn flags_take_the_place_of_a_config_file() {
        let words = [
            "--only",
            "cimd/*",
            "--results",
            "results",
            "--jobs",
            "24",
            "--baseline",
            "b.toml",
            "--profile",
            "q.toml",
            "--fail-on",
            "inconclusive",
        ];
        let (run, _) = with(TEXT, &words);
        assert_eq!(run.profile, Some(PathBuf::from("q.toml")));
        assert_eq!(run.baseline, [PathBuf::from("b.toml")]);
        assert_eq!((run.results, run.jobs), (PathBuf::from("results"), 24));
        assert_eq!(run.only, ["cimd/*"]);
        assert_eq!(run.gates.fail_on, [FailOn::Inconclusive]);
        assert!(!run.allow_inconclusive);
    }

    #[test]
    fn a_server_of_the_command_line_takes_the_place_of_the_one_in_the_file() {
        let (run, _) = with("issuer = \"https://a.example\"", &["--", "./server"]);
        assert_eq!(run.issuer, None);
        let (run, _) = with(TEXT, &["--mutant", "x"]);
        assert_eq!(run.profile, None);
    }

    #[test]
    fn a_new_baseline_is_written_without_the_old_one() {
        let (run, _) = with(TEXT, &["--write-baseline", "new.toml"]);
        assert!(run.baseline.is_empty());
    }

    #[test]
    fn allowing_takes_back_the_strictness_of_the_file() {
        let (run, _) = with("fail-on = [\"inconclusive\"]", &["--allow-inconclusive"]);
        assert!(run.gates.fail_on.is_empty() && run.allow_inconclusive);
    }
}
