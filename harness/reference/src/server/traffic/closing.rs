//! Connections that are closed after an answer, without a word about it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use axum::serve::Listener;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

/// After each so manieth answer the connection is closed.
const EACH: u64 = 4;
/// How an answer begins after which it always is.
const FAILED: &[u8] = b"HTTP/1.1 5";
const ANSWER: &[u8] = b"HTTP/1.1 ";

/// A listener whose connections are closed unannounced after some answers.
pub(crate) struct ClosingListener {
    listener: TcpListener,
    answered: Arc<AtomicU64>,
}

impl ClosingListener {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self {
            listener,
            answered: Arc::default(),
        }
    }
}

impl Listener for ClosingListener {
    type Io = ClosingStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let stream = ClosingStream {
            stream,
            answered: Arc::clone(&self.answered),
            phase: Phase::Open,
            reader: None,
        };
        (stream, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// The last answer is being written.
    Closing,
    /// Nothing more is read.
    Closed,
}

/// A connection that ends for its reader once the last answer is written: the server then closes it.
pub(crate) struct ClosingStream {
    stream: TcpStream,
    answered: Arc<AtomicU64>,
    phase: Phase,
    reader: Option<Waker>,
}

impl AsyncRead for ClosingStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.phase == Phase::Closed {
            return Poll::Ready(Ok(()));
        }
        self.reader = Some(context.waker().clone());
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for ClosingStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if matches!(written, Poll::Ready(Ok(_))) && bytes.starts_with(ANSWER) {
            let count = self.answered.fetch_add(1, Ordering::Relaxed);
            if bytes.starts_with(FAILED) || count % EACH == EACH - 1 {
                self.phase = Phase::Closing;
            }
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if matches!(flushed, Poll::Ready(Ok(()))) && self.phase == Phase::Closing {
            self.phase = Phase::Closed;
            if let Some(reader) = self.reader.take() {
                reader.wake();
            }
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
