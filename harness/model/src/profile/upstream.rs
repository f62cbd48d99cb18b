//! The upstream identity provider at which a server logs its users in.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// The upstream identity provider at which a server logs its users in: ours, in the sandbox. It logs its users in by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Upstream {
    /// What it speaks. The server gets the addresses of the first kind.
    pub kinds: Vec<UpstreamKind>,
    /// The identifier by which it knows the server; `cimdspec` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The secret by which it knows the server; a new one for each run when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Its users. It logs in the first, unless the server's request names another in `login_hint`.
    #[serde(skip_serializing_if = "is_the_usual_one")]
    pub users: Vec<UpstreamUser>,
}

/// What an upstream identity provider speaks.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum UpstreamKind {
    /// OAuth 2.0 as GitHub speaks it, at `github.com` and `api.github.com`.
    Github,
    /// OpenID Connect as Google speaks it, at `accounts.google.com` and Google's other names.
    Google,
    /// OpenID Connect and OAuth 2.0 with discovery, at a name of its own.
    #[default]
    Openid,
}

/// A user of the upstream identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpstreamUser {
    /// Its identifier.
    pub sub: String,
    /// Its verified address.
    pub email: String,
    /// Its name.
    pub name: String,
}

impl Upstream {
    /// One that speaks these kinds, with the usual user.
    pub fn speaking(kinds: Vec<UpstreamKind>) -> Self {
        Self {
            kinds,
            ..Self::default()
        }
    }

    /// Why nobody could log in there, if nobody could.
    pub(super) fn mistake(&self) -> Option<&'static str> {
        let is_nobody = |user: &UpstreamUser| user.sub.is_empty() || !user.email.contains('@');
        match self {
            _ if self.kinds.is_empty() => Some("`kinds` of the upstream is empty"),
            _ if self.users.is_empty() => Some("`users` of the upstream is empty"),
            _ if self.users.iter().any(is_nobody) => {
                Some("a user of the upstream has no `sub`, or no address in `email`")
            }
            _ => None,
        }
    }
}

impl Default for Upstream {
    fn default() -> Self {
        Self {
            kinds: vec![UpstreamKind::default()],
            client_id: None,
            client_secret: None,
            users: vec![UpstreamUser::usual()],
        }
    }
}

impl UpstreamUser {
    /// The one that is there when nobody is named.
    fn usual() -> Self {
        Self {
            sub: "alice".to_owned(),
            email: "alice@example.com".to_owned(),
            name: "Alice".to_owned(),
        }
    }
}

fn is_the_usual_one(users: &[UpstreamUser]) -> bool {
    users == [UpstreamUser::usual()]
}

impl UpstreamKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Github, Self::Google, Self::Openid];

    /// Its name in profiles.
    pub fn word(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Google => "google",
            Self::Openid => "openid",
        }
    }

    /// The kind of this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
