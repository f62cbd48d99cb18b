//! The public environment and the proof of control, on an internet of our own: each test runs again inside the sandbox,
//! where every address is local, and builds a resolver, a server with its front, and the operator's files there.

use std::collections::BTreeMap;
use std::process::Command;

use crate::internet::Internet;
use crate::sandboxed::ended;
use serde_json::Value;

/// Runs the test inside the sandbox; there it goes on.
fn in_the_box(name: &str, test: impl AsyncFnOnce(Internet)) {
    if std::env::var_os("CIMDSPEC_BOX").is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        return runtime.block_on(async { test(Internet::build().await).await });
    }
    let output = ended(
        Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .args(["sandbox", "--"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", &format!("public::{name}"), "--nocapture"]),
    );
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// How many findings came out how, and the reasons of those that were not run.
fn told(report: &Value) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let (mut outcomes, mut reasons) = (BTreeMap::new(), BTreeMap::new());
    for finding in report["findings"].as_array().unwrap() {
        let outcome = finding["outcome"].as_str().unwrap().to_owned();
        if outcome == "not-run" {
            *reasons
                .entry(finding["reason"]["text"].as_str().unwrap().to_owned())
                .or_insert(0) += 1;
        }
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    (outcomes, reasons)
}

/// The checks of these scenarios that came out like that.
fn came_out<'a>(report: &'a Value, scenario: &str, outcome: &str) -> Vec<&'a Value> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["variant"]["scenario"] == scenario && finding["outcome"] == outcome)
        .collect()
}

#[test]
fn hosts_by_path_carry_what_needs_no_names() {
    in_the_box("hosts_by_path_carry_what_needs_no_names", async |internet| {
        internet.serve(None).await;
        internet.publish_file(internet.token());
        let run = internet.run(
            &internet.ours(),
            &["--only", "cimd/document/*", "--only", "cimd/fetch/*"],
        );
        let report = run.report();
        let (outcomes, reasons) = told(&report);
        assert_eq!(run.code, Some(0), "{}", run.told);
        assert!(outcomes["pass"] > 200, "{outcomes:?}");
        let expected = ["not-applicable", "not-run", "pass", "recorded"];
        assert!(outcomes.keys().eq(expected), "{outcomes:?}");
        assert!(!run.told.contains("warning"), "{}", run.told);
        assert!(
            reasons.keys().any(|why| why.contains("--wildcard")),
            "{reasons:?}"
        );
        assert_eq!(
            came_out(&report, "cimd/fetch/redirect-other-origin", "pass").len(),
            0
        );
    });
}

#[test]
fn hosts_by_name_with_a_zone_carry_all_but_special_addresses() {
    in_the_box(
        "hosts_by_name_with_a_zone_carry_all_but_special_addresses",
        async |internet| {
            internet.serve(None).await;
            internet.publish_file(internet.token());
            let mut options = internet.ours();
            options.extend(internet.zone());
            let only = [
                "cimd/fetch/*",
                "cimd/identifier/*",
                "cimd/limits/slow-lookup",
                "cimd/ssrf/alias/*",
                "cimd/tls/*",
            ];
            let run = internet.run(&options, &only.map(|only| ["--only", only]).concat());
            let report = run.report();
            let (outcomes, reasons) = told(&report);
            assert_eq!(run.code, Some(0), "{}\n{outcomes:?} {reasons:?}", run.told);
            for scenario in [
                "cimd/fetch/connection-fails",
                "cimd/fetch/lookup-fails",
                "cimd/fetch/redirect-other-origin",
                "cimd/identifier/missing-path",
                "cimd/limits/slow-lookup",
                "cimd/ssrf/alias/outside",
                "cimd/tls/plain-http",
                "cimd/tls/certificate",
            ] {
                assert!(!came_out(&report, scenario, "pass").is_empty(), "{scenario}");
            }
            assert!(!came_out(&report, "cimd/tls/certificate", "not-run").is_empty());
            assert!(reasons.keys().all(|why| why.contains("sandbox")), "{reasons:?}");
            assert!(
                internet
                    .asked()
                    .iter()
                    .any(|name| name.ends_with(".probe.example.org")),
                "the zone was asked"
            );
        },
    );
}

