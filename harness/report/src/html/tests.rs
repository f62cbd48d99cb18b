//! The page as a whole: what is on it, what cannot be on it, and how large it may be.

use cimdspec_model::name::ClauseId;
use cimdspec_model::observation::Happening;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::report::Death;
use cimdspec_model::report::Obstacle;
use cimdspec_model::report::Report;
use cimdspec_model::report::Target;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;
use cimdspec_model::verdict::Verdict;

use super::html;
use crate::fabricated::broken;
use crate::fabricated::case;
use crate::fabricated::event;
use crate::fabricated::finding;
use crate::fabricated::mixed;
use crate::fabricated::report;
use crate::fabricated::snapshot;

const MEGABYTE: usize = 1_000_000;

/// What a server, its client names and its header fields may hold.
pub(crate) const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "</style></title></svg><script>alert(1)</script>",
    "<!-- ]]> <iframe src=javascript:alert(1)>",
    "\u{202e}txet\u{0}\u{1b}[2J",
];

#[test]
fn a_small_report_is_this_page() {
    let mut findings = mixed().findings;
    findings.truncate(3);
    let first = Finding {
        evidence: vec!["10.020s inside: connect to 10.0.0.7:443".to_owned()],
        decisive: vec![0],
        ..findings.remove(0)
    };
    let variant = first.variant.to_string();
    findings.insert(0, first);
    let why = ReasonCode::Control.with("the paired control was refused too");
    findings.push(finding(
        "dcr/create",
        None,
        Level::Must,
        Outcome::inconclusive(why),
    ));
    findings.push(finding("cimd/ssrf/plain", None, Level::Must, Outcome::Pass));
    let report = Report {
        cases: vec![(variant, case())],
        ..report(findings)
    };
    let page = html(&report);
    // One tag a line, so that a difference is readable; the styles have their own file.
    let (head, body) = page.split_once("<body>").unwrap();
    let (head, _) = head.split_once("<style>").unwrap();
    snapshot("report_page", &format!("{head}\n{body}").replace("><", ">\n<"));
}

/// Requires that no hostile text of a report is markup of a page.
pub(crate) fn assert_no_markup(page: &str, of: &str) {
    for tag in [
        "<script",
        "<img",
        "<iframe",
        "onerror=alert(1)>",
        "<svg onload",
        "<!--",
    ] {
        assert!(!page.contains(tag), "{of} as {tag}");
    }
    for raw in ['\u{202e}', '\u{0}', '\u{1b}'] {
        assert!(!page.contains(raw), "{of} as {raw:?}");
    }
    assert_eq!(page.matches("</html>").count(), 1, "{of}");
}

#[test]
fn nothing_of_a_report_leaves_its_place() {
    for hostile in HOSTILE {
        let page = html(&hostile_report(hostile));
        assert_no_markup(&page, &format!("{hostile:?}"));
        assert_eq!(page.matches("</style>").count(), 1, "{hostile:?}");
        for link in page.split("href=").skip(1) {
            assert!(
                link.starts_with("\"https://") || link.starts_with("\"#rule-"),
                "{}",
                &link[..40]
            );
        }
    }
}

#[test]
fn the_page_lets_nothing_run_or_load() {
    let page = html(&mixed());
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";
    let first = page.find(policy).unwrap();
    assert!(first < page.find("<style>").unwrap());
    for loading in ["src=", "url(", "@import", "<link", "<script"] {
        assert!(!page.contains(loading), "{loading}");
    }
}

#[test]
fn five_hundred_variants_are_one_finding_with_three_timelines() {
    let findings: Vec<Finding> = (0..500)
        .map(|number| {
            finding(
                "cimd/ssrf/answers",
                Some(&number.to_string()),
                Level::Must,
                Outcome::Fail,
            )
        })
        .collect();
    let cases = findings
        .iter()
        .map(|finding| (finding.variant.to_string(), case()));
    let report = Report {
        cases: cases.collect(),
        ..report(findings)
    };
    let page = html(&report);
    assert_eq!(page.matches("<article").count(), 1);
    assert_eq!(page.matches("class=\"wire\"").count(), 3);
    for number in [0, 250, 499] {
        assert!(page.contains(&format!("<li>address={number}</li>")), "{number}");
    }
    assert!(page.len() < MEGABYTE / 4, "{}", page.len());
}

#[test]
fn thousands_of_findings_stay_below_five_megabytes() {
    let mut crowded = case();
    for number in 0..60 {
        let to = "20.0.0.9:443".parse().unwrap();
        let connection = 1000 + number;
        crowded
            .events
            .push(event(10_040_000, "docs", Happening::Connect { connection, to }));
    }
    let long = "<&\"'".repeat(200);
    let findings: Vec<Finding> = (0..6000)
        .map(|number| Finding {
            clauses: vec![ClauseId::parse(&format!("cimd.rule-{}", number % 1500)).unwrap()],
            breach: match number % 3 {
                0 => Verdict::Violation,
                1 => Verdict::Warning,
                _ => Verdict::Note,
            },
            title: long.clone(),
            seen: long.clone(),
            evidence: vec![long.clone(); 45],
            ..finding(
                &format!("cimd/family-{number}/scenario"),
                None,
                Level::Must,
                Outcome::Fail,
            )
        })
        .collect();
    let open = (0..3000).map(|number| {
        let why = format!("{number} {long}");
        finding(
            "dcr/open",
            Some(&number.to_string()),
            Level::Must,
            Outcome::inconclusive(why),
        )
    });
    let cases = findings
        .iter()
        .map(|finding| (finding.variant.to_string(), crowded.clone()))
        .collect();
    let page = html(&Report {
        cases,
        ..report(findings.into_iter().chain(open).collect())
    });
    assert!(page.len() < 5 * MEGABYTE, "{}", page.len());
    assert!(page.contains("more rules in "), "what is left off is told");
    assert!(page.ends_with("</html>"));
}

