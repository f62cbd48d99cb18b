//! What a user does on the pages of a server: fills in the login, presses the button, decides.

use std::time::Duration;
use std::time::Instant;

use cimdspec_browser::BrowserError;
use cimdspec_browser::Control;
use cimdspec_browser::Controls;
use cimdspec_browser::Tab;
use cimdspec_browser::Until;
use cimdspec_model::profile::Profile;
use url::Url;

use crate::command::init::browse::recorder::Recorder;
use crate::recipe::recorded::Press;

/// How a walk is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// The user decides so.
    Decide(Press),
    /// The client asks for what it may not have: there is nothing to decide.
    Wrong,
}

/// One walk.
pub(crate) struct Walker<'a> {
    pub(crate) tab: &'a Tab,
    pub(crate) recorder: &'a Recorder,
    pub(crate) profile: &'a Profile,
}

/// A page that does nothing for so long waits for the user.
const QUIET: Duration = Duration::from_millis(300);
/// A button that sends nothing for so long sends nothing.
const REACTS_WITHIN: Duration = Duration::from_secs(3);
const LOOKS_EVERY: Duration = Duration::from_millis(20);
/// A page that never rests is taken as it is.
const WITHIN: Duration = Duration::from_secs(20);
/// More pages than this lead nowhere.
const MOST_ROUNDS: usize = 8;
const MOST_LOGINS: usize = 4;
/// What is shown of a page that is not understood.
const MOST_TOLD: usize = 200;
/// The words of buttons that log in, where the profile names none; the commonest first.
const LOGS_IN: [&str; 9] = [
    "sign in", "log in", "login", "log on", "signin", "next", "continue", "submit", "go",
];
/// What people type into.
const TEXTS: [&str; 6] = ["text", "email", "tel", "search", "textarea", "number"];

