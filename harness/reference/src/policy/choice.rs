//! What the specifications leave to a server: a shape goes the less usual way.

use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

/// Which way is gone where both are lawful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// The usual one.
    #[default]
    Usual,
    /// The other one.
    Other,
}

/// A choice between two lawful ways.
pub type Choice = Watched<Way>;

impl Choice {
    /// Whether the less usual way is gone.
    pub(crate) fn other(&self) -> bool {
        self.is(Way::Other)
    }
}

decisions! {
    /// All choices of the server, by area.
    pub struct ChoicePolicy {
        /// How clients prove themselves by their keys.
        pub assertion: AssertionChoices,
        /// How the user is asked and sent back.
        pub pages: PageChoices,
        /// Where the server and its metadata are found.
        pub places: PlaceChoices,
        /// What requests and identifiers look like.
        pub requests: RequestChoices,
        /// What registration takes and tells.
        pub registration: RegistrationChoices,
        /// Tokens are for whoever bears them; otherwise for a key that is proven (RFC 9449).
        pub bearer_tokens: Choice,
        /// Who gets refresh tokens.
        pub refresh: Watched<RefreshGiven>,
        /// How much is served at once, and how.
        pub traffic: TrafficChoices,
    }

    /// How clients prove themselves by their keys (RFC 7523).
    pub struct AssertionChoices {
        /// All the usual algorithms are taken; otherwise RS256 only, and it is looked at before the keys are.
        pub algorithms: Choice,
        /// An assertion is for the issuer or an endpoint; otherwise for the token endpoint only, and that is looked at first.
        pub audience: Choice,
    }

    /// How the user is asked and sent back.
    pub struct PageChoices {
        /// Asks for consent without boxes; otherwise what is asked for are boxes, of which one at least is ticked.
        pub boxes: Choice,
        /// A pending request is called by a name of its own; otherwise as a challenge of the login and of the consent, and
        /// the answer tells a `session_state`.
        pub challenges: Choice,
        /// How a user denies.
        pub denial: Watched<DeniedBy>,
        /// Answers are redirects only; otherwise also forms that send themselves, where a request wants them.
        pub form_post: Choice,
        /// What stands on the login page's buttons.
        pub login: Watched<LoginButtons>,
        /// The login is at the issuer's origin; otherwise an application of its own is at another one.
        pub login_here: Choice,
        /// The users are the server's own; otherwise they log in at an upstream identity provider, where it was told of one.
        pub own_users: Choice,
        /// The password is asked for with the name; otherwise after it.
        pub name_with_password: Choice,
        /// Scopes are shown as they were asked for; otherwise with what every client gets, in any order.
        pub scope_order: Choice,
        /// Login and decision are asked for one after the other; otherwise on one page, at every request.
        pub two_pages: Choice,
    }

    /// Where the server and its metadata are found.
    pub struct PlaceChoices {
        /// Metadata are published in both documents; otherwise only in that of OpenID Connect.
        pub both_documents: Choice,
        /// What the issuer is beside an origin.
        pub issuer: Watched<IssuerForm>,
        /// Both documents name the registration endpoint; otherwise only that of OpenID Connect.
        pub registration_in_both: Choice,
    }

    /// What registration takes and tells (RFC 7591, 7592).
    pub struct RegistrationChoices {
        /// Answers have numbers that a double holds; otherwise one that none does.
        pub common_numbers: Choice,
        /// What a client left out is registered with its default, and told; otherwise it is neither.
        pub defaults: Choice,
        /// Members that the server assigns are passed over; otherwise a reason to refuse.
        pub ignores_assigned: Choice,
        /// Loopback redirect URIs are registered; otherwise refused.
        pub loopback: Choice,
        /// A name is registered; otherwise it is a member that is not understood.
        pub names: Choice,
        /// Clients are of the kind that they ask for; otherwise all get a secret, and their keys are not understood.
        pub own_methods: Choice,
        /// An initial access token opens as many registrations as are asked for; otherwise one, and programs get them
        /// with the operator's client.
        pub initial_token_reused: Choice,
        /// By which methods clients may authenticate.
        pub methods: Watched<MethodsTaken>,
        /// JSON is read as RFC 8259 has it; otherwise with comments and trailing commas.
        pub strict_json: Choice,
        /// A wrong registration token is told by 401; otherwise by 403.
        pub unauthorized: Choice,
    }

    /// How much is served at once, and how.
    pub struct TrafficChoices {
        /// Connections are kept; otherwise some are closed after an answer, unannounced (RFC 9112 section 9.6).
        pub connections_kept: Choice,
        /// All requests of an address are served; otherwise some in a minute.
        pub unlimited: Choice,
        /// The server is there when it listens; otherwise some time later.
        pub starts_at_once: Choice,
        /// Registrations are written beside each other; otherwise some fail that are.
        pub writes_together: Choice,
    }

    /// What requests and identifiers look like.
    pub struct RequestChoices {
        /// A client identifier may have a query; otherwise none has.
        pub identifier_query: Choice,
        /// Clients with documents are known everywhere; otherwise only after they asked for authorization.
        pub known_at_once: Choice,
        /// Documents may be anywhere; otherwise only in the domains of a list.
        pub documents_anywhere: Choice,
        /// A pushed request lives for a minute and a half; otherwise for two seconds.
        pub pushed_lifetime: Choice,
        /// Requests may be pushed; otherwise they have to be (RFC 9126 section 5).
        pub pushed_if_wanted: Choice,
        /// A program that asks for what is not there is told so; otherwise it is sent to a login page.
        pub told_to_programs: Choice,
    }
}

/// How a user denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeniedBy {
    /// By a button.
    #[default]
    Button,
    /// By a link.
    Link,
    /// By sending the form with no box ticked.
    NoBox,
}

/// What the issuer is beside an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IssuerForm {
    /// What it was given.
    #[default]
    Given,
    /// It has a path.
    Path,
    /// It ends with a slash.
    Slash,
}

/// By which methods clients may authenticate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MethodsTaken {
    /// By all that the server has.
    #[default]
    All,
    /// By none: all clients are public.
    PublicOnly,
    /// By a secret in the body.
    SecretPostOnly,
}

impl MethodsTaken {
    /// The one method, where there is only one.
    pub(crate) fn only(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::PublicOnly => Some("none"),
            Self::SecretPostOnly => Some("client_secret_post"),
        }
    }
}

/// Who gets refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RefreshGiven {
    /// Whoever names the grant.
    #[default]
    ToWhoNamesIt,
    /// Whoever names the grant and gets the scope `offline_access`.
    ForOfflineAccess,
    /// Nobody.
    Never,
}

/// What stands on the login page's buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoginButtons {
    /// That somebody logs in.
    #[default]
    LogIn,
    /// That it goes on.
    Continue,
    /// That it goes on, or not.
    ContinueOrCancel,
}
