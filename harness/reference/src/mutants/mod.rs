//! The mutants: single deviations of the policy, each wrong in one way that a real implementer would be.

mod assertions;
mod browser;
mod caches;
mod clients;
mod credentials;
mod discovery;
mod documents;
mod endpoints;
mod excess;
mod fetches;
mod guards;
mod halves;
mod identifiers;
mod inbound;
mod initial;
mod logs;
mod redirects;
mod registration;
mod service;
mod slips;
mod statements;
mod strangers;
mod strength;
mod told;
mod wire;

use crate::policy::Policy;

/// A server that breaks one rule.
#[derive(Debug, Clone, Copy)]
pub struct Mutant {
    /// Its name; scenarios say it in `kills`.
    pub name: &'static str,
    /// What is wrong with it.
    pub summary: &'static str,
    /// Makes a conformant policy this mutant's.
    pub apply: fn(&mut Policy),
}

/// All mutants; first those whose waits are the longest, so that the others run meanwhile.
pub fn mutants() -> impl Iterator<Item = &'static Mutant> {
    excess::MUTANTS
        .iter()
        .chain(identifiers::MUTANTS)
        .chain(guards::MUTANTS)
        .chain(fetches::MUTANTS)
        .chain(documents::MUTANTS)
        .chain(caches::MUTANTS)
        .chain(redirects::MUTANTS)
        .chain(inbound::MUTANTS)
        .chain(assertions::MUTANTS)
        .chain(browser::MUTANTS)
        .chain(service::MUTANTS)
        .chain(slips::MUTANTS)
        .chain(registration::MUTANTS)
        .chain(discovery::MUTANTS)
        .chain(wire::MUTANTS)
        .chain(credentials::MUTANTS)
        .chain(clients::MUTANTS)
        .chain(halves::MUTANTS)
        .chain(endpoints::MUTANTS)
        .chain(strength::MUTANTS)
        .chain(logs::MUTANTS)
        .chain(statements::MUTANTS)
        .chain(initial::MUTANTS)
        .chain(told::MUTANTS)
        .chain(strangers::MUTANTS)
}

/// The mutant of this name.
pub fn mutant(name: &str) -> Option<&'static Mutant> {
    mutants().find(|mutant| mutant.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutant_has_its_own_name_and_deviates() {
        let mut policies = vec![("", Policy::default())];
        for mutant in mutants() {
            let mut policy = Policy::default();
            (mutant.apply)(&mut policy);
            for (name, known) in &policies {
                assert_ne!(*known, policy, "{} is {name}", mutant.name);
                assert_ne!(*name, mutant.name);
            }
            policies.push((mutant.name, policy));
        }
    }
}
