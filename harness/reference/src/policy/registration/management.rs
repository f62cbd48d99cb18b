//! Registration management (RFC 7592), and what it may get wrong.

use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// Registration management (RFC 7592).
    pub struct ManagementPolicy at management {
        /// A chosen secret is refused.
        pub chosen_secret: Rule
            => "update-accepts-chosen-secret" "lets a client choose its secret",
        /// An authorization request leaves the registration alone; otherwise it writes back what it read.
        pub left_alone: Rule
            => "authorize-restores-registration" "writes a registration back as it was when an authorization request began",
        /// Deletion is 204; otherwise 200.
        pub delete_no_content: Rule
            => "delete-answers-200" "answers a deletion with 200",
        /// Deletion ends the client.
        pub delete_client: Rule
            => "delete-keeps-client" "keeps a deleted client",
        /// Deletion ends grants and tokens.
        pub delete_grants: Rule
            => "delete-keeps-grants" "keeps the grants of a deleted client",
        /// Deletion ends the registration token.
        pub delete_token: Rule
            => "delete-keeps-management-token" "lets the registration token of a deleted client read on",
        /// What else it gets wrong.
        pub fault: Watched<ManagementFault>,
        /// Members that the server owns are refused in an update.
        pub forbidden_members: Rule
            => "update-accepts-forbidden-members" "takes updates with members that the server owns",
        /// `client_id` must be there and match in an update.
        pub matching_client_id: Rule
            => "update-ignores-client-id-mismatch" "does not compare client_id in an update",
        /// `Cache-Control: no-store`.
        pub no_store: Rule
            => "management-cacheable" "does not forbid storing registrations that are read",
        /// A read tells all metadata.
        pub read_all: Rule
            => "read-omits-metadata" "tells only a part of a registration",
        /// Members that an update leaves out are removed.
        pub replace: Rule
            => "update-keeps-omitted-members" "keeps members that an update leaves out",
        /// The token must be right.
        pub token: Rule
            => "management-token-not-checked" "lets anyone manage a registration",
        /// The token that an update replaces is ended in the moment in which the update is made.
        pub token_taken_at_once: Rule
            => "update-race" "replaces the registration token some time after it looked at it",
        /// The token must be this client's.
        pub token_bound: Rule
            => "management-foreign-token-accepted" "takes any client's registration token",
        /// An unknown client is 401; otherwise 404.
        pub unknown_is_unauthorized: Rule
            => "management-unknown-client-404" "answers 404 for unknown clients",
        /// Updates are validated as registrations are.
        pub validate: Rule
            => "update-skips-validation" "does not validate updates",
    }
}

/// What registration management gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ManagementFault {
    /// Nothing.
    #[default]
    None,
    /// An access token of the client manages it.
    AccessTokenAccepted,
    /// The place of a client that does not exist is read like any other.
    AnyPlace,
    /// Every method that is not known reads.
    AnyMethodReads,
    /// The client that the body names is updated.
    BodyNamesClient,
    /// A deletion leaves the access tokens.
    DeleteKeepsAccessTokens,
    /// There is no deletion, which is told with 501.
    NoDeletion,
    /// The token is also taken from the body.
    TokenInBody,
    /// An update that is refused is made nevertheless.
    RefusedYetMade,
    /// A deletion ends all clients with these redirect URIs.
    DeletesAlike,
    /// A client with a document is read by its identifier.
    DocumentClients,
    /// What is forbidden is 404.
    ForbiddenIs404,
    /// The token that was replaced works on.
    FormerTokenAccepted,
    /// An answer has no `client_id`.
    NoClientId,
    /// The token that an update tells does not work, the one before does.
    NewTokenDead,
    /// A client that becomes confidential gets no secret.
    NoSecretLater,
    /// An initial access token manages every client.
    InitialTokenAccepted,
    /// An update that names the client's secret is refused.
    OwnAnswerRefused,
    /// A read is answered with 202.
    ReadAccepted,
    /// A read forgets the name.
    ReadForgetsName,
    /// A read does not tell the place.
    ReadWithoutPlace,
    /// A read does not tell the token.
    ReadWithoutToken,
    /// The client's secret manages it.
    SecretAccepted,
    /// A client that becomes public keeps its secret and is told it needs it.
    SecretKept,
    /// The lifetime of tokens is told, and taken from an update.
    TakesProvisioned,
    /// A registration token of the client's choice is taken in an update.
    ServerMembersTaken,
    /// An update with a value of the wrong type shows where in the code it failed.
    ErrorsTraced,
    /// Part of the token says whose it is, and the other part may be anybody's.
    TokenOfParts,
    /// To introspection the registration token is an access token.
    TokenIntrospected,
    /// A client that does not exist is told so at the token endpoint.
    TellsUnknown,
    /// The URIs of an update are fetched, without the guard.
    UpdateFetchesUris,
    /// The token is also taken from the query.
    TokenInQuery,
    /// The first half of the token is enough.
    TokenPrefix,
    /// An update is answered with 202.
    UpdateAccepted,
    /// An update leaves the client without redirect URIs.
    UpdateForgetsRedirectUris,
    /// An update changes the answer and not the client.
    UpdateNotKept,
    /// An update takes a chosen id.
    UpdateTakesClientId,
    /// An update is answered with the metadata of before.
    UpdateTellsOld,
    /// The answer to an update does not tell the place.
    UpdateWithoutPlace,
    /// The answer to an update does not tell the token.
    UpdateWithoutToken,
}
