//! The conformant server that the mutants of a proof deviate from: the plain reference, or one of its shapes.

use cimdspec_model::profile::Profile;
use cimdspec_reference::Mutant;
use cimdspec_reference::Policy;
use cimdspec_reference::Shape;
use cimdspec_reference::shape;

use crate::exit::Stop;
use crate::session::embedded;

/// A conformant server without a broken rule.
pub(crate) struct Ground {
    shape: Option<&'static Shape>,
    profile: Profile,
}

impl Ground {
    /// The plain reference, or its shape of this name.
    ///
    /// # Errors
    /// No shape has the name.
    pub(crate) fn of(name: Option<&str>) -> Result<Self, Stop> {
        Ok(Self {
            profile: embedded::kind(name, None)?.profile,
            shape: name.and_then(shape),
        })
    }

    /// What it is, in words.
    pub(crate) fn name(&self) -> String {
        match self.shape {
            None => "the conformant reference".to_owned(),
            Some(shape) => format!("the conformant reference, shape {}", shape.name),
        }
    }

    /// The name of the shape, if it is one.
    pub(crate) fn shape(&self) -> Option<&'static str> {
        self.shape.map(|shape| shape.name)
    }

    /// Its policy. Each is new: clones share the notes of what they were asked.
    pub(crate) fn policy(&self) -> Policy {
        let mut policy = Policy::default();
        if let Some(shape) = self.shape {
            (shape.apply)(&mut policy);
        }
        policy
    }

    /// Its policy with the rule of this mutant broken.
    pub(crate) fn deviating(&self, mutant: &Mutant) -> Policy {
        let mut policy = self.policy();
        (mutant.apply)(&mut policy);
        policy
    }

    /// How it is spoken to.
    pub(crate) fn profile(&self) -> Profile {
        self.profile.clone()
    }
}

#[cfg(test)]
mod tests {
    use cimdspec_reference::mutant;

    use super::*;

    #[test]
    fn a_mutant_of_a_shape_deviates_from_the_shape() {
        let plain = Ground::of(None).unwrap();
        let shaped = Ground::of(Some("registration-only")).unwrap();
        let mutant = mutant("pkce-optional").unwrap();
        assert_eq!(plain.policy(), Policy::default());
        assert_ne!(shaped.policy(), plain.policy());
        assert_ne!(shaped.deviating(mutant), shaped.policy());
        assert_ne!(shaped.deviating(mutant), plain.deviating(mutant));
    }

    #[test]
    fn a_shape_that_does_not_exist_is_named() {
        let told = Ground::of(Some("registration-olny")).map(|_| ());
        assert!(told.is_err_and(|stop| stop.to_string().contains("`registration-olny`")));
    }
}
