//! Client ID Metadata Documents: identifiers, the guarded fetch, the cache, the documents and what they allow.

pub(crate) mod assertion;
pub(crate) mod blocks;
pub(crate) mod cache;
pub(crate) mod connect;
pub(crate) mod content;
pub(crate) mod credentials;
pub(crate) mod document;
pub(crate) mod documents;
pub(crate) mod fetch;
pub(crate) mod flights;
pub(crate) mod guard;
pub(crate) mod identifier;
pub(crate) mod json;
pub(crate) mod key_sets;
pub(crate) mod keys;
pub(crate) mod redirect;
pub(crate) mod refusal;
pub(crate) mod text;
pub(crate) mod tls;
pub(crate) mod tolerance;
#[cfg(test)]
pub(crate) mod wire;

pub use assertion::VerifiedAssertion;
pub(crate) use assertion::algorithm_of;
pub(crate) use assertion::part as part_of_jwt;
pub use assertion::verify_assertion;
pub use blocks::Block;
pub use blocks::block_of;
pub use document::AuthMethod;
pub use document::ClientDocument;
pub use document::KeySource;
pub use documents::Documents;
pub use documents::FetchLog;
pub use documents::FetchRecord;
pub use documents::FetchSettings;
pub use documents::Logo;
pub use documents::Loopback;
pub use identifier::looks_like_url;
pub use identifier::parse as parse_identifier;
pub(crate) use json::without_comments;
pub(crate) use keys::private_or_symmetric;
pub(crate) use redirect::NOBODYS_SCHEME;
pub use redirect::acceptable_redirect_uri;
pub use redirect::is_loopback_uri;
pub use redirect::redirect_matches;
pub use refusal::Refusal;
