//! The manners and the broken rules, as words of the command line.

use std::collections::BTreeSet;

/// A deviation in manner: no rule is broken by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Manner {
    /// Nobody is asked: the code comes at once.
    AutoConsent,
    /// The answer to an authorization request is a compressed bomb.
    CompressedAnswer,
    /// A connection is opened, and dropped when its peer turns out to be a special one.
    ConnectsBeforeItChecks,
    /// The process ends at the fifth document that it refuses.
    DiesOnFifth,
    /// The process ends at every document that is an array.
    DiesOnKind,
    /// The answer to an authorization request drips for ever.
    DrippingAnswer,
    /// The answer to an authorization request never ends.
    EndlessAnswer,
    /// Before the answer to an authorization request come informational ones without end.
    EndlessInformation,
    /// Refusals never end.
    EndlessRefusals,
    /// Refusals have status 200.
    ErrorPage200,
    /// Refusals are redirects to a page of its own, which has status 200.
    ErrorRedirect,
    /// Refusals are redirects to another site.
    ErrorRedirectElsewhere,
    /// It fails at codes while many clients come, and tells the failure as a refusal.
    CannotSerialize,
    /// Every answer sets as many cookies as fit.
    FloodsWithCookies,
    /// The answer to an authorization request has a header field without sense or measure.
    HugeField,
    /// Every document that is accepted was fetched three times.
    FetchesThrice,
    /// The answer to an authorization request is no HTTP.
    GarbageAnswer,
    /// While many clients come, it does not compare redirect URIs.
    ForgetsInACrowd,
    /// Somebody has to log in, and the session is all that a decision needs: its cookie says that no other site's page sends it.
    LaxSession,
    /// Somebody has to log in before anything is looked at.
    LoginFirst,
    /// Somebody has to log in at an upstream identity provider, which is told to it by its environment.
    LogsInUpstream,
    /// In one session one request is pending: that of whoever came last.
    OneRequestInASession,
    /// Failed fetches are remembered for a minute.
    NegativeCache60s,
    /// Where it publishes no metadata of OpenID Connect, it sends people to its login.
    LoginAtOpenidPlace,
    /// Authorization requests are never answered.
    NeverAnswers,
    /// The button that denies has a word that the harness does not know.
    OddDenyWord,
    /// Its metadata are those of OpenID Connect, and nothing else.
    OpenidOnly,
    /// Clients register themselves and read what is registered; nothing else is managed.
    ReadOnlyManagement,
    /// Clients register themselves where the document of OpenID Connect says; the other one does not say where.
    RegistrationInOpenidOnly,
    /// Clients register themselves; no update is right.
    RefusesAllUpdates,
    /// Clients register themselves; all of them are public, and redirect URIs are left out.
    ReplacesMetadata,
    /// One request in five is to come again later, and is told when.
    Random429,
    /// One request in five is to come again later.
    Random429WithoutRetryAfter,
    /// Every document that is refused was fetched twice.
    RetriesTwice,
    /// A script makes its pages; what is refused is refused before them.
    ScriptPages,
    /// One empty page answers everything, and its script shows what is refused.
    ScriptShell,
    /// The same, and the script keeps a token in place of a cookie.
    ScriptTokens,
    /// Somebody has to log in, and the pages that ask have no form: a script would make it.
    BlankPages,
    /// Its issuer has a slash at its end, unlike the one that it is started with.
    SlashAfterIssuer,
    /// Every answer takes between one and two seconds.
    SlowAnswers,
    /// The eleventh fetch at once is refused.
    TenInFlight,
    /// What the token endpoint refuses, it fails at.
    TokenErrorsAre500,
}

/// A rule that it may be told to break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// The document may name another client.
    ClientIdCompared,
    /// A code is taken again and again.
    CodesTakenOnce,
    /// Redirects of the document's host are followed.
    RedirectsNotFollowed,
    /// Any redirect URI will do.
    RedirectUriCompared,
    /// Any address will do.
    SpecialUseRefused,
    /// A script's request may have any media type, so that a page of another site can send it.
    MediaTypeCompared,
}

