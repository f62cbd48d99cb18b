//! How a client authenticates.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

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
