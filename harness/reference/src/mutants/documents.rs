//! Mutants: what a document may say.

use crate::mutants::Mutant;
use crate::policy::Check;
use crate::policy::IdComparison;

/// One row for each.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "refuses-more-specific-json",
        summary: "refuses documents of a more specific JSON type",
        apply: |policy| *policy.document.json_types = Check::Skip,
    },
    Mutant {
        name: "client-id-not-compared",
        summary: "does not compare the document's client_id",
        apply: |policy| *policy.document.comparison = IdComparison::Never,
    },
    Mutant {
        name: "client-id-compared-ignoring-case",
        summary: "compares client_id without case",
        apply: |policy| *policy.document.comparison = IdComparison::IgnoringCase,
    },
    Mutant {
        name: "client-id-compared-normalised",
        summary: "compares client_id after normalising both",
        apply: |policy| *policy.document.comparison = IdComparison::Normalised,
    },
    Mutant {
        name: "client-id-trailing-slash-ignored",
        summary: "compares client_id without a trailing slash",
        apply: |policy| *policy.document.comparison = IdComparison::TrailingSlash,
    },
    Mutant {
        name: "client-id-host-only-compared",
        summary: "compares the hosts of client_id only",
        apply: |policy| *policy.document.comparison = IdComparison::HostOnly,
    },
    Mutant {
        name: "client-id-may-be-missing",
        summary: "accepts documents without client_id",
        apply: |policy| *policy.document.missing_client_id = Check::Skip,
    },
    Mutant {
        name: "client-id-may-be-array",
        summary: "takes the first item of an array for client_id",
        apply: |policy| *policy.document.array_client_id = Check::Skip,
    },
    Mutant {
        name: "accepts-json-array-root",
        summary: "takes the first item of an array for the document",
        apply: |policy| *policy.document.array_root = Check::Skip,
    },
    Mutant {
        name: "lenient-json",
        summary: "reads JSON with comments and trailing commas",
        apply: |policy| *policy.document.strict_json = Check::Skip,
    },
    Mutant {
        name: "accepts-client-secret-member",
        summary: "accepts documents with client_secret",
        apply: |policy| *policy.document.client_secret = Check::Skip,
    },
    Mutant {
        name: "accepts-secret-methods",
        summary: "treats shared-secret methods as none",
        apply: |policy| *policy.document.secret_methods = Check::Skip,
    },
    Mutant {
        name: "accepts-private-keys",
        summary: "accepts private keys in jwks",
        apply: |policy| *policy.document.private_keys = Check::Skip,
    },
    Mutant {
        name: "accepts-symmetric-keys",
        summary: "accepts symmetric keys in jwks",
        apply: |policy| *policy.document.symmetric_keys = Check::Skip,
    },
    Mutant {
        name: "reads-any-encoding",
        summary: "guesses the encoding of a document",
        apply: |policy| *policy.document.utf8 = Check::Skip,
    },
    Mutant {
        name: "duplicate-members-accepted",
        summary: "takes the last of two members with one name",
        apply: |policy| *policy.document.duplicate_members = Check::Skip,
    },
    Mutant {
        name: "client-name-optional",
        summary: "accepts documents without a name",
        apply: |policy| *policy.document.client_name = Check::Skip,
    },
    Mutant {
        name: "needs-response-types",
        summary: "refuses documents without response types",
        apply: |policy| *policy.document.minimal = Check::Skip,
    },
    Mutant {
        name: "fails-on-unexpected-types",
        summary: "answers 500 when a value of a document has an unexpected type",
        apply: |policy| *policy.document.unexpected_types = Check::Skip,
    },
    Mutant {
        name: "fails-on-odd-texts",
        summary: "answers 500 when a text of a document has a NUL in it",
        apply: |policy| *policy.document.odd_texts = Check::Skip,
    },
    Mutant {
        name: "refuses-foreign-response-types",
        summary: "refuses documents that name response types beside its own",
        apply: |policy| *policy.document.foreign_responses = Check::Skip,
    },
    Mutant {
        name: "grant-types-ignored",
        summary: "gives clients what their grant types do not name",
        apply: |policy| *policy.document.grant_types = Check::Skip,
    },
    Mutant {
        name: "scope-member-ignored",
        summary: "gives clients more scope than their documents name",
        apply: |policy| *policy.document.scope = Check::Skip,
    },
    Mutant {
        name: "localized-members-unchecked",
        summary: "shows members in other languages as HTML",
        apply: |policy| *policy.document.localized_members = Check::Skip,
    },
    Mutant {
        name: "contacts-unescaped",
        summary: "shows the contacts of a client as HTML",
        apply: |policy| *policy.document.contacts = Check::Skip,
    },
    Mutant {
        name: "templates-evaluated",
        summary: "carries out templates and lookups in the texts of a document",
        apply: |policy| *policy.document.strings_inert = Check::Skip,
    },
    Mutant {
        name: "ignores-jwks-uri",
        summary: "does not fetch the keys of `jwks_uri`",
        apply: |policy| *policy.document.jwks_uri_fetched = Check::Skip,
    },
    Mutant {
        name: "refuses-jwks-uri",
        summary: "refuses documents that keep their keys at `jwks_uri`",
        apply: |policy| *policy.document.jwks_uri = Check::Skip,
    },
    Mutant {
        name: "refuses-unknown-members",
        summary: "refuses documents with members that it does not know",
        apply: |policy| *policy.document.foreign_members = Check::Skip,
    },
    Mutant {
        name: "refuses-foreign-grant-types",
        summary: "refuses documents that name a grant type which it does not have",
        apply: |policy| *policy.document.foreign_grants = Check::Skip,
    },
    Mutant {
        name: "refuses-absent-auth-method",
        summary: "refuses documents that do not tell their authentication method",
        apply: |policy| *policy.document.absent_method = Check::Skip,
    },
    Mutant {
        name: "reads-first-value-only",
        summary: "reads the first JSON value of a document and leaves aside what follows",
        apply: |policy| *policy.document.one_value = Check::Skip,
    },
];