#[test]
fn hosts_behind_a_proxy_carry_what_it_leaves_as_it_is() {
    in_the_box(
        "hosts_behind_a_proxy_carry_what_it_leaves_as_it_is",
        async |internet| {
            internet.serve(None).await;
            internet.publish_record(internet.token());
            internet.proxy("127.0.0.1:8443").await;
            let run = internet.run(
                &internet.plain(),
                &["--only", "cimd/document/*", "--only", "cimd/limits/*"],
            );
            let (outcomes, reasons) = told(&run.report());
            assert_eq!(run.code, Some(0), "{}", run.told);
            assert!(!run.told.contains("warning"), "{}", run.told);
            assert!(outcomes["pass"] > 100, "{outcomes:?}");
            assert!(
                reasons.keys().any(|why| why.contains("--certificate")),
                "{reasons:?}"
            );
        },
    );
}

#[test]
fn a_broken_rule_is_seen_from_outside_too() {
    in_the_box("a_broken_rule_is_seen_from_outside_too", async |internet| {
        internet.serve(Some("follows-redirects")).await;
        internet.publish_file(internet.token());
        let mut options = internet.ours();
        options.extend(internet.zone());
        let run = internet.run(&options, &["--only", "cimd/fetch/redirect-other-origin"]);
        let report = run.report();
        assert_eq!(run.code, Some(1), "{}", run.told);
        let followed = came_out(&report, "cimd/fetch/redirect-other-origin", "fail");
        assert!(
            followed.iter().any(|finding| finding["check"] == "not-followed"
                && !finding["evidence"].as_array().unwrap().is_empty()),
            "{followed:?}"
        );
    });
}

#[test]
fn a_server_of_somebody_else_is_not_touched_without_proof() {
    in_the_box(
        "a_server_of_somebody_else_is_not_touched_without_proof",
        async |internet| {
            let run = |word: &[&str]| {
                internet.run_as(
                    word,
                    &internet.ours(),
                    &["--only", "cimd/document/client-id/missing"],
                )
            };
            let unasked = run(&[]);
            assert_eq!(unasked.code, Some(64), "{}", unasked.told);
            for wanted in [
                internet.token(),
                "https://as.example.net/.well-known/cimdspec-authorization",
                "_cimdspec.as.example.net",
                "--authorized",
                "--dry-run",
            ] {
                assert!(unasked.told.contains(wanted), "no {wanted} in {}", unasked.told);
            }
            assert_eq!(internet.visits(), 0, "nobody asked the server anything");

            let absent = run(&["--authorized"]);
            assert_eq!(absent.code, Some(69), "{}", absent.told);
            assert!(absent.told.contains("status 404"), "{}", absent.told);
            assert!(
                absent.told.contains("TXT `_cimdspec.as.example.net`"),
                "{}",
                absent.told
            );

            internet.publish_file("the-token-of-another-issuer-is-no-proof-at-all");
            internet.publish_record("the-token-of-another-issuer-is-no-proof-at-all");
            let wrong = run(&["--authorized"]);
            assert_eq!(wrong.code, Some(69), "{}", wrong.told);
            assert!(wrong.told.contains("no line of its"), "{}", wrong.told);
            assert!(wrong.told.contains("none of them the token"), "{}", wrong.told);
            let passed_on = internet.passed_on();
            let is_metadata = |head: &String| head.starts_with("GET /.well-known/");
            assert!(passed_on.iter().all(is_metadata), "{passed_on:?}");

            internet.serve(None).await;
            internet.publish_file(internet.token());
            let by_file = run(&["--authorized"]);
            assert_eq!(by_file.code, Some(0), "{}", by_file.told);

            internet.publish_file("gone");
            internet.publish_record(internet.token());
            let by_record = run(&["--authorized"]);
            assert_eq!(by_record.code, Some(0), "{}", by_record.told);
            assert!(
                by_record.told.contains("TXT _cimdspec.as.example.net"),
                "{}",
                by_record.told
            );
        },
    );
}

