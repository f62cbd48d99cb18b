//! The metadata of the server (RFC 8414), and what they may show wrongly.

use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// Server metadata (RFC 8414).
    pub struct MetadataPolicy at metadata {
        /// Which algorithms for the assertions of clients are told.
        pub algorithms: Watched<AlgorithmsShown>,
        /// Web pages of strangers read the metadata without credentials; otherwise with the user's.
        pub anonymous: Rule
            => "metadata-allows-credentials" "lets the pages of strangers read the metadata with the user's credentials",
        /// `code_challenge_methods_supported` is told.
        pub challenge_methods: Rule
            => "metadata-without-pkce-methods" "does not tell its challenge methods",
        /// `client_id_metadata_document_supported` is told.
        pub flag: Rule
            => "metadata-flag-missing" "does not tell that it takes metadata documents",
        /// That flag is true; otherwise false.
        pub flag_true: Rule
            => "metadata-flag-false" "says that it takes no documents, and takes them",
        /// That flag is a boolean; otherwise a string.
        pub flag_boolean: Rule
            => "metadata-flag-is-string" "tells it as a string",
        /// The two documents agree; otherwise that of OpenID Connect has other addresses.
        pub documents_agree: Rule
            => "openid-document-differs" "has other endpoints in the document of OpenID Connect",
        /// What the addresses of endpoints look like.
        pub endpoints: Watched<EndpointsShown>,
        /// Which grant and response types are told.
        pub grants: Watched<GrantsShown>,
        /// `authorization_response_iss_parameter_supported` is told.
        pub iss_flag: Rule
            => "iss-flag-missing" "sends `iss` and does not tell it",
        /// Only the places of this issuer are served; otherwise those of any issuer below it.
        pub own_places: Rule
            => "metadata-for-any-issuer" "shows metadata for any issuer that is asked for",
        /// The status is 200; otherwise the document of OpenID Connect comes with 203.
        pub ok: Rule
            => "metadata-answers-203" "shows the document of OpenID Connect with the status 203",
        /// The status is 200; otherwise the document of RFC 8414 comes with 203.
        pub ok_first: Rule
            => "metadata-answers-203-first" "shows the document of RFC 8414 with the status 203",
        /// `private_key_jwt` is told.
        pub key_method: Rule
            => "metadata-omits-private-key-jwt" "takes assertions and does not list `private_key_jwt`",
        /// Methods without a shared secret are told.
        pub methods: Rule
            => "metadata-secret-methods-only" "lists only methods with a shared secret",
        /// Which issuer is told.
        pub issuer: Watched<IssuerShown>,
        /// The document is `application/json`; otherwise plain text.
        pub json: Rule
            => "metadata-as-text" "shows its metadata as plain text",
        /// `response_types_supported` is told.
        pub response_types: Rule
            => "metadata-without-response-types" "leaves `response_types_supported` out of the metadata",
    }
}

/// Which algorithms for the assertions of clients the metadata tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AlgorithmsShown {
    /// Those that are taken.
    #[default]
    Right,
    /// None at all.
    Nothing,
    /// `none` too.
    Unsigned,
}

/// What the addresses of endpoints look like in the metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EndpointsShown {
    /// That of registration in plain http.
    HttpRegistration,
    /// As they are.
    #[default]
    Right,
    /// That of revocation begins with http.
    Http,
    /// That of tokens has a fragment.
    Fragment,
}

/// Which issuer the metadata tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IssuerShown {
    /// One below its own.
    Another,
    /// Its own.
    #[default]
    Right,
    /// Its own with a slash too many.
    TrailingSlash,
}

/// Which grant and response types the metadata tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GrantsShown {
    /// Those that are served.
    #[default]
    Right,
    /// The implicit ones too.
    Implicit,
    /// Without refresh tokens.
    WithoutRefresh,
}
