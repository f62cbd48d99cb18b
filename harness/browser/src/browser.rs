//! The kept browser.

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use serde_json::json;
use tokio::sync::Semaphore;

use crate::error::BrowserError;
use crate::process::Process;
use crate::program::Options;
use crate::tab::Tab;
use crate::traffic::Network;
use crate::wire::Wire;

/// One process of Chromium without a network. It ends when this and its tabs are dropped, and when the harness ends.
pub struct Browser {
    wire: Arc<Wire>,
    tabs: Arc<Semaphore>,
    version: String,
    started_in: Duration,
}

impl Browser {
    /// Starts it, and returns once it answers.
    ///
    /// # Errors
    /// [`BrowserError::Absent`] without a program, [`BrowserError::NoNamespace`] where it would have a network, and the other
    /// reasons why a program does not start.
    pub async fn start(options: &Options) -> Result<Self, BrowserError> {
        let begun = Instant::now();
        let (process, ends) = Process::start(options)?;
        let wire = Wire::new(process, ends, options.answer_within);
        let asked = "Browser.getVersion";
        let answer = wire
            .call_within(None, asked, json!({}), options.start_within)
            .await?;
        let Some(answer) = answer else {
            return Err(wire.hung(asked, options.start_within));
        };
        Ok(Self {
            wire,
            tabs: Arc::new(Semaphore::new(options.tabs.max(1))),
            version: answer["product"].as_str().unwrap_or_default().to_owned(),
            started_in: begun.elapsed(),
        })
    }

    /// Opens an empty tab with cookies and storage of its own; waits while too many are open.
    ///
    /// # Errors
    /// What ended the browser, or [`BrowserError::Refused`].
    pub async fn tab(&self, network: Arc<dyn Network>) -> Result<Tab, BrowserError> {
        // The semaphore is never closed; should it be, the tab is one more.
        let permit = Arc::clone(&self.tabs).acquire_owned().await.ok();
        Tab::open(Arc::clone(&self.wire), network, permit).await
    }

    /// Its name and version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How long it took until it answered.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// Its folder, which stands in the command lines of its processes.
    #[cfg(test)]
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.wire.folder()
    }

    /// Why it is of no use any more, if it is not.
    pub fn failure(&self) -> Option<BrowserError> {
        self.wire.failure()
    }

    /// Ends it in peace, and returns when its processes are gone.
    pub async fn close(self) {
        // Its answer may come no more; the end of the process is what counts.
        let _ = self
            .wire
            .call_within(None, "Browser.close", json!({}), Duration::from_secs(2))
            .await;
        self.wire.exit().await;
    }
}
