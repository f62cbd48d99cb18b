//! Ed25519 keys, as PEM files that other tools read too.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::rand::SystemRandom;
use ring::signature::ED25519;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;
use ring::signature::UnparsedPublicKey;

use crate::digest;
use crate::error::EvidenceError;

const PRIVATE: &str = "PRIVATE KEY";
const PUBLIC: &str = "PUBLIC KEY";
/// What comes before the key in a SubjectPublicKeyInfo of Ed25519 (RFC 8410 section 4).
const SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
/// Characters in a line of a PEM file.
const LINE: usize = 64;

/// A key that signs.
pub struct SigningKey(Ed25519KeyPair);

/// A key that verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey(Vec<u8>);

/// A new key, as the text of its PEM file (PKCS #8, RFC 5958).
///
/// # Errors
/// [`EvidenceError`] when the system has no random bytes.
pub fn generate() -> Result<String, EvidenceError> {
    let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
    let made = made.map_err(|error| EvidenceError::bad("the new key", error))?;
    Ok(pem(PRIVATE, made.as_ref()))
}

impl SigningKey {
    /// Reads a PEM file.
    ///
    /// # Errors
    /// [`EvidenceError`] when it holds no private Ed25519 key.
    pub fn read(text: &str) -> Result<Self, EvidenceError> {
        let bytes = from_pem(PRIVATE, text)?;
        let read = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&bytes);
        read.map(Self).map_err(|_| no_key(PRIVATE))
    }

    /// The key that verifies what this one signs.
    pub fn verifying(&self) -> VerifyingKey {
        VerifyingKey(self.0.public_key().as_ref().to_vec())
    }

    /// Signs these bytes.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.sign(bytes).as_ref().to_vec()
    }
}

impl VerifyingKey {
    /// Reads a PEM file (SubjectPublicKeyInfo, RFC 8410).
    ///
    /// # Errors
    /// [`EvidenceError`] when it holds no public Ed25519 key.
    pub fn read(text: &str) -> Result<Self, EvidenceError> {
        let bytes = from_pem(PUBLIC, text)?;
        match bytes.strip_prefix(&SPKI) {
            Some(key) if key.len() == 32 => Ok(Self(key.to_vec())),
            _ => Err(no_key(PUBLIC)),
        }
    }

    /// The text of its PEM file.
    pub fn pem(&self) -> String {
        pem(PUBLIC, &[&SPKI[..], &self.0].concat())
    }

    /// Its name: the digest of its SubjectPublicKeyInfo.
    pub fn id(&self) -> String {
        digest::of(&[&SPKI[..], &self.0].concat())
    }

    /// Whether this is a signature of these bytes by this key.
    pub(crate) fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(bytes, signature)
            .is_ok()
    }
}

fn pem(label: &str, bytes: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(LINE.min(rest.len()));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

fn from_pem(label: &str, text: &str) -> Result<Vec<u8>, EvidenceError> {
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----"),
    );
    let inner = text
        .split_once(&begin)
        .and_then(|(_, rest)| rest.split_once(&end))
        .map(|(inner, _)| inner.split_whitespace().collect::<String>());
    let decoded = inner.and_then(|inner| BASE64_STANDARD.decode(inner).ok());
    decoded.ok_or_else(|| no_key(label))
}

fn no_key(label: &str) -> EvidenceError {
    EvidenceError::bad(
        "the key",
        format!("it is no PEM file with an Ed25519 `{label}`; `cimdspec keygen --out FILE` makes a pair"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_signs_and_verifies_and_no_other_does() {
        let text = generate().unwrap();
        let key = SigningKey::read(&text).unwrap();
        let public = VerifyingKey::read(&key.verifying().pem()).unwrap();
        let signature = key.sign(b"bytes");
        assert!(public.verifies(b"bytes", &signature));
        assert!(!public.verifies(b"byteS", &signature));
        let other = SigningKey::read(&generate().unwrap()).unwrap();
        assert!(!other.verifying().verifies(b"bytes", &signature));
        assert_eq!(public.id().len(), 64);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----"] {
            assert!(SigningKey::read(text).is_err(), "{text}");
            assert!(VerifyingKey::read(text).is_err(), "{text}");
        }
        // The one is not taken for the other.
        assert!(VerifyingKey::read(&generate().unwrap()).is_err());
    }
}
