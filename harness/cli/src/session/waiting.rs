//! Waiting for a server until its metadata is there; if it never is, the true cause as far as it can be seen.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use cimdspec_drive::DriveError;
use cimdspec_drive::Named;
use cimdspec_drive::Target;
use cimdspec_drive::paths;
use cimdspec_model::profile::Profile;
use cimdspec_world::sandbox::listening_ports;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::last_lines;
use crate::output::say;
use crate::session::stage::Stage;

/// What is waited for, and how long.
pub(crate) struct Waiting<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) profile: &'a Profile,
    pub(crate) named: Named<'a>,
    pub(crate) within: Duration,
    /// Where the server is to listen, behind our front.
    pub(crate) upstream: Option<SocketAddr>,
    /// The ports on which something listened before it was started.
    pub(crate) listening_before: BTreeSet<u16>,
}

/// A server that was not found.
#[derive(Debug)]
pub(crate) enum Unready {
    /// Why.
    Because(Stop),
    /// There is no metadata where it was looked for, but for the issuer of this path.
    AtPath(String, Stop),
}

const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
const BETWEEN_WORDS: Duration = Duration::from_secs(5);
/// A server that answers without metadata for so long publishes none there.
const ANSWERS_FOR: Duration = Duration::from_secs(8);

impl Waiting<'_> {
    /// The server, as soon as its metadata is there.
    pub(crate) async fn found(&self, ended: impl Fn() -> Option<String>) -> Result<Target, Unready> {
        let began = Instant::now();
        let (mut told, mut answers_since) = (began, None);
        loop {
            let looked = Target::discover(self.named, self.profile.clone(), self.stage.trust()).await;
            let error = match looked {
                Ok(target) => {
                    let in_programs = self.stage.of_programs(self.profile).await;
                    return Ok(target.with_programs_in(in_programs));
                }
                Err(error @ DriveError::Metadata { .. }) => error,
                Err(error) => return Err(Stop::new(Exit::Environment, error).into()),
            };
            if let Some(how) = ended() {
                let told = format!("the server was never ready: {how}");
                return Err(Stop::new(Exit::Environment, told).into());
            }
            let listens = self.listens().await;
            let answers = listens && error.is_answered();
            answers_since = answers.then(|| answers_since.unwrap_or_else(Instant::now));
            let has_answered = answers_since.is_some_and(|since| since.elapsed() >= ANSWERS_FOR);
            if has_answered || began.elapsed() >= self.within {
                return Err(self.never(&error, listens, began.elapsed()).await);
            }
            if told.elapsed() >= BETWEEN_WORDS {
                told = Instant::now();
                let what = match (listens, answers) {
                    (false, _) => "nothing listens yet",
                    (true, false) => "it listens, and does not answer yet",
                    (true, true) => "it answers, and has no metadata yet",
                };
                say(&format!(
                    "  waiting for the server: {what} ({} of {} s)",
                    began.elapsed().as_secs(),
                    self.within.as_secs()
                ));
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Whether something listens where the server is to; without a front that is not known, and its answers tell.
    async fn listens(&self) -> bool {
        match self.upstream {
            Some(upstream) => TcpStream::connect(upstream).await.is_ok(),
            None => true,
        }
    }

    async fn never(&self, error: &DriveError, listens: bool, waited: Duration) -> Unready {
        if let Some(upstream) = self.upstream.filter(|_| !listens) {
            return Stop::new(Exit::Environment, self.nothing_listens(upstream, waited)).into();
        }
        // A server that answers nothing has no other path either, and each would be waited for.
        let other_path = match error.is_answered() {
            true => self.other_path().await,
            false => None,
        };
        if let Some(path) = other_path {
            let told = format!(
                "{error}\nhint: there is metadata for the issuer with the path `{path}`: add `--path {path}`"
            );
            return Unready::AtPath(path, Stop::new(Exit::Environment, told));
        }
        Stop::new(Exit::Environment, error).into()
    }

    fn nothing_listens(&self, upstream: SocketAddr, waited: Duration) -> String {
        let port = upstream.port();
        let others: Vec<String> = listening_ports()
            .difference(&self.listening_before)
            .filter(|other| **other != port)
            .map(u16::to_string)
            .collect();
        let where_else = match others.is_empty() {
            true => "hint: `--ready-within 180s` waits longer for a server that starts slowly".to_owned(),
            false => format!(
                "hint: it listens on port {} instead; the port to take is in `PORT`, `CIMDSPEC_PORT` and `{{port}}`",
                others.join(", ")
            ),
        };
        format!(
            "the server does not listen on 127.0.0.1:{port} after {} s, though its process lives\n{where_else}",
            waited.as_secs()
        )
    }

    /// The path of an issuer of this server, where there is none at its root.
    async fn other_path(&self) -> Option<String> {
        let found = paths(self.named.text(), self.profile, self.stage.trust()).await;
        found.ok()?.into_iter().next()
    }
}

impl Unready {
    /// The same, with the last lines of the server and a hint.
    pub(crate) fn with_log(self, lines: &[String], hint: Option<String>) -> Self {
        let said = match lines.is_empty() {
            true => String::new(),
            false => format!("\n{}", last_lines(lines, "  ")),
        };
        let hint = hint.map_or(String::new(), |hint| format!("\nhint: {hint}"));
        let with = |stop: Stop| Stop {
            message: format!("{}{said}{hint}", stop.message),
            ..stop
        };
        match self {
            Self::Because(stop) => Self::Because(with(stop)),
            Self::AtPath(path, stop) => Self::AtPath(path, with(stop)),
        }
    }
}

impl From<Stop> for Unready {
    fn from(stop: Stop) -> Self {
        Self::Because(stop)
    }
}

impl From<Unready> for Stop {
    fn from(unready: Unready) -> Self {
        match unready {
            Unready::AtPath(_, stop) | Unready::Because(stop) => stop,
        }
    }
}