#[test]
fn a_dry_run_sends_nothing() {
    in_the_box("a_dry_run_sends_nothing", async |internet| {
        let run = internet.run_as(&["--dry-run", "--format", "json"], &internet.ours(), &[]);
        assert_eq!(run.code, Some(0), "{}", run.told);
        let forecast: Value = serde_json::from_str(&run.shown).unwrap();
        assert_eq!(forecast["issuer"], "https://as.example.net");
        assert_eq!(forecast["duration"]["per_second"], 1000, "the profile's own pace");
        assert!(forecast["registrations"].as_u64().unwrap() > 100);
        assert_eq!(internet.visits(), 0);
        assert_eq!(internet.asked(), Vec::<String>::new());
    });
}

#[test]
fn a_stranger_is_asked_gently_by_default() {
    in_the_box("a_stranger_is_asked_gently_by_default", async |internet| {
        let run = internet.plainly(&["--dry-run", "--format", "json", "--env", "public"]);
        let forecast: Value = serde_json::from_str(&run.shown).unwrap();
        assert_eq!(forecast["duration"]["per_second"], 5);
        assert_eq!(forecast["duration"]["at_once"], 4);
    });
}

/// What `init` is given of the public environment is in its profile, and every command takes it from there.
#[test]
fn a_profile_has_the_public_environment() {
    in_the_box("a_profile_has_the_public_environment", async |internet| {
        internet.serve(None).await;
        internet.publish_file(internet.token());
        let (given, profile) = (internet.profile(), internet.file("p.toml"));
        let mut options = internet.ours();
        options.extend(internet.zone());
        let mut init = vec![
            "init",
            "--issuer",
            crate::internet::ISSUER,
            "--profile",
            &given,
            "--authorized",
        ];
        init.extend(["--out", &profile]);
        init.extend(options.iter().map(String::as_str));
        let init = internet.bare(&init);
        assert_eq!(init.code, Some(0), "{}", init.told);
        let next = format!("next: cimdspec run --profile {profile} --authorized\n");
        assert!(init.told.contains(&next), "{}", init.told);
        let text = std::fs::read_to_string(&profile).unwrap();
        for line in [
            "issuer = \"https://as.example.net\"",
            "[public]\ncertificate = \"probe.pem\"\nkey = \"probe.key\"\nlisten = \"93.184.216.34:443\"\n",
            "url = \"https://probe.example.org\"\n",
            "wildcard = true\n",
            "[public.zone]\naddresses = [\"93.184.216.34\"]\nlisten = \"93.184.216.34:53\"\n",
        ] {
            assert!(text.contains(line), "no {line} in {text}");
        }
        let (results, held) = (internet.file("results"), "cimd/document/not-json[text=html]");
        let lookups = "cimd/fetch/lookup-fails";
        for (command, wanted) in [
            (
                &["run", "--results", &results, "--only", lookups][..],
                "9 checks: 9 passed",
            ),
            (&["doctor"], "the server can be tested"),
            (&["hold", held, "--deadline", "1s"], "probe.example.org"),
            (&["fuzz", "--cases", "1", "--jobs", "1"], "1 case"),
        ] {
            let ended = internet.bare(&[command, &["--profile", &profile, "--authorized"]].concat());
            let all = format!("{}{}", ended.told, ended.shown);
            assert_eq!(ended.code, Some(0), "{command:?}: {all}");
            assert!(all.contains(wanted), "{command:?}: {all}");
        }
        // A flag takes the place of a member.
        let other = [
            "--public-url",
            "https://other.example.org",
            "--profile",
            &profile,
            "--authorized",
        ];
        let ended = internet.bare(&[&["doctor"][..], &other].concat());
        assert_eq!(ended.code, Some(69), "{}", ended.told);
        assert!(
            ended.told.contains("`other.example.org` is not delegated"),
            "{}",
            ended.told
        );
    });
}

