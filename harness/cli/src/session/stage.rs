//! The stage of a run: the world, and the embedded reference server in it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use cimdspec_drive::LogCapture;
use cimdspec_drive::Named;
use cimdspec_drive::Secrets;
use cimdspec_drive::Target;
use cimdspec_drive::Trust;
use cimdspec_model::profile::InitialTokens;
use cimdspec_model::profile::PrivateKey;
use cimdspec_model::profile::Profile;
use cimdspec_model::profile::Statements;
use cimdspec_reference::Options;
use cimdspec_reference::Policy;
use cimdspec_reference::Server;
use cimdspec_reference::ServerLog;
use cimdspec_reference::Upstream;
use cimdspec_reference::cimd::FetchSettings;
use cimdspec_reference::cimd::Loopback;
use cimdspec_reference::policy::Way;
use cimdspec_world::Environment;
use cimdspec_world::Scheme;
use cimdspec_world::Setting;
use cimdspec_world::Temporary;
use cimdspec_world::World;
use cimdspec_world::sandbox::Surroundings;
use cimdspec_world::sandbox::is_inside;
use cimdspec_world::tls::Authority;
use cimdspec_world::tls::CERTIFICATE;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;

use crate::command::trust;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::browser;
use crate::session::upstream;

/// The world of a run and what the sandbox has on its disk.
pub(crate) struct Stage {
    pub(crate) world: Arc<World>,
    /// The authority's certificate, for those who have to trust it.
    pub(crate) authority_file: PathBuf,
    /// What a launched server needs in its environment to trust it.
    pub(crate) variables: Vec<(String, String)>,
    /// A home folder in which browsers find the authority, where one could be made.
    browser_home: OnceCell<Option<Temporary>>,
    _surroundings: Option<Surroundings>,
    _folder: Option<Temporary>,
}

/// Where the authority of a run comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuthoritySource {
    /// Made for this run.
    Fresh,
    /// Kept in a folder.
    Kept(PathBuf),
}

/// Names, in a sandbox that `cimdspec sandbox` made, the folder with its authority; the surroundings are in place then.
pub(crate) const BOX: &str = "CIMDSPEC_BOX";

/// Names the file of the run's authority.
const CA: &str = "CIMDSPEC_CA";
/// Names a home folder in which browsers trust the run's authority.
const BROWSER_HOME: &str = "CIMDSPEC_BROWSER_HOME";
/// Those that name the file and take nothing away.
const ADDED: [&str; 2] = [CA, "NODE_EXTRA_CA_CERTS"];

/// What the profile of the embedded server knows of its login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Recipe {
    /// All that is needed.
    Right,
    /// Nothing.
    Missing,
    /// The fields, and a password that is not the user's.
    WrongPassword,
}

impl Recipe {
    fn write_into(self, profile: &mut Profile) {
        let fields = &mut profile.login.fields;
        match self {
            Self::Right => {}
            Self::Missing => fields.clear(),
            Self::WrongPassword => _ = fields.insert("password".to_owned(), "not-the-password".to_owned()),
        }
    }
}

/// The embedded server and the way to it.
pub(crate) struct Embedded {
    pub(crate) target: Arc<Target>,
    pub(crate) server: Server,
}

impl Stage {
    /// Builds the world.
    pub(crate) async fn build(setting: Setting, source: AuthoritySource) -> Result<Self, Stop> {
        let environment = setting.environment();
        let stop = |error: &dyn ToString| Stop::new(Exit::Environment, error.to_string());
        let boxed = std::env::var_os(BOX).filter(|_| environment == Environment::Sandbox && is_inside());
        let is_made = boxed.is_some();
        let source = boxed.map_or(source, |folder| AuthoritySource::Kept(folder.into()));
        let (authority, folder, temporary) = match source {
            AuthoritySource::Kept(folder) => {
                let authority = Authority::kept(&folder).map_err(|error| stop(&error))?;
                (authority, folder, None)
            }
            AuthoritySource::Fresh => {
                let temporary = Temporary::new().map_err(|error| stop(&error))?;
                let authority = Authority::kept(temporary.path()).map_err(|error| stop(&error))?;
                (authority, temporary.path().to_owned(), Some(temporary))
            }
        };
        let world = World::start(setting, authority)
            .await
            .map_err(|error| stop(&error))?;
        let surroundings = match environment {
            Environment::Sandbox if is_inside() && !is_made => {
                Some(Surroundings::prepare(world.authority_pem()).map_err(|error| stop(&error))?)
            }
            Environment::Loopback | Environment::Public(_) | Environment::Sandbox => None,
        };
        let authority_file = folder.join(CERTIFICATE);
        let variables = match &surroundings {
            Some(surroundings) => surroundings
                .environment()
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            None if is_made => Vec::new(),
            None => trust::VARIABLES
                .map(|name| (name.to_owned(), authority_file.display().to_string()))
                .into(),
        };
        Ok(Self {
            world: Arc::new(world),
            authority_file,
            variables,
            browser_home: OnceCell::new(),
            _surroundings: surroundings,
            _folder: temporary,
        })
    }

