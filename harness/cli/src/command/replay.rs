//! `cimdspec replay`: findings of `fuzz` walked again.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use cimdspec_drive::Beside;
use cimdspec_drive::Controls;
use cimdspec_drive::Explorer;
use cimdspec_generate::Generator;
use cimdspec_generate::Law;
use cimdspec_generate::Tape;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::catalogue::scenario;
use cimdspec_model::verdict::Outcome;
use cimdspec_world::Temporary;

use crate::args::arguments::ReplayArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::fuzz::confirm::SEEN;
use crate::fuzz::confirm::WALKS;
use crate::fuzz::corpus::TAPE;
use crate::fuzz::target::only_what_counts;
use crate::fuzz::target::ready;
use crate::output::show;
use crate::session::config;
use crate::session::files;
use crate::session::prepared;
use crate::session::prepared::Prepared;
use crate::signals::unless_interrupted;

/// Findings that are to be walked, of which each can be read.
pub(crate) struct Replaying {
    prepared: Prepared,
    files: Vec<(PathBuf, Read)>,
}

/// What a file holds.
enum Read {
    /// A scenario, with its plans.
    Plans(Vec<Arc<Plan>>),
    /// A tape, whose world depends on what the target says, and the law and the clause that it broke.
    Tape(Tape, String),
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Now {
    /// Each walk kept the rules.
    Fixed,
    /// It could not be told.
    Unknown,
    /// It came again.
    Failing,
}

impl Now {
    fn word(self) -> &'static str {
        match self {
            Self::Fixed => "FIXED",
            Self::Unknown => "CANNOT REPRODUCE",
            Self::Failing => "STILL FAILS",
        }
    }
}

/// Finds mistakes in the arguments and in the files before anything is built.
pub(crate) fn prepare(arguments: ReplayArguments) -> Result<Replaying, Stop> {
    only_what_counts("replay", &arguments.run)?;
    let texts = arguments
        .files
        .iter()
        .map(|path| Ok((path.clone(), files::text(path)?)));
    let texts: Vec<(PathBuf, String)> = texts.collect::<Result<_, Stop>>()?;
    let prepared = prepared::prepare(config::of_look(arguments.run)?)?;
    let sources = files::sources(prepared.arguments.scenarios.as_deref())?;
    let mut read = Vec::new();
    for (path, text) in texts {
        let is_tape = path.extension().is_some_and(|kind| kind == TAPE);
        let what = match is_tape {
            true => {
                let tape = text.parse().map_err(|error| {
                    Stop::new(
                        Exit::BadInput,
                        format!("`{}` cannot be replayed: {error}", path.display()),
                    )
                })?;
                Read::Tape(tape, text.lines().nth(1).unwrap_or_default().to_owned())
            }
            false => {
                let shown = path.display().to_string();
                let name = path
                    .file_stem()
                    .and_then(|stem| stem.to_str())
                    .unwrap_or("finding");
                let scenario = scenario(
                    &format!("{name}.toml"),
                    &text,
                    &sources,
                    &prepared.catalogue.clauses,
                );
                let scenario = scenario.map_err(|mut told| {
                    told.path = shown;
                    Stop::new(Exit::BadInput, told)
                })?;
                Read::Plans(scenario.plans)
            }
        };
        read.push((path, what));
    }
    Ok(Replaying {
        prepared,
        files: read,
    })
}

/// Walks each finding some times, and says what became of it.
pub(crate) async fn replay(replaying: Replaying) -> Result<Exit, Stop> {
    let Replaying { prepared, files } = replaying;
    let folder = Temporary::new().map_err(|error| Stop::new(Exit::Environment, error))?;
    let (stage, subject) = unless_interrupted(prepared.staged(&folder.path().join("server.log"))).await?;
    let ended = async {
        let ready = ready(&prepared, &stage, &subject, Controls::Always).await?;
        let mut worst = Now::Fixed;
        for (path, what) in &files {
            let plans = match what {
                Read::Plans(plans) => plans.clone(),
                Read::Tape(tape, broken) => vec![of_tape(path, (tape, broken), &ready.generator)?],
            };
            let mut now = Now::Fixed;
            for plan in &plans {
                now = now.max(walked(&ready.explorer, plan).await);
            }
            show(&format!("{:<16}  {}", now.word(), path.display()));
            worst = worst.max(now);
        }
        Ok(match worst {
            Now::Fixed => Exit::Clean,
            Now::Unknown => Exit::Inconclusive,
            Now::Failing => Exit::Violation,
        })
    }
    .await;
    subject.end().await;
    ended
}

/// The plan of a tape, with the checks of the law and the clause that it broke; with all where nothing is said of that.
fn of_tape(path: &Path, (tape, broken): (&Tape, &str), generator: &Generator) -> Result<Arc<Plan>, Stop> {
    let world = generator.tried(tape);
    let mut plan = world
        .map_err(|told| {
            let told = format!("`{}` makes no valid world: {told}", path.display());
            Stop::new(Exit::Fault, told)
        })?
        .plan;
    let mut checks = plan.checks.to_vec();
    checks.retain(|check| {
        let law = Law::of_check(check.id.as_str()).map_or("", Law::word);
        check
            .clauses
            .iter()
            .any(|clause| format!("{law} {clause}") == broken)
    });
    if !checks.is_empty() {
        Arc::make_mut(&mut plan).checks = Arc::new(checks);
    }
    Ok(plan)
}

/// What becomes of a plan in some walks: a failure in most of them is one, and forbidden traffic in any.
async fn walked(explorer: &Explorer, plan: &Arc<Plan>) -> Now {
    let (mut failed, mut passed) = (0, 0);
    for _ in 0..WALKS {
        let explored = explorer.walk(plan, Beside::Nothing).await;
        let broken = explored
            .findings
            .iter()
            .filter(|finding| finding.outcome == Outcome::Fail);
        let broken: Vec<Option<Law>> = broken
            .map(|finding| Law::of_check(finding.check.as_str()))
            .collect();
        if broken.contains(&Some(Law::Traffic)) {
            return Now::Failing;
        }
        let is_open = |outcome: &Outcome| matches!(outcome, Outcome::Error(_) | Outcome::Inconclusive(_));
        let is_told = explored.unfit.is_none()
            && explored
                .findings
                .iter()
                .any(|finding| finding.outcome == Outcome::Pass)
            && !explored.findings.iter().any(|finding| is_open(&finding.outcome));
        match () {
            () if explored.died || !broken.is_empty() => failed += 1,
            () if is_told => passed += 1,
            () => {}
        }
    }
    match () {
        () if failed >= SEEN => Now::Failing,
        () if passed == WALKS => Now::Fixed,
        () => Now::Unknown,
    }
}
