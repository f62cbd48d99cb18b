//! Tests of the kinds of clients.

use crate::diagnostic::Sources;
use crate::plan::Control;
use crate::plan::Need;
use crate::plan::Plan;
use crate::requirement::clause::Clauses;
use crate::scenario::catalogue::scenario;
use crate::verb::Act;
use crate::verb::Step;

const DOCUMENT: &str = r#"
title = "A client with a document"
needs = ["cimd"]
[host.app]
[host.docs.document]
path = "/client.json"
body = { client_id = "@docs/client.json" }
[request]
redirect_uri = "@app/callback"
"#;
const REGISTERED: &str = r#"
title = "A client that registers itself"
needs = ["dcr"]
[host.app]
[registration]
redirect_uris = ["@app/callback"]
[request]
redirect_uri = "@app/callback"
"#;
const WORLD: &str = "title = \"A server\"\n[host.app]\n[request]\nredirect_uri = \"@app/callback\"\n";
const CLAUSES: &str = "[b]\nlevel = \"must\"\nbinds = \"as\"\nquote = \"It is refused.\"\nstance = \"ours\"\n[c]\nlevel = \"must\"\nbinds = \"as\"\nquote = \"It is refused.\"\nstance = \"ours\"\n";

/// The plans of a scenario with these lines after its title, or the message.
fn read(rest: &str) -> Result<Vec<Plan>, String> {
    let texts = [
        ("base/client/document.toml", DOCUMENT),
        ("base/client/registered.toml", REGISTERED),
        ("base/world.toml", WORLD),
        ("clauses/a.toml", CLAUSES),
    ];
    let sources = Sources(
        texts
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .into(),
    );
    let clauses = Clauses::read(&sources).unwrap();
    let read = scenario("s/t.toml", &format!("title = \"T\"\n{rest}"), &sources, &clauses);
    let plans = read.map_err(|error| error.message)?.plans;
    Ok(plans.iter().map(|plan| Plan::clone(plan)).collect())
}

/// A step in one word each: its name, its verb, and the client that it names.
fn words(steps: &[Step]) -> Vec<String> {
    let word = |step: &Step| {
        let mut act = step.act.clone();
        let client = act.acts_as().and_then(Option::take);
        let client = client.map(|client| format!(" as {client}")).unwrap_or_default();
        format!("{}: {}{client}", step.name, act.word())
    };
    steps.iter().map(word).collect()
}

const BOTH: &str = "clients = [\"document\", \"registered\"]\n";
const ASKS: &str = "[[step]]\nname = \"first\"\nauthorize = {}\n";

#[test]
fn each_kind_has_variants_of_its_own() {
    let plans = read(&format!("{BOTH}{ASKS}")).unwrap();
    let ids: Vec<String> = plans.iter().map(|plan| plan.variant.to_string()).collect();
    assert_eq!(ids, ["s/t[client=document]", "s/t[client=registered]"]);
    assert_eq!(
        (&plans[0].needs, &plans[1].needs),
        (&vec![Need::Cimd], &vec![Need::Dcr])
    );
    assert_eq!(words(&plans[0].steps), ["first: authorize"]);
    assert_eq!(words(&plans[1].steps), ["client: register", "first: authorize"]);
}

#[test]
fn one_kind_is_no_axis() {
    let plans = read(&format!("clients = [\"registered\"]\n{ASKS}")).unwrap();
    assert_eq!(plans[0].variant.to_string(), "s/t");
    assert_eq!(plans[0].variant.client(), None);
}

#[test]
fn what_a_client_is_like_is_served_or_registered_and_later_updated() {
    let like = "[[step]]\nclient = { set = { redirect_uris = [\"@app/second\"] } }\n";
    let plans = read(&format!("{BOTH}{like}{ASKS}{like}")).unwrap();
    assert_eq!(
        words(&plans[0].steps),
        ["step-1: serve", "first: authorize", "step-3: serve"]
    );
    assert_eq!(
        words(&plans[1].steps),
        ["client: register", "first: authorize", "step-3: update"]
    );
    assert!(plans[1].needs.contains(&Need::DcrManageUpdate));
    assert!(matches!(&plans[1].steps[0].act, Act::Register(act) if act.set.contains_key("redirect_uris")));
    let Control::Plan(control) = &plans[1].control else {
        panic!("no control")
    };
    assert!(matches!(&control.steps[0].act, Act::Register(act) if act.set.is_empty()));
}

