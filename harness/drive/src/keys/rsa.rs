//! The RSA keys of clients: a process has two.

use std::sync::Arc;
use std::sync::OnceLock;

use cimdspec_world::RsaKey;

/// Which key: a run needs two that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Client,
    Other,
}

/// To make a key takes a moment, and a process may walk many runs. So each key is made once.
static KEYS: [OnceLock<Arc<RsaKey>>; 2] = [const { OnceLock::new() }; 2];

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
