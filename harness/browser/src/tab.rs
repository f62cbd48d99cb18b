//! A tab: what a person does with a page, and what the page did.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::control::Control;
use crate::control::Controls;
use crate::error::BrowserError;
use crate::pump;
use crate::pump::Pump;
use crate::state::State;
use crate::state::WORLD;
use crate::traffic::Load;
use crate::traffic::Network;
use crate::traffic::Request;
use crate::wire::Wire;
use crate::wire::lock;

/// What is run in each document before its own scripts.
const PROBE: &str = include_str!("probe.js");
/// How the probe says that the page changed.
const BINDING: &str = "cimdspecChanged";
/// How long a page may take to answer the probe.
const PROBE_WITHIN: Duration = Duration::from_secs(5);
/// Conditions on the page are looked at anew after this, even if no event came.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A page with cookies and storage of its own. Dropping it closes it.
pub struct Tab {
    pub(crate) wire: Arc<Wire>,
    pub(crate) session: String,
    pub(crate) state: Arc<Mutex<State>>,
    changed: watch::Receiver<u64>,
    context: String,
    pump: JoinHandle<()>,
    _permit: Option<OwnedSemaphorePermit>,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Until {
    /// The page shows an element that this CSS selector finds.
    Shows(String),
    /// The page shows this text.
    Says(String),
    /// The page has left to a place that the caller refused, or that only an app can take.
    Left,
    /// Nothing was loaded, and nothing on the page changed, for so long.
    Idle(Duration),
}

impl Tab {
    pub(crate) async fn open(
        wire: Arc<Wire>,
        network: Arc<dyn Network>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<Self, BrowserError> {
        let id = |answer: &Value, name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        let made = wire
            .call(
                None,
                "Target.createBrowserContext",
                json!({ "disposeOnDetach": true }),
            )
            .await?;
        let context = id(&made, "browserContextId");
        let target = json!({ "url": "about:blank", "browserContextId": context });
        let made = wire.call(None, "Target.createTarget", target).await?;
        let top = id(&made, "targetId");
        let attach = json!({ "targetId": top, "flatten": true });
        let made = wire.call(None, "Target.attachToTarget", attach).await?;
        let session = id(&made, "sessionId");
        let (events, queue) = Wire::channel();
        wire.listen(&session, &events);
        let (sender, changed) = watch::channel(0);
        let state = Arc::new(Mutex::new(State::new(&top)));
        let pump = Arc::new(Pump {
            wire: Arc::clone(&wire),
            state: Arc::clone(&state),
            changed: sender,
            network,
            events,
        });
        let tab = Self {
            wire,
            session,
            state,
            changed,
            context,
            pump: tokio::spawn(pump::run(pump, queue)),
            _permit: permit,
        };
        tab.prepare().await?;
        Ok(tab)
    }

    async fn prepare(&self) -> Result<(), BrowserError> {
        let binding = json!({ "name": BINDING, "executionContextName": WORLD });
        let probe = json!({ "source": PROBE, "worldName": WORLD });
        let settings = [
            ("Page.enable", json!({})),
            ("Runtime.enable", json!({})),
            ("Network.enable", json!({})),
            ("Log.enable", json!({})),
            ("Inspector.enable", json!({})),
            ("Network.setCacheDisabled", json!({ "cacheDisabled": true })),
            ("Network.setBypassServiceWorker", json!({ "bypass": true })),
            ("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })),
            ("Runtime.addBinding", binding),
            ("Page.addScriptToEvaluateOnNewDocument", probe),
        ];
        for (method, params) in settings.into_iter().chain(Pump::settings()) {
            self.wire.call(Some(&self.session), method, params).await?;
        }
        Ok(())
    }

    /// Goes to the URL; whether the page was there, or had left, by then.
    ///
    /// # Errors
    /// What ended the browser, or [`BrowserError::Refused`] for a URL that is none.
    pub async fn navigate(&self, url: &str, within: Duration) -> Result<bool, BrowserError> {
        lock(&self.state).begin();
        let to = json!({ "url": url });
        let gone = self
            .wire
            .call_within(Some(&self.session), "Page.navigate", to, within)
            .await?;
        if gone.is_none() {
            self.wire.tell(&self.session, "Page.stopLoading", json!({}));
        }
        Ok(gone.is_some())
    }

    /// Waits for the first of these; nothing when none was reached within this time.
    ///
    /// # Errors
    /// What ended the browser, or [`BrowserError::Stuck`].
    pub async fn wait<'a>(
        &self,
        until: &'a [Until],
        within: Duration,
    ) -> Result<Option<&'a Until>, BrowserError> {
        let end = Instant::now() + within;
        let mut changed = self.changed.clone();
        loop {
            changed.mark_unchanged();
            if let Some(failure) = self.wire.failure() {
                return Err(failure);
            }
            if lock(&self.state).crashed {
                return Err(BrowserError::NoPage);
            }
            for one in until {
                if self.reached(one).await? {
                    return Ok(Some(one));
                }
            }
            if Instant::now() >= end {
                return Ok(None);
            }
            let next = (Instant::now() + LOOK_AGAIN).min(end);
            // A pump that is gone has failed, which the next round sees.
            if let Ok(Err(_)) = tokio::time::timeout_at(next, changed.changed()).await {
                tokio::time::sleep_until(next).await;
            }
        }
    }

