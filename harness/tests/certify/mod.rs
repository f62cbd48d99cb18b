//! A bundle holds as it was made, and each way of tampering with it is refused with its own message.

mod tamper;

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::sync::OnceLock;

use cimdspec_evidence::bundle;
use cimdspec_evidence::bundle::Files;
use cimdspec_evidence::key;
use cimdspec_evidence::key::SigningKey;
use serde_json::Value;
use serde_json::json;

use crate::bad_input::cimdspec;
use crate::certify::tamper::Parts;
use crate::sandboxed::ended;

/// A small revision.
const REVISION: &str = "rfc7592";
/// It breaks one MUST of the revision (RFC 7592 section 2.3).
const MUTANT: &str = "delete-answers-200";

fn told(output: &Output) -> String {
    let [out, err] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    format!("{out}{err}")
}

/// A run with its bundle and the key that signed it.
struct Certified {
    folder: tempfile::TempDir,
    key: String,
}

impl Certified {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path("bundle.tar.zst")).unwrap()
    }

    fn parts(&self) -> Parts {
        Parts::of(&self.bytes())
    }

    fn signer(&self) -> SigningKey {
        SigningKey::read(&self.key).unwrap()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// One run for all tests: of a server that breaks a rule of the revision.
fn certified() -> &'static Certified {
    static ONCE: OnceLock<Certified> = OnceLock::new();
    ONCE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let made = Certified {
            key: key::generate().unwrap(),
            folder,
        };
        let results = made.path("results");
        let ran = ended(
            Command::new(env!("CARGO_BIN_EXE_cimdspec"))
                .args([
                    "run",
                    "--load",
                    "--revision",
                    REVISION,
                    "--mutant",
                    MUTANT,
                    "--results",
                ])
                .arg(&results),
        );
        assert_eq!(ran.status.code(), Some(1), "{}", told(&ran));
        fs::write(made.path("key"), &made.key).unwrap();
        let certified = cimdspec(&[
            "certify",
            text(&results.join("latest")),
            "--revision",
            REVISION,
            "--key",
            text(&made.path("key")),
            "--out",
            text(&made.path("bundle.tar.zst")),
        ]);
        assert_eq!(certified.status.code(), Some(0), "{}", told(&certified));
        made
    })
}

/// What `verify` says of these bytes, with its exit code.
fn verified(bytes: &[u8], more: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.tar.zst");
    fs::write(&path, bytes).unwrap();
    let output = cimdspec(&[&["verify", text(&path)], more].concat());
    (output.status.code(), told(&output))
}

fn packed(files: &Files) -> Vec<u8> {
    let mut bytes = Vec::new();
    bundle::pack(files, &mut bytes).unwrap();
    bytes
}

/// The bundle with this done to it, signed again by the signer.
fn tampered(alter: impl FnOnce(&mut Parts)) -> (Option<i32>, String) {
    let made = certified();
    let mut parts = made.parts();
    alter(&mut parts);
    verified(&packed(&parts.files(&made.signer())), &[])
}

/// A check that fails in the run, with its scenario.
fn broken(parts: &Parts) -> (String, String) {
    let findings = parts.report["findings"].as_array().unwrap();
    let failed = findings
        .iter()
        .find(|finding| finding["outcome"] == "fail")
        .unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    (word(&failed["variant"]["scenario"]), word(&failed["check"]))
}

/// Whether a concluded line is one attempt with a control.
fn has_control(line: &Value) -> bool {
    line["derivation"]["judged"]["control"].is_string()
}

