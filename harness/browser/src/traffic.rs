//! What a page asks for, and what the caller answers: the browser has no other network.

use std::future::Future;
use std::pin::Pin;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::json;

/// An answer that is being made.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// Does the requests of a tab. The browser has the cookies: a request has its `Cookie` field, and `Set-Cookie` fields of
/// an answer are kept by the rules of a browser.
pub trait Network: Send + Sync {
    /// Answers a request, or refuses it. A refused navigation of the whole page means that the page has left.
    fn answer(&self, request: Request) -> Answering<'_>;
}

/// A request of a page, as the browser would send it; a redirect is followed by a request of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The URL without its fragment.
    pub url: String,
    /// The fragment, with its `#`; a server never sees it.
    pub fragment: String,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What it is for.
    pub kind: Kind,
    /// Where it was made.
    pub frame: Frame,
}

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A page: a navigation.
    Page,
    /// `fetch()`, an `XMLHttpRequest`, or the question before one of another origin.
    Call,
    /// A script.
    Script,
    /// A stylesheet.
    Style,
    /// An image.
    Image,
    /// A font.
    Font,
    /// A WebSocket. It is only seen: it can be neither answered nor made.
    Socket,
    /// Anything else, in the browser's word.
    Other(String),
}

/// Where a request was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// In the page of the tab.
    Top,
    /// In a frame of it.
    Inner,
}

/// What the caller makes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was done.
    Done(Response),
    /// It is not done.
    Refused,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body, without a content coding.
    pub body: Vec<u8>,
}

/// Something that the page wanted to load, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// The request.
    pub request: Request,
    /// The status of the answer; none when it was refused, or is not answered yet.
    pub status: Option<u16>,
}

impl Request {
    /// Whether the whole page goes there.
    pub fn leads(&self) -> bool {
        self.kind == Kind::Page && self.frame == Frame::Top
    }

    /// The first header field of the name.
    pub fn header(&self, name: &str) -> Option<&str> {
        field(&self.headers, name)
    }

    /// Reads the event `Fetch.requestPaused`; `top` is the frame of the page.
    pub(crate) fn paused(event: &Value, top: &str) -> Self {
        let request = &event["request"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let headers = request["headers"].as_object().into_iter().flatten();
        Self {
            method: text(&request["method"]),
            url: text(&request["url"]),
            fragment: text(&request["urlFragment"]),
            headers: headers.map(|(name, value)| (name.clone(), text(value))).collect(),
            body: body(request),
            kind: Kind::of(event["resourceType"].as_str().unwrap_or_default()),
            frame: match event["frameId"] == top {
                true => Frame::Top,
                false => Frame::Inner,
            },
        }
    }

    /// A navigation that never becomes a request, such as one to the scheme of an app.
    pub(crate) fn going(url: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            url: url.to_owned(),
            fragment: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            kind: Kind::Page,
            frame: Frame::Top,
        }
    }

    /// A WebSocket that the page wanted.
    pub(crate) fn socket(url: &str) -> Self {
        Self {
            kind: Kind::Socket,
            ..Self::going(url)
        }
    }
}

impl Response {
    /// The first header field of the name.
    pub fn header(&self, name: &str) -> Option<&str> {
        field(&self.headers, name)
    }

    /// A page.
    pub(crate) fn page(html: &str) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
            body: html.as_bytes().to_vec(),
        }
    }

    /// What `Fetch.fulfillRequest` takes.
    pub(crate) fn fulfilling(&self, id: &Value) -> Value {
        // The body is given whole and plain.
        let given = ["content-encoding", "content-length", "transfer-encoding"];
        let headers: Vec<Value> = self
            .headers
            .iter()
            .filter(|(name, _)| !given.contains(&name.to_ascii_lowercase().as_str()))
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        json!({
            "requestId": id,
            "responseCode": self.status,
            "responseHeaders": headers,
            "body": STANDARD.encode(&self.body),
        })
    }
}

impl Kind {
    fn of(word: &str) -> Self {
        match word {
            "Document" => Self::Page,
            "XHR" | "Fetch" | "Preflight" | "EventSource" => Self::Call,
            "Script" => Self::Script,
            "Stylesheet" => Self::Style,
            "Image" => Self::Image,
            "Font" => Self::Font,
            other => Self::Other(other.to_owned()),
        }
    }
}

fn field<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = headers.iter();
    found
        .find(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// The body: in pieces of any bytes, else as a text.
fn body(request: &Value) -> Vec<u8> {
    let pieces = request["postDataEntries"].as_array();
    let bytes: Vec<u8> = pieces
        .into_iter()
        .flatten()
        .filter_map(|piece| STANDARD.decode(piece["bytes"].as_str()?).ok())
        .flatten()
        .collect();
    match bytes.is_empty() {
        true => request["postData"].as_str().unwrap_or_default().into(),
        false => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paused_request_is_read() {
        let event = json!({
            "requestId": "1",
            "frameId": "T",
            "resourceType": "XHR",
            "request": {
                "url": "https://as.test/api",
                "method": "POST",
                "headers": { "Cookie": "sid=1", "content-type": "application/json" },
                "postData": "text",
                "postDataEntries": [{ "bytes": "eyJhIg==" }, { "bytes": "OjF9" }],
            },
        });
        let request = Request::paused(&event, "T");
        assert_eq!(request.body, br#"{"a":1}"#);
        assert_eq!(request.kind, Kind::Call);
        assert_eq!(request.frame, Frame::Top);
        assert_eq!(request.header("cookie"), Some("sid=1"));
        assert!(!request.leads());
        assert_eq!(Request::paused(&event, "other").frame, Frame::Inner);
    }

    #[test]
    fn a_body_is_given_plain_and_whole() {
        let headers = [
            ("Content-Encoding", "br"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
        ];
        let response = Response {
            status: 200,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            body: b"{}".to_vec(),
        };
        let given = response.fulfilling(&json!("7"));
        assert_eq!(given["body"], "e30=");
        let names: Vec<&Value> = given["responseHeaders"].as_array().unwrap().iter().collect();
        assert_eq!(
            names,
            [
                &json!({ "name": "Set-Cookie", "value": "a=1" }),
                &json!({ "name": "Set-Cookie", "value": "b=2" })
            ]
        );
    }
}
