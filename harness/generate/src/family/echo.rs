//! Markup in what a client or a request says does not come back as markup.

use toml::Value;

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::law::Law;
use crate::law::Rule;
use crate::law::table;
use crate::tape::Words;

const MEMBERS: [&str; 8] = [
    "client_name",
    "client_uri",
    "tos_uri",
    "policy_uri",
    "logo_uri",
    "contacts",
    "client_name#de",
    "software_version",
];
const PARAMETERS: [&str; 6] = [
    "state",
    "scope",
    "login_hint",
    "response_type",
    "prompt",
    "ui_locales",
];
/// The beginnings that leave an element or an attribute.
const MARKUPS: [&str; 5] = [
    "x<x-cimdspec>",
    "\"'><x-cimdspec>",
    "x\" x-cimdspec=\"1",
    "x' x-cimdspec='1",
    "</title></textarea></script><x-cimdspec>",
];

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    let Some(markup) = words.pick(&MARKUPS) else {
        return;
    };
    let clause = match words.below(4) {
        // A request that is refused has a page, too.
        3 => {
            let Some(name) = words.pick(&["client_id", "redirect_uri"]) else {
                return;
            };
            if !draft.take(
                &["identifier", "request redirect_uri"],
                &format!("request {name}"),
            ) {
                return;
            }
            draft
                .first
                .insert((*name).to_owned(), format!("@app/{markup}").into());
            "advice.pages.markup-inert"
        }
        0 => {
            let Some(name) = words.pick(&PARAMETERS) else {
                return;
            };
            if !draft.take(&[name], &format!("request {name}")) {
                return;
            }
            crate::family::request::set(draft, name, *markup);
            "advice.pages.markup-inert"
        }
        _ => {
            let Some(name) = words.pick(&MEMBERS) else { return };
            let value: Value = match *name {
                "contacts" => vec![Value::from(*markup)].into(),
                name if name.ends_with("_uri") => format!("@app/{markup}").into(),
                _ => (*markup).into(),
            };
            if !draft.member(name, value, &Effect::Open) {
                return;
            }
            draft
                .kind
                .clause("cimd.consent.name-escaped", "advice.consent.name-escaped")
        }
    };
    draft.affect(&Effect::Open);
    let page = table([("of", "first".into()), ("inert", "x-cimdspec".into())]);
    draft
        .rules
        .push(Rule::new(Law::Echo, &[clause], table([("page", page.into())])));
}
