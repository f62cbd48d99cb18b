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
    /// The client, as in [`super::step::Authorize`]; that of the authorize step when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The authorize step whose code is redeemed.
    #[schemars(with = "String")]
    pub code: StepName,
    /// A part of the code that is exchanged for that of another step's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// Parameters to send a second time, with these values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub repeat: BTreeMap<String, Text>,
    /// Header fields to send, in the place of those of the same name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// How the client authenticates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// Exchanges one part of a value for the same part of another value of its kind: what a server that puts a value together
/// of parts (an identifier, a session, a client) does not bind to each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Swap {
    /// Which part, counted from 1.
    pub part: usize,
    /// The step whose value has the other part.
    #[schemars(with = "String")]
    pub with: StepName,
}

/// Uses a refresh token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The client, as in [`super::step::Authorize`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The token or refresh step whose refresh token is used.
    #[schemars(with = "String")]
    pub token: StepName,
    /// A part of the token that is exchanged for that of another step's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// How the client authenticates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// Asks for tokens without a user: by `client_credentials`, unless `grant_type` is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The client, as in [`super::step::Authorize`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
    /// How the client authenticates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// Asks an endpoint that the metadata names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Its member of the metadata, such as `device_authorization_endpoint`.
    pub endpoint: String,
    /// The method: POST with a form when left out, GET with a query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Header fields to send, in the place of those of the same name; an empty one takes away what would be sent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// The client that authenticates, as in [`super::step::Authorize`]; nobody when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// Parameters that are so many letters long.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub long: BTreeMap<String, usize>,
    /// Sent instead of the form, or as the query of a GET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
    /// The content type of the body; that of a form when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// How the client authenticates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// Logs the user out on behalf of a client (OpenID Connect RP-Initiated Logout).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Logout {
    /// The client that is named, as in [`super::step::Authorize`]; that of the world when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Where the user is to be sent afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Text>,
    /// The browser that an authorize step named. When left out, one without cookies: the login of the run is shared by all
    /// cases, and is not ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub session: Option<SessionName>,
    /// Where the agent stops; at its end when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Until>,
    /// Further parameters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
}

/// Revokes a token (RFC 7009) or asks about it (RFC 7662).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfToken {
    /// The client, as in [`super::step::Authorize`]; that of the token when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The token or refresh step whose token it is.
    #[schemars(with = "String")]
    pub token: StepName,
    /// Which of its tokens.
    #[serde(default)]
    pub kind: TokenKind,
    /// Parameters to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Text>,
    /// How the client authenticates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Authentication>,
}

/// A token of an answer of the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// The access token.
    #[default]
    Access,
    /// The refresh token.
    Refresh,
    /// The registration access token; the step is then a registration.
    Registration,
}

/// How a client authenticates, when not as it registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// Not at all: only `client_id`.
    None,
    /// With a secret that is not its own.
    WrongSecret,
    /// With the secret `s3cret-of-the-document`, by HTTP Basic.
    DocumentSecretBasic,
    /// With the secret `s3cret-of-the-document`, in the body.
    DocumentSecretPost,
    /// An assertion that is right, also of a client that registered another way.
    Assertion,
    /// An assertion by EdDSA, with the key of `@keys/client-eddsa`.
    AssertionEddsa,
    /// An assertion by ES256, with the key of `@keys/client-es256`.
    AssertionEs256,
    /// An assertion by PS256, with the key of `@keys/client-ps256`.
    AssertionPs256,
    /// An assertion by RS256, with the key of `@keys/client-rs256`.
    AssertionRs256,
    /// An assertion whose MAC was made with the key of `@keys/symmetric`.
    AssertionSymmetric,
    /// An assertion and a secret in one request.
    AssertionAndSecret,
    /// An empty assertion.
    AssertionEmpty,
    /// An assertion that expires in ten years.
    AssertionDistantExpiry,
    /// An assertion whose header tells the type that is registered for client authentication.
    AssertionExplicitType,
    /// An assertion signed by the key of `@keys/other`, with links to the host `keys` in its header.
    AssertionKeyLinks,
    /// An assertion whose MAC was made with the client's public key as the secret: its JWK as it is published.
    AssertionHmac,
    /// The same with the `SubjectPublicKeyInfo` of the public key.
    AssertionHmacDer,
    /// The same with the PEM of the public key, without a line break at its end.
    AssertionHmacPem,
    /// The same with the PEM of the public key and the line break at its end.
    AssertionHmacPemLine,
    /// The same with the bytes of the public key.
    AssertionHmacRaw,
    /// An assertion that says of itself that it is a proof of possession (RFC 9449).
    AssertionProofType,
    /// An assertion that says of itself that it is a logout token.
    AssertionLogoutType,
    /// An assertion whose signature is no signature at all.
    AssertionGarbage,
    /// An assertion that names a key that the client never published, and is signed by the one that it did.
    AssertionUnknownKey,
    /// An assertion by another issuer.
    AssertionIssuer,
    /// An assertion for several audiences, the server among them.
    AssertionManyAudiences,
    /// An assertion that becomes valid in seven minutes.
    AssertionNotYet,
    /// An assertion whose header demands what nobody knows (`crit`).
    AssertionCritical,
    /// An assertion of another type of JWT.
    AssertionType,
    /// An assertion without `exp`.
    AssertionWithoutExpiry,
    /// An assertion without `jti`.
    AssertionWithoutId,
    /// An assertion whose signature is all zero.
    AssertionZeroSignature,
    /// An assertion signed by a key that the client never published.
    AssertionWrongKey,
    /// An assertion signed by the key of `@keys/other`, which it names.
    AssertionOtherKey,
    /// An assertion for another audience.
    AssertionWrongAudience,
    /// An assertion that expired an hour ago.
    AssertionExpired,
    /// An assertion with another subject.
    AssertionWrongSubject,
    /// An assertion with `alg` `none`.
    AssertionUnsigned,
    /// An assertion with `alg` `NONE`.
    AssertionUnsignedInCapitals,
    /// An assertion whose header tells no type.
    AssertionUntyped,
    /// The very assertion of the step before.
    AssertionReplayed,
}