/// What ends a run before its first case: what it says, and that the report of no run is there.
fn stops(internet: &Internet, options: &[String], wanted: &[&str]) {
    let run = internet.run(options, &["--only", "cimd/metadata/*"]);
    assert_eq!(run.code, Some(69), "{}", run.told);
    for wanted in wanted {
        assert!(run.told.contains(wanted), "no {wanted} in {}", run.told);
    }
    assert!(!std::path::Path::new(&internet.file("results/latest/report.json")).exists());
}

#[test]
fn a_public_url_that_does_not_lead_here_stops_a_run() {
    in_the_box(
        "a_public_url_that_does_not_lead_here_stops_a_run",
        async |internet| {
            internet.serve(None).await;
            internet.publish_file(internet.token());
            let dead = [
                "nobody answers at `https://probe.example.org/below/it/home-",
                "has to lead to this machine",
            ];
            stops(&internet, &internet.plain(), &dead);
            // The proxy leads to another server.
            internet.proxy("127.0.0.1:9400").await;
            let astray = [
                "does not lead here: 93.184.216.34 answered status 404",
                "pass on to 127.0.0.1:8443",
            ];
            stops(&internet, &internet.plain(), &astray);
            let mut unknown = internet.plain();
            unknown[1] = "https://gone.example.org".to_owned();
            stops(
                &internet,
                &unknown,
                &[
                    "`gone.example.org` cannot be looked up",
                    "`gone.example.org. A ADDRESS`",
                ],
            );
            let all_the_same = ["--only", "cimd/metadata/*", "--keep-going"];
            let run = internet.run(&internet.plain(), &all_the_same);
            assert!(
                run.told
                    .contains("warning: `https://probe.example.org/below/it/home-"),
                "{}",
                run.told
            );
            assert!(
                run.report()["findings"]
                    .as_array()
                    .is_some_and(|all| !all.is_empty())
            );
        },
    );
}

#[test]
fn a_certificate_of_another_name_stops_a_run() {
    in_the_box("a_certificate_of_another_name_stops_a_run", async |internet| {
        internet.serve(None).await;
        internet.publish_file(internet.token());
        let other = [
            "its certificate is refused: certificate not valid for name",
            "as.pem` has to be for `probe.example.org`",
        ];
        stops(&internet, &internet.with_certificate("as"), &other);
        let mut narrow = internet.with_certificate("narrow");
        narrow.push("--wildcard".to_owned());
        stops(
            &internet,
            &narrow,
            &["narrow.pem` has to be for `*.probe.example.org`"],
        );
    });
}

#[test]
fn a_zone_that_is_not_delegated_stops_a_run() {
    in_the_box("a_zone_that_is_not_delegated_stops_a_run", async |internet| {
        internet.serve(None).await;
        internet.publish_file(internet.token());
        internet.keep_the_zone();
        let mut options = internet.ours();
        options.extend(internet.zone());
        let wanted = [
            "`probe.example.org` is not delegated to cimdspec",
            "no query came to 93.184.216.34:53; the resolver said: 93.184.216.34",
            "    probe.example.org. NS ns.probe.example.org.\n    ns.probe.example.org. A 93.184.216.34\n",
        ];
        stops(&internet, &options, &wanted);
    });
}

#[test]
fn a_clock_that_is_wrong_stops_a_run() {
    in_the_box("a_clock_that_is_wrong_stops_a_run", async |internet| {
        internet.serve(None).await;
        internet.publish_file(internet.token());
        internet.date_answers("Sun, 06 Nov 1994 08:49:37 GMT");
        let wanted = [
            "ahead of that of the server",
            "`Date: Sun, 06 Nov 1994 08:49:37 GMT`",
            "timedatectl",
        ];
        stops(&internet, &internet.ours(), &wanted);
    });
}

