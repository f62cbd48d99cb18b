//! What an answer tells, held against what the server does: what it honours is taken, whatever the answer says.

use cimdspec_model::expect::MemberExpect;
use cimdspec_model::verdict::Outcome;

use crate::disposition::Seen;
use crate::expect::Evidence;
use crate::words;

/// Why a refusal at the authorization endpoint says nothing.
const NO_CODE: &str = "no right request of the calibration ended with a code, so that a refusal says nothing";

impl Evidence<'_> {
    pub(super) fn member(&self, expect: &MemberExpect) -> (Outcome, String, String) {
        let (outcome, expected, seen) = self.told_member(expect);
        let Some(asked) = &expect.asked_in else {
            return (outcome, expected, seen);
        };
        if self.disposition(&expect.of).is_refused() || outcome == Outcome::Fail {
            return (outcome, expected, seen);
        }
        let expected = format!("{expected}, and step `{asked}` refused");
        let here = self.disposition(asked);
        let told = format!("{seen}; step `{asked}`: {}", words::seen(&here));
        let outcome = match here {
            Seen::Granted => Outcome::Fail,
            // A code that went elsewhere did not go where it must not.
            Seen::Diverted(_) | Seen::Refused(_) => match (outcome, self.calibration.ends_with_a_code()) {
                (Outcome::Inconclusive(why), _) => Outcome::inconclusive(why),
                (_, true) => Outcome::Pass,
                (_, false) => Outcome::inconclusive(NO_CODE.to_owned()),
            },
            seen => Outcome::inconclusive(words::seen(&seen)),
        };
        (outcome, expected, told)
    }
}

#[cfg(test)]
mod tests {
    use cimdspec_model::observation::Arrival;

    use super::*;
    use crate::fabricated::answered;
    use crate::fabricated::ended;
    use crate::fabricated::judged;
    use crate::fabricated::plan;
    use crate::fabricated::sent;

    /// What becomes of a registration of `bad:x` that is answered so, when the client then asks for it so.
    fn outcome(status: u16, body: &str, asked: Arrival) -> Outcome {
        let plan = plan(
            "[[step]]\nname = \"reg\"\nregister = { set = { redirect_uris = [\"bad:x\"] } }\n[[step]]\nname = \"login\"\n\
             authorize = { redirect_uri = \"bad:x\" }\n[[check]]\nid = \"refused\"\nclause = \"a.b\"\nexpect = { member = { of = \"reg\", \
             at = \"/redirect_uris\", excludes_uri = [\"bad:x\"], asked_in = \"login\", optional = true, refused = \"passes\" } }\n",
        );
        let login = ended("login", 302, asked);
        judged(&plan, vec![answered("reg", status, body), login])
            .remove(0)
            .outcome
    }

    #[test]
    fn the_answer_alone_never_passes() {
        let refused = || Arrival::Page;
        let honoured = || sent("bad:x", "code");
        let error = || sent("https://app.test/callback", "error");
        for silent in [
            r#"{"client_id":"a","redirect_uris":[]}"#,
            r#"{"client_id":"a"}"#,
            r#"{"client_id":"a","redirect_uris":["https://app.test/callback"]}"#,
        ] {
            assert_eq!(outcome(201, silent, honoured()), Outcome::Fail, "{silent}");
            assert_eq!(outcome(201, silent, error()), Outcome::Pass, "{silent}");
            assert!(
                matches!(outcome(201, silent, refused()), Outcome::Inconclusive(_)),
                "{silent}"
            );
        }
    }

    #[test]
    fn what_is_registered_in_another_spelling_is_registered() {
        for told in ["bad:x", "BAD:x", " bad:x", "bad:%78"] {
            let body =
                format!(r#"{{"client_id":"a","redirect_uris":["https://app.test/callback","{told}"]}}"#);
            assert_eq!(outcome(201, &body, sent("", "error")), Outcome::Fail, "{told}");
        }
    }

    #[test]
    fn who_refuses_the_registration_need_not_be_asked_further() {
        let impossible = Arrival::Impossible {
            reason: "no client".to_owned(),
        };
        assert_eq!(
            outcome(400, r#"{"error":"invalid_redirect_uri"}"#, impossible),
            Outcome::Pass
        );
    }
}
