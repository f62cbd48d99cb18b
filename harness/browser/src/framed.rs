//! Whether another site can show a page in a frame: the browser decides it.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::error::BrowserError;
use crate::state::Place;
use crate::tab::Tab;
use crate::tab::Until;
use crate::wire::lock;

/// A page counts as finished when nothing happened for so long.
const QUIET: Duration = Duration::from_millis(200);

/// What became of a page in a frame of another site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Framed {
    /// The frame shows it.
    Shown {
        /// The text that a person reads in the frame.
        text: String,
    },
    /// The browser shows an error in its place.
    Blocked {
        /// The browser's reason, if it has one.
        why: Option<String>,
    },
    /// The page took the place of the other site's page.
    BrokeOut,
    /// It did not come in this time.
    Late,
}

impl Tab {
    /// Has a page of another site, at the URL `from`, show the page in a frame.
    ///
    /// # Errors
    /// What ended the browser, or keeps the page from answering.
    pub async fn framed(&self, url: &str, from: &str, within: Duration) -> Result<Framed, BrowserError> {
        let end = Instant::now() + within;
        lock(&self.state).own = Some((from.to_owned(), embedding(url)));
        let come = self.navigate(from, within).await?;
        lock(&self.state).own = None;
        if !come {
            return Ok(Framed::Late);
        }
        let left = end.saturating_duration_since(Instant::now());
        let reached = self.wait(&[Until::Left, Until::Idle(QUIET)], left).await?;
        let (top, frames, why) = {
            let state = lock(&self.state);
            let why = state.messages.iter().find(|message| message.contains("frame"));
            (state.top.clone(), state.frames.clone(), why.cloned())
        };
        let stays = frames.get(&top) == Some(&Place::Shown(from.to_owned()));
        if reached == Some(&Until::Left) || !stays {
            return Ok(Framed::BrokeOut);
        }
        let mut inner = frames.iter().filter(|(id, _)| **id != top);
        match (reached, inner.next()) {
            (_, Some((_, Place::Error(_)))) => Ok(Framed::Blocked { why }),
            (Some(_), Some((frame, Place::Shown(_)))) => {
                let text = self.probe_in(frame, "text", &Value::Null).await?;
                let text = text.as_str().unwrap_or_default().to_owned();
                Ok(Framed::Shown { text })
            }
            _ => Ok(Framed::Late),
        }
    }
}

fn embedding(url: &str) -> String {
    let url = url.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "<!DOCTYPE html><title>another site</title><iframe src=\"{url}\" width=\"800\" height=\"800\"></iframe>"
    )
}
