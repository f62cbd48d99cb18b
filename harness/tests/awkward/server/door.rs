//! The door: connections as they come; by one manner some are answered with no HTTP.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::answer::FRONT_DOOR;
use crate::manner::Arguments;
use crate::manner::Manner;

/// Connections that speak HTTP.
pub(crate) struct Door {
    address: io::Result<SocketAddr>,
    coming: mpsc::Receiver<(TcpStream, SocketAddr)>,
}

const GARBAGE: &[u8] = b"\x16\x03\x01 220 ready \xff\xfe\r\n\r\n\0\0 not a protocol that you know\r\n";
const INFORMATION: &[u8] = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n";
const WAITING: usize = 64;
const AFTER_A_FAILURE: Duration = Duration::from_millis(20);

/// Opens the door.
pub(crate) fn opened(listener: TcpListener, arguments: Arc<Arguments>) -> Door {
    let (give, coming) = mpsc::channel(WAITING);
    let address = listener.local_addr();
    tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok(came) => {
                    let (give, arguments) = (give.clone(), Arc::clone(&arguments));
                    tokio::spawn(async move { let_in(came, &give, &arguments).await });
                }
                Err(_) => sleep(AFTER_A_FAILURE).await,
            }
        }
    });
    Door { address, coming }
}

async fn let_in(
    (mut stream, peer): (TcpStream, SocketAddr),
    give: &mpsc::Sender<(TcpStream, SocketAddr)>,
    arguments: &Arguments,
) {
    if arguments.has(Manner::GarbageAnswer) || arguments.has(Manner::EndlessInformation) {
        let asked = format!("GET {FRONT_DOOR}");
        let mut head = vec![0; asked.len()];
        let length = stream.peek(&mut head).await.unwrap_or_default();
        if head[..length] == *asked.as_bytes() {
            let _ = match arguments.has(Manner::GarbageAnswer) {
                true => stream.write_all(GARBAGE).await,
                false => inform(stream).await,
            };
            return;
        }
    }
    // Nobody to give it to: the server is ending.
    let _ = give.send((stream, peer)).await;
}

/// Ends when the other side does.
async fn inform(mut stream: TcpStream) -> io::Result<()> {
    let many = INFORMATION.repeat(WAITING);
    loop {
        stream.write_all(&many).await?;
    }
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        match self.coming.recv().await {
            Some(came) => came,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        match &self.address {
            Ok(address) => Ok(*address),
            Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
        }
    }
}
