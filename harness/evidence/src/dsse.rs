//! Envelopes of signed statements: DSSE 1.0, with one Ed25519 signature.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde::Serialize;

use crate::error::EvidenceError;
use crate::key::SigningKey;
use crate::key::VerifyingKey;

/// The type of an in-toto statement.
const TYPE: &str = "application/vnd.in-toto+json";

/// A signed statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Envelope {
    payload_type: String,
    payload: String,
    signatures: Vec<Signature>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    keyid: String,
    sig: String,
}

impl Envelope {
    /// Signs a statement.
    pub fn signed(statement: &[u8], key: &SigningKey) -> Self {
        let signature = key.sign(&encoded(TYPE, statement));
        Self {
            payload_type: TYPE.to_owned(),
            payload: BASE64_STANDARD.encode(statement),
            signatures: vec![Signature {
                keyid: key.verifying().id(),
                sig: BASE64_STANDARD.encode(signature),
            }],
        }
    }

    /// The statement, if this key has signed exactly its bytes.
    ///
    /// # Errors
    /// [`EvidenceError`] when it has not, or the envelope is none of this kind.
    pub fn opened(&self, key: &VerifyingKey) -> Result<Vec<u8>, EvidenceError> {
        let wrong = |why: &str| EvidenceError::bad("the signature", why);
        if self.payload_type != TYPE {
            return Err(wrong("the envelope holds no in-toto statement"));
        }
        let payload = BASE64_STANDARD
            .decode(&self.payload)
            .map_err(|_| wrong("the payload is not base64"))?;
        let [signature] = self.signatures.as_slice() else {
            return Err(wrong("the envelope has not exactly one signature"));
        };
        if signature.keyid != key.id() {
            return Err(wrong("it is by another key"));
        }
        let sig = BASE64_STANDARD
            .decode(&signature.sig)
            .map_err(|_| wrong("it is not base64"))?;
        match key.verifies(&encoded(TYPE, &payload), &sig) {
            true => Ok(payload),
            false => Err(wrong("it is not one of these bytes")),
        }
    }
}

/// What is signed: the pre-authentication encoding of DSSE.
fn encoded(kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut encoded = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    encoded.extend_from_slice(payload);
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key;

    /// The example of the DSSE protocol text.
    #[test]
    fn the_encoding_is_that_of_the_protocol() {
        assert_eq!(
            encoded("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }

    #[test]
    fn only_the_exact_bytes_and_the_own_key_open_an_envelope() {
        let key = SigningKey::read(&key::generate().unwrap()).unwrap();
        let other = SigningKey::read(&key::generate().unwrap()).unwrap();
        let envelope = Envelope::signed(b"{}", &key);
        assert_eq!(envelope.opened(&key.verifying()).unwrap(), b"{}");
        assert!(envelope.opened(&other.verifying()).is_err());
        let altered = Envelope {
            payload: BASE64_STANDARD.encode(b"{ }"),
            ..envelope.clone()
        };
        assert!(altered.opened(&key.verifying()).is_err());
        let twice = Envelope {
            signatures: [envelope.signatures.clone(), envelope.signatures.clone()].concat(),
            ..envelope
        };
        assert!(twice.opened(&key.verifying()).is_err());
    }
}
