//! Bodies in their content codings: each is made once, piece by piece, and not on the threads on which cases are timed.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use brotli::enc::BrotliEncoderParams;
use cimdspec_model::behaviour::Coding;
use cimdspec_model::behaviour::Page;
use cimdspec_model::behaviour::body::Body;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::OnceCell;
use tokio::sync::Semaphore;

/// So many are kept: a server that fetches a document again does so soon.
const MOST_KEPT: usize = 16;
/// Quick, and still a thousandth for what is all alike.
const BROTLI_QUALITY: i32 = 2;
/// The binary logarithm of the window. A larger window takes more memory, and compresses a filler no better.
const BROTLI_WINDOW: i32 = 16;
const PIECE: usize = 16 * 1024;

/// The coded bodies of late.
pub(crate) struct CodedBodies {
    kept: Mutex<VecDeque<Kept>>,
    /// One at a time: each encoder takes some megabytes, and a processor from the cases whose times are judged.
    turn: Semaphore,
}

struct Kept {
    of: Body,
    coding: Coding,
    made: Arc<OnceCell<Body>>,
}

impl Default for CodedBodies {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            turn: Semaphore::new(1),
        }
    }
}

impl CodedBodies {
    /// The body of a page in its coding.
    pub(crate) async fn of(&self, page: &Page) -> Body {
        if page.coding == Coding::Identity {
            return page.body.clone();
        }
        let cell = self.cell(&page.body, page.coding);
        let make = async || {
            let _turn = self.turn.acquire().await;
            let (body, coding) = (page.body.clone(), page.coding);
            let made = tokio::task::spawn_blocking(move || coded(&body, coding)).await;
            // In memory nothing fails.
            made.ok()
                .and_then(Result::ok)
                .unwrap_or_else(|| page.body.clone())
        };
        cell.get_or_init(make).await.clone()
    }

    fn cell(&self, body: &Body, coding: Coding) -> Arc<OnceCell<Body>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept
            .iter()
            .find(|known| known.coding == coding && known.of == *body);
        if let Some(known) = known {
            return Arc::clone(&known.made);
        }
        if kept.len() == MOST_KEPT {
            kept.pop_front();
        }
        let made: Arc<OnceCell<Body>> = Arc::default();
        kept.push_back(Kept {
            of: body.clone(),
            coding,
            made: Arc::clone(&made),
        });
        made
    }
}

fn coded(body: &Body, coding: Coding) -> std::io::Result<Body> {
    let gzip = Compression::default();
    let coded = match coding {
        Coding::Identity => return Ok(body.clone()),
        Coding::Br => {
            let parameters = BrotliEncoderParams {
                quality: BROTLI_QUALITY,
                lgwin: BROTLI_WINDOW,
                ..Default::default()
            };
            let mut encoder = brotli::CompressorWriter::with_params(Vec::new(), PIECE, &parameters);
            through(&mut encoder, body)?;
            encoder.into_inner()
        }
        Coding::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), gzip);
            through(&mut encoder, body)?;
            encoder.finish()?
        }
        Coding::GzipTwice => {
            let mut encoder = GzEncoder::new(GzEncoder::new(Vec::new(), gzip), gzip);
            through(&mut encoder, body)?;
            encoder.finish()?.finish()?
        }
        Coding::Zstd => {
            let mut encoder = zstd::Encoder::new(Vec::new(), 0)?;
            through(&mut encoder, body)?;
            encoder.finish()?
        }
    };
    Ok(coded.into())
}

fn through(encoder: &mut impl Write, body: &Body) -> std::io::Result<()> {
    let mut pieces = body.pieces(0..body.len(), PIECE);
    pieces.try_for_each(|piece| encoder.write_all(&piece))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::super::http::missing;
    use super::*;

    fn decoded(coded: &[u8], coding: Coding) -> Vec<u8> {
        let mut bytes = Vec::new();
        let read = match coding {
            Coding::Identity => return coded.to_vec(),
            Coding::Br => brotli::Decompressor::new(coded, PIECE).read_to_end(&mut bytes),
            Coding::Gzip => GzDecoder::new(coded).read_to_end(&mut bytes),
            Coding::GzipTwice => GzDecoder::new(GzDecoder::new(coded)).read_to_end(&mut bytes),
            Coding::Zstd => zstd::Decoder::new(coded).unwrap().read_to_end(&mut bytes),
        };
        read.unwrap();
        bytes
    }

    #[tokio::test]
    async fn a_coded_body_decodes_to_the_body_and_is_made_once() {
        let bodies = CodedBodies::default();
        let body = Body::padded("{", b" ", 3_000_000, "\"a\":1}");
        for coding in [
            Coding::Identity,
            Coding::Br,
            Coding::Gzip,
            Coding::GzipTwice,
            Coding::Zstd,
        ] {
            let page = Page {
                body: body.clone(),
                coding,
                ..missing()
            };
            let coded = bodies.of(&page).await;
            assert_eq!(
                decoded(&coded.written_out(), coding),
                body.written_out(),
                "{coding:?}"
            );
            let again = bodies.of(&page).await;
            let is_shared = again.written_out().as_ptr() == coded.written_out().as_ptr();
            assert_eq!(is_shared, coding != Coding::Identity, "{coding:?}");
            assert!(coding == Coding::Identity || coded.len() < 10_000, "{coding:?}");
        }
        for number in 0..2 * MOST_KEPT {
            let page = Page {
                body: number.to_string().into_bytes().into(),
                coding: Coding::Gzip,
                ..missing()
            };
            bodies.of(&page).await;
        }
        assert_eq!(bodies.kept.lock().unwrap().len(), MOST_KEPT);
    }
}
