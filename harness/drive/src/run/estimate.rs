//! What a run would send, counted from its plans without a packet.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_model::forecast;
use cimdspec_model::forecast::Family;
use cimdspec_model::forecast::Forecast;
use cimdspec_model::forecast::Hostile;
use cimdspec_model::forecast::Kind;
use cimdspec_model::forecast::PAGES;
use cimdspec_model::plan::ContentKey;
use cimdspec_model::plan::Control;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Pace;
use cimdspec_model::profile::Profile;
use cimdspec_model::verb::Channel;
use cimdspec_world::Environment;

use crate::calibration::assertions::Manner;
use crate::run::announced::announced;
use crate::run::applicability::environment_lacks;
use crate::run::politeness::beyond;
use crate::run::politeness::impolite;

const CALIBRATION: &str = "calibration";
/// Authorize steps of a calibration by documents: the good one, the wrong ones, the good one again, and one that is redeemed.
const CALIBRATED_REQUESTS: usize = 6;
/// The same by registrations, each with a client of its own.
const CALIBRATED_CLIENTS: usize = 5;
/// How long a target is thought to wait for a host that stalls.
const STALL: Duration = Duration::from_secs(10);
const EXCHANGE: Duration = Duration::from_millis(200);

type Requests = BTreeMap<Kind, usize>;

/// What these plans would send in this environment to a target with this profile; `jobs` quick cases run at once.
pub fn forecast(plans: &[Arc<Plan>], environment: Environment, profile: &Profile, jobs: usize) -> Forecast {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut not_run = BTreeMap::new();
    let mut hostile: BTreeMap<String, Hostile> = BTreeMap::new();
    let mut controls = BTreeSet::new();
    let mut carried = Vec::new();
    for plan in plans {
        let is_polite = profile.pace.polite;
        let lacking = environment_lacks(plan, environment);
        match lacking.or_else(|| impolite(plan).filter(|_| is_polite).map(str::to_owned)) {
            Some(why) => *not_run.entry(why).or_insert(0) += 1,
            None => carried.push(plan),
        }
    }
    if profile.pace.polite {
        let beyond = beyond(carried.iter().map(|plan| &***plan), true);
        carried.retain(|plan| !beyond.contains_key(&plan.variant.to_string()));
        for why in beyond.into_values() {
            *not_run.entry(why.to_owned()).or_insert(0) += 1;
        }
    }
    let mut clock = Clock::default();
    let mut registrations = 0;
    for plan in &carried {
        let family = families.entry(plan.variant.scenario.family()).or_default();
        family.cases += 1;
        let mut walked = vec![&***plan];
        if let Control::Plan(control) = &plan.control
            && controls.insert(ContentKey::of(control))
        {
            family.controls += 1;
            walked.push(control);
        }
        for plan in walked {
            let mut requests = requests(plan, profile);
            requests
                .values_mut()
                .for_each(|count| *count *= usize::from(plan.rounds.get()));
            registrations += requests.get(&Kind::Register).copied().unwrap_or(0);
            clock.add(plan, &requests);
            add(&mut family.requests, &requests);
        }
        for (what, of) in announced(plan).found {
            let entry = hostile.entry(what.to_owned()).or_default();
            entry.cases += 1;
            entry.of.extend(of);
        }
    }
    let calibration = calibration(&carried, profile);
    registrations += calibration.get(&Kind::Register).copied().unwrap_or(0);
    families.entry(CALIBRATION.to_owned()).or_default().requests = calibration;
    let families: Vec<Family> = families
        .into_iter()
        .map(|(name, family)| Family { name, ..family })
        .collect();
    let all = families.iter().flat_map(|family| family.requests.values()).sum();
    Forecast {
        version: forecast::VERSION,
        harness: env!("CARGO_PKG_VERSION").to_owned(),
        target: profile.name.clone(),
        issuer: None,
        environment: environment.word().to_owned(),
        families,
        not_run,
        hostile,
        registrations,
        duration: clock.told(all, profile, jobs),
    }
}

fn add(to: &mut Requests, more: &Requests) {
    for (kind, count) in more {
        *to.entry(*kind).or_insert(0) += count;
    }
}

