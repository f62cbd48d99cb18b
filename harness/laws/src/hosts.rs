//! What servers under test send to our hosts: the heads of requests, the hellos of TLS, queries of names.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::OnceLock;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use cimdspec_model::behaviour::NameBehaviour;
use cimdspec_model::behaviour::Say;
use cimdspec_model::behaviour::Turn;
use cimdspec_model::behaviour::dns::DnsFault;
use cimdspec_world::Attribution;
use cimdspec_world::Head;
use cimdspec_world::Peeked;
use cimdspec_world::SoFar;
use cimdspec_world::dns::LookupObserver;
use cimdspec_world::dns::Transport;
use cimdspec_world::dns::Zone;
use cimdspec_world::dns::respond;
use cimdspec_world::host_in;
use cimdspec_world::named;
use cimdspec_world::read_head;
use cimdspec_world::server_name_in;
use cimdspec_world::without_secrets;
use tokio::io::AsyncRead;
use tokio::io::ReadBuf;
use tokio::runtime::Builder;
use tokio::runtime::Runtime;

use crate::bytes::Bytes;

/// A head is given up where it is longer (`hosts::http`), with what one read may bring.
const LARGEST_HEAD: usize = 64 * 1024 + 2048;
/// A hello is given up where it is longer (`hosts::attribution`).
const LARGEST_HELLO: usize = 16 * 1024;
/// What a server may not learn of the requests that it sends to us.
const SECRET_FIELDS: [&str; 6] = [
    "authorization",
    "cookie",
    "dpop",
    "proxy-authorization",
    "x-api-key",
    "x-auth-token",
];
/// The place of the message type in a DNS message, and that of an answer (RFC 1035 section 4.1.1).
const FLAGS: usize = 2;
const IS_ANSWER: u8 = 0x80;
const IS_CUT: u8 = 0x02;
/// The most that our name server sends in a datagram, and the least that a client has to take.
const LARGEST_DATAGRAM: usize = 1232;
const SMALLEST_DATAGRAM: usize = 512;

/// A connection that brings its bytes in pieces of one size.
struct Pieces<'a> {
    rest: &'a [u8],
    size: usize,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let length = self.size.min(into.remaining()).min(self.rest.len());
        let (piece, rest) = self.rest.split_at(length);
        into.put_slice(piece);
        self.rest = rest;
        Poll::Ready(Ok(()))
    }
}

pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let made = Builder::new_current_thread().enable_all().build();
        made.expect("a runtime of one thread needs nothing")
    })
}

fn head(bytes: &[u8], size: usize) -> Option<Head> {
    let mut stream = Pieces { rest: bytes, size };
    runtime().block_on(read_head(&mut stream, Duration::from_secs(600)))
}

/// A request head is the same however its bytes come; whose it is can be told before it is read; its secrets are not kept.
pub fn request_head(bytes: &[u8]) {
    let mut given = Bytes(bytes);
    let size = 16 + usize::from(given.byte());
    let bytes = given.0;
    let read = head(bytes, size);
    assert_eq!(read, head(bytes, LARGEST_HEAD), "in pieces of {size} bytes");
    let peeked = host_in(bytes, SoFar::Beginning);
    let Some(head) = read else {
        return;
    };
    // The name that was peeked is the one that the head has: two hosts must not share a connection.
    let fields = || head.headers.iter();
    let host = fields().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    if let Some((_, value)) = host.filter(|(_, value)| !value.contains(char::REPLACEMENT_CHARACTER)) {
        let first = value.split(':').next().unwrap_or_default();
        assert_eq!(peeked, Peeked::Name(first.to_ascii_lowercase()));
        assert_eq!(named(&head).next(), Some(first));
    }
    assert!(head.target.len() + head.method.len() <= bytes.len());
    let below = Attribution::Path("/probe".to_owned());
    if let Some((segment, rest)) = below.segment(&head.target) {
        assert!(
            rest.starts_with('/') && !segment.contains(['/', '?']),
            "{segment} {rest}"
        );
    }
    let names: Vec<String> = fields().map(|(name, _)| name.clone()).collect();
    for (number, (name, value)) in without_secrets(head.headers).into_iter().enumerate() {
        assert_eq!(name, names[number]);
        let lower = name.to_ascii_lowercase();
        if SECRET_FIELDS.contains(&lower.as_str()) {
            assert_eq!(value, format!("[{lower}]"));
        }
    }
}

