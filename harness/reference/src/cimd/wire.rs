//! Tests of the guarded fetch against a host on loopback that answers with the bytes it is told.

use std::io::Write;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::future::join_all;
use rcgen::CertificateParams;
use rcgen::KeyPair;
use rcgen::SanType;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::cimd::documents::DOCUMENT_LIMIT;
use crate::cimd::documents::Documents;
use crate::cimd::documents::FetchSettings;
use crate::cimd::documents::Loopback;
use crate::cimd::refusal::Refusal;
use crate::policy::Check;
use crate::policy::Deadline;
use crate::policy::Policy;
use crate::policy::Redirects;
use crate::policy::SizeRule;

/// A response of a document for a URL, of this size.
type SizedShape = dyn Fn(&str, usize) -> Vec<u8>;
/// What is sent of a response for a URL before the stall.
type StalledShape = dyn Fn(&str) -> Vec<u8>;

/// What a host does once it has answered.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Close,
    Stall,
}

struct Host {
    id: String,
    root: CertificateDer<'static>,
    connections: Arc<AtomicUsize>,
    closed: mpsc::UnboundedReceiver<()>,
    task: JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A host that gives each request the same answer, made from its own identifier.
async fn host(answer: impl Fn(&str) -> Vec<u8>, then: Then) -> Host {
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::IpAddress(Ipv4Addr::LOCALHOST.into())];
    let key = KeyPair::generate().unwrap();
    let root = params.self_signed(&key).unwrap().der().clone();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![root.clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let id = format!("https://{}/p", listener.local_addr().unwrap());
    let answer = answer(&id);
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    let (gone, closed) = mpsc::unbounded_channel();
    let task = tokio::spawn(async move {
        let mut open = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let (acceptor, answer, gone) = (acceptor.clone(), answer.clone(), gone.clone());
            open.spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut request = vec![0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&answer).await;
                if then == Then::Close {
                    let _ = stream.shutdown().await;
                }
                while stream.read(&mut request).await.is_ok_and(|length| length > 0) {}
                let _ = gone.send(());
            });
        }
    });
    Host {
        id,
        root,
        connections,
        closed,
        task,
    }
}

fn document(id: &str, size: usize) -> Vec<u8> {
    let mut text =
        format!(r#"{{"client_id": "{id}", "client_name": "C", "redirect_uris": ["https://h.example/cb"]}}"#);
    text.push_str(&" ".repeat(size.saturating_sub(text.len())));
    text.into_bytes()
}

fn response(status: &str, fields: &str, told: usize, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\ncontent-length: {told}\r\n{fields}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn good(id: &str) -> Vec<u8> {
    let body = document(id, 0);
    response("200 OK", "", body.len(), &body)
}

fn documents(policy: Policy, loopback: Loopback, roots: &[&Host]) -> Documents {
    let settings = FetchSettings {
        dns: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 9))),
        trust: roots.iter().map(|host| host.root.clone()).collect(),
        loopback,
    };
    Documents::new(Arc::new(policy), settings, Arc::new(|_| ())).unwrap()
}

/// The outcome of a fetch from the host under a policy, as the first difference that a reader would look for.
async fn outcome(policy: Policy, host: &Host) -> Result<(), Refusal> {
    let documents = documents(policy, Loopback::Allow, &[host]);
    documents.client(&host.id).await.map(|_| ())
}

fn changed(change: impl FnOnce(&mut Policy)) -> Policy {
    let mut policy = Policy::default();
    change(&mut policy);
    policy
}

#[tokio::test]
async fn a_document_is_fetched_and_the_record_tells_the_address() {
    let host = host(good, Then::Close).await;
    let records = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&records);
    let settings = FetchSettings {
        dns: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 9))),
        trust: vec![host.root.clone()],
        loopback: Loopback::Allow,
    };
    let sink = Arc::new(move |record| log.lock().unwrap().push(record));
    let documents = Documents::new(Arc::new(Policy::default()), settings, sink).unwrap();
    assert_eq!(documents.client(&host.id).await.unwrap().client_id, host.id);
    let records = records.lock().unwrap();
    let address = records[0].address.unwrap().to_string();
    assert_eq!(host.id, format!("https://{address}/p"));
    assert_eq!(
        (records[0].purpose, records[0].outcome.as_str()),
        ("document", "fetched")
    );
}

#[tokio::test]
async fn a_refused_address_is_not_connected_to() {
    let host = host(good, Then::Close).await;
    let refused = Err(Refusal::Address("127.0.0.1".to_owned()));
    let guarded = documents(Policy::default(), Loopback::Refuse, &[&host]);
    assert_eq!(guarded.client(&host.id).await.map(|_| ()), refused);
    assert_eq!(host.connections.load(Ordering::SeqCst), 0);
    let unguarded = changed(|policy| *policy.fetch.guard.exists = Check::Skip);
    let unguarded = documents(unguarded, Loopback::Refuse, &[&host]);
    assert_eq!(unguarded.client(&host.id).await.map(|_| ()), Ok(()));
}

#[tokio::test]
async fn a_host_that_is_not_trusted_is_refused() {
    let (host, other) = (host(good, Then::Close).await, host(good, Then::Close).await);
    let documents = documents(Policy::default(), Loopback::Allow, &[&other]);
    assert!(matches!(
        documents.client(&host.id).await,
        Err(Refusal::Connect(_))
    ));
}