/// Where nobody asks our name server, nothing is said of what it would have answered: these cases would blame a server that keeps
/// every rule.
#[test]
fn a_case_whose_names_others_answer_is_inconclusive() {
    in_the_box(
        "a_case_whose_names_others_answer_is_inconclusive",
        async |internet| {
            internet.serve(None).await;
            internet.publish_file(internet.token());
            internet.keep_the_zone();
            let mut options = internet.ours();
            options.extend(internet.zone());
            let only = ["cimd/fetch/lookup-fails", "cimd/limits/slow-lookup"];
            let mut more = only.map(|only| ["--only", only]).concat();
            more.push("--keep-going");
            let run = internet.run(&options, &more);
            let report = run.report();
            let (outcomes, _) = told(&report);
            assert_eq!(run.code, Some(3), "{outcomes:?}: {}{}", run.told, run.shown);
            assert!(
                outcomes.keys().eq(["inconclusive"]),
                "{outcomes:?}: {}",
                run.shown
            );
            let reason = &report["findings"][0]["reason"];
            assert_eq!(reason["code"], "environment", "{reason}");
        },
    );
}

/// A service that others use, too, is sent no bursts and nothing without end, and keeps none of the few clients that are registered.
#[test]
fn a_polite_run_leaves_out_what_harms_others() {
    in_the_box("a_polite_run_leaves_out_what_harms_others", async |internet| {
        let run = internet.plainly(&["--dry-run", "--format", "json", "--polite"]);
        let forecast: Value = serde_json::from_str(&run.shown).unwrap();
        assert_eq!(forecast["duration"]["per_second"], 2, "{}", run.told);
        assert_eq!(forecast["duration"]["at_once"], 2);
        let run = internet.run_as(
            &["--dry-run", "--format", "json", "--polite"],
            &internet.ours(),
            &[],
        );
        let forecast: Value = serde_json::from_str(&run.shown).unwrap();
        let registrations = forecast["registrations"].as_u64().unwrap();
        assert!((20..=110).contains(&registrations), "{registrations}");
        let hostile = forecast["hostile"].to_string();
        assert!(
            !hostile.contains("endless\"") && !hostile.contains("giant"),
            "{hostile}"
        );
        assert!(hostile.contains("stall-in-body"), "{hostile}");
        let polite = forecast["not_run"].as_object().unwrap().keys();
        assert!(
            polite.filter(|why| why.contains("polite")).count() >= 3,
            "{forecast}"
        );

        internet.serve(None).await;
        internet.publish_file(internet.token());
        let only = ["dcr/register/*", "dcr/load/*", "cimd/limits/*"];
        let mut more = only.map(|only| ["--only", only]).concat();
        more.push("--polite");
        let run = internet.run(&internet.ours(), &more);
        let report = run.report();
        assert_eq!(run.code, Some(0), "{}{}", run.told, run.shown);
        assert_eq!(report["left_behind"], serde_json::json!([]));
        let (outcomes, reasons) = told(&report);
        let polite = |word: &str| {
            reasons
                .keys()
                .any(|why| why.contains(word) && why.contains("polite"))
        };
        assert!(outcomes["pass"] > 50, "{outcomes:?}");
        assert!(
            polite("burst") && polite("endless") && polite("at most 100"),
            "{reasons:?}"
        );
        let made = &report["made"]["flags"];
        assert!(
            made.as_str().is_some_and(|flags| flags.contains("--polite")),
            "{made}"
        );
    });
}

/// What an environment cannot ask is said where the result is read first.
#[test]
fn the_first_line_has_the_share_that_was_asked() {
    in_the_box("the_first_line_has_the_share_that_was_asked", async |internet| {
        internet.serve(None).await;
        internet.publish_file(internet.token());
        let run = internet.run(
            &internet.ours(),
            &["--only", "cimd/ssrf/*", "--only", "cimd/metadata/*"],
        );
        let report = run.report();
        let share = &report["share"];
        let (cases, asked) = (
            share["whole"]["cases"].as_u64().unwrap(),
            share["whole"]["asked"].as_u64().unwrap(),
        );
        assert!(asked > 0 && asked * 10 < cases, "{share}");
        let first = run
            .shown
            .trim_start()
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        let percent = format!("{} % of the cases were asked", asked * 100 / cases);
        assert!(first.ends_with(&percent), "{first}");
        assert!(
            run.shown.contains(&format!("no violation; {percent}\n")),
            "{}",
            run.shown
        );
        assert!(
            share["families"]["cimd/ssrf"]["cases"].as_u64().unwrap() > 1000,
            "{share}"
        );
    });
}
