//! What the provider tells of its users, to who has a token.

use cimdspec_model::profile::UpstreamKind;
use cimdspec_model::profile::UpstreamUser;
use ring::digest;
use serde_json::Value;
use serde_json::json;

use super::memory::Grant;
use super::message::Asked;
use super::message::Said;
use super::provider::Provider;

impl Provider {
    /// The user of a token.
    pub(super) fn userinfo(&self, kind: UpstreamKind, asked: &Asked) -> Said {
        self.to_holder(kind, asked, |user| match kind {
            UpstreamKind::Github => json!({
                "login": login(user),
                "id": number(user),
                "node_id": format!("U_{}", number(user)),
                "type": "User",
                "name": user.name,
                "email": user.email,
                "avatar_url": format!("https://github.com/{}.png", login(user)),
                "html_url": format!("https://github.com/{}", login(user)),
            }),
            UpstreamKind::Google => json!({
                "sub": user.sub,
                "id": user.sub,
                "name": user.name,
                "given_name": user.name,
                "email": user.email,
                "email_verified": true,
                "verified_email": true,
            }),
            UpstreamKind::Openid => json!({
                "sub": user.sub,
                "name": user.name,
                "preferred_username": user.sub,
                "email": user.email,
                "email_verified": true,
            }),
        })
    }

    /// The addresses of the user of a token, as GitHub lists them.
    pub(super) fn emails(&self, asked: &Asked) -> Said {
        self.to_holder(UpstreamKind::Github, asked, |user| {
            json!([{ "email": user.email, "primary": true, "verified": true, "visibility": "public" }])
        })
    }

    /// What GitHub lists of a user, and this one has none of.
    pub(super) fn empty_list(&self, asked: &Asked) -> Said {
        self.to_holder(UpstreamKind::Github, asked, |_| json!([]))
    }

    fn to_holder(&self, kind: UpstreamKind, asked: &Asked, tell: impl Fn(&UpstreamUser) -> Value) -> Said {
        let token = asked.token();
        let grant = token.and_then(|token| self.memory().tokens.known(&token));
        match grant.filter(|grant| grant.kind == kind) {
            Some(Grant { user, scope, .. }) => {
                let told = Said::json(200, &tell(&self.user(user)));
                match kind {
                    UpstreamKind::Github => told.with("x-oauth-scopes", &scope.replace(' ', ", ")),
                    _ => told,
                }
            }
            None if kind == UpstreamKind::Github => Said::json(401, &json!({ "message": "Bad credentials" })),
            None => {
                let told = Said::error(401, "invalid_token", "the token is unknown, or it has expired");
                told.with("www-authenticate", "Bearer error=\"invalid_token\"")
            }
        }
    }
}

/// The name by which GitHub would know the user.
fn login(user: &UpstreamUser) -> &str {
    user.email.split('@').next().unwrap_or(&user.sub)
}

/// The number by which GitHub would know the user.
fn number(user: &UpstreamUser) -> u32 {
    let digest = digest::digest(&digest::SHA256, user.sub.as_bytes());
    let first = digest.as_ref().first_chunk().copied().unwrap_or_default();
    u32::from_be_bytes(first)
}
