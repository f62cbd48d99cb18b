//! The mutants: single deviations of the policy, each wrong in one way that a real implementer would be.
//!
//! A mutant that only skips a rule stands at that rule, in `policy/`; here are those that deviate in a way of their own.

pub(crate) mod authorization;
pub(crate) mod fetching;
pub(crate) mod registration;

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
    fetching::excess::MUTANTS
        .iter()
        .chain(fetching::identifiers::MUTANTS)
        .chain(UrlPolicy::MUTANTS)
        .chain(fetching::guards::MUTANTS)
        .chain(GuardPolicy::MUTANTS)
        .chain(fetching::fetches::MUTANTS)
        .chain(FetchPolicy::MUTANTS)
        .chain(fetching::documents::MUTANTS)
        .chain(DocumentPolicy::MUTANTS)
        .chain(CachePolicy::MUTANTS)
        .chain(authorization::redirects::MUTANTS)
        .chain(RedirectPolicy::MUTANTS)
        .chain(authorization::inbound::MUTANTS)
        .chain(AuthorizePolicy::MUTANTS)
        .chain(MetadataPolicy::MUTANTS)
        .chain(TokenPolicy::MUTANTS)
        .chain(AssertionPolicy::MUTANTS)
        .chain(authorization::browser::MUTANTS)
        .chain(ConsentPolicy::MUTANTS)
        .chain(PagePolicy::MUTANTS)
        .chain(authorization::service::MUTANTS)
        .chain(ServicePolicy::MUTANTS)
        .chain(registration::slips::MUTANTS)
        .chain(registration::answers::MUTANTS)
        .chain(RegistrationPolicy::MUTANTS)
        .chain(ManagementPolicy::MUTANTS)
        .chain(authorization::discovery::MUTANTS)
        .chain(fetching::wire::MUTANTS)
        .chain(CredentialPolicy::MUTANTS)
        .chain(registration::clients::MUTANTS)
        .chain(authorization::halves::MUTANTS)
        .chain(authorization::endpoints::MUTANTS)
        .chain(authorization::strength::MUTANTS)
        .chain(authorization::logs::MUTANTS)
        .chain(StatementPolicy::MUTANTS)
        .chain(registration::initial::MUTANTS)
        .chain(registration::told::MUTANTS)
        .chain(authorization::strangers::MUTANTS)
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
