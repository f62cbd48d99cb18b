//! The upstream identity provider in the world: its names and their fronts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::PoisonError;

use super::build::World;
use super::build::listen;
use super::environment::Environment;
use crate::error::WorldError;
use crate::upstream::Provider;
use crate::upstream::UpstreamPlan;
use crate::upstream::accept_loop;
use crate::upstream::hosts;
use crate::upstream::make_key;

impl World {
    /// Puts an upstream identity provider at the names of its kinds; gives the secret of its client.
    ///
    /// # Errors
    /// [`WorldError::Upstream`] outside of the sandbox, where we answer for no such name; [`WorldError::Listen`] when no
    /// port can be had.
    pub fn upstream(&self, plan: UpstreamPlan) -> Result<String, WorldError> {
        if self.environment != Environment::Sandbox {
            return Err(WorldError::Upstream);
        }
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let address = listener.local_addr().map_err(|error| WorldError::Listen {
            address: "127.0.0.1:0".to_owned(),
            reason: error.to_string(),
        })?;
        let kinds = plan.kinds.clone();
        let provider = Provider::new(plan).map_err(|reason| WorldError::Certificate {
            subject: "the upstream identity provider".to_owned(),
            reason,
        })?;
        for name in kinds.iter().flat_map(|kind| hosts(*kind)) {
            self.front_by_name(name, address);
        }
        let secret = provider.secret().to_owned();
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn_blocking(make_key);
        tasks.spawn(accept_loop(listener, Arc::new(provider)));
        Ok(secret)
    }
}
