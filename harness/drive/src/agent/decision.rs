//! Where on a page somebody decides, and whether the page asks for a login, too.

use cimdspec_model::profile::Profile;
use cimdspec_model::verb::Decision;
use cimdspec_page::Button;
use cimdspec_page::FieldKind;
use cimdspec_page::Form;

/// Whether a form that asks for a password asks for the decision, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AsksBoth {
    /// It does: it has a button that approves and one that denies.
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

/// Whether a form asks for a password and for the decision.
pub(crate) fn asks_both(profile: &Profile, form: &Form) -> AsksBoth {
    let approves = button(profile, form, Decision::Approve);
    let denies = button(profile, form, Decision::Deny);
    if !form.asks_password() || approves.is_none() || denies.is_none() || approves == denies {
        return AsksBoth::No;
    }
    let strong = |decision, weak: &[&str]| {
        let known = words(profile, decision).iter();
        let strong: Vec<String> = known
            .filter(|word| !weak.iter().any(|weak| word.eq_ignore_ascii_case(weak)))
            .cloned()
            .collect();
        form.button(&strong).is_some()
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
        asks_both(&profile, &Html::read(&page).forms()[0])
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
