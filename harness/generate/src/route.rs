//! The steps that the client goes, and who else goes some of them.

use toml::Table;
use toml::Value;

use crate::draft::Draft;
use crate::draft::Kind;
use crate::law::Law;
use crate::law::Rule;
use crate::law::is_granted;
use crate::law::table;
use crate::tape::Words;

/// One way through the endpoints.
type Route = fn(&mut Words<'_>, &mut Draft);

/// The routes of clients with a document. A tape of zeros goes the first one.
const OF_DOCUMENTS: [Route; 18] = [
    code,
    renewed,
    pushed,
    bystander,
    good_then_broken,
    broken_then_good,
    redeemed_twice,
    reuse_revokes,
    redeemed_by_another,
    renewed_by_another,
    renewed_twice,
    pushed_by_another,
    pushed_twice,
    forged,
    asked,
    denied,
    revoked,
    gone_before_token,
];
/// Those of clients that register themselves.
const OF_REGISTERED: [Route; 16] = [
    code,
    renewed,
    pushed,
    bystander,
    redeemed_twice,
    reuse_revokes,
    redeemed_by_another,
    renewed_by_another,
    renewed_twice,
    pushed_by_another,
    forged,
    asked,
    denied,
    revoked,
    managed_by_another,
    deleted,
];

/// Adds the steps of a route, with its rules.
pub(crate) fn go(words: &mut Words<'_>, draft: &mut Draft) {
    let routes: &[Route] = match draft.kind.has_document() {
        true => &OF_DOCUMENTS,
        false => &OF_REGISTERED,
    };
    if let Some(route) = words.pick(routes) {
        route(words, draft);
    }
}

fn step(name: &str, verb: &str, members: impl Into<Value>) -> Table {
    table([("name", name.into()), (verb, members.into())])
}

fn authorize(draft: &Draft) -> Table {
    step("first", "authorize", draft.first.clone())
}

fn token(draft: &Draft) -> Table {
    let mut members = draft.tokens.clone();
    members.insert("code".to_owned(), "first".into());
    step("tokens", "token", members)
}

fn refresh(name: &str, of: &str) -> Table {
    step(name, "refresh", table([("token", of.into())]))
}

/// The same step, on which no check builds.
fn optional(mut step: Table) -> Table {
    step.insert("optional".to_owned(), true.into());
    step
}

fn skip(draft: &mut Draft, names: &[&str]) {
    let names: Vec<Value> = names.iter().map(|name| Value::from(*name)).collect();
    draft.control.insert("skip".to_owned(), names.into());
}

/// A right client gets a code and tokens.
fn code(_: &mut Words<'_>, draft: &mut Draft) {
    let steps = [authorize(draft), token(draft)];
    draft.steps.extend(steps);
}

fn renewed(words: &mut Words<'_>, draft: &mut Draft) {
    code(words, draft);
    let mut last = refresh("renewed", "tokens");
    // The same assertion opens nothing twice.
    let keys = [
        "member token_endpoint_auth_method",
        "member jwks",
        "member jwks_uri",
    ];
    if draft.kind.has_key() && !draft.has_one_of(&keys) && words.below(2) == 1 {
        if let Some(Value::Table(members)) = last.get_mut("refresh") {
            members.insert("auth".to_owned(), "assertion-replayed".into());
        }
        draft.refused(Law::Credentials, "oauth.assertion.replay", "renewed");
    }
    draft.steps.push(last);
}

fn pushed(words: &mut Words<'_>, draft: &mut Draft) {
    draft.need("par");
    draft.first.insert("channel".to_owned(), "par".into());
    code(words, draft);
}

/// Another client is granted its request after this one.
fn bystander(_: &mut Words<'_>, draft: &mut Draft) {
    draft.other();
    draft.steps.push(optional(authorize(draft)));
    draft.steps.push(by_other("bystander", "authorize", []));
    let clause = draft
        .kind
        .clause("advice.fetch.isolation", "registration.others-go-on");
    draft
        .rules
        .push(Rule::granted(Law::Afterwards, &[clause], "bystander"));
}

/// The client was right, and forbade to keep its document; now it is as it is.
fn good_then_broken(words: &mut Words<'_>, draft: &mut Draft) {
    // A connection that is still open needs no lookup and no handshake.
    if draft.has_one_of(&["name", "address", "tls"]) {
        return code(words, draft);
    }
    let headers = table([("cache-control", "no-store".into())]);
    let serve = table([("host", "docs".into()), ("headers", headers.into())]);
    let known = [
        table([("serve", serve.into())]),
        step("known", "authorize", Table::new()),
    ];
    draft.before.splice(0..0, known);
    draft.was_seen = true;
    code(words, draft);
}

/// The client is right after it was as it is.
fn broken_then_good(_: &mut Words<'_>, draft: &mut Draft) {
    if draft.breaks().is_empty() {
        draft.steps.push(authorize(draft));
        return;
    }
    draft.steps.push(optional(authorize(draft)));
    let again = table([("host", "docs".into())]);
    draft.steps.push(table([("serve", again.into())]));
    if draft.has_one_of(&["name"]) {
        let answers = table([
            ("name", "docs".into()),
            ("answers", vec![Value::from("@docs")].into()),
        ]);
        draft.steps.push(table([("resolve", answers.into())]));
    }
    draft.steps.push(step("second", "authorize", Table::new()));
    let rule = Rule::granted(Law::Afterwards, &["advice.cache.back-off"], "second");
    draft.rules.push(rule.unless(&["failure-backoff"]));
}

fn redeemed_twice(words: &mut Words<'_>, draft: &mut Draft) {
    code(words, draft);
    draft
        .steps
        .push(step("again", "token", table([("code", "first".into())])));
    skip(draft, &["tokens"]);
    let rule = Rule::refused(Law::Credentials, &["oauth.code.single-use"], "again");
    draft.rules.push(rule.given(is_granted("tokens")));
}

fn reuse_revokes(words: &mut Words<'_>, draft: &mut Draft) {
    code(words, draft);
    let again = step("again", "token", table([("code", "first".into())]));
    draft.steps.push(optional(again));
    draft.steps.push(refresh("renewed", "tokens"));
    skip(draft, &["again"]);
    draft.refused(Law::Credentials, "oauth.code.reuse-revokes", "renewed");
}

/// A step of the other client.
fn by_other<const N: usize>(name: &str, verb: &str, members: [(&str, Value); N]) -> Table {
    let mut members = table(members);
    members.insert("client".to_owned(), "other".into());
    step(name, verb, members)
}

/// The steps of the control are those of the other client.
fn controlled_by_other(draft: &mut Draft, steps: &[Table]) {
    let steps: Vec<Value> = steps.iter().cloned().map(Value::from).collect();
    draft.control.insert("step".to_owned(), steps.into());
}

fn redeemed_by_another(_: &mut Words<'_>, draft: &mut Draft) {
    draft.other();
    draft.steps.push(authorize(draft));
    let tokens = by_other("tokens", "token", [("code", "first".into())]);
    let mut stolen = tokens.clone();
    if let Some(Value::Table(members)) = stolen.get_mut("token") {
        members.extend(draft.tokens.clone());
    }
    draft.steps.push(stolen);
    controlled_by_other(draft, &[by_other("first", "authorize", []), tokens]);
    draft.refused(Law::Ownership, "oauth.code.bound-to-client", "tokens");
}

fn renewed_by_another(words: &mut Words<'_>, draft: &mut Draft) {
    draft.other();
    code(words, draft);
    let renewed = by_other("renewed", "refresh", [("token", "tokens".into())]);
    draft.steps.push(renewed.clone());
    let first = by_other("first", "authorize", []);
    let tokens = by_other("tokens", "token", [("code", "first".into())]);
    controlled_by_other(draft, &[first, tokens, renewed]);
    draft.refused(Law::Ownership, "oauth.refresh.bound-to-client", "renewed");
}

fn renewed_twice(words: &mut Words<'_>, draft: &mut Draft) {
    code(words, draft);
    draft.steps.push(refresh("renewed", "tokens"));
    draft.steps.push(refresh("again", "tokens"));
    skip(draft, &["renewed"]);
    // Only of public clients is a new refresh token required each time.
    if matches!(draft.kind, Kind::Document | Kind::Registered) {
        let rule = Rule::refused(Law::Credentials, &["oauth.refresh.rotated-token-dead"], "again");
        let rule = rule.given(is_granted("renewed"));
        draft
            .rules
            .push(rule.unless(&["sender-constrained-refresh", "refresh-grace-period"]));
    }
}

fn pushed_by_another(_: &mut Words<'_>, draft: &mut Draft) {
    draft.need("par");
    draft.other();
    let push = table([("channel", "par".into()), ("until", "pushed".into())]);
    let push = step("pushed", "authorize", push);
    let stolen = by_other("first", "authorize", [("request_of", "pushed".into())]);
    draft.steps.extend([push.clone(), stolen]);
    let own = by_other("first", "authorize", [("channel", "par".into())]);
    controlled_by_other(draft, &[push, own]);
    draft.refused(Law::Ownership, "rfc9126.request-uri.bound", "first");
}

fn pushed_twice(_: &mut Words<'_>, draft: &mut Draft) {
    draft.need("par");
    let push = table([("channel", "par".into()), ("until", "pushed".into())]);
    let of = table([("request_of", "pushed".into())]);
    draft.steps.extend([
        step("pushed", "authorize", push),
        step("used", "authorize", of.clone()),
        step("first", "authorize", of),
    ]);
    skip(draft, &["used"]);
    let rule = Rule::refused(Law::Credentials, &["rfc9126.request-uri.once"], "first");
    draft.rules.push(rule.given(is_granted("used")));
}

/// Another site's page sends the decision.
fn forged(_: &mut Words<'_>, draft: &mut Draft) {
    draft.host("site", Table::new());
    let victim = step("victim", "authorize", Table::new());
    let page = table([("session", "attacker".into()), ("until", "consent".into())]);
    let page = step("first", "authorize", page);
    let posted = table([("continues", "first".into()), ("posted_from", "@site".into())]);
    let own = table([("continues", "first".into()), ("session", "attacker".into())]);
    draft
        .steps
        .extend([victim.clone(), page.clone(), step("forged", "authorize", posted)]);
    controlled_by_other(draft, &[victim, page, step("forged", "authorize", own)]);
    let clause = draft.kind.clause("cimd.consent.forged", "oauth.request.forged");
    draft
        .rules
        .push(Rule::new(Law::Redirect, &[clause], without_code("forged")));
}

fn without_code(step: &str) -> Table {
    let sent = table([
        ("of", step.into()),
        ("to", "anywhere".into()),
        ("without", "code".into()),
    ]);
    table([("sent", sent.into())])
}

/// The user agreed to another client.
fn asked(_: &mut Words<'_>, draft: &mut Draft) {
    draft.other();
    draft.steps.push(by_other("known", "authorize", []));
    let mut members = draft.first.clone();
    members.insert("until".to_owned(), "consent".into());
    draft.steps.push(step("asked", "authorize", members));
    let clause = draft
        .kind
        .clause("cimd.consent.explicit", "oauth.consent.explicit");
    draft
        .rules
        .push(Rule::new(Law::Redirect, &[clause], without_code("asked")));
}

fn denied(_: &mut Words<'_>, draft: &mut Draft) {
    draft.first.insert("decide".to_owned(), "deny".into());
    draft.steps.push(authorize(draft));
    draft.refused(Law::Credentials, "oauth.error.access-denied", "first");
}

fn revoked(words: &mut Words<'_>, draft: &mut Draft) {
    draft.need("revocation");
    code(words, draft);
    let by_other = words.below(2) == 1;
    let mut members = table([("token", "tokens".into()), ("kind", "refresh".into())]);
    if by_other {
        draft.other();
        members.insert("client".to_owned(), "other".into());
    }
    draft.steps.push(step("revoked", "revoke", members));
    draft.steps.push(refresh("renewed", "tokens"));
    draft.rules.push(match by_other {
        true => Rule::granted(Law::Ownership, &["rfc7009.request.own"], "renewed"),
        false => Rule::refused(Law::Credentials, &["rfc7009.token.invalidated"], "renewed")
            .given(is_granted("revoked")),
    });
}

/// The document is gone when the code is redeemed.
fn gone_before_token(words: &mut Words<'_>, draft: &mut Draft) {
    code(words, draft);
    let status = [404, 410, 500, 302][words.below(4)];
    let gone = table([
        ("host", "docs".into()),
        ("status", status.into()),
        ("body", "{}".into()),
    ]);
    draft.steps.insert(1, table([("serve", gone.into())]));
    draft
        .rules
        .push(Rule::answered(&["advice.change.answered"], "tokens"));
}

/// A registration is read, changed or deleted by whoever must not.
fn managed_by_another(words: &mut Words<'_>, draft: &mut Draft) {
    draft.need("dcr.manage");
    let (verb, needs) = [
        ("read", None),
        ("update", Some("dcr.manage.update")),
        ("delete", Some("dcr.manage.delete")),
    ][words.below(3)];
    needs.into_iter().for_each(|need| draft.need(need));
    let (clause, what): (&str, Table) = match words.below(6) {
        0 => ("rfc7592.token.required", table([("token", "".into())])),
        1 => (
            "rfc7592.token.required",
            table([("token", "cimdspec-no-token".into())]),
        ),
        2 => ("rfc7592.token.required", table([("sends", "truncated".into())])),
        3 if draft.kind == Kind::RegisteredSecret => (
            "rfc7592.token.required",
            table([("sends", "client-secret".into())]),
        ),
        4 => (
            "registration.token-in-header",
            table([("sends", "in-query".into())]),
        ),
        _ => {
            draft.other();
            (
                "rfc7592.token.bound-to-client",
                table([("token_of", "other".into())]),
            )
        }
    };
    let mut members = what;
    members.insert("client".to_owned(), "client".into());
    draft.register_plainly();
    draft.steps.push(step("managed", verb, members));
    draft.refused(Law::Ownership, clause, "managed");
}

/// The client is deleted, and then goes on.
fn deleted(words: &mut Words<'_>, draft: &mut Draft) {
    draft.need("dcr.manage.delete");
    draft.register_plainly();
    let gone = step("gone", "delete", table([("client", "client".into())]));
    let what = words.below(4);
    let first = authorize(draft);
    let (steps, clause, of) = match what {
        0 => (vec![gone, first], "rfc7592.delete.invalidates-client", "first"),
        1 => (
            vec![first, gone, token(draft)],
            "rfc7592.delete.invalidates-grants",
            "tokens",
        ),
        2 => (
            vec![first, token(draft), gone, refresh("renewed", "tokens")],
            "rfc7592.delete.invalidates-grants",
            "renewed",
        ),
        _ => {
            let read = step("managed", "read", table([("client", "client".into())]));
            (vec![gone, read], "rfc7592.token.ends-with-client", "managed")
        }
    };
    draft.steps.extend(steps);
    draft
        .rules
        .push(Rule::refused(Law::Ownership, &[clause], of).given(is_granted("gone")));
}
