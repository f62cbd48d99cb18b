//! What a step does: one file for each verb.
//!
//! The list below makes [`Act`], the members of a step in a scenario file, and the conversions between both. A new verb
//! is a line in it and a file here with its type and its `impl Verb`; the compiler asks for the rest.

/// Calls a macro with every verb: its documentation, its word in scenarios, its type, and the type of its schema.
macro_rules! verbs {
    ($then:ident) => {
        $then! {
            /// Sends a request to an endpoint that the metadata names.
            ask: Ask,
            /// Requests authorization and does the browser's part.
            authorize: Authorize,
            /// Compares the codes, tokens and `request_uri`s that these steps brought, for the expectation `values`.
            compare: Compare as "Option<Vec<String>>",
            /// Deletes a registration (RFC 7592).
            delete: Delete as "Option<Manage>",
            /// Reads a metadata document of the target.
            discover: Discover,
            /// Requests tokens without a user.
            grant: Grant,
            /// Asks about a token (RFC 7662).
            introspect: Introspect as "Option<OfToken>",
            /// Waits until these background steps have ended.
            join: Join as "Option<Vec<String>>",
            /// Waits this long for lines of the server log. Then it records what the log has had since the case began. It
            /// requires `needs = ["log"]`.
            listen: Listen as "Option<Span>",
            /// Logs the user out on behalf of a client.
            logout: Logout,
            /// Reads a registration (RFC 7592).
            read: Read as "Option<Manage>",
            /// Uses a refresh token.
            refresh: Refresh,
            /// Registers a client (RFC 7591).
            register: Register,
            /// Changes how a name is resolved.
            resolve: Resolve,
            /// Revokes a token (RFC 7009).
            revoke: Revoke as "Option<OfToken>",
            /// Changes what a host serves.
            serve: Serve,
            /// Redeems a code.
            token: Token,
            /// Replaces a registration (RFC 7592).
            update: Update as "Option<Manage>",
            /// Waits this long.
            wait: Wait as "Option<Span>",
        }
    };
}
pub(crate) use verbs;

mod ask;
mod authorize;
mod compare;
mod discover;
mod grant;
mod introspect;
mod join;
mod listen;
mod logout;
mod manage;
mod refresh;
mod register;
mod resolve;
mod revoke;
mod serve;
mod shared;
mod token;
mod wait;

pub use ask::Ask;
pub use authorize::Authorize;
pub use authorize::Channel;
pub use authorize::Decision;
pub use authorize::Until;
pub use compare::Compare;
pub use discover::Discover;
pub use discover::MetadataDocument;
pub use grant::Grant;
pub use introspect::Introspect;
pub use join::Join;
pub use listen::Listen;
pub use logout::Logout;
pub use manage::Bearer;
pub use manage::Delete;
pub use manage::Manage;
pub use manage::Read;
pub use manage::Update;
pub use refresh::Refresh;
pub use register::InitialToken;
pub use register::Register;
pub use resolve::Resolve;
pub use resolve::ResolveTurn;
pub use revoke::Revoke;
pub use serve::Padding;
pub use serve::Serve;
pub use shared::act::Act;
pub use shared::authentication::Authentication;
pub use shared::client::ClientName;
pub use shared::contract::Burden;
pub use shared::contract::Success;
pub use shared::contract::Verb;
pub use shared::of_token::OfToken;
pub use shared::of_token::TokenKind;
pub use shared::references::References;
pub use shared::step::Step;
pub use shared::step::WaitOn;
pub use shared::swap::Swap;
pub use token::Token;
pub use wait::Wait;