    /// What a program of the operator needs in its environment to trust the run's authority. Outside of the sandbox the server has
    /// a certificate of its own, and no variable may take the system's authorities away.
    pub(crate) async fn of_programs(&self, profile: &Profile) -> Vec<(String, String)> {
        let has_any = !profile.login.command.is_empty() || !profile.consent.command.is_empty();
        let file = self.authority_file.display().to_string();
        let named = |name: &str| (name.to_owned(), file.clone());
        match self.world.environment() {
            Environment::Sandbox => {
                let mut variables = self.variables.clone();
                variables.push(named(CA));
                if has_any {
                    let home = self
                        .browser_home
                        .get_or_init(|| browser::home(&self.authority_file));
                    let home = home.await.as_ref();
                    variables.extend(home.map(|home| {
                        let home = home.path().display().to_string();
                        (BROWSER_HOME.to_owned(), home)
                    }));
                }
                variables
            }
            Environment::Loopback => ADDED.map(named).into(),
            Environment::Public(_) => Vec::new(),
        }
    }

    /// Whom our client believes: the run's authority.
    pub(crate) fn trust(&self) -> Trust<'_> {
        Trust {
            pem: self.world.authority_pem(),
            system: self.world.environment() != Environment::Sandbox,
        }
    }

    /// The provider for the embedded server at this origin.
    fn provider(
        &self,
        wanted: &cimdspec_model::profile::Upstream,
        origin: &str,
        root: &CertificateDer<'static>,
        secrets: &Secrets,
    ) -> Result<Upstream, Stop> {
        let fault = |error: &dyn ToString| Stop::new(Exit::Fault, error.to_string());
        let given = upstream::put_up(&self.world, wanted, origin, secrets)?;
        let told = |wanted: &str| {
            let mut given = given.iter();
            given
                .find(|(name, _)| *name == wanted)
                .map_or_else(String::new, |(_, value)| value.clone())
        };
        let mut roots = RootCertStore::empty();
        roots.add(root.clone()).map_err(|error| fault(&error))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| fault(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Upstream {
            authorization: told("authorization_endpoint"),
            token: told("token_endpoint"),
            userinfo: told("userinfo_endpoint"),
            client_id: told("client_id"),
            client_secret: told("client_secret"),
            tls: Arc::new(tls),
        })
    }

    /// Starts the embedded reference server with a policy, behind a front of its own.
    pub(crate) async fn reference(
        &self,
        label: &str,
        policy: Policy,
        profile: Profile,
        recipe: Recipe,
    ) -> Result<Embedded, Stop> {
        let fault = |error: &dyn ToString| Stop::new(Exit::Fault, error.to_string());
        let world = &self.world;
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(|error| fault(&error))?;
        let address = listener.local_addr().map_err(|error| fault(&error))?;
        let front = world
            .front(label, Scheme::Https, address)
            .map_err(|error| fault(&error))?;
        let has_login = *policy.choice.pages.login_here.unnoted() == Way::Other;
        let login = has_login.then(|| world.front(&format!("{label}-login"), Scheme::Https, address));
        let login = login.transpose().map_err(|error| fault(&error))?;
        let login = login.map(|front| front.origin);
        // Where a token opens one registration, the operator's programs get a new one for each.
        let one_registration = *policy.choice.registration.initial_token_reused.unnoted() == Way::Other;
        let root = CertificateDer::from_pem_slice(world.authority_pem().as_bytes())
            .map_err(|error| fault(&error))?;
        let (dns, loopback) = match world.environment() {
            Environment::Sandbox => (Some(SocketAddr::from(([127, 0, 0, 1], 53))), Loopback::Refuse),
            Environment::Loopback | Environment::Public(_) => (None, Loopback::Allow),
        };
        let fetch = FetchSettings {
            dns,
            trust: vec![root.clone()],
            loopback,
        };
        let secrets = Secrets::default();
        let upstream = match &profile.upstream {
            Some(wanted) => Some(self.provider(wanted, &front.origin, &root, &secrets)?),
            None => None,
        };
        let heard = LogCapture::default();
        let ear = heard.clone();
        let options = Options {
            issuer: front.origin.clone(),
            login,
            policy,
            data: None,
            fetch,
            log: ServerLog::to(move |line| ear.take(line)),
            upstream,
        };
        let server = Server::start(listener, options)
            .await
            .map_err(|error| fault(&error))?;
        let publisher = server.publisher();
        let mut profile = Profile {
            statements: Some(Statements {
                issuer: publisher.issuer().to_owned(),
                key: PrivateKey::Text(publisher.private_key().to_owned()),
                kid: None,
                set: BTreeMap::new(),
            }),
            initial_access_token: Some(server.initial_tokens().valid().to_owned()),
            expired_initial_access_token: Some(server.initial_tokens().expired().to_owned()),
            ..profile
        };
        if one_registration && !profile.initial_tokens.is_told() {
            let (client_id, client_secret, scope) = server.initial_tokens().operator();
            profile.initial_tokens = InitialTokens {
                client_id: Some(client_id.to_owned()),
                client_secret: Some(client_secret.to_owned()),
                scope: Some(scope.to_owned()),
                ..InitialTokens::default()
            };
        }
        recipe.write_into(&mut profile);
        let target = Target::discover(Named::Exactly(server.issuer()), profile, self.trust()).await;
        let target = target.map_err(|error| fault(&error))?;
        let in_programs = self.of_programs(target.profile()).await;
        let target = target
            .telling(&secrets)
            .heard_by(&heard)
            .behind_front()
            .with_programs_in(in_programs);
        let target = Arc::new(target);
        Ok(Embedded { target, server })
    }
}
