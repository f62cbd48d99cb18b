//! What a run left on the disk, or a stranger sent: report documents, ledgers, bundles.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cimdspec_drive::shown_secret;
use cimdspec_evidence::Envelope;
use cimdspec_evidence::bundle::BASELINE;
use cimdspec_evidence::bundle::CATALOGUE;
use cimdspec_evidence::bundle::CONFORMANCE;
use cimdspec_evidence::bundle::DECLARED;
use cimdspec_evidence::bundle::Files;
use cimdspec_evidence::bundle::KEY;
use cimdspec_evidence::bundle::LEDGER;
use cimdspec_evidence::bundle::PROFILE;
use cimdspec_evidence::bundle::REPORT;
use cimdspec_evidence::bundle::TEST_RESULT;
use cimdspec_evidence::bundle::pack;
use cimdspec_evidence::digest;
use cimdspec_evidence::key::SigningKey;
use cimdspec_evidence::key::generate;
use cimdspec_evidence::ledger::read;
use cimdspec_evidence::partial;
use cimdspec_evidence::verify::Verifier;
use cimdspec_judge::Line;
use cimdspec_model::baseline::Baseline;
use cimdspec_model::diagnostic::Sources;
use cimdspec_model::gate::Gate;
use cimdspec_model::report::Report;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_model::shell::is_shown;
use cimdspec_model::verdict::Finding;
use cimdspec_page::Html;
use cimdspec_report::Format;
use cimdspec_report::Paint;
use cimdspec_report::json;

use crate::bytes::sections;

/// A catalogue that is read in no time: a clause, a base, a scenario and a revision.
const SMALL: [(&str, &str); 4] = [
    (
        "base/dcr/client.toml",
        "title = \"A client\"\nneeds = [\"dcr\"]\n[host.app]\n[registration]\nclient_name = \"A\"\n\
         redirect_uris = [\"@app/callback\"]\n[request]\nredirect_uri = \"@app/callback\"\n",
    ),
    (
        "clauses/small.toml",
        "[a.b]\nlevel = \"must\"\nbinds = \"as\"\nquote = \"q\"\nanchor = { \"RFC 7591\" = \"1\" }\n",
    ),
    (
        "revisions/small.toml",
        "title = \"A small one\"\nanchors = [\"RFC 7591\"]\nfrozen = \"2026-11-30\"\nmust = [\"x/y#refused\"]\n",
    ),
    (
        "x/y.toml",
        "title = \"T\"\nbase = \"dcr/client\"\n[[step]]\nname = \"reg\"\nregister = {}\n[[step]]\nname = \"first\"\n\
         authorize = { set = { scope = \"x\" } }\n[[check]]\nid = \"refused\"\nclause = \"small.a.b\"\n\
         expect = { answer = { of = \"first\", is = \"refused\" } }\n",
    ),
];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const NOW: u64 = 1_790_000_000;
const FAST: i32 = 1;

fn small() -> &'static (Sources, Catalogue) {
    static SMALL_ONE: OnceLock<(Sources, Catalogue)> = OnceLock::new();
    SMALL_ONE.get_or_init(|| {
        let sources = Sources(
            SMALL
                .map(|(path, text)| (path.to_owned(), text.to_owned()))
                .into(),
        );
        let catalogue = Catalogue::read(&sources).unwrap_or_else(|told| panic!("{told}"));
        (sources, catalogue)
    })
}

/// The key of somebody who signs anything.
fn key() -> &'static SigningKey {
    static KEY_OF_ALL: OnceLock<SigningKey> = OnceLock::new();
    KEY_OF_ALL.get_or_init(|| {
        let text = generate().expect("the system has random bytes");
        SigningKey::read(&text).expect("a key that was made can be read")
    })
}

/// A report document is read as the same when it is written, and written in every format so that nothing in it has a meaning there:
/// no script, no command of a CI runner, no escape sequence of a terminal.
pub fn report(bytes: &[u8]) {
    if let Ok(report) = serde_json::from_slice::<Report>(bytes) {
        written(&report);
    }
}

/// A ledger is read up to its end, its cut, or the first line that is none; what was read makes a report.
pub fn ledger(bytes: &[u8]) {
    let compressed;
    let bytes = match bytes.starts_with(&ZSTD) {
        true => bytes,
        false => {
            compressed = zstd::encode_all(bytes, FAST).expect("bytes can be compressed");
            &compressed
        }
    };
    let _ = read(bytes, |line| {
        let text = serde_json::to_vec(&line).expect("a line has a JSON form");
        let again: Line = serde_json::from_slice(&text).expect("a line that was written is one");
        assert_eq!(again, line);
        Ok(())
    });
    if let Ok(report) = partial::report(bytes, &small().1) {
        written(&report);
    }
}

