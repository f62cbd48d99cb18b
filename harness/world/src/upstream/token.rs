//! The token endpoint, and what is said of tokens: a code is taken once, from the one client with its secret.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cimdspec_model::profile::UpstreamKind;
use ring::digest;
use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;

use super::keys::Typ;
use super::keys::signed;
use super::memory::ChallengeMethod;
use super::memory::Grant;
use super::memory::now;
use super::message::Asked;
use super::message::Parameters;
use super::message::Said;
use super::message::one;
use super::places::Places;
use super::provider::Provider;
use super::provider::TOKEN;
use super::provider::random;

const TOKEN_SECONDS: u64 = 60 * 60;
const REFRESH_SECONDS: u64 = 24 * 60 * 60;

/// Why there are no tokens.
struct Refused {
    error: &'static str,
    description: &'static str,
}

impl Provider {
    /// Tokens for a code or a refresh token.
    pub(super) fn token(&self, kind: UpstreamKind, asked: &Asked) -> Said {
        let sent = asked.in_body();
        let given = match self.is_the_client(asked, &sent) {
            false => Err(Refused {
                error: "invalid_client",
                description: "the client or its secret is wrong",
            }),
            true => self.given(kind, &sent),
        };
        match (kind, given) {
            (UpstreamKind::Github, given) => as_github(asked, given),
            (_, Ok(tokens)) => Said::json(200, &tokens),
            (_, Err(Refused { error, description })) => {
                let is_client = error == "invalid_client";
                let status = if is_client { 401 } else { 400 };
                let told = Said::error(status, error, description);
                match is_client {
                    true => told.with("www-authenticate", "Basic realm=\"upstream\""),
                    false => told,
                }
            }
        }
    }

    /// Whether a request has the client's identifier and secret, in the header field or in the body.
    fn is_the_client(&self, asked: &Asked, sent: &Parameters) -> bool {
        let own = (self.plan.client_id.as_str(), self.secret());
        match basic(&asked.authorization) {
            Some((id, secret)) => (id.as_str(), secret.as_str()) == own,
            None => (one(sent, "client_id"), one(sent, "client_secret")) == (Some(own.0), Some(own.1)),
        }
    }

    fn given(&self, kind: UpstreamKind, sent: &Parameters) -> Result<Value, Refused> {
        let invalid = |description| Refused {
            error: "invalid_grant",
            description,
        };
        let grant = match (kind, one(sent, "grant_type")) {
            // GitHub's clients leave it out.
            (_, Some("authorization_code")) | (UpstreamKind::Github, None) => {
                let code = one(sent, "code").unwrap_or_default();
                let grant = self.memory().codes.take(code);
                let grant = grant.ok_or(invalid("the code is unknown, or was used before"))?;
                fits(kind, &grant, sent).map_err(invalid)?;
                grant
            }
            (UpstreamKind::Google | UpstreamKind::Openid, Some("refresh_token")) => {
                let token = one(sent, "refresh_token").unwrap_or_default();
                let grant = self.memory().refresh_tokens.known(token);
                grant.ok_or(invalid("the refresh token is unknown"))?
            }
            _ => {
                return Err(Refused {
                    error: "unsupported_grant_type",
                    description: "a code or a refresh token is taken",
                });
            }
        };
        if grant.kind != kind {
            return Err(invalid("it was given by another provider"));
        }
        self.issued(&grant).map_err(|_| Refused {
            error: "server_error",
            description: "no token could be made",
        })
    }

    /// New tokens of a grant.
    fn issued(&self, grant: &Grant) -> Result<Value, String> {
        let access = self.hidden(TOKEN, self.access_token(grant)?);
        let until = now() + TOKEN_SECONDS;
        self.memory().tokens.put(
            &access,
            Grant {
                until,
                ..grant.clone()
            },
        );
        if grant.kind == UpstreamKind::Github {
            let scope = grant.scope.replace(' ', ",");
            return Ok(json!({ "access_token": access, "token_type": "bearer", "scope": scope }));
        }
        let mut tokens = json!({
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": grant.scope,
        });
        if grant.scope.split(' ').any(|scope| scope == "openid") {
            let token = signed(Typ::IdToken, &self.claims(grant, &access))?;
            tokens["id_token"] = json!(self.hidden(TOKEN, token));
        }
        let refresh = self.hidden(TOKEN, random()?);
        let until = now() + REFRESH_SECONDS;
        self.memory().refresh_tokens.put(
            &refresh,
            Grant {
                until,
                ..grant.clone()
            },
        );
        tokens["refresh_token"] = json!(refresh);
        tokens["access_token"] = json!(access);
        Ok(tokens)
    }

    /// An access token as its kind of provider has them: signed where servers verify it themselves.
    fn access_token(&self, grant: &Grant) -> Result<String, String> {
        match grant.kind {
            UpstreamKind::Github => Ok(format!("gho_{}", random()?)),
            UpstreamKind::Google => Ok(format!("ya29.{}", random()?)),
            UpstreamKind::Openid => {
                let user = self.user(grant.user);
                let claims = json!({
                    "iss": Places::of(grant.kind).issuer,
                    "sub": user.sub,
                    "aud": self.plan.client_id,
                    "client_id": self.plan.client_id,
                    "scope": grant.scope,
                    "email": user.email,
                    "jti": random()?,
                    "iat": now(),
                    "exp": now() + TOKEN_SECONDS,
                });
                signed(Typ::AccessToken, &claims)
            }
        }
    }

