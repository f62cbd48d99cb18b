//! Client ID Metadata Documents: identifiers, the guarded fetch, the cache, the documents and what they allow.

mod assertion;
mod blocks;
mod cache;
mod connect;
mod content;
mod credentials;
mod document;
mod documents;
mod excess;
mod fetch;
mod first_seen;
mod flights;
mod guard;
mod identifier;
mod json;
mod key_sets;
mod keys;
mod links;
mod redirect;
mod refusal;
mod text;
mod tls;
mod tolerance;
#[cfg(test)]
mod wire;

pub use assertion::VerifiedAssertion;
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
pub(crate) use keys::private_or_symmetric;
pub use redirect::acceptable_redirect_uri;
pub use redirect::is_loopback_uri;
pub use redirect::redirect_matches;
pub use refusal::Refusal;
