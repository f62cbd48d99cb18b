//! The content of an answer: read within its bound, and its codings undone.

use std::io::Read;

use flate2::read::GzDecoder;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::cimd::fetch::guarded::Fetcher;
use crate::cimd::refusal::Refusal;
use crate::policy::SizeRule;

/// Codings that are undone; an empty one and `identity` are none.
const KNOWN_CODINGS: [&str; 6] = ["br", "gzip", "identity", "x-gzip", "zstd", ""];
/// What the decoder of Brotli takes at once.
const PIECE: usize = 4096;
/// The limit of the mutant that takes the recommended maximum for one.
const RECOMMENDED: usize = 5 * 1024;
/// The limit of a mutant that has seen short documents only.
const THOUSAND: usize = 1000;
/// A mutant without a limit still does not fill this machine.
pub(crate) const MUTANT_APPETITE: usize = 48 * 1024 * 1024;

impl Fetcher {
    /// Refuses an answer whose codings are not all known.
    pub(crate) fn known(&self, headers: &[(String, String)]) -> Result<(), Refusal> {
        let is_unknown = |(name, value): &(String, String)| {
            let is_known =
                |coding: &str| KNOWN_CODINGS.contains(&coding.trim().to_ascii_lowercase().as_str());
            name == "content-encoding" && !value.split(',').all(is_known)
        };
        match self.policy.codings.on() && headers.iter().any(is_unknown) {
            true => Err(Refusal::Http("the content coding is not known".to_owned())),
            false => Ok(()),
        }
    }

    /// The bytes as they were sent.
    pub(crate) async fn read(&self, mut body: Incoming, limit: usize) -> Result<Vec<u8>, Refusal> {
        let bound = match *self.policy.size {
            SizeRule::TrustContentLength | SizeRule::Unbounded => MUTANT_APPETITE,
            SizeRule::BeforeDecoding | SizeRule::Count | SizeRule::Truncate => limit,
            SizeRule::Recommended => RECOMMENDED,
            SizeRule::Thousand => THOUSAND,
        };
        let mut bytes = Vec::new();
        while let Some(frame) = self.each(body.frame()).await? {
            match frame {
                Ok(frame) => bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data)),
                Err(_) if !self.policy.whole_body.on() => break,
                Err(error) => return Err(Refusal::Http(error.to_string())),
            }
            if bytes.len() > bound {
                if self.policy.size.is(SizeRule::Truncate) {
                    bytes.truncate(limit);
                    break;
                }
                return Err(Refusal::TooLarge);
            }
        }
        Ok(bytes)
    }

    /// The content before it was coded.
    pub(crate) fn undone(
        &self,
        headers: &[(String, String)],
        body: Vec<u8>,
        limit: usize,
    ) -> Result<Vec<u8>, Refusal> {
        let codings: Vec<String> = headers
            .iter()
            .filter(|(name, _)| name == "content-encoding")
            .flat_map(|(_, value)| value.split(','))
            .map(|coding| coding.trim().to_ascii_lowercase())
            .collect();
        // What was done last is undone first (RFC 9110 section 8.4).
        let mut codings = codings.iter().rev();
        codings.try_fold(body, |body, coding| self.decode(coding, body, limit))
    }

    /// Undoes one coding; one that is not known changes nothing.
    fn decode(&self, coding: &str, body: Vec<u8>, limit: usize) -> Result<Vec<u8>, Refusal> {
        let bound = match *self.policy.size {
            SizeRule::Count => limit,
            SizeRule::Recommended => RECOMMENDED,
            SizeRule::Thousand => THOUSAND,
            _ => MUTANT_APPETITE,
        };
        let wrong = |error: std::io::Error| Refusal::Http(error.to_string());
        let coded = body.as_slice();
        let decoder: Box<dyn Read + '_> = match coding {
            "br" => Box::new(brotli::Decompressor::new(coded, PIECE)),
            "gzip" | "x-gzip" => Box::new(GzDecoder::new(coded)),
            "zstd" => Box::new(zstd::Decoder::new(coded).map_err(wrong)?),
            _ => return Ok(body),
        };
        let mut decoded = Vec::new();
        decoder
            .take(bound as u64 + 1)
            .read_to_end(&mut decoded)
            .map_err(wrong)?;
        if decoded.len() > bound {
            return Err(Refusal::TooLarge);
        }
        Ok(decoded)
    }
}
