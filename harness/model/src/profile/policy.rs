//! The policies that a target may declare: stricter or other than common, and allowed by the texts.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::de::Error;

use crate::diagnostic::nearest;

macro_rules! policies {
    ($($Policy:ident => $word:literal $does:literal,)*) => {
        /// A policy that a target may declare.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        pub enum Policy {
            $(
                #[doc = concat!("The target ", $does, ".")]
                #[serde(rename = $word)]
                $Policy,
            )*
        }

        impl Policy {
            /// Every policy.
            pub const ALL: &[Self] = &[$(Self::$Policy),*];

            /// Its name in profiles and scenarios.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$Policy => $word,)*
                }
            }

            /// What a target does that declares it.
            pub fn does(self) -> &'static str {
                match self {
                    $(Self::$Policy => $does,)*
                }
            }
        }
    };
}

policies! {
    CacheFloor => "cache-floor" "keeps a document for a time of its own, however short its lifetime is",
    ClosedRegistration => "closed-registration" "registers clients with an initial access token only",
    FailureBackoff => "failure-backoff" "does not ask again for up to a minute after a fetch that failed",
    IgnoresForbiddenMembers => "ignores-forbidden-members" "ignores members that an update must not have instead of refusing them",
    JsonTypeOnly => "json-type-only" "takes documents of type application/json only, no other JSON type",
    ListedClientsOnly => "listed-clients-only" "takes documents of clients only that its operator has listed",
    LoopbackPortExact => "loopback-port-exact" "compares the port of a loopback redirect URI too",
    NeedsOptionalMembers => "needs-optional-members" "refuses documents that lack members which the draft leaves optional",
    NoCache => "no-cache" "keeps no documents",
    NoIss => "no-iss" "returns no `iss` in authorization responses",
    NoLoopbackRedirects => "no-loopback-redirects" "takes no loopback redirect URIs",
    NoOpenidConfiguration => "no-openid-configuration" "publishes no OpenID Connect configuration",
    NoQuery => "no-query" "refuses client identifiers with a query",
    NoResourceIndicators => "no-resource-indicators" "does not read the parameter `resource`",
    PlainNamesOnly => "plain-names-only" "refuses client names with markup instead of escaping them",
    RefreshGracePeriod => "refresh-grace-period" "takes a used refresh token again for a short time",
    ReusableRequestUri => "reusable-request-uri" "takes a pushed request more than once",
    SameOriginRedirects => "same-origin-redirects" "takes redirect URIs on the origin of the client identifier only",
    SenderConstrainedRefresh => "sender-constrained-refresh" "binds refresh tokens to a key and does not rotate them",
}

impl fmt::Display for Policy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let mut all = Self::ALL.iter();
        all.find(|policy| policy.word() == text).copied().ok_or_else(|| {
            let near = nearest(&text, Self::ALL.iter().map(|policy| policy.word()));
            let hint = match near.first() {
                Some(best) => format!("did you mean `{best}`?"),
                None => "`cimdspec list --policies` lists them all".to_owned(),
            };
            D::Error::custom(format!("there is no policy `{text}`\nhint: {hint}"))
        })
    }
}
