//! The policy: every decision that a specification constrains, one field each; the default is conformant.

mod authorization;
mod choice;
mod fetching;
pub(crate) mod mutant;
mod registration;
mod watched;

pub use authorization::authorize::AuthorizePolicy;
pub use authorization::authorize::ChallengeRule;
pub use authorization::authorize::Denial;
pub use authorization::authorize::Issuer;
pub use authorization::authorize::ResourceRule;
pub use authorization::consent::ConsentPolicy;
pub use authorization::consent::Remembered;
pub use authorization::credentials::CredentialPolicy;
pub use authorization::fault::EndpointFault;
pub use authorization::log::LogFault;
pub use authorization::metadata::AlgorithmsShown;
pub use authorization::metadata::EndpointsShown;
pub use authorization::metadata::GrantsShown;
pub use authorization::metadata::IssuerShown;
pub use authorization::metadata::MetadataPolicy;
pub use authorization::pages::PagePolicy;
pub use authorization::service::ServicePolicy;
pub use authorization::strength::Made;
pub use authorization::strength::OfParts;
pub use authorization::strength::StrengthPolicy;
pub use authorization::token::TokenPolicy;
pub use choice::AssertionChoices;
pub use choice::Choice;
pub use choice::ChoicePolicy;
pub use choice::DeniedBy;
pub use choice::IssuerForm;
pub use choice::LoginButtons;
pub use choice::MethodsTaken;
pub use choice::PageChoices;
pub use choice::PlaceChoices;
pub use choice::RefreshGiven;
pub use choice::RegistrationChoices;
pub use choice::RequestChoices;
pub use choice::TrafficChoices;
pub use choice::Way;
pub use fetching::assertion::AssertionPolicy;
pub use fetching::cache::CachePolicy;
pub use fetching::cache::Room;
pub use fetching::document::DocumentPolicy;
pub use fetching::document::IdComparison;
pub use fetching::document::LinkRule;
pub use fetching::fetch::Deadline;
pub use fetching::fetch::Excess;
pub use fetching::fetch::FetchPolicy;
pub use fetching::fetch::GuardPolicy;
pub use fetching::fetch::LengthRule;
pub use fetching::fetch::Redirects;
pub use fetching::fetch::SizeRule;
pub use fetching::fetch::StatusRule;
pub use fetching::identifier::FragmentRule;
pub use fetching::identifier::UrlPolicy;
pub use fetching::identifier::UserinfoRule;
pub use mutant::Mutant;
pub use registration::initial::InitialTokenPolicy;
pub use registration::management::ManagementFault;
pub use registration::management::ManagementPolicy;
pub use registration::redirect::RedirectPolicy;
pub use registration::redirect::SiteRule;
pub use registration::redirect::UriComparison;
pub use registration::register::RegistrationFault;
pub use registration::register::RegistrationPolicy;
pub use registration::statement::StatementPolicy;
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
