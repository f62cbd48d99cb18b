//! RSA keys of the harness: the crate `rsa` makes them, and `ring` signs with them.

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use ring::signature::RsaKeyPair;
use rsa::PrivateKey;
use rsa::pkcs8::EncodePrivateKey;
use rsa::traits::PrivateKeyParts;
use rsa::traits::PublicKeyParts;

/// A key of 2048 bits, with the parts that a JWK has.
pub struct RsaKey {
    /// What signs.
    pub pair: RsaKeyPair,
    /// `n` of a JWK.
    pub modulus: Vec<u8>,
    /// `e` of a JWK.
    pub exponent: Vec<u8>,
    /// `d` of a JWK.
    pub private: Vec<u8>,
}

const BITS: usize = 2048;

impl RsaKey {
    /// A new key; to make one takes a moment.
    ///
    /// # Errors
    /// What failed, in words.
    pub fn generate() -> Result<Self, String> {
        let key = PrivateKey::new(&mut UnwrapErr(SysRng), BITS).map_err(|error| error.to_string())?;
        let document = key.to_pkcs8_der().map_err(|error| error.to_string())?;
        let pair = RsaKeyPair::from_pkcs8(document.as_bytes()).map_err(|error| error.to_string())?;
        Ok(Self {
            pair,
            modulus: key.n().to_be_bytes_trimmed_vartime().to_vec(),
            exponent: key.e().to_be_bytes_trimmed_vartime().to_vec(),
            private: key.d().to_be_bytes_trimmed_vartime().to_vec(),
        })
    }
}
