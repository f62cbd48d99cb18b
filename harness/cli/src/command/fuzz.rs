//! `cimdspec fuzz`: hostile worlds that no scenario names, until the time is over.

use std::collections::HashSet;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Instant;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use cimdspec_drive::Controls;
use cimdspec_generate::Law;
use cimdspec_model::baseline::Baseline;
use cimdspec_model::gate::Gate;
use cimdspec_model::made::Made;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_report::PLAIN_PAUSE;
use cimdspec_report::Ticker;
use cimdspec_report::plural;

use crate::args::arguments::FuzzArguments;
use crate::command::dry_run::dry_run;
use crate::command::run::made;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::fuzz::corpus::Corpus;
use crate::fuzz::engine::Brought;
use crate::fuzz::engine::Fuzz;
use crate::fuzz::engine::Listener;
use crate::fuzz::found::Folder;
use crate::fuzz::found::Found;
use crate::fuzz::found::Summary;
use crate::fuzz::target::generator;
use crate::fuzz::target::only_what_counts;
use crate::fuzz::target::ready;
use crate::output::say;
use crate::output::show;
use crate::session::config;
use crate::session::prepared;
use crate::session::prepared::Prepared;
use crate::session::results;
use crate::session::server::Subject;
use crate::session::stage::Stage;
use crate::signals::interrupted;
use crate::signals::unless_interrupted;

/// So many keys and clauses are shown at the end; the summary has all.
const MOST_SHOWN: usize = 40;
/// So many worlds a dry run counts.
const MOST_ANNOUNCED: usize = 1000;

/// A fuzzing run whose arguments are right.
pub(crate) struct Fuzzing {
    prepared: Prepared,
    arguments: FuzzArguments,
    laws: Vec<Law>,
}

/// Finds mistakes in the arguments before anything is built.
pub(crate) fn prepare(arguments: FuzzArguments) -> Result<Fuzzing, Stop> {
    only_what_counts("fuzz", &arguments.run)?;
    let laws = laws(&arguments.law)?;
    let prepared = prepared::prepare(config::of_look(arguments.run.clone())?)?;
    if prepared.chosen.profile.pace.polite {
        let told = "`fuzz` is not for a shared service: it sends as many requests as fit into its time\nhint: fuzz a server \
                    of your own, without `--polite` and `polite` of `[pace]`";
        return Err(Stop::new(Exit::Usage, told));
    }
    Ok(Fuzzing {
        prepared,
        arguments,
        laws,
    })
}

impl Fuzzing {
    /// Whether nothing is to be sent.
    pub(crate) fn is_dry_run(&self) -> bool {
        self.prepared.arguments.dry_run
    }

    /// Prints what the first worlds would send, without a packet.
    pub(crate) fn announced(self) -> Result<Exit, Stop> {
        let Self {
            mut prepared,
            arguments,
            ..
        } = self;
        let generator = generator(&prepared)?;
        let (mut corpus, _) = Corpus::of(arguments.corpus.as_deref(), arguments.seed)?;
        let cases = arguments.cases.unwrap_or(usize::MAX).min(MOST_ANNOUNCED);
        prepared.plans = (0..cases).map(|_| generator.world(&corpus.next()).plan).collect();
        say(&format!("  of the first {}:", plural(cases, "world")));
        dry_run(&prepared)
    }
}

/// The laws of these names; all without one.
fn laws(names: &[String]) -> Result<Vec<Law>, Stop> {
    if names.is_empty() {
        return Ok(Law::ALL.to_vec());
    }
    let of_name = |name: &String| {
        Law::ALL
            .into_iter()
            .find(|law| law.word() == name)
            .ok_or_else(|| {
                let words: Vec<String> = Law::ALL.iter().map(|law| format!("`{}`", law.word())).collect();
                Stop::new(
                    Exit::Usage,
                    format!("there is no law `{name}`\nhint: there are {}", words.join(", ")),
                )
            })
    };
    names.iter().map(of_name).collect()
}

/// Fuzzes the server.
pub(crate) async fn fuzz(fuzzing: Fuzzing) -> Result<Exit, Stop> {
    let Fuzzing {
        prepared,
        arguments,
        laws,
    } = fuzzing;
    let began = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (corpus, strange) = Corpus::of(arguments.corpus.as_deref(), arguments.seed)?;
    strange.iter().for_each(|line| say(&format!("  {line}")));
    let folder = Folder::of(results::folder(&prepared.arguments.results, began)?);
    let (stage, subject) = unless_interrupted(prepared.staged(&folder.log())).await?;
    let ended = fuzzed(&prepared, &arguments, laws, (corpus, folder), &stage, &subject).await;
    subject.end().await;
    ended
}

