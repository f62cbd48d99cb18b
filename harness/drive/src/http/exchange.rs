//! What is said to the target and answered in one step, recorded without its secrets.

use std::hash::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use cimdspec_model::observation::ByProgram;
use cimdspec_model::observation::Did;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::Reply;
use cimdspec_world::CLIENT_ADDRESS;
use url::Url;

use crate::http::answer::Answer;
use crate::http::answer::Lost;
use crate::http::client::Ask;
use crate::http::client::EXCHANGE_DEADLINE;
use crate::http::client::Wire;
use crate::http::patience::RETRIES;
use crate::http::patience::pause;
use crate::redact::Redactor;

const MOST_KEPT: usize = 64 * 1024;
const MOST_HEADER_KEPT: usize = 8 * 1024;
/// Of all header fields of a response; after it only their number is kept.
const MOST_HEADERS_KEPT: usize = 64 * 1024;
/// In place of the value of a header field of the profile.
const OF_THE_OPERATOR: &str = "[header]";
/// The addresses of users begin with it.
const FIRST_OF_ADDRESS: u8 = 81;
const LEFT_OUT: &str = "cimdspec-left-out";
/// A secret that is known later only stands whole in what is kept until then.
const LONGEST_SECRET: usize = 8 * 1024;

/// The clock of the ledger.
pub(crate) type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The exchanges of one step, recorded without their secrets.
pub(crate) struct Talk {
    wire: Wire,
    /// The address from which its requests seem to come, where our front can say so.
    from: Option<Ipv4Addr>,
    clock: Clock,
    redactor: Arc<Redactor>,
    exchanges: Mutex<Vec<Exchange>>,
    scripted: AtomicBool,
    programs: Mutex<Vec<ByProgram>>,
}

impl Talk {
    /// A talk without exchanges.
    pub(crate) fn new(wire: Wire, from: Option<Ipv4Addr>, clock: Clock, redactor: Arc<Redactor>) -> Self {
        Self {
            wire,
            from,
            clock,
            redactor,
            exchanges: Mutex::default(),
            scripted: AtomicBool::new(false),
            programs: Mutex::default(),
        }
    }

    /// A script makes a page of this step.
    pub(crate) fn mark_scripted(&self) {
        self.scripted.store(true, Ordering::Relaxed);
    }

    /// Whether a script makes a page of this step.
    pub(crate) fn is_scripted(&self) -> bool {
        self.scripted.load(Ordering::Relaxed)
    }

