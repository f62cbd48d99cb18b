//! Commands that only look: list, check, doctor, schema.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Policy;
use cimdspec_model::reference::page;
use cimdspec_model::requirement::claim::Claimable;
use cimdspec_model::requirement::claim::EVERYTHING;
use cimdspec_model::scenario::catalogue::scenario;
use cimdspec_model::scenario::schema::schemas;
use cimdspec_reference::mutants;
use cimdspec_reference::shapes;
use cimdspec_report::plural;

use crate::args::arguments::ListArguments;
use crate::command::derived::derived;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::show;
use crate::prove::claims::Standing;
use crate::session::files;
use crate::session::own;

const SCHEMAS: &str = "scenarios/schema";

/// Lists scenarios, clauses, mutants, policies or shapes.
pub(crate) fn list(arguments: &ListArguments) -> Result<Exit, Stop> {
    let beside = &arguments.beside.with_scenarios;
    let catalogue = own::catalogue(arguments.scenarios.as_deref(), beside)?.catalogue;
    let mut out = String::new();
    if arguments.policies {
        for policy in Policy::ALL {
            let _ = writeln!(out, "{:28} the target {}", policy.word(), policy.does());
        }
    } else if arguments.claims {
        let revisions = &catalogue.revisions;
        for (name, texts) in Claimable::of(&catalogue.clauses, revisions).choices() {
            let title = match revisions.0.get(name) {
                Some(revision) => revision.title.clone(),
                None if name == EVERYTHING => "all of these, but for what is provisional".to_owned(),
                None => texts.iter().cloned().collect::<Vec<_>>().join(", "),
            };
            let _ = writeln!(out, "{name:24} {title}");
        }
    } else if arguments.mutants {
        mutants().for_each(|mutant| _ = writeln!(out, "{:44} {}", mutant.name, mutant.summary));
    } else if arguments.shapes {
        shapes().for_each(|shape| _ = writeln!(out, "{:44} {}", shape.name, shape.summary));
    } else if arguments.clauses {
        for clause in catalogue.clauses.0.values() {
            let _ = writeln!(
                out,
                "{:44} {:8} {}",
                clause.id,
                clause.level.word(),
                clause.citation()
            );
        }
    } else {
        let (mut checks, mut variants) = (0, 0);
        for scenario in &catalogue.scenarios {
            let each = how_many_checks(&scenario.plans);
            (checks, variants) = (checks + each, variants + scenario.plans.len());
            let _ = writeln!(
                out,
                "{:44} {:>9} {:>12}  {}",
                scenario.id,
                plural(each, "check"),
                plural(scenario.plans.len(), "variant"),
                scenario.title
            );
        }
        let standing = Standing::of(&catalogue);
        let _ = write!(
            out,
            "{} scenarios, {checks} checks ({} of them proven by a mutant), {variants} variants, {} mutants",
            catalogue.scenarios.len(),
            standing.proven,
            mutants().count()
        );
    }
    show(out.trim_end());
    Ok(Exit::Clean)
}

/// Reads scenario files of an author; what stands in the folders beside the built-in files is known.
pub(crate) fn check(paths: &[PathBuf], beside: &[PathBuf]) -> Result<Exit, Stop> {
    let known = own::catalogue(None, beside)?;
    for path in paths {
        let shown = path.display().to_string();
        let text = files::text(path)?;
        let name = known.name(path).map_or_else(|| stem(path), str::to_owned);
        let read =
            scenario(&name, &text, &known.sources, &known.catalogue.clauses).map_err(|mut diagnostic| {
                if diagnostic.path == name {
                    diagnostic.path.clone_from(&shown);
                }
                Stop::new(Exit::BadInput, diagnostic)
            })?;
        let checks = how_many_checks(&read.plans);
        show(&format!(
            "{shown}: valid; {}, {}",
            plural(checks, "check"),
            plural(read.plans.len(), "variant")
        ));
    }
    Ok(Exit::Clean)
}

/// The scenario's path below `scenarios/`, or its file name.
fn stem(path: &Path) -> String {
    let text = path.to_string_lossy().into_owned();
    match text.rsplit_once("scenarios/") {
        Some((_, below)) => below.to_owned(),
        None => path
            .file_name()
            .map_or(text.clone(), |name| name.to_string_lossy().to_lowercase()),
    }
}

/// The pages that are made of schemas: file, title, schema.
const PAGES: [(&str, &str, &str); 4] = [
    ("docs/reference/baseline.md", "Baselines", "baseline.json"),
    ("docs/reference/config.md", "Config files", "config.json"),
    ("docs/reference/profile.md", "Profiles", "profile.json"),
    ("docs/reference/scenario.md", "Scenarios", "scenario.json"),
];

/// Writes the schemas and the pages that are made of them, or compares them.
pub(crate) fn schema(check: bool) -> Result<Exit, Stop> {
    let schemas = schemas();
    let pages = PAGES.iter().filter_map(|(path, title, name)| {
        let (_, schema) = schemas.iter().find(|(known, _)| known == name)?;
        Some((Path::new(path).to_owned(), page(title, schema)))
    });
    let of_results = [
        ("conformance.json", cimdspec_evidence::schema().to_value()),
        ("report.json", cimdspec_model::report::schema().to_value()),
    ];
    let written = schemas.iter().chain(&of_results).map(|(name, schema)| {
        let text = format!("{}\n", serde_json::to_string_pretty(schema).unwrap_or_default());
        (Path::new(SCHEMAS).join(name), text)
    });
    derived(written.chain(pages), check, "cimdspec schema")
}

/// The checks of all variants; some stand in a few of them only.
fn how_many_checks(plans: &[Arc<Plan>]) -> usize {
    let checks = plans.iter().flat_map(|plan| plan.checks.iter());
    let ids: BTreeSet<&str> = checks.map(|check| check.id.as_str()).collect();
    ids.len()
}
