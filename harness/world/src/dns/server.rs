//! The server on UDP and TCP; the wire format is hickory's.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use hickory_proto::op::Edns;
use hickory_proto::op::Message;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::Name;
use hickory_proto::rr::RData;
use hickory_proto::rr::Record;
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::rdata::AAAA;
use hickory_proto::rr::rdata::CNAME;
use hickory_proto::rr::rdata::SOA;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use super::zone::Answer;
use super::zone::Code;
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
    _tasks: JoinSet<()>,
}

const LARGEST_QUERY: usize = 4096;
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
        Ok(Self {
            address,
            _tasks: tasks,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn serve_udp(socket: Arc<UdpSocket>, zone: Zone, observer: LookupObserver) {
    let mut buffer = vec![0; LARGEST_QUERY];
    let mut answers = JoinSet::new();
    loop {
        let Ok((length, peer)) = socket.recv_from(&mut buffer).await else {
            continue;
        };
        while answers.try_join_next().is_some() {}
        if let Some((bytes, delay)) = respond(&buffer[..length], &zone, &observer) {
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
            continue;
        };
        while connections.try_join_next().is_some() {}
        let (zone, observer) = (zone.clone(), Arc::clone(&observer));
        connections.spawn(async move {
            let _ = tokio::time::timeout(TCP_DEADLINE, converse(stream, zone, observer)).await;
        });
    }
}

async fn converse(mut stream: TcpStream, zone: Zone, observer: LookupObserver) -> std::io::Result<()> {
    loop {
        let length = usize::from(stream.read_u16().await?);
        let mut query = vec![0; length.min(LARGEST_QUERY)];
        stream.read_exact(&mut query).await?;
        if let Some((bytes, delay)) = respond(&query, &zone, &observer) {
            tokio::time::sleep(delay).await;
            stream
                .write_u16(u16::try_from(bytes.len()).unwrap_or(u16::MAX))
                .await?;
            stream.write_all(&bytes).await?;
        }
    }
}

/// The answer's bytes and how long it is held back; `None` for silence and for what is no query.
fn respond(query: &[u8], zone: &Zone, observer: &LookupObserver) -> Option<(Vec<u8>, Duration)> {
    let request = Message::from_vec(query).ok()?;
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
    let code = match answer.code {
        Code::NoError => ResponseCode::NoError,
        Code::NxDomain => ResponseCode::NXDomain,
        Code::Refused => ResponseCode::Refused,
        Code::ServFail => ResponseCode::ServFail,
        Code::Silence => return None,
    };
    let mut response = Message::response(request.metadata.id, request.metadata.op_code);
    response.metadata.response_code = code;
    response.metadata.authoritative = true;
    response.metadata.recursion_desired = request.metadata.recursion_desired;
    response.metadata.recursion_available = true;
    let owner = question.name().clone();
    response.add_query(question);
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
    if answer.addresses.is_empty() && matches!(answer.code, Code::NoError | Code::NxDomain) {
        let zone_name = parsed("dev")?;
        let soa = SOA::new(zone_name.clone(), zone_name.clone(), 1, 3600, 600, 86400, 0);
        response.add_authority(Record::from_rdata(zone_name, 0, RData::SOA(soa)));
    }
    if request.edns.is_some() {
        response.set_edns(Edns::new());
    }
    response.to_vec().ok().map(|bytes| (bytes, answer.delay))
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
    match answer.code {
        Code::NoError if words.is_empty() => words.push("no records".to_owned()),
        Code::NoError => {}
        Code::NxDomain => words.push("NXDOMAIN".to_owned()),
        Code::Refused => words.push("REFUSED".to_owned()),
        Code::ServFail => words.push("SERVFAIL".to_owned()),
        Code::Silence => words.push("silence".to_owned()),
    }
    words
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use cimdspec_model::behaviour::NameBehaviour;
    use cimdspec_model::behaviour::Say;
    use cimdspec_model::behaviour::Turn;
    use hickory_proto::op::Query;
    use hickory_proto::rr::RecordType;

    use super::*;

    fn turn(until: Option<u32>, say: Say) -> Turn {
        Turn {
            until,
            say,
            delay: Duration::ZERO,
        }
    }

    async fn ask(server: &Server, name: &str, record: RecordType) -> Option<Message> {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut query = Message::query();
        query.add_query(Query::query(Name::from_str(name).unwrap(), record));
        socket
            .send_to(&query.to_vec().unwrap(), server.address())
            .await
            .unwrap();
        let mut buffer = [0; 2048];
        let received = tokio::time::timeout(Duration::from_millis(500), socket.recv(&mut buffer))
            .await
            .ok()?;
        Some(Message::from_vec(&buffer[..received.unwrap()]).unwrap())
    }

    async fn started(zone: &Zone) -> (Server, Arc<Mutex<Vec<Lookup>>>) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&seen);
        let observer: LookupObserver = Arc::new(move |lookup| sink.lock().unwrap().push(lookup));
        (
            Server::start("127.0.0.1:0".parse().unwrap(), zone.clone(), observer)
                .await
                .unwrap(),
            seen,
        )
    }

    #[tokio::test]
    async fn turns_count_the_queries_of_each_type() {
        let zone = Zone::default();
        let first = Say::Addresses(vec!["20.0.0.1".parse().unwrap(), "2600::1".parse().unwrap()]);
        let second = Say::Addresses(vec!["10.0.0.1".parse().unwrap()]);
        zone.set(
            "Docs.Example.Dev",
            NameBehaviour {
                ttl: 0,
                turns: vec![turn(Some(1), first), turn(None, second)],
            },
        );
        let (server, seen) = started(&zone).await;
        let answers = [
            ask(&server, "docs.example.dev.", RecordType::A)
                .await
                .unwrap()
                .answers,
            ask(&server, "DOCS.example.dev.", RecordType::AAAA)
                .await
                .unwrap()
                .answers,
            ask(&server, "docs.example.dev.", RecordType::A)
                .await
                .unwrap()
                .answers,
            ask(&server, "docs.example.dev.", RecordType::AAAA)
                .await
                .unwrap()
                .answers,
        ];
        let told: Vec<Vec<String>> = answers
            .iter()
            .map(|records| records.iter().map(|record| record.data.to_string()).collect())
            .collect();
        assert_eq!(
            told,
            [vec!["20.0.0.1"], vec!["2600::1"], vec!["10.0.0.1"], vec![]]
        );
        assert_eq!(seen.lock().unwrap()[2].turn, 2);
    }

    #[tokio::test]
    async fn aliases_are_followed_and_unknown_names_do_not_exist() {
        let zone = Zone::default();
        zone.set(
            "a.dev",
            NameBehaviour {
                ttl: 0,
                turns: vec![turn(None, Say::Alias("b.dev".to_owned()))],
            },
        );
        let inside = Say::Addresses(vec!["10.0.0.1".parse().unwrap()]);
        zone.set(
            "b.dev",
            NameBehaviour {
                ttl: 0,
                turns: vec![turn(None, inside)],
            },
        );
        zone.set(
            "quiet.dev",
            NameBehaviour {
                ttl: 0,
                turns: vec![turn(None, Say::Silence)],
            },
        );
        let (server, _) = started(&zone).await;
        assert_eq!(
            ask(&server, "a.dev.", RecordType::A).await.unwrap().answers.len(),
            2
        );
        let unknown = ask(&server, "c.dev.", RecordType::A).await.unwrap();
        assert_eq!(unknown.metadata.response_code, ResponseCode::NXDomain);
        assert!(ask(&server, "quiet.dev.", RecordType::A).await.is_none());
    }
}
