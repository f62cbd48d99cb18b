//! A real browser without a network, for pages whose forms a script makes.
//!
//! One process of Chromium is kept, in network, user and PID namespaces of its own: nothing that it does leaves the machine.
//! Each request that a page makes is handed to the caller, who does it with a client of its own or refuses it. So pace, redaction
//! and evidence are those of the harness. The browser has the cookies, and decides what a browser decides: redirects, CORS, mixed
//! content, framing, `SameSite`.
//!
//! It must never start a browser that has a network, and never leaves a process or a folder behind.
//!
//! ```no_run
//! # use std::{sync::Arc, time::Duration};
//! # use cimdspec_browser::{Answer, Answering, Browser, Network, Options, Request, Response, Until};
//! struct Nothing;
//! impl Network for Nothing {
//!     fn answer(&self, _: Request) -> Answering<'_> {
//!         Box::pin(async { Answer::Done(Response { status: 404, ..Response::default() }) })
//!     }
//! }
//! # async fn walk() -> Result<(), cimdspec_browser::BrowserError> {
//! let browser = Browser::start(&Options::default()).await?;
//! let tab = browser.tab(Arc::new(Nothing)).await?;
//! tab.navigate("https://as.test/authorize", Duration::from_secs(5)).await?;
//! tab.wait(&[Until::Left, Until::Idle(Duration::from_millis(200))], Duration::from_secs(5)).await?;
//! if let Some(button) = tab.controls().await?.button("Allow") {
//!     tab.press(button).await?;
//! }
//! # Ok(()) }
//! ```

mod browser;
mod control;
mod error;
mod framed;
mod process;
mod program;
mod pump;
mod state;
mod tab;
#[cfg(test)]
mod tests;
mod traffic;
mod wire;

pub use browser::Browser;
pub use control::Control;
pub use control::Controls;
pub use error::BrowserError;
pub use framed::Framed;
pub use program::Options;
pub use program::found;
pub use tab::Tab;
pub use tab::Until;
pub use traffic::Answer;
pub use traffic::Answering;
pub use traffic::Frame;
pub use traffic::Kind;
pub use traffic::Load;
pub use traffic::Network;
pub use traffic::Request;
pub use traffic::Response;
