//! What this room reads of a target's bytes: each reader as a run uses it, for whoever gives it any bytes.
//!
//! The laws of `harness/laws` are about them. Nothing here sends anything but [`Client::ask`].

use std::sync::Arc;
use std::time::Duration;

use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::profile::Profile;
use cimdspec_model::verb::Decision;
use cimdspec_model::verb::Until;
use url::Url;

use crate::Named;
use crate::Target;
use crate::Trust;
use crate::agent::browser::Agent;
use crate::agent::browser::Done;
use crate::agent::browser::Next;
use crate::agent::programs::Browser;
use crate::agent::programs::Pages;
use crate::agent::programs::Programs;
use crate::agent::programs::StandIn;
use crate::error::DriveError;
use crate::http::answer::Lost;
use crate::http::client::Ask;
use crate::http::client::Wire;
use crate::http::exchange::Talk;
use crate::http::patience;
use crate::http::response;
use crate::redact::recorded;
use crate::redact::witnessed;
use crate::target::documents::Documents;
use crate::target::documents::PLACES;
use crate::target::documents::address;
use crate::target::issuer_url::place;
use crate::target::mcp;

pub use crate::agent::cookie::Jar;
pub use crate::http::answer::Answer;
pub use crate::redact::Redactor;

/// The HTTP client of a run.
#[derive(Debug, Clone)]
pub struct Client(Wire);

/// What a user agent does with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Going {
    /// It asks the target for this.
    Asks {
        /// The method.
        method: String,
        /// The URL.
        url: Url,
        /// The body.
        body: Option<String>,
        /// The body as it is recorded, where that is another one.
        shown: Option<String>,
    },
    /// It is sent to this place, which is none of the target's.
    Leaves(String),
    /// The program of the operator logs in.
    LogsIn,
    /// It stays where it is.
    Stays(Arrival),
}

/// A user agent that got an answer.
pub struct Visitor<'a> {
    /// How the target is spoken to.
    pub profile: &'a Profile,
    /// Whether a URL is the target's.
    pub owns: &'a (dyn Fn(&Url) -> bool + Sync),
    /// What its user decides.
    pub decide: Decision,
    /// Where it stops.
    pub until: Until,
    /// The redirect URIs of its request.
    pub redirect_uris: Vec<String>,
    /// The state of its request.
    pub state: Option<String>,
}

/// Who records what is said to a target in a case.
pub struct Recorder {
    talk: Talk,
}

impl Client {
    /// A client that trusts nobody.
    ///
    /// # Errors
    /// [`DriveError`] when a header field of the profile cannot be sent.
    pub fn new(profile: &Profile) -> Result<Self, DriveError> {
        let trust = Trust {
            pem: "",
            system: false,
        };
        Wire::new(trust, profile).map(Self)
    }

    /// Asks for a URL once, and reads the answer.
    ///
    /// # Errors
    /// Why there is no answer, in words.
    pub async fn ask(&self, url: Url, deadline: Duration) -> Result<Answer, String> {
        let answer = self.0.send_in_turn(&Ask::get(url), deadline).await;
        answer.map_err(|lost| lost.words().to_owned())
    }

    /// The target that these answers describe, in the order in which clients look for metadata documents.
    ///
    /// # Errors
    /// [`DriveError`] when the issuer is no server's URL, or no answer has an authorization endpoint.
    pub fn discovered(
        &self,
        named: Named<'_>,
        profile: Profile,
        answers: impl IntoIterator<Item = Result<Answer, String>>,
    ) -> Result<Target, DriveError> {
        let place = place(named.text())?;
        let addresses = PLACES.iter().map(|which| address(&place, *which));
        let documents = Documents::of(addresses.zip(answers), false);
        Target::of(named, profile, self.0.clone(), place, documents)
    }
}

impl Visitor<'_> {
    /// What it does with the answer to a GET of this page.
    pub fn goes(&self, page: &Url, answer: &Answer) -> Going {
        let programs = Programs::default();
        let agent = Agent {
            profile: self.profile,
            owns: self.owns,
            login_elsewhere: &|_| None,
            decide: self.decide,
            until: self.until,
            elsewhere: None,
            stand_in: StandIn {
                programs: &programs,
                browser: Browser::Own,
                pages: Pages::Logins,
            },
            asked: self.asked(),
        };
        match agent.next(&Ask::get(page.clone()), answer, &mut Done::default()) {
            Next::Ask(ask) => Going::Asks {
                method: ask.method,
                url: ask.url,
                body: ask.body,
                shown: ask.shown,
            },
            Next::Leave(location) => Going::Leaves(location),
            Next::LogIn => Going::LogsIn,
            // A reader plays nothing.
            Next::Script => Going::Stays(Arrival::Page),
            Next::Stay(arrival) => Going::Stays(arrival),
        }
    }

    fn asked(&self) -> response::Asked {
        response::Asked {
            redirect_uris: self.redirect_uris.clone(),
            state: self.state.clone(),
        }
    }
}

impl Recorder {
    /// A recorder with this redactor; its clock stands still.
    pub fn new(client: &Client, redactor: Redactor) -> Self {
        let clock = Arc::new(|| Instant(1));
        Self {
            talk: Talk::new(client.0.clone(), None, clock, Arc::new(redactor)),
        }
    }

    /// What hides the secrets.
    pub fn redactor(&self) -> &Redactor {
        self.talk.redactor()
    }

    /// The record of a GET and its answer.
    pub fn exchange(
        &self,
        url: &Url,
        fields: &[(String, String)],
        answer: Result<Answer, String>,
    ) -> Exchange {
        let mut ask = Ask::get(url.clone());
        ask.headers = fields.to_vec();
        let answer = answer.map_err(Lost::Broken);
        self.talk.recorded(&ask, &answer, Instant(0))
    }

    /// Where a visitor was sent that left the target, as it is recorded.
    pub fn left(&self, visitor: &Visitor<'_>, location: &str) -> Arrival {
        response::left(&self.talk, location, &visitor.asked()).0
    }

    /// A step as it is kept at the end of its case.
    pub fn whole(&self, record: StepRecord) -> StepRecord {
        recorded(self.redactor(), record)
    }

    /// An event of the world as it is kept.
    pub fn witnessed(&self, event: Event) -> Event {
        witnessed(self.redactor(), event)
    }
}

/// How long a request waits whose answer asks for patience, before it is sent again for the so many-th time.
pub fn pause(answer: &Answer, retry: u32) -> Option<Duration> {
    patience::pause(answer, retry)
}

/// The value of a parameter of a challenge (RFC 9110 section 11.6.1).
pub fn challenge_parameter(challenge: &str, name: &str) -> Option<String> {
    mcp::parameter(challenge, name)
}

/// The issuer, the resource and the scopes that the metadata of a protected resource name (RFC 9728).
///
/// # Errors
/// What is missing, in words.
pub fn protected_resource(answer: &Answer) -> Result<(String, String, Option<String>), String> {
    mcp::told_in(answer)
}

/// The endpoints of a target to which a run would speak.
pub fn endpoints(target: &Target) -> Vec<Url> {
    let members = target.metadata().as_object().into_iter().flatten();
    members.filter_map(|(name, _)| target.endpoint(name)).collect()
}
