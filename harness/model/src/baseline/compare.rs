//! How a run differs from its baseline, and the baseline that a run would be.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write;

use crate::baseline::known::Baseline;
use crate::baseline::known::check_of;
use crate::baseline::known::slugs_of;
use crate::day::Day;
use crate::deviations::Deviation;
use crate::deviations::Deviations;
use crate::expect::Service;
use crate::gate::Gate;
use crate::name::ClauseId;
use crate::plan::Plan;
use crate::report::Report;
use crate::shell::on_one_line;
use crate::verdict::Finding;
use crate::verdict::Outcome;

impl Baseline {
    /// The baseline that a report would be, with reasons to be written: the rules that the gate needs there.
    pub fn draft(report: &Report, gate: &Gate) -> String {
        let mut out = format!(
            "# The broken rules of {} that are known. An entry may also have `owner` and `until` (the last day on which it is accepted).\n",
            on_one_line(&report.target.name)
        );
        let quoted = |text: &str| toml::Value::from(text).to_string();
        for (check, found) in broken(report, gate) {
            let variants: Vec<String> = found.variants().iter().map(|slugs| quoted(slugs)).collect();
            let _ = write!(
                out,
                "\n# {}: expected {}, seen {}\n",
                on_one_line(&found.citation()),
                on_one_line(&found.strongest.expected),
                on_one_line(&found.strongest.seen)
            );
            let _ = writeln!(out, "[[broken]]\ncheck    = {}", quoted(&check));
            if !variants.is_empty() {
                let _ = writeln!(out, "variants = [{}]", variants.join(", "));
            }
            out.push_str("reason   = \"\"\n");
        }
        out
    }

    /// Compares a report: the rules that the gate needs in a baseline, each variant by itself. The plans are those of the
    /// whole catalogue; the day is that on which the run began.
    ///
    /// What was not run or not concluded is not repaired.
    pub fn compare<'a>(
        &self,
        report: &Report,
        plans: impl Iterator<Item = &'a Plan>,
        gate: &Gate,
    ) -> Deviations {
        let today = Day::of_unix(report.began);
        let passed: BTreeSet<(String, String)> = report
            .findings
            .iter()
            .filter(|finding| finding.outcome == Outcome::Pass)
            .map(|finding| (check_of(finding), slugs_of(&finding.variant)))
            .collect();
        let mut deviations = Deviations {
            vanished: self.vanished(plans),
            ..Deviations::default()
        };
        for (check, found) in broken(report, gate) {
            let known = self.0.iter().find(|known| known.check == check);
            let is_expected = |finding: &&Finding| {
                let slugs = slugs_of(&finding.variant);
                known.is_some_and(|known| slugs.is_empty() || known.variants.contains(&slugs))
            };
            let (expected, new): (Vec<&Finding>, Vec<&Finding>) =
                found.findings.iter().copied().partition(is_expected);
            let ids = |findings: &[&Finding]| findings.iter().map(|finding| finding.id()).collect();
            if !new.is_empty() {
                let told = Deviation {
                    words: line(&check, variants(&new), &found.citation()),
                    findings: ids(&new),
                };
                match found.is_failure {
                    true => deviations.newly_failed.push(told),
                    false => deviations.newly_broken.push(told),
                }
            }
            let words = known.and_then(|known| known.expired(today));
            deviations.expired.extend(words.map(|words| Deviation {
                words,
                findings: ids(&expected),
            }));
        }
        for known in self.0.iter().filter(|known| !known.varies) {
            let gone = |slugs: &String| passed.contains(&(known.check.clone(), slugs.clone()));
            let gone_variants: BTreeSet<String> = known
                .variants
                .iter()
                .filter(|slugs| gone(slugs))
                .cloned()
                .collect();
            if !gone_variants.is_empty() || (known.variants.is_empty() && gone(&String::new())) {
                deviations.repaired.push(entry(&known.check, gone_variants));
            }
        }
        deviations
    }

    /// What the catalogue does not have any more; what is not looked for would seem known for ever.
    fn vanished<'a>(&self, plans: impl Iterator<Item = &'a Plan>) -> Vec<Deviation> {
        let mut there: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        // The causes of failures are what a run sees: the catalogue cannot list them.
        let mut open: BTreeSet<String> = BTreeSet::new();
        for plan in plans {
            for check in plan.checks.iter() {
                let id = format!("{}#{}", plan.variant.scenario, check.id);
                if check.service().is_some_and(Service::is_of_failures) {
                    open.insert(id.clone());
                }
                there.entry(id).or_default().insert(slugs_of(&plan.variant));
            }
        }
        let mut vanished = Vec::new();
        for known in self.0.iter().filter(|known| !open.contains(&known.check)) {
            let Some(variants) = there.get(&known.check) else {
                vanished.push(entry(&known.check, BTreeSet::new()));
                continue;
            };
            let gone: BTreeSet<String> = known.variants.difference(variants).cloned().collect();
            if !gone.is_empty() {
                vanished.push(entry(&known.check, gone));
            }
        }
        vanished
    }
}

