//! What decides how a run ends: from the arguments to the gate, and from the findings to the words about it.

use std::collections::BTreeMap;
use std::sync::Arc;

use cimdspec_drive::Enough;
use cimdspec_model::baseline::Baseline;
use cimdspec_model::deviations::Deviation;
use cimdspec_model::deviations::Deviations;
use cimdspec_model::gate::FailOn;
use cimdspec_model::gate::Gate;
use cimdspec_model::gate::Gated;
use cimdspec_model::requirement::release::Version;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_report::plural;

use crate::args::arguments::RunArguments;
use crate::exit::Exit;
use crate::exit::Stop;

/// So many ids are named.
const NAMED: usize = 3;

/// The gate of the arguments.
pub(crate) fn gate(arguments: &RunArguments) -> Result<Gate, Stop> {
    let fail_on = &arguments.gates.fail_on;
    if arguments.allow_inconclusive && fail_on.contains(&FailOn::Inconclusive) {
        let told = "`--allow-inconclusive` contradicts `--fail-on inconclusive`\nhint: keep one";
        return Err(Stop::new(Exit::Usage, told));
    }
    Ok(Gate::of(fail_on, arguments.allow_inconclusive))
}

/// The gate for which the checks that came after `--catalogue-since` do not decide.
pub(crate) fn with_newer(
    mut gate: Gate,
    arguments: &RunArguments,
    catalogue: &Catalogue,
) -> Result<Gate, Stop> {
    let Some(since) = &arguments.gates.catalogue_since else {
        return Ok(gate);
    };
    let releases = &catalogue.releases;
    let is_known = releases.versions().any(|known| known == *since);
    let Some(version) = Version::parse(since).filter(|_| is_known) else {
        let known: Vec<String> = releases
            .versions()
            .map(|version| format!("`{version}`"))
            .collect();
        let hint = match known.is_empty() {
            true => "this catalogue has no record of releases".to_owned(),
            false => format!("there are {}", known.join(", ")),
        };
        let told = format!("no release `{since}` is on record\nhint: {hint}");
        return Err(Stop::new(Exit::Usage, told));
    };
    for plan in catalogue.plans() {
        let newer = plan
            .checks
            .iter()
            .filter(|check| !releases.had(&version, &plan.variant, &check.id));
        gate.newer
            .extend(newer.map(|check| format!("{}#{}", plan.variant, check.id)));
    }
    Ok(gate)
}

/// The baseline as it stands to the catalogue: with `--catalogue-since` an entry of a check that moved names it by its new id.
pub(crate) fn of_release(baseline: Baseline, arguments: &RunArguments, catalogue: &Catalogue) -> Baseline {
    match arguments.gates.catalogue_since {
        Some(_) => baseline.with_moves(&catalogue.moved),
        None => baseline,
    }
}

/// When the run has failed often enough, where that was said: what the baseline names is no failure.
pub(crate) fn enough(arguments: &RunArguments, gate: &Gate, baseline: Option<&Baseline>) -> Option<Enough> {
    let failures = arguments.gates.max_failures?.get();
    let (gate, baseline) = (gate.clone(), baseline.cloned());
    let counts = move |finding: &Finding| match &baseline {
        Some(baseline) => gate.needs_entry(finding) && !baseline.names(finding),
        None => gate.counts(finding),
    };
    Some(Enough {
        failures,
        counts: Arc::new(counts),
    })
}

/// What the report says of the gate, but for what the run itself left out.
pub(crate) fn gated(arguments: &RunArguments, gate: &Gate, findings: &[Finding]) -> Gated {
    let is_open = |finding: &Finding| {
        finding.verdict().is_some() || matches!(finding.outcome, Outcome::Inconclusive(_))
    };
    let newer = findings
        .iter()
        .filter(|finding| is_open(finding) && !gate.decides(finding));
    Gated {
        fail_on: gate.fail_on().to_vec(),
        allow_inconclusive: gate.allow_inconclusive,
        since: arguments.gates.catalogue_since.clone(),
        newer: newer.map(Finding::id).collect(),
        ..Gated::default()
    }
}

