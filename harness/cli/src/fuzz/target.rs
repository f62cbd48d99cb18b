//! The target of a fuzzing run: prepared and calibrated as for `run`.

use std::sync::Arc;

use cimdspec_drive::Attempts;
use cimdspec_drive::Controls;
use cimdspec_drive::Explorer;
use cimdspec_drive::Extent;
use cimdspec_drive::Job;
use cimdspec_drive::Progress;
use cimdspec_drive::Recording;
use cimdspec_generate::Generator;
use cimdspec_model::report::Obstacle;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::sync::watch;

use crate::args::arguments::RunArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::files;
use crate::session::law;
use crate::session::nonce::nonce;
use crate::session::prepared;
use crate::session::prepared::Prepared;
use crate::session::selection;
use crate::session::server::Subject;
use crate::session::stage::Stage;

/// A calibrated target, with what makes worlds for it.
pub(crate) struct Ready {
    pub(crate) explorer: Explorer,
    pub(crate) generator: Generator,
    /// Why no right request was granted, if that is so.
    pub(crate) obstacle: Option<Obstacle>,
    /// What the calibration found, in words.
    pub(crate) words: Vec<String>,
    /// Ends what runs when it turns true.
    pub(crate) stop: watch::Sender<bool>,
}

/// Arguments of `run` that a run of another kind takes no notice of are an error.
pub(crate) fn only_what_counts(command: &str, arguments: &RunArguments) -> Result<(), Stop> {
    let given = [
        ("--only", !arguments.only.is_empty()),
        ("--revision", !arguments.revision.is_empty()),
        ("--partition", arguments.partition.is_some()),
        ("--report", !arguments.report.is_empty()),
        ("--by", !arguments.by.is_empty()),
        ("--write-baseline", arguments.write_baseline.is_some()),
        ("--again", arguments.gates.again.is_some()),
        ("--quick", arguments.gates.quick),
        ("--deadline", arguments.deadline.is_some()),
    ];
    match given.into_iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((flag, _)) => Err(Stop::new(
            Exit::Usage,
            format!("`{command}` has no use for `{flag}`\nhint: it is for `cimdspec run`"),
        )),
    }
}

/// What makes worlds on the bases, clauses and tables of the scenarios.
pub(crate) fn generator(prepared: &Prepared) -> Result<Generator, Stop> {
    let sources = files::sources(prepared.arguments.scenarios.as_deref())?;
    let generator = Generator::of(&sources, &prepared.catalogue.clauses);
    generator.map_err(|error| Stop::new(Exit::BadInput, error))
}

/// Calibrates the target.
pub(crate) async fn ready(
    prepared: &Prepared,
    stage: &Stage,
    subject: &Subject,
    controls: Controls,
) -> Result<Ready, Stop> {
    let arguments = &prepared.arguments;
    let catalogue = &prepared.catalogue;
    let law = law::of(catalogue, &subject.target, arguments.mcp.is_some(), &[])?;
    let (progress, mut told) = mpsc::unbounded_channel();
    let (stop, stopped) = watch::channel(false);
    let job = Job {
        world: Arc::clone(&stage.world),
        target: Arc::clone(&subject.target),
        launched: subject.launched.clone(),
        plans: Vec::new(),
        bases: catalogue.plans().cloned().collect(),
        of_the_run: selection::of_the_run(catalogue),
        clauses: Arc::new(catalogue.clauses.judged_by(&law.law)),
        nonce: nonce(),
        progress,
        stop: stopped,
        limits: vec![Arc::new(Semaphore::new(arguments.jobs.max(1)))],
        controls,
        attempts: Attempts::Twice,
        load: prepared::load(arguments),
        if_not_granted: prepared::if_not_granted(arguments),
        recording: Recording::NotPassed,
        extent: Extent::Whole,
        enough: None,
    };
    let (explorer, obstacle) = Explorer::begin(job).await;
    let mut words = subject.target.differences();
    while let Ok(news) = told.try_recv() {
        if let Progress::Calibrated(found) = news {
            words.extend(found);
        }
    }
    let mut generator = generator(prepared)?;
    let mut said = Vec::new();
    texts_in(subject.target.metadata(), &mut said);
    generator.learn(said);
    Ok(Ready {
        explorer,
        generator,
        obstacle,
        words,
        stop,
    })
}

/// The texts of a JSON value that are no URLs.
fn texts_in(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.contains("://") => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts_in(item, into)),
        Value::Object(members) => members.values().for_each(|member| texts_in(member, into)),
        _ => {}
    }
}
