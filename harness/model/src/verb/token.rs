//! The verbs that ask for tokens and about them, and how their client authenticates.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::name::SessionName;
use crate::name::StepName;
use crate::text::Text;
use crate::verb::step::Until;

/// Redeems a code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The client, as in Authorize. Default: the client of the authorize step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The authorize step whose code is redeemed.
    #[schemars(with = "String")]
    pub code: StepName,
    /// A part of the code that is exchanged for that of another step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// Parameters to send a second time, with these values, for example `{ code = "second value" }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub repeat: BTreeMap<String, Text>,
    /// Header fields to send. Each replaces the field of that name. An empty value removes the field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// How the client authenticates. Default: by its own method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// Exchanges one part of a value for the same part of another value of its kind.
///
/// The value is a code, a refresh token, a `request_uri` or a registration access token. A server may build it of parts
/// (an identifier, a session, a client) and not bind them to each other. Parts are what `.`, `~`, `|`, `$`, `,` or `:`
/// joins. Three or more parts of letters and digits may also be joined by `-` or `_`. The members of JSON in base64 are
/// parts, too. Nothing of the scenario is applicable if the value has no such part, or if the result would be a value
/// that the server issued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Swap {
    /// The number of the part, counted from 1.
    pub part: usize,
    /// The step whose value has the other part.
    #[schemars(with = "String")]
    pub with: StepName,
}

/// Uses a refresh token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The client, as in Authorize. Default: the client of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The token or refresh step whose refresh token is used.
    #[schemars(with = "String")]
    pub token: StepName,
    /// A part of the token that is exchanged for that of another step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// How the client authenticates. Default: by its own method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// Requests tokens without a user: by `client_credentials`, unless `set` has another `grant_type`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The client, as in Authorize.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// How the client authenticates. Default: by its own method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// Sends a request to an endpoint that the metadata names. Any successful answer counts as granted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The member of the metadata that names the endpoint, for example `device_authorization_endpoint`.
    pub endpoint: String,
    /// The HTTP method: GET has a query. Default: POST with a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Header fields to send, for example `{ origin = "https://a.example" }`. Each replaces the field of that name. An
    /// empty value removes the field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// The client that authenticates, as in Authorize. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters with values of this many letters, for example `{ client_id = 20000 }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub long: BTreeMap<String, usize>,
    /// The body, sent instead of the form, or the query of a GET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
    /// The content type of the body. Default: that of a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// How the client authenticates. Default: by its own method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// Logs the user out on behalf of a client (OpenID Connect RP-Initiated Logout). It requires `needs = ["logout"]`.
///
/// The user agrees where the server asks. If the server sends the browser away, the step is granted. If the browser
/// stays, the step is refused.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Logout {
    /// The client that the request names, as in Authorize. Default: the client of the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The `post_logout_redirect_uri`, for example `@app/bye`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Text>,
    /// The browser that an authorize step named. Default: one without cookies, because all cases share the login of the
    /// run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub session: Option<SessionName>,
    /// Where the browser stops. Default: `end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
    /// Further parameters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
}

/// Revokes a token (RFC 7009), or asks about it (RFC 7662). An introspection is granted if the token is active.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfToken {
    /// The client, as in Authorize. Default: the client of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The token or refresh step whose token it is.
    #[schemars(with = "String")]
    pub token: StepName,
    /// Which of its tokens. Default: `access`.
    #[serde(default)]
    pub kind: TokenKind,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// How the client authenticates. Default: by its own method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// A token that the target issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// The access token.
    #[default]
    Access,
    /// The refresh token.
    Refresh,
    /// The registration access token. The step is then a register step.
    Registration,
}

/// How a client authenticates, other than by its own method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// Not at all: only `client_id` is sent.
    None,
    /// A secret that is not its own.
    WrongSecret,
    /// The secret `s3cret-of-the-document`, by HTTP Basic.
    DocumentSecretBasic,
    /// The secret `s3cret-of-the-document`, in the body.
    DocumentSecretPost,
    /// A correct assertion, also of a client with another method.
    Assertion,
    /// A correct assertion by EdDSA, signed with the key of `@keys/client-eddsa`.
    AssertionEddsa,
    /// A correct assertion by ES256, signed with the key of `@keys/client-es256`.
    AssertionEs256,
    /// A correct assertion by PS256, signed with the key of `@keys/client-ps256`.
    AssertionPs256,
    /// A correct assertion by RS256, signed with the key of `@keys/client-rs256`.
    AssertionRs256,
    /// An assertion with a MAC by the key of `@keys/symmetric`.
    AssertionSymmetric,
    /// A correct assertion, and a secret that is not the client's, in one request.
    AssertionAndSecret,
    /// An empty assertion.
    AssertionEmpty,
    /// An assertion that expires in ten years.
    AssertionDistantExpiry,
    /// An assertion of the type that is registered for client authentication (`client-authentication+jwt`).
    AssertionExplicitType,
    /// An assertion signed with the key of `@keys/other`. Its header links to keys at the host `keys` (`jku` and
    /// `x5u`).
    AssertionKeyLinks,
    /// An assertion with a MAC whose secret is the client's public key: the text of its JWK as published.
    AssertionHmac,
    /// The same, with the `SubjectPublicKeyInfo` of the public key as the secret.
    AssertionHmacDer,
    /// The same, with the PEM of the public key as the secret, without a line break at its end.
    AssertionHmacPem,
    /// The same, with the PEM of the public key as the secret, with a line break at its end.
    AssertionHmacPemLine,
    /// The same, with the bytes of the public key as the secret.
    AssertionHmacRaw,
    /// An assertion of the type of a DPoP proof (`dpop+jwt`, RFC 9449).
    AssertionProofType,
    /// An assertion of the type of a logout token (`logout+jwt`).
    AssertionLogoutType,
    /// An assertion with something else in place of its signature.
    AssertionGarbage,
    /// An assertion that names a key that the client never published. It is signed with the published key.
    AssertionUnknownKey,
    /// An assertion of another issuer.
    AssertionIssuer,
    /// An assertion for several audiences. The server is one of them.
    AssertionManyAudiences,
    /// An assertion that becomes valid in seven minutes.
    AssertionNotYet,
    /// An assertion whose header requires an unknown extension (`crit`).
    AssertionCritical,
    /// An assertion of the type of an access token (`at+jwt`).
    AssertionType,
    /// An assertion without `exp`.
    AssertionWithoutExpiry,
    /// An assertion without `jti`.
    AssertionWithoutId,
    /// An assertion whose signature is all zeros.
    AssertionZeroSignature,
    /// An assertion that names the published key. It is signed with another one.
    AssertionWrongKey,
    /// An assertion that names the key of `@keys/other`. It is signed with that key.
    AssertionOtherKey,
    /// An assertion for another server.
    AssertionWrongAudience,
    /// An assertion that expired an hour ago.
    AssertionExpired,
    /// An assertion with another subject.
    AssertionWrongSubject,
    /// An assertion with `alg` `none`.
    AssertionUnsigned,
    /// An assertion with `alg` `NONE`.
    AssertionUnsignedInCapitals,
    /// An assertion whose header has no type.
    AssertionUntyped,
    /// The assertion that the case sent last, once more.
    AssertionReplayed,
}
