//! The client identifier is spelled in another way, and the document says what was sent, or what is right.

use toml::Value;

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::law::Rule;
use crate::law::table;
use crate::tape::Words;

const MALFORMED: &[&str] = &["advice.identifier.well-formed"];
const DOTS: &[&str] = &["cimd.identifier.no-dot-segments"];

/// Identifiers that are none, whatever the document says.
const WRONG: [(&str, &[&str]); 34] = [
    ("http://@docs/client.json", &["cimd.identifier.https"]),
    ("HTTP://@docs/client.json", &["cimd.identifier.https"]),
    ("ftp://@docs/client.json", &["cimd.identifier.https"]),
    (
        "https://user@@@docs/client.json",
        &["cimd.identifier.no-userinfo"],
    ),
    (
        "https://user:secret@@@docs/client.json",
        &["cimd.identifier.no-userinfo"],
    ),
    (
        "https://@@@docs/client.json",
        &["cimd.identifier.no-empty-userinfo"],
    ),
    ("https://:@@@docs/client.json", &["cimd.identifier.no-userinfo"]),
    ("@docs", &["cimd.identifier.path"]),
    ("@docs?x=1", &["cimd.identifier.path"]),
    ("@docs/client.json#x", &["cimd.identifier.no-fragment"]),
    ("@docs/client.json#", &["cimd.identifier.no-fragment"]),
    ("@docs/a/../client.json", DOTS),
    ("@docs/./client.json", DOTS),
    ("@docs/client/..", DOTS),
    ("@docs/a//../client.json", DOTS),
    (
        "@docs/a/%2e%2e/client.json",
        &["advice.identifier.no-encoded-dot-segments"],
    ),
    (
        "@docs/%2E/client.json",
        &["advice.identifier.no-encoded-dot-segments"],
    ),
    (
        "@docs/.%2e/client.json",
        &["advice.identifier.no-encoded-dot-segments"],
    ),
    ("https:/@docs/client.json", MALFORMED),
    ("https:@docs/client.json", MALFORMED),
    ("https:///@docs/client.json", MALFORMED),
    ("@docs\\client.json", MALFORMED),
    ("https:\\\\@docs\\client.json", MALFORMED),
    ("@docs/cli\tent.json", MALFORMED),
    ("@docs/cli\nent.json", MALFORMED),
    (" https://@docs/client.json", MALFORMED),
    ("@docs/client.json\t", MALFORMED),
    ("@docs/cli ent.json", MALFORMED),
    ("@docs/cli\u{0}ent.json", MALFORMED),
    ("@docs/cli\u{200b}ent.json", MALFORMED),
    ("https://@docs:x/client.json", MALFORMED),
    ("https://@docs:99999/client.json", MALFORMED),
    ("https://https://@docs/client.json", MALFORMED),
    ("\"https://@docs/client.json\"", MALFORMED),
];

/// Other spellings of the identifier that the document states.
const OTHERS: [&str; 16] = [
    "https://@^docs/client.json",
    "HTTPS://@docs/client.json",
    "https://@docs:443/client.json",
    "https://@docs:/client.json",
    "https://@docs./client.json",
    "@docs/%63lient.json",
    "@docs/Client.json",
    "@docs/client.json/",
    "@docs//client.json",
    "@docs/client.json?v=1",
    "@docs/client.json?",
    "@docs/client.json;v=1",
    "https://@docs:8443/client.json",
    "@docs/client%2Ejson",
    "@docs/a/../client.json",
    "@docs/client.json\n",
];

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    let way = words.below(3);
    // Of a client that was seen a connection may be open still: it needs no lookup and no handshake.
    let parts: &[&str] = match way {
        2 => &["identifier", "address", "member client_id", "tls", "name"],
        _ => &["identifier", "address", "member client_id"],
    };
    if !draft.take(parts, "identifier") {
        return;
    }
    match way {
        0 => {
            let Some((sent, clauses)) = words.pick(&WRONG) else {
                return;
            };
            draft.need("names");
            serve(draft, table([("client_id", Value::from(*sent))]));
            draft.first.insert("client_id".to_owned(), (*sent).into());
            draft.affect(&Effect::Breaks(clauses));
            draft.rules.push(Rule::answered(MALFORMED, "first"));
        }
        1 => {
            let Some(sent) = words.pick(&OTHERS) else { return };
            draft.need("names");
            serve(draft, table([("client_id", "@docs/client.json".into())]));
            draft.first.insert("client_id".to_owned(), (*sent).into());
            draft.affect(&Effect::Breaks(&["cimd.identifier.compared-exactly"]));
        }
        _ => twin(words, draft),
    }
}

/// A first client was seen; the identifier of the second one is nearly the same, and it has another redirect URI.
fn twin(words: &mut Words<'_>, draft: &mut Draft) {
    let Some(other) = words.pick(&OTHERS[5..10]) else {
        return;
    };
    draft.need("names");
    let fresh = table([("cache-control", "max-age=300".into())]);
    let first = table([("host", "docs".into()), ("headers", fresh.clone().into())]);
    draft.before.push(table([("serve", first.into())]));
    let uris = Value::from(vec![Value::from("@app/of-the-other")]);
    let path = other.strip_prefix("@docs").unwrap_or(other);
    let second = table([
        ("host", "docs".into()),
        ("path", path.into()),
        (
            "set",
            table([("client_id", Value::from(*other)), ("redirect_uris", uris)]).into(),
        ),
        ("headers", fresh.into()),
    ]);
    draft.before.push(table([("serve", second.into())]));
    draft.before.push(table([
        ("name", "twin".into()),
        ("authorize", toml::Table::new().into()),
    ]));
    draft.first.insert("client_id".to_owned(), (*other).into());
    draft.affect(&Effect::Breaks(&["cimd.cache.key-exact"]));
}

/// Serves the document with these members at every path.
fn serve(draft: &mut Draft, set: toml::Table) {
    draft.deliver("path", "*");
    draft.deliver_members(set);
}
