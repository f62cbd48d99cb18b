//! The mutants: single deviations of the policy, each wrong in one way that a real implementer would be.
//!
//! A mutant that only skips a rule stands at that rule, in `policy/`; here are those that deviate in a way of their own.

mod browser;
mod clients;
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
mod strangers;
mod strength;
mod told;
mod wire;

use crate::policy::AssertionPolicy;
use crate::policy::AuthorizePolicy;
use crate::policy::CachePolicy;
use crate::policy::ConsentPolicy;
use crate::policy::CredentialPolicy;
use crate::policy::DocumentPolicy;
use crate::policy::FetchPolicy;
use crate::policy::GuardPolicy;
use crate::policy::ManagementPolicy;
use crate::policy::MetadataPolicy;
use crate::policy::Mutant;
use crate::policy::PagePolicy;
use crate::policy::RedirectPolicy;
use crate::policy::RegistrationPolicy;
use crate::policy::ServicePolicy;
use crate::policy::StatementPolicy;
use crate::policy::TokenPolicy;
use crate::policy::UrlPolicy;
use crate::policy::mutant::SkipsOne;

/// All mutants. First those whose waits are the longest, so that the others run meanwhile.
pub fn mutants() -> impl Iterator<Item = &'static Mutant> {
    excess::MUTANTS
        .iter()
        .chain(identifiers::MUTANTS)
        .chain(UrlPolicy::MUTANTS)
        .chain(guards::MUTANTS)
        .chain(GuardPolicy::MUTANTS)
        .chain(fetches::MUTANTS)
        .chain(FetchPolicy::MUTANTS)
        .chain(documents::MUTANTS)
        .chain(DocumentPolicy::MUTANTS)
        .chain(CachePolicy::MUTANTS)
        .chain(redirects::MUTANTS)
        .chain(RedirectPolicy::MUTANTS)
        .chain(inbound::MUTANTS)
        .chain(AuthorizePolicy::MUTANTS)
        .chain(MetadataPolicy::MUTANTS)
        .chain(TokenPolicy::MUTANTS)
        .chain(AssertionPolicy::MUTANTS)
        .chain(browser::MUTANTS)
        .chain(ConsentPolicy::MUTANTS)
        .chain(PagePolicy::MUTANTS)
        .chain(service::MUTANTS)
        .chain(ServicePolicy::MUTANTS)
        .chain(slips::MUTANTS)
        .chain(registration::MUTANTS)
        .chain(RegistrationPolicy::MUTANTS)
        .chain(ManagementPolicy::MUTANTS)
        .chain(discovery::MUTANTS)
        .chain(wire::MUTANTS)
        .chain(CredentialPolicy::MUTANTS)
        .chain(clients::MUTANTS)
        .chain(halves::MUTANTS)
        .chain(endpoints::MUTANTS)
        .chain(strength::MUTANTS)
        .chain(logs::MUTANTS)
        .chain(StatementPolicy::MUTANTS)
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
    use crate::policy::Policy;

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
