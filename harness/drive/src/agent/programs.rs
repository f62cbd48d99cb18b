//! The programs of the operator in the user's place: who logs in once for each user and run, and who decides.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cimdspec_model::profile::Consent;
use cimdspec_model::profile::Login;
use cimdspec_model::verb::Decision;
use url::Url;

use crate::agent::cookie::Jar;
use crate::agent::given;
use crate::agent::given::Given;
use crate::program::Program;

/// No login program and no consent program may take longer.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// The programs of a run, and the sessions that one of them brought.
#[derive(Default)]
pub(crate) struct Programs {
    /// What they get in their environment: how they trust the run's authority.
    environment: Vec<(String, String)>,
    kept: Mutex<BTreeMap<User, Arc<tokio::sync::Mutex<Kept>>>>,
    numbers: AtomicU64,
    /// How many requests of their browsers came to our hosts.
    loads: AtomicUsize,
}

/// Who sits at which of the browsers of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct User {
    fields: BTreeMap<String, String>,
    browser: usize,
}

/// At which of the browsers of a case somebody sits: sessions of several browsers must differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Browser {
    /// At the so many-th; other cases have the same one.
    Shared(usize),
    /// At one of this case alone, which ends its session.
    Own,
}

/// What an agent asks programs of the operator for.
#[derive(Clone, Copy)]
pub(crate) struct StandIn<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) browser: Browser,
    pub(crate) pages: Pages,
}

/// At which pages programs are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    /// Where somebody is to log in, and where the agent does not understand what it sees.
    All,
    /// Where somebody is to log in.
    Logins,
}

/// The session of a user.
#[derive(Default)]
struct Kept {
    session: Option<Session>,
    runs: usize,
    /// How often the program failed since it last logged in, and how.
    failures: usize,
    reason: String,
}

/// The cookies of one login.
#[derive(Clone)]
pub(crate) struct Session {
    number: u64,
    /// The page for which they were printed.
    page: Url,
    cookies: Vec<Given>,
}

/// Where a session comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The program was asked just now.
    Asked,
    /// It had been asked before.
    Kept,
}

/// What a consent program did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decided {
    /// The browser was sent there.
    SentTo(String),
    /// The page says that the request is refused: there is nothing to decide.
    Refused,
}

/// A session that ends each time: more logins would only burden the server.
const MOST_LOGINS_OF_A_USER: usize = 20;
const MOST_FAILURES: usize = 2;
/// What a consent program prints where the page refuses the request.
const REFUSED: &str = "refused";
/// Longer variables do not start a program on every system.
const LONGEST_VARIABLE: usize = 64 * 1024;

impl Programs {
    /// Programs with this beside our environment.
    pub(crate) fn with(environment: Vec<(String, String)>) -> Self {
        Self {
            environment,
            ..Self::default()
        }
    }

    /// What programs get in their environment.
    pub(crate) fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// So many requests of their browsers came to hosts of a case.
    pub(crate) fn saw_loads(&self, loads: usize) {
        self.loads.fetch_add(loads, Ordering::Relaxed);
    }

    /// What an operator should know of them.
    pub(crate) fn notes(&self) -> Option<String> {
        let loads = self.loads.load(Ordering::Relaxed);
        (loads > 0).then(|| {
            format!(
                "a browser of the login or consent program loaded from the hosts of the cases ({loads} requests): these loads are not \
                 judged, and connections without a request are taken for the server's; start the browser without a network of its own"
            )
        })
    }