async fn fuzzed(
    prepared: &Prepared,
    arguments: &FuzzArguments,
    laws: Vec<Law>,
    (mut corpus, folder): (Corpus, Folder),
    stage: &Stage,
    subject: &Subject,
) -> Result<Exit, Stop> {
    say(&format!(
        "cimdspec {}  fuzz {} at {}, for {}, seed {}",
        env!("CARGO_PKG_VERSION"),
        subject.name,
        subject.target.issuer(),
        arguments.within,
        arguments.seed
    ));
    let ready = unless_interrupted(ready(prepared, stage, subject, Controls::ForBreaches)).await?;
    ready.words.iter().for_each(|line| say(&format!("  {line}")));
    if let Some(obstacle) = ready.obstacle.filter(|_| !prepared.arguments.keep_going) {
        return Err(Stop::new(
            Exit::Inconclusive,
            format!(
                "no right request was granted, so nothing can be fuzzed: {}\nhint: {}",
                obstacle.cause, obstacle.remedy
            ),
        ));
    }
    let clock = Instant::now();
    let made = made(&prepared.arguments);
    let reproduce = Made {
        flags: made.flags.replacen("cimdspec run", "cimdspec replay", 1),
        ..made
    };
    if arguments.from_catalogue {
        let plans = prepared.catalogue.plans().map(AsRef::as_ref);
        ready
            .generator
            .nearest(plans)
            .into_iter()
            .for_each(|tape| corpus.put_back(tape));
    }
    let mut fuzz = Fuzz {
        explorer: Arc::new(ready.explorer),
        generator: ready.generator,
        corpus,
        laws,
        jobs: prepared.arguments.jobs.max(1),
        until: clock + arguments.within.0,
        most: arguments.cases.unwrap_or(usize::MAX),
        known: known(prepared.baseline.as_ref(), &prepared.catalogue),
        gate: gate(prepared),
        reproduce,
        folder,
    };
    let mut brought = Brought::default();
    let mut screen = Screen::begin(fuzz.until, prepared.arguments.screen.quiet);
    let mut is_interrupted = false;
    let stopped = async {
        interrupted().await;
        is_interrupted = true;
    };
    let ended = fuzz.run(&mut brought, &mut screen, stopped).await;
    ready.stop.send_replace(true);
    screen.end();
    let took = clock.elapsed();
    let tally = &brought.tally;
    let closed = fuzz.folder.close(&Summary {
        harness: env!("CARGO_PKG_VERSION"),
        tape_version: cimdspec_generate::VERSION,
        seed: arguments.seed,
        target: &subject.name,
        issuer: subject.target.issuer(),
        milliseconds: took.as_millis(),
        cases: tally.cases,
        unfit: tally.unfit,
        signatures: fuzz.corpus.signatures(),
        new_in_the_last_tenth: tally.new_in_the_last_tenth(),
        interrupted: is_interrupted,
        silent: brought.silent,
        not_repeated: brought.not_repeated,
        left_behind: fuzz.explorer.left_behind(),
        found: &brought.found,
        clauses: tally.clauses(),
        not_fuzzed: tally.not_fuzzed(),
    });
    show(&last_screen(&brought, &fuzz, took.as_secs_f64()));
    ended?;
    closed?;
    let exit = match () {
        () if is_interrupted => Exit::Interrupted,
        () if brought.found.iter().any(|found| found.fails) => Exit::Violation,
        () if brought.tally.cases == 0 => Exit::Environment,
        () if brought.silent => Exit::Inconclusive,
        () => Exit::Clean,
    };
    show(&format!(
        "exit {}: {}; results in {}",
        exit as u8,
        meaning(exit),
        fuzz.folder.path().display()
    ));
    Ok(exit)
}

fn meaning(exit: Exit) -> &'static str {
    match exit {
        Exit::Violation => "a law is broken",
        Exit::Inconclusive => "the server answered nothing any more",
        Exit::Clean => "no law is broken that counts",
        other => other.meaning(),
    }
}

/// The clauses of the checks that a baseline names.
fn known(baseline: Option<&Baseline>, catalogue: &Catalogue) -> HashSet<String> {
    let Some(baseline) = baseline else {
        return HashSet::new();
    };
    let named: HashSet<&str> = baseline.checks().collect();
    let mut clauses = HashSet::new();
    for plan in catalogue.plans() {
        for check in plan.checks.iter() {
            let id = format!("{}#{}", plan.variant.scenario, check.id);
            if named.contains(id.as_str()) {
                clauses.extend(check.clauses.iter().map(ToString::to_string));
            }
        }
    }
    clauses
}

