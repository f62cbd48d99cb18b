//! Something leads to an address that no request may go to: a name, a literal, a redirect, a URL in the metadata.

use std::net::IpAddr;

use toml::Table;
use toml::Value;

use crate::dictionary::Dictionary;
use crate::dictionary::Inside;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::law::Rule;
use crate::law::table;
use crate::tape::Words;

const CONNECT: &str = "advice.ssrf.connect";
/// Members whose value is a URL, and those whose value is a list of URLs.
const MEMBERS: [(&str, bool); 12] = [
    ("logo_uri", false),
    ("jwks_uri", false),
    ("sector_identifier_uri", false),
    ("client_uri", false),
    ("policy_uri", false),
    ("tos_uri", false),
    ("initiate_login_uri", false),
    ("backchannel_logout_uri", false),
    ("post_logout_redirect_uris", true),
    ("request_uris", true),
    ("authority_hints", true),
    ("x_cimdspec_uri", false),
];

pub(crate) fn mutate(words: &mut Words<'_>, dictionary: &Dictionary, draft: &mut Draft) {
    let way = words.below(8);
    let Some(inside) = words.pick(&dictionary.inside).cloned() else {
        return;
    };
    match (draft.kind.has_document(), way) {
        (true, 0) => name(&inside, draft),
        (true, 1) => among(words, &inside, draft),
        (true, 2) => turns(words, &inside, draft),
        (true, 3) => literal(words, &inside, draft),
        (true, 4) => redirect(words, &inside, draft),
        (true, 5) => alias(words, &inside, draft),
        (_, 6) => parameter(words, &inside, draft),
        _ => contained(words, &inside, draft),
    }
}

/// Nothing is sent there: no request by the clause of the address, no connection by advice.
fn kept_away(draft: &mut Draft, clause: &'static str, to: &str) {
    let rules = [("request", clause), ("connect", CONNECT)];
    for (event, clause) in rules {
        draft.rules.push(Rule::no_traffic(&[clause], event, to, "first"));
    }
}

/// The name of the document leads there.
fn name(inside: &Inside, draft: &mut Draft) {
    if !draft.take(&["name", "address"], "name of the document") {
        return;
    }
    resolve(draft, [("answers", texts([inside.address.to_string()]))]);
    draft.affect(&refuses(inside));
    kept_away(draft, inside.clause, "docs");
}

/// The name leads there and to an ordinary address.
fn among(words: &mut Words<'_>, inside: &Inside, draft: &mut Draft) {
    if !draft.take(&["name", "address"], "name of the document") {
        return;
    }
    let address = inside.address.to_string();
    let answers = match words.below(3) {
        0 => texts(["@docs.v4".to_owned(), address.clone()]),
        1 => texts([address.clone(), "@docs.v4".to_owned()]),
        _ => texts(["@docs.v6".to_owned(), address.clone()]),
    };
    resolve(draft, [("answers", answers)]);
    draft.affect(&Effect::Open);
    kept_away(draft, inside.clause, &address);
}

/// The name leads there after some lookups.
fn turns(words: &mut Words<'_>, inside: &Inside, draft: &mut Draft) {
    if !draft.take(&["name", "address"], "name of the document by turns") {
        return;
    }
    let until = i64::try_from(words.below(3) + 1).unwrap_or(1);
    let address = inside.address.to_string();
    let good = table([("until", until.into()), ("answers", texts(["@docs".to_owned()]))]);
    let bad = table([("answers", texts([address.clone()]))]);
    let turns = Value::from(vec![Value::from(good), Value::from(bad)]);
    resolve(draft, [("ttl", "0s".into()), ("turns", turns)]);
    draft.moves = true;
    draft.affect(&Effect::Open);
    kept_away(draft, inside.clause, &address);
}

/// The identifier has the address as its host, in some spelling.
fn literal(words: &mut Words<'_>, inside: &Inside, draft: &mut Draft) {
    if !draft.take(&["address", "identifier", "name"], "address as the host") {
        return;
    }
    let host = spelled(words, inside.address);
    let scheme = ["https", "https", "https", "http"][words.below(4)];
    let identifier = format!("{scheme}://{host}/@case/client.json");
    draft.need("sandbox");
    draft.host(
        "inside",
        table([
            ("like", "docs".into()),
            ("address", inside.address.to_string().into()),
        ]),
    );
    let set = table([("client_id", identifier.as_str().into())]);
    let serve = table([
        ("host", "inside".into()),
        ("path", "*".into()),
        ("set", set.into()),
    ]);
    draft.before.push(table([("serve", serve.into())]));
    draft.first.insert("client".to_owned(), "@inside".into());
    draft.first.insert("client_id".to_owned(), identifier.into());
    draft.affect(&refuses(inside));
    kept_away(draft, inside.clause, "inside");
}

/// The document's host redirects there.
fn redirect(words: &mut Words<'_>, inside: &Inside, draft: &mut Draft) {
    if !draft.take(&["status", "inside"], "redirect to an address") {
        return;
    }
    let status = [302, 301, 303, 307, 308, 300][words.below(6)];
    let host = spelled(words, inside.address);
    let scheme = ["https://", "http://", "//"][words.below(3)];
    at_address(inside, draft);
    let set = table([("client_id", "@docs/client.json".into())]);
    let serve = table([
        ("host", "inside".into()),
        ("path", "*".into()),
        ("set", set.into()),
    ]);
    draft.before.push(table([("serve", serve.into())]));
    draft.deliver("status", status);
    draft.header("location", format!("{scheme}{host}/@case/client.json"));
    draft.affect(&Effect::Breaks(&["cimd.fetch.no-redirects"]));
    kept_away(draft, inside.clause, "inside");
}

