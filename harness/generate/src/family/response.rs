//! The document comes with another status or other header fields.

use toml::Table;

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::draft::Effect::Breaks;
use crate::draft::Effect::Keeps;
use crate::draft::Effect::Open;
use crate::law::Rule;
use crate::law::table;
use crate::tape::Words;

const STATUSES: [i64; 26] = [
    201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 304, 306, 400, 401, 403, 404, 405, 407, 410, 418, 429,
    451, 500, 502, 503, 599,
];
/// Where a redirect leads; nothing of it is asked for.
const PLACES: [&str; 8] = [
    "@elsewhere/client.json",
    "http://@elsewhere/client.json",
    "//@elsewhere/client.json",
    "@docs/moved.json",
    "http://@docs/moved.json",
    "/moved.json",
    "moved.json",
    "https://user:secret@@@elsewhere/client.json",
];
const REDIRECTS: [i64; 5] = [302, 301, 303, 307, 308];

const FIELDS: [(&str, &str, Effect); 22] = [
    (
        "content-type",
        "text/html",
        Breaks(&["advice.document.media-type"]),
    ),
    (
        "content-type",
        "text/html; charset=utf-8",
        Breaks(&["advice.document.media-type"]),
    ),
    (
        "content-type",
        "image/png",
        Breaks(&["advice.document.media-type"]),
    ),
    (
        "content-type",
        "image/svg+xml",
        Breaks(&["advice.document.media-type"]),
    ),
    ("content-type", "text/plain", Open),
    ("content-type", "application/cimd+json;charset=UTF-8", Open),
    ("content-type", "", Open),
    ("content-type", "application/json, text/html", Open),
    (
        "cache-control",
        "max-age=99999999999999999999",
        Keeps("advice.cache.odd-lifetimes"),
    ),
    ("cache-control", "max-age=-1", Keeps("advice.cache.odd-lifetimes")),
    ("cache-control", "max-age=x", Keeps("advice.cache.odd-lifetimes")),
    ("cache-control", "no-store", Open),
    ("expires", "0", Open),
    ("vary", "*", Open),
    ("etag", "\"x\"", Open),
    (
        "content-encoding",
        "x-unknown",
        Breaks(&["advice.fetch.content-coding"]),
    ),
    ("content-disposition", "attachment", Open),
    ("set-cookie", "session=x; Path=/", Open),
    ("www-authenticate", "Basic realm=\"x\"", Open),
    ("strict-transport-security", "max-age=31536000", Open),
    ("content-language", "tlh", Open),
    ("x-cimdspec", "$(a*6000)", Open),
];

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    match words.below(5) {
        0 | 1 => {
            let Some(status) = words.pick(&STATUSES) else {
                return;
            };
            if draft.take(&["status"], "status of the document") {
                draft.deliver("status", *status);
                draft.affect(&Breaks(&["cimd.fetch.ok-only"]));
            }
        }
        2 => redirect(words, draft),
        3 => elsewhere(words, draft),
        _ => {
            let Some((name, value, effect)) = words.pick(&FIELDS) else {
                return;
            };
            if draft.take(&[name], &format!("field {name}")) {
                draft.header(name, *value);
                draft.affect(effect);
            }
        }
    }
}

/// A redirect to a place where a right document is.
fn redirect(words: &mut Words<'_>, draft: &mut Draft) {
    let Some(status) = words.pick(&REDIRECTS) else {
        return;
    };
    let Some(place) = words.pick(&PLACES) else { return };
    if !draft.take(&["status", "location"], "redirect of the document") {
        return;
    }
    let host = match place.contains("@elsewhere") {
        true => {
            draft.host("elsewhere", Table::new());
            "elsewhere"
        }
        false => "docs",
    };
    let path = ["/client.json", "/moved.json"][usize::from(host == "docs")];
    let set = match words.below(2) {
        0 => table([("client_id", "@docs/client.json".into())]),
        _ => table([("client_id", format!("@{host}{path}").into())]),
    };
    let serve = table([("host", host.into()), ("path", path.into()), ("set", set.into())]);
    draft.before.push(table([("serve", serve.into())]));
    draft.deliver("status", *status);
    draft.header("location", *place);
    draft.affect(&Breaks(&["cimd.fetch.no-redirects"]));
    if host == "elsewhere" {
        draft.rules.push(Rule::no_traffic(
            &["cimd.fetch.no-redirects"],
            "request",
            host,
            "first",
        ));
    }
}

/// A header field of a right answer names another place.
fn elsewhere(words: &mut Words<'_>, draft: &mut Draft) {
    const FIELDS: [(&str, &str); 5] = [
        ("refresh", "0; url=https://@elsewhere/client.json"),
        ("location", "@elsewhere/client.json"),
        ("content-location", "@elsewhere/client.json"),
        ("link", "<https://@elsewhere/client.json>; rel=\"canonical\""),
        ("alt-svc", "h2=\"@elsewhere:443\""),
    ];
    let Some((name, value)) = words.pick(&FIELDS) else {
        return;
    };
    if !draft.take(&[name], &format!("field {name}")) {
        return;
    }
    draft.host("elsewhere", Table::new());
    draft.header(name, *value);
    draft.affect(&Open);
    draft.rules.push(Rule::no_traffic(
        &["advice.fetch.no-refresh"],
        "request",
        "elsewhere",
        "first",
    ));
}
