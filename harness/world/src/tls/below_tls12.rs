//! A server that answers every hello with TLS 1.1, spoken by hand because no library of ours does.

use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;

/// What the client made of the old version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OldTls {
    /// It refused, with this alert description or by closing or by silence.
    Refused(String),
    /// It accepted the version: it sent its key exchange, or got as far as to complain about the certificate.
    WentOn,
}

const TLS_1_1: [u8; 2] = [3, 2];
const HANDSHAKE: u8 = 22;
const ALERT: u8 = 21;
const CLIENT_KEY_EXCHANGE: u8 = 16;
/// The alerts about a certificate, from `bad_certificate` to `certificate_unknown`, and `unknown_ca`: the version is
/// looked at before the certificate, so these tell that it was accepted.
const CERTIFICATE_ALERTS: [u8; 6] = [42, 43, 44, 45, 46, 48];
/// The server's extensions: an empty `renegotiation_info`. Without it many clients refuse before they look at the version.
const SECURE_RENEGOTIATION: [u8; 7] = [0, 5, 0xff, 0x01, 0, 1, 0];
const DEADLINE: Duration = Duration::from_secs(30);

/// Sends ServerHello (TLS 1.1, RSA with AES-128-CBC-SHA), Certificate and ServerHelloDone, and reads what the client
/// says. The client's hello was read before.
pub async fn answer_below_tls12<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    certificate: &[u8],
) -> OldTls {
    let mut hello = TLS_1_1.to_vec();
    hello.extend([7; 32]);
    hello.extend([0, 0x00, 0x2f, 0]);
    hello.extend(SECURE_RENEGOTIATION);
    let mut chain = length24(certificate.len());
    chain.extend_from_slice(certificate);
    let mut certificates = length24(chain.len());
    certificates.extend(chain);
    let mut flight = message(2, &hello);
    flight.extend(message(11, &certificates));
    flight.extend(message(14, &[]));
    let mut record = vec![HANDSHAKE, TLS_1_1[0], TLS_1_1[1]];
    record.extend(u16::try_from(flight.len()).unwrap_or(u16::MAX).to_be_bytes());
    record.extend(flight);
    if stream.write_all(&record).await.is_err() {
        return OldTls::Refused("connection closed".to_owned());
    }
    let mut head = [0; 7];
    let Ok(said) = tokio::time::timeout(DEADLINE, stream.read_exact(&mut head)).await else {
        return OldTls::Refused("silence".to_owned());
    };
    match said {
        Ok(_) if head[0] == HANDSHAKE && head[5] == CLIENT_KEY_EXCHANGE => OldTls::WentOn,
        Ok(_) if head[0] == ALERT && CERTIFICATE_ALERTS.contains(&head[6]) => OldTls::WentOn,
        Ok(_) if head[0] == ALERT => OldTls::Refused(format!("alert {}", head[6])),
        Ok(_) => OldTls::Refused("an unexpected record".to_owned()),
        Err(_) => OldTls::Refused("connection closed".to_owned()),
    }
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    message.extend(length24(body.len()));
    message.extend_from_slice(body);
    message
}

fn length24(length: usize) -> Vec<u8> {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()[1..].to_vec()
}
