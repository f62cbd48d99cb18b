//! Tests of what leaves the room of secrets.

use super::redactor::Redactor;
use super::run::Secrets;

#[test]
fn parameters_and_members_become_their_types() {
    let redactor = Redactor::default();
    assert_eq!(
        redactor.text("grant_type=authorization_code&code=abc&code_verifier=v%2F1&state=s"),
        "grant_type=authorization_code&code=[code]&code_verifier=[code-verifier]&state=s"
    );
    assert_eq!(
        redactor.text(r#"{"access_token": "t1","token_type":"Bearer","refresh_token":"r\"1"}"#),
        r#"{"access_token": "[access-token]","token_type":"Bearer","refresh_token":"[refresh-token]"}"#
    );
}

#[test]
fn another_value_gets_another_name() {
    let redactor = Redactor::default();
    let first = redactor.text(r#"{"refresh_token":"one"}"#);
    let second = redactor.text(r#"{"refresh_token":"two"}"#);
    let again = redactor.text("refresh_token=one");
    assert_eq!(first, r#"{"refresh_token":"[refresh-token]"}"#);
    assert_eq!(second, r#"{"refresh_token":"[refresh-token-2]"}"#);
    assert_eq!(again, "refresh_token=[refresh-token]");
}

#[test]
fn a_known_secret_is_found_anywhere() {
    let redactor = Redactor::default();
    redactor.learn("client-secret", "a long secret+of/ours");
    assert_eq!(
        redactor.text("<p>a long secret+of/ours</p>"),
        "<p>[client-secret]</p>"
    );
    assert_eq!(redactor.text("x=a+long+secret%2Bof%2Fours"), "x=[client-secret]");
}

#[test]
fn a_cut_text_and_a_private_key_keep_no_secret() {
    let redactor = Redactor::default();
    assert_eq!(
        redactor.text(r#"{"access_token":"unfinished"#),
        r#"{"access_token":"[access-token]"#
    );
    assert_eq!(
        redactor.text(r#"{"kty":"EC","d":"private","x":"public"}"#),
        r#"{"kty":"EC","d":"[private-key]","x":"public"}"#
    );
}

#[test]
fn a_cookie_keeps_its_name_and_attributes() {
    let redactor = Redactor::default();
    assert_eq!(
        redactor.header("set-cookie", "sid=0123456789abcdef; Path=/; HttpOnly"),
        "sid=[cookie]; Path=/; HttpOnly"
    );
}

#[test]
fn a_session_in_an_address_that_is_a_cookie_is_told_as_one() {
    let redactor = Redactor::default();
    redactor.learn("cookie", "0123456789abcdef");
    assert_eq!(
        redactor.text("/consent?session=0123456789abcdef&sid=fedcba9876543210"),
        "/consent?session=[cookie]&sid=[session]"
    );
    assert_eq!(
        redactor.text("/login;jsessionid=0123456789abcdef?x=1"),
        "/login;jsessionid=[cookie]?x=1"
    );
}

#[test]
fn a_code_that_a_page_sends_on_is_not_kept() {
    let redactor = Redactor::default();
    assert_eq!(
        redactor.text("<input type=\"hidden\" name=\"code\" value=\"c-1\"/><input name='state' value='s'>"),
        "<input type=\"hidden\" name=\"code\" value=\"[code]\"/><input name='state' value='s'>"
    );
    assert_eq!(
        redactor.text("<input value='c-2' name='code'>"),
        "<input value='[code-2]' name='code'>"
    );
    assert_eq!(
        redactor.text("<input name='code' value='cut"),
        "<input name='code' value='[code-3]"
    );
}

#[test]
fn a_code_is_hidden_in_a_page_of_any_spelling() {
    for page in [
        "<INPUT NAME=code VALUE=c-1>",
        "<input\nname=\"code\"\nvalue=\"c-1\">",
        "<input name = code value = c-1>",
        "<input title='a > b' name=code value='c-1'>",
        "<input value=c&#45;1 name=co&#100;e>",
        "<input value=c-1 value=x name=code name=y>",
        "<input hidden name=\"code\"value=\"c-1\">",
        "<textarea name=code>c-1</textarea>",
        "<!-- <input name=code value=c-1> -->",
    ] {
        let shown = Redactor::default().text(page);
        assert!(
            shown.contains("[code]") && !shown.contains("c-1") && !shown.contains("&#45;"),
            "{page}: {shown}"
        );
    }
}

#[test]
fn challenges_and_states_of_sessions_are_hidden() {
    let redactor = Redactor::default();
    assert_eq!(
        redactor.text(
            "/login?login_challenge=a&consent_challenge=b&login_verifier=c&session_state=d&code_challenge=e"
        ),
        "/login?login_challenge=[login-challenge]&consent_challenge=[consent-challenge]&login_verifier=[login-verifier]\
         &session_state=[session-state]&code_challenge=e"
    );
    assert_eq!(
        redactor.text(
            "<form action=\"/x;jsessionid=a1?y&amp;login_challenge=b1\"><meta name=csrf-token content=c1>"
        ),
        "<form action=\"/x;jsessionid=[session]?y&amp;login_challenge=[login-challenge-2]\">\
         <meta name=csrf-token content=[csrf-token]>"
    );
    assert_eq!(redactor.header("x-csrf-token", "c1"), "[csrf-token]");
}

#[test]
fn what_a_link_in_a_page_has_is_learned_and_hidden() {
    let redactor = Redactor::default();
    let page = "{\"to\":\"https:\\/\\/app.test\\/cb?x=1\\u0026code=abcdefghijklmnop\"}";
    assert_eq!(
        redactor.text(page),
        "{\"to\":\"https:\\/\\/app.test\\/cb?x=1\\u0026code=[code]\"}"
    );
    let nested = "return_to=%2Fcb%3Fx%3D1%26code%3Dqrstuvwxyz%252F012345";
    assert_eq!(redactor.text(nested), "return_to=%2Fcb%3Fx%3D1%26code%3D[code-2]");
}

#[test]
fn what_is_short_or_public_stays_readable() {
    let hosts = ["docs-1.cimdspec.dev".to_owned()];
    let redactor = Redactor::of(Secrets::default(), hosts.into_iter());
    for (kind, value) in [
        ("cookie", "en-US"),
        ("cookie", "high-contrast"),
        ("cookie", "docs-1.cimdspec.dev"),
        ("cookie", "last docs-1.cimdspec.dev 17"),
        ("token", "registration_access_token"),
        ("password", "letmein"),
        ("code", "short-code"),
    ] {
        redactor.learn(kind, value);
        let page = format!("<p>{value} is shown</p>");
        assert_eq!(redactor.text(&page), page);
    }
    redactor.learn("password", "correct horse");
    assert_eq!(
        redactor.text("p=correct+horse&q=correct%20horse"),
        "p=[password-2]&q=[password-2]"
    );
}

#[test]
fn the_run_knows_what_another_case_learned() {
    let all = Secrets::default();
    let (one, other) = (
        Redactor::of(all.clone(), std::iter::empty()),
        Redactor::of(all, std::iter::empty()),
    );
    let page = "<p>abcdefghijklmnop</p>";
    assert_eq!(other.text(page), page);
    one.learn("code", "abcdefghijklmnop");
    assert_eq!(other.without_known(page), "<p>[code]</p>");
}

#[test]
fn a_cookie_that_is_a_url_hides_no_other_text() {
    let redactor = Redactor::default();
    redactor.learn("cookie", "https://docs-1.cimdspec.dev/client.json");
    let page = "<p>https://docs-1.cimdspec.dev/client.json</p>";
    assert_eq!(redactor.text(page), page);
}

#[test]
fn words_that_only_look_alike_stay() {
    let redactor = Redactor::default();
    assert_eq!(redactor.text("barcode=1&error_code=2"), "barcode=1&error_code=2");
    assert_eq!(
        redactor.text(r#"{"client_secret":""}"#),
        r#"{"client_secret":""}"#
    );
}

#[test]
fn the_kinds_that_stand_in_lines_are_told_and_not_the_values() {
    let redactor = Redactor::default();
    redactor.learn("code", "abcdefghijklmnop");
    redactor.learn("access-token", "with/slash+and==");
    redactor.learn("refresh-token", "stands-nowhere-at-all");
    let lines = [
        "issued abcdefghijklmnop".to_owned(),
        "t=with%2Fslash%2Band%3D%3D".to_owned(),
    ];
    let kinds: Vec<String> = redactor.kinds_in(&lines).into_iter().collect();
    assert_eq!(kinds, ["access-token", "code"]);
}

#[test]
fn what_authenticates_a_request_is_hidden_in_its_header_fields() {
    let redactor = Redactor::default();
    redactor.learn("access-token", "abcdefghijklmnop");
    for (name, value, expected) in [
        (
            "Authorization",
            "Bearer abcdefghijklmnop",
            "Bearer [access-token]",
        ),
        ("authorization", "Bearer short", "Bearer [authorization]"),
        (
            "authorization",
            "Basic abcdefghijklmnop-and-more",
            "Basic [authorization]",
        ),
        ("authorization", "secret", "[authorization]"),
        (
            "cookie",
            "sid=a; b=abcdefghijklmnop; c",
            "sid=[cookie]; b=[access-token]; [cookie]",
        ),
        ("DPoP", "eyJ.eyJ.sig", "[dpop]"),
        (
            "referer",
            "https://as.test/?code=4711",
            "https://as.test/?code=[code]",
        ),
        ("accept", "text/html", "text/html"),
    ] {
        assert_eq!(redactor.request_header(name, value), expected, "{name}");
    }
}

/// Law: what was hidden is hidden, whoever looks at it again: so a record of ours shows no secret.
#[test]
fn a_text_that_was_hidden_has_nothing_more_to_hide() {
    let case = Redactor::default();
    case.header("set-cookie", "typed_secret=&x,other=v%2F1; Path=/");
    let shown = case.text("typed_secret=&x,other=v%2F1%37%46");
    assert_eq!(Redactor::default().text(&shown), shown);
}
