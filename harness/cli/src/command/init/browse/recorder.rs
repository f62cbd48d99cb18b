//! Does the requests of a browser by the target's own client, and writes them down.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use cimdspec_browser::Answer;
use cimdspec_browser::Answering;
use cimdspec_browser::Kind as Purpose;
use cimdspec_browser::Network;
use cimdspec_browser::Request;
use cimdspec_browser::Response;
use cimdspec_drive::Opened;
use cimdspec_drive::Passed;
use url::Url;

use crate::recipe::recorded::Exchange;
use crate::recipe::recorded::Kind;
use crate::recipe::recorded::Press;
use crate::recipe::recorded::Walk;

/// The network of one tab. What is not for the target is refused.
#[derive(Default)]
pub(crate) struct Recorder {
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    opened: Option<Arc<Opened>>,
    walk: Walk,
    /// The number of the walk, so that a late answer does not get into the next one.
    number: usize,
}

impl Recorder {
    /// Begins a walk of this client.
    pub(crate) fn begin(&self, opened: Arc<Opened>) {
        let mut now = self.now();
        *now = Now {
            opened: Some(opened),
            number: now.number + 1,
            ..Now::default()
        };
    }

    /// Notes what the user presses now.
    pub(crate) fn press(&self, press: Press) {
        let mut now = self.now();
        let before = now.walk.exchanges.len();
        now.walk.presses.push((press, before));
    }

    /// Notes where the page left to.
    pub(crate) fn leave(&self, url: String) {
        self.now().walk.left = Some(url);
    }

    /// Ends the walk.
    pub(crate) fn end(&self) -> Walk {
        let mut now = self.now();
        now.opened = None;
        std::mem::take(&mut now.walk)
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the request down; what does it, and where its answer belongs.
    fn note(&self, request: &Request) -> Option<(Arc<Opened>, usize, usize)> {
        let mut now = self.now();
        let opened = now.opened.clone()?;
        let mut url = Url::parse(&request.url).ok()?;
        url.set_fragment(
            request
                .fragment
                .strip_prefix('#')
                .filter(|fragment| !fragment.is_empty()),
        );
        now.walk.exchanges.push(Exchange {
            method: request.method.clone(),
            url,
            headers: lower(&request.headers),
            body: String::from_utf8_lossy(&request.body).into_owned(),
            kind: match request.kind {
                Purpose::Page if request.leads() => Kind::Page,
                Purpose::Call => Kind::Call,
                _ => Kind::Part,
            },
            status: 0,
            answer_headers: Vec::new(),
            answer: String::new(),
        });
        Some((opened, now.number, now.walk.exchanges.len() - 1))
    }

    async fn done(&self, request: Request) -> Answer {
        let Some((opened, number, at)) = self.note(&request) else {
            return Answer::Refused;
        };
        let passed = Passed {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: String::from_utf8_lossy(&request.body).into_owned(),
        };
        let Some(answer) = opened.pass(passed).await else {
            return Answer::Refused;
        };
        let mut now = self.now();
        let is_current = now.number == number;
        if let Some(exchange) = now.walk.exchanges.get_mut(at).filter(|_| is_current) {
            exchange.status = answer.status;
            exchange.answer_headers = lower(&answer.headers);
            exchange.answer.clone_from(&answer.body);
        }
        drop(now);
        Answer::Done(Response {
            status: answer.status,
            headers: answer.headers,
            body: answer.body.into_bytes(),
        })
    }
}

impl Network for Recorder {
    fn answer(&self, request: Request) -> Answering<'_> {
        Box::pin(self.done(request))
    }
}

fn lower(headers: &[(String, String)]) -> Vec<(String, String)> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .collect()
}
