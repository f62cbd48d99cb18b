//! Hostile hosts: raw bytes that drip, stall, lie and never end.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cimdspec_model::behaviour::Delivery;
use cimdspec_model::behaviour::Page;
use cimdspec_model::observation::Ending;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;

use super::http::coded;
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
    /// Delivers the page as its delivery says.
    pub(crate) async fn deliver(&mut self, page: &Page) -> After {
        match tokio::time::timeout(LONGEST, self.by_delivery(page)).await {
            Ok(Ok(after)) => after,
            Ok(Err(_)) => After::Close(Ending::Peer),
            Err(_) => After::Close(Ending::World),
        }
    }

    async fn by_delivery(&mut self, page: &Page) -> std::io::Result<After> {
        let done = After::Close(Ending::World);
        let body = coded(page);
        let head = response_head(page);
        let sized = format!("{head}content-length: {}\r\n\r\n", body.len());
        let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n");
        let half = body.len() / 2;
        match page.delivery {
            // Neither a length nor a body follows (RFC 9110 section 15.4.5).
            Delivery::Polite if page.status == 304 => self.write(format!("{head}\r\n").as_bytes()).await?,
            Delivery::Polite => {
                self.write(sized.as_bytes()).await?;
                self.write(&body).await?;
            }
            Delivery::DripHeaders { bytes, every } => {
                if let Some(after) = self.drip(sized.as_bytes(), bytes, every).await? {
                    return Ok(after);
                }
                self.write(&body).await?;
            }
            Delivery::DripBody { bytes, every } => {
                self.write(sized.as_bytes()).await?;
                if let Some(after) = self.drip(&body, bytes, every).await? {
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
                self.write(&body[..half]).await?;
                return self.stall().await;
            }
            Delivery::Endless => {
                self.write(chunked.as_bytes()).await?;
                self.chunk(&body).await?;
                while self.sent.load(Ordering::Relaxed) < MOST_ENDLESS {
                    self.chunk(&[b' '; PIECE]).await?;
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
                for piece in body.chunks(PIECE) {
                    self.chunk(piece).await?;
                }
                self.write(b"0\r\n\r\n").await?;
            }
            Delivery::BadChunking => {
                self.write(chunked.as_bytes()).await?;
                self.write(b"zz\r\n").await?;
                self.write(&body).await?;
                self.write(b"\r\n0\r\n\r\n").await?;
            }
            Delivery::UnfinishedChunks => {
                self.write(chunked.as_bytes()).await?;
                self.chunk(&body).await?;
            }
            Delivery::LengthTooLong => {
                self.write(format!("{head}content-length: {}\r\n\r\n", body.len() + 1000).as_bytes())
                    .await?;
                self.write(&body).await?;
            }
            Delivery::LengthTooShort => {
                self.write(sized.as_bytes()).await?;
                self.write(&body).await?;
                self.write(&vec![b' '; body.len()]).await?;
            }
            Delivery::CloseDelimited => {
                self.write(format!("{head}\r\n").as_bytes()).await?;
                self.write(&body).await?;
            }
            Delivery::ResetInBody => {
                self.write(sized.as_bytes()).await?;
                self.write(&body[..half]).await?;
                return Ok(After::Reset);
            }
            Delivery::GiantHeaders { bytes } => {
                self.write(head.as_bytes()).await?;
                let line = format!("x-filler: {}\r\n", "a".repeat(1000));
                for _ in 0..bytes / line.len() {
                    self.write(line.as_bytes()).await?;
                }
                self.write(format!("content-length: {}\r\n\r\n", body.len()).as_bytes())
                    .await?;
                self.write(&body).await?;
            }
            Delivery::GiantName { bytes } => {
                self.write(head.as_bytes()).await?;
                self.write(&vec![b'x'; bytes]).await?;
                self.write(format!(": 1\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes())
                    .await?;
                self.write(&body).await?;
            }
            Delivery::GiantReason { bytes } => {
                let (line, fields) = sized.split_once("\r\n").unwrap_or((&sized, ""));
                self.write(line.as_bytes()).await?;
                self.write(&vec![b'x'; bytes]).await?;
                self.write(format!("\r\n{fields}").as_bytes()).await?;
                self.write(&body).await?;
            }
            Delivery::EndlessInterim => {
                let hints = INTERIM.repeat(PIECE / INTERIM.len());
                while self.sent.load(Ordering::Relaxed) < MOST_ENDLESS {
                    self.write(hints.as_bytes()).await?;
                }
            }
            Delivery::CloseWithoutAnswer => {}
            Delivery::Raw => self.write(&page.body).await?,
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

    async fn chunk(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let mut framed = format!("{:x}\r\n", bytes.len()).into_bytes();
        framed.extend_from_slice(bytes);
        framed.extend_from_slice(b"\r\n");
        self.write(&framed).await
    }

    /// Writes at a pace; ends early when the peer closes.
    async fn drip(&mut self, bytes: &[u8], each: usize, every: Duration) -> std::io::Result<Option<After>> {
        for piece in bytes.chunks(each.max(1)) {
            self.write(piece).await?;
            if let Ok(after) = tokio::time::timeout(every, self.stall()).await {
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
