//! Tests of what became of a step.

use cimdspec_model::verb::Authorize;
use cimdspec_model::verb::Discover;

use super::*;
use crate::fabricated::answered;

/// The answer of a page.
fn record(status: u16, body: &str, arrival: Arrival) -> StepRecord {
    let mut record = StepRecord {
        arrival,
        ..answered("first", status, body)
    };
    if let Some(Reply::Response { headers, .. }) = record.exchanges.first_mut().map(|it| &mut it.reply) {
        headers.push(("content-type".to_owned(), "text/html".to_owned()));
    }
    record
}

fn authorize() -> Act {
    Act::Authorize(Authorize::default())
}

fn sent(name: &str, value: &str) -> Arrival {
    let parameters = vec![(name.to_owned(), value.to_owned())];
    Arrival::Sent {
        to: "https://app/callback".to_owned(),
        landing: Landing::Asked,
        parameters,
    }
}

fn away(to: &str) -> Arrival {
    Arrival::Sent {
        to: to.to_owned(),
        landing: Landing::Elsewhere,
        parameters: vec![("reason".to_owned(), "no".to_owned())],
    }
}

#[test]
fn a_code_is_a_grant_and_an_error_a_refusal() {
    let none = Calibration::default();
    assert_eq!(
        disposition(&record(303, "", sent("code", "[code]")), &authorize(), &none),
        Seen::Granted
    );
    assert_eq!(
        disposition(
            &record(303, "", sent("error", "access_denied")),
            &authorize(),
            &none
        ),
        Seen::Refused(Some("access_denied".to_owned()))
    );
}

#[test]
fn an_error_page_with_status_200_is_told_by_its_likeness() {
    let consent = "<title>Consent</title><input name=\"csrf\">";
    let error = "<title>Error</title>";
    let calibration = Calibration {
        good: vec![record(200, consent, Arrival::Page)],
        bad: vec![record(200, error, Arrival::Page)],
    };
    assert_eq!(
        disposition(&record(200, consent, Arrival::Page), &authorize(), &calibration),
        Seen::Accepted(Stand::Page)
    );
    assert_eq!(
        disposition(&record(200, error, Arrival::Page), &authorize(), &calibration),
        Seen::Refused(None)
    );
}

#[test]
fn an_error_page_elsewhere_is_told_by_its_place() {
    let error = record(302, "", sent("reason", "no"));
    let calibration = Calibration {
        good: vec![record(302, "", sent("code", "[code]"))],
        bad: vec![record(302, "", away("https://help/error"))],
    };
    let seen = |record| disposition(&record, &authorize(), &calibration);
    assert_eq!(
        seen(record(302, "", away("https://help/error"))),
        Seen::Refused(None)
    );
    assert!(matches!(seen(error), Seen::Unclear(_)));
    assert!(matches!(
        seen(record(302, "", away("https://help/welcome"))),
        Seen::Unclear(_)
    ));
}

#[test]
fn a_place_to_which_only_right_requests_are_sent_is_no_grant_and_no_refusal() {
    let at_login = record(302, "", away("https://idp.test/login"));
    let refused = record(302, "", away("https://help.test/error"));
    let mut calibration = Calibration {
        good: vec![at_login.clone()],
        bad: vec![refused.clone()],
    };
    let seen =
        |record: &StepRecord, calibration: &Calibration| disposition(record, &authorize(), calibration);
    assert_eq!(seen(&at_login, &calibration), Seen::Accepted(Stand::Elsewhere));
    assert_eq!(seen(&refused, &calibration), Seen::Refused(None));
    calibration.bad.push(at_login.clone());
    assert!(matches!(seen(&at_login, &calibration), Seen::Unclear(_)));
    // Where a code goes tells nothing of who is sent there without one.
    let back = Calibration {
        good: vec![record(302, "", sent("code", "[code]"))],
        bad: Vec::new(),
    };
    assert!(matches!(
        seen(&record(302, "", sent("reason", "no")), &back),
        Seen::Unclear(_)
    ));
}

#[test]
fn throttled_is_not_refused() {
    let none = Calibration::default();
    assert_eq!(
        disposition(&record(429, "", Arrival::Answer), &authorize(), &none),
        Seen::Throttled
    );
}

#[test]
fn to_fail_is_not_to_refuse() {
    let none = Calibration::default();
    let discovered = Act::Discover(Discover::default());
    let seen =
        |status, body: &str, act: &Act| disposition(&record(status, body, Arrival::Answer), act, &none);
    let failed = || Seen::Unclear("the server failed: status 500".to_owned());
    assert_eq!(seen(500, "{\"error\":\"invalid_grant\"}", &discovered), failed());
    assert_eq!(seen(500, "", &authorize()), failed());
    assert_eq!(seen(400, "", &discovered), Seen::Refused(None));
    assert_eq!(seen(302, "", &discovered), Seen::Refused(None));
    assert_eq!(seen(307, "", &discovered), Seen::Unclear("status 307".to_owned()));
    let page = record(500, "<h1>No</h1>", Arrival::Page);
    assert_eq!(disposition(&page, &authorize(), &none), failed());
}

