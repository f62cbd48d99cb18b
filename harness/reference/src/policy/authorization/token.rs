//! The token endpoint.

use crate::policy::watched::Rule;
use crate::policy::watched::decisions;

decisions! {
    /// The token endpoint.
    pub struct TokenPolicy at token {
        /// Only clients that authenticate get tokens for themselves.
        pub credentials_authenticated: Rule
            => "client-credentials-for-public" "gives tokens for themselves to clients that do not authenticate",
        /// The scope of a token is told with it.
        pub scope_told: Rule
            => "token-scope-untold" "does not tell the scope of its tokens",
        /// Clients authenticate where they ask about tokens.
        pub introspection_authenticated: Rule
            => "introspection-unauthenticated" "tells everybody about tokens",
        /// Clients authenticate where they revoke tokens.
        pub revocation_authenticated: Rule
            => "revocation-unauthenticated" "revokes tokens for everybody",
        /// What is revoked is dead.
        pub revocation_ends: Rule
            => "revocation-without-effect" "says that it revoked and does nothing",
        /// A revocation is answered with 200.
        pub revocation_ok: Rule
            => "revocation-answers-202" "answers a revocation with 202",
        /// A client revokes its own tokens only.
        pub revocation_bound: Rule
            => "revocation-for-other-clients" "revokes the tokens of other clients",
        /// A code is bound to its client.
        pub code_bound_to_client: Rule
            => "code-not-bound-to-client" "redeems another client's code",
        /// A code is bound to its redirect URI.
        pub code_bound_to_redirect_uri: Rule
            => "code-not-bound-to-redirect-uri" "redeems a code with another redirect URI",
        /// A code is bound to its client's identifier as it was sent; otherwise to what a URL library makes of it.
        pub code_bound_exactly: Rule
            => "code-bound-to-normalised-id" "compares the client of a code by what a URL library makes of its identifier",
        /// A code is marked as used in the moment in which it is looked at.
        pub code_taken_at_once: Rule
            => "code-race" "marks a code as used some time after it looked",
        /// A public client is named in the token request; otherwise the code tells it.
        pub client_named: Rule
            => "code-names-client" "takes the client from the code when a token request names none",
        /// A verifier is taken for a code with a challenge only.
        pub downgrade: Rule,
        /// That a code was asked for by S256 is kept; otherwise its challenge is compared as plain too.
        pub challenge_method_kept: Rule
            => "pkce-compared-as-plain" "takes the challenge itself for its verifier",
        /// A code is bound to its client whatever that client is; otherwise for public clients only.
        pub code_bound_for_all: Rule
            => "code-bound-for-public-only" "binds the codes of public clients only",
        /// A refresh token is bound to its client whatever that client is; otherwise for public clients only.
        pub refresh_bound_for_all: Rule
            => "refresh-bound-for-public-only" "binds the refresh tokens of public clients only",
        /// Using a code again ends the access token too.
        pub code_reuse_ends_access: Rule
            => "code-reuse-keeps-access-token" "ends only the refresh token when a code is used again",
        /// User names and passwords are not looked at.
        pub no_password: Rule
            => "password-looked-at" "looks at user names and passwords at the token endpoint",
        /// User names and passwords give nothing; otherwise any of them gives tokens.
        pub passwords_give_nothing: Rule
            => "password-granted" "gives tokens for any user name and password",
        /// A client uses the grants only that it registered.
        pub registered_grants: Rule
            => "registered-grants-ignored" "gives tokens by grants that a client did not register",
        /// Access tokens live for an hour; otherwise for a week.
        pub short_lived: Rule
            => "tokens-live-for-a-week" "gives access tokens that live for a week",
        /// A refresh token is bound to its client's identifier as it was sent.
        pub refresh_bound_exactly: Rule
            => "refresh-bound-to-normalised-id" "compares the client of a refresh token by what a URL library makes of its identifier",
        /// A used refresh token is dead in the moment in which it is looked at.
        pub refresh_taken_at_once: Rule
            => "refresh-race" "ends a used refresh token some time after it looked",
        /// A new refresh token is another than the old; otherwise the same is given again.
        pub refresh_is_new: Rule
            => "refresh-token-repeated" "gives the used refresh token again",
        /// A code is used once.
        pub code_once: Rule
            => "code-reusable" "redeems a code twice",
        /// A client with a secret must send it.
        pub secret_required: Rule
            => "token-secret-not-required" "takes a client with a secret without it",
        /// Using a code again revokes what it gave.
        pub code_reuse_revokes: Rule
            => "code-reuse-keeps-tokens" "keeps the tokens of a code that is used again",
        /// A client whose document is gone is refused; otherwise the server fails.
        pub gone_clients: Rule
            => "token-endpoint-fails-without-document" "answers 500 to token requests of a client whose document is gone",
        /// Here too a document is fetched again when its lifetime is over; otherwise the one of the authorization is used.
        pub documents_renewed: Rule
            => "token-endpoint-keeps-documents" "goes on at the token endpoint with the document of the authorization, whatever became of it",
        /// The redirect URI of a code is the one that was asked for; otherwise one that is registered.
        pub redirect_uri_as_asked: Rule
            => "code-redirect-uri-as-registered" "redeems a code with a redirect URI only that is registered, port and all",
        /// `Cache-Control: no-store`.
        pub no_store: Rule
            => "token-response-cacheable" "does not forbid storing token responses",
        /// A refresh token is bound to its client.
        pub refresh_bound_to_client: Rule
            => "refresh-not-bound-to-client" "takes another client's refresh token",
        /// Using an old refresh token revokes its family.
        pub refresh_reuse_revokes: Rule
            => "refresh-reuse-keeps-family" "keeps the family of a refresh token that is used again",
        /// A refresh token is replaced at each use.
        pub refresh_rotates: Rule
            => "refresh-not-rotated" "keeps a refresh token for ever",
        /// The verifier is compared with the challenge.
        pub verifier: Rule
            => "pkce-not-verified" "does not compare the verifier",
    }
}
