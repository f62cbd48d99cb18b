//! The manners that are tried, each with its profile and the scenarios that bring it out.

use std::time::Duration;

use crate::awkward::tell::Counts;

/// A manner and how it is tried.
pub struct Trial {
    /// The name of its snapshot.
    pub name: &'static str,
    /// The manners of the server, as it takes them.
    pub manners: &'static str,
    /// What its profile says beside the name.
    pub profile: &'static str,
    /// The scenarios.
    pub only: &'static [&'static str],
    /// Whether it is tried with broken rules too.
    pub broken: Broken,
    /// No run takes longer.
    pub within: Duration,
    /// Whether each run gives the same numbers.
    pub counts: Counts,
}

/// What becomes of broken rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// They are found in this manner too.
    Found,
    /// The server cannot be tested: nothing passes and nothing is found.
    Hidden,
    /// They are not tried.
    Untried,
}

/// The rules that a server breaks, as it takes them.
pub const BREAKS: [&str; 4] = [
    "accepts-any-client-id",
    "accepts-any-redirect-uri",
    "fetches-special-use",
    "follows-redirects",
];
/// The scenarios that find them.
pub const FINDS: [&str; 5] = [
    "cimd/document/client-id/differs#refused",
    "cimd/fetch/redirect-other-origin#refused",
    "redirect/almost-matching#refused",
    "redirect/of-another-client#refused",
    "cimd/ssrf/address/special-use#refused",
];

/// Something of everything.
const MANY: &[&str] = &[
    "cimd/cache/fresh",
    "cimd/cache/no-store",
    "cimd/document/client-id/differs",
    "cimd/document/not-json",
    "cimd/fetch/performed",
    "cimd/fetch/redirect-other-origin[status=302*",
    "cimd/fetch/status-error[status=40*",
    "cimd/identifier/fragment",
    "redirect/almost-matching[asked=other-*",
    "redirect/of-another-client",
    "cimd/ssrf/answers/rebind",
    "cimd/ssrf/address/special-use[addr=10.*",
    "code/request/denied",
    "code/pkce/wrong-verifier",
    "code/request/state[state=plain]",
    "code/token/granted",
    "code/redeem/used-twice",
];
/// Less than a crowd.
const FEW: &[&str] = &[
    "cimd/document/client-id/differs[named=other-*",
    "cimd/document/not-json[text=html]",
    "cimd/fetch/performed",
    "cimd/fetch/redirect-other-origin[status=302*",
    "cimd/fetch/status-error[status=40*",
    "cimd/identifier/fragment[sent=word]",
    "redirect/almost-matching[asked=other-*",
    "redirect/of-another-client",
    "cimd/ssrf/address/special-use[addr=10.*",
    "code/token/granted",
    "code/redeem/used-twice",
];
/// What a consent page without a known word meets.
const CONSENT: &[&str] = &[
    "cimd/fetch/performed",
    "redirect/of-another-client",
    "code/request/denied",
];
/// What could seem to be broken by slowness.
const SLOW: &[&str] = &[
    "cimd/document/client-id/differs[named=other-*",
    "cimd/fetch/performed",
    "cimd/fetch/redirect-other-origin[status=302*",
    "cimd/limits/others-unaffected",
    "cimd/limits/stall",
    "redirect/almost-matching[asked=other-*",
    "redirect/of-another-client",
    "cimd/ssrf/address/special-use[addr=10.*",
    "code/token/granted",
];
/// What a memory for failures meets.
const REMEMBERED: &[&str] = &[
    "cimd/cache/error-then-good",
    "cimd/cache/invalid-then-good",
    "cimd/document/client-id/differs",
    "cimd/document/not-json",
    "cimd/fetch/performed",
    "cimd/fetch/redirect-other-origin[status=302*",
    "redirect/almost-matching[asked=other-*",
    "redirect/of-another-client",
    "cimd/ssrf/address/special-use[addr=10.*",
];
/// What kills a server that one kind of document kills.
const ROOTS: &[&str] = &[
    "cimd/document/not-json",
    "cimd/document/root-type",
    "cimd/fetch/performed",
];
/// What a server meets that fails where it should refuse.
const CODES: &[&str] = &[
    "code/pkce/wrong-verifier",
    "code/token/granted",
    "code/redeem/used-twice",
];
/// What the registration of public clients meets.
const REGISTERED: &[&str] = &[
    "code/request/iss[client=registered]",
    "code/redeem/of-another-client[client=registered*",
    "code/pkce/*client=registered*",
    "code/redeem/used-twice[client=registered*",
    "dcr/abuse/json",
    "dcr/manage/*",
    "dcr/register/*",
];
/// Where metadata are looked for, and what they say.
const PLACES: &[&str] = &[
    "cimd/metadata/*",
    "code/request/iss",
    "code/token/granted",
    "dcr/register/created",
    "mcp/discovery-places",
];
const A_WHILE: Duration = Duration::from_secs(80);
/// A right request gets no answer within its deadline, and nothing is asked after it.
const ONE_DEADLINE: Duration = Duration::from_secs(40);
/// Each answer is slow, and who is blamed is asked again when nothing else is.
const EACH_ALONE: Duration = Duration::from_secs(300);
/// What was refused is asked again after 65 seconds, in the crowd and at the second look.
const TWO_LOOKS_AT_A_MEMORY: Duration = Duration::from_secs(220);
const USER: &str = "[login]\nfields = { user = \"toy\", secret = \"story\" }";

