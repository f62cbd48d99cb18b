//! What is known of a tab: made from the events of the browser, waited for by the caller.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::Value;

use crate::traffic::Load;
use crate::traffic::Request;

/// More loads are only counted.
const LOADS_KEPT: usize = 2000;
/// More messages are dropped.
const MESSAGES_KEPT: usize = 200;
/// The world of the probe.
pub(crate) const WORLD: &str = "cimdspec";

/// What a tab is at.
#[derive(Debug)]
pub(crate) struct State {
    /// The frame of the page.
    pub(crate) top: String,
    /// What the page wanted to load, since the last navigation of the caller.
    pub(crate) loads: Vec<Load>,
    /// Loads that were not kept.
    pub(crate) more: usize,
    /// Requests that are not answered yet.
    pub(crate) open: usize,
    /// Where the page has left to.
    pub(crate) left: Option<Request>,
    /// What the browser notes of the page, such as what a policy refused.
    pub(crate) messages: Vec<String>,
    /// Frames of the page with where they are.
    pub(crate) frames: BTreeMap<String, Place>,
    /// A page of ours, with its URL.
    pub(crate) own: Option<(String, String)>,
    /// The contexts of the probe by frame.
    contexts: BTreeMap<String, i64>,
    loading: bool,
    /// When something happened last.
    pub(crate) last: Instant,
    /// The process of the page is gone.
    pub(crate) crashed: bool,
}

/// Where a frame is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// It shows what its server sent.
    Shown(String),
    /// It shows an error of the browser for this URL.
    Error(String),
}

impl State {
    pub(crate) fn new(top: &str) -> Self {
        Self {
            top: top.to_owned(),
            loads: Vec::new(),
            more: 0,
            open: 0,
            left: None,
            messages: Vec::new(),
            frames: BTreeMap::new(),
            own: None,
            contexts: BTreeMap::new(),
            loading: false,
            last: Instant::now(),
            crashed: false,
        }
    }

    /// Forgets what was on the page before, for a navigation of the caller.
    pub(crate) fn begin(&mut self) {
        *self = Self {
            open: self.open,
            own: self.own.take(),
            loading: true,
            crashed: self.crashed,
            ..Self::new(&self.top)
        };
    }

    /// Whether the page does nothing.
    pub(crate) fn is_idle(&self) -> bool {
        self.open == 0 && !self.loading
    }

    /// The context of the probe in the frame.
    pub(crate) fn context(&self, frame: &str) -> Option<i64> {
        self.contexts.get(frame).copied()
    }

    /// Notes a load, and returns where its answer is noted.
    pub(crate) fn note(&mut self, request: &Request) -> Option<usize> {
        self.last = Instant::now();
        if self.loads.len() == LOADS_KEPT {
            self.more += 1;
            return None;
        }
        self.loads.push(Load {
            request: request.clone(),
            status: None,
        });
        Some(self.loads.len() - 1)
    }

    /// Takes an event that needs no answer.
    pub(crate) fn take(&mut self, method: &str, params: &Value) {
        self.last = Instant::now();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match method {
            "Page.frameStartedLoading" if params["frameId"] == self.top => self.loading = true,
            "Page.frameStoppedLoading" if params["frameId"] == self.top => self.loading = false,
            "Page.frameNavigated" => {
                let frame = &params["frame"];
                let place = match frame["unreachableUrl"].as_str() {
                    Some(url) => Place::Error(url.to_owned()),
                    None => Place::Shown(text(&frame["url"])),
                };
                self.frames.insert(text(&frame["id"]), place);
            }
            "Page.frameDetached" => {
                self.frames.remove(params["frameId"].as_str().unwrap_or_default());
            }
            "Page.frameRequestedNavigation" if params["frameId"] == self.top => {
                let url = text(&params["url"]);
                if is_foreign_scheme(&url) {
                    self.left = Some(Request::going(&url));
                }
            }
            "Runtime.executionContextCreated" => {
                let context = &params["context"];
                if context["name"] == WORLD
                    && let Some(id) = context["id"].as_i64()
                {
                    self.contexts.insert(text(&context["auxData"]["frameId"]), id);
                }
            }
            "Runtime.executionContextDestroyed" => {
                let gone = params["executionContextId"].as_i64();
                self.contexts.retain(|_, id| Some(*id) != gone);
            }
            "Runtime.executionContextsCleared" => self.contexts.clear(),
            "Network.webSocketCreated" => {
                self.note(&Request::socket(&text(&params["url"])));
            }
            "Log.entryAdded" if self.messages.len() < MESSAGES_KEPT => {
                self.messages.push(text(&params["entry"]["text"]));
            }
            "Inspector.targetCrashed" => self.crashed = true,
            _ => {}
        }
    }
}

/// Whether no request is made for the URL, because an app is meant to take it.
pub(crate) fn is_foreign_scheme(url: &str) -> bool {
    let known = ["http", "https", "about", "blob", "data", "javascript"];
    url.split_once(':')
        .is_some_and(|(scheme, _)| !known.contains(&scheme.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_that_goes_to_an_app_has_left() {
        let mut state = State::new("T");
        let to = |frame: &str, url: &str| json!({ "frameId": frame, "url": url });
        state.take("Page.frameRequestedNavigation", &to("T", "https://app.test/cb"));
        state.take("Page.frameRequestedNavigation", &to("F", "com.example.app:/cb"));
        assert_eq!(state.left, None);
        state.take("Page.frameRequestedNavigation", &to("T", "com.example.app:/cb"));
        assert_eq!(state.left, Some(Request::going("com.example.app:/cb")));
    }

    #[test]
    fn a_page_is_idle_when_nothing_loads() {
        let mut state = State::new("T");
        state.begin();
        assert!(!state.is_idle());
        state.take("Page.frameStoppedLoading", &json!({ "frameId": "F" }));
        assert!(!state.is_idle());
        state.take("Page.frameStoppedLoading", &json!({ "frameId": "T" }));
        assert!(state.is_idle());
        state.open = 1;
        assert!(!state.is_idle());
    }
}
