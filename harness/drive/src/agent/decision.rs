//! Where on a page somebody decides, and whether the page asks for a login, too.

use cimdspec_model::profile::Profile;
use cimdspec_model::verb::Decision;
use cimdspec_page::Button;
use cimdspec_page::FieldKind;
use cimdspec_page::Form;

/// Whether a form that asks for a login asks for the decision, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AsksBoth {
    /// It does: it has a button that approves, and the page one that denies.
    Surely,
    /// It has two such buttons, but with words that a mere login page may have, too.
    Perhaps,
    /// It does not.
    No,
}

/// Words of these that stand on login pages as well.
const WEAK_APPROVALS: [&str; 2] = ["continue", "yes"];
const WEAK_DENIALS: [&str; 2] = ["cancel", "no"];

/// The words that the profile has for a decision.
pub(crate) fn words(profile: &Profile, decision: Decision) -> &[String] {
    match decision {
        Decision::Approve => &profile.consent.approve,
        Decision::Deny => &profile.consent.deny,
    }
}

/// The button of a form that makes this decision.
pub(crate) fn button<'a>(profile: &Profile, form: &'a Form, decision: Decision) -> Option<&'a Button> {
    form.button(words(profile, decision))
}

/// Where a page has the button of this decision for who fills in a form: on the form itself, and a denial also on another
/// form that asks for nothing.
pub(crate) fn deciding<'a>(
    profile: &Profile,
    forms: &'a [Form],
    form: &'a Form,
    decision: Decision,
) -> Option<(&'a Form, &'a Button)> {
    let own = button(profile, form, decision).map(|button| (form, button));
    own.or_else(|| {
        let mut others = forms
            .iter()
            .filter(|other| *other != form && !other.asks_password());
        others
            .find_map(|other| Some((other, button(profile, other, decision)?)))
            .filter(|_| decision == Decision::Deny)
    })
}

/// Whether a form asks for a login, by a password or by a field of the profile's.
pub(crate) fn is_login(profile: &Profile, form: &Form) -> bool {
    let mut shown = form.fields.iter().filter(|field| field.kind == FieldKind::Shown);
    form.asks_password() || shown.any(|field| profile.login.fields.contains_key(&field.name))
}

/// Whether a form of a page asks for a login and for the decision.
pub(crate) fn asks_both(profile: &Profile, forms: &[Form], form: &Form) -> AsksBoth {
    let approves = deciding(profile, forms, form, Decision::Approve);
    let denies = deciding(profile, forms, form, Decision::Deny);
    if !is_login(profile, form) || approves.is_none() || denies.is_none() || approves == denies {
        return AsksBoth::No;
    }
    let strong = |decision, weak: &[&str]| {
        let known = words(profile, decision).iter();
        let strong: Vec<String> = known
            .filter(|word| !weak.iter().any(|weak| word.eq_ignore_ascii_case(weak)))
            .cloned()
            .collect();
        let place = deciding(profile, forms, form, decision).map(|(place, _)| place);
        place.is_some_and(|place| place.button(&strong).is_some())
    };
    if strong(Decision::Approve, &WEAK_APPROVALS) || strong(Decision::Deny, &WEAK_DENIALS) {
        return AsksBoth::Surely;
    }
    // The operator says which of the buttons logs in.
    match form.button(&profile.login.button) {
        Some(_) => AsksBoth::No,
        None => AsksBoth::Perhaps,
    }
}

/// Whether there are boxes to tick.
pub(crate) fn has_boxes(form: &Form) -> bool {
    let mut fields = form.fields.iter();
    fields.any(|field| matches!(field.kind, FieldKind::Box(_)))
}

/// Whether a place to which the user agent is sent has a code or a token.
pub(crate) fn grants(location: &str) -> bool {
    let begin = location.find(['?', '#']).unwrap_or(location.len());
    let rest = location[begin..].replace(['?', '#'], "&");
    let mut pairs = url::form_urlencoded::parse(rest.as_bytes());
    pairs.any(|(name, _)| name == "code" || name == "access_token")
}

#[cfg(test)]
mod tests {
    use cimdspec_page::Html;

    use super::*;

    fn asked(inside: &str, profile: &str) -> AsksBoth {
        let profile = Profile::read("p.toml", &format!("name = \"x\"\n{profile}")).unwrap();
        let page = format!("<form><input name=user>{inside}</form>");
        let forms = Html::read(&page).forms();
        asks_both(&profile, &forms, &forms[0])
    }

    /// A page that logs in by a name alone, and one whose denial is a form of its own.
    #[test]
    fn a_page_may_ask_without_a_password_and_deny_by_another_form() {
        let name = "[login.fields]\nuser = \"alice\"";
        let other = "<button>Authorize</button></form><form><button name=d value=deny>Deny</button>";
        assert_eq!(asked(other, name), AsksBoth::Surely);
        assert_eq!(asked(other, ""), AsksBoth::No);
        let first = "<button>Continue</button></form><form><button>Cancel</button>";
        assert_eq!(asked(first, name), AsksBoth::Perhaps);
        assert_eq!(asked("<button>Continue</button>", name), AsksBoth::No);
        let with_password = format!("<input type=password name=p>{other}");
        assert_eq!(asked(&with_password, ""), AsksBoth::Surely);
    }

    #[test]
    fn a_password_with_two_buttons_of_the_decision_is_both() {
        let password = "<input type=password name=p>";
        for (inside, expected) in [
            ("<button>Approve</button><button>Deny</button>", AsksBoth::Surely),
            (
                "<button>Allow access</button><button>Cancel</button>",
                AsksBoth::Surely,
            ),
            ("<button>Continue</button><button>Deny</button>", AsksBoth::Surely),
            (
                "<input type=submit name=d value=approve><input type=submit name=d value=deny>",
                AsksBoth::Surely,
            ),
            (
                "<button>Continue</button><button>Cancel</button>",
                AsksBoth::Perhaps,
            ),
            (
                "<button>Continue</button><button>No account? Sign up</button>",
                AsksBoth::Perhaps,
            ),
            ("<button>Continue</button>", AsksBoth::No),
            ("<button>Log in</button><button>Cancel</button>", AsksBoth::No),
            ("<button>Approve</button><a href=/x>Deny</a>", AsksBoth::No),
            ("<button name=no>Approve</button>", AsksBoth::No),
        ] {
            assert_eq!(asked(&format!("{password}{inside}"), ""), expected, "{inside}");
        }
        let without = "<button>Approve</button><button>Deny</button>";
        assert_eq!(asked(without, ""), AsksBoth::No);
    }

    #[test]
    fn the_profile_says_which_button_is_meant() {
        let weak = "<input type=password name=p><button>Continue</button><button>Cancel</button>";
        assert_eq!(asked(weak, "[login]\nbutton = [\"continue\"]"), AsksBoth::No);
        let own = "<input type=password name=p><button>Go</button><button>Stop</button>";
        assert_eq!(asked(own, ""), AsksBoth::No);
        assert_eq!(
            asked(own, "[consent]\napprove = [\"go\"]\ndeny = [\"stop\"]"),
            AsksBoth::Surely
        );
    }

    #[test]
    fn a_grant_is_told_by_its_parameters() {
        assert!(grants("https://app.test/cb?state=1&code=x"));
        assert!(grants("https://app.test/cb#access_token=x"));
        assert!(!grants(
            "https://app.test/code=x?error=access_denied&error_code=1"
        ));
    }
}
