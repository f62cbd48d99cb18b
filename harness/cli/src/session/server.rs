//! The server under test: embedded, launched by us, or there already.

use std::net::SocketAddr;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_drive::DriveError;
use cimdspec_drive::LogCapture;
use cimdspec_drive::Named;
use cimdspec_drive::Secrets;
use cimdspec_drive::Target;
use cimdspec_model::profile::Profile;
use cimdspec_model::profile::SeenAs;
use cimdspec_model::profile::Start;
use cimdspec_reference::Server;
use cimdspec_world::Scheme;
use cimdspec_world::sandbox::Launch;
use cimdspec_world::sandbox::Launched;
use tempfile::TempDir;
use tokio::time::Instant;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::embedded::Kind;
use crate::session::profiles::Chosen;
use crate::session::stage::Recipe;
use crate::session::stage::Stage;

/// The server under test and what keeps it.
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) target: Arc<Target>,
    pub(crate) launched: Option<Arc<Launched>>,
    embedded: Option<Server>,
    /// The folder that a launched server may write to.
    _state: Option<TempDir>,
}

const LABEL: &str = "target";
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// How long a server that somebody else started may take until it answers.
const ATTACHED_WITHIN: Duration = Duration::from_secs(10);
const LINES_TOLD: usize = 12;

impl Subject {
    /// The reference server of this kind.
    pub(crate) async fn embedded(stage: &Stage, kind: Kind) -> Result<Self, Stop> {
        let name = kind.name.clone();
        let embedded = stage
            .reference("reference", kind.policy, kind.profile, Recipe::Right)
            .await?;
        Ok(Self {
            name,
            target: embedded.target,
            launched: None,
            embedded: Some(embedded.server),
            _state: None,
        })
    }

    /// A server that we start, behind our front.
    pub(crate) async fn launched(
        stage: &Stage,
        chosen: Chosen,
        start: &Start,
        log: &Path,
    ) -> Result<Self, Stop> {
        let fault = |error: &dyn ToString| Stop::new(Exit::Fault, error.to_string());
        let state = tempfile::Builder::new().prefix("cimdspec-state-").tempdir();
        let state = state.map_err(|error| fault(&error))?;
        let port = free_port().map_err(|error| fault(&error))?;
        let upstream = SocketAddr::from(([127, 0, 0, 1], port));
        let scheme = match start.issuer {
            SeenAs::Http => Scheme::Http,
            SeenAs::Https => Scheme::Https,
        };
        let front = stage
            .world
            .front(LABEL, scheme, upstream)
            .map_err(|error| fault(&error))?;
        let issuer = format!("{}{}", front.origin, start.path);
        let given = [
            ("issuer", issuer.clone()),
            ("port", port.to_string()),
            ("ca", stage.authority_file.display().to_string()),
            ("state", state.path().display().to_string()),
        ];
        let replaced = |text: &String| {
            given.iter().fold(text.clone(), |text, (name, value)| {
                text.replace(&format!("{{{name}}}"), value)
            })
        };
        let mut environment = stage.variables.clone();
        for (name, value) in &given {
            environment.push((format!("CIMDSPEC_{}", name.to_uppercase()), value.clone()));
        }
        environment.push(("PORT".to_owned(), port.to_string()));
        environment.push(("ISSUER".to_owned(), issuer.clone()));
        let own = start
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), replaced(value)));
        environment.extend(own);
        let secrets = Secrets::default();
        let heard = LogCapture::default();
        let launch = Launch {
            command: start.command.iter().map(replaced).collect(),
            directory: match &start.directory {
                Some(directory) => chosen.folder.join(directory),
                None => chosen.folder.clone(),
            },
            environment,
            log: log.to_owned(),
            redact: {
                let secrets = secrets.clone();
                Arc::new(move |line| secrets.redacted(line))
            },
            hear: {
                let heard = heard.clone();
                Arc::new(move |line| heard.take(line))
            },
        };
        let launched = Launched::start(launch).map_err(|error| Stop::new(Exit::Environment, error))?;
        let name = chosen.profile.name.clone();
        let until = Instant::now() + start.ready_within.0;
        let found = found(stage, &chosen.profile, Named::At(&issuer), until, || {
            launched.ended()
        })
        .await;
        let target = match found {
            Ok(target) => target,
            Err(why) => {
                let lines = launched.last_lines();
                launched.stop().await;
                let from = lines.len().saturating_sub(LINES_TOLD);
                let told = lines[from..].join("\n  ");
                let said = if told.is_empty() {
                    String::new()
                } else {
                    format!("\nits last lines:\n  {told}")
                };
                return Err(Stop::new(Exit::Environment, format!("{why}{said}")));
            }
        };
        Ok(Self {
            name,
            target: Arc::new(target.telling(&secrets).heard_by(&heard)),
            launched: Some(Arc::new(launched)),
            embedded: None,
            _state: Some(state),
        })
    }

    /// A server that is there already; in the sandbox behind our front, where it listens on an address of ours.
    pub(crate) async fn attached(
        stage: &Stage,
        profile: Profile,
        named: Named<'_>,
        upstream: Option<SocketAddr>,
    ) -> Result<Self, Stop> {
        if let Some(upstream) = upstream {
            let fronted = stage.world.front_of_issuer(named.text(), upstream);
            fronted.map_err(|error| Stop::new(Exit::Usage, error))?;
        }
        let until = Instant::now() + ATTACHED_WITHIN;
        let found = found(stage, &profile, named, until, || None).await;
        let target = found.map_err(|why| Stop::new(Exit::Environment, why))?;
        Ok(Self {
            name: match profile.name.as_str() {
                "" => "the server".to_owned(),
                name => name.to_owned(),
            },
            target: Arc::new(target),
            launched: None,
            embedded: None,
            _state: None,
        })
    }

    /// Ends what we started.
    pub(crate) async fn end(self) {
        if let Some(launched) = self.launched {
            launched.stop().await;
        }
        if let Some(server) = self.embedded {
            server.stop();
        }
    }
}

/// Looks for the metadata until it is there, the time is over, or the server has ended.
async fn found(
    stage: &Stage,
    profile: &Profile,
    named: Named<'_>,
    until: Instant,
    ended: impl Fn() -> Option<String>,
) -> Result<Target, String> {
    loop {
        let error = match Target::discover(named, profile.clone(), stage.trust()).await {
            Ok(target) => return Ok(target),
            Err(error @ DriveError::Metadata { .. }) => error,
            Err(error) => return Err(error.to_string()),
        };
        if let Some(how) = ended() {
            return Err(format!("the server was never ready: {how}"));
        }
        if Instant::now() >= until {
            return Err(error.to_string());
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

fn free_port() -> std::io::Result<u16> {
    TcpListener::bind("127.0.0.1:0")?
        .local_addr()
        .map(|address| address.port())
}
