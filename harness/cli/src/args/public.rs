//! The options of the public environment: what the server sees, where we listen, and who does the rest. They take the place of
//! what `[public]` of a profile says.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_model::profile::NameServer;
use cimdspec_model::profile::Public;
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

/// Where we listen unless it is said.
pub(crate) const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8443);

/// A run behind a public name.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "The public environment")]
pub(crate) struct PublicArguments {
    /// Public URL of the test hosts, as the server sees it
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Address to listen on for requests to the public URL; 127.0.0.1:8443 if omitted
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Certificate of the public name with its chain (PEM)
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) certificate: Option<PathBuf>,
    /// Key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub(crate) key: Option<PathBuf>,
    /// A proxy of yours terminates TLS; cimdspec listens on plain http
    #[arg(long, conflicts_with = "certificate")]
    pub(crate) plain: bool,
    /// Give each host a name below the public one, instead of a path
    #[arg(long)]
    pub(crate) wildcard: bool,
    /// Address of the built-in name server, to which the public name is delegated
    #[arg(long, value_name = "ADDRESS:53")]
    pub(crate) zone_listen: Option<SocketAddr>,
    /// Address that the built-in name server answers with (repeatable)
    #[arg(long, value_name = "IP")]
    pub(crate) zone_address: Vec<IpAddr>,
}

impl PublicArguments {
    /// These with what a profile says that is in this folder; what ends TLS is taken from one of them as a whole.
    pub(crate) fn over(&self, public: Option<&Public>, folder: &Path) -> Self {
        let Some(public) = public else {
            return self.clone();
        };
        let file = |name: &Option<String>| name.as_ref().map(|name| folder.join(name));
        let ends_tls = self.plain || self.certificate.is_some();
        let (certificate, key, plain) = match ends_tls {
            true => (self.certificate.clone(), self.key.clone(), self.plain),
            false => (file(&public.certificate), file(&public.key), public.plain),
        };
        let zone = public.zone.as_ref();
        Self {
            public_url: self.public_url.clone().or_else(|| Some(public.url.clone())),
            listen: self.listen.or(public.listen),
            certificate,
            key,
            plain,
            wildcard: self.wildcard || public.wildcard,
            zone_listen: self.zone_listen.or(zone.map(|zone| zone.listen)),
            zone_address: match zone {
                Some(zone) if self.zone_address.is_empty() => zone.addresses.clone(),
                _ => self.zone_address.clone(),
            },
        }
    }

    /// The table of a profile that is in this folder; none where there is no public URL.
    pub(crate) fn table(&self, folder: &Path) -> Option<Public> {
        let file = |path: &Option<PathBuf>| path.as_ref().map(|path| seen_from(folder, path));
        Some(Public {
            url: self.public_url.clone()?,
            listen: self.listen,
            certificate: file(&self.certificate),
            key: file(&self.key),
            plain: self.plain,
            wildcard: self.wildcard,
            zone: self.zone_listen.map(|listen| NameServer {
                listen,
                addresses: self.zone_address.clone(),
            }),
        })
    }

    /// How the world of a run is built; the flags are those of the command line alone.
    pub(crate) fn setting(&self, environment: EnvironmentName, flags: &Self) -> Result<Setting, Stop> {
        if environment != EnvironmentName::Public
            && let Some(flag) = flags.given().next()
        {
            let told = format!(
                "`--{flag}` is for the public environment\nhint: leave it out, or add `--env public`"
            );
            return Err(Stop::new(Exit::Usage, told));
        }
        match environment {
            EnvironmentName::Loopback => Ok(Setting::Loopback),
            EnvironmentName::Public => self.plan().map(Setting::Public),
            EnvironmentName::Sandbox => Ok(Setting::Sandbox),
        }
    }

    /// The flags that were given, without their dashes.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        let switches = [("plain", self.plain), ("wildcard", self.wildcard)];
        let valued = self.flags().into_iter();
        let valued = valued.map(|(flag, value)| (flag, value.is_some()));
        let all: Vec<(&'static str, bool)> = valued.chain(switches).collect();
        all.into_iter()
            .filter_map(|(flag, is_given)| is_given.then_some(flag))
    }