/// What fails the run; everything where nobody says a word about it.
fn gate(prepared: &Prepared) -> Option<Gate> {
    let is_told = !prepared.arguments.gates.fail_on.is_empty() || prepared.baseline.is_some();
    is_told.then(|| prepared.gate.clone())
}

/// What stands behind a finding whose rule the baseline names.
fn known_mark(found: &Found) -> &'static str {
    match found.known {
        true => ", known by the baseline",
        false => "",
    }
}

/// What is found, and what was done.
fn last_screen(brought: &Brought, fuzz: &Fuzz, took: f64) -> String {
    let mut lines = Vec::new();
    let mut found: Vec<&Found> = brought.found.iter().collect();
    found.sort_by_key(|found| (found.known, rank(found.verdict), found.name.clone()));
    for found in found.iter().take(MOST_SHOWN) {
        lines.push(format!(
            "{:<9}  {}{}",
            found.verdict,
            found.key,
            known_mark(found)
        ));
        lines.push(format!("           expected {}; {}", found.expected, found.seen));
        let file = fuzz.folder.file(&found.name, "toml");
        lines.push(format!(
            "           {}",
            fuzz.reproduce.with(&format!(" {}", file.display()))
        ));
    }
    if found.len() > MOST_SHOWN {
        lines.push(format!("and {} more, in the summary", found.len() - MOST_SHOWN));
    }
    let tally = &brought.tally;
    let per_second = tally.cases as f64 / took.max(0.001);
    lines.push(String::new());
    lines.push(format!(
        "{} in {took:.0} s ({per_second:.0} a second), {} of behaviour, {} of them new in the last tenth",
        plural(tally.cases, "case"),
        plural(fuzz.corpus.signatures(), "signature"),
        tally.new_in_the_last_tenth()
    ));
    let new = brought.found.iter().filter(|found| !found.known).count();
    lines.push(format!(
        "{} found, {} known by the baseline, {} that did not come again",
        plural(new, "key"),
        brought.found.len() - new,
        plural(brought.not_repeated, "candidate")
    ));
    if brought.silent {
        lines.push("the server answered nothing any more, so the run ended".to_owned());
    }
    let not_fuzzed = tally.not_fuzzed();
    lines.push(format!(
        "{} fuzzed",
        plural(tally.clauses().len() - not_fuzzed.len(), "clause")
    ));
    if !not_fuzzed.is_empty() {
        lines.push(format!(
            "not fuzzed, because the right request was never granted: {}",
            not_fuzzed.join(", ")
        ));
    }
    if tally.unfit > 0 {
        lines.push(format!(
            "{} not walked: the target or the environment lacks what they need",
            plural(tally.unfit, "world")
        ));
    }
    lines.join("\n")
}

fn rank(verdict: &str) -> usize {
    ["violation", "warning", "note"]
        .iter()
        .position(|word| *word == verdict)
        .unwrap_or_default()
}

/// What is said while it runs.
struct Screen {
    ticker: Option<Ticker>,
    until: Instant,
    began: Instant,
    said: Instant,
}

impl Screen {
    fn begin(until: Instant, quiet: bool) -> Self {
        let now = Instant::now();
        Self {
            ticker: (!quiet).then(|| Ticker::begin(std::io::stderr().is_terminal())),
            until,
            began: now,
            said: now,
        }
    }

    fn end(self) {
        if let Some(ticker) = self.ticker {
            ticker.end();
        }
    }
}

impl Listener for Screen {
    fn progress(&mut self, brought: &Brought, signatures: usize) {
        let Some(ticker) = &self.ticker else { return };
        let now = Instant::now();
        let cases = brought.tally.cases;
        let rate = cases as f64 / (now - self.began).as_secs_f64().max(0.001);
        let left = self.until.saturating_duration_since(now).as_secs();
        let line = format!(
            "{cases} cases  {rate:.0}/s  {signatures} behaviours  {} found  {left} s left",
            brought.found.len()
        );
        if let Some(line) = ticker.tell(line)
            && now - self.said >= PLAIN_PAUSE
        {
            self.said = now;
            say(&line);
        }
    }

    fn found(&mut self, found: &Found) {
        let line = format!("  {}  {}{}", found.verdict, found.key, known_mark(found));
        let line = match &self.ticker {
            Some(ticker) => ticker.keep(line),
            None => Some(line),
        };
        line.iter().for_each(|line| say(line));
    }
}
