//! Clients: who they are and how they authenticate.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cimdspec_judge::Origin;
use cimdspec_model::verb::Authentication;
use serde_json::Map;
use serde_json::Value;

use crate::keys::kept::Assertion;
use crate::keys::kept::Keys;

/// A client as requests name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    /// Its `token_endpoint_auth_method`.
    pub(crate) method: String,
}

/// What a registration endpoint said about a client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Registration {
    pub(crate) client: Client,
    /// The registration access token.
    pub(crate) token: Option<String>,
    /// The registration access token before the present one.
    pub(crate) former: Option<String>,
    /// The `registration_client_uri`.
    pub(crate) place: Option<String>,
    /// The whole answer.
    pub(crate) answer: Map<String, Value>,
    /// Whether it was deleted.
    pub(crate) gone: bool,
}

/// What a request carries to authenticate its client.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) authorization: Option<String>,
    pub(crate) parameters: Vec<(String, String)>,
    /// The assertion among the parameters.
    pub(crate) assertion: Option<String>,
}

/// What credentials are made of.
pub(crate) struct Means<'a> {
    pub(crate) keys: &'a Keys,
    /// Where the keys of the client are known from.
    pub(crate) origin: Origin,
    pub(crate) audience: &'a str,
    /// Where a header may link to, at the host `keys`.
    pub(crate) links: Option<&'a str>,
    /// The assertion that was sent last in this case.
    pub(crate) last_assertion: Option<String>,
}

const NOT_ITS_SECRET: &str = "cimdspec-not-the-secret-of-this-client";
const DOCUMENT_SECRET: &str = "s3cret-of-the-document";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Members of an answer that an update does not send back (RFC 7592 section 2.2).
const OF_THE_SERVER: [&str; 4] = [
    "client_id_issued_at",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
];

impl Registration {
    /// The registration that an answer tells of.
    pub(crate) fn told(answer: Map<String, Value>) -> Option<Self> {
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let secret = text("client_secret").filter(|secret| !secret.is_empty());
        let method = text("token_endpoint_auth_method").unwrap_or_else(|| {
            match secret {
                Some(_) => "client_secret_basic",
                None => "none",
            }
            .to_owned()
        });
        Some(Self {
            client: Client {
                id: text("client_id")?,
                secret,
                method,
            },
            token: text("registration_access_token"),
            former: None,
            place: text("registration_client_uri"),
            answer,
            gone: false,
        })
    }

    /// Takes over what a later answer tells: new secrets and tokens, and the metadata.
    pub(crate) fn renew(&mut self, answer: Map<String, Value>) {
        let Some(newer) = Self::told(answer) else {
            return;
        };
        if newer.client.id == self.client.id {
            let Self {
                client,
                token,
                place,
                answer,
                ..
            } = newer;
            self.client.method = client.method;
            self.client.secret = client.secret.or(self.client.secret.take());
            if let Some(token) = token.filter(|token| self.token.as_ref() != Some(token)) {
                self.former = self.token.replace(token);
            }
            self.place = place.or(self.place.take());
            self.answer = answer;
        }
    }

