//! What a person sees, and where the user agent was sent.

use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Reply;
use cimdspec_model::scenario::expect::Loads;
use cimdspec_model::scenario::expect::PageExpect;
use cimdspec_model::scenario::expect::SentExpect;
use cimdspec_model::scenario::step::Act;
use cimdspec_model::verdict::Outcome;

use super::Scene;
use super::list;
use super::pass_if;
use crate::likeness::header;
use crate::likeness::visible_text;

impl Scene<'_> {
    pub(super) fn page(&self, expect: &PageExpect) -> (Outcome, String, String) {
        let shows: Vec<String> = expect.shows.iter().map(|text| self.on_page(text)).collect();
        let hides: Vec<String> = expect.hides.iter().map(|text| self.on_page(text)).collect();
        let mut expected: Vec<String> = shows.iter().map(|text| format!("shows `{text}`")).collect();
        expected.extend(hides.iter().map(|text| format!("does not contain `{text}`")));
        if !expect.mentions.is_empty() {
            expected.push(format!("mentions one of {}", list(expect.mentions.iter())));
        }
        if expect.loads.is_some() {
            expected.push("loads its parts from its own origin".to_owned());
        }
        let expected = format!("a page that {}", expected.join(" and "));
        let pages: Vec<&str> = self
            .record(&expect.of)
            .map(|record| record.exchanges.as_slice())
            .unwrap_or_default()
            .iter()
            .filter_map(|exchange| match &exchange.reply {
                Reply::Response { headers, body, .. }
                    if header(headers, "content-type").is_some_and(|media| media.contains("html")) =>
                {
                    Some(body.as_str())
                }
                _ => None,
            })
            .collect();
        if pages.is_empty() {
            let why = "the step showed no page".to_owned();
            return (Outcome::Inconclusive(why.clone()), expected, why);
        }
        let shown = |text: &String| pages.iter().any(|page| page.contains(text.as_str()));
        let lower: Vec<String> = pages
            .iter()
            .map(|page| visible_text(page).to_lowercase())
            .collect();
        let mentioned = |word: &String| lower.iter().any(|page| page.contains(&word.to_lowercase()));
        let missing: Vec<&String> = shows.iter().filter(|text| !shown(text)).collect();
        let leaked: Vec<&String> = hides.iter().filter(|text| shown(text)).collect();
        let silent = !expect.mentions.is_empty() && !expect.mentions.iter().any(mentioned);
        let mut seen = Vec::new();
        if !missing.is_empty() {
            seen.push(format!("without {}", list(missing.iter())));
        }
        if !leaked.is_empty() {
            seen.push(format!("with {}", list(leaked.iter())));
        }
        let strange = match expect.loads {
            Some(Loads::Own) => self.loaded_from_elsewhere(&expect.of),
            None => Vec::new(),
        };
        if !strange.is_empty() {
            seen.push(format!("with parts from {}", list(strange.iter())));
        }
        if silent {
            seen.push("without any of the words".to_owned());
        }
        match seen.is_empty() {
            true => (Outcome::Pass, expected, "such a page".to_owned()),
            false => (Outcome::Fail, expected, format!("a page {}", seen.join(" and "))),
        }
    }

    /// The origins other than its own that a page of the step loads a script, a style, a frame or an image from.
    fn loaded_from_elsewhere(&self, name: &StepName) -> Vec<String> {
        let exchanges = self.record(name).map(|record| record.exchanges.as_slice());
        let mut strange: Vec<String> = exchanges
            .unwrap_or_default()
            .iter()
            .filter_map(|exchange| match &exchange.reply {
                Reply::Response { body, .. } => Some((origin(&exchange.url)?, body)),
                Reply::Timeout | Reply::Broken { .. } => None,
            })
            .flat_map(|(own, body)| {
                let origins = loaded(body).into_iter().filter_map(origin);
                origins.filter(move |origin| *origin != own)
            })
            .collect();
        strange.sort();
        strange.dedup();
        strange
    }

    pub(super) fn sent(&self, expect: &SentExpect) -> (Outcome, String, String) {
        let arrival = self.record(&expect.of).map(|record| &record.arrival);
        let (to, parameters) = match arrival {
            Some(Arrival::Sent { to, parameters }) => (to.as_str(), parameters.as_slice()),
            // A client that was refused at an earlier step is sent nowhere.
            Some(Arrival::Impossible { .. })
                if expect.to.0 == "nowhere" && self.was_refused_before(&expect.of) =>
            {
                ("", [].as_slice())
            }
            Some(Arrival::Impossible { reason }) => {
                return (
                    Outcome::Inconclusive(reason.clone()),
                    expect.to.0.clone(),
                    reason.clone(),
                );
            }
            None => {
                let why = "the step was not made".to_owned();
                return (Outcome::Inconclusive(why.clone()), expect.to.0.clone(), why);
            }
            Some(Arrival::Answer | Arrival::Nothing | Arrival::Page) => ("", [].as_slice()),
        };
        let told = match to {
            "" => "the user agent was sent nowhere".to_owned(),
            to => format!("the user agent was sent to `{to}`"),
        };
        if expect.to.0 == "nowhere" {
            return (
                pass_if(!self.is_the_clients(expect, to)),
                "the user agent is sent nowhere".to_owned(),
                told,
            );
        }
        let wanted = expect
            .to
            .resolve(&self.names())
            .unwrap_or_else(|_| expect.to.0.clone());
        let mut expected = format!("the user agent is sent to `{wanted}`");
        let Some(parameter) = &expect.parameter else {
            return (pass_if(to == wanted), expected, told);
        };
        let value = parameters
            .iter()
            .find(|(name, _)| name == parameter)
            .map(|(_, value)| value.as_str());
        let equals = expect.equals.as_ref().map(|text| match text.0.as_str() {
            "@issuer" => self.issuer.to_owned(),
            _ => text.resolve(&self.names()).unwrap_or_else(|_| text.0.clone()),
        });
        expected.push_str(&match &equals {
            Some(equals) => format!(" with `{parameter}` = `{equals}`"),
            None => format!(" with `{parameter}`"),
        });
        let kept =
            to == wanted && value.is_some() && equals.as_deref().is_none_or(|equals| value == Some(equals));
        let seen = match value {
            Some(value) => format!("{told} with `{parameter}` = `{value}`"),
            None => format!("{told} without `{parameter}`"),
        };
        (pass_if(kept), expected, seen)
    }

    /// Whether the user agent was sent to a URI of the case's client: one of its hosts, or the very one asked for.
    fn is_the_clients(&self, expect: &SentExpect, to: &str) -> bool {
        let asked = self
            .plan
            .steps
            .iter()
            .find(|step| step.name == expect.of)
            .and_then(|step| match &step.act {
                Act::Authorize(authorize) => authorize.redirect_uri.as_ref(),
                _ => None,
            });
        let asked = asked
            .unwrap_or(&self.plan.request.redirect_uri)
            .resolve(&self.names())
            .unwrap_or_default();
        let asked = asked.split(['?', '#']).next().unwrap_or_default().trim();
        let is_host = |name: &str| to.to_ascii_lowercase().contains(&name.to_ascii_lowercase());
        !to.is_empty()
            && (self.case.hosts.iter().any(|fact| is_host(&fact.name))
                || (!asked.is_empty() && to.starts_with(asked)))
    }
}

/// The absolute URLs that the elements of a page load by themselves; links that a person follows are not among them.
fn loaded(page: &str) -> Vec<&str> {
    const LOADING: [&str; 6] = ["script", "img", "iframe", "link", "embed", "source"];
    let elements = page.split('<').skip(1).filter_map(|element| {
        let end = element.find('>')?;
        let element = &element[..end];
        let name = element.split(|c: char| c.is_whitespace() || c == '/').next()?;
        LOADING
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
            .then_some(element)
    });
    elements
        .flat_map(|element| element.split(['"', '\'']))
        .filter(|value| value.starts_with("https://") || value.starts_with("http://"))
        .collect()
}

/// Scheme and authority of a URL.
fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    Some(format!("{scheme}://{authority}").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_loads_is_told_from_what_it_links() {
        let page = r#"<a href="https://docs.test/"></a><script src="https://cdn.test/x.js"></script><img src='/logo.png'>"#;
        assert_eq!(loaded(page), ["https://cdn.test/x.js"]);
        assert_eq!(
            origin("https://CDN.test/x.js").as_deref(),
            Some("https://cdn.test")
        );
    }
}
