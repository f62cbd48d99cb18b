//! The little HTTP that the front speaks itself: request heads and response heads.

use std::net::SocketAddr;
use std::time::Duration;

use cimdspec_model::behaviour::Page;
use cimdspec_model::behaviour::body::Body;
use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::observation::Happening;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::peeked::Peeked;
use super::peeked::SoFar;

/// The head of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The method.
    pub method: String,
    /// The request target, byte for byte as it came.
    pub target: String,
    /// The header fields, in order.
    pub headers: Vec<(String, String)>,
}

/// A target may send us what it should not; that it did is told, and not what.
const SECRET_FIELDS: [&str; 6] = [
    "authorization",
    "cookie",
    "dpop",
    "proxy-authorization",
    "x-api-key",
    "x-auth-token",
];
const PIECE: usize = 2048;
/// Documents are seldom longer, and a case may serve thousands.
const MOST_OF_A_BODY: usize = 1024;
const LARGEST_HEAD: usize = 64 * 1024;
const MOST_FIELDS: usize = 128;
/// A Host field stands near the beginning.
const LARGEST_PEEK: usize = 8 * 1024;
const BETWEEN_PEEKS: Duration = Duration::from_millis(10);

/// The name in the Host field of the request that a connection begins with, without reading it away.
pub(crate) async fn peeked_host(stream: &TcpStream) -> Option<String> {
    let mut bytes = vec![0; LARGEST_PEEK];
    let mut before = 0;
    loop {
        let length = stream.peek(&mut bytes).await.ok()?;
        let so_far = match length == before {
            true => SoFar::All,
            false => SoFar::Beginning,
        };
        match host_in(&bytes[..length], so_far) {
            Peeked::Name(name) => return Some(name),
            Peeked::Nobody => return None,
            Peeked::TooLittle => {}
        }
        before = length;
        tokio::time::sleep(BETWEEN_PEEKS).await;
    }
}

/// The name in the Host field of a request of which these bytes came so far.
pub fn host_in(bytes: &[u8], so_far: SoFar) -> Peeked {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    let is_whole = match request.parse(bytes) {
        Ok(status) => status.is_complete(),
        Err(_) => return Peeked::Nobody,
    };
    if !is_whole && so_far == SoFar::Beginning {
        return Peeked::TooLittle;
    }
    let mut fields = request.headers.iter();
    let host = fields.find(|field| field.name.eq_ignore_ascii_case("host"));
    let name = host.and_then(|host| std::str::from_utf8(host.value).ok()?.split(':').next());
    name.map_or(Peeked::Nobody, |name| Peeked::Name(name.to_ascii_lowercase()))
}

/// Reads a request head; `None` when the peer closes, is slow, or speaks no HTTP.
pub async fn read_head<S: AsyncRead + Unpin>(stream: &mut S, deadline: Duration) -> Option<Head> {
    tokio::time::timeout(deadline, async {
        let (mut bytes, mut piece) = (Vec::with_capacity(1024), vec![0; PIECE]);
        loop {
            let length = stream.read(&mut piece).await.ok()?;
            if length == 0 || bytes.len() > LARGEST_HEAD {
                return None;
            }
            bytes.extend_from_slice(&piece[..length]);
            let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
            let mut request = httparse::Request::new(&mut fields);
            if request.parse(&bytes).ok()?.is_complete() {
                return Some(Head {
                    method: request.method.unwrap_or_default().to_owned(),
                    target: request.path.unwrap_or_default().to_owned(),
                    headers: request
                        .headers
                        .iter()
                        .map(|field| {
                            (
                                field.name.to_owned(),
                                String::from_utf8_lossy(field.value).into_owned(),
                            )
                        })
                        .collect(),
                });
            }
        }
    })
    .await
    .ok()
    .flatten()
}

/// The status line and the page's own header fields, without the last empty line.
pub(crate) fn response_head(page: &Page) -> String {
    let mut head = format!("HTTP/1.1 {} {}\r\n", page.status, reason(page.status));
    for (name, value) in &page.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(coding) = page.coding.field() {
        head.push_str(&format!("content-encoding: {coding}\r\n"));
    }
    head.push_str("connection: close\r\n");
    head
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        404 => "Not Found",
        _ => "Status",
    }
}

