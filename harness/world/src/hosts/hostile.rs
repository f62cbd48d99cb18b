//! Hostile hosts: raw bytes that drip, stall, lie and never end.

use std::ops::Range;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cimdspec_model::behaviour::Page;
use cimdspec_model::behaviour::body::Body;
use cimdspec_model::behaviour::delivery::Amounts;
use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::behaviour::delivery::Pace;
use cimdspec_model::observation::Ending;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;

use super::http::response_head;

/// Nothing hostile lasts longer than this.
pub(crate) const LONGEST: Duration = Duration::from_secs(180);
const MOST_ENDLESS: u64 = 64 * 1024 * 1024;
const PIECE: usize = 4096;
const INTERIM: &str = "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n";

/// A response on its way to a peer.
pub(crate) struct Sending<'a, S> {
    pub(crate) stream: &'a mut S,
    pub(crate) sent: &'a AtomicU64,
}

/// What is left to do with the connection.
pub(crate) enum After {
    Close(Ending),
    Reset,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Sending<'_, S> {
    /// Delivers the page, with its coded body, as its delivery says.
    pub(crate) async fn deliver(&mut self, page: &Page, body: &Body) -> After {
        match tokio::time::timeout(LONGEST, self.by_delivery(page, body)).await {
            Ok(Ok(after)) => after,
            Ok(Err(_)) => After::Close(Ending::Peer),
            Err(_) => After::Close(Ending::World),
        }
    }

