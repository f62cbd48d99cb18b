//! What a user types into a form, ticks and presses, and what is sent then.

use std::collections::BTreeMap;

use cimdspec_page::Button;
use cimdspec_page::Encoding;
use cimdspec_page::FieldKind;
use cimdspec_page::Form;
use cimdspec_page::Html;
use cimdspec_page::Method;
use cimdspec_page::Tick;
use url::Url;

use crate::http::client::Ask;
use crate::http::client::encoded;

/// A form as a user leaves it.
pub(crate) struct Filling<'a> {
    pub(crate) form: &'a Form,
    /// What is pressed, if anything is.
    pub(crate) button: Option<&'a Button>,
    /// What is typed, by the names of fields.
    pub(crate) typed: BTreeMap<&'a str, &'a str>,
    pub(crate) boxes: Boxes,
}

/// What becomes of the boxes that nobody names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boxes {
    /// All are ticked, but for those that would make a server remember.
    All,
    /// They stay as they are.
    Left,
    /// None is ticked.
    None,
}

/// Who approves does not ask to be spared the next question.
const REMEMBERS: [&str; 6] = ["again", "always", "keep", "remember", "stay", "trust"];
const PASSWORD: &str = "[password]";
const BOUNDARY: &str = "cimdspec-1f2d6c70a8b34e59-form";

/// Where a URL of a page leads.
pub(crate) fn place(page: &Url, html: &Html, to: &str) -> Option<Url> {
    if to.is_empty() {
        return Some(page.clone());
    }
    let base = html.base().and_then(|base| page.join(base.trim()).ok());
    base.as_ref().unwrap_or(page).join(to).ok()
}

impl Filling<'_> {
    /// Where it is sent, as written.
    pub(crate) fn action(&self) -> &str {
        let own = self.button.and_then(|button| button.action.as_deref());
        own.unwrap_or(&self.form.action)
    }

    /// The request that a browser makes of it.
    pub(crate) fn ask(&self, mut to: Url) -> Option<Ask> {
        let method = self.button.and_then(|button| button.method);
        let encoding = self.button.and_then(|button| button.encoding);
        let pairs = self.pairs(|value| value.to_owned());
        to.set_fragment(None);
        match method.unwrap_or(self.form.method) {
            Method::Dialog => None,
            Method::Get => {
                to.set_query(Some(&encoded(&pairs)));
                Some(Ask::get(to))
            }
            Method::Post => {
                let posted = match encoding.unwrap_or(self.form.encoding) {
                    Encoding::Multipart => multipart(to, &pairs),
                    Encoding::Plain | Encoding::UrlEncoded => Ask::form(to, &pairs),
                };
                let shown = encoded(&self.pairs(|_| PASSWORD.to_owned()));
                Some(Ask {
                    shown: Some(shown.replace("%5Bpassword%5D", PASSWORD)),
                    ..posted
                })
            }
        }
    }

    fn pairs(&self, password: impl Fn(&str) -> String) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for field in &self.form.fields {
            let typed = self.typed.get(field.name.as_str()).copied();
            let filled = typed.unwrap_or(&field.value);
            let value = match field.kind {
                FieldKind::Hidden => Some(field.value.clone()),
                FieldKind::Password => Some(password(filled)),
                FieldKind::Shown => Some(filled.to_owned()),
                FieldKind::Box(tick) => {
                    let is_ticked = match typed {
                        Some(named) => named.split_whitespace().any(|value| value == field.value),
                        None => self.boxes.tick(&field.name, tick),
                    };
                    is_ticked.then(|| field.value.clone())
                }
                FieldKind::Choice(tick) => {
                    let is_chosen = typed.map_or(tick == Tick::On, |named| named == field.value);
                    is_chosen.then(|| field.value.clone())
                }
            };
            pairs.extend(value.map(|value| (field.name.clone(), value)));
        }
        match self.button {
            Some(button) if button.is_picture => {
                let prefix = match button.name.as_str() {
                    "" => String::new(),
                    name => format!("{name}."),
                };
                pairs.extend(["x", "y"].map(|axis| (format!("{prefix}{axis}"), "1".to_owned())));
            }
            Some(button) if !button.name.is_empty() => {
                pairs.push((button.name.clone(), button.value.clone()));
            }
            _ => {}
        }
        pairs
    }
}