/// What the report shows of one broken check.
struct Found<'a> {
    /// Of the variant with the strongest sentence.
    strongest: &'a Finding,
    clauses: BTreeSet<&'a ClauseId>,
    findings: Vec<&'a Finding>,
    is_failure: bool,
}

impl Found<'_> {
    /// Level and place of the deciding sentence, and the clauses beside it.
    fn citation(&self) -> String {
        let also: Vec<&ClauseId> = self.clauses.iter().copied().collect();
        self.strongest.citation_with(&also)
    }

    /// Its variants.
    fn variants(&self) -> BTreeSet<String> {
        variants(&self.findings)
    }
}

/// The broken checks; the variant of a scenario that has one only is not named.
fn broken<'a>(report: &'a Report, gate: &Gate) -> BTreeMap<String, Found<'a>> {
    let mut found: BTreeMap<String, Found<'a>> = BTreeMap::new();
    let is_failure = |finding: &Finding| report.blocking.contains(&finding.id());
    let counts = report
        .findings
        .iter()
        .filter(|finding| is_failure(finding) || gate.needs_entry(finding));
    for finding in counts {
        let entry = found.entry(check_of(finding)).or_insert(Found {
            strongest: finding,
            clauses: BTreeSet::new(),
            findings: Vec::new(),
            is_failure: is_failure(finding),
        });
        let strength = |finding: &Finding| (finding.breach, finding.level);
        if strength(finding) < strength(entry.strongest) {
            entry.strongest = finding;
        }
        entry.clauses.extend(&finding.clauses);
        entry.findings.push(finding);
    }
    found
}

/// The variants of findings by their slugs; that of a scenario that has one only has none.
fn variants(findings: &[&Finding]) -> BTreeSet<String> {
    let slugs = findings.iter().map(|finding| slugs_of(&finding.variant));
    slugs.filter(|slugs| !slugs.is_empty()).collect()
}

/// An entry of the baseline that is out of date, with these of its variants.
fn entry(check: &str, variants: BTreeSet<String>) -> Deviation {
    Deviation {
        words: line(check, variants, ""),
        findings: Vec::new(),
    }
}

