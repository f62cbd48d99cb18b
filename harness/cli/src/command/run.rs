//! `cimdspec run`: the stage, the cases, the report.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use cimdspec_drive::Attempts;
use cimdspec_drive::Controls;
use cimdspec_drive::Enough;
use cimdspec_drive::Extent;
use cimdspec_drive::Job;
use cimdspec_drive::LeftOut;
use cimdspec_drive::Progress;
use cimdspec_drive::Recording;
use cimdspec_evidence::digest;
use cimdspec_judge::Concluded;
use cimdspec_judge::Head;
use cimdspec_judge::LEDGER_VERSION;
use cimdspec_judge::Line;
use cimdspec_model::baseline::Baseline;
use cimdspec_model::gate::Gated;
use cimdspec_model::made::Made;
use cimdspec_model::observation::Case;
use cimdspec_model::plan::Plan;
use cimdspec_model::report::Death;
use cimdspec_model::report::Digests;
use cimdspec_model::report::Obstacle;
use cimdspec_model::report::Report;
use cimdspec_model::report::Share;
use cimdspec_model::report::VERSION;
use cimdspec_model::report::sentences;
use cimdspec_model::requirement::clause::Clauses;
use cimdspec_model::requirement::compliance::Standing;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::shell::quoted;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Verdict;
use cimdspec_model::verdict::keep_causes_that_stay;
use cimdspec_report::Bar;
use cimdspec_report::By;
use cimdspec_report::PLAIN_PAUSE;
use cimdspec_report::by;
use cimdspec_report::headline;
use cimdspec_report::human;
use cimdspec_report::json;
use cimdspec_report::plural;
use cimdspec_world::Environment;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::time::interval_at;

use crate::args::arguments::Format;
use crate::args::arguments::Grouping;
use crate::args::arguments::RunArguments;
use crate::args::environment::EnvironmentName;
use crate::exit::Ended;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::paint;
use crate::output::paint_talk;
use crate::output::say;
use crate::output::show;
use crate::session::deadline;
use crate::session::evidence::Evidence;
use crate::session::gates;
use crate::session::law;
use crate::session::nonce::nonce;
use crate::session::outputs::Outputs;
use crate::session::places;
use crate::session::prepared;
use crate::session::prepared::Prepared;
use crate::session::provenance;
use crate::session::results::Results;
use crate::session::selection;
use crate::session::server::Subject;
use crate::session::stage::Stage;
use crate::signals::Signals;
use crate::signals::unless_interrupted;

/// What is run, and after how many failures that is enough.
struct Asked<'a> {
    plans: Vec<Arc<Plan>>,
    enough: Option<Enough>,
    /// What keeps the names of the run apart from those of others.
    nonce: &'a str,
}

/// What was learned while the cases ran.
struct Learned {
    calibration: Vec<String>,
    findings: Vec<Finding>,
    cases: Vec<(String, Case)>,
    interrupted: bool,
    deaths: Vec<Death>,
    failures: Vec<String>,
    blocking: Vec<String>,
    brought_by: BTreeMap<String, String>,
    left_behind: Vec<String>,
    obstacle: Option<Obstacle>,
    throttled: usize,
    /// What the profile says in vain.
    without_effect: Vec<String>,
    notes: Vec<String>,
    left_out: LeftOut,
    ended_after: Option<usize>,
}

