//! The likeness of pages: what a page looks like when its wording is left aside.

use std::collections::BTreeSet;

use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Reply;
use cimdspec_page::Html;

/// What a page looks like: status, media type, title, and the names of its form fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    status: u16,
    media: String,
    title: String,
    fields: BTreeSet<String>,
}

/// No page is told by more fields.
const MOST_FIELDS: usize = 64;

impl Signature {
    /// Whether there is something to fill in.
    pub(crate) fn has_form(&self) -> bool {
        !self.fields.is_empty()
    }
}

/// The signature of an exchange's response; `None` when there was none.
pub(crate) fn signature(exchange: &Exchange) -> Option<Signature> {
    let Reply::Response {
        status,
        headers,
        body,
    } = &exchange.reply
    else {
        return None;
    };
    let media = header(headers, "content-type").unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default();
    let page = Html::read(body);
    Some(Signature {
        status: *status,
        media: media.trim().to_ascii_lowercase(),
        title: page.title(),
        fields: page
            .names()
            .into_iter()
            .take(MOST_FIELDS)
            .map(str::to_owned)
            .collect(),
    })
}

/// The first value of a header field.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use cimdspec_model::observation::Instant;

    use super::*;

    fn of(body: &str) -> Signature {
        let exchange = Exchange {
            at: Instant(0),
            ended: Instant(1),
            method: "GET".to_owned(),
            url: String::new(),
            sent: None,
            reply: Reply::Response {
                status: 200,
                headers: vec![("content-type".to_owned(), "text/HTML; charset=utf-8".to_owned())],
                body: body.to_owned(),
            },
        };
        signature(&exchange).unwrap()
    }

    #[test]
    fn one_page_in_two_spellings_is_one_page() {
        let page = of(
            "<title>Consent</title><form><input name=\"csrf\"><button name=\"decision\">Yes</button></form>",
        );
        for other in [
            "<TITLE\n>Consent</TITLE><FORM><INPUT\nNAME=csrf><BUTTON NAME = decision>Yes</BUTTON></FORM>",
            "<title> Consent </title><meta name=viewport content=x><form><button name='decision'>No</button><input value='>' name=csrf></form>",
        ] {
            assert_eq!(of(other), page, "{other}");
        }
        for other in [
            "<title>Login</title><form><input name=csrf><button name=decision></form>",
            "<title>Consent</title><form><input name=csrf></form>",
            "<title>Consent</title><form><!-- <input name=csrf> --><button name=decision></form>",
        ] {
            assert_ne!(of(other), page, "{other}");
        }
        assert!(!of("<meta name=viewport content=x><p>Error</p>").has_form());
    }
}
