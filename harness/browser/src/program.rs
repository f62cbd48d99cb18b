//! Which program is started, and with which switches.

use std::env;
use std::ffi::OsStr;
use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::BrowserError;

/// How the browser is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The program; found on `PATH` when it is not given.
    pub program: Option<PathBuf>,
    /// How many tabs may be open at once; who asks for more waits.
    pub tabs: usize,
    /// How long it may take to start.
    pub start_within: Duration,
    /// How long it may take for a command that no page has a part in; then it is ended.
    pub answer_within: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            program: None,
            tabs: 4,
            start_within: Duration::from_secs(30),
            answer_within: Duration::from_secs(15),
        }
    }
}

/// The names of Chromium, the one of the distributions first.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-headless-shell",
    "chromium-browser",
    "google-chrome",
    "chrome",
];

/// Its own sandbox needs a user who is not root; what it is started in is a sandbox as well (`launch.sh`).
/// Without isolation of sites one session sees the frames of a page, too.
const SWITCHES: [&str; 24] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process,HttpsUpgrades,Translate,MediaRouter,OptimizationHints",
    "--mute-audio",
    "--password-store=basic",
    "--lang=en-US",
    "--window-size=1280,1024",
];

/// The browser on `PATH`, if there is one.
pub fn found() -> Option<PathBuf> {
    found_on(&env::var_os("PATH")?)
}

fn found_on(path: &OsStr) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(path).collect();
    NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}

impl Options {
    /// The program that is started.
    pub(crate) fn located(&self) -> Result<PathBuf, BrowserError> {
        match &self.program {
            Some(program) => Ok(program.clone()),
            None => found().ok_or_else(|| BrowserError::Absent {
                looked_for: NAMES.join("`, `"),
            }),
        }
    }
}

/// What the program is started with.
pub(crate) fn arguments(folder: &Path) -> Vec<OsString> {
    let mut profile = OsString::from("--user-data-dir=");
    profile.push(folder.join("profile"));
    let switches = SWITCHES.iter().map(OsString::from);
    switches.chain([profile, OsString::from("about:blank")]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_program_is_taken_unseen() {
        let options = Options {
            program: Some("/nowhere/chromium".into()),
            ..Options::default()
        };
        assert_eq!(options.located(), Ok("/nowhere/chromium".into()));
    }

    #[test]
    fn the_name_decides_before_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
        for (folder, name) in [(&first, "chrome"), (&second, "chromium")] {
            std::fs::create_dir(folder).unwrap();
            std::fs::write(folder.join(name), "").unwrap();
        }
        let path = env::join_paths([&first, &second]).unwrap();
        assert_eq!(found_on(&path), Some(second.join("chromium")));
        assert_eq!(found_on(first.as_os_str()), Some(first.join("chrome")));
        assert_eq!(found_on(folder.path().as_os_str()), None);
    }
}
