//! The policy: every decision that a specification constrains, one field each; the default is conformant.

use std::collections::BTreeSet;

mod consent;
mod credentials;
mod fault;
mod fetch;
mod inbound;
mod log;
mod outbound;
mod registration;
mod service;
mod strength;
mod watched;

pub use consent::ConsentPolicy;
pub use consent::Remembered;
pub use credentials::CredentialPolicy;
pub use fault::EndpointFault;
pub use fetch::Deadline;
pub use fetch::Excess;
pub use fetch::FetchPolicy;
pub use fetch::GuardPolicy;
pub use fetch::LengthRule;
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
pub use log::LogFault;
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
pub use strength::Made;
pub use strength::StrengthPolicy;
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
    /// What stands in the log.
    pub log: Watched<LogFault>,
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
    /// What nobody may guess.
    pub strength: Watched<StrengthPolicy>,
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
        let read = self.beside(self).into_iter().filter(|part| part.was_read);
        read.map(|part| part.name).collect()
    }

    /// The names of the parts that decide otherwise there.
    pub fn differing(&self, other: &Self) -> BTreeSet<&'static str> {
        let differing = self.beside(other).into_iter().filter(|part| part.differs);
        differing.map(|part| part.name).collect()
    }

    fn beside(&self, other: &Self) -> Vec<Part> {
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
            log,
            management,
            metadata,
            pages,
            redirect,
            registration,
            strength,
            token,
            url,
            service,
        } = self;
        vec![
            part("assertion", assertion, &other.assertion),
            part("authorize", authorize, &other.authorize),
            part("cache", cache, &other.cache),
            part("consent", consent, &other.consent),
            part("credentials", credentials, &other.credentials),
            part("document", document, &other.document),
            part("endpoint", endpoint, &other.endpoint),
            part("fetch", fetch, &other.fetch),
            part("log", log, &other.log),
            part("management", management, &other.management),
            part("metadata", metadata, &other.metadata),
            part("pages", pages, &other.pages),
            part("redirect", redirect, &other.redirect),
            part("registration", registration, &other.registration),
            part("strength", strength, &other.strength),
            part("token", token, &other.token),
            part("url", url, &other.url),
            part("service", service, &other.service),
        ]
    }
}

/// A part of one policy beside the same part of another.
struct Part {
    name: &'static str,
    was_read: bool,
    differs: bool,
}

fn part<T: PartialEq>(name: &'static str, mine: &Watched<T>, other: &Watched<T>) -> Part {
    Part {
        name,
        was_read: mine.was_read(),
        differs: mine != other,
    }
}