/// Tests the server.
pub(crate) async fn run(prepared: Prepared) -> Result<Exit, Stop> {
    let clock = Instant::now();
    let began = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    // The program is large: its digest is made beside the run.
    let program = tokio::task::spawn_blocking(digest::of_the_program);
    selection::declared(&prepared.catalogue, &prepared.chosen.profile.declared)?;
    deadline::fits(&prepared)?;
    let outputs = Outputs::open(&prepared.arguments.report)?;
    let mut results = Results::open(&prepared.arguments.results, began)?;
    let (stage, subject) = unless_interrupted(prepared.staged(&results.log())).await?;
    let Prepared {
        arguments,
        baseline,
        baseline_text,
        catalogue,
        digest: catalogue_digest,
        plans,
        gate,
        ..
    } = prepared;
    let environment = stage.world.environment();
    let (name, target) = (subject.name.clone(), Arc::clone(&subject.target));
    let law = match law::of(&catalogue, &target, arguments.mcp.is_some(), &arguments.revision) {
        Ok(law) => law,
        Err(stop) => {
            subject.end().await;
            return Err(stop);
        }
    };
    let clauses = catalogue.clauses.judged_by(&law.law);
    let place = match environment {
        Environment::Sandbox => "sandbox: every address, every name and the authority are ours",
        Environment::Loopback => "loopback: no names, no special addresses",
        Environment::Public(_) => "public: hosts behind a name of the operator, no special addresses",
    };
    let talk = paint_talk();
    let begins = format!(
        "{}  {name} at {}\n{}",
        talk.strong(&format!("cimdspec {}", env!("CARGO_PKG_VERSION"))),
        target.issuer(),
        talk.faint(&format!("  {place}; {}", plural(plans.len(), "case")))
    );
    if !arguments.screen.quiet {
        say(&begins);
    }
    let issuer = target.issuer().to_owned();
    let mut calibration: Vec<String> = target.differences();
    calibration.extend(subject.given_up());
    let is_embedded = subject.is_embedded();
    let nonce = nonce();
    let head = Line::Run(Box::new(Head {
        version: LEDGER_VERSION,
        harness: env!("CARGO_PKG_VERSION").to_owned(),
        target: cimdspec_model::report::Target {
            name: name.clone(),
            issuer: issuer.clone(),
        },
        law: law.clone(),
        environment: environment.word().to_owned(),
        began,
        catalogue: catalogue_digest.clone(),
    }));
    let kept = provenance::kept(&results, &target, baseline_text.as_deref(), catalogue_digest)
        .and_then(|digests| results.add(&head).map(|()| digests));
    let digests = match kept {
        Ok(digests) => digests,
        Err(stop) => {
            subject.end().await;
            return Err(stop);
        }
    };
    let learned = walk(
        &catalogue,
        &clauses,
        Asked {
            plans,
            enough: gates::enough(&arguments, &gate, baseline.as_ref()),
            nonce: &nonce,
        },
        &stage,
        &subject,
        &arguments,
        &mut results,
    )
    .await;
    subject.end().await;
    let learned = learned?;
    calibration.extend(learned.calibration);
    calibration.extend(learned.notes);
    // The profile of the embedded server is ours, and holds more than each of its shapes needs.
    if !is_embedded {
        calibration.extend(learned.without_effect);
    }
    let declared = &target.profile().declared;
    let standing = Standing::of(&learned.findings, &catalogue, declared);
    let mut report = Report {
        version: VERSION,
        harness: env!("CARGO_PKG_VERSION").to_owned(),
        target: cimdspec_model::report::Target { name, issuer },
        law,
        digests: Digests {
            program: program.await.ok().flatten(),
            ..digests
        },
        fingerprint: provenance::fingerprint(&target),
        selection: provenance::selection(&arguments, &target, &nonce),
        made: made(&arguments),
        places: places::of(&arguments, baseline.as_ref()),
        environment: environment.word().to_owned(),
        began,
        took: u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX),
        interrupted: learned.interrupted,
        calibration,
        share: Share::of(&learned.findings),
        obstacle: learned.obstacle,
        throttled: learned.throttled,
        gates: Gated {
            ended_after: learned.ended_after,
            left_out: learned.left_out.variants,
            unchecked: learned.left_out.checks,
            ..gates::gated(&arguments, &gate, &learned.findings)
        },
        deviations: None,
        idle: match learned.interrupted {
            true => Vec::new(),
            false => selection::idle(&arguments.only, &learned.findings),
        },
        failures: learned.failures,
        blocking: learned.blocking,
        brought_by: learned.brought_by,
        deaths: learned.deaths,
        left_behind: learned.left_behind,
        standing,
        sentences: sentences(&learned.findings, &clauses),
        findings: learned.findings,
        cases: learned.cases,
    };
    let known = baseline.as_ref().map(|baseline| {
        let broken = report.findings.iter().filter(|finding| baseline.names(finding));
        broken.map(Finding::id).collect()
    });
    let mut about_gate = String::new();
    if let Some(baseline) = baseline {
        let plans = catalogue.plans().map(AsRef::as_ref);
        let mut deviations = baseline.compare(&report, plans, &gate);
        gates::moved(&catalogue, &mut deviations);
        about_gate.push_str(&gates::left(&arguments, &mut deviations));
        about_gate.push_str(&gates::deviating(&deviations));
        report.deviations = Some(deviations);
    } else {
        about_gate = gates::failing(&gate, &report.findings);
    }
    let path = results.close(&report)?;
    outputs.write(&report)?;
    if let Some(path) = &arguments.write_baseline {
        std::fs::write(path, Baseline::draft(&report, &gate)).map_err(|error| {
            Stop::new(
                Exit::Environment,
                format!("failed to write `{}`: {error}", path.display()),
            )
        })?;
    }
    let exit = Exit::of(&Ended::of(&report));
    match arguments.format {
        Format::Human => show(&format!(
            "{}{}{}{}exit {}: {}; results in {}",
            if arguments.screen.quiet { "" } else { "\n" },
            groupings(&report, &arguments.by),
            human(&report, &report.made, arguments.screen.screen(known)),
            about_gate,
            exit as u8,
            exit.of_a_run(&report),
            path.display()
        )),
        Format::Json => show(&json(&report).map_err(|error| Stop::new(Exit::Fault, error))?),
    }
    Ok(exit)
}

