//! `cimdspec prove`: the catalogue against every mutant, and the kill matrix.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_reference::Mutant;
use cimdspec_reference::mutants;
use cimdspec_report::Matrix;
use cimdspec_report::MatrixRow;
use cimdspec_report::matrix;
use cimdspec_report::matrix_json;
use cimdspec_world::Setting;
use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::Semaphore;

use crate::args::arguments::ColumnsOf;
use crate::args::arguments::Format;
use crate::args::arguments::ProveArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::output::show;
use crate::prove::claims::Claims;
use crate::prove::claims::Standing;
use crate::prove::claims::compared;
use crate::prove::columns::Columns;
use crate::prove::ground::Ground;
use crate::prove::runs::Breadth;
use crate::prove::runs::CASES_AT_ONCE;
use crate::prove::runs::Clean;
use crate::prove::runs::Consulted;
use crate::prove::runs::Proof;
use crate::prove::runs::Red;
use crate::prove::runs::Share;
use crate::session::files;
use crate::session::nonce::nonce;
use crate::session::selection::fits;
use crate::session::selection::unknown;
use crate::session::stage::AuthoritySource;
use crate::session::stage::Stage;

/// The first mutants begin one after the other, so that some wait while others work, all the time.
const BETWEEN_STARTS: Duration = Duration::from_millis(700);

/// The catalogue, with the chosen scenarios only.
fn selected(arguments: &ProveArguments) -> Result<Catalogue, Stop> {
    let mut catalogue = files::catalogue(&files::sources(arguments.scenarios.as_deref())?)?;
    let known = || catalogue.scenarios.iter().map(|scenario| scenario.id.as_str());
    let stray = |pattern: &&String| !known().any(|id| fits(pattern, id));
    if let Some(pattern) = arguments.scenario.iter().find(stray) {
        return Err(unknown(pattern, known()));
    }
    if !arguments.scenario.is_empty() {
        let is_chosen = |id: &str| arguments.scenario.iter().any(|pattern| fits(pattern, id));
        catalogue
            .scenarios
            .retain(|scenario| is_chosen(scenario.id.as_str()));
    }
    Ok(catalogue)
}

/// Runs every mutant, and the reference itself over everything.
pub(crate) async fn prove(arguments: ProveArguments) -> Result<Exit, Stop> {
    let ground = Ground::of(arguments.shape.as_deref())?;
    let catalogue = selected(&arguments)?;
    let claims = Claims::of(&catalogue);
    let mut chosen = chosen(&arguments, &claims)?;
    let stage = Stage::build(Setting::Sandbox, AuthoritySource::Fresh).await?;
    say(&format!(
        "cimdspec {}  prove: {} mutants of {} against {} scenarios",
        env!("CARGO_PKG_VERSION"),
        chosen.len(),
        ground.name(),
        catalogue.scenarios.len()
    ));
    let mut proof = Proof {
        claims,
        catalogue,
        stage,
        ground,
        nonce: nonce(),
        limit: Arc::new(Semaphore::new(CASES_AT_ONCE)),
        breadth: if arguments.all_variants {
            Breadth::Every
        } else {
            Breadth::Claimed
        },
    };
    let mut faults: Vec<String> = proof
        .claims
        .of_nobody(mutants().map(|mutant| mutant.name))
        .iter()
        .map(|name| format!("scenarios name a mutant that does not exist: `{name}`"))
        .collect();
    let is_shaped = proof.ground.shape().is_some();
    let whole = arguments.only.is_empty() || !arguments.scenario.is_empty() || is_shaped;
    // A scenario on its own is proven by the right recipe, and so is a shape.
    let wanted = match arguments.scenario.is_empty() && !is_shaped {
        true => arguments.columns,
        false => ColumnsOf::Nobody,
    };
    let mut doubtful = Vec::new();
    let mut consulted = None;
    let mut wrong = Vec::new();
    let mut not_shown = Vec::new();
    // For a few mutants it is cheaper to run everything than to learn what may be left out.
    if whole {
        let mut clean = proof.clean(Share::Others).await?;
        doubtful.append(&mut clean.doubtful);
        // What a shape can show is known before its mutants run.
        if is_shaped {
            clean.join(proof.clean(Share::Loads).await?);
            doubtful.append(&mut clean.doubtful);
            let (unclean, again) = proof.clean_alone(std::mem::take(&mut doubtful)).await?;
            wrong.extend(unclean);
            clean.shown.join(again);
            proof.claims = proof.claims.shown_by(clean.shown);
            (chosen, not_shown) = shown_apart(chosen, &proof, &clean.consulted);
        }
        let asked = clean.consulted;
        say(&saved(&proof, &chosen, &asked));
        consulted = Some(asked);
    }
    // Of a load no mutant is judged that does not claim it: they need not wait until the reference has borne it.
    let loads = async {
        match whole && !is_shaped {
            true => proof.clean(Share::Loads).await,
            false => Ok(Clean::default()),
        }
    };
    let concurrent = concurrently(&proof, &chosen, (arguments.at_once, wanted), consulted.as_ref());
    let columns = async {
        match wanted {
            ColumnsOf::Nobody => Ok(Columns::default()),
            ColumnsOf::All | ColumnsOf::Answers => proof.columns_of_the_reference().await,
        }
    };
    let (done, loads, columns) = tokio::join!(concurrent, loads, columns);
    doubtful.extend(loads?.doubtful);
    let mut columns = columns?;
    faults.append(&mut columns.faults);
    if whole {
        wrong.extend(proof.clean_alone(doubtful).await?.0);
        let mark = if wrong.is_empty() { "clean " } else { "FAULT " };
        say(&format!("  {mark} {}, every variant", proof.ground.name()));
        faults.extend(wrong);
    }
    let mut rows = Vec::new();
    let mut reds: BTreeMap<String, Red> = BTreeMap::new();
    for result in done {
        let (mutant, red, of_mutant) = result?;
        let (mut row, red) = settled(&proof, mutant, red).await?;
        columns.walked += of_mutant.walked;
        row.faults.extend(of_mutant.faults);
        rows.push(row);
        reds.insert(mutant.name.to_owned(), red);
    }
    rows.sort_by(|a, b| a.mutant.cmp(&b.mutant));
    if let Some(path) = &arguments.reds {
        let text = serde_json::to_string_pretty(&reds).map_err(|error| Stop::new(Exit::Fault, error))?;
        std::fs::write(path, text).map_err(|error| Stop::new(Exit::Fault, error))?;
    }
    let Standing { proven, unproven } = Standing::of(&proof.catalogue);
    let found = Matrix {
        shape: proof.ground.shape().map(str::to_owned),
        rows,
        not_shown,
        proven,
        unproven,
        in_columns: columns.walked,
        faults,
    };
    match arguments.format {
        Format::Human => show(matrix(&found).trim_end()),
        Format::Json => show(&matrix_json(&found)),
    }
    Ok(if found.is_clean() {
        Exit::Clean
    } else {
        Exit::Violation
    })
}

