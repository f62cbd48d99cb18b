//! Tests of what shows that something could have happened.

use super::*;
use crate::diagnostic::Sources;
use crate::requirement::clause::Clauses;
use crate::scenario::catalogue::scenario;

const BASE: &str = r#"
title = "A client"
[host.app]
[host.docs.document]
path = "/client.json"
body = { client_id = "@docs/client.json" }
[request]
redirect_uri = "@app/callback"
"#;
const CLAUSES: &str = r#"
[b]
level = "must"
binds = "as"
quote = "It is not fetched."
stance = "ours"
"#;

/// The checks of a scenario with these lines after its base, or the message.
fn read(rest: &str) -> Result<Vec<Check>, (String, usize)> {
    let texts = [("base/b.toml", BASE), ("clauses/a.toml", CLAUSES)];
    let texts = texts.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let sources = Sources(texts.into());
    let clauses = Clauses::read(&sources).unwrap();
    let text = format!("title = \"T\"\nbase = \"b\"\n{rest}");
    match scenario("s/t.toml", &text, &sources, &clauses) {
        Ok(scenario) => Ok(scenario.plans[0].checks.to_vec()),
        Err(error) => Err((error.message, error.line)),
    }
}

fn check(expect: &str, more: &str) -> String {
    format!("[[check]]\nid = \"c\"\nclause = \"a.b\"\nexpect = {{ traffic = {{ {expect} }} }}\n{more}\n")
}

fn sight(rest: &str) -> Sight {
    match read(rest).unwrap()[0].witness.clone() {
        Some(Witness::Seen(sight)) => *sight,
        other => panic!("{other:?}"),
    }
}

const ASKS: &str = "[[step]]\nname = \"first\"\nauthorize = { set = { state = \"x\" } }\n";

#[test]
fn what_must_not_happen_has_to_happen_in_the_control() {
    let inside = "[host.inside]\naddress = \"10.0.0.1\"\n[[step]]\nserve = { host = \"docs\", set = { logo_uri = \"@inside/logo\" } }\n";
    let never = check("event = \"request\", to = \"inside\", at_most = 0", "");
    let (told, line) = read(&format!("{inside}{ASKS}{never}")).unwrap_err();
    assert_eq!(
        (told.as_str(), line),
        (
            "check `c` says that something does not happen, and nothing shows that it could: the control leads nobody to `inside`",
            11
        )
    );
    let kept = "[control]\nkeep = [\"serve\"]\n";
    let seen = sight(&format!("{kept}{inside}{ASKS}{never}"));
    assert_eq!(
        (seen.of, seen.traffic.to.to_string().as_str()),
        (Walk::Control, "inside")
    );
    assert_eq!(
        (seen.traffic.at_least, seen.traffic.at_most),
        (Some(Size(1)), None)
    );
}

#[test]
fn an_address_stands_for_the_host_that_has_it() {
    let resolved = "[[step]]\nresolve = { name = \"docs\", turns = [{ until = 1, answers = [\"@docs\"] }, { answers = [\"10.0.0.1\"] }] }\n";
    let never = check("event = \"connect\", to = \"10.0.0.1\", at_most = 0", "");
    let seen = sight(&format!("{resolved}{ASKS}{never}"));
    assert_eq!(
        (seen.of, seen.traffic.to.to_string().as_str()),
        (Walk::Control, "docs")
    );
    assert_eq!(seen.traffic.event, Layer::Connect);
}

#[test]
fn what_a_request_does_not_carry_it_could_have_carried() {
    let bare = check(
        "event = \"request\", to = \"docs\", header = \"cookie\", at_most = 0",
        "",
    );
    let seen = sight(&format!("{ASKS}{bare}"));
    assert_eq!((seen.of, seen.traffic.header), (Walk::Case, None));
    let few = check(
        "event = \"request\", to = \"docs\", target_is = \"/a\", at_most = 3",
        "",
    );
    let seen = sight(&format!("{ASKS}{few}"));
    assert_eq!(seen.of, Walk::Case);
    assert!(seen.traffic.target_is.is_some());
    let certificate = check("event = \"certificate\", to = \"docs\", at_most = 0", "");
    assert_eq!(
        sight(&format!("{ASKS}{certificate}")).traffic.event,
        Layer::Handshake
    );
}

#[test]
fn a_witness_is_declared_where_none_follows() {
    let port = "event = \"request\", to = \"docs\", port = 80, at_most = 0";
    assert!(read(&format!("{ASKS}{}", check(port, ""))).is_err());
    let own = "witness = { of = \"case\", traffic = { event = \"connect\", to = \"docs\" } }";
    let seen = sight(&format!("{ASKS}{}", check(port, own)));
    assert_eq!((seen.of, seen.traffic.event), (Walk::Case, Layer::Connect));
    let granted = "witness = { granted = \"first\" }";
    let checks = read(&format!("{ASKS}{}", check(port, granted))).unwrap();
    let first = StepName::parse("first").unwrap();
    assert_eq!(checks[0].witness, Some(Witness::Granted(first)));
}

#[test]
fn what_a_witness_names_is_there() {
    let port = "event = \"request\", to = \"docs\", port = 80, at_most = 0";
    for (witness, told) in [
        ("granted = \"second\"", "there is no step `second`"),
        (
            "traffic = { event = \"connect\", to = \"elsewhere\" }",
            "there is no host `elsewhere`",
        ),
        (
            "of = \"case\"",
            "check `c` has exactly one expectation, and one witness at most",
        ),
    ] {
        let written = check(port, &format!("witness = {{ {witness} }}"));
        assert_eq!(read(&format!("{ASKS}{written}")).unwrap_err().0, told);
    }
    let present = check(
        "event = \"request\", to = \"docs\", at_least = 1",
        "witness = { granted = \"first\" }",
    );
    let (told, _) = read(&format!("{ASKS}{present}")).unwrap_err();
    assert_eq!(
        told,
        "a witness stands beside an absence of traffic: `at_most` without `at_least`"
    );
    let alone = "[control]\nnone = \"why\"\n";
    let never = check("event = \"request\", to = \"app\", at_most = 0", "");
    let (told, _) = read(&format!("{alone}{ASKS}{never}")).unwrap_err();
    assert!(told.ends_with("there is no control"), "{told}");
}

#[test]
fn only_verbs_are_kept() {
    let never = check("event = \"request\", to = \"docs\", at_most = 0", "");
    let (told, _) = read(&format!("[control]\nkeep = [\"serves\"]\n{ASKS}{never}")).unwrap_err();
    assert_eq!(told, "there is no verb `serves`");
}
