//! A member of the document or the registration has a value of another type, none, or a boundary.

use toml::Table;
use toml::Value;

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::draft::Kind;
use crate::law::Law;
use crate::law::Rule;
use crate::law::table;
use crate::tape::Words;

const MEMBERS: [&str; 24] = [
    "client_id",
    "redirect_uris",
    "client_name",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "scope",
    "jwks",
    "jwks_uri",
    "client_uri",
    "logo_uri",
    "contacts",
    "tos_uri",
    "policy_uri",
    "software_id",
    "software_version",
    "software_statement",
    "application_type",
    "subject_type",
    "default_max_age",
    "require_auth_time",
    "default_acr_values",
    "post_logout_redirect_uris",
    "require_pushed_authorization_requests",
];

/// The values: of each type, and at the boundaries of texts, numbers, lists and depth.
fn values() -> [Value; 18] {
    let nested = |depth| (0..depth).fold(Value::from("x"), |inner, _| Value::Array(vec![inner]));
    [
        7.into(),
        true.into(),
        "@null".into(),
        "".into(),
        Value::Array(Vec::new()),
        Table::new().into(),
        Value::Array(vec![7.into()]),
        Value::Array(vec![Value::Array(Vec::new())]),
        table([("a", 1.into())]).into(),
        "text".into(),
        (-1).into(),
        1e300.into(),
        i64::MAX.into(),
        "$(a*70000)".into(),
        "$[x#*2000]".into(),
        nested(60),
        "a\u{0}b\u{202e}c".into(),
        Value::Array(vec!["@null".into()]),
    ]
}

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    let Some(name) = words.pick(&MEMBERS) else { return };
    let values = values();
    let Some(value) = words.pick(&values) else { return };
    let effect = match *name {
        "client_id" if draft.kind.has_document() => Effect::Breaks(&["cimd.document.client-id-matches"]),
        "redirect_uris" if draft.kind.has_document() => match value.is_array() {
            true => Effect::Breaks(&["cimd.redirect.registered"]),
            false => Effect::Breaks(&["cimd.document.wrong-types-refused"]),
        },
        _ => Effect::Open,
    };
    let is_set = draft.member(name, value.clone(), &effect);
    // Which text a list of texts makes is up to the server; a list without one is none of redirect URIs.
    let has_no_text = !matches!(value, Value::String(text) if !text.starts_with("$[") && text != "@null")
        && value.as_str() != Some("$[x#*2000]");
    if is_set && *name == "redirect_uris" && draft.kind == Kind::Registered && has_no_text {
        let member = table([
            ("of", "client".into()),
            ("at", "/redirect_uris/0".into()),
            ("is", "string".into()),
            ("refused", "passes".into()),
        ]);
        draft.rules.push(Rule::new(
            Law::Document,
            &["rfc7591.request.redirect-uris-required"],
            table([("member", member.into())]),
        ));
    }
}