    /// The session of a user for a browser that has none, or that has this one, which is over. Whoever comes meanwhile waits.
    pub(crate) async fn session(
        &self,
        login: &Login,
        browser: Browser,
        page: &Url,
        over: Option<u64>,
    ) -> Result<(Session, Source), String> {
        let Browser::Shared(browser) = browser else {
            return Ok((self.logged_in(login, page).await?, Source::Asked));
        };
        let user = User {
            fields: login.fields.clone(),
            browser,
        };
        let kept = {
            let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(user).or_default())
        };
        let mut kept = kept.lock().await;
        if let Some(session) = kept
            .session
            .as_ref()
            .filter(|session| Some(session.number) != over)
        {
            return Ok((session.clone(), Source::Kept));
        }
        if kept.failures == MOST_FAILURES {
            return Err(format!("{} (it failed {MOST_FAILURES} times)", kept.reason));
        }
        if kept.runs == MOST_LOGINS_OF_A_USER {
            return Err(format!(
                "the session of the login program was over {MOST_LOGINS_OF_A_USER} times: it is not asked again"
            ));
        }
        kept.runs += 1;
        match self.logged_in(login, page).await {
            Ok(session) => {
                kept.failures = 0;
                kept.session = Some(session.clone());
                Ok((session, Source::Asked))
            }
            Err(reason) => {
                kept.failures += 1;
                kept.reason.clone_from(&reason);
                Err(reason)
            }
        }
    }

    async fn logged_in(&self, login: &Login, page: &Url) -> Result<Session, String> {
        let fields = login.fields.iter();
        let fields = fields.map(|(name, value)| (Login::variable(name), value.clone()));
        let told = [(Login::variable("url"), page.to_string())];
        let program = Program {
            what: "login program",
            command: &login.command,
            argument: Some(page.as_str()),
            environment: self
                .environment
                .iter()
                .cloned()
                .chain(fields)
                .chain(told)
                .collect(),
            input: None,
            deadline: DEADLINE,
        };
        let name = login.command.first().map_or("", String::as_str);
        let cookies = given::read(&program.printed().await?)
            .map_err(|what| format!("the login program `{name}` printed {what}"))?;
        if cookies.is_empty() {
            return Err(format!("the login program `{name}` printed no cookie"));
        }
        Ok(Session {
            number: self.numbers.fetch_add(1, Ordering::Relaxed),
            page: page.clone(),
            cookies,
        })
    }

    /// Where the program sends a browser with these cookies that stands at a page.
    pub(crate) async fn decided(
        &self,
        consent: &Consent,
        decision: Decision,
        page: &Url,
        jar: &Jar,
    ) -> Result<Decided, String> {
        let word = match decision {
            Decision::Approve => "approve",
            Decision::Deny => "deny",
        };
        let cookies = jar.header(page).filter(|field| field.len() <= LONGEST_VARIABLE);
        let told = [
            ("CIMDSPEC_CONSENT_URL", Some(page.to_string())),
            ("CIMDSPEC_CONSENT_DECISION", Some(word.to_owned())),
            ("CIMDSPEC_CONSENT_COOKIES", cookies),
        ];
        let told = told
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let program = Program {
            what: "consent program",
            command: &consent.command,
            argument: Some(page.as_str()),
            environment: self.environment.iter().cloned().chain(told).collect(),
            input: Some(jar.storage_state()),
            deadline: DEADLINE,
        };
        let printed = program.printed().await?;
        let last = printed.lines().map(str::trim).rfind(|line| !line.is_empty());
        match last {
            Some(REFUSED) => Ok(Decided::Refused),
            Some(line) if Url::parse(line).is_ok() => Ok(Decided::SentTo(line.to_owned())),
            _ => Err(format!(
                "the consent program `{}` printed no URL to which the browser was sent",
                consent.command.first().map_or("", String::as_str)
            )),
        }
    }
}

impl Session {
    /// Puts its cookies into a jar.
    pub(crate) fn put_into(&self, jar: &mut Jar) {
        for given in &self.cookies {
            jar.take_given(&self.page, given);
        }
        jar.has_login(self.number);
    }

