//! The resolver that everybody on this internet asks.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hickory_proto::op::Message;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RData;
use hickory_proto::rr::Record;
use hickory_proto::rr::RecordType;
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::rdata::TXT;
use tokio::net::UdpSocket;

use super::PROBE;
use super::Published;
use super::SERVER;

/// Answers on the sandbox's resolver address: itself, or by whoever the public name is delegated to.
pub async fn resolve(published: Arc<Published>) {
    let socket = Arc::new(UdpSocket::bind("127.0.0.1:53").await.unwrap());
    tokio::spawn(async move {
        let mut bytes = vec![0; 4096];
        while let Ok((length, peer)) = socket.recv_from(&mut bytes).await {
            let query = bytes[..length].to_vec();
            let (socket, published) = (Arc::clone(&socket), Arc::clone(&published));
            tokio::spawn(async move {
                if let Some(answer) = answered(&query, &published).await {
                    let _ = socket.send_to(&answer, peer).await;
                }
            });
        }
    });
}

async fn answered(bytes: &[u8], published: &Published) -> Option<Vec<u8>> {
    let query = Message::from_vec(bytes).ok()?;
    let question = query.queries.first()?.clone();
    let name = question
        .name()
        .to_ascii()
        .trim_end_matches('.')
        .to_ascii_lowercase();
    published.asked.lock().unwrap().push(name.clone());
    if name.ends_with("probe.example.org")
        && !published.is_static.load(Ordering::Relaxed)
        && let Some(answer) = delegated(bytes).await
    {
        return Some(answer);
    }
    let mut response = Message::response(query.metadata.id, query.metadata.op_code);
    response.metadata.recursion_available = true;
    let owner = question.name().clone();
    let data = match (name.as_str(), question.query_type()) {
        ("as.example.net", RecordType::A) => Some(address(SERVER)),
        ("_cimdspec.as.example.net", RecordType::TXT) => {
            let record = published.record.lock().unwrap().clone();
            record.map(|text| RData::TXT(TXT::new(vec![text])))
        }
        (name, RecordType::A) if name.ends_with("probe.example.org") => Some(address(PROBE)),
        _ => None,
    };
    let is_known = name == "as.example.net" || name.ends_with("probe.example.org");
    if data.is_none() && !is_known {
        response.metadata.response_code = ResponseCode::NXDomain;
    }
    response.add_query(question);
    if let Some(data) = data {
        response.add_answer(Record::from_rdata(owner, 0, data));
    }
    response.to_vec().ok()
}

fn address(text: &str) -> RData {
    match IpAddr::from_str(text).unwrap() {
        IpAddr::V4(address) => RData::A(A(address)),
        IpAddr::V6(_) => panic!("this internet is of IPv4"),
    }
}

/// What the name server of the delegated zone says; nothing where there is none.
async fn delegated(query: &[u8]) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind("0.0.0.0:0").await.ok()?;
    socket.connect((PROBE, 53)).await.ok()?;
    socket.send(query).await.ok()?;
    let mut answer = vec![0; 4096];
    let length = socket.recv(&mut answer).await.ok()?;
    answer.truncate(length);
    Some(answer)
}
