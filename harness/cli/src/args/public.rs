//! The options of the public environment: what the server sees, where we listen, and who does the rest.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::PathBuf;

use cimdspec_world::HostsBy;
use cimdspec_world::PublicPlace;
use cimdspec_world::PublicPlan;
use cimdspec_world::PublicZone;
use cimdspec_world::Setting;
use cimdspec_world::error::WorldError;
use cimdspec_world::tls::given;
use clap::Args;

use crate::args::environment::EnvironmentName;
use crate::exit::Exit;
use crate::exit::Stop;

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8443);

/// A run behind a public name.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "The public environment")]
pub(crate) struct PublicArguments {
    /// Public URL of the test hosts, as the server sees it
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Address to listen on for requests to the public URL; 127.0.0.1:8443 if omitted
    #[arg(long, value_name = "ADDRESS:PORT", requires = "public_url")]
    pub(crate) listen: Option<SocketAddr>,
    /// Certificate of the public name with its chain (PEM)
    #[arg(long, value_name = "FILE", requires_all = ["public_url", "key"])]
    pub(crate) certificate: Option<PathBuf>,
    /// Key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub(crate) key: Option<PathBuf>,
    /// A proxy of yours terminates TLS; cimdspec listens on plain http
    #[arg(long, requires = "public_url", conflicts_with = "certificate")]
    pub(crate) plain: bool,
    /// Give each host a name below the public one, instead of a path
    #[arg(long, requires = "public_url")]
    pub(crate) wildcard: bool,
    /// Address of the built-in name server, to which the public name is delegated
    #[arg(long, value_name = "ADDRESS:53", requires_all = ["wildcard", "zone_address"])]
    pub(crate) zone_listen: Option<SocketAddr>,
    /// Address that the built-in name server answers with (repeatable)
    #[arg(long, value_name = "IP", requires = "zone_listen")]
    pub(crate) zone_address: Vec<IpAddr>,
}

impl PublicArguments {
    /// How the world of a run is built.
    pub(crate) fn setting(&self, environment: EnvironmentName) -> Result<Setting, Stop> {
        let is_public = environment == EnvironmentName::Public;
        if !is_public && self.public_url.is_some() {
            let told =
                "`--public-url` is for the public environment\nhint: leave it out, or add `--env public`";
            return Err(Stop::new(Exit::Usage, told));
        }
        match environment {
            EnvironmentName::Loopback => Ok(Setting::Loopback),
            EnvironmentName::Public => self.plan().map(Setting::Public),
            EnvironmentName::Sandbox => Ok(Setting::Sandbox),
        }
    }

    fn plan(&self) -> Result<PublicPlan, Stop> {
        let usage = |error: WorldError| Stop::new(Exit::Usage, error);
        let url = self.public_url.as_deref().ok_or_else(|| {
            let told = "a server on the internet fetches from a public name of ours, and none was given\nhint: point a name at \
                        this machine and give it by `--public-url https://probe.example.org`; with `--certificate` and `--key`, or \
                        with `--plain` where TLS is ended in front of us\nhint: for a server on this machine use `--env loopback`";
            Stop::new(Exit::Usage, told)
        })?;
        let tls = match (&self.certificate, &self.key, self.plain) {
            (Some(certificate), Some(key), false) => Some(given(certificate, key).map_err(usage)?),
            (None, None, true) => None,
            _ => {
                let told = "who ends TLS for the public URL?\nhint: give `--certificate` and `--key`, or `--plain` where it is ended \
                            in front of us";
                return Err(Stop::new(Exit::Usage, told));
            }
        };
        let hosts = match self.wildcard {
            true => HostsBy::Name,
            false => HostsBy::Path,
        };
        Ok(PublicPlan {
            place: PublicPlace::parse(url, hosts).map_err(usage)?,
            listen: self.listen.unwrap_or(LISTEN),
            tls,
            hosts,
            zone: self.zone_listen.map(|listen| PublicZone {
                listen,
                addresses: self.zone_address.clone(),
            }),
        })
    }

    /// The flags that make the same world again, each with its value.
    pub(crate) fn flags(&self) -> Vec<(&'static str, Option<String>)> {
        let path = |path: &PathBuf| path.display().to_string();
        let mut flags = vec![
            ("public-url", self.public_url.clone()),
            ("listen", self.listen.map(|listen| listen.to_string())),
            ("certificate", self.certificate.as_ref().map(path)),
            ("key", self.key.as_ref().map(path)),
            ("zone-listen", self.zone_listen.map(|listen| listen.to_string())),
        ];
        let addresses = self.zone_address.iter();
        flags.extend(addresses.map(|address| ("zone-address", Some(address.to_string()))));
        flags
    }
}
