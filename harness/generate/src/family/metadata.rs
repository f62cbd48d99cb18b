//! A value of the document or the registration that means something else, or that must not be there.

use toml::Table;
use toml::Value;

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::draft::Effect::Breaks;
use crate::draft::Effect::Keeps;
use crate::draft::Effect::Open;
use crate::draft::Kind;
use crate::law::Law;
use crate::law::Rule;
use crate::law::is_granted;
use crate::law::table;
use crate::tape::Words;

const MATCHES: Effect = Breaks(&["cimd.document.client-id-matches"]);
const SECRET: Effect = Breaks(&["cimd.document.shared-secret-refused"]);
const FURTHER: Effect = Keeps("cimd.document.further-members");
const OPTIONAL: Effect = Keeps("cimd.document.optional-members");

/// Texts of a document and what they mean.
const OF_DOCUMENT: [(&str, &str, Effect); 34] = [
    ("client_id", "@docs/other-client.json", MATCHES),
    ("client_id", "@app/client.json", MATCHES),
    ("client_id", "https://@^docs/client.json", MATCHES),
    ("client_id", "@docs/Client.json", MATCHES),
    ("client_id", "@docs/client.json/", MATCHES),
    ("client_id", "@docs/client.json?x=1", MATCHES),
    ("client_id", "@docs/client.json#", MATCHES),
    ("client_id", "@docs/./client.json", MATCHES),
    ("client_id", "@docs/%63lient.json", MATCHES),
    ("client_id", "https://@docs:443/client.json", MATCHES),
    ("client_id", "http://@docs/client.json", MATCHES),
    ("client_id", " https://@docs/client.json", MATCHES),
    ("client_id", "https://@docs", MATCHES),
    ("client_id", "@docs/client.json@docs/client.json", MATCHES),
    ("token_endpoint_auth_method", "client_secret_basic", SECRET),
    ("token_endpoint_auth_method", "client_secret_post", SECRET),
    ("token_endpoint_auth_method", "client_secret_jwt", SECRET),
    (
        "token_endpoint_auth_method",
        "no-such-method",
        Breaks(&["cimd.authentication.no-common-method"]),
    ),
    ("client_secret", "s3cret-of-the-document", SECRET),
    ("client_secret", "", SECRET),
    (
        "jwks",
        "@keys/client-private",
        Breaks(&["cimd.document.private-keys-refused"]),
    ),
    (
        "jwks",
        "@keys/symmetric",
        Breaks(&["cimd.document.symmetric-keys-refused"]),
    ),
    ("software_statement", "@statement/unsigned", Open),
    ("software_statement", "@statement/broken", Open),
    ("software_statement", "@statement/no-jwt", Open),
    ("software_statement", "@statement/unknown-issuer", Open),
    ("x_cimdspec", "unknown", FURTHER),
    ("__proto__", "x", FURTHER),
    ("constructor", "x", FURTHER),
    ("client_name#fr", "Client", FURTHER),
    ("software_version", "1", OPTIONAL),
    ("client_name", "${jndi:dns://@app/x} {{7*7}} %s%n", Open),
    ("contacts", "nobody", Open),
    ("scope", "cimdspec-no-such-scope", Open),
];

/// Members of a document that are left out.
const OUT_OF_DOCUMENT: [(&str, Effect); 7] = [
    ("client_id", Breaks(&["cimd.document.client-id-present"])),
    ("redirect_uris", Breaks(&["mcp.document.required-members"])),
    ("client_name", Breaks(&["mcp.document.required-members"])),
    ("client_uri", OPTIONAL),
    ("response_types", OPTIONAL),
    ("grant_types", Open),
    ("token_endpoint_auth_method", Open),
];

/// Texts of a registration that the server must not take.
const OF_REGISTRATION: [(&str, &str); 12] = [
    ("client_id", "@app/client.json"),
    ("client_id", "chosen-by-the-client"),
    ("client_secret", "cimdspec-not-the-secret-of-this-client"),
    ("registration_access_token", "chosen-by-the-client-0123456789"),
    ("jwks", "@keys/client-private"),
    ("jwks", "@keys/symmetric"),
    ("software_statement", "@statement/unsigned"),
    ("software_statement", "@statement/broken"),
    ("software_statement", "@statement/unknown-issuer"),
    ("x_cimdspec", "unknown"),
    ("client_name", "a\u{0}b"),
    ("scope", "cimdspec-no-such-scope"),
];

