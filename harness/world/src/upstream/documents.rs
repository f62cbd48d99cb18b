//! What the provider publishes of itself.

use cimdspec_model::profile::UpstreamKind;
use serde_json::Value;
use serde_json::json;

use super::places::Places;

/// The metadata of a kind: RFC 8414 and OpenID Connect Discovery in one.
pub(super) fn metadata(kind: UpstreamKind) -> Value {
    let Places {
        issuer,
        authorization,
        token,
        userinfo,
        jwks,
    } = Places::of(kind);
    let (revocation, introspection) = match kind {
        UpstreamKind::Google => (Some("https://oauth2.googleapis.com/revoke"), None),
        _ => (
            Some("https://idp.cimdspec.dev/revoke"),
            Some("https://idp.cimdspec.dev/introspect"),
        ),
    };
    let mut metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": authorization,
        "token_endpoint": token,
        "userinfo_endpoint": userinfo,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile", "offline_access"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256", "plain"],
        "claims_supported": ["aud", "email", "email_verified", "exp", "iat", "iss", "name", "nonce", "preferred_username", "sub"],
    });
    let optional = [
        ("jwks_uri", jwks),
        ("revocation_endpoint", revocation),
        ("introspection_endpoint", introspection),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            metadata[name] = json!(value);
        }
    }
    metadata
}
