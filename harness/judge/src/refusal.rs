//! What a refusal looks like: one that is unlike all others of its server may be no refusal but a failure told as one.

use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Reply;
use cimdspec_model::plan::Plan;

use crate::disposition::Calibration;
use crate::disposition::Seen;
use crate::disposition::disposition;
use crate::page::signature::signature;

/// A refusal by what tells it from others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Refusal {
    step: &'static str,
    status: u16,
    error: Option<String>,
    /// What the page looks like, where one is shown.
    page: String,
    /// Whether programs read it.
    is_for_programs: bool,
}

/// The error codes of OAuth and its extensions. Two of their registry are left out, for with them a server says itself that it
/// failed: `server_error` and `temporarily_unavailable`.
const CODES: [&str; 38] = [
    "access_denied",
    "account_selection_required",
    "authorization_pending",
    "consent_required",
    "expired_token",
    "insufficient_scope",
    "insufficient_user_authentication",
    "interaction_required",
    "invalid_authorization_details",
    "invalid_client",
    "invalid_client_metadata",
    "invalid_dpop_proof",
    "invalid_grant",
    "invalid_redirect_uri",
    "invalid_request",
    "invalid_request_object",
    "invalid_request_uri",
    "invalid_scope",
    "invalid_software_statement",
    "invalid_target",
    "invalid_token",
    "login_required",
    "missing_user_code",
    "need_info",
    "not_matched",
    "registration_not_supported",
    "request_denied",
    "request_not_supported",
    "request_submitted",
    "request_uri_not_supported",
    "slow_down",
    "unapproved_software_statement",
    "unauthorized_client",
    "unmet_authentication_requirements",
    "unsupported_grant_type",
    "unsupported_response_type",
    "unsupported_token_type",
    "use_dpop_nonce",
];
/// With these a refusal is told without an error code too: by HTTP alone.
const BY_STATUS: [u16; 11] = [401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 431];

/// The refusals that a case saw.
pub fn refusals(plan: &Plan, case: &Case, calibration: &Calibration) -> Vec<Refusal> {
    let steps = plan.steps.iter();
    steps
        .filter_map(|step| {
            let record = case.steps.iter().find(|record| record.step == step.name)?;
            let Seen::Refused(error) = disposition(record, &step.act, calibration) else {
                return None;
            };
            let last = record.exchanges.last()?;
            let status = match &last.reply {
                Reply::Response { status, .. } => *status,
                Reply::Broken { .. } | Reply::Timeout => return None,
            };
            let is_for_programs = record.arrival == Arrival::Answer;
            let page = signature(last).filter(|_| !is_for_programs);
            Some(Refusal {
                step: step.act.word(),
                status,
                error,
                page: page.map_or_else(String::new, |page| format!("{page:?}")),
                is_for_programs,
            })
        })
        .collect()
}

impl Refusal {
    /// Whether it is one that the specification of its endpoint has; what people read has no code.
    pub fn is_by_the_book(&self) -> bool {
        let is_for_people = self.error.is_none() && !self.is_for_programs;
        is_for_people || is_by_the_book(self.status, self.error.as_deref())
    }
}

/// Whether a refusal that programs read is one that the specification of its endpoint has.
pub fn is_by_the_book(status: u16, error: Option<&str>) -> bool {
    match error {
        Some(error) => CODES.contains(&error),
        None => BY_STATUS.contains(&status) || status < 400,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, error: Option<&str>, is_for_programs: bool) -> Refusal {
        Refusal {
            step: "token",
            status,
            error: error.map(str::to_owned),
            page: String::new(),
            is_for_programs,
        }
    }

    #[test]
    fn a_refusal_by_the_book_has_a_code_or_a_status_that_says_enough() {
        for (status, error, programs) in [
            (400, Some("invalid_grant"), true),
            (302, Some("access_denied"), false),
            (401, None, true),
            (404, None, true),
            (400, None, false),
        ] {
            assert!(
                told(status, error, programs).is_by_the_book(),
                "{status} {error:?}"
            );
        }
        for (status, error) in [
            (400, None),
            (409, None),
            (400, Some("Bad Request")),
            (400, Some("temporarily_unavailable")),
            (302, Some("server_error")),
        ] {
            assert!(!told(status, error, true).is_by_the_book(), "{status} {error:?}");
        }
    }
}