/// What turns red with each mutant, when so many run at once.
async fn concurrently(
    proof: &Proof,
    chosen: &[&'static Mutant],
    (at_once, wanted): (usize, ColumnsOf),
    consulted: Option<&Consulted>,
) -> Vec<Result<(&'static Mutant, Red, Columns), Stop>> {
    let runs = chosen.iter().enumerate().map(|(index, mutant)| async move {
        let apart = if index < at_once { index } else { 0 };
        tokio::time::sleep(BETWEEN_STARTS * u32::try_from(apart).unwrap_or_default()).await;
        let red = proof.mutant(mutant, consulted).await?;
        tell(&compared(&proof.claims, mutant.name, mutant.summary, &red));
        let columns = proof.columns_of(mutant, wanted).await?;
        for fault in &columns.faults {
            say(&format!("  FAULT  {}: {fault}", mutant.name));
        }
        Ok((*mutant, red, columns))
    });
    stream::iter(runs)
        .buffer_unordered(at_once.max(1))
        .collect()
        .await
}

/// The row of a mutant, and all that turned red, once what was disputed has been walked again alone.
async fn settled(proof: &Proof, mutant: &Mutant, red: Red) -> Result<(MatrixRow, Red), Stop> {
    let row_of = |red: &Red| compared(&proof.claims, mutant.name, mutant.summary, red);
    let disputed = proof.claims.disputed(mutant.name, &red);
    if disputed.is_empty() {
        return Ok((row_of(&red), red));
    }
    let red = proof.alone(mutant, red, &disputed).await?;
    let row = row_of(&red);
    tell(&row);
    Ok((row, red))
}

/// How many pairs of a mutant and a scenario are left, in words.
fn saved(proof: &Proof, chosen: &[&Mutant], consulted: &Consulted) -> String {
    let all = chosen.len() * consulted.len();
    let kept: usize = chosen
        .iter()
        .map(|mutant| {
            let policy = proof.ground.deviating(mutant);
            consulted
                .values()
                .filter(|asked| asked.would_notice(&policy))
                .count()
        })
        .sum();
    format!(
        "  {kept} of {all} pairs of a mutant and a scenario can differ: in the others nothing is ever asked that the mutant answers otherwise"
    )
}

/// The mutants that some check still claims and from which the server differs, and the names of the others.
fn shown_apart(
    chosen: Vec<&'static Mutant>,
    proof: &Proof,
    consulted: &Consulted,
) -> (Vec<&'static Mutant>, Vec<String>) {
    let differs = |mutant: &Mutant| {
        let policy = proof.ground.deviating(mutant);
        consulted.values().any(|asked| asked.would_notice(&policy))
    };
    let (shown, others): (Vec<_>, Vec<&Mutant>) = chosen
        .into_iter()
        .partition(|mutant| proof.claims.kills.contains_key(mutant.name) && differs(mutant));
    let others = others.iter().map(|mutant| mutant.name.to_owned()).collect();
    (shown, others)
}

/// The mutants: those that are named; where scenarios are, those that they claim to kill.
fn chosen(arguments: &ProveArguments, claims: &Claims) -> Result<Vec<&'static Mutant>, Stop> {
    let only = &arguments.only;
    let claimed = |name: &str| arguments.scenario.is_empty() || claims.kills.contains_key(name);
    if let Some(pattern) = only
        .iter()
        .find(|only| !mutants().any(|mutant| fits(only, mutant.name)))
    {
        return Err(unknown(pattern, mutants().map(|mutant| mutant.name)));
    }
    Ok(mutants()
        .filter(|mutant| match only.is_empty() {
            true => claimed(mutant.name),
            false => only.iter().any(|only| fits(only, mutant.name)),
        })
        .collect())
}

/// Says what became of a mutant.
fn tell(row: &MatrixRow) {
    match row.faults.as_slice() {
        [] => say(&format!("  killed {}", row.mutant)),
        faults => say(&format!("  FAULT  {}: {}", row.mutant, faults.join("; "))),
    }
}
