//! The server under test: embedded, launched by us, or there already.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
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
use cimdspec_world::Temporary;
use cimdspec_world::private_folders;
use cimdspec_world::sandbox::Launch;
use cimdspec_world::sandbox::Launched;
use cimdspec_world::sandbox::User;
use cimdspec_world::sandbox::listening_ports;
use cimdspec_world::tls::CERTIFICATE;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::session::embedded::Kind;
use crate::session::profiles::Chosen;
use crate::session::stage::Recipe;
use crate::session::stage::Stage;
use crate::session::upstream;
use crate::session::waiting::Unready;
use crate::session::waiting::Waiting;

/// The server under test and what keeps it.
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) target: Arc<Target>,
    pub(crate) launched: Option<Arc<Launched>>,
    embedded: Option<Server>,
    /// What a launched server has on the disk.
    _place: Option<Place>,
}

/// What a launched server has on the disk: a folder that it may write to, and the authority that it has to trust.
struct Place {
    folder: Temporary,
    state: PathBuf,
    authority: PathBuf,
}

/// Where a run writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places<'a> {
    /// The folder of all runs.
    pub(crate) results: &'a Path,
    /// Where the output of the server goes.
    pub(crate) log: &'a Path,
}

/// As whom a server is launched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunsAs {
    /// The owner of its folder, or an unused user.
    Owner,
    /// The user of the harness.
    Harness,
}

const LABEL: &str = "target";
/// How long a server that somebody else started may take until it answers, unless `--ready-within` says it.
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
            _place: None,
        })
    }

    /// A server that we start, behind our front.
    pub(crate) async fn launched(
        stage: &Stage,
        chosen: Chosen,
        start: &Start,
        runs_as: RunsAs,
        places: Places<'_>,
    ) -> Result<Self, Unready> {
        let fault = |error: &dyn ToString| Stop::new(Exit::Fault, error.to_string());
        let directory = match &start.directory {
            Some(directory) => chosen.folder.join(directory),
            None => chosen.folder.clone(),
        };
        let user = match runs_as {
            RunsAs::Owner => User::of(&start.command, &directory),
            RunsAs::Harness => User::kept(),
        };
        let place = Place::prepare(stage, &user).map_err(|error| fault(&error))?;
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
        let secrets = Secrets::default();
        let told_upstream = match &chosen.profile.upstream {
            Some(wanted) => upstream::put_up(&stage.world, wanted, &front.origin, &secrets)?,
            None => Vec::new(),
        };
        let own = [
            ("issuer", issuer.clone()),
            ("port", port.to_string()),
            ("ca", place.authority.display().to_string()),
            ("state", place.state.display().to_string()),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value));
        let of_upstream = told_upstream.iter();
        let of_upstream = of_upstream.map(|(name, value)| (format!("upstream.{name}"), value.clone()));
        let given: Vec<(String, String)> = own.into_iter().chain(of_upstream).collect();
        let replaced = |text: &String| {
            given.iter().fold(text.clone(), |text, (name, value)| {
                text.replace(&format!("{{{name}}}"), value)
            })
        };
        let mut environment = place.variables(stage);
        for (name, value) in &given {
            let name = name.replace('.', "_").to_uppercase();
            environment.push((format!("CIMDSPEC_{name}"), value.clone()));
        }
        for (name, value) in &told_upstream {
            environment.push((format!("UPSTREAM_{}", name.to_uppercase()), value.clone()));
        }
        environment.push(("PORT".to_owned(), port.to_string()));
        environment.push(("ISSUER".to_owned(), issuer.clone()));
        let own = start
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), replaced(value)));
        environment.extend(own);
        let heard = LogCapture::default();
        let launch = Launch {
            command: start.command.iter().map(replaced).collect(),
            directory,
            environment,
            user,
            folder: place.folder.path().to_owned(),
            hidden: private_folders(),
            sealed: vec![places.results.to_owned()],
            log: places.log.to_owned(),
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
        let unreadable = launched.unreadable();
        if let Some(unreadable) = &unreadable {
            say(&format!("warning: {unreadable}"));
        }
        for words in launched.given_up() {
            say(&format!("warning: {words}"));
        }
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
                let hint = unreadable.map(|unreadable| {
                    format!("{unreadable}; `--keep-user` starts it as the user of the harness")
                });
                return Err(unready.with_log(&lines, hint));
            }
        };
        Ok(Self {
            name,
            target: Arc::new(target.telling(&secrets).heard_by(&heard).behind_front()),
            launched: Some(Arc::new(launched)),
            embedded: None,
            _place: Some(place),
        })
    }

    /// A server that is there already; in the sandbox behind our front, where it listens on an address of ours.
    pub(crate) async fn attached(
        stage: &Stage,
        profile: Profile,
        named: Named<'_>,
        address: Option<SocketAddr>,
        within: Option<Duration>,
    ) -> Result<Self, Unready> {
        if let Some(address) = address {
            let fronted = stage.world.front_of_issuer(named.text(), address);
            fronted.map_err(|error| Stop::new(Exit::Usage, error))?;
        }
        let secrets = Secrets::default();
        if let Some(wanted) = &profile.upstream {
            if wanted.client_secret.is_none() {
                let told = "the server is there already, so it cannot be given a new secret for the upstream identity \
                            provider\nhint: name the ones that it has in `client_id` and `client_secret` of `[upstream]`";
                return Err(Stop::new(Exit::Usage, told).into());
            }
            upstream::put_up(&stage.world, wanted, &upstream::origin(named.text()), &secrets)?;
        }
        let waiting = Waiting {
            stage,
            profile: &profile,
            named,
            within: within.unwrap_or(ATTACHED_WITHIN),
            upstream: address,
            listening_before: BTreeSet::new(),
        };
        let target = waiting.found(|| None).await?.telling(&secrets);
        let target = match address {
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
            _place: None,
        })
    }

    /// Whether it is the embedded reference server.
    pub(crate) fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }

    /// The last lines that a launched server wrote.
    pub(crate) fn last_lines(&self) -> Vec<String> {
        self.launched
            .as_ref()
            .map_or(Vec::new(), |launched| launched.last_lines())
    }

    /// What of a launched server's containment was given up, in words.
    pub(crate) fn given_up(&self) -> Vec<String> {
        self.launched
            .as_ref()
            .map_or(Vec::new(), |launched| launched.given_up())
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

impl Place {
    fn prepare(stage: &Stage, user: &User) -> io::Result<Self> {
        let folder = Temporary::new()?;
        let authority = folder.path().join(CERTIFICATE);
        fs::write(&authority, stage.world.authority_pem())?;
        folder.publish()?;
        let state = folder.path().join("state");
        fs::create_dir(&state)?;
        fs::set_permissions(&state, fs::Permissions::from_mode(0o700))?;
        user.own(&state)?;
        Ok(Self {
            folder,
            state,
            authority,
        })
    }

    /// The stage's variables; they name the copy of the authority that the server's user can read.
    fn variables(&self, stage: &Stage) -> Vec<(String, String)> {
        let (ours, copy) = (stage.authority_file.display().to_string(), &self.authority);
        let variables = stage.variables.iter().map(|(name, value)| match *value == ours {
            true => (name.clone(), copy.display().to_string()),
            false => (name.clone(), value.clone()),
        });
        variables.collect()
    }
}

fn free_port() -> std::io::Result<u16> {
    TcpListener::bind("127.0.0.1:0")?
        .local_addr()
        .map(|address| address.port())
}
