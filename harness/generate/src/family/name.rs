//! The lookup of the document's name, or the TLS handshake with its host, fails.

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::draft::Effect::Breaks;
use crate::law::Rule;
use crate::law::table;
use crate::tape::Words;

const ABORT: Effect = Breaks(&["cimd.fetch.errors-abort"]);
const FAULTS: [&str; 7] = [
    "nxdomain",
    "servfail",
    "refused",
    "garbage",
    "short-address",
    "truncated",
    "wrong-id",
];
const UNVERIFIED: Effect = Breaks(&["http.tls.identity-verified"]);
const HANDSHAKES: [(&str, Effect); 17] = [
    ("self-signed", UNVERIFIED),
    ("unknown-authority", UNVERIFIED),
    ("expired", UNVERIFIED),
    ("not-yet-valid", UNVERIFIED),
    ("wrong-name", UNVERIFIED),
    ("intermediate-expired", UNVERIFIED),
    ("common-name-only", UNVERIFIED),
    ("wildcard-too-wide", UNVERIFIED),
    ("for-clients", UNVERIFIED),
    ("leaf-as-authority", UNVERIFIED),
    ("constrained-elsewhere", UNVERIFIED),
    ("path-too-long", UNVERIFIED),
    ("plain-http", ABORT),
    ("reset", ABORT),
    ("alert", ABORT),
    ("below-tls12", ABORT),
    ("asks-certificate", Effect::Open),
];

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    match words.below(4) {
        0 => {
            let Some(fault) = words.pick(&FAULTS) else { return };
            if draft.take(&["name"], "lookup of the document's name") {
                draft.need("dns");
                let resolve = table([("name", "docs".into()), ("fail", (*fault).into())]);
                draft.before.push(table([("resolve", resolve.into())]));
                draft.affect(&ABORT);
            }
        }
        _ => {
            let Some((fault, effect)) = words.pick(&HANDSHAKES) else {
                return;
            };
            if draft.take(&["tls"], "handshake of the document's host") {
                draft.need("names");
                draft.deliver("tls", *fault);
                draft.affect(effect);
                if *effect == UNVERIFIED {
                    let clause = &["http.tls.identity-verified"];
                    draft
                        .rules
                        .push(Rule::no_traffic(clause, "request", "docs", "first"));
                }
            }
        }
    }
}