/// The groupings that were asked for, before the report itself; the first line says what was tested.
fn groupings(report: &Report, wanted: &[Grouping]) -> String {
    let grouped: String = wanted
        .iter()
        .map(|grouping| by(report, By::from(*grouping), paint()))
        .collect();
    match grouped.is_empty() {
        true => grouped,
        false => format!("{}\n\n{grouped}", headline(report, paint())),
    }
}

/// The command that runs the same server in the same environment again.
pub(crate) fn made(arguments: &RunArguments) -> Made {
    let words: Vec<String> = arguments.command.iter().map(|word| quoted(word)).collect();
    Made {
        flags: flags(arguments),
        server: (!words.is_empty()).then(|| words.join(" ")),
    }
}

fn flags(arguments: &RunArguments) -> String {
    let mut command = "cimdspec run".to_owned();
    let path = |path: &PathBuf| path.display().to_string();
    match arguments.env {
        Some(EnvironmentName::Loopback) => command.push_str(" --env loopback"),
        Some(EnvironmentName::Public) => command.push_str(" --env public"),
        Some(EnvironmentName::Sandbox) | None => {}
    }
    let switches = [
        ("in-place", arguments.in_place),
        ("keep-user", arguments.keep_user),
        ("load", arguments.load),
        ("polite", arguments.polite),
        ("authorized", arguments.authorized),
        ("keep-going", arguments.keep_going),
        ("plain-http", arguments.start.plain_http),
        ("plain", arguments.public.plain),
        ("wildcard", arguments.public.wildcard),
    ];
    for (switch, _) in switches.iter().filter(|(_, is_on)| *is_on) {
        command.push_str(&format!(" --{switch}"));
    }
    let mut flag = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            command.push_str(&format!(" --{name} {}", quoted(&value)));
        }
    };
    flag("profile", arguments.profile.as_ref().map(path));
    // An MCP server names its issuer.
    flag("mcp", arguments.mcp.clone());
    flag(
        "issuer",
        arguments.issuer.clone().filter(|_| arguments.mcp.is_none()),
    );
    flag("upstream", arguments.upstream.map(|address| address.to_string()));
    flag("authority", arguments.authority.as_ref().map(path));
    flag("shape", arguments.shape.clone());
    flag("mutant", arguments.mutant.clone());
    flag("scenarios", arguments.scenarios.as_ref().map(path));
    for folder in &arguments.gates.with_scenarios {
        flag("with-scenarios", Some(path(folder)));
    }
    for revision in &arguments.revision {
        flag("revision", Some(revision.clone()));
    }
    for kind in &arguments.upstream_provider {
        flag("upstream-provider", Some(kind.word().to_owned()));
    }
    let start = &arguments.start;
    flag("path", start.path.clone());
    flag("ready-within", start.ready_within.map(|span| span.to_string()));
    flag("directory", start.directory.clone());
    for variable in &start.variable {
        // Its value may be a secret.
        let name = variable.split('=').next().unwrap_or_default();
        flag("variable", Some(format!("{name}=…")));
    }
    for (name, value) in arguments.public.flags() {
        flag(name, value);
    }
    command
}