/// The requests of one walk.
fn requests(plan: &Plan, profile: &Profile) -> Requests {
    let mut requests = Requests::from([(Kind::Metadata, 1)]);
    let channel = profile.request.channel;
    for (kind, count) in plan
        .steps
        .iter()
        .flat_map(|step| step.act.verb().requests(channel))
    {
        *requests.entry(kind).or_insert(0) += count;
    }
    requests
}

/// The requests before the first case.
fn calibration(plans: &[&Arc<Plan>], profile: &Profile) -> Requests {
    let needs = |need: Need| plans.iter().any(|plan| plan.needs.contains(&need));
    let ask = |times: usize| {
        let channel = profile.request.channel;
        let pushed = if channel == Channel::Par { times } else { 0 };
        Requests::from([
            (Kind::Authorize, times),
            (Kind::Par, pushed),
            (Kind::Pages, times * PAGES),
            (Kind::Metadata, times),
        ])
    };
    let mut requests = Requests::new();
    if needs(Need::Cimd) {
        add(&mut requests, &ask(CALIBRATED_REQUESTS));
        add(&mut requests, &Requests::from([(Kind::Token, 1)]));
        if needs(Need::Par) {
            add(
                &mut requests,
                &Requests::from([(Kind::Par, 1), (Kind::Authorize, 1)]),
            );
        }
    }
    if needs(Need::PrivateKeyJwt) {
        let ways = Manner::all(None).len();
        add(&mut requests, &ask(ways));
        add(&mut requests, &Requests::from([(Kind::Token, ways)]));
    }
    if needs(Need::Dcr) {
        add(&mut requests, &ask(CALIBRATED_CLIENTS));
        let registered = [
            (Kind::Register, CALIBRATED_CLIENTS),
            (Kind::Delete, CALIBRATED_CLIENTS),
            (Kind::Token, 1),
        ];
        add(&mut requests, &registered.into());
    }
    requests.retain(|_, count| *count > 0);
    requests
}

/// Adds up how long the walks last.
#[derive(Default)]
struct Clock {
    longest_wait: Duration,
    longest: Duration,
    of_all: Duration,
    of_quick: Duration,
    stalling: usize,
}

impl Clock {
    fn add(&mut self, plan: &Plan, requests: &Requests) {
        let waits: Duration = plan.steps.iter().map(|step| step.act.verb().waits()).sum();
        let stalls = plan.steps.iter().any(|step| step.act.verb().stalls());
        let exchanges = EXCHANGE * u32::try_from(requests.values().sum::<usize>()).unwrap_or(u32::MAX);
        let whole = waits + exchanges + if stalls { STALL } else { Duration::ZERO };
        self.stalling += usize::from(stalls);
        self.longest_wait = self.longest_wait.max(waits);
        self.longest = self.longest.max(whole);
        self.of_all += whole;
        if !stalls && waits.is_zero() {
            self.of_quick += whole;
        }
    }

    /// The slowest of: the requests at their pace, the cases in their places, the longest case.
    fn told(&self, requests: usize, profile: &Profile, jobs: usize) -> forecast::Duration {
        let pace = &profile.pace;
        let places = |count: usize| u32::try_from(count.max(1)).unwrap_or(u32::MAX);
        let requests = u64::try_from(requests).unwrap_or(u64::MAX);
        let limits = limits(pace);
        let by_pace = limits
            .iter()
            .map(|(turns, seconds)| requests.div_ceil(*turns).saturating_mul(*seconds));
        // The first requests of each time come at once.
        let paced = limits
            .iter()
            .map(|(turns, seconds)| (requests.saturating_sub(1) / turns).saturating_mul(*seconds));
        let (by_pace, paced) = (by_pace.max().unwrap_or(0), paced.max().unwrap_or(0));
        let by_places = match pace.at_once {
            Some(at_once) => self.of_all / places(at_once),
            None => self.of_quick / places(jobs),
        };
        let estimated = by_places.max(self.longest).as_secs();
        forecast::Duration {
            per_second: pace.per_second,
            per_minute: pace.per_minute,
            per_hour: pace.per_hour,
            at_once: pace.at_once,
            longest_wait: self.longest_wait.as_secs(),
            stalling: self.stalling,
            stall: STALL.as_secs(),
            estimated: estimated.max(by_pace),
            paced,
        }
    }
}