    /// What an ID token says.
    fn claims(&self, grant: &Grant, access: &str) -> Value {
        let user = self.user(grant.user);
        let digest = digest::digest(&digest::SHA256, access.as_bytes());
        let (half, _) = digest.as_ref().split_at(digest.as_ref().len() / 2);
        let mut claims = json!({
            "iss": Places::of(grant.kind).issuer,
            "sub": user.sub,
            "aud": self.plan.client_id,
            "azp": self.plan.client_id,
            "iat": now(),
            "auth_time": now(),
            "exp": now() + TOKEN_SECONDS,
            "at_hash": URL_SAFE_NO_PAD.encode(half),
            "email": user.email,
            "email_verified": true,
            "name": user.name,
            "preferred_username": user.sub,
        });
        if let Some(nonce) = &grant.nonce {
            claims["nonce"] = json!(nonce);
        }
        claims
    }

    /// Forgets a token.
    pub(super) fn revoke(&self, asked: &Asked) -> Said {
        let token = asked.token().unwrap_or_default();
        let all = asked.in_body();
        let token = one(&all, "token").map_or(token, str::to_owned);
        let mut memory = self.memory();
        let _ = memory.tokens.take(&token);
        let _ = memory.refresh_tokens.take(&token);
        drop(memory);
        Said::json(200, &json!({}))
    }

    /// What it knows of a token (RFC 7662; of Google's kind as `tokeninfo` tells it).
    pub(super) fn introspect(&self, kind: UpstreamKind, asked: &Asked) -> Said {
        let sent: Parameters = asked.in_body().into_iter().chain(asked.in_query()).collect();
        let token = one(&sent, "token").or_else(|| one(&sent, "access_token"));
        let grant = token.and_then(|token| self.memory().tokens.known(token));
        let is_google = kind == UpstreamKind::Google;
        if !is_google && !self.is_the_client(asked, &sent) {
            let told = Said::error(401, "invalid_client", "the client or its secret is wrong");
            return told.with("www-authenticate", "Basic realm=\"upstream\"");
        }
        let Some(grant) = grant.filter(|grant| grant.kind == kind) else {
            return match is_google {
                true => Said::error(400, "invalid_token", "Invalid Value"),
                false => Said::json(200, &json!({ "active": false })),
            };
        };
        let user = self.user(grant.user);
        let left = grant.until.saturating_sub(now());
        let told = match is_google {
            true => json!({
                "aud": self.plan.client_id,
                "audience": self.plan.client_id,
                "azp": self.plan.client_id,
                "issued_to": self.plan.client_id,
                "sub": user.sub,
                "user_id": user.sub,
                "scope": grant.scope,
                "email": user.email,
                "email_verified": "true",
                "exp": grant.until.to_string(),
                "expires_in": left,
            }),
            false => json!({
                "active": true,
                "iss": Places::of(kind).issuer,
                "sub": user.sub,
                "username": user.name,
                "aud": self.plan.client_id,
                "client_id": self.plan.client_id,
                "scope": grant.scope,
                "token_type": "Bearer",
                "exp": grant.until,
            }),
        };
        Said::json(200, &told)
    }
}

/// Whether a code is taken from who sends this.
fn fits(kind: UpstreamKind, grant: &Grant, sent: &Parameters) -> Result<(), &'static str> {
    let redirect_uri = one(sent, "redirect_uri");
    // GitHub's clients may leave it out.
    let is_left_out = kind == UpstreamKind::Github && redirect_uri.is_none();
    if !is_left_out && redirect_uri != Some(&grant.redirect_uri) {
        return Err("the redirect URI is not that of the authorization request");
    }
    let is_right = match (&grant.challenge, one(sent, "code_verifier")) {
        (None, None) => true,
        (Some((challenge, ChallengeMethod::Plain)), Some(verifier)) => challenge == verifier,
        (Some((challenge, ChallengeMethod::S256)), Some(verifier)) => {
            let digest = digest::digest(&digest::SHA256, verifier.as_bytes());
            *challenge == URL_SAFE_NO_PAD.encode(digest)
        }
        (None, Some(_)) | (Some(_), None) => false,
    };
    match is_right {
        true => Ok(()),
        false => Err("the code verifier does not fit the challenge"),
    }
}

/// As GitHub answers: always with status 200, and by a form unless JSON is asked for.
fn as_github(asked: &Asked, given: Result<Value, Refused>) -> Said {
    let told = match given {
        Ok(tokens) => tokens,
        Err(Refused { error, description }) => {
            let error = match error {
                "invalid_client" => "incorrect_client_credentials",
                "invalid_grant" => "bad_verification_code",
                other => other,
            };
            json!({ "error": error, "error_description": description })
        }
    };
    if asked.wants_json() {
        return Said::json(200, &told);
    }
    let members = told.as_object().into_iter().flatten();
    let pairs = members.filter_map(|(name, value)| Some((name, value.as_str()?)));
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    Said {
        status: 200,
        headers: vec![(
            "content-type",
            "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
        )],
        body,
    }
}

/// The identifier and the secret of a Basic field, decoded as RFC 6749 section 2.3.1 has it.
fn basic(field: &str) -> Option<(String, String)> {
    let (scheme, rest) = field.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id), decoded(secret)))
}

/// A text without the percent-encoding of forms.
fn decoded(text: &str) -> String {
    let pair = format!("x={text}");
    let value = form_urlencoded::parse(pair.as_bytes()).next();
    value.map_or_else(String::new, |(_, value)| value.into_owned())
}