/// The name is another one of a name that leads there.
fn alias(words: &mut Words<'_>, inside: &Inside, draft: &mut Draft) {
    if !draft.take(&["name", "address"], "alias of the document's name") {
        return;
    }
    draft.need("dns");
    draft.need("sandbox");
    draft.host("target", Table::new());
    let target = table([
        ("name", "target".into()),
        ("answers", texts([inside.address.to_string()])),
    ]);
    draft.before.push(table([("resolve", target.into())]));
    match words.below(3) {
        2 => resolve(
            draft,
            [
                ("answers", texts(["@docs".to_owned()])),
                ("hints", texts([inside.address.to_string()])),
            ],
        ),
        _ => resolve(draft, [("alias", "@target".into())]),
    }
    draft.affect(&Effect::Open);
    kept_away(draft, inside.clause, &inside.address.to_string());
}

/// A parameter of the request is a URL there.
fn parameter(words: &mut Words<'_>, inside: &Inside, draft: &mut Draft) {
    let Some(name) = words.pick(&["request_uri", "resource", "login_hint"]) else {
        return;
    };
    if !draft.take(&["inside", name], &format!("request {name}")) {
        return;
    }
    let url = url(words, inside, draft);
    crate::family::request::set(draft, name, url);
    draft.affect(&Effect::Open);
    kept_away(draft, "advice.ssrf.request-urls", "inside");
}

/// A URL in the metadata leads there, by a name or as a literal.
fn contained(words: &mut Words<'_>, inside: &Inside, draft: &mut Draft) {
    let Some((member, is_list)) = words.pick(&MEMBERS) else {
        return;
    };
    if *member == "jwks_uri" && draft.kind.has_key() && !draft.without("jwks", &Effect::Open) {
        return;
    }
    if !draft.take(&["inside"], "URL in the metadata") {
        return;
    }
    let url = url(words, inside, draft);
    let value = match is_list {
        true => texts([url]),
        false => url.into(),
    };
    draft.member(member, value, &Effect::Open);
    if *member == "sector_identifier_uri" {
        draft.member("subject_type", "pairwise", &Effect::Open);
    }
    let clause = draft
        .kind
        .clause("cimd.ssrf.contained-urls", "registration.fetches-nothing-inside");
    // An address that RFC 6890 does not list is none by advice only.
    let clause = match inside.clause {
        "cimd.ssrf.special-use" => clause,
        of_address => of_address,
    };
    kept_away(draft, clause, "inside");
}

/// A URL at the host `inside`: a name that leads there, or the address itself.
fn url(words: &mut Words<'_>, inside: &Inside, draft: &mut Draft) -> String {
    let scheme = ["https", "http"][words.below(2)];
    match words.below(2) {
        0 => {
            draft.need("dns");
            draft.need("sandbox");
            draft.host("inside", Table::new());
            let answers = texts([inside.address.to_string()]);
            let name = table([("name", "inside".into()), ("answers", answers)]);
            draft.before.push(table([("resolve", name.into())]));
            format!("{scheme}://@inside/x")
        }
        _ => {
            at_address(inside, draft);
            format!("{scheme}://{}/@case/x", spelled(words, inside.address))
        }
    }
}

fn at_address(inside: &Inside, draft: &mut Draft) {
    draft.need("sandbox");
    let like = draft
        .kind
        .has_document()
        .then(|| ("like".to_owned(), Value::from("docs")));
    let address = ("address".to_owned(), Value::from(inside.address.to_string()));
    draft.host("inside", like.into_iter().chain([address]).collect());
}

fn resolve<const N: usize>(draft: &mut Draft, members: [(&str, Value); N]) {
    draft.need("dns");
    draft.need("sandbox");
    let mut name = table(members);
    name.insert("name".to_owned(), "docs".into());
    draft.before.push(table([("resolve", name.into())]));
}

fn refuses(inside: &Inside) -> Effect {
    match inside.clause {
        "cimd.ssrf.special-use" => Effect::Breaks(&["cimd.ssrf.special-use"]),
        "advice.ssrf.later-registries" => Effect::Breaks(&["advice.ssrf.later-registries"]),
        "advice.ssrf.embedded-addresses" => Effect::Breaks(&["advice.ssrf.embedded-addresses"]),
        _ => Effect::Open,
    }
}

fn texts<const N: usize>(texts: [String; N]) -> Value {
    texts.map(Value::from).to_vec().into()
}

/// The address as the host of a URL: as it is, or as some parsers take it.
fn spelled(words: &mut Words<'_>, address: IpAddr) -> String {
    let how = words.below(12);
    let v4 = match address {
        IpAddr::V6(address) => return format!("[{address}]"),
        IpAddr::V4(address) => address,
    };
    let [a, b, c, d] = v4.octets();
    let number = u32::from(v4);
    match how {
        1 => number.to_string(),
        2 => format!("0x{number:x}"),
        3 => format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        4 => format!("{a}.{}", number & 0x00ff_ffff),
        5 => format!("{v4}."),
        6 => format!("0x{a:x}.{b}.0{c:o}.{d}"),
        7 => format!("[::ffff:{v4}]"),
        8 => v4
            .to_string()
            .chars()
            .map(|c| match c {
                '0'..='9' => char::from_u32(c as u32 - '0' as u32 + 0xff10).unwrap_or(c),
                c => c,
            })
            .collect(),
        9 => v4.to_string().replacen(
            |c: char| c.is_ascii_digit(),
            &percent(v4.to_string().as_bytes()[0]),
            1,
        ),
        10 => v4.to_string().replace('.', "\u{3002}"),
        11 => format!("[64:ff9b::{v4}]"),
        _ => v4.to_string(),
    }
}

fn percent(byte: u8) -> String {
    format!("%{byte:02X}")
}