    /// The values of its cookies.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.cookies.iter().map(Given::value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Url {
        Url::parse("https://as.test/login").unwrap()
    }

    /// A program that counts its runs in a file and then does this.
    fn login(runs: &std::path::Path, then: &str, user: &str) -> Login {
        let script = format!("echo $CIMDSPEC_LOGIN_USER >> {}; {then}", runs.display());
        Login {
            command: ["sh", "-c", &script].map(str::to_owned).into(),
            fields: [("user".to_owned(), user.to_owned())].into(),
            ..Login::default()
        }
    }

    fn runs(file: &std::path::Path) -> Vec<String> {
        let text = std::fs::read_to_string(file).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn a_user_logs_in_once_until_the_session_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("runs");
        let programs = Programs::default();
        let one = login(&file, "echo sid=$CIMDSPEC_LOGIN_URL", "one");
        let ask = |login: &Login, browser, over| {
            let (programs, login) = (&programs, login.clone());
            async move {
                let (session, source) = programs.session(&login, browser, &page(), over).await.unwrap();
                (session.number, source)
            }
        };
        let first = Browser::Shared(0);
        let both = tokio::join!(ask(&one, first, None), ask(&one, first, None));
        assert_eq!(both, ((0, Source::Asked), (0, Source::Kept)));
        // Who has the session and is to log in knows that it is over; who has an older one gets the new one.
        assert_eq!(ask(&one, first, Some(0)).await, (1, Source::Asked));
        assert_eq!(ask(&one, first, Some(0)).await, (1, Source::Kept));
        assert_eq!(ask(&one, Browser::Shared(1), None).await, (2, Source::Asked));
        let two = login(&file, "echo sid=x", "two");
        assert_eq!(ask(&two, first, None).await, (3, Source::Asked));
        assert_eq!(ask(&one, Browser::Own, None).await, (4, Source::Asked));
        assert_eq!(ask(&one, first, None).await, (1, Source::Kept));
        assert_eq!(runs(&file), ["one", "one", "one", "two", "one"]);
        let (session, _) = programs.session(&one, first, &page(), None).await.unwrap();
        let mut jar = Jar::default();
        session.put_into(&mut jar);
        assert_eq!(jar.header(&page()).unwrap(), "sid=https://as.test/login");
        assert_eq!(jar.login(), Some(1));
        assert_eq!(session.values().collect::<Vec<_>>(), ["https://as.test/login"]);
    }

    #[tokio::test]
    async fn a_program_is_not_asked_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("runs");
        let programs = Programs::default();
        let ask = |login: Login, over| {
            let programs = &programs;
            async move {
                let asked = programs.session(&login, Browser::Shared(0), &page(), over).await;
                asked.map(|(session, _)| session.number).unwrap_err()
            }
        };
        let silent = login(&file, "echo nothing", "silent");
        let told = "the login program `sh` printed no cookie";
        assert_eq!(ask(silent.clone(), None).await, told);
        assert_eq!(ask(silent.clone(), None).await, told);
        assert_eq!(ask(silent, None).await, format!("{told} (it failed 2 times)"));
        let failing = login(&file, "exit 3", "failing");
        let told = "the login program `sh` ended with exit status: 3";
        assert_eq!(ask(failing, None).await, told);
        assert_eq!(runs(&file), ["silent", "silent", "failing"]);
        let ending = login(&file, "echo sid=x", "ending");
        let mut over = None;
        for _ in 0..MOST_LOGINS_OF_A_USER {
            let asked = programs.session(&ending, Browser::Shared(0), &page(), over).await;
            over = Some(asked.unwrap().0.number);
        }
        let told = ask(ending, over).await;
        assert!(told.contains("was over 20 times"), "{told}");
    }

    #[tokio::test]
    async fn a_program_decides_with_the_cookies_of_the_browser() {
        let programs = Programs::with(vec![("OF_THE_RUN".to_owned(), "run".to_owned())]);
        let mut jar = Jar::default();
        jar.take(&page(), "sid=x; Path=/; SameSite=Lax");
        let decided = |script: &str| {
            let consent = Consent {
                command: ["sh", "-c", script].map(str::to_owned).into(),
                ..Consent::default()
            };
            let (programs, jar) = (&programs, &jar);
            async move { programs.decided(&consent, Decision::Deny, &page(), jar).await }
        };
        let all = "state=$(cat | tr -d '{}[]\" ' | tr ',' '\\n' | grep sameSite); echo on its way; \
                   echo \"https://app.test/cb?$CIMDSPEC_CONSENT_DECISION&$CIMDSPEC_CONSENT_COOKIES&$OF_THE_RUN&$state&$0\"";
        assert_eq!(
            decided(all).await.unwrap(),
            Decided::SentTo(
                "https://app.test/cb?deny&sid=x&run&sameSite:Lax&https://as.test/login".to_owned()
            )
        );
        assert_eq!(decided("echo refused").await, Ok(Decided::Refused));
        for script in ["true", "echo secret"] {
            let told = decided(script).await.unwrap_err();
            assert_eq!(
                told,
                "the consent program `sh` printed no URL to which the browser was sent"
            );
        }
    }
}