/// So many requests in so many seconds, at least one.
fn limits(pace: &Pace) -> Vec<(u64, u64)> {
    let limits = [(pace.per_second, 1), (pace.per_minute, 60), (pace.per_hour, 3600)];
    limits
        .into_iter()
        .filter_map(|(turns, seconds)| Some((u64::from(turns?.max(1)), seconds)))
        .collect()
}

/// How many requests a pace lets through in this time at most; none where it has no limit.
pub fn fitting(pace: &Pace, time: Duration) -> Option<u64> {
    let limits = limits(pace).into_iter();
    limits
        .map(|(turns, seconds)| (time.as_secs() / seconds + 1).saturating_mul(turns))
        .min()
}

#[cfg(test)]
pub(crate) mod tests {
    use cimdspec_model::name::HostLabel;
    use cimdspec_model::name::ScenarioId;
    use cimdspec_model::name::StepName;
    use cimdspec_model::name::VariantId;
    use cimdspec_model::plan::HostSpec;
    use cimdspec_model::plan::Request;
    use cimdspec_model::text::Text;
    use cimdspec_model::verb::Act;
    use cimdspec_model::verb::Authorize;
    use cimdspec_model::verb::Step;
    use cimdspec_model::verb::Until;

    use super::*;

    fn ask(channel: Option<Channel>, until: Option<Until>) -> Step {
        Step {
            name: StepName::constant("ask"),
            background: false,
            optional: false,
            wait_on: None,
            act: Act::Authorize(Authorize {
                channel,
                until,
                ..Authorize::default()
            }),
        }
    }

    #[test]
    fn the_first_requests_of_a_time_need_none_of_it() {
        let told = |per_minute, per_hour, requests| {
            let pace = Pace {
                per_minute,
                per_hour,
                ..Pace::default()
            };
            let profile = Profile {
                pace,
                ..Profile::default()
            };
            Clock::default().told(requests, &profile, 1).paced
        };
        assert_eq!(told(None, None, 1000), 0);
        assert_eq!(told(Some(10), None, 10), 0);
        assert_eq!(told(Some(10), None, 11), 60);
        assert_eq!(told(Some(10), Some(20), 41), 7200);
        let pace = Pace {
            per_second: Some(1),
            per_minute: Some(10),
            ..Pace::default()
        };
        assert_eq!(fitting(&pace, Duration::from_secs(30)), Some(10));
        assert_eq!(fitting(&pace, Duration::from_secs(5)), Some(6));
        assert_eq!(fitting(&Pace::default(), Duration::from_secs(5)), None);
    }

    #[test]
    fn a_pushed_request_is_one_request_more_unless_it_ends_there() {
        let profile = Profile::default();
        let steps = vec![
            ask(Some(Channel::Par), None),
            ask(Some(Channel::Par), Some(Until::Pushed)),
        ];
        let requests = requests(&plan(steps), &profile);
        assert_eq!(requests.get(&Kind::Par), Some(&2));
        assert_eq!(requests.get(&Kind::Authorize), Some(&1));
    }

    pub(crate) fn plan(steps: Vec<Step>) -> Plan {
        let host = |label: &str, address: Option<&str>| HostSpec {
            label: HostLabel::parse(label).unwrap(),
            address: address.map(|address| address.parse().unwrap()),
            name: None,
            document: None,
        };
        Plan {
            variant: VariantId {
                scenario: ScenarioId::parse("cimd/ssrf/x").unwrap(),
                axes: Vec::new(),
            },
            title: String::new(),
            base: String::new(),
            needs: Vec::new(),
            rounds: std::num::NonZeroU16::MIN,
            hosts: vec![host("docs", None), host("inside", Some("10.0.0.1"))].into(),
            registration: Default::default(),
            request: Request {
                redirect_uri: Text(String::new()),
                set: BTreeMap::new(),
            },
            steps,
            checks: Default::default(),
            control: Control::None(String::new()),
        }
    }
}