#[test]
fn a_change_after_the_first_request_is_an_update() {
    let like = "[[step]]\nclient = { remove = [\"client_uri\"] }\n";
    let plans = read(&format!("{BOTH}{ASKS}{like}")).unwrap();
    assert_eq!(
        words(&plans[1].steps),
        ["client: register", "first: authorize", "step-2: update"]
    );
}

#[test]
fn another_client_is_a_host_or_a_registration_before_the_plain_one() {
    let other = "[client.other]\nset = { client_name = \"Other\" }\n";
    let asks = "[[step]]\nname = \"second\"\nauthorize = { client = \"other\" }\n";
    let plans = read(&format!("{BOTH}{other}{ASKS}{asks}")).unwrap();
    assert_eq!(
        words(&plans[0].steps),
        ["other: serve", "first: authorize", "second: authorize as @other"]
    );
    assert!(
        plans[0]
            .hosts
            .iter()
            .any(|host| host.label.as_str() == "other" && host.document.is_some())
    );
    assert_eq!(
        words(&plans[1].steps),
        [
            "other: register",
            "client: register",
            "first: authorize",
            "second: authorize as other"
        ]
    );
}

#[test]
fn clauses_and_mutants_are_meant_for_kinds() {
    let check = "[[check]]\nid = \"c\"\nexpect = { answer = { of = \"first\", is = \"refused\" } }\n\
        clause = [\"a.b\", { id = \"a.c\", only = { client = [\"registered\"] } }]\n\
        kills = [\"m\", { id = \"n\", except = { client = [\"registered\"] } }]\n";
    let plans = read(&format!("{BOTH}{ASKS}{check}")).unwrap();
    let counts = |plan: &Plan| (plan.checks[0].clauses.len(), plan.checks[0].kills.len());
    assert_eq!(plans.iter().map(counts).collect::<Vec<_>>(), [(1, 2), (2, 1)]);
}

#[test]
fn only_a_registration_is_asked_what_it_was_answered() {
    let like = "[[step]]\nname = \"client\"\nclient = { set = { scope = \"a\" } }\n";
    let check = "[[check]]\nid = \"c\"\nclause = \"a.b\"\nexpect = { answer = { of = \"first\", is = \"refused\" } }\n\
        given = { member = { of = \"client\", at = \"/scope\", equals = \"a\" } }\n";
    let plans = read(&format!("{BOTH}{like}{ASKS}{check}")).unwrap();
    let given: Vec<usize> = plans.iter().map(|plan| plan.checks[0].given.len()).collect();
    assert_eq!(given, [0, 1]);
}

#[test]
fn what_is_kept_of_the_client_is_kept_as_its_kind_has_it() {
    let like = "[control]\nset = { x = \"b\" }\nkeep = [\"client\"]\n[matrix]\nx = [\"a\"]\n\
        [[step]]\nclient = { set = { client_name = \"$x\" } }\n";
    let plans = read(&format!("{BOTH}{like}{ASKS}")).unwrap();
    for plan in plans {
        let Control::Plan(control) = &plan.control else {
            panic!("no control")
        };
        let kept = control.steps[0].act.verb().members().unwrap();
        assert_eq!(kept["client_name"], "b", "{}", plan.variant);
    }
}

#[test]
fn what_cannot_be_meant_is_said() {
    for (rest, told) in [
        (
            "clients = [\"documents\"]\n",
            "there is no base `client/documents`",
        ),
        (
            "clients = [\"document\", \"document\"]\n",
            "`clients` has `document` twice",
        ),
        (
            "clients = [\"document\"]\nbase = \"world\"\n",
            "`clients` says the base already",
        ),
        ("", "the scenario says of no world"),
        (
            "clients = [\"document\", \"registered\"]\nmatrix = { client = [1] }\n",
            "`clients` is the axis `client` already",
        ),
        (
            "base = \"world\"\nclient = { other = {} }\n",
            "the base has no client",
        ),
        (
            "base = \"world\"\nstep = [{ client = {} }]\n",
            "the base has no client",
        ),
        (
            "base = \"client/registered\"\nstep = [{ client = {}, authorize = {} }]\n",
            "the base has no client",
        ),
        (
            "clients = [\"document\"]\nstep = [{ client = {}, authorize = {} }]\n",
            "a step that says what the client is like has no verb beside it",
        ),
        (
            "clients = [\"document\", \"registered\"]\nstep = [{ serve = { host = \"docs\", status = 404 } }]\n",
            "there is no host `docs`",
        ),
    ] {
        assert_eq!(read(rest).unwrap_err(), told, "{rest}");
    }
}