/// What answers a method that a page is not for.
pub(crate) fn not_allowed(page: &Page) -> Page {
    Page {
        status: 405,
        headers: vec![("allow".to_owned(), page.methods.join(", "))],
        body: Body::default(),
        ..missing()
    }
}

/// Header fields as they are recorded: what authenticates somebody is never kept.
pub fn without_secrets(headers: Vec<(String, String)>) -> Vec<(String, String)> {
    let shown = |(name, value): (String, String)| {
        let secret = SECRET_FIELDS
            .iter()
            .find(|known| known.eq_ignore_ascii_case(&name));
        match secret {
            Some(known) => (name, format!("[{known}]")),
            None => (name, value),
        }
    };
    headers.into_iter().map(shown).collect()
}

/// The answer to a request as it is recorded, with the beginning of its body.
pub(crate) fn served(connection: u64, to: SocketAddr, page: &Page, method: &str) -> Happening {
    let is_raw = page.delivery == Delivery::Raw;
    let has_head = !is_raw && !page.delivery.is_silent();
    let has_body = is_raw || has_head && method != "HEAD" && page.status != 304;
    let content_type = page.headers.iter();
    let content_type = content_type
        .filter(|(name, _)| has_head && name.eq_ignore_ascii_case("content-type"))
        .map(|(_, value)| value.clone());
    let body = page.body.pieces(0..MOST_OF_A_BODY, MOST_OF_A_BODY).next();
    let body = body.filter(|_| has_body).unwrap_or_default();
    Happening::Served {
        connection,
        to,
        status: has_head.then_some(page.status),
        content_type: content_type.reduce(|all, one| format!("{all}, {one}")),
        delivery: page.delivery,
        length: if has_body { page.body.len() as u64 } else { 0 },
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// What stands at a path that no page names.
pub(crate) fn missing() -> Page {
    Page {
        target: None,
        methods: Vec::new(),
        status: 404,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: Body::from("{\"error\":\"not_found\"}"),
        coding: Default::default(),
        delivery: Default::default(),
        amounts: Default::default(),
        validators: Default::default(),
        by_turns: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(page: Page, method: &str) -> (Option<u16>, Option<String>, u64, String) {
        let to = SocketAddr::from(([20, 0, 0, 1], 443));
        match served(7, to, &page, method) {
            Happening::Served {
                status,
                content_type,
                length,
                body,
                ..
            } => (status, content_type, length, body),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_is_recorded_as_it_goes_out_and_its_body_up_to_a_bound() {
        let json = Some("application/json".to_owned());
        let told = "{\"error\":\"not_found\"}".to_owned();
        assert_eq!(recorded(missing(), "GET"), (Some(404), json.clone(), 21, told));
        assert_eq!(
            recorded(missing(), "HEAD"),
            (Some(404), json.clone(), 0, String::new())
        );
        let large = Page {
            status: 200,
            body: Body::padded("{", b" ", 1 << 30, "}"),
            ..missing()
        };
        let (status, _, length, body) = recorded(large, "GET");
        assert_eq!(
            (status, length, body.len()),
            (Some(200), (1 << 30) + 2, MOST_OF_A_BODY)
        );
        let unchanged = Page {
            status: 304,
            ..missing()
        };
        assert_eq!(recorded(unchanged, "GET"), (Some(304), json, 0, String::new()));
        let silent = Page {
            delivery: Delivery::StallBeforeHeaders,
            ..missing()
        };
        assert_eq!(recorded(silent, "GET"), (None, None, 0, String::new()));
        let raw = Page {
            delivery: Delivery::Raw,
            body: Body::from("HTTP/1.1 200 OK"),
            ..missing()
        };
        assert_eq!(
            recorded(raw, "GET"),
            (None, None, 15, "HTTP/1.1 200 OK".to_owned())
        );
    }
}
