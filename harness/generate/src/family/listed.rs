//! The client lists a redirect URI that must not be used, or that stands for nothing else, and the request asks for it.

use toml::Table;
use toml::Value;

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::law::Law;
use crate::law::Rule;
use crate::law::table;
use crate::tape::Words;

const FRAGMENT: &str = "oauth.redirect.no-fragment";
const KINDS: &str = "rfc7591.request.redirect-uri-kinds";
const PLAIN: &str = "mcp.redirect.https-or-localhost";
const PATTERN: &str = "oauth.redirect.no-patterns";
const FORM: &str = "advice.redirect.well-formed";

/// What is listed, and what is asked for: the same text where it is empty.
const ROWS: [(&str, &str, &str); 30] = [
    ("@app/callback#fragment", "", FRAGMENT),
    ("@app/callback#", "", FRAGMENT),
    ("@app/callback?x=1#/route", "", FRAGMENT),
    ("javascript:alert(1)//", "", KINDS),
    ("JaVaScRiPt:alert(1)//", "", KINDS),
    ("data:text/html,<script>alert(1)</script>", "", KINDS),
    ("vbscript:msgbox(1)", "", KINDS),
    ("file:///etc/passwd", "", KINDS),
    ("/callback", "", "oauth.redirect.absolute"),
    ("callback", "", "oauth.redirect.absolute"),
    ("//@app/callback", "", "oauth.redirect.absolute"),
    ("http://@app/callback", "", PLAIN),
    ("http://localhost.@app/callback", "", PLAIN),
    ("http://localhost@@@app/callback", "", PLAIN),
    ("https:///callback", "", "http.uri.empty-host"),
    ("https://:8443/callback", "", "http.uri.empty-host"),
    ("https:/@app/callback", "", FORM),
    ("https:@app/callback", "", FORM),
    ("https:\\\\@app\\callback", "", FORM),
    ("https://user@@@app/callback", "", FORM),
    ("@app/call\nback", "", FORM),
    ("https://@app .example/callback", "", FORM),
    ("@app/*", "@app/anything", PATTERN),
    ("@app/callback*", "@app/callback2", PATTERN),
    ("https://*.@app/callback", "https://sub.@app/callback", PATTERN),
    ("*", "@elsewhere/callback", PATTERN),
    ("https://*", "@elsewhere/callback", PATTERN),
    ("@app/.*", "@app/anything", PATTERN),
    (
        "@app/callback @elsewhere/callback",
        "@elsewhere/callback",
        "cimd.redirect.exact-match",
    ),
    ("@app", "@app/anything", "cimd.redirect.exact-match"),
];

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    match words.below(4) {
        0 => loopback(words, draft),
        1 => several(words, draft),
        _ => faulty(words, draft),
    }
}

fn list(draft: &mut Draft, uris: &[&str]) -> bool {
    if !draft.take(&["request redirect_uri"], "request redirect_uri") {
        return false;
    }
    draft.host("elsewhere", Table::new());
    let uris: Vec<Value> = uris.iter().map(|uri| Value::from(*uri)).collect();
    draft.member("redirect_uris", uris, &Effect::Open)
}

fn ask(draft: &mut Draft, uri: &str) {
    draft.first.insert("redirect_uri".to_owned(), uri.into());
}

fn faulty(words: &mut Words<'_>, draft: &mut Draft) {
    let Some((listed, asked, clause)) = words.pick(&ROWS) else {
        return;
    };
    if !list(draft, &["@app/callback", listed]) {
        return;
    }
    ask(draft, if asked.is_empty() { listed } else { asked });
    let clause = match (*clause, draft.kind.has_document()) {
        ("cimd.redirect.exact-match", _) => draft.kind.redirects(),
        (KINDS, true) => "cimd.redirect.known-schemes",
        (clause, _) => clause,
    };
    draft.refused(Law::Redirect, clause, "first");
}

/// Each listed URI is granted, and the answer goes there.
fn several(words: &mut Words<'_>, draft: &mut Draft) {
    let at = words.below(4);
    let uris = ["@app/callback", "@app/second", "@app/third", "@app/fourth?x=1"];
    if !list(draft, &uris) {
        return;
    }
    let Some(uri) = uris.get(at) else { return };
    ask(draft, uri);
    draft.affect(&Effect::Keeps("advice.redirect.several"));
    let sent = table([("of", "first".into()), ("to", (*uri).into())]);
    if !uri.contains('?') {
        let clause = draft.kind.redirects();
        draft.rules.push(
            Rule::new(Law::Redirect, &[clause], table([("sent", sent.into())]))
                .given(crate::law::is_granted("first")),
        );
    }
}

/// On this machine the port is free, and nothing else is.
fn loopback(words: &mut Words<'_>, draft: &mut Draft) {
    const LISTED: [&str; 3] = [
        "http://127.0.0.1:33418/callback",
        "http://[::1]:33418/callback",
        "http://localhost:33418/callback",
    ];
    const ASKED: [&str; 9] = [
        "http://127.0.0.1.@elsewhere:33418/callback",
        "http://127.0.0.2:33418/callback",
        "http://127.0.0.1:33418/other",
        "http://127.0.0.1:33418/callback/more",
        "https://127.0.0.1:33418/callback",
        "http://user@@127.0.0.1:33418/callback",
        "http://2130706433:33418/callback",
        "http://localhost.@elsewhere:33418/callback",
        "http://[::2]:33418/callback",
    ];
    let (Some(listed), Some(asked)) = (words.pick(&LISTED), words.pick(&ASKED)) else {
        return;
    };
    if !list(draft, &["@app/callback", listed]) {
        return;
    }
    draft.member("application_type", "native", &Effect::Open);
    ask(draft, asked);
    draft.refused(Law::Redirect, "rfc8252.loopback.port-only", "first");
}