    /// What an update without changes sends.
    pub(crate) fn metadata(&self) -> Map<String, Value> {
        self.answer
            .iter()
            .filter(|(name, _)| !OF_THE_SERVER.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

impl Client {
    /// What a request carries to authenticate this client, or to fail at that in the wanted way.
    pub(crate) fn credentials(
        &self,
        wanted: Option<Authentication>,
        means: &Means<'_>,
    ) -> Result<Credentials, String> {
        match wanted {
            None => self.own(means),
            Some(Authentication::None) => Ok(self.named(Vec::new())),
            Some(Authentication::WrongSecret) if self.method == "client_secret_basic" => {
                Ok(self.basic(NOT_ITS_SECRET))
            }
            Some(Authentication::WrongSecret) => Ok(self.post(NOT_ITS_SECRET)),
            Some(Authentication::DocumentSecretBasic) => Ok(self.basic(DOCUMENT_SECRET)),
            Some(Authentication::DocumentSecretPost) => Ok(self.post(DOCUMENT_SECRET)),
            Some(Authentication::AssertionReplayed) => match &means.last_assertion {
                Some(assertion) => Ok(self.asserted(assertion.clone())),
                None => Err("no assertion was sent that could be replayed".to_owned()),
            },
            Some(Authentication::AssertionAndSecret) => {
                let mut both = self.signed(None, means)?;
                both.authorization = self.basic(NOT_ITS_SECRET).authorization;
                Ok(both)
            }
            Some(Authentication::Assertion) => self.signed(None, means),
            Some(Authentication::AssertionEmpty) => Ok(self.asserted(String::new())),
            Some(fault) => self.signed(Some(fault), means),
        }
    }

    fn own(&self, means: &Means<'_>) -> Result<Credentials, String> {
        let secret = || {
            self.secret
                .as_deref()
                .ok_or_else(|| format!("the client has no secret for `{}`", self.method))
        };
        match self.method.as_str() {
            "none" => Ok(self.named(Vec::new())),
            "client_secret_basic" => Ok(self.basic(secret()?)),
            "client_secret_post" => Ok(self.post(secret()?)),
            "private_key_jwt" => self.signed(None, means),
            other => Err(format!(
                "the client authenticates by `{other}`, which this harness does not speak"
            )),
        }
    }

    fn signed(&self, fault: Option<Authentication>, means: &Means<'_>) -> Result<Credentials, String> {
        let assertion = means.keys.assertion(&Assertion {
            client_id: &self.id,
            origin: means.origin,
            audience: means.audience,
            links: means.links,
            fault,
        })?;
        Ok(self.asserted(assertion))
    }

    fn asserted(&self, assertion: String) -> Credentials {
        let parameters = vec![
            ("client_assertion_type".to_owned(), ASSERTION_TYPE.to_owned()),
            ("client_assertion".to_owned(), assertion.clone()),
        ];
        Credentials {
            assertion: Some(assertion).filter(|assertion| !assertion.is_empty()),
            ..self.named(parameters)
        }
    }

    fn post(&self, secret: &str) -> Credentials {
        self.named(vec![("client_secret".to_owned(), secret.to_owned())])
    }

    /// Those of HTTP Basic authentication (RFC 6749 section 2.3.1).
    pub(crate) fn basic(&self, secret: &str) -> Credentials {
        let coded =
            |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let pair = STANDARD.encode(format!("{}:{}", coded(&self.id), coded(secret)));
        Credentials {
            authorization: Some(format!("Basic {pair}")),
            ..Credentials::default()
        }
    }

    /// The client and its secret as a Basic authentication has them, coded as it should be and as it often is.
    pub(crate) fn in_basic(&self) -> Vec<String> {
        let Some(secret) = &self.secret else {
            return Vec::new();
        };
        let coded =
            |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let mut pairs = vec![
            STANDARD.encode(format!("{}:{}", coded(&self.id), coded(secret))),
            STANDARD.encode(format!("{}:{secret}", self.id)),
        ];
        pairs.dedup();
        pairs
    }

    fn named(&self, mut more: Vec<(String, String)>) -> Credentials {
        more.insert(0, ("client_id".to_owned(), self.id.clone()));
        Credentials {
            parameters: more,
            ..Credentials::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn confidential() -> Registration {
        Registration::told(answer(json!({
            "client_id": "a:b", "client_secret": "s/1", "registration_access_token": "t",
            "registration_client_uri": "https://as.test/r/1", "client_id_issued_at": 1, "client_name": "N",
        })))
        .unwrap()
    }

    fn credentials(
        client: &Client,
        wanted: Option<Authentication>,
        last: Option<&str>,
    ) -> Result<Credentials, String> {
        let keys = Keys::generate(None);
        let means = Means {
            keys: &keys,
            origin: Origin::Document,
            audience: "https://as.test",
            links: None,
            last_assertion: last.map(str::to_owned),
        };
        client.credentials(wanted, &means)
    }

    #[test]
    fn basic_credentials_are_form_coded_first() {
        let made = credentials(&confidential().client, None, None).unwrap();
        let expected = format!("Basic {}", STANDARD.encode("a%3Ab:s%2F1"));
        assert_eq!(made.authorization.as_deref(), Some(expected.as_str()));
        assert!(made.parameters.is_empty());
        let pairs = confidential().client.in_basic();
        assert_eq!(
            pairs,
            [STANDARD.encode("a%3Ab:s%2F1"), STANDARD.encode("a:b:s/1")]
        );
    }

    #[test]
    fn an_update_sends_what_the_client_may_say() {
        let names: Vec<String> = confidential()
            .metadata()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["client_id", "client_name", "client_secret"]);
    }

    #[test]
    fn a_later_answer_renews_the_secrets_of_the_same_client_only() {
        let mut registration = confidential();
        registration.renew(answer(json!({"client_id": "other", "client_secret": "x"})));
        assert_eq!(registration, confidential());
        registration.renew(answer(
            json!({"client_id": "a:b", "registration_access_token": "t2"}),
        ));
        assert_eq!(registration.token.as_deref(), Some("t2"));
        assert_eq!(registration.client.secret.as_deref(), Some("s/1"));
    }

    #[test]
    fn a_public_client_is_only_named() {
        let client = Client {
            id: "https://c.test/c.json".to_owned(),
            secret: None,
            method: "none".to_owned(),
        };
        let named = [("client_id".to_owned(), client.id.clone())];
        assert_eq!(credentials(&client, None, None).unwrap().parameters, named);
        let wrong = credentials(&client, Some(Authentication::WrongSecret), None).unwrap();
        assert_eq!(wrong.parameters[1].1, NOT_ITS_SECRET);
        let replayed = credentials(&client, Some(Authentication::AssertionReplayed), Some("a.b.c")).unwrap();
        assert_eq!(replayed.assertion.as_deref(), Some("a.b.c"));
        assert_eq!(
            credentials(&client, Some(Authentication::AssertionReplayed), None).unwrap_err(),
            "no assertion was sent that could be replayed"
        );
    }
}
