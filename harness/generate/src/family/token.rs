//! A parameter of the token request is missing, repeated or of another value.

use toml::Value;

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Kind;
use crate::family::request::inserted;
use crate::law::Law;
use crate::tape::Words;

const REDIRECT: &str = "oauth.code.bound-to-redirect-uri";
const VERIFIER: &str = "rfc7636.verifier.compared";
const CLIENT: &str = "oauth.code.bound-to-client";
const REPEATED: &str = "advice.request.repeated-token-parameter";

const VALUES: [(&str, &str, &str); 8] = [
    (
        "code_verifier",
        "cimdspec-another-verifier-of-more-than-43-characters",
        VERIFIER,
    ),
    ("code_verifier", "", VERIFIER),
    ("redirect_uri", "@app/other", REDIRECT),
    ("redirect_uri", "@app/callback/", REDIRECT),
    ("redirect_uri", "@elsewhere/callback", REDIRECT),
    ("client_id", "cimdspec-nobody", CLIENT),
    ("client_id", "", CLIENT),
    ("code", "cimdspec-no-code", "oauth.code.bound-to-client"),
];

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    let is_public = matches!(draft.kind, Kind::Document | Kind::Registered);
    if !draft.take(&["tokens"], "token request") {
        return;
    }
    draft.host("elsewhere", toml::Table::new());
    let clause = match words.below(4) {
        0 => {
            draft
                .tokens
                .insert("omit".to_owned(), vec![Value::from("code_verifier")].into());
            VERIFIER
        }
        1 if is_public => {
            draft
                .tokens
                .insert("omit".to_owned(), vec![Value::from("client_id")].into());
            CLIENT
        }
        2 => {
            let Some(name) = words.pick(&["code", "code_verifier", "redirect_uri", "grant_type"]) else {
                return;
            };
            inserted(&mut draft.tokens, "repeat", name, "cimdspec");
            REPEATED
        }
        _ => {
            let Some((name, value, clause)) = words.pick(&VALUES) else {
                return;
            };
            if *name == "client_id" && !is_public {
                return;
            }
            inserted(&mut draft.tokens, "set", name, *value);
            clause
        }
    };
    draft.refused(Law::Credentials, clause, "tokens");
}
