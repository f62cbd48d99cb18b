//! The policy: every decision that a specification constrains, one field each; the default is conformant.

use std::collections::BTreeSet;

mod consent;
mod credentials;
mod fault;
mod fetch;
mod inbound;
mod outbound;
mod registration;
mod service;
mod watched;

pub use consent::ConsentPolicy;
pub use consent::Remembered;
pub use credentials::CredentialPolicy;
pub use fault::EndpointFault;
pub use fetch::Deadline;
pub use fetch::Excess;
pub use fetch::FetchPolicy;
pub use fetch::GuardPolicy;
pub use fetch::Redirects;
pub use fetch::SizeRule;
pub use fetch::StatusRule;
pub use inbound::AlgorithmsShown;
pub use inbound::AuthorizePolicy;
pub use inbound::ChallengeRule;
pub use inbound::Denial;
pub use inbound::EndpointsShown;
pub use inbound::GrantsShown;
pub use inbound::Issuer;
pub use inbound::ManagementPolicy;
pub use inbound::MetadataPolicy;
pub use inbound::PagePolicy;
pub use inbound::RegistrationPolicy;
pub use inbound::ResourceRule;
pub use inbound::TokenPolicy;
pub use outbound::AssertionPolicy;
pub use outbound::CachePolicy;
pub use outbound::DocumentPolicy;
pub use outbound::FragmentRule;
pub use outbound::IdComparison;
pub use outbound::LinkRule;
pub use outbound::RedirectPolicy;
pub use outbound::UriComparison;
pub use outbound::UrlPolicy;
pub use outbound::UserinfoRule;
pub use registration::ManagementFault;
pub use registration::RegistrationFault;
pub use service::ServicePolicy;
pub use watched::Watched;

/// Whether a rule is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Check {
    /// It is.
    #[default]
    Enforce,
    /// It is not: the deviation of a mutant.
    Skip,
}

impl Check {
    /// Whether the rule is enforced.
    pub(crate) fn on(self) -> bool {
        self == Self::Enforce
    }
}

/// All decisions of the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Client assertions (RFC 7523).
    pub assertion: Watched<AssertionPolicy>,
    /// Authorization requests and responses.
    pub authorize: Watched<AuthorizePolicy>,
    /// The cache of documents.
    pub cache: Watched<CachePolicy>,
    /// Login, consent and the way back.
    pub consent: Watched<ConsentPolicy>,
    /// Methods and keys of documents.
    pub credentials: Watched<CredentialPolicy>,
    /// The content of documents.
    pub document: Watched<DocumentPolicy>,
    /// What an endpoint gets wrong beside the decisions of its own policy.
    pub endpoint: Watched<EndpointFault>,
    /// Fetching.
    pub fetch: Watched<FetchPolicy>,
    /// RFC 7592.
    pub management: Watched<ManagementPolicy>,
    /// RFC 8414.
    pub metadata: Watched<MetadataPolicy>,
    /// Login, consent and error pages.
    pub pages: Watched<PagePolicy>,
    /// Redirect URIs of documents and requests.
    pub redirect: Watched<RedirectPolicy>,
    /// RFC 7591.
    pub registration: Watched<RegistrationPolicy>,
    /// The token endpoint.
    pub token: Watched<TokenPolicy>,
    /// Client identifiers.
    pub url: Watched<UrlPolicy>,
    /// What a client that is right gets.
    pub service: Watched<ServicePolicy>,
}

impl Policy {
    /// The names of the parts that were read.
    pub fn consulted(&self) -> BTreeSet<&'static str> {
        // Taken apart without a rest, so that no part can be forgotten.
        let Self {
            assertion,
            authorize,
            cache,
            consent,
            credentials,
            document,
            endpoint,
            fetch,
            management,
            metadata,
            pages,
            redirect,
            registration,
            token,
            url,
            service,
        } = self;
        named([
            ("assertion", assertion.was_read()),
            ("authorize", authorize.was_read()),
            ("cache", cache.was_read()),
            ("consent", consent.was_read()),
            ("credentials", credentials.was_read()),
            ("document", document.was_read()),
            ("endpoint", endpoint.was_read()),
            ("fetch", fetch.was_read()),
            ("management", management.was_read()),
            ("metadata", metadata.was_read()),
            ("pages", pages.was_read()),
            ("redirect", redirect.was_read()),
            ("registration", registration.was_read()),
            ("token", token.was_read()),
            ("url", url.was_read()),
            ("service", service.was_read()),
        ])
    }

    /// The names of the parts that decide otherwise there.
    pub fn differing(&self, other: &Self) -> BTreeSet<&'static str> {
        let Self {
            assertion,
            authorize,
            cache,
            consent,
            credentials,
            document,
            endpoint,
            fetch,
            management,
            metadata,
            pages,
            redirect,
            registration,
            token,
            url,
            service,
        } = self;
        named([
            ("assertion", *assertion != other.assertion),
            ("authorize", *authorize != other.authorize),
            ("cache", *cache != other.cache),
            ("consent", *consent != other.consent),
            ("credentials", *credentials != other.credentials),
            ("document", *document != other.document),
            ("endpoint", *endpoint != other.endpoint),
            ("fetch", *fetch != other.fetch),
            ("management", *management != other.management),
            ("metadata", *metadata != other.metadata),
            ("pages", *pages != other.pages),
            ("redirect", *redirect != other.redirect),
            ("registration", *registration != other.registration),
            ("token", *token != other.token),
            ("url", *url != other.url),
            ("service", *service != other.service),
        ])
    }
}

fn named<const N: usize>(parts: [(&'static str, bool); N]) -> BTreeSet<&'static str> {
    let chosen = parts.into_iter().filter(|(_, is)| *is);
    chosen.map(|(name, _)| name).collect()
}
