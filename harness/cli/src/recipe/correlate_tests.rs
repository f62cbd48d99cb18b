//! Walks of servers that a test makes, and the recipes that are to come of them.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::recipe::correlate::Correlated;
use crate::recipe::correlate::correlated;
use crate::recipe::recorded::Exchange;
use crate::recipe::recorded::Kind;
use crate::recipe::recorded::Press;
use crate::recipe::recorded::Walk;

/// How a server of the tests is made.
#[derive(Clone, Copy, Default)]
struct Manner {
    /// A token in JSON instead of a cookie.
    bearer: bool,
    /// The transaction is in the path of the API.
    in_path: bool,
    /// The page of the login is another one, and the script goes to the next.
    own_login_page: bool,
    /// The login has a proof of work.
    work: bool,
    /// Each answer is 200; whoever is logged in stands in it.
    always_200: bool,
    /// The script counts visits, and asks for its words.
    noise: bool,
    /// The API is asked with the page's whole query.
    search: bool,
    /// The browser is sent to the server once more before it leaves.
    resumes: bool,
}

struct Recorder {
    manner: Manner,
    walk: Walk,
    tx: String,
    page: String,
}

/// A value that differs from walk to walk.
fn unique(what: &str, number: usize) -> String {
    format!("{what}-{}", 0x1f3a_9c57_u64 * (number as u64 + 3))
}

