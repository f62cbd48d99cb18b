//! How the assertions are made that a target takes: by which algorithm, for which audience, of which type. What the
//! specifications leave open is tried in the calibration, for clients with documents and for registered ones apart.

use cimdspec_judge::Origin;
use std::sync::Mutex;
use std::sync::PoisonError;

use serde_json::Value;

use crate::keys::signing::Algorithm;

/// One way to make an assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manner {
    pub(crate) algorithm: Algorithm,
    pub(crate) audience: Audience,
    /// The type that its header tells.
    pub(crate) told: &'static str,
}

/// Whom an assertion is for: the issuer, or the token endpoint, which RFC 7523 section 3 allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Issuer,
    TokenEndpoint,
}

/// The ways that are gone now.
#[derive(Debug)]
pub(crate) struct Manners(Mutex<(Manner, Manner)>);

/// What right assertions may say they are: libraries of old know the first only, CIMD -03 wants an explicit one.
const TYPES: [&str; 3] = ["JWT", "client-authentication+jwt", "oauth-client-auth+jwt"];
/// Without a list the one that is the default of registrations and that servers SHOULD have (RFC 8414 section 2), then
/// the one that most have.
const UNLISTED: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::Es256];

impl Manner {
    /// All ways that a target with this list of algorithms may ask for, the likeliest first.
    pub(crate) fn all(listed: Option<&Value>) -> Vec<Self> {
        let algorithms = match listed {
            Some(Value::Array(listed)) => Algorithm::among(listed),
            _ => UNLISTED.to_vec(),
        };
        let mut all = Vec::new();
        for told in TYPES {
            for algorithm in &algorithms {
                for audience in [Audience::Issuer, Audience::TokenEndpoint] {
                    all.push(Self {
                        algorithm: *algorithm,
                        audience,
                        told,
                    });
                }
            }
        }
        all
    }

    /// The first of them.
    pub(crate) fn likeliest(listed: Option<&Value>) -> Self {
        let first = Self::all(listed).into_iter().next();
        first.unwrap_or(Self {
            algorithm: Algorithm::Es256,
            audience: Audience::Issuer,
            told: TYPES[0],
        })
    }

    /// What is said of it, where it is not the likeliest.
    pub(crate) fn words(self) -> String {
        let audience = match self.audience {
            Audience::Issuer => "issuer",
            Audience::TokenEndpoint => "token endpoint",
        };
        let Self { algorithm, told, .. } = self;
        format!(
            "signed by {}, for the {audience} as audience, of the type `{told}`",
            algorithm.name()
        )
    }
}

impl Manners {
    /// The same way for all clients.
    pub(crate) fn new(manner: Manner) -> Self {
        Self(Mutex::new((manner, manner)))
    }

    /// The way of clients of this origin.
    pub(crate) fn of(&self, origin: Origin) -> Manner {
        let manners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match origin {
            Origin::Document => manners.0,
            Origin::Registration => manners.1,
        }
    }

    /// Clients of this origin go this way from now on.
    pub(crate) fn go(&self, origin: Origin, manner: Manner) {
        let mut manners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match origin {
            Origin::Document => manners.0 = manner,
            Origin::Registration => manners.1 = manner,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_audiences_and_both_usual_algorithms_are_tried() {
        let first: Vec<(Algorithm, Audience)> = Manner::all(None)
            .iter()
            .filter(|manner| manner.told == "JWT")
            .map(|manner| (manner.algorithm, manner.audience))
            .collect();
        assert_eq!(
            first,
            [
                (Algorithm::Rs256, Audience::Issuer),
                (Algorithm::Rs256, Audience::TokenEndpoint),
                (Algorithm::Es256, Audience::Issuer),
                (Algorithm::Es256, Audience::TokenEndpoint),
            ]
        );
        let listed = json!(["PS256", "ES512"]);
        assert_eq!(Manner::all(Some(&listed)).len(), 6);
        assert_eq!(Manner::likeliest(Some(&listed)).algorithm, Algorithm::Ps256);
        assert_eq!(
            Manner::likeliest(Some(&json!(["ES512"]))).algorithm,
            Algorithm::Es256
        );
    }

    #[test]
    fn documents_and_registrations_go_their_own_ways() {
        let all = Manner::all(None);
        let manners = Manners::new(all[0]);
        manners.go(Origin::Registration, all[1]);
        assert_eq!(manners.of(Origin::Document), all[0]);
        assert_eq!(manners.of(Origin::Registration), all[1]);
        assert_eq!(
            all[1].words(),
            "signed by RS256, for the token endpoint as audience, of the type `JWT`"
        );
    }
}
