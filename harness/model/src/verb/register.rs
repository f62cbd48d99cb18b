//! Registers a client (RFC 7591).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::behaviour::delivery::Pace;
use crate::forecast::Announced;
use crate::forecast::Kind;
use crate::forecast::LARGE;
use crate::name::StepName;
use crate::quantity::Size;
use crate::text::Text;
use crate::verb::Channel;
use crate::verb::References;
use crate::verb::Success;
use crate::verb::Verb;

/// Registers a client (RFC 7591): sends the registration of the base, with what the profile adds.
///
/// In JSON values, a whole string `@statement/…` is a software statement (RFC 7591 section 2.3). It claims the name
/// `Named by its statement` and the redirect URI `@app/of-the-statement`. Its issuer is the host `statements`, or `app`
/// if there is no such host. `unknown-issuer` is signed, but no server knows its issuer. `unsigned` has `alg` `none`,
/// `broken` a wrong signature, and `no-jwt` is not a JWT. `secret` claims only the secret of `auth = "wrong-secret"`.
///
/// With `needs = ["statements"]` there are also statements of the issuer that the target trusts, according to the
/// profile. `trusted` is correct. `trusted-secret` is correct and claims only that secret. The others have one fault
/// each: `trusted-altered` (other claims under its signature), `trusted-another-audience`, `trusted-another-issuer`,
/// `trusted-critical`, `trusted-expired`, `trusted-key-in-header` (signed with a key that it carries),
/// `trusted-not-yet`, `trusted-unsigned`, `trusted-without-issuer`, `trusted-wrong-key`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Register {
    /// Members to set. References are replaced in every string.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Value>,
    /// Members to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// The body, sent instead of the JSON. In it, `@document` is the JSON text, and `@length` is the number of its
    /// bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
    /// The content type. Default: `application/json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The HTTP method. Default: POST.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The size of the whole body, reached with spaces after its opening brace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad: Option<Size>,
    /// Header fields to send, for example `{ authorization = "" }`. Each replaces the field of that name. An empty
    /// value removes the field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Text>,
    /// An earlier register step. Each member of its answer that neither its request had nor a specification gives to
    /// clients is sent with another value. Each such value is sent in a registration of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub overwrite: Option<StepName>,
    /// What is sent as the initial access token. Default: that of the profile, in a header field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_token: Option<InitialToken>,
    /// With `initial_token = "access-token"`: the token or refresh step. With `"registration-token"`: the register step.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<StepName>,
    /// Members that become lists of this many numbered values, for example `{ redirect_uris = 1000 }`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub many: BTreeMap<String, usize>,
    /// The pace at which the body is sent. Default: at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// How often the request is sent, one after the other, until one is refused. Default: once. The client of the last
    /// answer is the step's client. The expectation `values` compares the answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u16>,
}

/// What a registration sends as its initial access token (RFC 7591 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InitialToken {
    /// The access token of the step `from`.
    AccessToken,
    /// The profile's `expired_initial_access_token`.
    Expired,
    /// The profile's token, as the query parameter `access_token` instead of a header field.
    InQuery,
    /// The registration access token of the client of the step `from`.
    RegistrationToken,
    /// One token of the profile, the same in all steps that say so.
    Shared,
    /// The first half of the profile's token.
    Truncated,
}

impl Verb for Register {
    fn neutral(&self) -> Option<Self> {
        Some(Self::default())
    }

    fn refers<'a>(&'a self, to: &mut References<'a>) {
        let steps = self.overwrite.iter().chain(&self.from);
        steps.for_each(|step| to.step(step));
        to.sent.extend(self.headers.values());
        to.bodies.extend(&self.body);
        to.sent_values.extend(self.set.values());
    }

    fn success(&self) -> Option<Success> {
        Some(Success::Member("client_id"))
    }

    fn requests(&self, _: Channel) -> Vec<(Kind, usize)> {
        vec![(Kind::Register, 1), (Kind::Delete, 1)]
    }

    fn members(&self) -> Option<&BTreeMap<String, Value>> {
        Some(&self.set)
    }

    fn announces(&self, to: &mut Announced) {
        let size = self.pad.filter(|size| size.0 > LARGE);
        to.add("large registrations", size.map(|size| size.to_string()));
    }
}
