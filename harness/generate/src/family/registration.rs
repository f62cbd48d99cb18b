//! The registration request has another body, content type or method.

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::law::Law;
use crate::tape::Words;

const JSON: &str = "rfc7591.request.json";
const STRICT: &str = "registration.strict-json";
const BODIES: [(&str, &str); 16] = [
    ("", JSON),
    ("{\"redirect_uris\": [\"https://@app/callback\"", JSON),
    ("@document@document", JSON),
    ("[@document]", JSON),
    ("\"client\"", JSON),
    ("7", JSON),
    ("null", JSON),
    ("<!doctype html><title>Client</title>", JSON),
    ("@document x", JSON),
    ("$([*20000)", JSON),
    ("{}", "rfc7591.request.redirect-uris-required"),
    ("/* a client */ @document", STRICT),
    ("{\"redirect_uris\": [\"https://@app/callback\"],}", STRICT),
    ("{'redirect_uris': ['https://@app/callback']}", STRICT),
    ("\u{0}@document", JSON),
    (")]}',\n@document", JSON),
];
const TYPES: [&str; 4] = [
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "text/html",
];

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    let clause = match words.below(4) {
        0 => {
            let Some(kind) = words.pick(&TYPES) else { return };
            if !draft.take(&["content type"], "content type of the registration") {
                return;
            }
            draft.deliver("content_type", *kind);
            "rfc7591.request.json-only"
        }
        1 => {
            let size = ["1MiB", "4MiB", "65KiB"][words.below(3)];
            if !draft.take(&["body"], "size of the registration") {
                return;
            }
            draft.deliver("pad", size);
            if size == "65KiB" {
                draft.affect(&Effect::Open);
                return;
            }
            "rfc7591.request.bounded"
        }
        _ => {
            let Some((body, clause)) = words.pick(&BODIES) else {
                return;
            };
            if !draft.take(&["body"], "text of the registration") {
                return;
            }
            draft.deliver("body", *body);
            clause
        }
    };
    draft.refused(Law::Document, clause, "client");
}
