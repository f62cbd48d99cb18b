//! How long the target took: the time in which it had the word, without the harness's own pauses.

use cimdspec_model::expect::TimingExpect;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::verdict::Outcome;

/// What became of a step that was to end in time, or as soon as another one.
pub(crate) fn concluded(
    record: Option<&StepRecord>,
    like: Option<&StepRecord>,
    expect: &TimingExpect,
) -> (Outcome, String, String) {
    let made = |record: Option<&StepRecord>| {
        record.is_some_and(|record| {
            !matches!(
                record.arrival,
                Arrival::Impossible { .. } | Arrival::Inapplicable { .. }
            )
        })
    };
    let expected = match &expect.like {
        None => format!("an end within {}", expect.at_most),
        Some(like) => format!(
            "an end as soon as that of step `{like}`, within {}",
            expect.at_most
        ),
    };
    let (Some(record), true) = (record, made(record) && (expect.like.is_none() || made(like))) else {
        let why = "the step was not made".to_owned();
        return (Outcome::inconclusive(why.clone()), expected, why);
    };
    let figure = took(record).abs_diff(like.map_or(0, took));
    let seen = match like {
        None => format!("an end after {}", seconds(record)),
        Some(like) => format!("ends after {} and {}", seconds(record), seconds(like)),
    };
    let outcome = match u128::from(figure) <= expect.at_most.0.as_micros() {
        true => Outcome::Pass,
        false => Outcome::Fail,
    };
    (outcome, expected, seen)
}

/// Why a late end says nothing of the rule: the same step was slow in the paired control already.
pub(crate) fn slow_anyway(control: &StepRecord, expect: &TimingExpect) -> Option<String> {
    let slow = u128::from(took(control)) * 2 > expect.at_most.0.as_micros();
    slow.then(|| {
        format!(
            "the same step took {} in the paired control already",
            seconds(control)
        )
    })
}

/// Microseconds between the requests of a step and their answers; what lies between is patience, pace or login of ours.
fn took(record: &StepRecord) -> u64 {
    let each = record
        .exchanges
        .iter()
        .map(|exchange| exchange.ended.0.saturating_sub(exchange.at.0));
    each.fold(0, u64::saturating_add)
}

pub(crate) fn seconds(record: &StepRecord) -> String {
    format!("{:.1}s", took(record) as f64 / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cimdspec_model::name::StepName;
    use cimdspec_model::observation::Exchange;
    use cimdspec_model::observation::Instant;
    use cimdspec_model::observation::Reply;
    use cimdspec_model::quantity::Span;

    use super::*;

    const SECOND: u64 = 1_000_000;

    fn record(exchanges: &[(u64, u64)]) -> StepRecord {
        let exchange = |(at, ended): &(u64, u64)| Exchange {
            at: Instant(at * SECOND),
            ended: Instant(ended * SECOND),
            method: "GET".to_owned(),
            url: String::new(),
            headers: Vec::new(),
            sent: None,
            reply: Reply::Timeout,
        };
        StepRecord {
            step: StepName::parse("held").unwrap(),
            began: Instant(0),
            ended: Instant(100 * SECOND),
            exchanges: exchanges.iter().map(exchange).collect(),
            arrival: Arrival::Page,
            values: Vec::new(),
            logged: None,
            scripted: false,
            programs: Vec::new(),
        }
    }

    fn within(seconds: u64) -> TimingExpect {
        TimingExpect {
            of: StepName::parse("held").unwrap(),
            at_most: Span(Duration::from_secs(seconds)),
            like: None,
        }
    }

    #[test]
    fn pauses_of_the_harness_are_not_the_targets() {
        let patient = record(&[(0, 1), (6, 7), (12, 14)]);
        let (outcome, _, seen) = concluded(Some(&patient), None, &within(5));
        assert_eq!((outcome, seen.as_str()), (Outcome::Pass, "an end after 4.0s"));
        assert_eq!(concluded(Some(&patient), None, &within(3)).0, Outcome::Fail);
    }

    #[test]
    fn a_step_that_is_to_end_as_soon_as_another_may_take_long() {
        let (quick, slow) = (record(&[(0, 1)]), record(&[(0, 6)]));
        let alike = TimingExpect {
            like: StepName::parse("other").ok(),
            ..within(2)
        };
        assert_eq!(concluded(Some(&slow), Some(&slow), &alike).0, Outcome::Pass);
        let (outcome, _, seen) = concluded(Some(&quick), Some(&slow), &alike);
        assert_eq!(
            (outcome, seen.as_str()),
            (Outcome::Fail, "ends after 1.0s and 6.0s")
        );
        assert!(matches!(
            concluded(Some(&quick), None, &alike).0,
            Outcome::Inconclusive(_)
        ));
    }

    #[test]
    fn a_target_that_is_slow_anyway_is_not_blamed() {
        assert_eq!(
            slow_anyway(&record(&[(0, 3)]), &within(5)).unwrap(),
            "the same step took 3.0s in the paired control already"
        );
        assert_eq!(slow_anyway(&record(&[(0, 2)]), &within(5)), None);
    }
}
