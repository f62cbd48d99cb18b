//! How the browser ends: in peace, by itself, with the harness, and where it does not answer.

use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process;

use super::stage::Stage;
use super::stage::WITHIN;
use super::stage::browser;
use super::stage::is_there;
use super::stage::shared;
use crate::Browser;
use crate::BrowserError;
use crate::Options;
use crate::Until;

/// Has the test below hold a browser until it is killed.
const HOLDER: &str = "CIMDSPEC_BROWSER_HOLDER";
const LOOPS: &str = "<p>shown</p><script>setTimeout(() => { for (;;); }, 300)</script>";

/// The processes of the machine that have this word in their command lines.
fn processes(word: &str) -> Vec<(Pid, String)> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let lines = numbers.filter_map(|id| {
        let line = fs::read(format!("/proc/{id}/cmdline")).ok()?;
        Some((Pid::from_raw(id)?, String::from_utf8_lossy(&line).into_owned()))
    });
    lines.filter(|(_, line)| line.contains(word)).collect()
}

/// The folder of the browser that was started below the process; it stands in the command lines.
fn folder_of(parent: u32) -> String {
    let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
    let threads = fs::read_dir(format!("/proc/{parent}/task")).unwrap().flatten();
    let others = threads.filter_map(|entry| fs::read_to_string(entry.path().join("children")).ok());
    let all: Vec<String> = others.chain([children]).collect();
    let lines = all
        .iter()
        .flat_map(|line| line.split_whitespace())
        .filter_map(|id| fs::read(format!("/proc/{id}/cmdline")).ok());
    let words: Vec<String> = lines
        .flat_map(|line| {
            line.split(|byte| *byte == 0)
                .map(|word| String::from_utf8_lossy(word).into_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    let folder = words
        .into_iter()
        .find(|word| word.contains("/cimdspec-browser-") && !word.contains('='));
    folder.expect("no browser was started")
}

/// Signals the browser's own processes, not those of ours that started them.
fn signal(folder: &str, signal: Signal) {
    for (id, line) in processes(&format!("--user-data-dir={folder}")) {
        if !line.starts_with("sh\0") && !line.starts_with("unshare\0") {
            let _ = kill_process(id, signal);
        }
    }
}

fn is_gone(folder: &str) -> bool {
    let end = Instant::now() + WITHIN;
    while Instant::now() < end {
        if processes(folder).is_empty() && !Path::new(folder).exists() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

/// Not a test of its own: what is killed by the next one.
#[tokio::test]
async fn a_browser_is_held_for_the_next_test() {
    if std::env::var_os(HOLDER).is_none() {
        return;
    }
    let browser = browser().await.unwrap();
    let stage = shared(Stage::default().page("https://as.test/", LOOPS));
    let tab = browser.tab(stage).await.unwrap();
    tab.navigate("https://as.test/", WITHIN).await.unwrap();
    std::io::stderr().write_all(b"held\n").unwrap();
    tokio::time::sleep(WITHIN * 4).await;
    drop((tab, browser));
}

#[test]
fn a_killed_harness_leaves_no_process_and_no_folder() {
    if !is_there() {
        return;
    }
    let mut harness = Command::new(std::env::current_exe().unwrap())
        .args(["a_browser_is_held_for_the_next_test", "--nocapture"])
        .env(HOLDER, "1")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(harness.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("held")));
    let folder = folder_of(harness.id());
    let before = processes(&folder);
    assert!(before.len() > 4, "{before:?}");
    // A page that never ends, too: the browser does not wait for it.
    thread::sleep(Duration::from_millis(500));
    harness.kill().unwrap();
    harness.wait().unwrap();
    assert!(is_gone(&folder), "{:?}", processes(&folder));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_dies_gives_one_error() {
    let Some(browser) = held(&Options::default()).await else {
        return;
    };
    let (browser, folder) = browser;
    let tab = browser
        .tab(shared(Stage::default().page("https://as.test/", "x")))
        .await
        .unwrap();
    signal(&folder, Signal::KILL);
    let late = [Until::Says("never".to_owned())];
    let first = tab.wait(&late, WITHIN).await.unwrap_err();
    assert!(
        matches!(&first, BrowserError::Died { how } if how.starts_with("exit code")),
        "{first:?}"
    );
    assert_eq!(tab.navigate("https://as.test/", WITHIN).await, Err(first.clone()));
    assert_eq!(browser.failure(), Some(first.clone()));
    assert_eq!(
        browser.tab(shared(Stage::default())).await.map(|_| ()),
        Err(first)
    );
    drop((tab, browser));
    assert!(is_gone(&folder));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_hangs_is_ended() {
    let options = Options {
        answer_within: Duration::from_secs(2),
        ..Options::default()
    };
    let Some((browser, folder)) = held(&options).await else {
        return;
    };
    signal(&folder, Signal::STOP);
    let begun = Instant::now();
    let error = browser
        .tab(shared(Stage::default()))
        .await
        .map(|_| ())
        .unwrap_err();
    let hung = BrowserError::Hung {
        method: "Target.createBrowserContext".to_owned(),
        after: options.answer_within,
    };
    assert_eq!(error, hung);
    assert!(begun.elapsed() < Duration::from_secs(4));
    assert_eq!(browser.failure(), Some(hung));
    assert!(is_gone(&folder), "{:?}", processes(&folder));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_hangs_costs_one_tab() {
    let Some(browser) = browser().await else { return };
    let stage = shared(
        Stage::default()
            .page("https://as.test/loops", LOOPS)
            .page("https://other.test/", "<p>well</p>"),
    );
    let stuck = browser.tab(stage.clone()).await.unwrap();
    stuck.navigate("https://as.test/loops", WITHIN).await.unwrap();
    let never = [Until::Says("never".to_owned())];
    let error = stuck.wait(&never, WITHIN).await.unwrap_err();
    assert!(matches!(error, BrowserError::Stuck { .. }), "{error:?}");
    drop(stuck);
    let tab = browser.tab(stage).await.unwrap();
    tab.navigate("https://other.test/", WITHIN).await.unwrap();
    assert!(
        tab.wait(&[Until::Says("well".to_owned())], WITHIN)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(browser.failure(), None);
}

#[tokio::test]
async fn a_program_that_is_no_browser_is_named() {
    let start = async |program: &str| {
        let options = Options {
            program: Some(program.into()),
            ..Options::default()
        };
        Browser::start(&options).await.map(|_| ()).unwrap_err()
    };
    let error = start("/nowhere/chromium").await;
    assert!(
        matches!(&error, BrowserError::Start { program, .. } if program == "/nowhere/chromium"),
        "{error:?}"
    );
    assert_eq!(
        start("/bin/true").await,
        BrowserError::Died {
            how: "exit code 0".to_owned()
        }
    );
}

#[tokio::test]
async fn a_closed_browser_is_gone() {
    let Some((browser, folder)) = held(&Options::default()).await else {
        return;
    };
    browser.close().await;
    assert!(processes(&folder).is_empty());
    assert!(!Path::new(&folder).exists());
}

/// A browser with its folder. Tests run at once in one process, so it is found by what is new.
async fn held(options: &Options) -> Option<(Browser, String)> {
    if !is_there() {
        return None;
    }
    let browser = Browser::start(options).await.unwrap();
    let folder = browser.folder().display().to_string();
    assert!(processes(&folder).len() > 4);
    Some((browser, folder))
}
