//! A bundle in pieces: altered, and signed again with the signer's own key, so that the check behind the signature has to refuse it.

use std::collections::BTreeMap;
use std::io::Cursor;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cimdspec_evidence::Envelope;
use cimdspec_evidence::bundle;
use cimdspec_evidence::bundle::Files;
use cimdspec_evidence::digest;
use cimdspec_evidence::key::SigningKey;
use cimdspec_model::diagnostic::Sources;
use serde_json::Value;
use serde_json::json;

/// The parts of a bundle that can be altered.
#[derive(Clone)]
pub struct Parts {
    pub report: Value,
    pub ledger: Vec<Value>,
    pub catalogue: Value,
    pub baseline: Option<String>,
    pub claim: Value,
    test_result: Value,
    others: Files,
}

impl Parts {
    pub fn of(bytes: &[u8]) -> Self {
        let files = bundle::unpack(bytes).unwrap();
        let json = |name: &str| serde_json::from_slice::<Value>(&files[name]).unwrap();
        let statement = |name: &str| {
            let payload = BASE64_STANDARD
                .decode(json(name)["payload"].as_str().unwrap())
                .unwrap();
            serde_json::from_slice::<Value>(&payload).unwrap()
        };
        let text = zstd::decode_all(Cursor::new(&files[bundle::LEDGER])).unwrap();
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        Self {
            report: json(bundle::REPORT),
            ledger: lines.map(|line| serde_json::from_slice(line).unwrap()).collect(),
            catalogue: json(bundle::CATALOGUE),
            baseline: None,
            claim: statement(bundle::CONFORMANCE),
            test_result: statement(bundle::TEST_RESULT),
            others: files,
        }
    }

    /// The lines of a kind.
    pub fn lines(&mut self, kind: &str) -> impl Iterator<Item = &mut Value> {
        self.ledger.iter_mut().filter_map(move |line| line.get_mut(kind))
    }

    /// The concluded variant of this id.
    pub fn concluded(&mut self, scenario: &str) -> &mut Value {
        let mut lines = self.lines("concluded");
        lines
            .find(|line| line["variant"]["scenario"] == scenario)
            .unwrap()
    }

    /// Sets the outcome of a check in the report and in the ledger.
    pub fn set_outcome(&mut self, scenario: &str, check: &str, outcome: &Value) {
        let is_it = |finding: &Value| finding["variant"]["scenario"] == scenario && finding["check"] == check;
        let findings = |list: &mut Value| {
            for finding in list.as_array_mut().unwrap().iter_mut().filter(|it| is_it(it)) {
                let finding = finding.as_object_mut().unwrap();
                finding.remove("reason");
                finding.extend(outcome.as_object().unwrap().clone());
            }
        };
        findings(&mut self.report["findings"]);
        for line in self.lines("concluded") {
            findings(&mut line["findings"]);
        }
    }

    /// The files, with every digest as a liar would set it, signed by this key.
    pub fn files(mut self, key: &SigningKey) -> Files {
        let sources: Sources = Sources(serde_json::from_value(self.catalogue.clone()).unwrap());
        let catalogue = json!(digest::of_sources(&sources));
        self.report["digests"]["catalogue"] = catalogue.clone();
        self.claim["predicate"]["digests"]["catalogue"] = catalogue.clone();
        for head in self.lines("run") {
            head["catalogue"] = catalogue.clone();
        }
        let mut ledger = Vec::new();
        for line in &self.ledger {
            ledger.extend(serde_json::to_vec(line).unwrap());
            ledger.push(b'\n');
        }
        let mut files = self.others;
        files.insert(
            bundle::REPORT.to_owned(),
            serde_json::to_vec(&self.report).unwrap(),
        );
        files.insert(
            bundle::LEDGER.to_owned(),
            zstd::encode_all(&ledger[..], 3).unwrap(),
        );
        files.insert(
            bundle::CATALOGUE.to_owned(),
            serde_json::to_vec(&self.catalogue).unwrap(),
        );
        if let Some(baseline) = self.baseline {
            files.insert(bundle::BASELINE.to_owned(), baseline.into_bytes());
        }
        let named = files
            .iter()
            .filter(|(name, _)| bundle::NAMED.contains(&name.as_str()));
        let digests: Vec<(String, String)> = named
            .map(|(name, bytes)| (name.clone(), digest::of(bytes)))
            .collect();
        self.claim["predicate"]["files"] = json!(digests.iter().cloned().collect::<BTreeMap<_, _>>());
        let configuration: Vec<Value> = digests
            .iter()
            .map(|(name, sha256)| json!({ "name": name, "digest": { "sha256": sha256 } }))
            .collect();
        self.test_result["predicate"]["configuration"] = configuration.into();
        for (name, statement) in [
            (bundle::CONFORMANCE, &self.claim),
            (bundle::TEST_RESULT, &self.test_result),
        ] {
            let envelope = Envelope::signed(&serde_json::to_vec(statement).unwrap(), key);
            files.insert(name.to_owned(), serde_json::to_vec(&envelope).unwrap());
        }
        files.insert(bundle::KEY.to_owned(), key.verifying().pem().into_bytes());
        files
    }
}