impl Walker<'_> {
    /// Walks from the URL on; what came of it, in words.
    pub(crate) async fn walk(&self, url: &Url, goal: Goal) -> Result<&'static str, String> {
        let told = |error: BrowserError| error.to_string();
        self.tab.navigate(url.as_str(), WITHIN).await.map_err(told)?;
        let mut logins = 0;
        let mut decided = false;
        for _ in 0..MOST_ROUNDS {
            let until = [Until::Left, Until::Idle(QUIET)];
            self.tab.wait(&until, WITHIN).await.map_err(told)?;
            if let Some(left) = self.tab.left() {
                self.recorder.leave(format!("{}{}", left.url, left.fragment));
                return Ok("it left the server");
            }
            if goal == Goal::Wrong {
                return Ok("it stays at the server");
            }
            let controls = match self.tab.controls().await {
                Ok(controls) => controls,
                Err(BrowserError::NoPage) => return Err("the server showed no page".to_owned()),
                Err(error) => return Err(error.to_string()),
            };
            let Goal::Decide(press) = goal else { continue };
            let fields = self.fields(&controls)?;
            if !fields.is_empty() {
                logins += 1;
                if logins > MOST_LOGINS {
                    let shown = self.shown().await;
                    return Err(format!("the login was not taken; the page reads \"{shown}\""));
                }
                let button = self.login_button(&controls)?;
                let pressed = async {
                    for (field, value) in &fields {
                        self.tab.type_into(field, value).await?;
                    }
                    self.press(Press::Login, button).await
                };
                still_there(pressed.await)?;
                continue;
            }
            let Some(button) = self.deciding(&controls, press) else {
                return Err(self.no_button(&controls, press, decided).await);
            };
            decided |= still_there(self.press(press, button).await)?;
        }
        Err(format!("after {MOST_ROUNDS} pages it is still at the server"))
    }

    /// Presses, and waits until the page does something: a page that was slow would be pressed twice.
    async fn press(&self, press: Press, button: &Control) -> Result<(), BrowserError> {
        let loads = || self.tab.loads().len() + self.tab.more_loads();
        let before = loads();
        self.recorder.press(press);
        self.tab.press(button).await?;
        let end = Instant::now() + REACTS_WITHIN;
        while loads() == before && self.tab.left().is_none() && Instant::now() < end {
            tokio::time::sleep(LOOKS_EVERY).await;
        }
        Ok(())
    }

    /// The fields of a login with what is typed into them.
    fn fields<'c>(&self, controls: &'c Controls) -> Result<Vec<(&'c Control, &str)>, String> {
        let known = &self.profile.login.fields;
        let named = |field: &Control, name: &str| {
            [&field.name, &field.id, &field.autocomplete, &field.words]
                .iter()
                .any(|own| own.eq_ignore_ascii_case(name))
        };
        let mut filled = Vec::new();
        for field in controls.fields.iter().filter(|field| field.enabled) {
            let is_password = field.kind == "password";
            if !is_password && !TEXTS.contains(&field.kind.as_str()) {
                continue;
            }
            let exact = known.iter().find(|(name, _)| named(field, name));
            let alike = known.iter().find(|(name, _)| is_of_password(name) == is_password);
            match (exact.or(alike), is_password) {
                (Some((_, value)), _) => filled.push((field, value.as_str())),
                (None, true) => {
                    let told = "the page asks for a password, and none is given\nhint: `--login user=NAME --login password=VALUE`";
                    return Err(told.to_owned());
                }
                (None, false) => {}
            }
        }
        Ok(filled)
    }

    fn login_button<'c>(&self, controls: &'c Controls) -> Result<&'c Control, String> {
        let own = self.profile.login.button.iter().map(String::as_str);
        let button = own.chain(LOGS_IN).find_map(|words| pressable(controls, words));
        let submits = || {
            controls
                .buttons
                .iter()
                .find(|button| button.enabled && button.kind == "submit")
        };
        button.or_else(submits).ok_or_else(|| {
            let told = "the page has no button that logs in: it has";
            format!(
                "{told} {}\nhint: `button` of `[login]` in a profile names it",
                words(controls)
            )
        })
    }

    fn deciding<'c>(&self, controls: &'c Controls, press: Press) -> Option<&'c Control> {
        let consent = &self.profile.consent;
        let known = match press {
            Press::Deny => &consent.deny,
            Press::Approve | Press::Login => &consent.approve,
        };
        known.iter().find_map(|words| pressable(controls, words))
    }

    async fn no_button(&self, controls: &Controls, press: Press, decided: bool) -> String {
        let what = if press == Press::Deny {
            "denies"
        } else {
            "approves"
        };
        let shown = self.shown().await;
        match decided {
            true => format!("the page stays after the decision; it reads \"{shown}\""),
            false => format!(
                "the page has no button that {what}: it has {} and reads \"{shown}\"\nhint: `{}` of `[consent]` in a profile names it",
                words(controls),
                if press == Press::Deny { "deny" } else { "approve" },
            ),
        }
    }

    async fn shown(&self) -> String {
        let text = self.tab.text().await.unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").chars().take(MOST_TOLD).collect()
    }
}

/// Whether it was done. A page that replaced what was seen on it is looked at again.
fn still_there(done: Result<(), BrowserError>) -> Result<bool, String> {
    match done {
        Ok(()) => Ok(true),
        Err(BrowserError::Gone { .. }) => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}

/// An enabled button or link with these words.
fn pressable<'c>(controls: &'c Controls, words: &str) -> Option<&'c Control> {
    controls.button(words).filter(|button| button.enabled)
}

fn words(controls: &Controls) -> String {
    let words: Vec<String> = controls
        .buttons
        .iter()
        .map(|button| format!("`{}`", button.words))
        .collect();
    match words.is_empty() {
        true => "none".to_owned(),
        false => words.join(", "),
    }
}

/// Whether a field of the profile is for a password.
fn is_of_password(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["pass", "pwd", "secret", "pin"]
        .iter()
        .any(|word| name.contains(word))
}