/// A bundle is verified or refused. What the key did not sign is never opened.
///
/// The bytes are a bundle, or the parts of one below lines `=== NAME`: then the law compresses and signs what has to be.
pub fn bundle(bytes: &[u8]) {
    if bytes.starts_with(&ZSTD) {
        assert!(verifier(None).verify(bytes).is_err(), "nobody signed this bundle");
        return;
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let given: BTreeMap<&str, &str> = sections(text).into_iter().collect();
    let part = |name: &str| given.get(name).copied().unwrap_or_default();
    let signed = |name: &str| {
        let envelope = Envelope::signed(part(name).as_bytes(), key());
        serde_json::to_vec(&envelope).expect("an envelope has a JSON form")
    };
    let catalogue = serde_json::to_string(&small().0.0).expect("texts have a JSON form");
    let public = key().verifying().pem();
    let ledger = zstd::encode_all(part(LEDGER).as_bytes(), FAST).expect("bytes can be compressed");
    let mut files = Files::from([
        (REPORT.to_owned(), part(REPORT).into()),
        (LEDGER.to_owned(), ledger),
        (PROFILE.to_owned(), part(PROFILE).into()),
        (
            CATALOGUE.to_owned(),
            given.get(CATALOGUE).copied().unwrap_or(&catalogue).into(),
        ),
        (CONFORMANCE.to_owned(), signed("claim")),
        (TEST_RESULT.to_owned(), signed("test-result")),
        (KEY.to_owned(), given.get(KEY).copied().unwrap_or(&public).into()),
    ]);
    // A file that is not needed; and envelopes as they are, which the key has not signed.
    let as_it_is = [BASELINE, DECLARED, CONFORMANCE, TEST_RESULT];
    let mut is_forged = given.contains_key(KEY);
    for name in as_it_is.into_iter().filter(|name| given.contains_key(name)) {
        is_forged |= name == CONFORMANCE || name == TEST_RESULT;
        files.insert(name.to_owned(), part(name).into());
    }
    let mut packed = Vec::new();
    pack(&files, &mut packed).expect("a bundle can be written");
    for known in [None, Some(key())] {
        let verified = verifier(known).verify(&packed[..]);
        assert!(!is_forged || verified.is_err(), "a forged signature was opened");
        if let Ok(verified) = verified {
            assert_eq!(verified.key, key().verifying().id());
        }
    }
}

fn verifier(known: Option<&SigningKey>) -> Verifier<'static> {
    static CATALOGUE_DIGEST: OnceLock<String> = OnceLock::new();
    static KNOWN: OnceLock<cimdspec_evidence::key::VerifyingKey> = OnceLock::new();
    Verifier {
        key: known.map(|known| KNOWN.get_or_init(|| known.verifying())),
        version: "0.1.0",
        catalogue: CATALOGUE_DIGEST.get_or_init(|| digest::of_sources(&small().0)),
        now: NOW,
        shows_secret: &shown_secret,
    }
}

fn written(report: &Report) {
    let text = json(report).expect("a report has a JSON form");
    let again: Report = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(again, *report);
    drafted(report);
    for (format, word, _) in Format::all() {
        let text = format.write(report, Paint::Plain);
        means_nothing(format, &text.unwrap_or_else(|error| panic!("{word}: {error}")));
    }
}

/// The baseline that is drafted of a report names rules of it and says nothing else: what a server sent is no entry.
fn drafted(report: &Report) {
    let draft = Baseline::draft(report, &Gate::default());
    let read: toml::Table = draft.parse().unwrap_or_else(|error| panic!("{error}\n{draft}"));
    let entries = read.get("broken").and_then(toml::Value::as_array);
    let known = ["check", "reason", "variants"];
    for entry in entries.into_iter().flatten() {
        let entry = entry.as_table().unwrap_or_else(|| panic!("{draft}"));
        assert!(entry.keys().all(|name| known.contains(&name.as_str())), "{draft}");
        assert_eq!(entry["reason"].as_str(), Some(""), "{draft}");
        let check = entry["check"].as_str().unwrap_or_default();
        let is_of_it = |finding: &Finding| check == format!("{}#{}", finding.variant.scenario, finding.check);
        assert!(report.findings.iter().any(is_of_it), "{draft}");
    }
    assert!(read.keys().all(|name| name == "broken"), "{draft}");
}

/// What stands in a report has no meaning in its format.
fn means_nothing(format: Format, text: &str) {
    match format {
        Format::Annotations => {
            let kinds = ["::error ", "::warning ", "::notice "];
            for line in text.lines() {
                assert!(kinds.iter().any(|kind| line.starts_with(kind)), "{line}");
            }
        }
        Format::Html => {
            let page = Html::read(text);
            for name in [
                "script", "iframe", "object", "embed", "onload", "onerror", "onclick", "srcdoc",
            ] {
                assert!(!page.has(name), "`{name}` in {text}");
            }
            // Only links that a person follows lead out of the page.
            assert_eq!(page.parts().find(|part| part.contains("//")), None);
        }
        Format::Human => {
            let steers = text.chars().find(|c| *c != '\n' && !is_shown(*c));
            assert_eq!(steers, None, "{text}");
        }
        Format::InteropJson | Format::Json | Format::Sarif => {
            let read = serde_json::from_str::<serde_json::Value>(text);
            assert!(read.is_ok(), "{format:?}: {text}");
        }
        Format::Junit => {
            if let Err(error) = roxmltree::Document::parse(text) {
                panic!("{error}: {text}");
            }
        }
        Format::Interop | Format::Markdown => {
            for tag in ["<script", "<img", "<a "] {
                assert!(!text.contains(tag), "`{tag}` in {text}");
            }
        }
    }
}
