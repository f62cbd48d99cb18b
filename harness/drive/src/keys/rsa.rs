//! RSA keys: `ring` signs with them and makes none.

use std::sync::Arc;
use std::sync::OnceLock;

use num_bigint::BigUint;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use ring::signature::RsaKeyPair;

use crate::keys::der::integer;
use crate::keys::der::sequence;

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

/// To look for two primes takes a moment, and a process may walk many runs: its RSA keys are made once.
static KEYS: [OnceLock<Arc<RsaKey>>; 2] = [const { OnceLock::new() }; 2];

const PRIME_BYTES: usize = 128;
const EXPONENT: u32 = 65_537;
/// Most candidates fall by a small prime, which costs little.
const SMALL_PRIMES_BELOW: u32 = 2000;
/// Of random candidates of this size none is expected to pass more than a few rounds.
const ROUNDS: usize = 16;

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
        let small = small_primes();
        let one = BigUint::from(1u32);
        let exponent = BigUint::from(EXPONENT);
        let (a, b) = (prime(&small)?, prime(&small)?);
        // RFC 8017 leaves their order open; implementations want the larger one first.
        let (p, q) = if a > b { (a, b) } else { (b, a) };
        let (p_less, q_less) = (&p - &one, &q - &one);
        let inverse = |of: &BigUint, modulus: &BigUint| {
            of.modinv(modulus)
                .ok_or_else(|| "two numbers of an RSA key have a common factor".to_owned())
        };
        let private = inverse(&exponent, &(&p_less * &q_less))?;
        let modulus = &p * &q;
        let numbers = [
            BigUint::ZERO,
            modulus.clone(),
            exponent.clone(),
            private.clone(),
            p.clone(),
            q.clone(),
            &private % &p_less,
            &private % &q_less,
            inverse(&q, &p)?,
        ];
        let fields: Vec<u8> = numbers
            .iter()
            .flat_map(|number| integer(&number.to_bytes_be()))
            .collect();
        let pair = RsaKeyPair::from_der(&sequence(&fields)).map_err(|error| error.to_string())?;
        Ok(Self {
            pair,
            modulus: modulus.to_bytes_be(),
            exponent: exponent.to_bytes_be(),
            private: private.to_bytes_be(),
        })
    }
}

fn small_primes() -> Vec<u32> {
    let mut primes: Vec<u32> = Vec::new();
    for number in 2..SMALL_PRIMES_BELOW {
        if primes.iter().all(|prime| number % prime != 0) {
            primes.push(number);
        }
    }
    primes
}

/// A prime whose two highest bits are set, so that the product of two has its full length.
fn prime(small: &[u32]) -> Result<BigUint, String> {
    let random = SystemRandom::new();
    let (one, exponent) = (BigUint::from(1u32), BigUint::from(EXPONENT));
    loop {
        let mut bytes = [0; PRIME_BYTES];
        random
            .fill(&mut bytes)
            .map_err(|_| "the machine gave no random bytes".to_owned())?;
        bytes[0] |= 0b1100_0000;
        bytes[PRIME_BYTES - 1] |= 1;
        let candidate = BigUint::from_bytes_be(&bytes);
        let falls = small.iter().any(|prime| &candidate % *prime == BigUint::ZERO);
        let fits = (&candidate - &one) % &exponent != BigUint::ZERO;
        if !falls && fits && is_prime(&candidate, small) {
            return Ok(candidate);
        }
    }
}

/// Miller and Rabin's test, with small primes as its witnesses.
fn is_prime(candidate: &BigUint, witnesses: &[u32]) -> bool {
    let one = BigUint::from(1u32);
    let less = candidate - &one;
    let twos = less.trailing_zeros().unwrap_or(0);
    let odd = &less >> twos;
    witnesses.iter().take(ROUNDS).all(|witness| {
        let mut power = BigUint::from(*witness).modpow(&odd, candidate);
        if power == one || power == less {
            return true;
        }
        for _ in 1..twos {
            power = &power * &power % candidate;
            if power == less {
                return true;
            }
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_are_told_from_products() {
        let small = small_primes();
        assert_eq!(small[..5], [2, 3, 5, 7, 11]);
        let number = |text: &str| BigUint::parse_bytes(text.as_bytes(), 10).unwrap();
        let mersenne = number("170141183460469231731687303715884105727");
        assert!(is_prime(&mersenne, &small));
        assert!(!is_prime(&(&mersenne * &mersenne), &small));
        // A strong pseudoprime to the first eight bases.
        assert!(!is_prime(&number("341550071728321"), &small));
    }

    #[test]
    fn a_process_keeps_its_two_keys() {
        let client = of_this_process(Which::Client).unwrap();
        let other = of_this_process(Which::Other).unwrap();
        assert_eq!((client.modulus.len(), other.modulus.len()), (256, 256));
        assert_ne!(client.modulus, other.modulus);
        assert_eq!(client.modulus, of_this_process(Which::Client).unwrap().modulus);
    }
}