#[test]
fn a_bundle_holds_as_it_was_made() {
    let made = certified();
    let (code, told) = verified(&made.bytes(), &[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.starts_with(&format!("verified: FAILED for {REVISION}")),
        "{told}"
    );
    assert!(
        told.contains("re-derived: every finding with a case follows"),
        "{told}"
    );
    // Only signed again, it holds as well: what the tests below see is not the signing.
    let (code, told) = tampered(|_| {});
    assert_eq!(code, Some(0), "{told}");
}

/// The key, the bytes of the signature, and the form: what is refused before anything is judged.
#[test]
fn a_bundle_of_another_key_of_other_bytes_or_of_another_form_is_none() {
    let made = certified();
    let other = SigningKey::read(&key::generate().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("other.pub");
    fs::write(&public, other.verifying().pem()).unwrap();
    let (code, told) = verified(&made.bytes(), &["--key", text(&public)]);
    assert_eq!(code, Some(65), "{told}");
    assert!(
        told.contains("signed by another key than the given one"),
        "{told}"
    );

    let mut files = bundle::unpack(&made.bytes()[..]).unwrap();
    let mut envelope: Value = serde_json::from_slice(&files[bundle::CONFORMANCE]).unwrap();
    let of_another: Value = serde_json::from_slice(&files[bundle::TEST_RESULT]).unwrap();
    envelope["signatures"] = of_another["signatures"].clone();
    files.insert(
        bundle::CONFORMANCE.to_owned(),
        serde_json::to_vec(&envelope).unwrap(),
    );
    let (code, told) = verified(&packed(&files), &[]);
    assert_eq!(code, Some(65), "{told}");
    assert!(told.contains("not one of these bytes"), "{told}");

    let mut files = bundle::unpack(&made.bytes()[..]).unwrap();
    files.insert("notes.txt".to_owned(), b"more".to_vec());
    let (code, told) = verified(&packed(&files), &[]);
    assert_eq!(code, Some(65), "{told}");
    assert!(told.contains("`\"notes.txt\"`, which no bundle has"), "{told}");

    let mut files = bundle::unpack(&made.bytes()[..]).unwrap();
    files.remove(bundle::LEDGER);
    let (code, told) = verified(&packed(&files), &[]);
    assert_eq!(code, Some(65), "{told}");
    assert!(told.contains("it has no `ledger.jsonl.zst`"), "{told}");
}

#[test]
fn what_was_seen_cannot_be_altered() {
    for (what, alter, expected) in [
        (
            "a verdict flipped",
            Box::new(|parts: &mut Parts| {
                let (scenario, check) = broken(parts);
                parts.set_outcome(&scenario, &check, &json!({ "outcome": "pass" }));
            }) as Box<dyn FnOnce(&mut Parts)>,
            "reported as passed, and what was seen gives broken",
        ),
        (
            "a verdict flipped in the report only",
            Box::new(|parts: &mut Parts| {
                let findings = parts.report["findings"].as_array_mut().unwrap();
                let failed = findings.iter_mut().find(|finding| finding["outcome"] == "fail");
                failed.unwrap()["outcome"] = json!("pass");
            }),
            "the report and the ledger differ",
        ),
        (
            "a case dropped",
            Box::new(|parts: &mut Parts| {
                let last = parts.ledger.iter().rposition(|line| line.get("case").is_some());
                parts.ledger.remove(last.unwrap());
            }),
            "the ledger has no case",
        ),
        (
            "a control dropped",
            Box::new(|parts: &mut Parts| {
                let line = parts.lines("concluded").find(|line| has_control(line)).unwrap();
                line["derivation"]["judged"]
                    .as_object_mut()
                    .unwrap()
                    .remove("control");
            }),
            "its paired control is not named",
        ),
        (
            "an event of the ledger altered",
            Box::new(|parts: &mut Parts| {
                let (scenario, _) = broken(parts);
                let settled = parts.concluded(&scenario)["derivation"].to_string();
                for case in parts
                    .lines("case")
                    .filter(|case| settled.contains(case["case"].as_str().unwrap()))
                {
                    for step in case["steps"].as_array_mut().unwrap() {
                        for exchange in step["exchanges"].as_array_mut().unwrap() {
                            if exchange["reply"]["response"].is_object() {
                                exchange["reply"]["response"]["status"] = json!(418);
                            }
                        }
                    }
                }
            }),
            "what was seen gives",
        ),
        (
            "a check twice",
            Box::new(|parts: &mut Parts| {
                let findings = parts.report["findings"].as_array_mut().unwrap();
                let first = findings[0].clone();
                findings.push(first);
            }),
            "twice in the report",
        ),
        (
            "an interrupted run",
            Box::new(|parts: &mut Parts| {
                let last = parts
                    .ledger
                    .iter()
                    .rposition(|line| line["concluded"]["derivation"]["judged"].is_object());
                let gone = parts.ledger.remove(last.unwrap());
                let variant = gone["concluded"]["variant"].clone();
                let findings = parts.report["findings"].as_array_mut().unwrap();
                findings.retain(|finding| finding["variant"] != variant);
            }),
            "not complete: ",
        ),
        (
            "a run that says that it was interrupted",
            Box::new(|parts: &mut Parts| parts.report["interrupted"] = json!(true)),
            "the run was interrupted",
        ),
        (
            "an inconclusive check hidden",
            Box::new(|parts: &mut Parts| {
                let reason =
                    json!({ "code": "not-supported", "text": "the target does not support `dcr.manage`" });
                let outcome = json!({ "outcome": "not-applicable", "reason": reason });
                let line = parts.lines("concluded").find(|line| has_control(line)).unwrap();
                line["derivation"] = json!({ "unjudged": outcome });
            }),
            "said not to be supported, and other cases show all that it needs",
        ),
        (
            "a secret in the ledger",
            Box::new(|parts: &mut Parts| {
                let case = parts.lines("case").next().unwrap();
                let exchange = &mut case["steps"][0]["exchanges"][0];
                exchange["url"] = json!("https://as.test/callback?code=SplxlOBeZQQYbYS6WxSbIA");
            }),
            "shows a secret (the URL of a request)",
        ),
    ] {
        let (code, told) = tampered(alter);
        assert_eq!(code, Some(1), "{what}: {told}");
        assert!(told.contains(expected), "{what}: {told}");
    }
}

#[test]
fn what_it_is_about_cannot_be_altered() {
    let scenario = |parts: &Parts| {
        let files = parts.catalogue.as_object().unwrap();
        let mut paths = files.keys().filter(|path| path.starts_with("dcr/manage/"));
        paths.next().unwrap().clone()
    };
    let revision = format!("revisions/{REVISION}.toml");
    for (what, alter, expected) in [
        (
            "a revision shortened",
            Box::new(|parts: &mut Parts| {
                let text = parts.catalogue[&revision].as_str().unwrap().to_owned();
                let must = text.find("must = [").unwrap();
                let first = text[must..].find("\n    \"").unwrap() + must;
                let end = text[first + 1..].find('\n').unwrap() + first + 1;
                parts.catalogue[&revision] = json!(format!("{}{}", &text[..first], &text[end..]));
            }) as Box<dyn FnOnce(&mut Parts)>,
            "the catalogue is said to be that of cimdspec 0.1.0, and is not",
        ),
        (
            "a scenario swapped",
            Box::new(|parts: &mut Parts| {
                let path = scenario(parts);
                let text = format!("{}\n# changed\n", parts.catalogue[&path].as_str().unwrap());
                parts.catalogue[&path] = json!(text);
            }),
            "the catalogue is said to be that of cimdspec 0.1.0, and is not",
        ),
        (
            "a waiver added",
            Box::new(|parts: &mut Parts| {
                let (scenario, check) = broken(parts);
                parts.baseline = Some(format!(
                    "[[broken]]\ncheck = \"{scenario}#{check}\"\nreason = \"known\"\n"
                ));
            }),
            "`baseline.toml` is not the one of the run",
        ),
        (
            "the target renamed",
            Box::new(|parts: &mut Parts| parts.report["target"]["name"] = json!("another server")),
            "the report and the ledger differ in the server",
        ),
        (
            "a policy that hides a MUST",
            Box::new(|parts: &mut Parts| {
                let reason = json!({ "code": "policy", "text": "the target declares the policy `no-iss`" });
                let (scenario, check) = broken(parts);
                let outcome = json!({ "outcome": "not-applicable", "reason": reason });
                parts.set_outcome(&scenario, &check, &outcome);
            }),
            "a MUST that a policy makes void",
        ),
        (
            "a date in the future",
            Box::new(|parts: &mut Parts| {
                let later = json!(parts.report["began"].as_u64().unwrap() + 1_000_000);
                parts.report["began"] = later.clone();
                parts.claim["predicate"]["began"] = later.clone();
                for head in parts.lines("run") {
                    head["began"] = later.clone();
                }
            }),
            "begun in the future",
        ),
        (
            "a claim that is better than the findings",
            Box::new(|parts: &mut Parts| parts.claim["predicate"]["result"] = json!("PASSED")),
            "the claim says result \"PASSED\", and \"FAILED\" follows",
        ),
    ] {
        let (code, told) = tampered(alter);
        assert_eq!(code, Some(1), "{what}: {told}");
        assert!(told.contains(expected), "{what}: {told}");
    }
}

/// The catalogue of a release that this program does not have: accepted, and named first.
#[test]
fn the_catalogue_of_an_older_release_is_named_in_the_first_line() {
    let (code, told) = tampered(|parts| {
        let older = json!("0.0.9");
        parts.report["harness"] = older.clone();
        parts.claim["predicate"]["harness"] = older.clone();
        for head in parts.lines("run") {
            head["harness"] = older.clone();
        }
        let path = format!("revisions/{REVISION}.toml");
        let text = format!(
            "{}\n# of an older release\n",
            parts.catalogue[&path].as_str().unwrap()
        );
        parts.catalogue[&path] = json!(text);
    });
    assert_eq!(code, Some(0), "{told}");
    let first = told.lines().next().unwrap();
    assert!(
        first.contains("another catalogue") && first.contains("0.0.9"),
        "{first}"
    );
}

/// What no test has seen is not certified, and the list says what is missing.
#[test]
fn a_run_that_left_something_out_is_not_certified() {
    let folder = tempfile::tempdir().unwrap();
    let results = folder.path().join("results");
    let ran = ended(
        Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .args(["run", "--only", "dcr/manage/read*", "--results"])
            .arg(&results),
    );
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    let certified = cimdspec(&[
        "certify",
        text(&results.join("latest")),
        "--revision",
        REVISION,
        "--statement-only",
        "--out",
        text(&folder.path().join("bundle")),
    ]);
    assert_eq!(certified.status.code(), Some(3), "{}", told(&certified));
    assert!(
        told(&certified).contains("not in the report"),
        "{}",
        told(&certified)
    );
    assert!(!folder.path().join("bundle.conformance.json").exists());
}