/// What looks at pages and at decisions, beside something of everything.
const PAGES: &[&str] = &[
    "consent/*",
    "cimd/changes-in-session/*",
    "cimd/document/client-id/differs",
    "cimd/fetch/performed",
    "cimd/fetch/redirect-other-origin[status=302*",
    "redirect/almost-matching[asked=other-*",
    "redirect/of-another-client",
    "cimd/ssrf/address/special-use[addr=10.*",
    "code/request/*",
    "code/pkce/*",
    "code/token/granted",
    "code/redeem/used-twice",
];
/// What the script sends, with the cookie of a session.
pub const SCRIPT: &str = include_str!("script.toml");
/// What the script sends, with a token that it keeps.
const SCRIPT_WITH_TOKEN: &str = include_str!("script-tokens.toml");

/// A login application at a port where nothing listens.
const NOBODY_ANSWERS: &str = "[start]\ncommand = [\"replaced\"]\n\
    environment = { UPSTREAM_AUTHORIZATION_ENDPOINT = \"http://127.0.0.1:9/authorize\" }\n\
    [login]\norigins = [\"http://127.0.0.1:9\"]\n[upstream]";

const fn trial(name: &'static str, only: &'static [&'static str]) -> Trial {
    Trial {
        name,
        manners: name,
        profile: "",
        only,
        broken: Broken::Found,
        within: A_WHILE,
        counts: Counts::Same,
    }
}

/// All of them, the longest first.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial {
            within: EACH_ALONE,
            ..trial("slow-answers", SLOW)
        },
        Trial {
            broken: Broken::Hidden,
            within: ONE_DEADLINE,
            ..trial("never-answers", FEW)
        },
        Trial {
            broken: Broken::Hidden,
            within: ONE_DEADLINE,
            ..trial("dripping-answer", FEW)
        },
        trial("random-429", FEW),
        trial("random-429-without-retry-after", FEW),
        trial("ten-in-flight", MANY),
        Trial {
            name: "ten-in-flight-few-cases",
            ..trial("ten-in-flight", FEW)
        },
        Trial {
            name: "ten-in-flight-with-pace",
            profile: "[pace]\nat_once = 8",
            ..trial("ten-in-flight", FEW)
        },
        Trial {
            name: "ten-in-flight-with-wrong-pace",
            profile: "[pace]\nat_once = 20",
            ..trial("ten-in-flight", MANY)
        },
        Trial {
            within: TWO_LOOKS_AT_A_MEMORY,
            ..trial("negative-cache-60s", REMEMBERED)
        },
        Trial {
            name: "negative-cache-60s-declared",
            profile: "policies = [\"failure-backoff\"]",
            ..trial("negative-cache-60s", REMEMBERED)
        },
        trial("dies-on-fifth", MANY),
        Trial {
            broken: Broken::Untried,
            ..trial("dies-on-kind", ROOTS)
        },
        trial("fetches-thrice", MANY),
        Trial {
            profile: USER,
            ..trial("login-first", MANY)
        },
        Trial {
            name: "login-first-without-recipe",
            broken: Broken::Hidden,
            ..trial("login-first", MANY)
        },
        Trial {
            profile: "[upstream]",
            ..trial("logs-in-upstream", MANY)
        },
        Trial {
            name: "logs-in-upstream-github",
            profile: "[upstream]\nkinds = [\"github\"]",
            ..trial("logs-in-upstream", FEW)
        },
        Trial {
            name: "logs-in-where-nobody-answers",
            profile: NOBODY_ANSWERS,
            broken: Broken::Hidden,
            ..trial("logs-in-upstream", FEW)
        },
        Trial {
            profile: SCRIPT,
            ..trial("script-pages", PAGES)
        },
        Trial {
            profile: SCRIPT,
            ..trial("script-shell", PAGES)
        },
        Trial {
            profile: SCRIPT_WITH_TOKEN,
            ..trial("script-tokens", PAGES)
        },
        Trial {
            name: "script-shell-without-recipe",
            broken: Broken::Hidden,
            ..trial("script-shell", FEW)
        },
        trial("plain", MANY),
        Trial {
            broken: Broken::Untried,
            ..trial("token-errors-are-500", CODES)
        },
        Trial {
            broken: Broken::Untried,
            ..trial("replaces-metadata", REGISTERED)
        },
        Trial {
            broken: Broken::Untried,
            ..trial("read-only-management", REGISTERED)
        },
        Trial {
            broken: Broken::Untried,
            ..trial("refuses-all-updates", REGISTERED)
        },
        Trial {
            broken: Broken::Untried,
            ..trial("login-at-openid-place", PLACES)
        },
        Trial {
            broken: Broken::Untried,
            ..trial("openid-only", PLACES)
        },
        Trial {
            broken: Broken::Untried,
            ..trial("registration-in-openid-only", PLACES)
        },
        Trial {
            broken: Broken::Untried,
            ..trial("slash-after-issuer", PLACES)
        },
        trial("cannot-serialize", MANY),
        Trial {
            broken: Broken::Untried,
            counts: Counts::ByChance,
            ..trial("forgets-in-a-crowd", MANY)
        },
        Trial {
            profile: USER,
            ..trial("one-request-in-a-session", MANY)
        },
        trial("error-page-200", MANY),
        trial("error-redirect", MANY),
        trial("error-redirect-elsewhere", MANY),
        trial("auto-consent", MANY),
        Trial {
            broken: Broken::Untried,
            ..trial("odd-deny-word", CONSENT)
        },
        trial("retries-twice", MANY),
        trial("connects-before-it-checks", MANY),
        Trial {
            broken: Broken::Hidden,
            ..trial("endless-answer", FEW)
        },
        trial("endless-refusals", MANY),
        Trial {
            broken: Broken::Hidden,
            ..trial("compressed-answer", FEW)
        },
        Trial {
            broken: Broken::Hidden,
            ..trial("garbage-answer", FEW)
        },
        Trial {
            broken: Broken::Hidden,
            ..trial("endless-information", FEW)
        },
        Trial {
            broken: Broken::Hidden,
            ..trial("huge-field", FEW)
        },
        trial("floods-with-cookies", FEW),
    ]
}
