//! No two cases share a URL that a server might fetch: what it remembers of one would be its answer to another.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::name::Attempt;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::Series;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Plan;
use cimdspec_model::text::AUTHORIZATION;
use cimdspec_model::text::CASE;
use cimdspec_model::text::ISSUER;
use cimdspec_model::text::Names;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Act;
use serde_json::Value;

use crate::files::catalogue;

/// Members and parameters of which nothing is fetched: URLs for the browser, of which the loopback ones of real clients are the same
/// for all, and scopes.
const NEVER_FETCHED: [&str; 3] = ["redirect_uri", "redirect_uris", "scope"];
/// Texts that stand for nothing of ours, with the reason why they stay the same.
const SAME_FOR_ALL: [(&str, &str); 12] = [
    (
        "@authorization?client_id=x",
        "the server's own page, at its place",
    ),
    (
        "@issuer/.well-known/oauth-authorization-server",
        "the server's own document, at its place",
    ),
    ("@null", "null, and no text"),
    ("@issuer/logout", "the server's own page, at its place"),
    ("cimdspec-app://client", "a scheme that nobody fetches"),
    ("file:///etc/hostname", "a file that is there on every machine"),
    ("file:///etc/passwd", "a link for the page, never an identifier"),
    ("https://", "it names no host and has no path"),
    ("https://*", "a pattern for the browser, which names no host"),
    ("https://json-schema.org/draft", "a name that is no place of ours"),
    ("https://www.w3.org/ns/json-ld", "a name that is no place of ours"),
    (
        "intent://scan/#Intent;scheme=zxing;end",
        "a link for the page, never an identifier",
    ),
];

/// The names that the world gives to a plan's hosts in a case.
fn names(plan: &Plan, case: &CaseId) -> Names {
    let label = |text: &str| HostLabel::parse(text).unwrap();
    let mut names = Names {
        origins: [
            (label(ISSUER), "https://as.test".to_owned()),
            (label(AUTHORIZATION), "https://as.test/authorize".to_owned()),
            (label(CASE), case.to_string()),
        ]
        .into(),
        ..Names::default()
    };
    for host in plan.hosts.iter() {
        let made = host.name.as_ref().map(|name| name.resolve(&names).unwrap());
        let name = match host.address {
            Some(std::net::IpAddr::V6(address)) => format!("[{address}]"),
            Some(address) => address.to_string(),
            None => made.unwrap_or_else(|| format!("{}-{case}.cimdspec.dev", host.label)),
        };
        names
            .origins
            .insert(host.label.clone(), format!("https://{name}"));
    }
    names
}

fn is_url(text: &str) -> bool {
    let is_reference = text.starts_with('@') && !text.starts_with("@@") && !text.starts_with("@keys/");
    let is_reference = is_reference && !text.starts_with("@statement/") && !text.starts_with("@client/");
    let is_reference = is_reference && text != "@scope";
    text.contains("://") || text.starts_with("//") || text.starts_with("http") || is_reference
}

fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if is_url(text) => _ = into.insert(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !NEVER_FETCHED.contains(&name.as_str()))
            .for_each(|(_, member)| collect(member, into)),
        _ => {}
    }
}

/// The texts of a plan that a server might fetch.
fn fetched(plan: &Plan) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for host in plan.hosts.iter() {
        if let Some(document) = &host.document {
            found.insert(format!("@{}{}", host.label, document.path));
            collect(&Value::Object(document.body.clone()), &mut found);
        }
    }
    collect(
        &Value::Object(serde_json::Map::clone(&plan.registration)),
        &mut found,
    );
    let map = |members: &BTreeMap<String, Value>, found: &mut BTreeSet<String>| {
        collect(&Value::Object(members.clone().into_iter().collect()), found);
    };
    for step in &plan.steps {
        match &step.act {
            Act::Authorize(act) => {
                let id = act.client_id.iter().map(|id| id.0.clone());
                found.extend(id.filter(|id| is_url(id)));
                let parameters = act.set.iter().chain(&act.repeat);
                let texts = parameters.filter(|(name, _)| !NEVER_FETCHED.contains(&name.as_str()));
                found.extend(texts.map(|(_, text)| text.0.clone()).filter(|text| is_url(text)));
            }
            Act::Serve(act) => {
                let location = act.headers.iter().filter(|(name, _)| *name == "location");
                found.extend(
                    location
                        .map(|(_, text)| text.0.clone())
                        .filter(|text| is_url(text)),
                );
            }
            _ => {}
        }
        if let Some(members) = step.act.verb().members() {
            map(members, &mut found);
        }
    }
    found
}

#[test]
fn no_two_cases_share_a_url_that_a_server_might_fetch() {
    let one = CaseId::new("4f", Series::Case(Attempt::First), 1);
    let others = [
        CaseId::new("4f", Series::Case(Attempt::First), 2),
        CaseId::new("4f", Series::Case(Attempt::Second), 1),
        CaseId::new("4f", Series::Control(Attempt::First), 1),
        CaseId::new("50", Series::Case(Attempt::First), 1),
    ];
    let mut shared = BTreeSet::new();
    for plan in catalogue().plans() {
        let control = match &plan.control {
            Control::Plan(control) => Some(&**control),
            Control::None(_) => None,
        };
        for plan in std::iter::once(&**plan).chain(control) {
            for text in fetched(plan) {
                let resolved = |case: &CaseId| Text(text.clone()).resolve(&names(plan, case)).ok();
                let here = resolved(&one);
                if others.iter().any(|other| resolved(other) == here)
                    && !SAME_FOR_ALL.iter().any(|(known, _)| *known == text)
                {
                    shared.insert(format!("{}: {text}", plan.variant.scenario));
                }
            }
        }
    }
    assert_eq!(shared, BTreeSet::new());
}
