//! Fronts: the names under which a server on this machine is reached.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;

use super::build::World;
use super::build::ZONE;
use super::build::constant;
use super::build::listen;
use super::environment::Environment;
use crate::error::WorldError;
use crate::hosts::accept_loop;

/// The scheme of a front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain http on port 80; in the sandbox only.
    Http,
    /// TLS ends at the front.
    Https,
}

/// The front of a server under test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// Its origin: the issuer of a server without a path.
    pub origin: String,
}

impl World {
    /// Puts a front on an ordinary public name before a server on `upstream`.
    ///
    /// # Errors
    /// [`WorldError::Listen`] in the loopback environment when no port can be had.
    pub fn front(&self, label: &str, scheme: Scheme, upstream: SocketAddr) -> Result<Front, WorldError> {
        match self.environment {
            Environment::Sandbox => {
                let name = format!("as-{label}.{ZONE}");
                self.front_by_name(&name, upstream);
                Ok(Front {
                    origin: match scheme {
                        Scheme::Http => format!("http://{name}"),
                        Scheme::Https => format!("https://{name}"),
                    },
                })
            }
            // A server that we start is never behind a public name.
            Environment::Loopback | Environment::Public(_) => {
                self.shared.registry.front("localhost", upstream);
                let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
                let port = listener
                    .local_addr()
                    .map(|address| address.port())
                    .unwrap_or_default();
                let task = accept_loop(listener, Arc::clone(&self.shared), false);
                self.tasks
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .spawn(task);
                Ok(Front {
                    origin: format!("https://localhost:{port}"),
                })
            }
        }
    }

    /// Puts a front on the name of this issuer before a server on `upstream`.
    ///
    /// # Errors
    /// [`WorldError::Issuer`] outside of the sandbox, and for an issuer whose name we cannot answer for.
    pub fn front_of_issuer(&self, issuer: &str, upstream: SocketAddr) -> Result<(), WorldError> {
        let after_scheme = issuer
            .strip_prefix("https://")
            .or_else(|| issuer.strip_prefix("http://"))
            .unwrap_or_default();
        let name = after_scheme.split('/').next().unwrap_or_default();
        let is_name = name.contains('.')
            && name.parse::<IpAddr>().is_err()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        if self.environment != Environment::Sandbox || !is_name {
            return Err(WorldError::Issuer {
                issuer: issuer.to_owned(),
            });
        }
        self.front_by_name(&name.to_ascii_lowercase(), upstream);
        Ok(())
    }

    pub(super) fn front_by_name(&self, name: &str, upstream: SocketAddr) {
        let (v4, v6) = self.next_addresses();
        self.zone.set(name, constant(vec![v4, v6]));
        self.shared.registry.front(name, upstream);
    }
}
