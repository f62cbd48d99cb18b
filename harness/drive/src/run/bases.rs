//! The requests of the calibration that everything else builds on: what became of them.

use std::collections::BTreeMap;

use cimdspec_judge::Base;
use cimdspec_judge::Calibration;
use cimdspec_judge::Seen;
use cimdspec_judge::disposition;
use cimdspec_judge::evidence_of;
use cimdspec_model::expect::Service;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::verb::Act;

use crate::calibration::samples::in_words;

/// What became of each, as far as it was asked.
pub(crate) type Bases = BTreeMap<Service, Base>;

/// What became of a request that is right in every respect.
pub(crate) fn base(record: &StepRecord, act: &Act, calibration: &Calibration) -> Option<Base> {
    let seen = disposition(record, act, calibration);
    let failed = record.status().is_some_and(|status| status >= 500);
    Some(match &seen {
        // An earlier step gave nothing to make it with: that is told of the earlier one.
        Seen::Impossible(_) => return None,
        Seen::Granted | Seen::Accepted(_) => Base::Granted,
        Seen::Refused(_) | Seen::Diverted(_) => broken(&seen, record),
        Seen::Unclear(_) if failed => broken(&seen, record),
        Seen::Throttled | Seen::Unclear(_) => Base::Unclear(in_words(&seen)),
    })
}

/// What became of an update with what the registration told. A server may keep clients from changing their records: then it
/// answers 403 (RFC 7592 section 2.2). One that sends a program to a login page has nothing at that place.
pub(crate) fn base_of_update(record: &StepRecord, act: &Act, calibration: &Calibration) -> Option<Base> {
    match record.status() {
        Some(300..=399 | 403 | 404 | 405 | 501) => None,
        _ => base(record, act, calibration),
    }
}

fn broken(seen: &Seen, record: &StepRecord) -> Base {
    Base::Broken {
        seen: in_words(seen),
        evidence: evidence_of(record),
    }
}
