//! What the world saw of the target.

use cimdspec_model::expect::TrafficExpect;
use cimdspec_model::verdict::Outcome;

use crate::expect::Evidence;
use crate::guard::grounds::asked_in_vain;
use crate::traffic;

impl Evidence<'_> {
    pub(super) fn traffic(&self, expect: &TrafficExpect) -> (Outcome, String, String) {
        let layer = format!("{:?}", expect.event).to_lowercase();
        let events = traffic::matching(self.case, expect);
        let figure = traffic::figure(&events, expect.event);
        let bound = |size: Option<cimdspec_model::quantity::Size>| size.map(|size| size.0);
        let (least, most) = (bound(expect.at_least), bound(expect.at_most));
        let range = match (least, most) {
            (None, Some(0)) => "no".to_owned(),
            (Some(least), None) => format!("at least {least}"),
            (least, most) => format!("{} to {}", least.unwrap_or(0), most.unwrap_or(u64::MAX)),
        };
        let during = expect
            .during
            .as_ref()
            .map_or(String::new(), |step| format!(" during `{step}`"));
        let mut place = expect.to.to_string();
        if let Some(port) = expect.port {
            place.push_str(&format!(" at port {port}"));
        }
        if let Some(target) = &expect.target_is {
            place.push_str(&format!(" for exactly `{target}`", target = target.0));
        }
        let expected = format!("{range} {layer} to {place}{during}");
        let seen = format!("{figure} {layer}");
        let outcome = match (
            least.is_some_and(|least| figure < least),
            most.is_some_and(|most| figure > most),
        ) {
            (_, true) => Outcome::Fail,
            // What was seen is seen; what was not may have another reason than the rule.
            (false, false) if most.is_none() => Outcome::Pass,
            (false, false) => asked_in_vain(self, expect).map_or(Outcome::Pass, Outcome::inconclusive),
            (true, false) => asked_in_vain(self, expect).map_or(Outcome::Fail, Outcome::inconclusive),
        };
        (outcome, expected, seen)
    }
}
