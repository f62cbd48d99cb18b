//! A table of mutants: what the answers about registered clients tell beside what is registered.

use crate::policy::ManagementFault;
use crate::policy::Mutant;
use crate::policy::RegistrationFault;
use crate::policy::Way;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "registration-respells-redirect-uris",
        summary: "registers any redirect URI, and tells it as a browser reads it",
        apply: |policy| *policy.registration.fault = RegistrationFault::RespellsRedirectUris,
    },
    Mutant {
        name: "registration-tells-no-redirect-uris",
        summary: "registers any redirect URI, and tells an empty list",
        apply: |policy| *policy.registration.fault = RegistrationFault::TellsNoRedirectUris,
    },
    Mutant {
        name: "registration-shows-stack-trace",
        summary: "answers a body that it cannot read with a stack trace",
        apply: |policy| *policy.registration.fault = RegistrationFault::ShowsTrace,
    },
    Mutant {
        name: "registration-key-rules-for-key-clients-only",
        summary: "holds the rules for keys against clients only that authenticate by keys",
        apply: |policy| *policy.registration.fault = RegistrationFault::KeyRulesForKeyClients,
    },
    Mutant {
        name: "registration-keeps-wrong-types",
        summary: "registers members of another type than theirs as they are",
        apply: |policy| *policy.registration.fault = RegistrationFault::KeepsWrongTypes,
    },
    Mutant {
        name: "registration-reads-loose-json",
        summary: "reads a registration with comments and trailing commas",
        apply: |policy| *policy.choice.registration.strict_json = Way::Other,
    },
    Mutant {
        name: "read-omits-place",
        summary: "tells no place of a registration when it is read",
        apply: |policy| *policy.management.fault = ManagementFault::ReadWithoutPlace,
    },
    Mutant {
        name: "read-omits-token",
        summary: "tells no registration token when a registration is read",
        apply: |policy| *policy.management.fault = ManagementFault::ReadWithoutToken,
    },
    Mutant {
        name: "update-omits-place",
        summary: "tells no place of a registration when it is updated",
        apply: |policy| *policy.management.fault = ManagementFault::UpdateWithoutPlace,
    },
    Mutant {
        name: "update-omits-token",
        summary: "tells no registration token when a registration is updated",
        apply: |policy| *policy.management.fault = ManagementFault::UpdateWithoutToken,
    },
];