impl Recorder {
    fn call(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: Value,
        status: u16,
        answer: Value,
    ) {
        let mut headers: Vec<(String, String)> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        if body != Value::Null {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        headers.push(("user-agent".to_owned(), "a browser".to_owned()));
        self.walk.exchanges.push(Exchange {
            method: method.to_owned(),
            url: Url::parse("https://as.test").unwrap().join(path).unwrap(),
            headers,
            body: if body == Value::Null {
                String::new()
            } else {
                body.to_string()
            },
            kind: Kind::Call,
            status,
            answer_headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            answer: answer.to_string(),
        });
    }

    fn open(&mut self, path: &str, status: u16) {
        self.walk.exchanges.push(Exchange {
            method: "GET".to_owned(),
            url: Url::parse("https://as.test").unwrap().join(path).unwrap(),
            headers: Vec::new(),
            body: String::new(),
            kind: Kind::Page,
            status,
            answer_headers: Vec::new(),
            answer: "<div id=root></div>".to_owned(),
        });
    }

    fn press(&mut self, press: Press) {
        self.walk.presses.push((press, self.walk.exchanges.len()));
    }

    fn load(&mut self, number: usize, token: Option<&str>, is_wrong: bool) {
        let manner = self.manner;
        let path = match (manner.in_path, manner.search) {
            (true, _) => format!("/api/tx/{}", self.tx),
            (_, true) => format!("/api/tx?{}", self.page.split_once('?').unwrap().1),
            _ => format!("/api/tx?id={}", self.tx),
        };
        let bearer: Vec<(&str, String)> = token
            .filter(|_| manner.bearer)
            .map(|token| ("authorization", format!("Bearer {token}")))
            .into_iter()
            .collect();
        if manner.noise {
            self.call(
                "POST",
                "/api/count",
                &[],
                json!({"event": "shown", "at": number}),
                204,
                Value::Null,
            );
            self.call(
                "GET",
                "/api/words?lang=en",
                &[],
                Value::Null,
                200,
                json!({"hello": "Hello"}),
            );
        }
        let answer = json!({
            "csrf": unique("csrf", number), "number": number + 40, "user": token.map(|_| json!({"name": "alice"})), "client": unique("client", number),
        });
        match (token, is_wrong) {
            (_, true) => self.call(
                "GET",
                &path,
                &bearer,
                Value::Null,
                400,
                json!({"error": "invalid_client"}),
            ),
            (None, _) if !manner.always_200 => {
                self.call("GET", &path, &bearer, Value::Null, 401, json!({"error": "login"}))
            }
            _ => self.call("GET", &path, &bearer, Value::Null, 200, answer),
        }
    }
}

/// A walk: its number, its browser, whether it logs in, and what it decides.
fn walk(manner: Manner, number: usize, browser: usize, logs_in: bool, decision: Option<Press>) -> Walk {
    let tx = unique("tx", number);
    let mut recorder = Recorder {
        manner,
        page: format!("/ui/page?tx={tx}&client={}", unique("client", number)),
        walk: Walk {
            browser,
            ..Walk::default()
        },
        tx,
    };
    let token = unique("token", browser + 50);
    recorder.open("/authorize?client_id=1", 302);
    let page = recorder.page.clone();
    match manner.own_login_page && logs_in {
        true => recorder.open(&page.replace("page", "login"), 200),
        false => recorder.open(&page, 200),
    }
    let Some(decision) = decision else {
        recorder.load(number, Some(&token), true);
        return recorder.walk;
    };
    recorder.load(
        number,
        Some(&token).filter(|_| !logs_in).map(String::as_str),
        false,
    );
    if logs_in {
        recorder.press(Press::Login);
        let mut body = json!({"email": "alice@example.org", "pass": "s3cret-word", "remember": false});
        if manner.work {
            body["work"] = json!(unique("work", number));
        }
        let answer = match manner.bearer {
            true => json!({"session": {"token": token}}),
            false => json!({"ok": true}),
        };
        recorder.call(
            "POST",
            "/api/login",
            &[("x-requested-with", "spa".to_owned())],
            body,
            200,
            answer,
        );
        if manner.own_login_page {
            recorder.open(&page, 200);
        }
        recorder.load(number, Some(&token), false);
    }
    recorder.press(decision);
    let bearer: Vec<(&str, String)> = Some(("authorization", format!("Bearer {token}")))
        .filter(|_| manner.bearer)
        .into_iter()
        .collect();
    if manner.noise {
        recorder.call(
            "POST",
            "/api/count",
            &[],
            json!({"event": "pressed", "at": number}),
            204,
            Value::Null,
        );
    }
    let redirect = format!("https://app.test/cb?code={}", unique("code", number));
    let go = match manner.resumes {
        true => format!("/resume?ticket={}", unique("ticket", number)),
        false => redirect.clone(),
    };
    let body = json!({
        "tx": recorder.tx, "csrf": unique("csrf", number), "number": number + 40, "allow": decision == Press::Approve,
    });
    recorder.call(
        "POST",
        "/api/decide",
        &bearer,
        body,
        200,
        json!({"next": {"url": go}}),
    );
    if manner.resumes {
        recorder.open(&go, 302);
    }
    recorder.walk.left = Some(redirect);
    recorder.walk
}

fn recipe(manner: Manner) -> Correlated {
    let plan = [
        (0, true, Some(Press::Approve)),
        (0, false, Some(Press::Approve)),
        (0, false, Some(Press::Deny)),
        (1, true, Some(Press::Deny)),
        (1, false, Some(Press::Approve)),
        (1, false, None),
    ];
    let walks: Vec<Walk> = plan
        .into_iter()
        .enumerate()
        .map(|(number, (browser, logs_in, decision))| walk(manner, number, browser, logs_in, decision))
        .collect();
    let fields = [("user", "alice@example.org"), ("password", "s3cret-word")];
    let fields: BTreeMap<String, String> = fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    correlated(&walks, &fields).unwrap()
}

fn usual() -> Value {
    json!({
        "page": "/ui/page",
        "load": { "url": "/api/tx?id={page.query.tx}" },
        "login": {
            "url": "/api/login",
            "headers": { "x-requested-with": "spa" },
            "json": { "email": "{user.user}", "pass": "{user.password}", "remember": false },
        },
        "approve": {
            "url": "/api/decide",
            "json": { "tx": "{page.query.tx}", "csrf": "{load.json/csrf}", "number": "{load.json/number}", "allow": true },
            "go": "{approve.json/next/url}",
        },
        "deny": {
            "url": "/api/decide",
            "json": { "tx": "{page.query.tx}", "csrf": "{load.json/csrf}", "number": "{load.json/number}", "allow": false },
            "go": "{deny.json/next/url}",
        },
    })
}

#[track_caller]
fn comes_to(manner: Manner, expected: &Value, notes: &[&str]) {
    let recipe = recipe(manner);
    let script = serde_json::to_value(&recipe.script).unwrap();
    assert_eq!(script, *expected, "{script:#}");
    assert_eq!(recipe.notes, notes);
}

#[test]
fn a_server_with_a_session_cookie_is_understood() {
    comes_to(Manner::default(), &usual(), &[]);
}

#[test]
fn a_bearer_token_is_sent_where_the_script_sent_it() {
    let mut expected = usual();
    let header = json!({ "authorization": "Bearer {login.json/session/token}" });
    for step in ["load", "approve", "deny"] {
        expected[step]["headers"] = header.clone();
    }
    let manner = Manner {
        bearer: true,
        ..Manner::default()
    };
    comes_to(manner, &expected, &[]);
}

#[test]
fn a_transaction_may_stand_in_the_path() {
    let mut expected = usual();
    expected["load"]["url"] = json!("/api/tx/{page.query.tx}");
    let manner = Manner {
        in_path: true,
        ..Manner::default()
    };
    comes_to(manner, &expected, &[]);
}

#[test]
fn the_query_of_the_page_may_be_sent_whole() {
    let mut expected = usual();
    expected["load"]["url"] = json!("/api/tx{page.search}");
    let manner = Manner {
        search: true,
        ..Manner::default()
    };
    comes_to(manner, &expected, &[]);
}

#[test]
fn what_nothing_needs_is_left_out() {
    let manner = Manner {
        noise: true,
        ..Manner::default()
    };
    comes_to(manner, &usual(), &[]);
}

#[test]
fn an_answer_says_who_is_logged_in() {
    let mut expected = usual();
    expected["logged_in"] = json!("{load.json/user/name}");
    let manner = Manner {
        always_200: true,
        ..Manner::default()
    };
    comes_to(manner, &expected, &[]);
}

#[test]
fn a_place_of_the_server_may_come_between() {
    let manner = Manner {
        resumes: true,
        ..Manner::default()
    };
    comes_to(manner, &usual(), &[]);
}

#[test]
fn what_the_script_computes_is_named() {
    let recipe = recipe(Manner {
        work: true,
        ..Manner::default()
    });
    assert_eq!(
        recipe.notes,
        ["`work` of the login request is computed by the script"]
    );
}

#[test]
fn a_login_page_of_its_own_leads_to_the_other() {
    let manner = Manner {
        own_login_page: true,
        ..Manner::default()
    };
    let script = serde_json::to_value(recipe(manner).script).unwrap();
    assert_eq!(script.get("page"), None);
    assert_eq!(script["approve"], usual()["approve"]);
}

#[test]
fn walks_that_show_nothing_say_so() {
    let fields = BTreeMap::new();
    let walks = [walk(Manner::default(), 0, 0, true, None)];
    assert_eq!(
        correlated(&walks, &fields).unwrap_err(),
        "no request of a script followed the approval"
    );
    assert_eq!(
        correlated(&[], &fields).unwrap_err(),
        "the script of the page loads nothing before it asks"
    );
}