#[tokio::test]
async fn five_kibibytes_are_the_limit_however_they_come() {
    let plain = |id: &str, size| {
        let body = document(id, size);
        response("200 OK", "", body.len(), &body)
    };
    let chunked = |id: &str, size| {
        let mut bytes = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        for chunk in document(id, size).chunks(1000) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    };
    let gzip = |id: &str, size| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&document(id, size)).unwrap();
        let body = encoder.finish().unwrap();
        response("200 OK", "content-encoding: gzip\r\n", body.len(), &body)
    };
    let shapes: [&SizedShape; 3] = [&plain, &chunked, &gzip];
    for shape in shapes {
        let (fits, too_large) = (
            host(|id| shape(id, DOCUMENT_LIMIT), Then::Close).await,
            host(|id| shape(id, DOCUMENT_LIMIT + 1), Then::Close).await,
        );
        assert_eq!(outcome(Policy::default(), &fits).await, Ok(()));
        assert_eq!(
            outcome(Policy::default(), &too_large).await,
            Err(Refusal::TooLarge)
        );
        for rule in [SizeRule::Unbounded, SizeRule::Truncate] {
            let mutant = changed(|policy| *policy.fetch.size = rule);
            assert_eq!(outcome(mutant, &too_large).await, Ok(()));
        }
    }
    let bomb = host(|id| gzip(id, 1 << 20), Then::Close).await;
    assert_eq!(outcome(Policy::default(), &bomb).await, Err(Refusal::TooLarge));
    let late = changed(|policy| *policy.fetch.size = SizeRule::BeforeDecoding);
    assert_eq!(outcome(late, &bomb).await, Ok(()));
}

#[tokio::test]
async fn a_body_that_ends_early_is_an_error() {
    let short = |id: &str| {
        let body = document(id, 0);
        response("200 OK", "", body.len() + 9, &body)
    };
    let host = host(short, Then::Close).await;
    assert!(matches!(
        outcome(Policy::default(), &host).await,
        Err(Refusal::Http(_))
    ));
    let mutant = changed(|policy| *policy.fetch.whole_body = Check::Skip);
    assert_eq!(outcome(mutant, &host).await, Ok(()));
}

#[tokio::test]
async fn only_200_is_success_and_no_redirect_is_followed() {
    let target = host(good, Then::Close).await;
    let to = format!("location: {}\r\n", target.id);
    for status in [201, 204, 206, 301, 302, 303, 304, 307, 308, 404, 500] {
        let answer = |id: &str| {
            response(
                &format!("{status} X"),
                &to,
                document(id, 0).len(),
                &document(id, 0),
            )
        };
        let host = host(answer, Then::Close).await;
        assert_eq!(
            outcome(Policy::default(), &host).await,
            Err(Refusal::Status(status))
        );
    }
    assert_eq!(target.connections.load(Ordering::SeqCst), 0);
    let moved = host(|_| response("302 Found", &to, 0, b""), Then::Close).await;
    let follows = changed(|policy| *policy.fetch.redirects = Redirects::FollowGuarded);
    let follows = documents(follows, Loopback::Allow, &[&moved, &target]);
    assert!(matches!(
        follows.client(&moved.id).await,
        Err(Refusal::Document(_))
    ));
    assert_eq!(target.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_stalled_fetch_ends_at_its_deadline_and_closes_the_connection() {
    let head = |_: &str| b"HTTP/1.1 200 OK\r\ncontent-len".to_vec();
    let body = |_: &str| response("200 OK", "", 100, b"{");
    let stalls: [&StalledShape; 3] = [&|_| Vec::new(), &head, &body];
    for stall in stalls {
        let mut host = host(stall, Then::Stall).await;
        let policy = changed(|policy| *policy.fetch.deadline = Deadline::Total(Duration::from_millis(300)));
        let documents = documents(policy, Loopback::Allow, &[&host]);
        assert_eq!(documents.client(&host.id).await, Err(Refusal::Deadline));
        let closed = tokio::time::timeout(Duration::from_secs(10), host.closed.recv()).await;
        assert_eq!(closed, Ok(Some(())));
    }
}

#[tokio::test]
async fn a_slow_host_shares_one_fetch_and_does_not_hold_up_another() {
    let (slow, quick) = (
        host(|_| Vec::new(), Then::Stall).await,
        host(good, Then::Close).await,
    );
    let policy = changed(|policy| *policy.fetch.deadline = Deadline::Total(Duration::from_secs(1)));
    let documents = documents(policy.clone(), Loopback::Allow, &[&slow, &quick]);
    let waiting = join_all((0..8).map(|_| documents.client(&slow.id)));
    let others = async {
        let client = documents.client(&quick.id).await;
        (client.map(|_| ()), slow.connections.load(Ordering::SeqCst))
    };
    let (refused, (granted, meanwhile)) = tokio::join!(waiting, others);
    assert!(refused.iter().all(|kept| *kept == Err(Refusal::Deadline)));
    assert_eq!(granted, Ok(()));
    assert!(meanwhile <= 1);
    assert_eq!(slow.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_document_is_kept_as_long_as_it_says_and_an_error_never() {
    let with = |status: &'static str, fields: &'static str| {
        move |id: &str| response(status, fields, document(id, 0).len(), &document(id, 0))
    };
    for (answer, fetches) in [
        (with("200 OK", "cache-control: max-age=60\r\n"), 1),
        (with("200 OK", "cache-control: no-store, max-age=60\r\n"), 2),
        (with("200 OK", ""), 2),
        (with("404 X", "cache-control: max-age=60\r\n"), 2),
    ] {
        let host = host(answer, Then::Close).await;
        let documents = documents(Policy::default(), Loopback::Allow, &[&host]);
        let first = documents.client(&host.id).await;
        assert_eq!(documents.client(&host.id).await, first);
        assert_eq!(host.connections.load(Ordering::SeqCst), fetches);
    }
}
