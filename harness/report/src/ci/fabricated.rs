//! Fabricated reports for the tests of the formats: very many rules, a baseline, and hostile text everywhere.

use std::collections::BTreeMap;

use cimdspec_model::made::Made;
use cimdspec_model::name::ClauseId;
use cimdspec_model::place::KnownAt;
use cimdspec_model::place::Place;
use cimdspec_model::place::Places;
use cimdspec_model::report::Death;
use cimdspec_model::report::Obstacle;
use cimdspec_model::report::Report;
use cimdspec_model::report::Target;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;

use crate::fabricated::finding;
use crate::fabricated::mixed;
use crate::fabricated::report;
use crate::fabricated::sentences;

/// So many broken rules, each with a check and a clause of its own.
pub(crate) fn many(count: usize) -> Report {
    let mut many = report(Vec::new());
    let sentence = sentences().into_values().next().unwrap();
    for number in 0..count {
        let clause = ClauseId::parse(&format!("cimd.rule.n{number}")).unwrap();
        many.sentences.insert(clause.clone(), sentence.clone());
        many.findings.push(Finding {
            clauses: vec![clause],
            ..finding(&format!("cimd/many/n{number}"), None, Level::Must, Outcome::Fail)
        });
    }
    many
}

/// The mixed report with a profile and a baseline in the user's repository.
pub(crate) fn with_baseline() -> Report {
    let known = |line, variants: &[&str], reason: &str| KnownAt {
        place: Some(Place {
            path: "ci/known, broken.toml".to_owned(),
            line,
        }),
        reason: reason.to_owned(),
        variants: variants.iter().map(|slug| (*slug).to_owned()).collect(),
    };
    let places = Places {
        target: Some(Place {
            path: "targets/server.toml".to_owned(),
            line: 1,
        }),
        known: BTreeMap::from([
            (
                "cimd/ssrf/answers/rebind#not-contacted".to_owned(),
                known(7, &["10.0.0.7"], "a fix is planned"),
            ),
            (
                "cimd/consent/page#not-contacted".to_owned(),
                known(12, &[], "a page of the vendor"),
            ),
        ]),
    };
    Report { places, ..mixed() }
}

/// What a server, or whoever writes a report document, may put into texts.
const HOSTILE: &str = "x|y`z` ```\n\r\n::error::z%0A]]><script>alert(1)</script>&amp;\u{0}\u{1b}[2J\u{fffe}\u{202e} \
                       @you https://evil.example www.evil.example [a](javascript:b) | | <!-- --> ](https://evil.example)";

/// The mixed report with such a text wherever there is one.
pub(crate) fn hostile() -> Report {
    let text = || HOSTILE.to_owned();
    let mut report = mixed();
    for finding in &mut report.findings {
        finding.title = text();
        finding.expected = text();
        finding.seen = text();
        finding.citation = text();
        finding.evidence = vec![text()];
        if let Some((axis, slug)) = finding.variant.axes.first_mut() {
            axis.push_str(HOSTILE);
            slug.push_str(HOSTILE);
        }
        if let Outcome::Inconclusive(why) | Outcome::NotApplicable(why) | Outcome::NotRun(why) =
            &mut finding.outcome
        {
            why.text = text();
        }
    }
    for sentence in report.sentences.values_mut() {
        sentence.quote = text();
        sentence.citation = text();
        sentence.stance = Some(text());
        sentence.harm = sentence.harm.as_ref().map(|_| text());
        sentence.remedy = Some(text());
        sentence.link = Some(format!("https://x.example/){HOSTILE}"));
    }
    let made = Made {
        flags: format!("cimdspec run --profile '{HOSTILE}'"),
        server: Some(text()),
    };
    Report {
        target: Target {
            name: text(),
            issuer: text(),
        },
        environment: text(),
        harness: text(),
        made,
        places: Places {
            target: Some(Place {
                path: "a%,:b\n|c".to_owned(),
                line: 1,
            }),
            ..Places::default()
        },
        obstacle: Some(Obstacle::of(text(), text())),
        deaths: vec![Death {
            how: text(),
            case: Some(text()),
            log: vec![text()],
        }],
        left_behind: vec![text()],
        idle: vec![text()],
        ..report
    }
}