async fn walk(
    catalogue: &Catalogue,
    clauses: &Clauses,
    asked: Asked<'_>,
    stage: &Stage,
    subject: &Subject,
    arguments: &RunArguments,
    results: &mut Results,
) -> Result<Learned, Stop> {
    let (progress, mut told) = mpsc::unbounded_channel();
    let (stop, stopped) = watch::channel(false);
    let Asked { plans, enough, nonce } = asked;
    let job = Job {
        world: Arc::clone(&stage.world),
        target: Arc::clone(&subject.target),
        launched: subject.launched.clone(),
        plans,
        bases: catalogue.plans().cloned().collect(),
        of_the_run: selection::of_the_run(catalogue),
        clauses: Arc::new(clauses.clone()),
        nonce: nonce.to_owned(),
        progress,
        stop: stopped,
        limits: vec![Arc::new(Semaphore::new(arguments.jobs.max(1)))],
        controls: Controls::Always,
        attempts: Attempts::Twice,
        load: prepared::load(arguments),
        if_not_granted: prepared::if_not_granted(arguments),
        recording: Recording::All,
        extent: match arguments.gates.quick {
            true => Extent::Quick,
            false => Extent::Whole,
        },
        enough,
    };
    let running = tokio::spawn(cimdspec_drive::run(job));
    let mut learned = Learned {
        calibration: Vec::new(),
        findings: Vec::new(),
        cases: Vec::new(),
        interrupted: false,
        deaths: Vec::new(),
        failures: Vec::new(),
        blocking: Vec::new(),
        brought_by: BTreeMap::new(),
        left_behind: Vec::new(),
        obstacle: None,
        throttled: 0,
        without_effect: Vec::new(),
        notes: Vec::new(),
        left_out: LeftOut::default(),
        ended_after: None,
    };
    let mut bar = None;
    let deadline = arguments.deadline.map(|span| span.0);
    let mut over = std::pin::pin!(async move {
        match deadline {
            Some(deadline) => tokio::time::sleep(deadline).await,
            None => std::future::pending().await,
        }
    });
    let mut signals = Signals::heard();
    let mut evidence = Evidence::empty();
    let mut lines = interval_at(tokio::time::Instant::now() + PLAIN_PAUSE, PLAIN_PAUSE);
    loop {
        let news = tokio::select! {
            news = told.recv() => news,
            _ = lines.tick() => {
                if let Some(line) = bar.as_ref().and_then(Bar::line) {
                    say(&line);
                }
                continue;
            }
            () = &mut over, if !learned.interrupted => {
                learned.interrupted = true;
                say("  the deadline is over: ending the cases that run");
                stop.send_replace(true);
                continue;
            }
            _ = signals.next() => {
                if learned.interrupted {
                    return Err(Stop::new(Exit::Interrupted, "interrupted twice; what is known is in the results"));
                }
                learned.interrupted = true;
                say("  interrupted: ending the cases that run; once more to leave at once");
                stop.send_replace(true);
                continue;
            }
        };
        match news {
            None => break,
            Some(Progress::Planned { cases }) => {
                bar = (!arguments.screen.quiet).then(|| Bar::begin(cases, std::io::stderr().is_terminal()));
            }
            Some(Progress::Again { cases }) => {
                if let Some(line) = bar.as_mut().and_then(|bar| bar.again(cases)) {
                    say(&line);
                }
            }
            Some(Progress::Calibrated(words)) => learned.calibration = words,
            Some(Progress::Based(basis)) => results.add(&Line::Basis(basis))?,
            Some(Progress::Recorded(case)) => results.add(&Line::Case(case))?,
            Some(Progress::Done {
                variant,
                findings,
                derivation,
                case,
                ..
            }) => {
                let violations = findings
                    .iter()
                    .filter(|finding| finding.verdict() == Some(Verdict::Violation))
                    .count();
                results.add(&Line::Concluded(Box::new(Concluded {
                    variant: variant.clone(),
                    derivation: *derivation,
                    findings: findings.clone(),
                })))?;
                if let Some(bar) = &mut bar {
                    bar.advance(violations);
                }
                learned
                    .cases
                    .extend(case.map(|case| (variant.to_string(), evidence.kept(case))));
                learned.findings.extend(findings);
            }
        }
    }
    if let Some(bar) = bar {
        bar.end();
    }
    let summary = running
        .await
        .map_err(|error| Stop::new(Exit::Fault, format!("the run failed: {error}")))?;
    learned.interrupted |= summary.interrupted || summary.ended_after.is_some();
    learned.left_out = summary.left_out;
    learned.ended_after = summary.ended_after;
    learned.deaths = summary.deaths;
    learned.failures = summary.failures;
    learned.blocking = summary.blocking;
    learned.brought_by = summary.brought_by;
    learned.left_behind = summary.left_behind;
    learned.throttled = summary.throttled;
    learned.without_effect = summary.without_effect;
    learned.notes = summary.notes;
    learned.obstacle = summary.obstacle.filter(|_| !arguments.keep_going);
    learned.findings.sort_by_key(Finding::id);
    keep_causes_that_stay(&mut learned.findings);
    learned.cases.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(learned)
}
