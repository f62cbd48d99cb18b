//! Whose a connection is: by its address, its server name, its Host field or its path.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::rustls::server::Acceptor;

use super::http::Head;
use super::peeked::Peeked;

/// What tells the host that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribution {
    /// The address, else the server name or the Host field.
    Address,
    /// The server name or the Host field.
    Name,
    /// The first segment of the path below this one.
    Path(String),
}

const LARGEST_HELLO: usize = 16 * 1024;
const BETWEEN_PEEKS: Duration = Duration::from_millis(10);

impl Attribution {
    /// The segment that tells the host, and the target as the host sees it.
    ///
    /// What is in front of us may have taken the public path away already.
    pub fn segment<'a>(&self, target: &'a str) -> Option<(&'a str, String)> {
        let Self::Path(base) = self else { return None };
        let below = target
            .strip_prefix(base.as_str())
            .filter(|rest| rest.starts_with('/'))
            .unwrap_or(target);
        let path = below.trim_start_matches('/');
        let (segment, rest) = path.split_at(path.find(['/', '?']).unwrap_or(path.len()));
        let rest = match rest.starts_with('/') {
            true => rest.to_owned(),
            false => format!("/{rest}"),
        };
        Some((segment, rest))
    }
}

/// The names that a request says it is for: its Host field, and what a proxy says it was.
pub fn named(head: &Head) -> impl Iterator<Item = &str> {
    ["host", "x-forwarded-host"].into_iter().filter_map(|wanted| {
        let of_that_name = |(name, _): &&(String, String)| name.eq_ignore_ascii_case(wanted);
        let (_, value) = head.headers.iter().find(of_that_name)?;
        value.split(':').next()
    })
}

/// The server name of the ClientHello that a connection begins with, without reading it away.
pub(crate) async fn peeked_server_name(stream: &TcpStream, deadline: Duration) -> Option<String> {
    let peeked = async {
        let mut bytes = vec![0; LARGEST_HELLO];
        loop {
            let length = stream.peek(&mut bytes).await.ok().filter(|length| *length > 0)?;
            match server_name_in(&bytes[..length]) {
                Peeked::Name(name) => return Some(name),
                Peeked::TooLittle if length < LARGEST_HELLO => tokio::time::sleep(BETWEEN_PEEKS).await,
                Peeked::Nobody | Peeked::TooLittle => return None,
            }
        }
    };
    tokio::time::timeout(deadline, peeked).await.ok().flatten()
}

/// The server name of a ClientHello of which these bytes came so far.
pub fn server_name_in(bytes: &[u8]) -> Peeked {
    let mut acceptor = Acceptor::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        if acceptor.read_tls(&mut rest).is_err() {
            return Peeked::Nobody;
        }
    }
    match acceptor.accept() {
        Ok(Some(accepted)) => {
            let name = accepted.client_hello().server_name().map(str::to_owned);
            name.map_or(Peeked::Nobody, Peeked::Name)
        }
        Ok(None) => Peeked::TooLittle,
        Err(_) => Peeked::Nobody,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_stands_below_the_public_path_or_at_the_root() {
        let below = Attribution::Path("/probe".to_owned());
        for (target, segment, rest) in [
            ("/probe/docs-1/client.json?v=1", "docs-1", "/client.json?v=1"),
            ("/docs-1/client.json", "docs-1", "/client.json"),
            ("/probe/docs-1", "docs-1", "/"),
            ("/probe/docs-1?x", "docs-1", "/?x"),
            ("/probed/x", "probed", "/x"),
        ] {
            assert_eq!(
                below.segment(target),
                Some((segment, rest.to_owned())),
                "{target}"
            );
        }
        assert_eq!(Attribution::Name.segment("/x"), None);
    }
}
