//! Pages of a target: what an agent sends, a person reads and a browser loads of them.

use cimdspec_judge::says;
use cimdspec_judge::signature;
use cimdspec_judge::trace;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Reply;
use cimdspec_page::FieldKind;
use cimdspec_page::Html;
use cimdspec_page::named_values;

/// No page is told by more fields (`judge::page`).
const MOST_FIELDS: usize = 64;

/// A page is read the same by all who read it: what an agent would send of it is hidden in it by its name, and it is like itself.
pub fn page(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let html = Html::read(&text);
    let places = named_values(&text);
    for place in &places {
        let written = text.get(place.at.clone());
        assert!(written.is_some(), "{place:?} is no part of the page");
    }
    let words = ["approve".to_owned()];
    for form in html.forms() {
        for field in form.fields.iter().filter(|field| field.kind == FieldKind::Hidden) {
            let is_found = places
                .iter()
                .any(|place| place.name == field.name && place.value == field.value);
            assert!(
                is_found || field.value.is_empty(),
                "{field:?} is sent and not found"
            );
        }
        assert!(form.asks_password() <= html.asks_password());
        if let Some(button) = form.button(&words) {
            assert!(form.buttons.contains(button));
        }
    }
    // A browser strips these from a URL.
    assert!(html.links().all(|link| !link.contains(['\t', '\n', '\r'])));
    for part in html.loads() {
        assert!(part.len() <= 4 * text.len());
    }
    if let Some(to) = html.link(&words) {
        assert!(html.anchors().any(|anchor| anchor.to == to));
    }
    let _ = (html.base(), html.meta("referrer"), html.text());
    let reading = html.reading();
    if let Some(word) = reading.words().next() {
        assert!(reading.shows(word) && !word.contains('\u{200b}'));
    }
    assert!(says(&text).is_sorted());
    if let Some(line) = trace(&text) {
        assert!(line.chars().count() <= 160);
    }
    is_like_itself(&text);
}

fn is_like_itself(text: &str) {
    let exchange = |body: &str| Exchange {
        at: Instant(0),
        ended: Instant(1),
        method: "GET".to_owned(),
        url: "https://as.test/".to_owned(),
        headers: Vec::new(),
        sent: None,
        reply: Reply::Response {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: body.to_owned(),
        },
    };
    let here = signature(&exchange(text)).expect("an answer has a signature");
    let there = signature(&exchange(text));
    assert_eq!(there.as_ref(), Some(&here));
    let names = Html::read(text).names().len();
    assert_eq!(here.has_form(), names.min(MOST_FIELDS) > 0);
}
