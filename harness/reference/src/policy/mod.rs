//! The policy: every decision that a specification constrains, one field each; the default is conformant.

mod choice;
mod consent;
mod credentials;
mod fault;
mod fetch;
mod inbound;
mod initial;
mod log;
pub(crate) mod mutant;
mod outbound;
mod pages;
mod registration;
mod service;
mod shown;
mod statement;
mod strength;
mod watched;

pub use choice::AssertionChoices;
pub use choice::Choice;
pub use choice::ChoicePolicy;
pub use choice::DeniedBy;
pub use choice::LoginButtons;
pub use choice::PageChoices;
pub use choice::RegistrationChoices;
pub use choice::RequestChoices;
pub use choice::Way;
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
pub use inbound::AuthorizePolicy;
pub use inbound::ChallengeRule;
pub use inbound::Denial;
pub use inbound::Issuer;
pub use inbound::ManagementPolicy;
pub use inbound::MetadataPolicy;
pub use inbound::RegistrationPolicy;
pub use inbound::ResourceRule;
pub use inbound::TokenPolicy;
pub use initial::InitialTokenPolicy;
pub use log::LogFault;
pub use mutant::Mutant;
pub use outbound::AssertionPolicy;
pub use outbound::CachePolicy;
pub use outbound::DocumentPolicy;
pub use outbound::FragmentRule;
pub use outbound::IdComparison;
pub use outbound::LinkRule;
pub use outbound::RedirectPolicy;
pub use outbound::SiteRule;
pub use outbound::UriComparison;
pub use outbound::UrlPolicy;
pub use outbound::UserinfoRule;
pub use pages::PagePolicy;
pub use registration::ManagementFault;
pub use registration::RegistrationFault;
pub use service::ServicePolicy;
pub use shown::AlgorithmsShown;
pub use shown::EndpointsShown;
pub use shown::GrantsShown;
pub use shown::IssuerShown;
pub use statement::StatementPolicy;
pub use strength::Made;
pub use strength::OfParts;
pub use strength::StrengthPolicy;
use watched::Notices;
pub use watched::Rule;
pub use watched::Watched;
use watched::decisions;

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

decisions! {
    /// All decisions of the server.
    pub struct Policy {
        /// Client assertions (RFC 7523).
        pub assertion: AssertionPolicy,
        /// Authorization requests and responses.
        pub authorize: AuthorizePolicy,
        /// The cache of documents.
        pub cache: CachePolicy,
        /// What is left to the server.
        pub choice: ChoicePolicy,
        /// Login, consent and the way back.
        pub consent: ConsentPolicy,
        /// Methods and keys of documents.
        pub credentials: CredentialPolicy,
        /// The content of documents.
        pub document: DocumentPolicy,
        /// What an endpoint gets wrong beside the decisions of its own policy.
        pub endpoint: Watched<EndpointFault>,
        /// Fetching.
        pub fetch: FetchPolicy,
        /// Who may register.
        pub initial_token: InitialTokenPolicy,
        /// What stands in the log.
        pub log: Watched<LogFault>,
        /// RFC 7592.
        pub management: ManagementPolicy,
        /// RFC 8414.
        pub metadata: MetadataPolicy,
        /// Login, consent and error pages.
        pub pages: PagePolicy,
        /// Redirect URIs of documents and requests.
        pub redirect: RedirectPolicy,
        /// RFC 7591.
        pub registration: RegistrationPolicy,
        /// What a client that is right gets.
        pub service: ServicePolicy,
        /// Software statements.
        pub statement: StatementPolicy,
        /// What nobody may guess.
        pub strength: StrengthPolicy,
        /// The token endpoint.
        pub token: TokenPolicy,
        /// Client identifiers.
        pub url: UrlPolicy,
    }
}

impl Policy {
    /// Whether a server that was asked what this one was asked, and decides by the other policy, may have done anything
    /// otherwise.
    pub fn would_notice(&self, other: &Self) -> bool {
        self.notices(other)
    }
}
