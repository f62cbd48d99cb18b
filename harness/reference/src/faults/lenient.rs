//! A connection whose answer is made unambiguous before it is read, as the mutants do that believe one of two lengths.

use std::io::Result;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;

use crate::policy::LengthRule;

/// The connection, and what of its answer was read ahead.
pub(crate) struct Lenient<S> {
    inner: S,
    rule: LengthRule,
    head: Vec<u8>,
    /// Whether the head is whole; then it goes out before the rest.
    whole: bool,
}

const END: &[u8] = b"\r\n\r\n";
/// Whatever is longer is passed on as it is.
const LARGEST: usize = 64 * 1024;
const PIECE: usize = 2048;

impl<S> Lenient<S> {
    pub(crate) fn over(inner: S, rule: LengthRule) -> Self {
        Self {
            inner,
            rule,
            head: Vec::new(),
            whole: rule == LengthRule::Strict,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lenient<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        while !this.whole {
            let mut piece = [0; PIECE];
            let mut read = ReadBuf::new(&mut piece);
            match Pin::new(&mut this.inner).poll_read(context, &mut read) {
                Poll::Ready(Ok(())) => {}
                other => return other,
            }
            this.head.extend_from_slice(read.filled());
            let end = this.head.windows(END.len()).position(|bytes| bytes == END);
            if let Some(end) = end {
                let rest = this.head.split_off(end);
                let head = String::from_utf8_lossy(&this.head).into_owned();
                this.head = unambiguous(&head, this.rule).into_bytes();
                this.head.extend_from_slice(&rest);
            }
            this.whole = end.is_some() || read.filled().is_empty() || this.head.len() > LARGEST;
        }
        if this.head.is_empty() {
            return Pin::new(&mut this.inner).poll_read(context, out);
        }
        let now = this.head.len().min(out.remaining());
        out.put_slice(&this.head[..now]);
        this.head.drain(..now);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Lenient<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

/// The head of an answer with one thing that tells its end.
fn unambiguous(head: &str, rule: LengthRule) -> String {
    let is = |line: &str, name: &str| {
        let told = line.split(':').next().unwrap_or_default();
        told.eq_ignore_ascii_case(name)
    };
    let has_length = head.split("\r\n").any(|line| is(line, "content-length"));
    let mut lines: Vec<&str> = Vec::new();
    for line in head.split("\r\n") {
        let is_another_length =
            is(line, "content-length") && lines.iter().any(|known| is(known, "content-length"));
        match rule {
            LengthRule::BeforeCoding if has_length && is(line, "transfer-encoding") => {}
            LengthRule::First if is_another_length => {}
            LengthRule::First if is(line, "content-length") => {
                lines.extend(line.split(',').next());
            }
            _ => lines.push(line),
        }
    }
    lines.join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_length_is_left() {
        let two = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\ncontent-length: 5";
        assert_eq!(
            unambiguous(two, LengthRule::First),
            "HTTP/1.1 200 OK\r\nContent-Length: 4"
        );
        let list = "HTTP/1.1 200 OK\r\ncontent-length: 4, 5";
        assert_eq!(
            unambiguous(list, LengthRule::First),
            "HTTP/1.1 200 OK\r\ncontent-length: 4"
        );
        let both = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 4";
        assert_eq!(
            unambiguous(both, LengthRule::BeforeCoding),
            "HTTP/1.1 200 OK\r\ncontent-length: 4"
        );
    }
}
