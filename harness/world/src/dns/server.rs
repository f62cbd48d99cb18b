//! The server on UDP and TCP; the wire format is hickory's.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use cimdspec_model::behaviour::dns::DnsFault;
use hickory_proto::op::Edns;
use hickory_proto::op::Message;
use hickory_proto::op::MessageType;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::Name;
use hickory_proto::rr::RData;
use hickory_proto::rr::Record;
use hickory_proto::rr::RecordType;
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::rdata::AAAA;
use hickory_proto::rr::rdata::CNAME;
use hickory_proto::rr::rdata::HTTPS;
use hickory_proto::rr::rdata::NS;
use hickory_proto::rr::rdata::NULL;
use hickory_proto::rr::rdata::SOA;
use hickory_proto::rr::rdata::SVCB;
use hickory_proto::rr::rdata::svcb::IpHint;
use hickory_proto::rr::rdata::svcb::SvcParamKey;
use hickory_proto::rr::rdata::svcb::SvcParamValue;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use super::zone::Answer;
use super::zone::Zone;
use crate::error::WorldError;

/// One query, as it is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The name, lower-case, without the last dot.
    pub name: String,
    /// The record type's mnemonic.
    pub record: String,
    /// The number of this query among those for this name and type.
    pub turn: u32,
    /// What was said, in words.
    pub said: Vec<String>,
}

/// Is told of each query.
pub type LookupObserver = Arc<dyn Fn(Lookup) + Send + Sync>;

/// A running name server; it stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    tasks: JoinSet<()>,
}

const LARGEST_QUERY: usize = 4096;
/// What a client without EDNS takes on UDP.
const SMALLEST_ANSWER: u16 = 512;
/// What we offer and send at most on UDP: no path of any kind fragments it.
const LARGEST_ANSWER: u16 = 1232;
/// Answers that are held back, or connections, at once; what comes above is dropped, as a busy server would.
const MOST_WAITING: usize = 4096;
const PAUSE: Duration = Duration::from_millis(5);
const TCP_DEADLINE: Duration = Duration::from_secs(30);

impl Server {
    /// Starts to answer at an address, on UDP and TCP.
    ///
    /// # Errors
    /// [`WorldError::Listen`] when the address cannot be had.
    pub async fn start(
        address: SocketAddr,
        zone: Zone,
        observer: LookupObserver,
    ) -> Result<Self, WorldError> {
        let listen = |error: std::io::Error| WorldError::Listen {
            address: format!("{address} (DNS)"),
            reason: error.to_string(),
        };
        let udp = Arc::new(UdpSocket::bind(address).await.map_err(listen)?);
        let address = udp.local_addr().map_err(listen)?;
        let tcp = TcpListener::bind(address).await.map_err(listen)?;
        let mut tasks = JoinSet::new();
        tasks.spawn(serve_udp(udp, zone.clone(), Arc::clone(&observer)));
        tasks.spawn(serve_tcp(tcp, zone, observer));
        Ok(Self { address, tasks })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops, and waits until the address is free again.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

async fn serve_udp(socket: Arc<UdpSocket>, zone: Zone, observer: LookupObserver) {
    let mut buffer = vec![0; LARGEST_QUERY];
    let mut answers = JoinSet::new();
    loop {
        let Ok((length, peer)) = socket.recv_from(&mut buffer).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        while answers.try_join_next().is_some() {}
        if answers.len() >= MOST_WAITING {
            continue;
        }
        if let Some((bytes, delay)) = respond(&buffer[..length], Transport::Udp, &zone, &observer) {
            let socket = Arc::clone(&socket);
            answers.spawn(async move {
                tokio::time::sleep(delay).await;
                let _ = socket.send_to(&bytes, peer).await;
            });
        }
    }
}

async fn serve_tcp(listener: TcpListener, zone: Zone, observer: LookupObserver) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        if connections.len() >= MOST_WAITING {
            continue;
        }
        let (zone, observer) = (zone.clone(), Arc::clone(&observer));
        connections.spawn(async move {
            let _ = tokio::time::timeout(TCP_DEADLINE, converse(stream, zone, observer)).await;
        });
    }
}

