//! Servers in the memory, and the browser that the tests use.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use crate::Answer;
use crate::Answering;
use crate::Browser;
use crate::Network;
use crate::Options;
use crate::Request;
use crate::Response;
use crate::found;

/// Long enough for a busy machine.
pub(super) const WITHIN: Duration = Duration::from_secs(30);
pub(super) const QUIET: Duration = Duration::from_millis(200);

/// Pages by their URL without a query; whatever is not here is foreign.
#[derive(Default)]
pub(super) struct Stage {
    pages: BTreeMap<String, Response>,
    asked: Mutex<Vec<Request>>,
}

impl Stage {
    pub(super) fn with(mut self, url: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let status = match headers.iter().any(|(name, _)| *name == "location") {
            true => 302,
            false => 200,
        };
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let response = Response {
            status,
            headers: headers.collect(),
            body: body.into(),
        };
        self.pages.insert(url.to_owned(), response);
        self
    }

    pub(super) fn page(self, url: &str, html: &str) -> Self {
        self.with(url, &[("content-type", "text/html")], html)
    }

    /// The requests to this URL.
    pub(super) fn asked(&self, url: &str) -> Vec<Request> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|request| request.url == url)
            .cloned()
            .collect()
    }
}

impl Network for Stage {
    fn answer(&self, request: Request) -> Answering<'_> {
        let path = request.url.split('?').next().unwrap_or_default();
        let answer = match self.pages.get(path) {
            Some(response) => Answer::Done(response.clone()),
            None => Answer::Refused,
        };
        self.asked.lock().unwrap().push(request);
        Box::pin(async { answer })
    }
}

/// Whether there is a browser; loud if there is none.
pub(super) fn is_there() -> bool {
    let there = found().is_some();
    if !there {
        let told = "!!!! NOT RUN: a test of the browser: no Chromium is on PATH\n";
        // Not by a macro: the test harness would keep it to itself.
        let _ = std::io::stderr().write_all(told.as_bytes());
    }
    there
}

/// A browser; nothing where there is none.
pub(super) async fn browser() -> Option<Browser> {
    if !is_there() {
        return None;
    }
    let options = Options {
        start_within: WITHIN,
        ..Options::default()
    };
    Some(Browser::start(&options).await.unwrap())
}

pub(super) fn shared(stage: Stage) -> Arc<Stage> {
    Arc::new(stage)
}