    /// What hides the secrets.
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// The exchanges so far.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What programs of the operator did so far.
    pub(crate) fn programs(&self) -> Vec<ByProgram> {
        let programs = self.programs.lock();
        programs.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The time on the clock of the ledger.
    pub(crate) fn now(&self) -> Instant {
        (self.clock)()
    }

    /// A program of the operator did this from then until now, at this page.
    pub(crate) fn did(&self, at: Instant, page: &Url, did: Did) {
        let by_program = ByProgram {
            at,
            ended: self.now(),
            page: self.redactor.text(page.as_str()),
            did,
        };
        let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        programs.push(by_program);
    }

    /// Sends a request; a target that asks for patience gets some. It may limit each address alone: where our front can say so,
    /// the request comes from another one at once.
    pub(crate) async fn exchange(&self, ask: &Ask) -> Result<Answer, Lost> {
        let asks_for_patience = |answer: &Result<Answer, Lost>, retry| pause(answer.as_ref().ok()?, retry);
        let mut from = self.from;
        let mut answer = self.once(ask, from).await;
        if let Some(limited) = from
            && asks_for_patience(&answer, 0).is_some()
        {
            from = Some(address_by(&(limited, self.wire.throttled())));
            answer = self.once(ask, from).await;
        }
        for retry in 0..RETRIES {
            let Some(pause) = asks_for_patience(&answer, retry) else {
                break;
            };
            tokio::time::sleep(pause).await;
            answer = self.once(ask, from).await;
        }
        answer
    }

    async fn once(&self, ask: &Ask, from: Option<Ipv4Addr>) -> Result<Answer, Lost> {
        self.wire.turn().await;
        let at = (self.clock)();
        let answer = match from {
            None => self.wire.send_in_turn(ask, EXCHANGE_DEADLINE).await,
            Some(from) => {
                let ask = ask.clone().header(CLIENT_ADDRESS, &from.to_string());
                self.wire.send_in_turn(&ask, EXCHANGE_DEADLINE).await
            }
        };
        let exchange = self.recorded(ask, &answer, at);
        self.exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(exchange);
        answer
    }

    /// A request that was sent at this time and what came back, without their secrets.
    pub(crate) fn recorded(&self, ask: &Ask, answer: &Result<Answer, Lost>, at: Instant) -> Exchange {
        if let Ok(answer) = answer {
            // A cookie may stand in a field before the one that sets it, such as the address to go on to.
            let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
            cookies.for_each(|(name, value)| _ = self.redactor.header(name, value));
        }
        let reply = match answer {
            Ok(answer) => self.response(answer),
            Err(Lost::Timeout) => Reply::Timeout,
            Err(Lost::Broken(reason)) => Reply::Broken {
                reason: self.redactor.text(reason),
            },
        };
        Exchange {
            at,
            ended: (self.clock)(),
            method: ask.method.clone(),
            url: self.redactor.text(ask.url.as_str()),
            headers: self.sent_with(ask),
            sent: ask
                .shown
                .as_ref()
                .or(ask.body.as_ref())
                .map(|body| self.kept(body)),
            reply,
        }
    }

    /// The header fields of a request; of those that the operator wants on every one only the names.
    fn sent_with(&self, ask: &Ask) -> Vec<(String, String)> {
        let always = self.wire.always();
        let always = always.map(|name| (name.to_owned(), OF_THE_OPERATOR.to_owned()));
        let own = ask.headers.iter().map(|(name, value)| {
            let value = self.redactor.request_header(name, value);
            (name.clone(), cut(&value, MOST_HEADER_KEPT + LONGEST_SECRET))
        });
        bounded(always.chain(own))
    }

    /// The beginning of a body, without its secrets; one that the cut goes through lies beyond what is kept in the end.
    fn kept(&self, body: &str) -> String {
        let shown = self.redactor.text(&cut(body, 4 * MOST_KEPT));
        cut(&shown, MOST_KEPT + LONGEST_SECRET)
    }

    fn response(&self, answer: &Answer) -> Reply {
        let headers = answer.headers.iter().map(|(name, value)| {
            let value = self.redactor.header(name, value);
            (name.clone(), cut(&value, MOST_HEADER_KEPT + LONGEST_SECRET))
        });
        Reply::Response {
            status: answer.status,
            headers: bounded(headers),
            body: self.kept(&answer.body),
        }
    }
}

/// An ordinary address of a user, which no rule treats apart: the same for the same value.
pub(crate) fn address_by(value: &impl Hash) -> Ipv4Addr {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    let [b, c, d, ..] = hasher.finish().to_be_bytes();
    Ipv4Addr::new(FIRST_OF_ADDRESS, b, c, d.clamp(1, 254))
}

/// The fields up to a bound; a last one says how many were left out.
fn bounded(fields: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let (mut kept, mut length, mut left_out) = (Vec::new(), 0, 0);
    for (name, value) in fields {
        length += name.len() + value.len();
        match length <= MOST_HEADERS_KEPT {
            true => kept.push((name, value)),
            false => left_out += 1,
        }
    }
    if left_out > 0 {
        kept.push((LEFT_OUT.to_owned(), format!("{left_out} header fields")));
    }
    kept
}

/// What is kept of a body in the end.
pub(crate) fn cut_body(text: &str) -> String {
    cut_between(text, MOST_KEPT)
}

/// What is kept of a header field in the end.
pub(crate) fn cut_header(text: &str) -> String {
    cut_between(text, MOST_HEADER_KEPT)
}

/// The beginning of a text, cut before what stands in the place of a secret: half of that would seem to be one.
fn cut_between(text: &str, most: usize) -> String {
    let mut kept = cut(text, most);
    if kept.len() < text.len()
        && let Some(open) = kept.rfind('[')
        && kept[open + 1..]
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
    {
        kept.truncate(open);
    }
    kept
}

fn cut(text: &str, most: usize) -> String {
    let end = (0..=most.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_fields_without_end_are_counted() {
        let fields = (0..100).map(|number| (format!("x-{number}"), "x".repeat(4000)));
        let kept = bounded(fields);
        assert_eq!(kept.len(), 17);
        assert_eq!(kept[16], (LEFT_OUT.to_owned(), "84 header fields".to_owned()));
        let few = vec![("a".to_owned(), "b".to_owned())];
        assert_eq!(bounded(few.clone().into_iter()), few);
    }

    #[test]
    fn each_throttled_request_comes_from_another_address() {
        let first = address_by(&"case");
        let addresses = [first, address_by(&(first, 1)), address_by(&(first, 2))];
        assert_eq!(address_by(&"case"), first);
        assert!(
            addresses
                .iter()
                .all(|address| address.octets()[0] == FIRST_OF_ADDRESS)
        );
        assert!(addresses[0] != addresses[1] && addresses[1] != addresses[2]);
    }

    #[test]
    fn a_cut_goes_through_nothing_that_was_hidden() {
        assert_eq!(cut_between("code=[code-2]&x", 9), "code=");
        assert_eq!(cut_between("code=[code-2]&x", 13), "code=[code-2]");
        assert_eq!(cut_between("code=[code-2]", 13), "code=[code-2]");
        assert_eq!(cut_between("a [B] c", 4), "a [B");
    }

    #[test]
    fn a_cut_keeps_characters_whole() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("aé", 3), "aé");
    }
}
