//! Learning what the scripts of a server's pages send: a real browser walks, and each walk is written down.

mod recorder;
mod walker;

use std::path::PathBuf;
use std::sync::Arc;

use cimdspec_browser::Browser;
use cimdspec_browser::Options;
use cimdspec_browser::Tab;
use cimdspec_drive::Opened;
use cimdspec_drive::opened;
use cimdspec_judge::Origin;
use cimdspec_model::plan::Need;
use cimdspec_model::profile::Profile;
use cimdspec_model::profile::Script;
use url::Url;

use crate::command::init::browse::recorder::Recorder;
use crate::command::init::browse::walker::Goal;
use crate::command::init::browse::walker::Walker;
use crate::command::init::learn::Learner;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::recipe::correlate::correlated;
use crate::recipe::recorded::Press;
use crate::recipe::recorded::Walk;

/// Which browser walks.
#[derive(Debug, Clone)]
pub(crate) struct Browsing {
    /// The program; found on `PATH` without it.
    pub(crate) program: Option<PathBuf>,
}

/// A walk that is to be made.
struct Plan {
    /// What it is about, in words.
    words: &'static str,
    /// Which of the two browsers.
    browser: usize,
    goal: Goal,
}

/// Two browsers, so that what differs from session to session is seen to differ; each client is another one.
const WALKS: [Plan; 6] = [
    Plan {
        words: "a user who is not logged in approves",
        browser: 0,
        goal: Goal::Decide(Press::Approve),
    },
    Plan {
        words: "the same user approves another client",
        browser: 0,
        goal: Goal::Decide(Press::Approve),
    },
    Plan {
        words: "the same user denies",
        browser: 0,
        goal: Goal::Decide(Press::Deny),
    },
    Plan {
        words: "in another browser, the user denies",
        browser: 1,
        goal: Goal::Decide(Press::Deny),
    },
    Plan {
        words: "there, the user approves",
        browser: 1,
        goal: Goal::Decide(Press::Approve),
    },
    Plan {
        words: "a wrong client asks",
        browser: 1,
        goal: Goal::Wrong,
    },
];
/// A redirect URI that no client has.
const NOT_REGISTERED: &str = "https://not-registered.example/cb";

/// Walks, and makes the recipe of what was seen.
pub(crate) async fn recipe(
    learner: &Learner<'_>,
    profile: &Profile,
    browsing: &Browsing,
) -> Result<Script, Stop> {
    let options = Options {
        program: browsing.program.clone(),
        ..Options::default()
    };
    let browser = Browser::start(&options)
        .await
        .map_err(|error| Stop::new(Exit::Environment, error))?;
    say(&format!("{} without a network walks:", browser.version()));
    let walks = walked(learner, profile, &browser).await;
    browser.close().await;
    let walks = walks?;
    let recipe = correlated(&walks, &profile.login.fields)
        .map_err(|told| Stop::new(Exit::Inconclusive, not_understood(&told)))?;
    for note in &recipe.notes {
        say(&format!("  {note}"));
    }
    Ok(recipe.script)
}

fn not_understood(told: &str) -> String {
    format!(
        "no recipe came of the walks: {told}\nhint: pages with forms need no `--browser`; otherwise write `[script]` of the profile by hand, or log in by a program: `[login] command`"
    )
}

async fn walked(learner: &Learner<'_>, profile: &Profile, browser: &Browser) -> Result<Vec<Walk>, Stop> {
    let origin = match learner.target().offers(Need::Cimd) {
        true => Origin::Document,
        false => Origin::Registration,
    };
    let mut tabs: Vec<(Tab, Arc<Recorder>)> = Vec::new();
    let mut walks = Vec::new();
    for plan in &WALKS {
        while tabs.len() <= plan.browser {
            let recorder = Arc::new(Recorder::default());
            let tab = browser.tab(recorder.clone()).await;
            tabs.push((
                tab.map_err(|error| Stop::new(Exit::Environment, error))?,
                recorder,
            ));
        }
        let (tab, recorder) = &tabs[plan.browser];
        let job = learner.job_of(profile).await?;
        let opened = opened(&job, origin)
            .await
            .map_err(|told| Stop::new(Exit::Inconclusive, told))?;
        let opened = Arc::new(opened);
        let url = asked(&opened, plan.goal);
        recorder.begin(Arc::clone(&opened));
        let walker = Walker {
            tab,
            recorder,
            profile,
        };
        let ended = walker.walk(&url, plan.goal).await;
        let mut walk = recorder.end();
        walk.browser = plan.browser;
        if let Some(opened) = Arc::into_inner(opened) {
            for client in opened.end().await {
                say(&format!("  the client `{client}` could not be deleted"));
            }
        }
        match ended {
            Ok(words) => say(&format!(
                "  {}: {words}, {} requests",
                plan.words,
                walk.exchanges.len()
            )),
            Err(told) => return Err(Stop::new(Exit::Inconclusive, format!("{}: {told}", plan.words))),
        }
        walks.push(walk);
    }
    Ok(walks)
}

/// The address that the browser opens.
fn asked(opened: &Opened, goal: Goal) -> Url {
    let mut url = opened.url().clone();
    if goal == Goal::Wrong {
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.query_pairs_mut().clear();
        for (name, value) in pairs {
            let value = if name == "redirect_uri" {
                NOT_REGISTERED
            } else {
                &value
            };
            url.query_pairs_mut().append_pair(&name, value);
        }
    }
    url
}