    async fn by_delivery(&mut self, page: &Page, body: &Body) -> std::io::Result<After> {
        let done = After::Close(Ending::World);
        let head = response_head(page);
        let sized = format!("{head}content-length: {}\r\n\r\n", body.len());
        let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n");
        let half = body.len() / 2;
        let Amounts { pace, giant } = page.amounts;
        match page.delivery {
            // Neither a length nor a body follows (RFC 9110 section 15.4.5).
            Delivery::Polite if page.status == 304 => self.write(format!("{head}\r\n").as_bytes()).await?,
            Delivery::Polite => {
                self.write(sized.as_bytes()).await?;
                self.body(body).await?;
            }
            Delivery::DripHeaders => {
                if let Some(after) = self.drip(&sized.into_bytes().into(), pace).await? {
                    return Ok(after);
                }
                self.body(body).await?;
            }
            Delivery::DripBody => {
                self.write(sized.as_bytes()).await?;
                if let Some(after) = self.drip(body, pace).await? {
                    return Ok(after);
                }
            }
            Delivery::StallBeforeHeaders => return self.stall().await,
            Delivery::StallInHeaders => {
                self.write(&head.as_bytes()[..head.len() / 2]).await?;
                return self.stall().await;
            }
            Delivery::StallInBody => {
                self.write(sized.as_bytes()).await?;
                self.part(body, 0..half).await?;
                return self.stall().await;
            }
            Delivery::Endless => {
                self.write(chunked.as_bytes()).await?;
                self.chunk(body).await?;
                let spaces = Body::of_one(b' ', PIECE);
                while self.sent.load(Ordering::Relaxed) < MOST_ENDLESS {
                    self.chunk(&spaces).await?;
                }
            }
            Delivery::EndlessHeaders => {
                self.write(head.as_bytes()).await?;
                let line = format!("x-filler: {}\r\n", "a".repeat(1000));
                while self.sent.load(Ordering::Relaxed) < MOST_ENDLESS {
                    self.write(line.as_bytes()).await?;
                }
            }
            Delivery::Chunked => {
                self.write(chunked.as_bytes()).await?;
                for piece in body.pieces(0..body.len(), PIECE) {
                    self.chunk(&piece.into_owned().into()).await?;
                }
                self.write(b"0\r\n\r\n").await?;
            }
            Delivery::BadChunking => {
                self.write(chunked.as_bytes()).await?;
                self.write(b"zz\r\n").await?;
                self.body(body).await?;
                self.write(b"\r\n0\r\n\r\n").await?;
            }
            Delivery::UnfinishedChunks => {
                self.write(chunked.as_bytes()).await?;
                self.chunk(body).await?;
            }
            Delivery::LengthTooLong => {
                self.write(format!("{head}content-length: {}\r\n\r\n", body.len() + 1000).as_bytes())
                    .await?;
                self.body(body).await?;
            }
            Delivery::LengthTooShort => {
                self.write(sized.as_bytes()).await?;
                self.body(body).await?;
                self.body(&Body::of_one(b' ', body.len())).await?;
            }
            Delivery::CloseDelimited => {
                self.write(format!("{head}\r\n").as_bytes()).await?;
                self.body(body).await?;
            }
            Delivery::ResetInBody => {
                self.write(sized.as_bytes()).await?;
                self.part(body, 0..half).await?;
                return Ok(After::Reset);
            }
            Delivery::GiantHeaders => {
                self.write(head.as_bytes()).await?;
                let line = format!("x-filler: {}\r\n", "a".repeat(1000));
                for _ in 0..giant / line.len() {
                    self.write(line.as_bytes()).await?;
                }
                self.write(format!("content-length: {}\r\n\r\n", body.len()).as_bytes())
                    .await?;
                self.body(body).await?;
            }
            Delivery::GiantName => {
                self.write(head.as_bytes()).await?;
                self.body(&Body::of_one(b'x', giant)).await?;
                self.write(format!(": 1\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes())
                    .await?;
                self.body(body).await?;
            }
            Delivery::GiantReason => {
                let (line, fields) = sized.split_once("\r\n").unwrap_or((&sized, ""));
                self.write(line.as_bytes()).await?;
                self.body(&Body::of_one(b'x', giant)).await?;
                self.write(format!("\r\n{fields}").as_bytes()).await?;
                self.body(body).await?;
            }
            Delivery::EndlessInterim => {
                let hints = INTERIM.repeat(PIECE / INTERIM.len());
                while self.sent.load(Ordering::Relaxed) < MOST_ENDLESS {
                    self.write(hints.as_bytes()).await?;
                }
            }
            Delivery::CloseWithoutAnswer => {}
            Delivery::Raw => self.body(&page.body).await?,
        }
        Ok(done)
    }

    async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        for piece in bytes.chunks(PIECE) {
            self.stream.write_all(piece).await?;
            self.stream.flush().await?;
            self.sent.fetch_add(piece.len() as u64, Ordering::Relaxed);
        }
        Ok(())
    }

    async fn body(&mut self, body: &Body) -> std::io::Result<()> {
        self.part(body, 0..body.len()).await
    }

    async fn part(&mut self, body: &Body, part: Range<usize>) -> std::io::Result<()> {
        for piece in body.pieces(part, PIECE) {
            self.write(&piece).await?;
        }
        Ok(())
    }

    async fn chunk(&mut self, body: &Body) -> std::io::Result<()> {
        let size = format!("{:x}\r\n", body.len());
        self.body(&body.between(size.as_bytes(), b"\r\n")).await
    }

    /// Writes at a pace; ends early when the peer closes.
    async fn drip(&mut self, body: &Body, pace: Pace) -> std::io::Result<Option<After>> {
        let each = pace.bytes.max(1);
        for at in (0..body.len()).step_by(each) {
            self.part(body, at..at.saturating_add(each)).await?;
            if let Ok(after) = tokio::time::timeout(pace.every.0, self.stall()).await {
                return after.map(Some);
            }
        }
        Ok(None)
    }

    /// Waits until the peer closes.
    async fn stall(&mut self) -> std::io::Result<After> {
        let mut ignored = [0; 512];
        loop {
            if self.stream.read(&mut ignored).await? == 0 {
                return Ok(After::Close(Ending::Peer));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cimdspec_model::quantity::Span;
    use tokio::io::duplex;

    use super::super::http::missing;
    use super::*;

    /// More than any delivery writes that comes to an end.
    const ROOM: usize = 512 * 1024;

    /// What a peer gets that does not read meanwhile, and how many bytes were counted as sent.
    async fn sent(delivery: Delivery, body: &Body) -> (Vec<u8>, u64) {
        let page = Page {
            status: 200,
            body: body.clone(),
            delivery,
            amounts: Amounts {
                pace: Pace {
                    bytes: 5000,
                    every: Span(Duration::from_millis(1)),
                },
                giant: 5000,
            },
            ..missing()
        };
        let (mut ours, mut theirs) = duplex(ROOM);
        let sent = AtomicU64::new(0);
        let mut sending = Sending {
            stream: &mut ours,
            sent: &sent,
        };
        // What never ends gets as far as one poll brings it: until it waits for the peer.
        let patience = match delivery {
            Delivery::StallBeforeHeaders | Delivery::StallInHeaders | Delivery::StallInBody => Duration::ZERO,
            Delivery::Endless | Delivery::EndlessHeaders | Delivery::EndlessInterim => Duration::ZERO,
            _ => LONGEST,
        };
        let deliver = tokio::task::unconstrained(sending.deliver(&page, body));
        let _ = tokio::time::timeout(patience, deliver).await;
        drop(ours);
        let mut bytes = Vec::new();
        theirs.read_to_end(&mut bytes).await.unwrap();
        (bytes, sent.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn every_delivery_sends_of_a_padded_body_what_it_sends_of_the_same_bytes() {
        let padded = Body::padded("{", b" ", 3 * PIECE, "\"client_id\":1}");
        let written = Body::from(padded.written_out());
        for delivery in [
            Delivery::Polite,
            Delivery::DripHeaders,
            Delivery::DripBody,
            Delivery::StallBeforeHeaders,
            Delivery::StallInHeaders,
            Delivery::StallInBody,
            Delivery::Endless,
            Delivery::EndlessHeaders,
            Delivery::Chunked,
            Delivery::BadChunking,
            Delivery::UnfinishedChunks,
            Delivery::LengthTooLong,
            Delivery::LengthTooShort,
            Delivery::CloseDelimited,
            Delivery::ResetInBody,
            Delivery::GiantHeaders,
            Delivery::GiantName,
            Delivery::GiantReason,
            Delivery::EndlessInterim,
            Delivery::CloseWithoutAnswer,
            Delivery::Raw,
        ] {
            let both = [sent(delivery, &padded).await, sent(delivery, &written).await];
            assert_eq!(both[0], both[1], "{delivery:?}");
        }
    }

    #[tokio::test]
    async fn a_body_is_sent_by_halves_twice_and_in_chunks() {
        let body = Body::padded("{", b" ", 8, "}");
        let after_head = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.split_once("\r\n\r\n").unwrap().1.to_owned()
        };
        for (delivery, expected) in [
            (Delivery::Polite, "{        }".to_owned()),
            (Delivery::ResetInBody, "{    ".to_owned()),
            (Delivery::StallInBody, "{    ".to_owned()),
            (Delivery::Chunked, "a\r\n{        }\r\n0\r\n\r\n".to_owned()),
            (Delivery::BadChunking, "zz\r\n{        }\r\n0\r\n\r\n".to_owned()),
            (Delivery::UnfinishedChunks, "a\r\n{        }\r\n".to_owned()),
            (
                Delivery::LengthTooShort,
                format!("{{        }}{}", " ".repeat(10)),
            ),
        ] {
            let (bytes, counted) = sent(delivery, &body).await;
            assert_eq!(counted, bytes.len() as u64);
            assert_eq!(after_head(bytes), expected, "{delivery:?}");
        }
    }
}
