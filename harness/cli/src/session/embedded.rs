//! Which embedded reference server is meant: the plain one, one of a shape, or either of them with one rule broken.

use cimdspec_model::profile::Profile;
use cimdspec_reference::Policy;
use cimdspec_reference::mutant;
use cimdspec_reference::mutants;
use cimdspec_reference::shape;
use cimdspec_reference::shapes;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::selection::unknown;

/// An embedded reference server, before it is started.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    /// Its name in reports.
    pub(crate) name: String,
    /// Its policy.
    pub(crate) policy: Policy,
    /// How it is spoken to.
    pub(crate) profile: Profile,
}

/// The server of a shape, perhaps with one rule broken; the plain one without both.
pub(crate) fn kind(shaped: Option<&str>, broken: Option<&str>) -> Result<Kind, Stop> {
    let mut kind = Kind {
        name: "the embedded reference server".to_owned(),
        policy: Policy::default(),
        profile: Profile::reference(),
    };
    if let Some(name) = shaped {
        let known = shape(name).ok_or_else(|| unknown(name, shapes().map(|known| known.name)))?;
        (known.apply)(&mut kind.policy);
        kind.name.push_str(&format!(", shape {name}"));
        if !known.profile.is_empty() {
            let read = Profile::read(name, known.profile);
            kind.profile = read.map_err(|told| Stop::new(Exit::Fault, told))?;
        }
    }
    if let Some(name) = broken {
        let known = mutant(name).ok_or_else(|| unknown(name, mutants().map(|known| known.name)))?;
        (known.apply)(&mut kind.policy);
        kind.name.push_str(&format!(", mutant {name}"));
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_of_a_shape_can_be_read() {
        for shape in shapes() {
            assert!(kind(Some(shape.name), None).is_ok(), "{}", shape.name);
        }
    }

    #[test]
    fn a_shape_may_have_one_rule_broken() {
        let both = kind(Some("registration-without-loopback"), Some("pkce-optional"));
        assert!(both.is_ok_and(|kind| {
            kind.name
                .ends_with(", shape registration-without-loopback, mutant pkce-optional")
        }));
        let told = kind(Some("registration-without-lopback"), None).map(|_| ());
        assert!(told.is_err_and(|stop| {
            stop.to_string()
                .contains("did you mean `registration-without-loopback`?")
        }));
    }
}
