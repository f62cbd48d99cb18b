//! The document is other text than JSON of an object, or JSON that readers take in different ways.

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::draft::Effect::Breaks;
use crate::draft::Effect::Open;
use crate::draft::Kind;
use crate::tape::Words;

const NOT_JSON: Effect = Breaks(&["cimd.document.json"]);
const EXTENDED: Effect = Breaks(&["advice.document.strict-json"]);
const TWICE: Effect = Breaks(&["advice.document.duplicate-members"]);
const ENCODED: Effect = Breaks(&["advice.document.utf8"]);
/// The members of a right document of a public client after its identifier.
const REST: &str = r#""client_name": "Public Client", "redirect_uris": ["https://@app/callback"], "token_endpoint_auth_method": "none""#;
/// Its identifier.
const OWN: &str = r#""client_id": "https://@docs/client.json""#;

/// Bodies; in them `@document` is the right one.
fn bodies() -> Vec<(String, Effect)> {
    let plain = [
        ("@document x", NOT_JSON),
        ("@document@document", NOT_JSON),
        ("@document,", NOT_JSON),
        ("[@document]", NOT_JSON),
        ("", NOT_JSON),
        ("null", NOT_JSON),
        ("\"client\"", NOT_JSON),
        ("7", NOT_JSON),
        ("{}", Breaks(&["cimd.document.client-id-present"])),
        ("<!doctype html><title>Client</title>", NOT_JSON),
        ("/* a client */ @document", EXTENDED),
        ("@document // a client", EXTENDED),
        ("\u{feff}@document", Open),
        ("\u{0}@document", NOT_JSON),
        ("@document\u{0}", NOT_JSON),
        (")]}',\n@document", NOT_JSON),
        ("{\"a\": 1}@document", NOT_JSON),
    ];
    let mut bodies: Vec<(String, Effect)> = plain
        .into_iter()
        .map(|(text, effect)| (text.to_owned(), effect))
        .collect();
    bodies.extend([
        (format!("{{{OWN}, {REST},}}"), EXTENDED),
        (format!("{{{OWN}, {REST}"), NOT_JSON),
        (format!("{{{OWN}, {REST}, x: 1}}"), EXTENDED),
        (format!("{{{OWN}, {REST}, \"x\": NaN}}"), EXTENDED),
        (
            format!("{{\"client_id\": \"https://@app/client.json\", {OWN}, {REST}}}"),
            TWICE,
        ),
        (
            format!("{{{OWN}, {REST}, \"client_id\": \"https://@app/client.json\"}}"),
            TWICE,
        ),
        (
            format!("{{{OWN}, \"redirect_uris\": [\"https://@app/other\"], {REST}}}"),
            TWICE,
        ),
        (
            format!("{{{OWN}, {REST}, \"redirect_uris\": [\"https://@app/other\"]}}"),
            TWICE,
        ),
        (format!("{{{OWN}, {REST}, \"x\": 1e999999}}"), Open),
        (format!("{{{OWN}, {REST}, \"x\": \"\\ud800\"}}"), Open),
        (format!("{{{}, {REST}}}", OWN.replace('\"', "'")), EXTENDED),
    ]);
    bodies
}

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    const ENCODINGS: [(&str, Effect); 7] = [
        ("utf16le", ENCODED),
        ("utf16be", ENCODED),
        ("utf32le", ENCODED),
        ("utf32be", ENCODED),
        ("latin1", ENCODED),
        ("overlong", Breaks(&["cimd.document.valid-utf8"])),
        ("utf8-bom", Open),
    ];
    match words.below(4) {
        3 => {
            let Some((encoding, effect)) = words.pick(&ENCODINGS) else {
                return;
            };
            if draft.take(
                &["body", "encoding", "member client_name"],
                "encoding of the document",
            ) {
                draft.deliver("encoding", *encoding);
                draft.deliver_members(crate::law::table([("client_name", "Café Client".into())]));
                draft.affect(effect);
            }
        }
        2 => {
            let depth = [40, 1000, 20_000, 60_000][words.below(4)];
            if draft.take(&["body"], "depth of the document") {
                draft.deliver("body", format!("$([*{depth})"));
                draft.affect(&NOT_JSON);
            }
        }
        _ => {
            let bodies = bodies();
            let Some((text, effect)) = words.pick(&bodies) else {
                return;
            };
            // The texts that are written out are documents of a public client.
            let is_of_the_kind = draft.kind == Kind::Document || !text.contains(REST);
            if is_of_the_kind && draft.take(&["body"], "text of the document") {
                draft.deliver("body", text.as_str());
                draft.affect(effect);
            }
        }
    }
}