/// Which broken rules fail the run by `--fail-on`, in words; nothing where the default decides.
pub(crate) fn failing(gate: &Gate, findings: &[Finding]) -> String {
    let words: Vec<&str> = gate.fail_on().iter().map(|on| on.word()).collect();
    let counted: Vec<&Finding> = findings.iter().filter(|finding| gate.counts(finding)).collect();
    if words.is_empty() || counted.is_empty() {
        return String::new();
    }
    let mut by_word: BTreeMap<_, usize> = BTreeMap::new();
    for verdict in counted.iter().filter_map(|finding| finding.verdict()) {
        *by_word.entry(verdict).or_default() += 1;
    }
    let counts: Vec<String> = by_word
        .iter()
        .map(|(verdict, count)| plural(*count, verdict.word()))
        .collect();
    format!(
        "fails by `--fail-on {}`: {}\n",
        words.join(","),
        counts.join(", ")
    )
}

/// How the run differs from its baseline, in words.
pub(crate) fn deviating(deviations: &Deviations) -> String {
    let mut out = String::new();
    for (heading, lines) in [
        ("broken, and not in the baseline", &deviations.newly_broken),
        (
            "broken, and its entry in the baseline has expired",
            &deviations.expired,
        ),
        ("in the baseline, and not broken any more", &deviations.repaired),
        (
            "in the baseline, and not in the catalogue any more",
            &deviations.vanished,
        ),
        (
            "failures of the server, and not in the baseline",
            &deviations.newly_failed,
        ),
    ] {
        if !lines.is_empty() {
            out.push_str(&format!("{heading}:\n  {}\n", words(lines).join("\n  ")));
        }
    }
    match out.is_empty() {
        true => "as the baseline says\n".to_owned(),
        false => out,
    }
}

fn words(deviations: &[Deviation]) -> Vec<&str> {
    deviations.iter().map(|it| it.words.as_str()).collect()
}

/// Names the new id of each check that a baseline names by an old one.
pub(crate) fn moved(catalogue: &Catalogue, deviations: &mut Deviations) {
    for Deviation { words, .. } in &mut deviations.vanished {
        let id = words.split(' ').next().unwrap_or_default();
        if let Some(now) = catalogue.moved.now(id) {
            words.push_str(&format!(": it is {now} now"));
        }
    }
}

/// What a baseline names and the catalogue does not have any more, where that does not decide: it left with a newer release.
pub(crate) fn left(arguments: &RunArguments, deviations: &mut Deviations) -> String {
    if arguments.gates.catalogue_since.is_none() || deviations.vanished.is_empty() {
        return String::new();
    }
    let vanished = std::mem::take(&mut deviations.vanished);
    let rest = match vanished.len().saturating_sub(NAMED) {
        0 => String::new(),
        rest => format!("\n  and {rest} more"),
    };
    let named = &vanished[..vanished.len().min(NAMED)];
    format!(
        "in the baseline, and gone from the catalogue with a newer release (this does not fail the run):\n  {}{rest}\n",
        words(named).join("\n  ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::arguments::Command;
    use crate::args::parsed::of_words;

    fn arguments(words: &[&str]) -> RunArguments {
        let words = ["cimdspec", "run"].iter().chain(words);
        match of_words(words).unwrap().command {
            Some(Command::Run(run)) => *run,
            _ => RunArguments::default(),
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let both = arguments(&["--allow-inconclusive", "--fail-on", "note,inconclusive"]);
        assert_eq!(gate(&both).unwrap_err().exit, Exit::Usage);
        let strict = gate(&arguments(&["--fail-on", "note", "--fail-on", "inconclusive"])).unwrap();
        assert_eq!(strict.fail_on(), [FailOn::Note, FailOn::Inconclusive]);
    }

    #[test]
    fn a_word_that_is_none_is_answered_with_all_words() {
        let error = of_words(["cimdspec", "run", "--fail-on", "error"]).unwrap_err();
        let told = error.to_string();
        assert!(
            told.contains("use one of `violation`, `inferred`, `warning`, `note`, `inconclusive`"),
            "{told}"
        );
    }

    #[test]
    fn what_left_with_a_release_decides_only_without_the_flag() {
        let entry = |words: &str| Deviation {
            words: words.to_owned(),
            findings: Vec::new(),
        };
        let gone = || Deviations {
            vanished: ["a", "b", "c", "d"].map(entry).to_vec(),
            ..Deviations::default()
        };
        let mut kept = gone();
        assert_eq!(left(&arguments(&[]), &mut kept), "");
        assert!(kept.is_stale());
        let mut taken = gone();
        let told = left(&arguments(&["--catalogue-since", "0.1.0"]), &mut taken);
        assert!(told.ends_with("  c\n  and 1 more\n"), "{told}");
        assert!(!taken.is_stale());
    }
}
