//! A table of shapes: how the user logs in, is asked, denies and is sent back.

use crate::policy::DeniedBy;
use crate::policy::LoginButtons;
use crate::policy::Way;
use crate::shapes::Shape;

/// One row for each.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "one-page",
        summary: "asks for name, password and decision on one page, at every request, and keeps no session",
        profile: "",
        apply: |policy| *policy.choice.pages.two_pages = Way::Other,
    },
    Shape {
        name: "one-page-name-first",
        summary: "asks for the name, then for password and decision on one page, and keeps no session",
        profile: "",
        apply: |policy| {
            *policy.choice.pages.two_pages = Way::Other;
            *policy.choice.pages.name_with_password = Way::Other;
        },
    },
    Shape {
        name: "name-first",
        summary: "asks for the name, then for the password, then for the decision",
        profile: "",
        apply: |policy| *policy.choice.pages.name_with_password = Way::Other,
    },
    Shape {
        name: "login-says-continue",
        summary: "has a login page whose only button says that it goes on",
        profile: "",
        apply: |policy| *policy.choice.pages.login = LoginButtons::Continue,
    },
    Shape {
        name: "login-says-continue-or-cancel",
        summary: "has a login page with two buttons, as a page that asks for a decision may have",
        profile: "",
        apply: |policy| *policy.choice.pages.login = LoginButtons::ContinueOrCancel,
    },
    Shape {
        name: "own-login-elsewhere",
        summary: "sends users to its login application at another origin, from which they come back with a ticket",
        profile: "name = \"reference\"\nclaims = [\"everything\"]\n[login]\norigins = [\"https://as-reference-login.cimdspec.dev\"]\n\
                  [login.fields]\nusername = \"alice\"\npassword = \"wonderland\"\n",
        apply: |policy| *policy.choice.pages.login_here = Way::Other,
    },
    Shape {
        name: "upstream-login",
        summary: "logs its users in at an upstream identity provider",
        profile: "name = \"reference\"\nclaims = [\"everything\"]\n[upstream]\n",
        apply: |policy| *policy.choice.pages.own_users = Way::Other,
    },
    Shape {
        name: "denied-by-link",
        summary: "has a consent page with a link that denies",
        profile: "",
        apply: |policy| *policy.choice.pages.denial = DeniedBy::Link,
    },
    Shape {
        name: "boxes",
        summary: "has a consent page with boxes, none of them ticked, and grants nothing where none is",
        profile: "",
        apply: |policy| *policy.choice.pages.boxes = Way::Other,
    },
    Shape {
        name: "boxes-without-denial",
        summary: "has a consent page with boxes, where to tick none is to deny and the button that says so is a script's",
        profile: "",
        apply: |policy| {
            *policy.choice.pages.boxes = Way::Other;
            *policy.choice.pages.denial = DeniedBy::NoBox;
        },
    },
    Shape {
        name: "odd-spelling",
        summary: "spells forms in every way that HTML allows, and has some in comments, templates and scripts",
        profile: "",
        apply: |policy| *policy.pages.spelling = Way::Other,
    },
    Shape {
        name: "odd-spelling-one-page",
        summary: "the same, with login and decision on one page",
        profile: "",
        apply: |policy| {
            *policy.pages.spelling = Way::Other;
            *policy.choice.pages.two_pages = Way::Other;
        },
    },
    Shape {
        name: "answers-by-form",
        summary: "sends answers by forms that send themselves (OAuth 2.0 Form Post Response Mode)",
        profile: "name = \"reference\"\n[login.fields]\nusername = \"alice\"\npassword = \"wonderland\"\n\
                  [request.set]\nresponse_mode = \"form_post\"\n",
        apply: |policy| *policy.choice.pages.form_post = Way::Other,
    },
    Shape {
        name: "challenges",
        summary: "calls a pending request a login challenge and a consent challenge, and tells a `session_state`",
        profile: "",
        apply: |policy| *policy.choice.pages.challenges = Way::Other,
    },
    Shape {
        name: "scopes-in-any-order",
        summary: "lists what a client gets in another order each time",
        profile: "",
        apply: |policy| *policy.choice.pages.scope_order = Way::Other,
    },
];