async fn converse(mut stream: TcpStream, zone: Zone, observer: LookupObserver) -> std::io::Result<()> {
    loop {
        let length = usize::from(stream.read_u16().await?);
        if length > LARGEST_QUERY {
            return Ok(());
        }
        let mut query = vec![0; length];
        stream.read_exact(&mut query).await?;
        if let Some((bytes, delay)) = respond(&query, Transport::Tcp, &zone, &observer) {
            tokio::time::sleep(delay).await;
            stream
                .write_u16(u16::try_from(bytes.len()).unwrap_or(u16::MAX))
                .await?;
            stream.write_all(&bytes).await?;
        }
    }
}

/// How a query came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// By a connection.
    Tcp,
    /// By a datagram.
    Udp,
}

/// The answer's bytes and how long it is held back; `None` for silence and for what is no query.
pub fn respond(
    query: &[u8],
    transport: Transport,
    zone: &Zone,
    observer: &LookupObserver,
) -> Option<(Vec<u8>, Duration)> {
    let request = Message::from_vec(query).ok()?;
    // An answer that is answered could go to and fro for ever.
    if request.metadata.message_type != MessageType::Query {
        return None;
    }
    let question = request.queries.first()?.clone();
    let name = question
        .name()
        .to_ascii()
        .trim_end_matches('.')
        .to_ascii_lowercase();
    let record = question.query_type();
    let answer = zone.answer(&name, record);
    observer(Lookup {
        name,
        record: record.to_string(),
        turn: answer.turn,
        said: said(&answer),
    });
    let code = match answer.fault {
        None => ResponseCode::NoError,
        Some(DnsFault::Nxdomain) => ResponseCode::NXDomain,
        Some(DnsFault::Refused) => ResponseCode::Refused,
        Some(DnsFault::Servfail) => ResponseCode::ServFail,
        Some(DnsFault::Silence) => return None,
        Some(DnsFault::Garbage) => {
            return Some((b"this is no answer of a name server".to_vec(), answer.delay));
        }
        Some(DnsFault::ShortAddress | DnsFault::Truncated | DnsFault::WrongId) => ResponseCode::NoError,
    };
    let id = match answer.fault {
        Some(DnsFault::WrongId) => request.metadata.id.wrapping_add(1),
        _ => request.metadata.id,
    };
    let mut response = Message::response(id, request.metadata.op_code);
    response.metadata.response_code = code;
    response.metadata.authoritative = true;
    response.metadata.recursion_desired = request.metadata.recursion_desired;
    // The sandbox has no other resolver than this server; an authoritative one on the internet says the truth.
    response.metadata.recursion_available = zone.name().is_none();
    let owner = question.name().clone();
    response.add_query(question);
    response.metadata.truncation = answer.fault == Some(DnsFault::Truncated);
    if answer.fault == Some(DnsFault::ShortAddress) {
        let data = RData::Unknown {
            code: record,
            rdata: NULL::with(vec![10, 0, 0]),
        };
        response.add_answer(Record::from_rdata(owner.clone(), answer.ttl, data));
    }
    for (index, (alias, target)) in answer.aliases.iter().enumerate() {
        let alias = if index == 0 { owner.clone() } else { parsed(alias)? };
        response.add_answer(Record::from_rdata(
            alias,
            answer.ttl,
            RData::CNAME(CNAME(parsed(target)?)),
        ));
    }
    for address in &answer.addresses {
        let data = match address {
            IpAddr::V4(address) => RData::A(A(*address)),
            IpAddr::V6(address) => RData::AAAA(AAAA(*address)),
        };
        let name = if answer.aliases.is_empty() {
            owner.clone()
        } else {
            parsed(&answer.owner)?
        };
        response.add_answer(Record::from_rdata(name, answer.ttl, data));
    }
    if !answer.hints.is_empty() {
        response.add_answer(hinting(&owner, &answer));
    }
    if answer.addresses.is_empty()
        && answer.hints.is_empty()
        && matches!(answer.fault, None | Some(DnsFault::Nxdomain))
    {
        top(&mut response, &owner, record, zone)?;
    }
    let mut room = SMALLEST_ANSWER;
    if let Some(theirs) = &request.edns {
        let mut ours = Edns::new();
        ours.set_max_payload(LARGEST_ANSWER);
        response.set_edns(ours);
        room = theirs.max_payload().clamp(SMALLEST_ANSWER, LARGEST_ANSWER);
    }
    let mut bytes = response.to_vec().ok()?;
    if transport == Transport::Udp && bytes.len() > usize::from(room) {
        response.answers.clear();
        response.metadata.truncation = true;
        bytes = response.to_vec().ok()?;
    }
    Some((bytes, answer.delay))
}

