//! The client authenticates in a wrong way.

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::draft::Kind;
use crate::law::Law;
use crate::law::table;
use crate::tape::Words;

const SIGNATURE: &str = "oauth.assertion.signature";
const TYPE: &str = "advice.assertion.type";
/// A client that authenticates in another way is none whose key or secret counts.
const METHOD: &str = "member token_endpoint_auth_method";

const FAULTS: [(&str, &str); 26] = [
    ("assertion-expired", "oauth.assertion.expiry"),
    ("assertion-without-expiry", "oauth.assertion.has-expiry"),
    ("assertion-not-yet", "oauth.assertion.not-before"),
    ("assertion-wrong-audience", "oauth.assertion.audience"),
    ("assertion-wrong-subject", "oauth.assertion.subject"),
    ("assertion-issuer", "oauth.assertion.issuer"),
    ("assertion-wrong-key", SIGNATURE),
    ("assertion-other-key", SIGNATURE),
    ("assertion-zero-signature", SIGNATURE),
    ("assertion-garbage", SIGNATURE),
    ("assertion-unsigned", SIGNATURE),
    ("assertion-unsigned-in-capitals", SIGNATURE),
    ("assertion-critical", "oauth.assertion.critical"),
    ("assertion-type", TYPE),
    ("assertion-proof-type", TYPE),
    ("assertion-logout-type", TYPE),
    ("assertion-hmac", SIGNATURE),
    ("assertion-hmac-der", SIGNATURE),
    ("assertion-hmac-pem", SIGNATURE),
    ("assertion-hmac-pem-line", SIGNATURE),
    ("assertion-hmac-raw", SIGNATURE),
    ("assertion-key-links", SIGNATURE),
    ("assertion-symmetric", SIGNATURE),
    ("assertion-empty", "required"),
    ("none", "required"),
    ("wrong-secret", "required"),
];

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    match draft.kind {
        kind if kind.has_key() => by_key(words, draft),
        Kind::RegisteredSecret => {
            let Some(auth) = words.pick(&["none", "wrong-secret"]) else {
                return;
            };
            if draft.take(&["tokens", METHOD], "client authentication") {
                draft.tokens.insert("auth".to_owned(), (*auth).into());
                draft.refused(Law::Credentials, "oauth.client.registered-method", "tokens");
            }
        }
        _ => {}
    }
}

fn by_key(words: &mut Words<'_>, draft: &mut Draft) {
    let clause = draft.kind.clause(
        "cimd.authentication.key-required",
        "oauth.client.registered-method",
    );
    match words.below(4) {
        0 => {
            // Keys that are not the client's, or for something else.
            const KEYS: [(&str, &str); 4] = [
                ("@keys/other", ""),
                ("@keys/renewed", ""),
                ("@keys/client-for-encryption", "advice.assertion.key-use"),
                (
                    "@keys/client-of-another-algorithm",
                    "advice.assertion.key-algorithm",
                ),
            ];
            let Some((keys, of_keys)) = words.pick(&KEYS) else {
                return;
            };
            if draft.take(&["tokens", METHOD], "keys") && draft.member("jwks", *keys, &Effect::Open) {
                let clause = if of_keys.is_empty() { clause } else { of_keys };
                draft.refused(Law::Credentials, clause, "tokens");
            }
        }
        1 => keys_at_uri(words, draft, clause),
        _ => {
            let Some((auth, of_fault)) = words.pick(&FAULTS) else {
                return;
            };
            if draft.take(&["tokens", METHOD, "member jwks"], "client authentication") {
                if *auth == "assertion-key-links" {
                    draft.host("keys", toml::Table::new());
                }
                draft.tokens.insert("auth".to_owned(), (*auth).into());
                let clause = if *of_fault == "required" { clause } else { of_fault };
                draft.refused(Law::Credentials, clause, "tokens");
            }
        }
    }
}

/// The keys are at a URI whose answer is none, or of somebody else.
fn keys_at_uri(words: &mut Words<'_>, draft: &mut Draft, clause: &'static str) {
    let answers = [
        table([("body", "@keys/other".into())]),
        table([("body", "{}".into())]),
        table([("body", "".into())]),
        table([("body", "{\"keys\": []}".into())]),
        table([("body", "@keys/client".into()), ("status", 404.into())]),
        table([("body", "@keys/client".into()), ("status", 203.into())]),
        table([
            ("body", "@keys/client".into()),
            ("delivery", "reset-in-body".into()),
        ]),
        table([
            ("body", "@keys/client".into()),
            ("delivery", "length-too-long".into()),
        ]),
        table([("body", "@keys/client".into()), ("tls", "self-signed".into())]),
        table([("body", "[]".into())]),
    ];
    let Some(answer) = words.pick(&answers) else {
        return;
    };
    if !draft.take(&["tokens", METHOD], "keys at their URI") || !draft.without("jwks", &Effect::Open) {
        return;
    }
    draft.need("names");
    draft.host("signer", toml::Table::new());
    let mut serve = answer.clone();
    serve.insert("host".to_owned(), "signer".into());
    serve.insert("path".to_owned(), "/keys.json".into());
    draft.before.push(table([("serve", serve.into())]));
    draft.member("jwks_uri", "@signer/keys.json", &Effect::Open);
    draft.refused(Law::Credentials, clause, "tokens");
}
