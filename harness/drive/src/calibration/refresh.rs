//! Calibration of refresh tokens: whether clients get one, and what they have to ask for to get it.

use std::collections::BTreeMap;

use cimdspec_judge::Origin;
use cimdspec_model::json;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::text::Text;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authorize;
use cimdspec_model::verb::Register;
use cimdspec_model::verb::Step;
use serde_json::Value;

use crate::calibration::calibrator::Calibrator;
use crate::calibration::keys::REDEEM;
use crate::calibration::keys::authorized;
use crate::calibration::registrations::REGISTER;
use crate::calibration::registrations::registers;
use crate::calibration::samples::ASK;
use crate::calibration::samples::is_granted;
use crate::calibration::samples::record_of;
use crate::calibration::samples::step;
use crate::target::facts::Lack;
use crate::target::facts::METHOD;
use crate::verb::register::BY_SECRET;
use crate::verb::register::NOT_AT_ALL;

/// The scope that brings one (OpenID Connect Core section 11), which a server lists that knows it.
const OFFLINE: &str = "offline_access";

/// Parameters of a request.
type Parameters = Vec<(String, String)>;

/// What became of the redemption of a code.
enum Redeemed {
    /// A refresh token came.
    WithRefreshToken,
    /// Only an access token came.
    Without,
    /// No token came, which says nothing of refresh tokens.
    Not,
}

/// What became of a registration, and of the redemption of its client's code.
struct Registered {
    /// The method that the answer names.
    method: Option<String>,
    /// Whether tokens came.
    redeems: bool,
}

impl Calibrator<'_> {
    /// Whether clients of this origin get refresh tokens; if only with more parameters, all requests have them from now on.
    pub(crate) async fn by_refresh(&mut self, plan: &Plan, origin: Origin) {
        if !self.found.samples.of(origin).ends_with_a_code() {
            return;
        }
        let mut seen = false;
        for parameters in self.ways_to_refresh() {
            let Some(walked) = self.walk(plan, origin, steps(origin, &parameters)).await else {
                return;
            };
            match redeemed(&walked.case) {
                Redeemed::WithRefreshToken => {
                    if !parameters.is_empty() {
                        let words: Vec<String> = parameters
                            .iter()
                            .map(|(name, value)| format!("{name}={value}"))
                            .collect();
                        self.found
                            .words
                            .push(format!("refresh tokens come with `{}`", words.join("&")));
                        self.job.target.facts().ask_with(parameters);
                    }
                    return;
                }
                Redeemed::Without => seen = true,
                Redeemed::Not => {}
            }
        }
        if seen {
            self.found
                .words
                .push(self.job.target.facts().lacks(Lack::RefreshTokens(origin)));
        }
    }

    /// Whether public clients that are registered get tokens; if only those with a secret do, the others have one from now on.
    pub(crate) async fn by_public(&mut self, plan: &Plan) {
        if !self.found.samples.of(Origin::Registration).ends_with_a_code() {
            return;
        }
        let usual = self
            .job
            .target
            .facts()
            .found()
            .method
            .unwrap_or_else(|| BY_SECRET.to_owned());
        // Who lists public clients has to serve them.
        let listed = self
            .job
            .target
            .metadata()
            .get("token_endpoint_auth_methods_supported");
        let listed = listed.and_then(Value::as_array);
        let is_claimed = listed.is_some_and(|listed| listed.iter().any(|method| method == NOT_AT_ALL));
        if usual == NOT_AT_ALL {
            return;
        }
        let public = self.redeemed_as(plan, NOT_AT_ALL).await;
        if let Some(Registered {
            method: Some(method), ..
        }) = &public
            && method != NOT_AT_ALL
        {
            self.found.lacks.insert(Need::DcrPublic);
            let told = format!(
                "a client that registers without a secret becomes one that authenticates by `{method}`"
            );
            self.found.words.push(told);
        }
        let redeems = |client: &Option<Registered>| client.as_ref().is_some_and(|client| client.redeems);
        if is_claimed || redeems(&public) || !redeems(&self.redeemed_as(plan, &usual).await) {
            return;
        }
        self.found.lacks.insert(Need::DcrPublic);
        self.job.target.facts().authenticate_instead_of_not(&usual);
        self.found.words.push(format!(
            "registered clients without a secret get no tokens: those of the catalogue authenticate by `{usual}` instead"
        ));
    }

    /// What becomes of a client that registers with this method and redeems a code.
    async fn redeemed_as(&self, plan: &Plan, method: &str) -> Option<Registered> {
        let register = Register {
            set: BTreeMap::from([(METHOD.to_owned(), Value::from(method))]),
            ..Register::default()
        };
        let mut steps = authorized(None);
        steps.insert(0, step(REGISTER, Act::Register(register)));
        let walked = self.walk(plan, Origin::Registration, steps).await?;
        let answer = record_of(&walked.case.steps, REGISTER).and_then(StepRecord::body);
        let answer = answer.and_then(json::object).unwrap_or_default();
        Some(Registered {
            method: answer.get(METHOD).and_then(Value::as_str).map(str::to_owned),
            redeems: is_granted(&walked.case.steps, REDEEM),
        })
    }

    /// The ways to ask, the plainest first.
    fn ways_to_refresh(&self) -> Vec<Parameters> {
        let target = &self.job.target;
        let listed = target
            .metadata()
            .get("scopes_supported")
            .and_then(Value::as_array);
        let is_listed = |scope: &str| listed.is_some_and(|listed| listed.iter().any(|known| known == scope));
        let own = target.profile().request.scope.clone().unwrap_or_default();
        let mut ways = vec![target.facts().found().refresh];
        if is_listed(OFFLINE) && !own.split(' ').any(|scope| scope == OFFLINE) {
            let openid =
                Some("openid").filter(|scope| is_listed(scope) && !own.split(' ').any(|own| own == *scope));
            let mut scopes: Vec<&str> = own.split(' ').filter(|scope| !scope.is_empty()).collect();
            scopes.extend(openid);
            scopes.push(OFFLINE);
            let scope = ("scope".to_owned(), scopes.join(" "));
            let consent = ("prompt".to_owned(), "consent".to_owned());
            ways.push(vec![scope.clone()]);
            // Section 11 has the user asked for each of them.
            ways.push(vec![scope, consent]);
        }
        ways
    }
}

/// The steps to a token; what a client may ask for its document or registration has to say.
fn steps(origin: Origin, parameters: &Parameters) -> Vec<Step> {
    let set: BTreeMap<String, Text> = parameters
        .iter()
        .map(|(name, value)| (name.clone(), Text(value.clone())))
        .collect();
    let mut steps = authorized(None);
    steps[0] = step(
        ASK,
        Act::Authorize(Authorize {
            set,
            ..Authorize::default()
        }),
    );
    if origin == Origin::Registration {
        steps.insert(0, registers());
    }
    steps
}

fn redeemed(case: &Case) -> Redeemed {
    let body = record_of(&case.steps, REDEEM).and_then(StepRecord::body);
    match body.and_then(json::object) {
        Some(members) if members.contains_key("refresh_token") => Redeemed::WithRefreshToken,
        Some(members) if members.contains_key("access_token") => Redeemed::Without,
        _ => Redeemed::Not,
    }
}