const MANNERS: [(&str, Manner); 42] = [
    ("auto-consent", Manner::AutoConsent),
    ("cannot-serialize", Manner::CannotSerialize),
    ("compressed-answer", Manner::CompressedAnswer),
    ("connects-before-it-checks", Manner::ConnectsBeforeItChecks),
    ("dies-on-fifth", Manner::DiesOnFifth),
    ("dies-on-kind", Manner::DiesOnKind),
    ("dripping-answer", Manner::DrippingAnswer),
    ("endless-answer", Manner::EndlessAnswer),
    ("endless-information", Manner::EndlessInformation),
    ("endless-refusals", Manner::EndlessRefusals),
    ("error-page-200", Manner::ErrorPage200),
    ("error-redirect", Manner::ErrorRedirect),
    ("error-redirect-elsewhere", Manner::ErrorRedirectElsewhere),
    ("fetches-thrice", Manner::FetchesThrice),
    ("floods-with-cookies", Manner::FloodsWithCookies),
    ("forgets-in-a-crowd", Manner::ForgetsInACrowd),
    ("garbage-answer", Manner::GarbageAnswer),
    ("huge-field", Manner::HugeField),
    ("lax-session", Manner::LaxSession),
    ("login-at-openid-place", Manner::LoginAtOpenidPlace),
    ("login-first", Manner::LoginFirst),
    ("logs-in-upstream", Manner::LogsInUpstream),
    ("negative-cache-60s", Manner::NegativeCache60s),
    ("never-answers", Manner::NeverAnswers),
    ("odd-deny-word", Manner::OddDenyWord),
    ("one-request-in-a-session", Manner::OneRequestInASession),
    ("openid-only", Manner::OpenidOnly),
    ("random-429", Manner::Random429),
    (
        "random-429-without-retry-after",
        Manner::Random429WithoutRetryAfter,
    ),
    ("read-only-management", Manner::ReadOnlyManagement),
    ("refuses-all-updates", Manner::RefusesAllUpdates),
    ("registration-in-openid-only", Manner::RegistrationInOpenidOnly),
    ("replaces-metadata", Manner::ReplacesMetadata),
    ("retries-twice", Manner::RetriesTwice),
    ("script-pages", Manner::ScriptPages),
    ("script-shell", Manner::ScriptShell),
    ("script-tokens", Manner::ScriptTokens),
    ("blank-pages", Manner::BlankPages),
    ("slash-after-issuer", Manner::SlashAfterIssuer),
    ("slow-answers", Manner::SlowAnswers),
    ("ten-in-flight", Manner::TenInFlight),
    ("token-errors-are-500", Manner::TokenErrorsAre500),
];
const BREAKS: [(&str, Rule); 6] = [
    ("accepts-any-client-id", Rule::ClientIdCompared),
    ("accepts-any-media-type", Rule::MediaTypeCompared),
    ("accepts-any-redirect-uri", Rule::RedirectUriCompared),
    ("accepts-codes-again", Rule::CodesTakenOnce),
    ("fetches-special-use", Rule::SpecialUseRefused),
    ("follows-redirects", Rule::RedirectsNotFollowed),
];
const FLAG: &str = "--breaks";

/// What it was told to be like.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    manners: BTreeSet<Manner>,
    broken: BTreeSet<Rule>,
}

impl Arguments {
    /// Reads `MANNER… [--breaks RULE]…`; the manner `plain` is none.
    pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut breaks = false;
        for word in words {
            if breaks {
                arguments.broken.insert(named(&BREAKS, &word)?);
                breaks = false;
            } else if word == FLAG {
                breaks = true;
            } else if word != "plain" {
                arguments.manners.insert(named(&MANNERS, &word)?);
            }
        }
        Ok(arguments)
    }

    /// Whether it has this manner.
    pub(crate) fn has(&self, manner: Manner) -> bool {
        self.manners.contains(&manner)
    }

    /// Whether somebody has to log in.
    pub(crate) fn logs_in(&self) -> bool {
        let manners = [
            Manner::LaxSession,
            Manner::LoginFirst,
            Manner::OneRequestInASession,
            Manner::BlankPages,
        ];
        manners.into_iter().any(|manner| self.has(manner))
    }

    /// Whether one page answers every authorization request.
    pub(crate) fn answers_by_script(&self) -> bool {
        self.has(Manner::ScriptShell) || self.has(Manner::ScriptTokens)
    }

    /// Whether clients register themselves.
    pub(crate) fn registers(&self) -> bool {
        let manners = [
            Manner::ReadOnlyManagement,
            Manner::RefusesAllUpdates,
            Manner::RegistrationInOpenidOnly,
            Manner::ReplacesMetadata,
        ];
        manners.into_iter().any(|manner| self.has(manner))
    }

    /// Whether it keeps this rule.
    pub(crate) fn keeps(&self, rule: Rule) -> bool {
        !self.broken.contains(&rule)
    }
}

fn named<T: Copy>(known: &[(&str, T)], word: &str) -> Result<T, String> {
    let found = known.iter().find(|(name, _)| *name == word);
    found
        .map(|(_, value)| *value)
        .ok_or_else(|| format!("nothing is called `{word}`"))
}