fn line(check: &str, variants: BTreeSet<String>, citation: &str) -> String {
    let mut line = check.to_owned();
    if !variants.is_empty() {
        let named: Vec<String> = variants.into_iter().collect();
        let _ = write!(line, " [{}]", named.join("; "));
    }
    if !citation.is_empty() {
        let _ = write!(line, "  ({citation})");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::FailOn;
    use crate::name::CheckId;
    use crate::name::ScenarioId;
    use crate::name::VariantId;
    use crate::report::Target;
    use crate::requirement::level::Level;
    use crate::scenario::moved::Moved;
    use crate::verdict::Verdict;

    fn finding(slug: &str, outcome: Outcome) -> Finding {
        Finding {
            variant: VariantId {
                scenario: ScenarioId::parse("a/b").unwrap(),
                axes: vec![("axis".to_owned(), slug.to_owned())],
            },
            check: CheckId::parse("c").unwrap(),
            title: String::new(),
            clauses: vec![ClauseId::parse("x.y").unwrap()],
            level: Level::Must,
            breach: Verdict::Violation,
            citation: "RFC 1".to_owned(),
            outcome,
            expected: "refused".to_owned(),
            seen: "granted".to_owned(),
            evidence: Vec::new(),
            decisive: Vec::new(),
            because: None,
        }
    }

    fn report(findings: Vec<Finding>) -> Report {
        Report {
            version: crate::report::VERSION,
            target: Target {
                name: "x".to_owned(),
                issuer: String::new(),
            },
            findings,
            ..Report::default()
        }
    }

    /// A report has words of the server, and those of a stranger's report are anybody's.
    #[test]
    fn what_a_server_says_is_no_entry_of_a_draft() {
        let mut found = finding("o\u{1}\"ne", Outcome::Fail);
        found.seen = "x\n[[broken]]\ncheck = \"d/e#f\"\nreason = \"known\"\n#".to_owned();
        let mut report = report(vec![found]);
        report.target.name = "a\nb".to_owned();
        let draft = Baseline::draft(&report, &Gate::default());
        let draft = draft.replace("reason   = \"\"", "reason = \"r\"");
        let read = Baseline::read("b.toml", &draft).unwrap_or_else(|told| panic!("{told}"));
        assert_eq!(read.checks().collect::<Vec<_>>(), ["a/b#c"]);
        assert!(read.names(&report.findings[0]), "{draft}");
    }

    fn words(deviations: &[Deviation]) -> Vec<&str> {
        deviations
            .iter()
            .map(|deviation| deviation.words.as_str())
            .collect()
    }

    #[test]
    fn only_changes_are_told() {
        let text =
            "[[broken]]\ncheck = \"a/b#c\"\nvariants = [\"one\", \"two\", \"gone\"]\nreason = \"known\"";
        let baseline = Baseline::read("b.toml", text).unwrap();
        let report = report(vec![
            finding("one", Outcome::Fail),
            finding("new", Outcome::Fail),
            finding("two", Outcome::inconclusive("why".to_owned())),
            finding("gone", Outcome::Pass),
        ]);
        let deviations = baseline.compare(&report, std::iter::empty(), &Gate::default());
        assert_eq!(words(&deviations.newly_broken), ["a/b#c [new]  (MUST, RFC 1)"]);
        assert_eq!(deviations.newly_broken[0].findings, ["a/b[axis=new]#c"]);
        assert_eq!(words(&deviations.repaired), ["a/b#c [gone]"]);
    }

    #[test]
    fn a_check_is_one_entry_though_its_variants_have_other_clauses() {
        let weaker = Finding {
            level: Level::Should,
            breach: Verdict::Warning,
            clauses: ["x.z", "x.w"].map(|id| ClauseId::parse(id).unwrap()).to_vec(),
            ..finding("weak", Outcome::Fail)
        };
        let report = report(vec![weaker, finding("strong", Outcome::Fail)]);
        let draft = Baseline::draft(&report, &Gate::default());
        assert!(
            draft.contains("# MUST, RFC 1; also x.w, x.z: expected refused"),
            "{draft}"
        );
        let written = draft.replace("reason   = \"\"", "reason = \"known\"");
        let baseline = Baseline::read("b.toml", &written).unwrap();
        let deviations = baseline.compare(&report, std::iter::empty(), &Gate::default());
        assert_eq!(deviations.newly_broken, Vec::new());
    }

    /// A failure of the server is accepted by an entry of its own, whatever its level is.
    #[test]
    fn a_failure_is_known_only_by_its_own_entry() {
        let mut report = report(vec![Finding {
            level: Level::Advice,
            ..finding("token,500,token", Outcome::Fail)
        }]);
        report.blocking = vec![report.findings[0].id()];
        let compared = |entry: &str| {
            let baseline = Baseline::read("b.toml", entry).unwrap();
            baseline.compare(&report, std::iter::empty(), &Gate::default())
        };
        let of = |variant: &str| {
            format!("[[broken]]\ncheck = \"a/b#c\"\nvariants = [\"{variant}\"]\nreason = \"known\"")
        };
        assert_eq!(
            words(&compared("").newly_failed),
            ["a/b#c [token,500,token]  (advice, RFC 1)"]
        );
        assert_eq!(compared(&of("par,500,authorize")).newly_failed.len(), 1);
        let known = compared(&of("token,500,token"));
        assert_eq!((known.newly_failed, known.newly_broken), (Vec::new(), Vec::new()));
        assert!(Baseline::draft(&report, &Gate::default()).contains("variants = [\"token,500,token\"]"));
    }

    /// The run of these tests was on the first day of 1970.
    #[test]
    fn an_entry_counts_again_after_its_last_day() {
        let report = report(vec![finding("one", Outcome::Fail)]);
        let compared = |until: &str| {
            let text = format!(
                "[[broken]]\ncheck = \"a/b#c\"\nvariants = [\"one\"]\nreason = \"known\"\nowner = \"team\"\nuntil = \"{until}\""
            );
            let baseline = Baseline::read("b.toml", &text).unwrap();
            baseline.compare(&report, std::iter::empty(), &Gate::default())
        };
        let open = compared("1970-01-01");
        assert_eq!((open.expired, open.newly_broken), (Vec::new(), Vec::new()));
        let over = compared("1969-12-31");
        assert_eq!(over.expired[0].findings, ["a/b[axis=one]#c"]);
        assert_eq!(
            words(&over.expired),
            ["a/b#c  (accepted until 1969-12-31; owner: team; b.toml:1)"]
        );
        assert!(over.is_stale() && over.newly_broken.is_empty());
    }

    #[test]
    fn notes_are_in_a_baseline_where_they_fail_a_run() {
        let note = Finding {
            level: Level::Advice,
            breach: Verdict::Note,
            ..finding("one", Outcome::Fail)
        };
        let report = report(vec![note]);
        let strict = Gate::of(&[FailOn::Note], false);
        let compared = |gate: &Gate| Baseline::default().compare(&report, std::iter::empty(), gate);
        assert_eq!(compared(&Gate::default()).newly_broken, Vec::new());
        assert_eq!(
            words(&compared(&strict).newly_broken),
            ["a/b#c [one]  (advice, RFC 1)"]
        );
        assert!(Baseline::draft(&report, &strict).contains("check    = \"a/b#c\""));
        assert!(!Baseline::draft(&report, &Gate::default()).contains("[[broken]]"));
    }

    #[test]
    fn an_entry_of_a_check_that_moved_names_it_by_its_new_id() {
        let text = "[[broken]]\ncheck = \"old/b#c\"\nvariants = [\"one\"]\nreason = \"known\"";
        let moved = Moved([("old/b".to_owned(), "a/b".to_owned())].into());
        let baseline = Baseline::read("b.toml", text).unwrap();
        let broken = finding("one", Outcome::Fail);
        assert!(!baseline.names(&broken));
        assert!(baseline.with_moves(&moved).names(&broken));
    }

    #[test]
    fn a_draft_wants_reasons_and_is_right_with_them() {
        let report = report(vec![finding("one", Outcome::Fail)]);
        let draft = Baseline::draft(&report, &Gate::default());
        let told = Baseline::read("b.toml", &draft).unwrap_err().to_string();
        assert!(told.contains("`a/b#c` has no reason"), "{told}");
        let filled = draft.replace("reason   = \"\"", "reason = \"because\"");
        let baseline = Baseline::read("b.toml", &filled).unwrap();
        assert_eq!(
            baseline
                .compare(&report, std::iter::empty(), &Gate::default())
                .newly_broken,
            Vec::new()
        );
    }
}