    fn plan(&self) -> Result<PublicPlan, Stop> {
        let usage = |error: WorldError| Stop::new(Exit::Usage, error);
        let url = self.public_url.as_deref().ok_or_else(|| {
            let told = "a server on the internet fetches from a public name of ours, and none was given\nhint: point a name at \
                        this machine and give it by `--public-url https://probe.example.org`, or by `url` of `[public]` in its profile; with \
                        `--certificate` and `--key`, or with `--plain` where TLS is ended in front of us\nhint: for a server on this machine use `--env loopback`";
            Stop::new(Exit::Usage, told)
        })?;
        let tls = match (&self.certificate, &self.key, self.plain) {
            (Some(certificate), Some(key), false) => Some(given(certificate, key).map_err(usage)?),
            (None, None, true) => None,
            _ => {
                let told = "who ends TLS for the public URL?\nhint: give `--certificate` and `--key`, or `--plain` where it is ended \
                            in front of us; a profile has the same members in `[public]`";
                return Err(Stop::new(Exit::Usage, told));
            }
        };
        let hosts = match self.wildcard {
            true => HostsBy::Name,
            false => HostsBy::Path,
        };
        self.zone_fits()?;
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

    /// Whether what is said of the name server is whole.
    fn zone_fits(&self) -> Result<(), Stop> {
        let usage = |told: &str| Err(Stop::new(Exit::Usage, told));
        match (self.zone_listen, self.zone_address.is_empty()) {
            (None, true) => Ok(()),
            (Some(_), false) if self.wildcard => Ok(()),
            (Some(_), false) => usage(
                "`--zone-listen` needs names below the public one\nhint: add `--wildcard`, or `wildcard = true` in `[public]`",
            ),
            (Some(_), true) => usage(
                "the built-in name server has no address to answer with\nhint: add `--zone-address IP`, the address that leads to \
                 this machine",
            ),
            (None, false) => usage(
                "`--zone-address` is for the built-in name server\nhint: add `--zone-listen ADDRESS:53`, to which the public name \
                 is delegated",
            ),
        }
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

/// A file as a profile in this folder names it: relative to it where it is below it, else by its whole path.
fn seen_from(folder: &Path, file: &Path) -> String {
    let whole = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let file = whole(file);
    match file.strip_prefix(whole(folder)) {
        Ok(below) => below.display().to_string(),
        Err(_) => file.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Public {
        Public {
            url: "https://probe.example.org".to_owned(),
            listen: "0.0.0.0:443".parse().ok(),
            certificate: Some("probe.pem".to_owned()),
            key: Some("probe.key".to_owned()),
            plain: false,
            wildcard: true,
            zone: Some(NameServer {
                listen: "203.0.113.7:53".parse().unwrap(),
                addresses: vec!["203.0.113.7".parse().unwrap()],
            }),
        }
    }

    #[test]
    fn a_profile_says_what_the_flags_say() {
        let folder = Path::new("/somewhere");
        let public = PublicArguments::default().over(Some(&profile()), folder);
        assert_eq!(public.certificate, Some(folder.join("probe.pem")));
        let written = Public {
            certificate: Some("/somewhere/probe.pem".to_owned()),
            key: Some("/somewhere/probe.key".to_owned()),
            ..profile()
        };
        assert_eq!(public.table(Path::new("/elsewhere")), Some(written));
        assert_eq!(public.table(folder), Some(profile()));
    }

    #[test]
    fn flags_take_the_place_of_members() {
        let flags = PublicArguments {
            public_url: Some("https://other.example.org".to_owned()),
            plain: true,
            zone_address: vec!["203.0.113.8".parse().unwrap()],
            ..PublicArguments::default()
        };
        let public = flags.over(Some(&profile()), Path::new("/x"));
        assert_eq!(public.public_url, flags.public_url);
        assert_eq!((public.plain, public.certificate, public.key), (true, None, None));
        assert_eq!(
            (public.listen, public.zone_listen),
            (profile().listen, "203.0.113.7:53".parse().ok())
        );
        assert_eq!(public.zone_address, flags.zone_address);
    }

    #[test]
    fn half_a_name_server_is_wrong_usage() {
        let whole = PublicArguments::default().over(Some(&profile()), Path::new(""));
        assert!(whole.zone_fits().is_ok());
        for (public, wanted) in [
            (
                PublicArguments {
                    wildcard: false,
                    ..whole.clone()
                },
                "add `--wildcard`",
            ),
            (
                PublicArguments {
                    zone_address: Vec::new(),
                    ..whole.clone()
                },
                "add `--zone-address IP`",
            ),
            (
                PublicArguments {
                    zone_listen: None,
                    ..whole.clone()
                },
                "add `--zone-listen",
            ),
        ] {
            let stop = public.zone_fits().unwrap_err();
            assert_eq!(stop.exit, Exit::Usage);
            assert!(stop.message.contains(wanted), "{stop}");
        }
    }
}