#[test]
fn headings_go_down_one_step_at_a_time() {
    let page = html(&Report {
        obstacle: Some(Obstacle::of("the password was wrong", "give the right one")),
        ..hostile_report("x")
    });
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
    assert!(page.contains("<html lang=\"en\">"));
    let pictures = page.matches("role=\"img\"").count();
    assert_eq!(
        page.matches("<svg").count() - page.matches("<svg x=").count() - page.matches("aria-hidden").count(),
        pictures
    );
}

/// Texts on their grounds, as the style has them: 4.5 is what readers with weak eyes need.
#[test]
fn every_text_has_contrast_in_light_dark_and_print() {
    let style = super::STYLE;
    let themes: Vec<&str> = style
        .split(":root {")
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap())
        .collect();
    assert_eq!(themes.len(), 3);
    for theme in themes {
        let colour = |name: &str| {
            let (_, rest) = theme.split_once(&format!("--{name}: #")).unwrap();
            let hex: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
            luminance(&hex)
        };
        for (text, grounds) in [
            ("ink", ["page", "card", "sunk"].as_slice()),
            ("faint", &["page", "card", "sunk"]),
            ("link", &["page", "card"]),
            ("bad", &["card", "sunk", "bad-ground", "mark"]),
            ("warn", &["card", "warn-ground"]),
            ("note", &["card", "note-ground"]),
            ("good", &["card", "good-ground"]),
        ] {
            for ground in grounds {
                let (a, b) = (colour(text), colour(ground));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2} in {theme}");
            }
        }
    }
}

/// The relative luminance of a colour, as WCAG defines it.
fn luminance(hex: &str) -> f64 {
    let digits: Vec<u32> = hex.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
    let channels: Vec<u32> = match digits.len() {
        3 => digits.iter().map(|digit| digit * 17).collect(),
        _ => digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect(),
    };
    let linear = |channel: u32| {
        let value = f64::from(channel) / 255.0;
        match value <= 0.04045 {
            true => value / 12.92,
            false => ((value + 0.055) / 1.055).powf(2.4),
        }
    };
    0.2126 * linear(channels[0]) + 0.7152 * linear(channels[1]) + 0.0722 * linear(channels[2])
}

/// A report with this text wherever a server can write.
pub(crate) fn hostile_report(text: &str) -> Report {
    let own = || text.to_owned();
    let mut sentences = mixed().sentences;
    for (sentence, link) in
        sentences
            .values_mut()
            .zip(["javascript:alert(1)", text, "https://a.example/\"><b>"])
    {
        sentence.link = Some(link.to_owned());
        sentence.quote = own();
        sentence.remedy = Some(own());
    }
    let steered = |finding: Finding| Finding {
        title: own(),
        expected: own(),
        seen: own(),
        citation: own(),
        evidence: vec![own(); 3],
        decisive: vec![0, 99],
        ..finding
    };
    let mut seen = case();
    for host in &mut seen.hosts {
        host.name = own();
        host.origin = own();
    }
    for event in &mut seen.events {
        match &mut event.what {
            Happening::Request { method, target, .. } => (*method, *target) = (own(), own()),
            Happening::Served { content_type, .. } => *content_type = Some(own()),
            Happening::Lookup { said, .. } => *said = vec![own()],
            Happening::Handshake { failure, .. } => *failure = Some(own()),
            _ => {}
        }
    }
    for exchange in seen.steps.iter_mut().flat_map(|step| &mut step.exchanges) {
        exchange.url = own();
        exchange.method = own();
    }
    let first = Finding {
        variant: finding("cimd/ssrf/steered", Some(text), Level::Must, Outcome::Fail).variant,
        ..steered(broken("cimd/ssrf/steered", "cimd.fetch.special-use"))
    };
    let variant = first.variant.to_string();
    let mut findings = vec![first];
    for clause in ["cimd.identifier.https", "advice.size.real", "mcp.consent.warning"] {
        findings.push(steered(broken("cimd/consent/page", clause)));
    }
    for outcome in [
        Outcome::inconclusive(own()),
        Outcome::not_applicable(own()),
        Outcome::not_run(own()),
        Outcome::error(own()),
        Outcome::Recorded(own()),
        Outcome::Pass,
    ] {
        findings.push(steered(finding("dcr/create", Some(text), Level::Must, outcome)));
    }
    let failed = steered(finding(
        "service/failures",
        Some(text),
        Level::Must,
        Outcome::Fail,
    ));
    let failure = failed.id();
    findings.push(failed);
    Report {
        harness: own(),
        target: Target {
            name: own(),
            issuer: own(),
        },
        environment: own(),
        calibration: vec![own()],
        obstacle: Some(Obstacle {
            log: vec![own()],
            ..Obstacle::of(own(), own())
        }),
        throttled: 3,
        idle: vec![own()],
        failures: vec![failure.clone()],
        brought_by: [(failure, own())].into(),
        deaths: vec![Death {
            how: own(),
            case: Some(own()),
            log: vec![own()],
        }],
        left_behind: vec![own()],
        sentences,
        cases: vec![(variant, seen)],
        ..report(findings)
    }
}
