//! The content of documents (CIMD -02 section 4).

use crate::policy::choice::Choice;
use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// The content of documents (CIMD -02 section 4).
    pub struct DocumentPolicy at document {
        /// A document need not tell its authentication method; otherwise it is refused.
        pub absent_method: Rule
            => "refuses-absent-auth-method" "refuses documents that do not tell their authentication method",
        /// A secret in a document has no effect; otherwise it authenticates the client.
        pub secret_without_effect: Rule,
        /// `client_id` in an array is refused; otherwise its first item counts.
        pub array_client_id: Rule
            => "client-id-may-be-array" "takes the first item of an array for client_id",
        /// A document is an object; otherwise the first item of an array is taken.
        pub array_root: Rule
            => "accepts-json-array-root" "takes the first item of an array for the document",
        /// A document has a name (MCP); otherwise it may do without.
        pub client_name: Rule
            => "client-name-optional" "accepts documents without a name",
        /// No `client_secret`.
        pub client_secret: Rule
            => "accepts-client-secret-member" "accepts documents with client_secret",
        /// How `client_id` is compared.
        pub comparison: Watched<IdComparison>,
        /// Contacts are not shown; otherwise they are, as HTML.
        pub contacts: Rule
            => "contacts-unescaped" "shows the contacts of a client as HTML",
        /// A member that is there twice is refused; otherwise the last one counts.
        pub duplicate_members: Rule
            => "duplicate-members-accepted" "takes the last of two members with one name",
        /// The members that are required anyway are enough; otherwise two more are needed, in registrations too.
        pub few_members: Choice,
        /// Grant types that this server does not have are ignored; otherwise refused.
        pub foreign_grants: Rule
            => "refuses-foreign-grant-types" "refuses documents that name a grant type which it does not have",
        /// Members that this server does not know are ignored; otherwise refused.
        pub foreign_members: Rule
            => "refuses-unknown-members" "refuses documents with members that it does not know",
        /// Response types that this server does not have are ignored; otherwise refused.
        pub foreign_responses: Rule
            => "refuses-foreign-response-types" "refuses documents that name response types beside its own",
        /// A client gets what its grant types allow; otherwise all that there is.
        pub grant_types: Rule
            => "grant-types-ignored" "gives clients what their grant types do not name",
        /// A document may keep its keys at `jwks_uri`; otherwise it is refused.
        pub jwks_uri: Rule
            => "refuses-jwks-uri" "refuses documents that keep their keys at `jwks_uri`",
        /// The keys at `jwks_uri` are fetched; otherwise the client has none.
        pub jwks_uri_fetched: Rule
            => "ignores-jwks-uri" "does not fetch the keys of `jwks_uri`",
        /// Members in other languages are not shown; otherwise they are, as HTML.
        pub localized_members: Rule
            => "localized-members-unchecked" "shows members in other languages as HTML",
        /// The members that must be there are enough; otherwise response types are asked for too.
        pub minimal: Rule
            => "needs-response-types" "refuses documents without response types",
        /// What is done with policy, terms, home page and other links.
        pub links: Watched<LinkRule>,
        /// More specific JSON types than `application/json` are taken.
        pub json_types: Rule
            => "refuses-more-specific-json" "refuses documents of a more specific JSON type",
        /// HTML pages and images are refused whatever they hold.
        pub media_type: Rule
            => "reads-html-as-document" "takes HTML pages and images whose text is JSON for documents",
        /// A missing `client_id` is refused.
        pub missing_client_id: Rule
            => "client-id-may-be-missing" "accepts documents without client_id",
        /// A document is one value; otherwise what follows the first is left aside.
        pub one_value: Rule
            => "reads-first-value-only" "reads the first JSON value of a document and leaves aside what follows",
        /// Any text can be kept; otherwise the server fails on some.
        pub odd_texts: Rule
            => "fails-on-odd-texts" "answers 500 when a text of a document has a NUL in it",
        /// Private members of keys are refused.
        pub private_keys: Rule
            => "accepts-private-keys" "accepts private keys in jwks",
        /// A client gets no more scope than its document names.
        pub scope: Rule
            => "scope-member-ignored" "gives clients more scope than their documents name",
        /// Shared-secret methods are refused; otherwise such a client is treated as public.
        pub secret_methods: Rule
            => "accepts-secret-methods" "treats shared-secret methods as none",
        /// JSON is read strictly; otherwise comments and trailing commas are taken out first.
        pub strict_json: Rule
            => "lenient-json" "reads JSON with comments and trailing commas",
        /// Texts are data; otherwise templates and lookups in them are carried out.
        pub strings_inert: Rule
            => "templates-evaluated" "carries out templates and lookups in the texts of a document",
        /// Software statements are ignored; otherwise believed, whoever signed them.
        pub statement_ignored: Rule
            => "document-statement-unverified" "believes the software statement of a document without verifying it",
        /// The issuer of a statement is not asked; otherwise it is, under the guard of documents.
        pub statement_issuer: Rule
            => "document-statement-issuer-asked" "asks the issuer of a document's software statement",
        /// What is wrong with a document is told in words of this server; otherwise the document is quoted.
        pub not_quoted: Rule
            => "error-page-quotes-document" "shows what the document's host sent on its error page",
        /// `oct` keys are refused.
        pub symmetric_keys: Rule
            => "accepts-symmetric-keys" "accepts symmetric keys in jwks",
        /// A value of an unexpected type is a refusal; otherwise the server fails.
        pub unexpected_types: Rule
            => "fails-on-unexpected-types" "answers 500 when a value of a document has an unexpected type",
        /// A value of the wrong type is refused; otherwise it is taken for missing.
        pub wrong_types: Rule,
        /// Documents are UTF-8; otherwise the encoding is guessed.
        pub utf8: Rule
            => "reads-any-encoding" "guesses the encoding of a document",
    }
}

/// How two client identifiers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdComparison {
    /// By simple string comparison (RFC 3986 section 6.2.1).
    #[default]
    Exact,
    /// Without case.
    IgnoringCase,
    /// By host only.
    HostOnly,
    /// After a URL library normalised them.
    Normalised,
    /// Without a trailing slash.
    TrailingSlash,
    /// Not at all.
    Never,
}

/// What is done with what the members of a document link to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkRule {
    /// They are left alone.
    #[default]
    LeftAlone,
    /// They are fetched without the guard, within the limits of documents.
    Fetched,
    /// They are fetched without the guard, wherever they redirect to and however large they are.
    FetchedWithoutBounds,
}
