//! Certificates, and fronts that end TLS.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::CertifiedIssuer;
use rcgen::IsCa;
use rcgen::KeyPair;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::Published;
use super::written;

/// The authority of this internet and its certificates, as files.
pub struct Certificates(std::path::PathBuf);

const WELL_KNOWN: &[u8] = b"GET /.well-known/cimdspec-authorization ";

impl Certificates {
    pub fn write(folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        written(folder, "ca.pem", &authority.pem());
        let hosts: [(&str, &[&str]); 3] = [
            ("as", &["as.example.net"]),
            ("probe", &["probe.example.org", "*.probe.example.org"]),
            ("narrow", &["probe.example.org"]),
        ];
        for (file, names) in hosts {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::new(names).unwrap();
            params.use_authority_key_identifier_extension = true;
            let leaf = params.signed_by(&key, &authority).unwrap();
            written(folder, &format!("{file}.pem"), &leaf.pem());
            written(folder, &format!("{file}.key"), &key.serialize_pem());
        }
        Self(folder.to_owned())
    }

    pub fn config(&self, file: &str) -> Arc<ServerConfig> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(self.0.join(format!("{file}.pem")))
            .unwrap()
            .collect();
        let key = PrivateKeyDer::from_pem_file(self.0.join(format!("{file}.key"))).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain.unwrap(), key);
        Arc::new(config.unwrap())
    }
}

/// Ends TLS and passes the rest on, but for the file that the operator published.
pub async fn front(
    address: &str,
    upstream: &'static str,
    config: Arc<ServerConfig>,
    published: Option<Arc<Published>>,
) {
    let listener = TcpListener::bind(address).await.unwrap();
    let acceptor = TlsAcceptor::from(config);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, published) = (acceptor.clone(), published.clone());
            tokio::spawn(async move { _ = visited(stream, &acceptor, upstream, published.as_deref()).await });
        }
    });
}

async fn visited(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    upstream: &str,
    published: Option<&Published>,
) -> std::io::Result<()> {
    if let Some(published) = published {
        published.visits.fetch_add(1, Ordering::Relaxed);
    }
    let mut stream = acceptor.accept(stream).await?;
    let mut first = vec![0; 16 * 1024];
    let length = stream.read(&mut first).await?;
    let first = &first[..length];
    if let Some(published) = published {
        if first.starts_with(WELL_KNOWN) {
            let file = published.file.lock().unwrap().clone();
            let (status, body) = file.map_or(("404 Not Found", String::new()), |file| ("200 OK", file));
            let length = body.len();
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await?;
            return stream.shutdown().await;
        }
        let head = String::from_utf8_lossy(first)
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        published.passed_on.lock().unwrap().push(head);
    }
    let mut first_answer = vec![0; 64 * 1024];
    let mut server = TcpStream::connect(upstream).await?;
    server.write_all(first).await?;
    let date = published.and_then(|published| published.date.lock().unwrap().clone());
    if let Some(date) = date {
        // One answer, which fits into one read.
        let length = server.read(&mut first_answer).await?;
        let answer = String::from_utf8_lossy(&first_answer[..length]).into_owned();
        let lines = answer.split("\r\n").map(|line| match line.starts_with("date: ") {
            true => format!("date: {date}"),
            false => line.to_owned(),
        });
        let answer = lines.collect::<Vec<_>>().join("\r\n");
        stream.write_all(answer.as_bytes()).await?;
        return stream.shutdown().await;
    }
    tokio::io::copy_bidirectional(&mut stream, &mut server).await?;
    Ok(())
}
