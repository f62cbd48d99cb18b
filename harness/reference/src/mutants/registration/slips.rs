//! A table of mutants: answers about registered clients with one wrong thing each.

use crate::policy::ManagementFault;
use crate::policy::Mutant;
use crate::policy::RegistrationFault;
use crate::policy::Way;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "registration-answers-text",
        summary: "calls the answer to a registration plain text",
        apply: |policy| *policy.registration.fault = RegistrationFault::AnswersText,
    },
    Mutant {
        name: "registration-reads-broken-json",
        summary: "reads a registration as far as it is JSON",
        apply: |policy| *policy.registration.fault = RegistrationFault::BrokenJson,
    },
    Mutant {
        name: "registration-takes-chosen-secret",
        summary: "lets a client choose its secret",
        apply: |policy| *policy.registration.fault = RegistrationFault::ChosenSecret,
    },
    Mutant {
        name: "registration-echoes-nothing",
        summary: "tells only what it assigned itself",
        apply: |policy| *policy.registration.fault = RegistrationFault::EchoesNothing,
    },
    Mutant {
        name: "registration-errors-are-422",
        summary: "answers what it refuses to register with 422",
        apply: |policy| *policy.registration.fault = RegistrationFault::ErrorsAre422,
    },
    Mutant {
        name: "registration-ids-repeat",
        summary: "gives the same metadata the same client_id",
        apply: |policy| *policy.registration.fault = RegistrationFault::IdsRepeat,
    },
    Mutant {
        name: "registration-without-client-id",
        summary: "does not tell the client_id",
        apply: |policy| *policy.registration.fault = RegistrationFault::NoClientId,
    },
    Mutant {
        name: "registration-without-secret",
        summary: "keeps the secret of a confidential client to itself",
        apply: |policy| *policy.registration.fault = RegistrationFault::NoSecret,
    },
    Mutant {
        name: "registration-without-token",
        summary: "tells where a client is managed and gives no token",
        apply: |policy| *policy.registration.fault = RegistrationFault::NoToken,
    },
    Mutant {
        name: "registration-refuses-loopback",
        summary: "refuses to register loopback redirect URIs",
        apply: |policy| *policy.choice.registration.loopback = Way::Other,
    },
    Mutant {
        name: "registration-redirect-uris-not-parsed",
        summary: "registers any text but a script for a redirect URI",
        apply: |policy| *policy.registration.fault = RegistrationFault::UnparsedRedirectUris,
    },
    Mutant {
        name: "delete-ends-clients-alike",
        summary: "deletes with a client all others that have its redirect URIs",
        apply: |policy| *policy.management.fault = ManagementFault::DeletesAlike,
    },
    Mutant {
        name: "management-forbidden-is-404",
        summary: "answers 404 to a wrong management token",
        apply: |policy| *policy.management.fault = ManagementFault::ForbiddenIs404,
    },
    Mutant {
        name: "read-answers-202",
        summary: "answers a read with 202",
        apply: |policy| *policy.management.fault = ManagementFault::ReadAccepted,
    },
    Mutant {
        name: "read-forgets-name",
        summary: "leaves the name out of a read",
        apply: |policy| *policy.management.fault = ManagementFault::ReadForgetsName,
    },
    Mutant {
        name: "management-without-client-id",
        summary: "leaves the client_id out of its answers",
        apply: |policy| *policy.management.fault = ManagementFault::NoClientId,
    },
    Mutant {
        name: "update-answers-202",
        summary: "answers an update with 202",
        apply: |policy| *policy.management.fault = ManagementFault::UpdateAccepted,
    },
    Mutant {
        name: "update-forgets-redirect-uris",
        summary: "leaves a client without redirect URIs after an update",
        apply: |policy| *policy.management.fault = ManagementFault::UpdateForgetsRedirectUris,
    },
    Mutant {
        name: "update-not-kept",
        summary: "tells a change and does not make it",
        apply: |policy| *policy.management.fault = ManagementFault::UpdateNotKept,
    },
    Mutant {
        name: "update-takes-client-id",
        summary: "lets a client take another client_id",
        apply: |policy| *policy.management.fault = ManagementFault::UpdateTakesClientId,
    },
    Mutant {
        name: "update-tells-old",
        summary: "answers an update with the metadata of before",
        apply: |policy| *policy.management.fault = ManagementFault::UpdateTellsOld,
    },
];
