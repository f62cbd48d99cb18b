//! As much of DER (ITU-T X.690) as keys need.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const BIT_STRING: u8 = 0x03;
const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;
/// Lengths below this one are written in one byte.
const LONG: usize = 0x80;
const LINE: usize = 64;

/// A number without sign, from its bytes.
pub(crate) fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let kept = &bytes[zeros..];
    let needs_zero = kept.first().is_none_or(|byte| *byte >= 0x80);
    let mut content = Vec::with_capacity(kept.len() + 1);
    content.extend(needs_zero.then_some(0));
    content.extend(kept);
    of_kind(INTEGER, &content)
}

/// A sequence, from its fields.
pub(crate) fn sequence(fields: &[u8]) -> Vec<u8> {
    of_kind(SEQUENCE, fields)
}

/// A public key with the algorithm that it is for (`SubjectPublicKeyInfo`, RFC 5280 section 4.1).
pub(crate) fn public_key_info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let mut bits = vec![0];
    bits.extend(key);
    let mut fields = sequence(algorithm);
    fields.extend(of_kind(BIT_STRING, &bits));
    sequence(&fields)
}

/// The text of a public key (RFC 7468 section 13), with the line break at its end.
pub(crate) fn pem(public_key_info: &[u8]) -> String {
    let coded = STANDARD.encode(public_key_info);
    let mut text = "-----BEGIN PUBLIC KEY-----\n".to_owned();
    let mut rest = coded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END PUBLIC KEY-----\n");
    text
}

fn of_kind(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![kind];
    if length < LONG {
        // Below 128 it fits.
        out.push(u8::try_from(length).unwrap_or(u8::MAX));
    } else {
        let bytes = length.to_be_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let told = &bytes[zeros..];
        out.push(0x80 | u8::try_from(told.len()).unwrap_or(u8::MAX));
        out.extend(told);
    }
    out.extend(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_sign_and_no_leading_zeros() {
        assert_eq!(integer(&[0]), [2, 1, 0]);
        assert_eq!(integer(&[0, 0x7f]), [2, 1, 0x7f]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[1; 200])[..3], [2, 0x81, 200]);
        assert_eq!(integer(&[1; 256])[..4], [2, 0x82, 1, 0]);
    }

    #[test]
    fn a_public_key_is_written_in_lines() {
        let info = public_key_info(&[6, 3, 0x2b, 0x65, 0x70], &[1; 32]);
        assert_eq!(info.len(), 44);
        let text = pem(&info);
        assert!(text.starts_with("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"));
        assert!(
            text.ends_with("=\n-----END PUBLIC KEY-----\n")
                || text.ends_with("B\n-----END PUBLIC KEY-----\n")
        );
        assert!(text.lines().all(|line| line.len() <= LINE));
    }
}