/// An HTTPS record of the name itself that hints at addresses (RFC 9460 section 7.3).
fn hinting(owner: &Name, answer: &Answer) -> Record {
    let mut four = Vec::new();
    let mut six = Vec::new();
    for hint in &answer.hints {
        match hint {
            IpAddr::V4(address) => four.push(A(*address)),
            IpAddr::V6(address) => six.push(AAAA(*address)),
        }
    }
    let mut parameters = Vec::new();
    if !four.is_empty() {
        parameters.push((SvcParamKey::Ipv4Hint, SvcParamValue::Ipv4Hint(IpHint(four))));
    }
    if !six.is_empty() {
        parameters.push((SvcParamKey::Ipv6Hint, SvcParamValue::Ipv6Hint(IpHint(six))));
    }
    let service = SVCB::new(1, Name::root(), parameters);
    Record::from_rdata(owner.clone(), answer.ttl, RData::HTTPS(HTTPS(service)))
}

/// What is said where a name has no addresses: the top of the zone, or that it is what was asked for.
fn top(response: &mut Message, owner: &Name, record: RecordType, zone: &Zone) -> Option<()> {
    let name = parsed(zone.name().unwrap_or("dev"))?;
    let server = match zone.name_server() {
        None => name.clone(),
        Some(server) => parsed(&server)?,
    };
    let soa = SOA::new(server.clone(), name.clone(), 1, 3600, 600, 86400, 0);
    let is_top = zone.name().is_some() && name == *owner;
    match (is_top, record) {
        (true, RecordType::SOA) => response.add_answer(Record::from_rdata(name, 0, RData::SOA(soa))),
        (true, RecordType::NS) => response.add_answer(Record::from_rdata(name, 0, RData::NS(NS(server)))),
        _ => response.add_authority(Record::from_rdata(name, 0, RData::SOA(soa))),
    };
    Some(())
}

fn parsed(name: &str) -> Option<Name> {
    Name::from_str(&format!("{}.", name.trim_end_matches('.'))).ok()
}

fn said(answer: &Answer) -> Vec<String> {
    let mut words: Vec<String> = answer
        .aliases
        .iter()
        .map(|(_, target)| format!("CNAME {target}"))
        .collect();
    words.extend(answer.addresses.iter().map(ToString::to_string));
    words.extend(answer.hints.iter().map(|hint| format!("hint {hint}")));
    let fault = match answer.fault {
        None => words.is_empty().then_some("no records"),
        Some(DnsFault::Nxdomain) => Some("NXDOMAIN"),
        Some(DnsFault::Refused) => Some("REFUSED"),
        Some(DnsFault::Servfail) => Some("SERVFAIL"),
        Some(DnsFault::Silence) => Some("silence"),
        Some(DnsFault::Garbage) => Some("no DNS message"),
        Some(DnsFault::ShortAddress) => Some("an address of three bytes"),
        Some(DnsFault::Truncated) => Some("cut"),
        Some(DnsFault::WrongId) => Some("another identifier"),
    };
    words.extend(fault.map(str::to_owned));
    words
}
