//! RSA keys: the crate `rsa` makes them, and `ring` signs with them.

use std::sync::Arc;
use std::sync::OnceLock;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use ring::signature::RsaKeyPair;
use rsa::PrivateKey;
use rsa::pkcs8::EncodePrivateKey;
use rsa::traits::PrivateKeyParts;
use rsa::traits::PublicKeyParts;

/// A key of 2048 bits, with the parts that a JWK has.
pub(crate) struct RsaKey {
    pub(crate) pair: RsaKeyPair,
    pub(crate) modulus: Vec<u8>,
    pub(crate) exponent: Vec<u8>,
    pub(crate) private: Vec<u8>,
}

/// Which key: a run needs two that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Client,
    Other,
}

/// To make a key takes a moment, and a process may walk many runs. So each key is made once.
static KEYS: [OnceLock<Arc<RsaKey>>; 2] = [const { OnceLock::new() }; 2];

const BITS: usize = 2048;

/// A key of this process.
pub(crate) fn of_this_process(which: Which) -> Result<Arc<RsaKey>, String> {
    let place = match which {
        Which::Client => &KEYS[0],
        Which::Other => &KEYS[1],
    };
    if let Some(known) = place.get() {
        return Ok(Arc::clone(known));
    }
    let made = Arc::new(RsaKey::generate()?);
    Ok(Arc::clone(place.get_or_init(|| made)))
}

impl RsaKey {
    fn generate() -> Result<Self, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_keeps_its_two_keys() {
        let client = of_this_process(Which::Client).unwrap();
        let other = of_this_process(Which::Other).unwrap();
        assert_eq!((client.modulus.len(), other.modulus.len()), (256, 256));
        assert_eq!(client.exponent, [1, 0, 1]);
        assert_ne!(client.modulus, other.modulus);
        assert_eq!(client.modulus, of_this_process(Which::Client).unwrap().modulus);
    }
}
