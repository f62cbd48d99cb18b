//! The stage of a run: the world, and the embedded reference server in it.

use std::net::SocketAddr;
use std::sync::Arc;

use cimdspec_drive::Target;
use cimdspec_model::profile::Profile;
use cimdspec_reference::Options;
use cimdspec_reference::Policy;
use cimdspec_reference::Server;
use cimdspec_reference::cimd::FetchSettings;
use cimdspec_reference::cimd::Loopback;
use cimdspec_world::Environment;
use cimdspec_world::World;
use cimdspec_world::sandbox::Surroundings;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpListener;

use crate::exit::Exit;
use crate::exit::Stop;

/// The world of a run and what the box has on its disk.
pub(crate) struct Stage {
    pub(crate) world: Arc<World>,
    _surroundings: Option<Surroundings>,
}

/// The embedded server and the way to it.
pub(crate) struct Embedded {
    pub(crate) target: Arc<Target>,
    pub(crate) server: Server,
}

impl Stage {
    /// Builds the world.
    pub(crate) async fn build(environment: Environment) -> Result<Self, Stop> {
        let stop = |error: &dyn ToString| Stop::new(Exit::Environment, error.to_string());
        let world = World::start(environment).await.map_err(|error| stop(&error))?;
        let surroundings = match environment {
            Environment::Sandbox => {
                Some(Surroundings::prepare(world.authority_pem()).map_err(|error| stop(&error))?)
            }
            Environment::Loopback => None,
        };
        Ok(Self {
            world: Arc::new(world),
            _surroundings: surroundings,
        })
    }

    /// Starts the embedded reference server with a policy, behind a front of its own.
    pub(crate) async fn reference(&self, label: &str, policy: Policy) -> Result<Embedded, Stop> {
        let fault = |error: &dyn ToString| Stop::new(Exit::Fault, error.to_string());
        let world = &self.world;
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(|error| fault(&error))?;
        let address = listener.local_addr().map_err(|error| fault(&error))?;
        let front = world.front(label, address).map_err(|error| fault(&error))?;
        let root = CertificateDer::from_pem_slice(world.authority_pem().as_bytes())
            .map_err(|error| fault(&error))?;
        let (dns, loopback) = match world.environment() {
            Environment::Sandbox => (Some(SocketAddr::from(([127, 0, 0, 1], 53))), Loopback::Refuse),
            Environment::Loopback => (None, Loopback::Allow),
        };
        let fetch = FetchSettings {
            dns,
            trust: vec![root],
            loopback,
        };
        let options = Options {
            issuer: front.origin.clone(),
            policy,
            data: None,
            fetch,
        };
        let server = Server::start(listener, options)
            .await
            .map_err(|error| fault(&error))?;
        let target = Target::discover(&front.origin, Profile::reference(), world.authority_pem()).await;
        let target = Arc::new(target.map_err(|error| fault(&error))?);
        Ok(Embedded { target, server })
    }
}
