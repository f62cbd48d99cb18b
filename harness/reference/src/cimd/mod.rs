//! Client ID Metadata Documents: identifiers, the guarded fetch, the cache, the documents and what they allow.

pub(crate) mod cache;
pub(crate) mod document;
pub(crate) mod documents;
pub(crate) mod fetch;
pub(crate) mod flights;
pub(crate) mod identifier;
pub(crate) mod keys;
pub(crate) mod redirect;
pub(crate) mod refusal;
#[cfg(test)]
pub(crate) mod wire;

pub(crate) use crate::cimd::document::json::without_comments;
pub use crate::cimd::document::rules::AuthMethod;
pub use crate::cimd::document::rules::ClientDocument;
pub use crate::cimd::document::rules::KeySource;
pub(crate) use crate::cimd::document::tolerance::NEEDED;
pub(crate) use crate::cimd::document::tolerance::missing_member;
pub use crate::cimd::fetch::blocks::Block;
pub use crate::cimd::fetch::blocks::block_of;
pub use crate::cimd::fetch::guard::permits;
pub use crate::cimd::keys::assertion::VerifiedAssertion;
pub(crate) use crate::cimd::keys::assertion::algorithm_of;
pub(crate) use crate::cimd::keys::assertion::part as part_of_jwt;
pub use crate::cimd::keys::assertion::verify_assertion;
pub use crate::cimd::keys::jwk::acceptable as acceptable_keys;
pub(crate) use crate::cimd::keys::jwk::private_or_symmetric;
pub(crate) use crate::cimd::keys::proof::ALGORITHMS as PROOF_ALGORITHMS;
pub(crate) use crate::cimd::keys::proof::verify_proof;
pub use documents::Documents;
pub use documents::FetchLog;
pub use documents::FetchRecord;
pub use documents::FetchSettings;
pub use documents::Logo;
pub use documents::Loopback;
pub use identifier::Destination;
pub use identifier::looks_like_url;
pub use identifier::parse as parse_identifier;
pub(crate) use redirect::NOBODYS_SCHEME;
pub use redirect::acceptable_redirect_uri;
pub use redirect::is_loopback_uri;
pub use redirect::redirect_matches;
pub use refusal::Refusal;
