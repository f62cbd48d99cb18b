//! The server under test: embedded, launched by us, or there already.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

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
use cimdspec_world::sandbox::listening_ports;
use tempfile::TempDir;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::embedded::Kind;
use crate::session::profiles::Chosen;
use crate::session::stage::Recipe;
use crate::session::stage::Stage;
use crate::session::waiting::Unready;
use crate::session::waiting::Waiting;

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
/// How long a server that somebody else started may take until it answers.
const ATTACHED_WITHIN: Duration = Duration::from_secs(10);

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
    ) -> Result<Self, Unready> {
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
        let listening_before = listening_ports();
        let launched = Launched::start(launch).map_err(|error| Stop::new(Exit::Environment, error))?;
        let name = chosen.profile.name.clone();
        let waiting = Waiting {
            stage,
            profile: &chosen.profile,
            named: Named::At(&issuer),
            within: start.ready_within.0,
            upstream: Some(upstream),
            listening_before,
        };
        let target = match waiting.found(|| launched.ended()).await {
            Ok(target) => target,
            Err(unready) => {
                let lines = launched.last_lines();
                launched.stop().await;
                return Err(unready.with_log(&lines));
            }
        };
        Ok(Self {
            name,
            target: Arc::new(target.telling(&secrets).heard_by(&heard).behind_front()),
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
    ) -> Result<Self, Unready> {
        if let Some(upstream) = upstream {
            let fronted = stage.world.front_of_issuer(named.text(), upstream);
            fronted.map_err(|error| Stop::new(Exit::Usage, error))?;
        }
        let waiting = Waiting {
            stage,
            profile: &profile,
            named,
            within: ATTACHED_WITHIN,
            upstream,
            listening_before: BTreeSet::new(),
        };
        let target = waiting.found(|| None).await?;
        let target = match upstream {
            Some(_) => target.behind_front(),
            None => target,
        };
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

fn free_port() -> std::io::Result<u16> {
    TcpListener::bind("127.0.0.1:0")?
        .local_addr()
        .map(|address| address.port())
}
