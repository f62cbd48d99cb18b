//! What keeps a run behind a public name from the truth, found before the first case: each with the record or the file to change.

use std::time::Duration;
use std::time::SystemTime;

use cimdspec_drive::Astray;
use cimdspec_drive::Clocks;
use cimdspec_drive::Target;
use cimdspec_drive::comes_home;
use cimdspec_drive::in_words;
use cimdspec_world::HostsBy;
use cimdspec_world::PublicPlace;

use crate::args::public::LISTEN;
use crate::args::public::PublicArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::session::nonce::nonce;
use crate::session::stage::Stage;

/// Clocks that are further apart make assertions and certificates that one side takes and the other does not.
const FAR: Duration = Duration::from_secs(60);
const ALL_THE_SAME: &str = "hint: if only this machine sees it so, `--keep-going` runs all the same";

/// What becomes of what is astray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfAstray {
    /// It is a warning.
    KeepGoing,
    /// The run ends.
    Stop,
}

impl IfAstray {
    fn told(self, told: &str) -> Result<(), Stop> {
        match self {
            Self::KeepGoing => say(&format!("warning: {told}")),
            Self::Stop => return Err(Stop::new(Exit::Environment, format!("{told}\n{ALL_THE_SAME}"))),
        }
        Ok(())
    }
}

/// Whether what is sent to the public URL arrives here.
pub(crate) async fn hosts(stage: &Stage, public: &PublicArguments, then: IfAstray) -> Result<(), Stop> {
    let home = comes_home(&stage.world, &nonce()).await;
    match home.map_err(|error| Stop::new(Exit::Fault, error))? {
        Ok(()) => Ok(()),
        Err(astray) => then.told(&told(&astray, public)),
    }
}

/// Whether the clock of this machine and that of the target are the same.
pub(crate) async fn clock(target: &Target, then: IfAstray) -> Result<(), Stop> {
    match target.clocks().await.filter(|clocks| clocks.apart() > FAR) {
        Some(clocks) => then.told(&far(&clocks)),
        None => Ok(()),
    }
}

fn far(clocks: &Clocks) -> String {
    let shown = |time: SystemTime| httpdate::fmt_http_date(time);
    let is_behind = clocks.here < clocks.there;
    format!(
        "the clock of this machine is {} s {} that of the server: {} here, and its answers have `Date: {}`\n\
         hint: set the clock that is wrong: here by `timedatectl set-ntp true` or `chronyc makestep`, else that of the server",
        clocks.apart().as_secs(),
        if is_behind { "behind" } else { "ahead of" },
        shown(clocks.here),
        shown(clocks.there),
    )
}

/// What is astray, and what to change.
fn told(astray: &Astray, public: &PublicArguments) -> String {
    let name = name(public);
    match astray {
        Astray::Certificate { origin, reason } => format!(
            "no server can fetch from `{origin}`: its certificate is refused: {reason}\nhint: {} has to be for `{}`, by an authority \
             that servers trust, with its chain",
            certificate(public),
            wanted(public)
        ),
        Astray::Elsewhere {
            origin,
            addresses,
            status,
        } => format!(
            "`{origin}` does not lead here: {} answered status {status}, and no request came to {}\nhint: {}",
            in_words(addresses),
            listen(public),
            way(public)
        ),
        Astray::Nameless { name: asked, reason } => format!(
            "`{asked}` cannot be looked up: {reason}\nhint: set the record `{}. A ADDRESS`, with the public address of this machine",
            wanted(public)
        ),
        Astray::Silent {
            origin,
            addresses,
            reason,
        } => format!(
            "nobody answers at `{origin}`, which leads to {}: {reason}\nhint: {}",
            in_words(addresses),
            way(public)
        ),
        Astray::Undelegated { name: asked, said } => format!(
            "`{name}` is not delegated to cimdspec: `{asked}` was looked up, and no query came to {}; the resolver said: {said}\n\
             hint: set these records at the name server of `{}`, in the place of all others of `{name}` and below it:\n{}\n\
             hint: a resolver keeps old records until their time to live is over; to run without lookups leave out `--zone-listen`",
            public
                .zone_listen
                .map_or(String::new(), |listen| listen.to_string()),
            name.split_once('.').map_or(name.as_str(), |(_, above)| above),
            delegation(public, &name)
        ),
    }
}

/// The records that delegate a zone, as a zone file has them.
fn delegation(public: &PublicArguments, name: &str) -> String {
    let server = format!("    {name}. NS ns.{name}.");
    let glue = public.zone_address.iter().map(|address| {
        let kind = if address.is_ipv4() { "A" } else { "AAAA" };
        format!("    ns.{name}. {kind} {address}")
    });
    std::iter::once(server).chain(glue).collect::<Vec<_>>().join("\n")
}

/// The public name.
fn name(public: &PublicArguments) -> String {
    let url = public.public_url.as_deref().unwrap_or_default();
    let place = PublicPlace::parse(url, HostsBy::Path);
    place.map_or_else(|_| url.to_owned(), |place| place.name().to_owned())
}

/// The name that records and certificates have to be of.
fn wanted(public: &PublicArguments) -> String {
    match public.wildcard {
        true => format!("*.{}", name(public)),
        false => name(public),
    }
}

fn certificate(public: &PublicArguments) -> String {
    match &public.certificate {
        Some(file) => format!("`{}`", file.display()),
        None => "the certificate of what ends TLS in front of us".to_owned(),
    }
}

fn listen(public: &PublicArguments) -> String {
    public.listen.unwrap_or(LISTEN).to_string()
}

/// What has to lead where.
fn way(public: &PublicArguments) -> String {
    let passes = match public.plain {
        true => "what ends TLS there has to pass on to",
        false => "and its port to",
    };
    format!(
        "the record of `{}` has to lead to this machine, {passes} {}",
        wanted(public),
        listen(public)
    )
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_delegation_is_shown_as_its_records() {
        let public = PublicArguments {
            public_url: Some("https://probe.example.org".to_owned()),
            zone_address: vec!["203.0.113.7".parse().unwrap(), "2001:db8::7".parse().unwrap()],
            ..PublicArguments::default()
        };
        assert_eq!(
            delegation(&public, &name(&public)),
            "    probe.example.org. NS ns.probe.example.org.\n    ns.probe.example.org. A 203.0.113.7\n    \
             ns.probe.example.org. AAAA 2001:db8::7"
        );
    }

    #[test]
    fn the_name_of_a_url_has_no_port_and_no_path() {
        for url in ["https://probe.example.org:8443/a", "https://probe.example.org"] {
            let public = PublicArguments {
                public_url: Some(url.to_owned()),
                ..PublicArguments::default()
            };
            assert_eq!(name(&public), "probe.example.org");
        }
    }

    #[test]
    fn it_is_told_which_clock_is_behind() {
        let (early, late) = (UNIX_EPOCH, UNIX_EPOCH + Duration::from_secs(3600));
        let told = |here, there| far(&Clocks { here, there });
        assert!(told(early, late).starts_with("the clock of this machine is 3600 s behind"));
        assert!(told(late, early).starts_with("the clock of this machine is 3600 s ahead of"));
    }
}
