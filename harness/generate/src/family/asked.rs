//! The request asks for a redirect URI that nearly is the client's.

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::law::Law;
use crate::law::Rule;
use crate::tape::Words;

const SCHEMES: [&str; 7] = [
    "https://",
    "HTTPS://",
    "http://",
    "//",
    "",
    " https://",
    "\thttps://",
];
/// With the host and what surrounds it.
const HOSTS: [&str; 12] = [
    "@app",
    "@^app",
    "@app.",
    "sub.@app",
    "@app.@elsewhere",
    "@elsewhere",
    "user@@@app",
    "@@@app",
    "@app@@@elsewhere",
    "@app:443",
    "@app:8443",
    "@elsewhere\\@@@app",
];
const PATHS: [&str; 14] = [
    "/callback",
    "/Callback",
    "/call",
    "/callback2",
    "/callback/",
    "//callback",
    "/x/../callback",
    "/callback/../other",
    "/%63allback",
    "/callback/more",
    "/other",
    "/",
    "",
    "\\callback",
];
const ENDS: [&str; 12] = [
    "",
    "?x=1",
    "?",
    "#x",
    "#",
    ";x",
    " ",
    "\n",
    "?code=x",
    " https://@elsewhere/callback",
    ",https://@elsewhere/callback",
    "%00",
];

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    // One part differs in the most cases: the others are as they are.
    let which = words.below(8);
    let mut part = |number: usize, from: &[&'static str]| {
        let picked = words.pick(from).copied().unwrap_or_default();
        match which {
            7 => picked,
            which if which % 4 == number => picked,
            _ => from.first().copied().unwrap_or_default(),
        }
    };
    let parts = [
        part(0, &PATHS),
        part(1, &ENDS),
        part(2, &HOSTS),
        part(3, &SCHEMES),
    ];
    if parts == [PATHS[0], ENDS[0], HOSTS[0], SCHEMES[0]] {
        return;
    }
    let [path, end, host, scheme] = parts;
    // A reference at the beginning of a text is the whole origin.
    let scheme = if scheme.is_empty() { "x:" } else { scheme };
    if !draft.take(
        &["request redirect_uri", "member redirect_uris"],
        "request redirect_uri",
    ) {
        return;
    }
    draft.host("elsewhere", toml::Table::new());
    draft.first.insert(
        "redirect_uri".to_owned(),
        format!("{scheme}{host}{path}{end}").into(),
    );
    let clause = draft.kind.redirects();
    draft.refused(Law::Redirect, clause, "first");
    draft
        .rules
        .push(Rule::nowhere(&["oauth.error.not-redirected"], "first"));
}