    async fn reached(&self, until: &Until) -> Result<bool, BrowserError> {
        let answer = match until {
            Until::Left => return Ok(lock(&self.state).left.is_some()),
            Until::Idle(quiet) => {
                let state = lock(&self.state);
                return Ok(state.is_idle() && state.last.elapsed() >= *quiet);
            }
            Until::Shows(selector) => self.probe("has", &json!(selector)).await,
            Until::Says(words) => {
                let text = self.text().await;
                return match text {
                    Ok(text) => Ok(text.contains(words.as_str())),
                    Err(BrowserError::NoPage) => Ok(false),
                    Err(error) => Err(error),
                };
            }
        };
        match answer {
            Ok(answer) => Ok(answer == true),
            Err(BrowserError::NoPage) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Where the page has left to.
    pub fn left(&self) -> Option<Request> {
        lock(&self.state).left.clone()
    }

    /// What the page wanted to load since the last navigation of the caller, foreign loads included.
    pub fn loads(&self) -> Vec<Load> {
        lock(&self.state).loads.clone()
    }

    /// How many loads there were beyond those that are kept.
    pub fn more_loads(&self) -> usize {
        lock(&self.state).more
    }

    /// What the browser noted of the page, such as what a policy refused.
    pub fn messages(&self) -> Vec<String> {
        lock(&self.state).messages.clone()
    }

    /// The text that a person reads.
    ///
    /// # Errors
    /// [`BrowserError::NoPage`] before a page is shown, and what else keeps it from answering.
    pub async fn text(&self) -> Result<String, BrowserError> {
        let text = self.probe("text", &Value::Null).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The fields and buttons that a person sees.
    ///
    /// # Errors
    /// As for [`Tab::text`].
    pub async fn controls(&self) -> Result<Controls, BrowserError> {
        Ok(Controls::read(&self.probe("controls", &Value::Null).await?))
    }

    /// Types into the field, in place of what stands there. For the page it is a person who types.
    ///
    /// # Errors
    /// [`BrowserError::Gone`] when the page has no such field any more.
    pub async fn type_into(&self, field: &Control, text: &str) -> Result<(), BrowserError> {
        if self.probe("focus", &json!(field.at)).await? != true {
            return Err(gone("field", field));
        }
        self.wire
            .call(Some(&self.session), "Input.insertText", json!({ "text": text }))
            .await?;
        Ok(())
    }

    /// Presses the button with the mouse, or with a key where something lies above it. For the page it is a person who does.
    ///
    /// # Errors
    /// [`BrowserError::Gone`] when the page has no such button any more.
    pub async fn press(&self, button: &Control) -> Result<(), BrowserError> {
        let place = self.probe("place", &json!(button.at)).await?;
        if place.is_null() {
            return Err(gone("button", button));
        }
        if place["free"] == true {
            for kind in ["mousePressed", "mouseReleased"] {
                let mouse = json!({ "type": kind, "x": place["x"], "y": place["y"], "button": "left", "clickCount": 1 });
                self.input("Input.dispatchMouseEvent", mouse).await?;
            }
            return Ok(());
        }
        if self.probe("focus", &json!(button.at)).await? != true {
            return Err(gone("button", button));
        }
        for (kind, text) in [("keyDown", "\r"), ("keyUp", "")] {
            let key = json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": text });
            self.input("Input.dispatchKeyEvent", key).await?;
        }
        Ok(())
    }

    /// What the input does to the page may keep the page from answering, such as leaving it: that is no fault.
    async fn input(&self, method: &str, params: Value) -> Result<(), BrowserError> {
        self.wire
            .call_within(Some(&self.session), method, params, PROBE_WITHIN)
            .await?;
        Ok(())
    }

    /// Asks the probe in the page.
    pub(crate) async fn probe(&self, function: &str, argument: &Value) -> Result<Value, BrowserError> {
        let top = lock(&self.state).top.clone();
        self.probe_in(&top, function, argument).await
    }

    /// Asks the probe in a frame of the page.
    pub(crate) async fn probe_in(
        &self,
        frame: &str,
        function: &str,
        argument: &Value,
    ) -> Result<Value, BrowserError> {
        let context = lock(&self.state).context(frame).ok_or(BrowserError::NoPage)?;
        let asked = json!({
            "expression": format!("globalThis.cimdspec.{function}({argument})"),
            "contextId": context,
            "returnByValue": true,
        });
        let answer = self
            .wire
            .call_within(Some(&self.session), "Runtime.evaluate", asked, PROBE_WITHIN)
            .await;
        match answer {
            Ok(Some(answer)) if answer.get("exceptionDetails").is_none() => {
                Ok(answer["result"]["value"].clone())
            }
            // The document went away meanwhile.
            Ok(Some(_)) | Err(BrowserError::Refused { .. }) => Err(BrowserError::NoPage),
            Ok(None) => {
                // Is it this page, or is it the browser?
                self.wire.call(None, "Browser.getVersion", json!({})).await?;
                Err(BrowserError::Stuck { after: PROBE_WITHIN })
            }
            Err(error) => Err(error),
        }
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.pump.abort();
        self.wire.forget(&self.session);
        self.wire.dismiss(&self.context);
    }
}

fn gone(what: &str, control: &Control) -> BrowserError {
    BrowserError::Gone {
        what: format!("{what} `{}`", control.words),
    }
}
