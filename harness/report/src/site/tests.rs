//! The site as a whole: what is on its pages, what cannot be on them, and where its links lead.

use std::collections::BTreeSet;

use cimdspec_model::report::Report;
use cimdspec_model::report::Target;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;

use super::Entry;
use super::INDEX;
use super::MARK;
use super::file_of;
use super::index;
use super::is_file_of_a_site;
use super::report_page;
use crate::fabricated::broken;
use crate::fabricated::finding;
use crate::fabricated::mixed;
use crate::fabricated::report;
use crate::fabricated::snapshot;
use crate::html::tests::HOSTILE;
use crate::html::tests::assert_no_markup;
use crate::html::tests::hostile_report;

const DAY: u64 = 86_400;

pub(super) fn named(name: &str, days: u64, of: Report) -> Report {
    let issuer = "https://as.example".to_owned();
    Report {
        target: Target {
            name: name.to_owned(),
            issuer,
        },
        began: of.began + days * DAY,
        ..of
    }
}

/// The pages of a site, the overview first.
pub(super) fn pages(reports: &[Report]) -> Vec<(String, String)> {
    let numbered = || (1..).zip(reports);
    let entries: Vec<Entry> = numbered()
        .map(|(number, report)| Entry::of(report, number))
        .collect();
    let overview = [(INDEX.to_owned(), index(&entries))];
    let pages = numbered().map(|(number, report)| (file_of(number), report_page(report)));
    overview.into_iter().chain(pages).collect()
}

/// Two servers, of which one was tested twice.
fn small() -> Vec<Report> {
    let mut before = mixed();
    before.findings.truncate(7);
    let mut now = before.clone();
    now.findings[0].outcome = Outcome::Pass;
    now.findings
        .retain(|finding| finding.variant.scenario.as_str() != "cimd/consent/page");
    now.findings
        .push(broken("cimd/identifier/https", "cimd.identifier.https"));
    before.findings.push(Finding {
        outcome: Outcome::Pass,
        ..broken("cimd/identifier/https", "cimd.identifier.https")
    });
    let other = report(vec![
        finding("cimd/ssrf/plain", None, Level::Must, Outcome::Pass),
        finding(
            "dcr/create",
            None,
            Level::Must,
            Outcome::inconclusive("it was refused"),
        ),
    ]);
    vec![
        named("a server", 1, now),
        named("another", 0, other),
        named("a server", 0, before),
    ]
}

#[test]
fn a_small_site_is_this_overview() {
    let (_, page) = pages(&small()).remove(0);
    assert!(page.starts_with(MARK));
    let (head, body) = page.split_once("<body").unwrap();
    let (head, _) = head.split_once("<style>").unwrap();
    snapshot(
        "site_overview",
        &format!("{head}\n<body{body}").replace("><", ">\n<"),
    );
}

/// Each link of a site leads to a place that is there.
#[test]
fn every_link_inside_a_site_leads_somewhere() {
    let mut reports = small();
    reports.push(named("mixed", 0, mixed()));
    let mut failed = mixed();
    failed.failures = vec![failed.findings[0].id()];
    reports.push(named("failed", 0, failed));
    let pages = pages(&reports);
    let places: BTreeSet<String> = pages
        .iter()
        .flat_map(|(name, text)| {
            let ids = text.split(" id=\"").skip(1);
            let ids = ids.filter_map(|rest| rest.split('"').next());
            let places = ids.map(move |id| format!("{name}#{id}"));
            places.chain([name.clone()])
        })
        .collect();
    let mut inside = 0;
    for (name, text) in &pages {
        let links = text.split("href=\"").skip(1);
        for link in links.filter_map(|rest| rest.split('"').next()) {
            if link.starts_with("https://") {
                continue;
            }
            inside += 1;
            let place = match link.strip_prefix('#') {
                Some(id) => format!("{name}#{id}"),
                None => link.to_owned(),
            };
            assert!(places.contains(&place), "{name} links to {link}");
        }
    }
    assert!(inside > 50, "{inside}");
}

#[test]
fn nothing_of_a_report_leaves_its_place_on_the_overview() {
    for hostile in HOSTILE {
        let before = hostile_report(hostile);
        let mut now = before.clone();
        now.began += DAY;
        now.harness.push('x');
        now.fingerprint.release.version = hostile.to_owned();
        for finding in &mut now.findings {
            finding.outcome = match finding.outcome {
                Outcome::Fail => Outcome::Pass,
                _ => Outcome::Fail,
            };
        }
        let pages = pages(&[before, now]);
        for (name, page) in &pages {
            assert_no_markup(page, &format!("{name}: {hostile:?}"));
            for link in page.split("href=\"").skip(1) {
                let link = link.split('"').next().unwrap();
                let file = link.split('#').next().unwrap();
                assert!(
                    link.starts_with("https://") || file.is_empty() || is_file_of_a_site(file),
                    "{name}: {link}"
                );
            }
        }
        let (_, overview) = &pages[0];
        for heading in ["Newly broken: ", "Repaired: "] {
            assert!(overview.contains(heading), "{heading}");
        }
    }
}

#[test]
fn the_names_of_files_are_ours() {
    for name in [INDEX, "report-1.html", "report-210.html"] {
        assert!(is_file_of_a_site(name), "{name}");
    }
    for name in [
        "",
        "report-.html",
        "report-1",
        "report-01.html",
        "report-+1.html",
        "report--1.html",
        "../report-1.html",
        "report-1.html/x",
        "Index.html",
        "notes.txt",
    ] {
        assert!(!is_file_of_a_site(name), "{name}");
    }
}

#[test]
fn headings_go_down_one_step_at_a_time_on_the_overview() {
    let (_, page) = pages(&small()).remove(0);
    let mut last = 0;
    for part in page.split("<h").skip(1) {
        let Some(level) = part.chars().next().and_then(|digit| digit.to_digit(10)) else {
            continue;
        };
        assert!(
            level <= last + 1,
            "h{level} after h{last}: {}",
            &part[..60.min(part.len())]
        );
        last = level;
    }
    assert_eq!(page.matches("<h1>").count(), 1);
}