impl Boxes {
    fn tick(self, name: &str, tick: Tick) -> bool {
        let name = name.to_ascii_lowercase();
        match self {
            Self::All => !REMEMBERS.iter().any(|word| name.contains(word)),
            Self::Left => tick == Tick::On,
            Self::None => false,
        }
    }
}

fn multipart(to: Url, pairs: &[(String, String)]) -> Ask {
    let mut body = String::new();
    for (name, value) in pairs {
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    let media = format!("multipart/form-data; boundary={BOUNDARY}");
    Ask {
        body: Some(body),
        ..Ask::get(to).method("POST")
    }
    .header("content-type", &media)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(page: &str, typed: &[(&str, &str)], boxes: Boxes) -> String {
        let html = Html::read(page);
        let form = html.forms().remove(0);
        let filling = Filling {
            form: &form,
            button: form.buttons.first(),
            typed: typed.iter().copied().collect(),
            boxes,
        };
        encoded(&filling.pairs(str::to_owned))
    }

    const BOXED: &str = "<form><input type=hidden name=csrf value=t><input type=checkbox name=scope value=read>
        <input type=checkbox name=scope value=write checked><input type=checkbox name=remember checked>
        <input type=radio name=r value=1><input type=radio name=r value=2 checked><button name=d value=ok>Approve</button></form>";

    #[test]
    fn boxes_are_ticked_as_the_decision_wants() {
        for (typed, boxes, expected) in [
            (vec![], Boxes::All, "csrf=t&scope=read&scope=write&r=2&d=ok"),
            (vec![], Boxes::Left, "csrf=t&scope=write&remember=on&r=2&d=ok"),
            (vec![], Boxes::None, "csrf=t&r=2&d=ok"),
            (
                vec![("scope", "read"), ("r", "1"), ("remember", "on")],
                Boxes::All,
                "csrf=t&scope=read&remember=on&r=1&d=ok",
            ),
            (
                vec![("scope", "read write"), ("csrf", "no")],
                Boxes::None,
                "csrf=t&scope=read&scope=write&r=2&d=ok",
            ),
            (
                vec![("remember", "no")],
                Boxes::Left,
                "csrf=t&scope=write&r=2&d=ok",
            ),
        ] {
            assert_eq!(sent(BOXED, &typed, boxes), expected);
        }
    }

    #[test]
    fn a_picture_sends_where_it_was_pressed() {
        let page = "<form><input type=image name=go src=x></form>";
        assert_eq!(sent(page, &[], Boxes::Left), "go.x=1&go.y=1");
    }

    #[test]
    fn a_form_is_sent_as_it_says() {
        let page = Url::parse("https://as.test/a/login?x=1#f").unwrap();
        let asked = |html: &str| {
            let html = Html::read(html);
            let form = html.forms().remove(0);
            let filling = Filling {
                form: &form,
                button: form.buttons.first(),
                typed: [("p", "wonderland")].into(),
                boxes: Boxes::Left,
            };
            let to = place(&page, &html, filling.action()).unwrap();
            filling.ask(to).map(|ask| {
                let media = ask.headers.iter().find(|(name, _)| name == "content-type");
                let media = media.map(|(_, media)| media.split(';').next().unwrap().to_owned());
                (ask.method, ask.url.to_string(), media, ask.shown)
            })
        };
        let field = "<input type=password name=p>";
        let post = |to: &str, media: &str| {
            Some((
                "POST".to_owned(),
                to.to_owned(),
                Some(media.to_owned()),
                Some("p=[password]".to_owned()),
            ))
        };
        let plain = "application/x-www-form-urlencoded";
        assert_eq!(
            asked(&format!("<form method=post>{field}</form>")),
            post("https://as.test/a/login?x=1", plain)
        );
        assert_eq!(
            asked(&format!(
                "<base href=/b/><form method=post action=go>{field}</form>"
            )),
            post("https://as.test/b/go", plain)
        );
        assert_eq!(
            asked(&format!(
                "<form>{field}<button formaction=../c formmethod=post formenctype=multipart/form-data></form>"
            )),
            post("https://as.test/c", "multipart/form-data")
        );
        let got = asked(&format!("<form action=/q?y=2>{field}</form>")).unwrap();
        assert_eq!(
            (got.0.as_str(), got.1.as_str()),
            ("GET", "https://as.test/q?p=wonderland")
        );
        assert_eq!(asked(&format!("<form method=dialog>{field}</form>")), None);
    }
}