/// A hello names a host of DNS or nobody; its beginning names nobody else.
pub fn tls_hello(bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(LARGEST_HELLO)];
    let whole = server_name_in(bytes);
    if let Peeked::Name(name) = &whole {
        let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        assert!(
            !name.is_empty() && name.len() < 256 && name.chars().all(is_of_a_name),
            "{name}"
        );
    }
    let half = server_name_in(&bytes[..bytes.len() / 2]);
    assert!(
        half == Peeked::TooLittle || half == whole || whole == Peeked::Nobody,
        "{half:?} and then {whole:?}"
    );
}

/// Names with all ways of answering.
fn zone() -> Zone {
    let zone = Zone::default();
    let turn = |say| Turn {
        until: None,
        say,
        delay: Duration::ZERO,
    };
    let set = |name: &str, say: Say| {
        let behaviour = NameBehaviour {
            ttl: 60,
            hints: vec![
                "20.0.0.1".parse().expect("an address"),
                "2a00::1".parse().expect("an address"),
            ],
            turns: vec![turn(say)],
        };
        zone.set(name, behaviour);
    };
    let many = (0..200).map(|number| [20, 0, 1, number].into());
    set("many.dev", Say::Addresses(many.collect()));
    set("a.dev", Say::Addresses(vec![[20, 0, 0, 1].into()]));
    set("alias.dev", Say::Alias("a.dev".to_owned()));
    set("loop.dev", Say::Alias("loop.dev".to_owned()));
    set("odd.dev", Say::Alias("no..name.".to_owned()));
    for (name, fault) in [
        ("garbage.dev", DnsFault::Garbage),
        ("nx.dev", DnsFault::Nxdomain),
        ("refused.dev", DnsFault::Refused),
        ("failing.dev", DnsFault::Servfail),
        ("short.dev", DnsFault::ShortAddress),
        ("silent.dev", DnsFault::Silence),
        ("cut.dev", DnsFault::Truncated),
        ("id.dev", DnsFault::WrongId),
    ] {
        set(name, Say::Fault(fault));
    }
    zone
}

/// Only a query is answered, by an answer with its identifier that fits into a datagram.
pub fn dns_query(bytes: &[u8]) {
    static SURROUNDINGS: OnceLock<(Zone, Zone, LookupObserver)> = OnceLock::new();
    let (sandbox, delegated, observer) = SURROUNDINGS.get_or_init(|| {
        let delegated = Zone::delegated("Probe.Example.", vec![[20, 0, 0, 9].into()]);
        let observer: LookupObserver = Arc::new(|lookup| {
            assert_eq!(lookup.name, lookup.name.to_ascii_lowercase());
            assert!(lookup.turn >= 1 && !lookup.said.is_empty());
        });
        (zone(), delegated, observer)
    });
    for zone in [sandbox, delegated] {
        for transport in [Transport::Udp, Transport::Tcp] {
            let Some((answer, _)) = respond(bytes, transport, zone, observer) else {
                continue;
            };
            assert_eq!(bytes[FLAGS] & IS_ANSWER, 0, "an answer was answered");
            let is_garbage = answer.starts_with(b"this is no answer");
            if is_garbage {
                continue;
            }
            assert_eq!(answer[FLAGS] & IS_ANSWER, IS_ANSWER);
            let id = |message: &[u8]| u16::from_be_bytes([message[0], message[1]]);
            let other = id(&answer).wrapping_sub(id(bytes));
            assert!(other <= 1, "the identifier {}", id(&answer));
            if transport == Transport::Udp {
                assert!(answer.len() <= LARGEST_DATAGRAM, "{} bytes", answer.len());
                let is_cut = answer[FLAGS] & IS_CUT != 0;
                assert!(
                    !is_cut || answer.len() <= SMALLEST_DATAGRAM,
                    "{} bytes, cut",
                    answer.len()
                );
            }
        }
    }
}
