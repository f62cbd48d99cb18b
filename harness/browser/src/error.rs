//! What goes wrong with the browser; nothing here is the fault of the server under test.

use std::time::Duration;

use thiserror::Error;

/// Why the browser did not do what was asked. The first one that ends the browser is what every later call returns.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BrowserError {
    /// No program was found.
    #[error(
        "no Chromium was found on PATH (`{looked_for}`)\nhint: install one, for example the package `chromium`"
    )]
    Absent {
        /// The names that were looked for.
        looked_for: String,
    },
    /// A field or button is no longer on the page.
    #[error("the page has replaced the {what}")]
    Gone {
        /// The field or button.
        what: String,
    },
    /// The process ended by itself.
    #[error("the browser ended by itself: {how}")]
    Died {
        /// Its exit, with the last lines that it wrote.
        how: String,
    },
    /// The process does not answer; it was ended.
    #[error("the browser did not answer `{method}` within {after:?} and was ended")]
    Hung {
        /// The command.
        method: String,
        /// How long it had.
        after: Duration,
    },
    /// The machine lets nobody make a network namespace.
    #[error(
        "the browser is only started without a network, and this machine refuses the namespace for it: {reason}\nhint: allow unprivileged user namespaces, or start the container with `--cap-add SYS_ADMIN`"
    )]
    NoNamespace {
        /// What `unshare` wrote.
        reason: String,
    },
    /// A tab shows no page to act on.
    #[error("the tab shows no page")]
    NoPage,
    /// The browser refuses a command.
    #[error("the browser refused `{method}`: {reason}")]
    Refused {
        /// The command.
        method: String,
        /// Its words.
        reason: String,
    },
    /// The program cannot be started.
    #[error("`{program}` could not be started: {reason}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        reason: String,
    },
    /// A script of the page does not come to an end. Only this tab is lost.
    #[error("a script of the page did not come to an end within {after:?}")]
    Stuck {
        /// How long it had.
        after: Duration,
    },
}
