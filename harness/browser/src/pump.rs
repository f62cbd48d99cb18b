//! The loop of a tab: it takes the browser's events, and has the caller answer each request.
//!
//! It never waits for the browser, so the browser can always be read.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::task::JoinSet;
use url::Url;

use crate::state::State;
use crate::state::is_foreign_scheme;
use crate::traffic::Answer;
use crate::traffic::Network;
use crate::traffic::Request;
use crate::traffic::Response;
use crate::wire::Event;
use crate::wire::Wire;
use crate::wire::lock;

/// So many requests of a page are answered at once; more are refused.
const REQUESTS_AT_ONCE: usize = 256;
/// A request that nobody answers by then is refused.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// What the loop and the requests in it share.
pub(crate) struct Pump {
    pub(crate) wire: Arc<Wire>,
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) network: Arc<dyn Network>,
    /// For the sessions of frames and workers that come later.
    pub(crate) events: mpsc::Sender<Event>,
}

/// Runs until the tab is closed, which aborts it with its requests.
pub(crate) async fn run(pump: Arc<Pump>, mut events: mpsc::Receiver<Event>) {
    let mut requests = JoinSet::new();
    while let Some(event) = events.recv().await {
        while requests.try_join_next().is_some() {}
        match event.method.as_str() {
            "Fetch.requestPaused" if requests.len() < REQUESTS_AT_ONCE => {
                let pump = Arc::clone(&pump);
                // Counted here: otherwise the page were idle until the task starts.
                let (request, at) = pump.begin(&event.params);
                requests.spawn(async move { pump.answer(event, request, at).await });
            }
            "Fetch.requestPaused" => pump.refuse(&event),
            "Target.attachedToTarget" => pump.attach(&event.params),
            "Page.javascriptDialogOpening" => pump.dismiss(&event),
            method => lock(&pump.state).take(method, &event.params),
        }
        pump.tell();
    }
}

impl Pump {
    /// Has the requests of a session paused, and its events told.
    pub(crate) fn settings() -> [(&'static str, Value); 2] {
        let all = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        [
            ("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] })),
            ("Target.setAutoAttach", all),
        ]
    }

    fn tell(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn begin(&self, params: &Value) -> (Request, Option<usize>) {
        let mut state = lock(&self.state);
        let request = Request::paused(params, &state.top);
        state.open += 1;
        let at = state.note(&request);
        (request, at)
    }

    async fn answer(&self, event: Event, request: Request, at: Option<usize>) {
        let own = {
            let state = lock(&self.state);
            let own = state
                .own
                .as_ref()
                .filter(|(url, _)| request.leads() && *url == request.url);
            own.map(|(_, html)| Answer::Done(Response::page(html)))
        };
        let answer = match own {
            Some(own) => own,
            None => tokio::time::timeout(ANSWER_WITHIN, self.network.answer(request.clone()))
                .await
                .unwrap_or(Answer::Refused),
        };
        {
            let mut state = lock(&self.state);
            state.open = state.open.saturating_sub(1);
            state.last = std::time::Instant::now();
            if let (Answer::Done(response), Some(load)) = (&answer, at.and_then(|at| state.loads.get_mut(at)))
                && load.request == request
            {
                load.status = Some(response.status);
            }
            if request.leads() {
                state.left = leaves(&request, &answer).or_else(|| state.left.take());
            }
        }
        match answer {
            Answer::Done(response) => {
                let given = response.fulfilling(&event.params["requestId"]);
                self.wire.tell(&event.session, "Fetch.fulfillRequest", given);
            }
            Answer::Refused => self.refuse(&event),
        }
        self.tell();
    }

    fn refuse(&self, event: &Event) {
        let refused = json!({ "requestId": event.params["requestId"], "errorReason": "Aborted" });
        self.wire.tell(&event.session, "Fetch.failRequest", refused);
    }

    /// A frame of another process, or a worker: its requests are ours, too.
    fn attach(&self, params: &Value) {
        let Some(session) = params["sessionId"].as_str() else {
            return;
        };
        self.wire.listen(session, &self.events);
        for (method, settings) in Self::settings() {
            self.wire.tell(session, method, settings);
        }
        self.wire
            .tell(session, "Runtime.runIfWaitingForDebugger", json!({}));
    }

    /// A dialog would hold the page for ever. It is let go where it asks, and answered "no" anywhere else.
    fn dismiss(&self, event: &Event) {
        let leaving = event.params["type"] == "beforeunload";
        self.wire.tell(
            &event.session,
            "Page.handleJavaScriptDialog",
            json!({ "accept": leaving }),
        );
    }
}

/// Where the page leaves to by this answer: nowhere, unless it is refused or redirected to an app.
fn leaves(request: &Request, answer: &Answer) -> Option<Request> {
    match answer {
        Answer::Refused => Some(request.clone()),
        Answer::Done(response) if (300..400).contains(&response.status) => {
            let to = Url::parse(&request.url)
                .ok()?
                .join(response.header("location")?)
                .ok()?;
            is_foreign_scheme(to.as_str()).then(|| Request::going(to.as_str()))
        }
        Answer::Done(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirect(location: &str) -> Answer {
        Answer::Done(Response {
            status: 302,
            headers: vec![("Location".to_owned(), location.to_owned())],
            body: Vec::new(),
        })
    }

    #[test]
    fn a_redirect_leaves_only_for_an_app() {
        let request = Request::going("https://as.test/authorize");
        for stays in ["/login", "https://app.test/cb?code=1"] {
            assert_eq!(leaves(&request, &redirect(stays)), None, "{stays}");
        }
        let app = Request::going("com.example.app:/cb?code=1");
        assert_eq!(leaves(&request, &redirect(&app.url)), Some(app));
        assert_eq!(leaves(&request, &Answer::Refused), Some(request));
    }
}