pub(crate) fn mutate(words: &mut Words<'_>, dictionary: &Dictionary, draft: &mut Draft) {
    let which = words.below(8);
    match (draft.kind.has_document(), which) {
        (true, 0..=4) => of_document(words, draft),
        (true, 5..=6) => out_of_document(words, draft),
        (false, 0..=4) => of_registration(words, draft),
        (false, 5) => {
            if draft.without("redirect_uris", &Open) {
                draft.refused(Law::Document, "rfc7591.request.redirect-uris-required", "client");
            }
        }
        (false, 6) => key_sources(draft),
        _ => learned(words, dictionary, draft),
    }
}

fn of_document(words: &mut Words<'_>, draft: &mut Draft) {
    let Some((name, text, effect)) = words.pick(&OF_DOCUMENT) else {
        return;
    };
    // A client with a key has its own keys and method: another one takes them away, which is no fault.
    let of_keys = ["jwks", "token_endpoint_auth_method"].contains(name);
    let effect = match draft.kind {
        Kind::DocumentKey if of_keys && *effect != SECRET && *name != "jwks" => &Open,
        _ => effect,
    };
    draft.member(name, *text, effect);
}

fn out_of_document(words: &mut Words<'_>, draft: &mut Draft) {
    if let Some((name, effect)) = words.pick(&OUT_OF_DOCUMENT) {
        draft.without(name, effect);
    }
}

fn of_registration(words: &mut Words<'_>, draft: &mut Draft) {
    let Some((name, text)) = words.pick(&OF_REGISTRATION) else {
        return;
    };
    let of_keys = draft.kind.has_key() && *name == "jwks";
    let effect = match *name {
        "x_cimdspec" => Keeps("rfc7591.request.ignore-unknown"),
        _ => Open,
    };
    if of_keys || !draft.member(name, *text, &effect) {
        return;
    }
    let member = |at: &str, what: &str, value: Value| {
        let expect = table([("of", "client".into()), ("at", at.into()), (what, value)]);
        table([("member", expect.into())])
    };
    let absent = |at: &str| {
        let expect = table([
            ("of", "client".into()),
            ("at", at.into()),
            ("is", "absent".into()),
            ("refused", "passes".into()),
        ]);
        table([("member", expect.into())])
    };
    let rule = match (*name, *text) {
        ("client_id", "@app/client.json") => Rule::new(
            Law::Ownership,
            &["rfc7591.response.client-id-is-the-servers"],
            member("/client_id", "not_prefix", "https://".into()),
        )
        .given(is_granted("client")),
        ("client_secret", _) if draft.kind == Kind::RegisteredSecret => {
            draft.tokens.insert("auth".to_owned(), "wrong-secret".into());
            Rule::refused(Law::Credentials, &["oauth.client.registered-method"], "tokens").given(member(
                "/token_endpoint_auth_method",
                "equals",
                "client_secret_basic".into(),
            ))
        }
        ("jwks", "@keys/client-private") => Rule::new(
            Law::Document,
            &["registration.no-private-keys-told"],
            absent("/jwks/keys/0/d"),
        ),
        ("jwks", _) => Rule::new(
            Law::Document,
            &["registration.no-private-keys-told"],
            absent("/jwks/keys/0/k"),
        ),
        _ => return,
    };
    draft.rules.push(rule);
}

/// Keys by value and by reference at once.
fn key_sources(draft: &mut Draft) {
    if draft.kind.has_key() {
        return;
    }
    let both = table([
        ("jwks", "@keys/client".into()),
        ("jwks_uri", "@app/jwks.json".into()),
    ]);
    if draft.members(both, &Open) {
        let member = |at: &str, is: &str| {
            let expect = table([
                ("of", "client".into()),
                ("at", at.into()),
                ("is", is.into()),
                ("refused", "passes".into()),
            ]);
            table([("member", expect.into())])
        };
        draft.rules.push(
            Rule::new(
                Law::Document,
                &["rfc7591.request.one-key-source"],
                member("/jwks_uri", "absent"),
            )
            .given(member("/jwks", "present")),
        );
    }
}

/// A member with a word that the target said.
fn learned(words: &mut Words<'_>, dictionary: &Dictionary, draft: &mut Draft) {
    const PLACES: [&str; 5] = [
        "scope",
        "grant_types",
        "response_types",
        "token_endpoint_auth_method",
        "id_token_signed_response_alg",
    ];
    let Some(name) = words.pick(&PLACES) else { return };
    let Some(word) = words.pick(&dictionary.learned) else {
        return;
    };
    let value: Value = match *name {
        "grant_types" | "response_types" => vec![Value::from(word.as_str())].into(),
        _ => word.as_str().into(),
    };
    let mut members = Table::new();
    members.insert((*name).to_owned(), value);
    draft.members(members, &Open);
}