fn until(until: Until) -> Act {
    Act::Authorize(Authorize {
        until: Some(until),
        ..Authorize::default()
    })
}

/// What a page proves: the place where a step was to stop is reached, and everything else is accepted at most.
#[test]
fn a_page_is_no_grant() {
    let page = "<title>Alice</title><input name=\"answer\">";
    let good = |ends: Arrival| Calibration {
        good: vec![record(200, page, ends)],
        bad: Vec::new(),
    };
    let whole = good(sent("code", "[code]"));
    let cut = good(Arrival::Login);
    let seen = |arrival, act: &Act, calibration: &Calibration| {
        disposition(&record(200, page, arrival), act, calibration)
    };
    let unclear = Seen::Unclear(NO_LOGIN.to_owned());
    let (login, page_only) = (Seen::Accepted(Stand::Login), Seen::Accepted(Stand::Page));
    for (arrival, act, calibration, expected) in [
        (Arrival::Login, authorize(), &whole, login.clone()),
        (Arrival::Login, until(Until::Consent), &whole, login.clone()),
        (Arrival::Login, until(Until::Login), &whole, Seen::Granted),
        (Arrival::Login, until(Until::Login), &cut, Seen::Granted),
        (Arrival::Page, authorize(), &whole, page_only.clone()),
        (Arrival::Page, until(Until::Consent), &whole, page_only),
        (Arrival::Page, until(Until::Login), &whole, unclear),
        (Arrival::Consent, until(Until::Consent), &whole, Seen::Granted),
        (
            Arrival::Consent,
            until(Until::Consent),
            &cut,
            Seen::Accepted(Stand::Decision),
        ),
    ] {
        assert_eq!(
            seen(arrival.clone(), &act, calibration),
            expected,
            "{arrival:?} {act:?}"
        );
    }
}

#[test]
fn a_code_that_goes_elsewhere_is_diverted() {
    let to = "http://127.0.0.1/callback".to_owned();
    let arrival = Arrival::Sent {
        to: to.clone(),
        landing: Landing::Elsewhere,
        parameters: vec![("code".to_owned(), "[code]".to_owned())],
    };
    let none = Calibration::default();
    assert_eq!(
        disposition(&record(302, "", arrival), &authorize(), &none),
        Seen::Diverted(to)
    );
}

/// A wrong password may be answered with any status.
#[test]
fn what_follows_a_form_is_a_refusal_where_a_right_request_has_passed_that_form() {
    let mut refused = record(403, "", Arrival::Page);
    let mut posted = refused.exchanges[0].clone();
    posted.method = "POST".to_owned();
    let pushed = posted.clone();
    refused.exchanges.push(posted);
    let calibrated = |arrival| Calibration {
        good: vec![record(200, "", arrival)],
        bad: Vec::new(),
    };
    let (whole, cut) = (calibrated(sent("code", "[code]")), calibrated(Arrival::Login));
    assert!(disposition(&refused, &authorize(), &whole).is_refused());
    assert!(matches!(
        disposition(&refused, &authorize(), &cut),
        Seen::Unclear(_)
    ));
    // A pushed request is sent before the user agent asks for anything.
    let mut at_once = record(400, "", Arrival::Page);
    at_once.exchanges.insert(0, pushed);
    assert!(disposition(&at_once, &authorize(), &cut).is_refused());
}

#[test]
fn a_server_that_asks_for_patience_has_not_failed() {
    let mut busy = record(503, "", Arrival::Answer);
    let none = Calibration::default();
    assert!(matches!(
        disposition(&busy, &authorize(), &none),
        Seen::Unclear(_)
    ));
    if let Reply::Response { headers, .. } = &mut busy.exchanges[0].reply {
        headers.push(("retry-after".to_owned(), "1".to_owned()));
    }
    assert_eq!(disposition(&busy, &authorize(), &none), Seen::Throttled);
}

#[test]
fn alike_pages_prove_nothing() {
    let login = record(200, "<title>Login</title>", Arrival::Page);
    let calibration = Calibration {
        good: vec![login.clone()],
        bad: vec![login.clone()],
    };
    assert!(matches!(
        disposition(&login, &authorize(), &calibration),
        Seen::Unclear(_)
    ));
}

#[test]
fn a_coded_answer_is_not_read() {
    let mut coded = record(200, "\u{1f}\u{8b}", Arrival::Page);
    if let Reply::Response { headers, .. } = &mut coded.exchanges[0].reply {
        headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
    }
    let calibration = Calibration {
        good: Vec::new(),
        bad: vec![coded.clone()],
    };
    let told = "the answer is coded as `gzip`, which was not asked for and is not read";
    assert_eq!(
        disposition(&coded, &authorize(), &calibration),
        Seen::Unclear(told.to_owned())
    );
}
