//! A parameter of the authorization request is missing, repeated, empty, of another value, or too much.

use toml::Table;
use toml::Value;

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::law::Law;
use crate::law::Rule;
use crate::law::table;
use crate::tape::Words;

/// Sets a parameter of the authorization request.
pub(crate) fn set(draft: &mut Draft, name: &str, value: impl Into<Value>) {
    inserted(&mut draft.first, "set", name, value);
}

/// Sets a member of a table in a table.
pub(crate) fn inserted(table: &mut Table, member: &str, name: &str, value: impl Into<Value>) {
    let inner = table.entry(member).or_insert_with(|| Table::new().into());
    if let Value::Table(inner) = inner {
        inner.insert(name.to_owned(), value.into());
    }
}

/// Parameters with values that decide something, and the clause by which the request is refused; none where nothing is ordered.
const VALUES: [(&str, &str, Option<&str>); 22] = [
    ("response_type", "token", Some("oauth.grants.no-implicit")),
    ("response_type", "cimdspec", Some("oauth.request.response-type")),
    ("response_type", "code token", None),
    ("response_type", "none", None),
    ("code_challenge_method", "plain", Some("oauth.pkce.plain-refused")),
    (
        "code_challenge_method",
        "S512",
        Some("rfc7636.challenge.unsupported-method"),
    ),
    ("code_challenge", "", Some("oauth.pkce.required")),
    ("response_mode", "fragment", None),
    ("response_mode", "cimdspec", None),
    ("scope", "$(scope *4000)", None),
    ("state", "$(a*9000)", None),
    ("state", "a\r\nb\u{0}c", None),
    ("nonce", "$(a*9000)", None),
    ("prompt", "none", None),
    ("prompt", "consent login", None),
    ("max_age", "-1", None),
    ("claims", "{", None),
    ("request", "x.y.z", None),
    ("resource", "no url", None),
    ("display", "popup", None),
    ("ui_locales", "$(de *2000)", None),
    ("id_token_hint", "x.y.z", None),
];
const REPEATED: [&str; 6] = [
    "client_id",
    "state",
    "response_type",
    "scope",
    "code_challenge",
    "code_challenge_method",
];
const LEFT_OUT: [(&str, Option<&str>); 4] = [
    ("response_type", Some("oauth.request.response-type")),
    ("code_challenge", Some("oauth.pkce.required")),
    ("code_challenge_method", Some("oauth.pkce.plain-refused")),
    ("state", None),
];

pub(crate) fn mutate(words: &mut Words<'_>, dictionary: &Dictionary, draft: &mut Draft) {
    match words.below(8) {
        0 => left_out(words, draft),
        1 => repeated(words, draft),
        2 => elsewhere(words, draft),
        3 => without_meaning(words, draft),
        4 => learned(words, dictionary, draft),
        _ => valued(words, draft),
    }
}

fn refused(draft: &mut Draft, clause: &'static str) {
    // That a client with a secret or a key needs PKCE is another clause.
    let clause = match (
        clause,
        draft.kind.has_key() || draft.kind == crate::draft::Kind::RegisteredSecret,
    ) {
        ("oauth.pkce.required", true) => "oauth.pkce.confidential",
        (clause, _) => clause,
    };
    draft.refused(Law::Credentials, clause, "first");
}

fn left_out(words: &mut Words<'_>, draft: &mut Draft) {
    let Some((name, clause)) = words.pick(&LEFT_OUT) else {
        return;
    };
    if !draft.take(&[name], &format!("request {name}")) {
        return;
    }
    let mut names = vec![Value::from(*name)];
    if *name == "code_challenge" {
        names.push("code_challenge_method".into());
    }
    let omitted = draft
        .first
        .entry("omit")
        .or_insert_with(|| Vec::<Value>::new().into());
    if let Value::Array(omitted) = omitted {
        omitted.extend(names);
    }
    match clause {
        Some(clause) => refused(draft, clause),
        None => draft.affect(&Effect::Open),
    }
}

fn valued(words: &mut Words<'_>, draft: &mut Draft) {
    let Some((name, value, clause)) = words.pick(&VALUES) else {
        return;
    };
    if !draft.take(&[name], &format!("request {name}")) {
        return;
    }
    set(draft, name, *value);
    match clause {
        Some(clause) => refused(draft, clause),
        None => draft.affect(&Effect::Open),
    }
}

fn repeated(words: &mut Words<'_>, draft: &mut Draft) {
    let Some(name) = words.pick(&REPEATED) else { return };
    if !draft.take(&[name], &format!("request {name}")) {
        return;
    }
    inserted(&mut draft.first, "repeat", name, "cimdspec");
    draft.refused(Law::Alike, "advice.request.repeated-parameters", "first");
}

/// The redirect URI is there twice, or a fault of the request is told to a URI that is not the client's.
fn elsewhere(words: &mut Words<'_>, draft: &mut Draft) {
    if !draft.take(&["request redirect_uri", "response_type"], "request redirect_uri") {
        return;
    }
    draft.host("elsewhere", Table::new());
    match words.below(3) {
        0 => inserted(&mut draft.first, "repeat", "redirect_uri", "@elsewhere/callback"),
        1 => {
            draft
                .first
                .insert("redirect_uri".to_owned(), "@elsewhere/callback".into());
            set(draft, "response_type", "cimdspec");
            draft
                .rules
                .push(Rule::nowhere(&["oauth.error.not-redirected"], "first"));
        }
        _ => {
            draft
                .first
                .insert("redirect_uri".to_owned(), "@elsewhere/callback".into());
            set(draft, "response_mode", "fragment");
            draft.refused(Law::Redirect, draft.kind.redirects(), "first");
        }
    }
    let sent = table([
        ("of", "first".into()),
        ("to", "anywhere".into()),
        ("not_to", "@elsewhere/".into()),
    ]);
    draft.rules.push(Rule::new(
        Law::Redirect,
        &["oauth.redirect.exact-match"],
        table([("sent", sent.into())]),
    ));
    draft.affect(&Effect::Open);
}

/// Parameters that a specification gives no meaning to.
fn without_meaning(words: &mut Words<'_>, draft: &mut Draft) {
    const ROWS: [(&str, &str, &str); 5] = [
        ("x_cimdspec", "1", "oauth.request.unknown-ignored"),
        ("x_cimdspec[a]", "1", "oauth.request.unknown-ignored"),
        ("__proto__", "1", "oauth.request.unknown-ignored"),
        ("login_hint", "", "oauth.request.empty-is-omitted"),
        ("display", "", "oauth.request.empty-is-omitted"),
    ];
    let Some((name, value, clause)) = words.pick(&ROWS) else {
        return;
    };
    if draft.take(&[name], &format!("request {name}")) {
        set(draft, name, *value);
        draft.affect(&Effect::Keeps(clause));
    }
}

fn learned(words: &mut Words<'_>, dictionary: &Dictionary, draft: &mut Draft) {
    let Some(name) = words.pick(&["scope", "response_mode", "prompt", "acr_values", "resource"]) else {
        return;
    };
    let Some(word) = words.pick(&dictionary.learned) else {
        return;
    };
    if draft.take(&[name], &format!("request {name}")) {
        set(draft, name, word.as_str());
        draft.affect(&Effect::Open);
    }
}
