//! The server as a resolver sees it, by messages on loopback.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

use cimdspec_model::behaviour::NameBehaviour;
use cimdspec_model::behaviour::Say;
use cimdspec_model::behaviour::Turn;
use cimdspec_model::behaviour::dns::DnsFault;
use hickory_proto::op::Edns;
use hickory_proto::op::Message;
use hickory_proto::op::Query;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::Name;
use hickory_proto::rr::RecordType;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::UdpSocket;

use super::*;

/// Longer than any answer on loopback takes; only silence waits it out.
const SILENCE: Duration = Duration::from_millis(500);

fn turn(until: Option<u32>, say: Say) -> Turn {
    Turn {
        until,
        say,
        delay: Duration::ZERO,
    }
}

fn addresses(texts: &[&str]) -> Say {
    Say::Addresses(texts.iter().map(|text| text.parse().unwrap()).collect())
}

fn says(zone: &Zone, name: &str, say: Say) {
    let turns = vec![turn(None, say)];
    zone.set(
        name,
        NameBehaviour {
            ttl: 7,
            hints: Vec::new(),
            turns,
        },
    );
}

fn alias(zone: &Zone, name: &str, target: &str) {
    says(zone, name, Say::Alias(target.to_owned()));
}

async fn started(zone: &Zone) -> (Server, Arc<Mutex<Vec<Lookup>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let observer: LookupObserver = Arc::new(move |lookup| sink.lock().unwrap().push(lookup));
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    (
        Server::start(address, zone.clone(), observer).await.unwrap(),
        seen,
    )
}

fn query(name: &str, record: RecordType, edns: bool) -> Message {
    let mut query = Message::query();
    query.add_query(Query::query(Name::from_ascii(name).unwrap(), record));
    if edns {
        let mut ours = Edns::new();
        ours.set_max_payload(4096);
        query.set_edns(ours);
    }
    query
}

async fn exchange(server: &Server, query: &Message) -> Option<Message> {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let bytes = query.to_vec().unwrap();
    socket.send_to(&bytes, server.address()).await.unwrap();
    let mut buffer = [0; 4096];
    let received = tokio::time::timeout(SILENCE, socket.recv(&mut buffer))
        .await
        .ok()?;
    let answer = Message::from_vec(&buffer[..received.unwrap()]).unwrap();
    assert_eq!(answer.metadata.id, query.metadata.id);
    Some(answer)
}

async fn ask(server: &Server, name: &str, record: RecordType) -> Option<Message> {
    exchange(server, &query(name, record, false)).await
}

fn told(answer: &Message) -> Vec<String> {
    answer
        .answers
        .iter()
        .map(|record| record.data.to_string())
        .collect()
}

#[tokio::test]
async fn turns_count_the_queries_of_each_type() {
    let zone = Zone::default();
    let turns = vec![
        turn(Some(1), addresses(&["20.0.0.1", "2600::1"])),
        turn(None, addresses(&["10.0.0.1"])),
    ];
    zone.set(
        "Docs.Example.Dev",
        NameBehaviour {
            ttl: 7,
            hints: Vec::new(),
            turns,
        },
    );
    let (server, seen) = started(&zone).await;
    for (record, expected) in [
        (RecordType::A, vec!["20.0.0.1"]),
        (RecordType::AAAA, vec!["2600::1"]),
        (RecordType::A, vec!["10.0.0.1"]),
        (RecordType::AAAA, vec![]),
        (RecordType::MX, vec![]),
    ] {
        let answer = ask(&server, "dOcS.example.DEV.", record).await.unwrap();
        assert_eq!(answer.metadata.response_code, ResponseCode::NoError);
        assert_eq!(told(&answer), expected);
        assert_eq!(
            answer.queries[0].name().to_ascii(),
            "dOcS.example.DEV.",
            "0x20 is kept"
        );
        assert!(answer.answers.iter().all(|record| record.ttl == 7));
    }
    let seen = seen.lock().unwrap();
    let turns: Vec<u32> = seen.iter().map(|lookup| lookup.turn).collect();
    assert_eq!(turns, [1, 1, 2, 2, 1]);
    let third = Lookup {
        name: "docs.example.dev".to_owned(),
        record: "A".to_owned(),
        turn: 2,
        said: vec!["10.0.0.1".to_owned()],
    };
    assert_eq!(seen[2], third);
}

#[tokio::test]
async fn aliases_are_followed_to_the_addresses() {
    let zone = Zone::default();
    alias(&zone, "a.dev", "B.dev.");
    alias(&zone, "b.dev", "c.dev");
    says(&zone, "c.dev", addresses(&["10.0.0.1"]));
    alias(&zone, "out.dev", "elsewhere.example");
    let (server, seen) = started(&zone).await;
    let answer = ask(&server, "a.dev.", RecordType::A).await.unwrap();
    assert_eq!(told(&answer), ["b.dev.", "c.dev.", "10.0.0.1"]);
    let out = ask(&server, "out.dev.", RecordType::A).await.unwrap();
    assert_eq!(told(&out), ["elsewhere.example."]);
    let only = ask(&server, "a.dev.", RecordType::CNAME).await.unwrap();
    assert_eq!(told(&only), ["b.dev."]);
    assert_eq!(
        seen.lock().unwrap()[0].said,
        ["CNAME b.dev", "CNAME c.dev", "10.0.0.1"]
    );
}

#[tokio::test]
async fn a_loop_of_aliases_ends_and_counts_each_name_once() {
    let zone = Zone::default();
    alias(&zone, "self.dev", "self.dev");
    alias(&zone, "x.dev", "y.dev");
    alias(&zone, "y.dev", "x.dev");
    for step in 0..20 {
        alias(
            &zone,
            &format!("long{step}.dev"),
            &format!("long{}.dev", step + 1),
        );
    }
    says(&zone, "long20.dev", Say::Addresses(vec![[10, 0, 0, 1].into()]));
    let (server, seen) = started(&zone).await;
    let lone = ask(&server, "self.dev.", RecordType::A).await.unwrap();
    assert_eq!(told(&lone), ["self.dev."]);
    let pair = ask(&server, "x.dev.", RecordType::A).await.unwrap();
    assert_eq!(told(&pair), ["y.dev.", "x.dev."]);
    ask(&server, "x.dev.", RecordType::A).await.unwrap();
    assert_eq!(seen.lock().unwrap()[2].turn, 2);
    let long = ask(&server, "long0.dev.", RecordType::A).await.unwrap();
    assert_eq!(told(&long).last().map(String::as_str), Some("10.0.0.1"));
}

#[tokio::test]
async fn names_of_the_machine_are_known_also_behind_an_alias() {
    let zone = Zone::default();
    alias(&zone, "a.dev", "localhost");
    let (server, _) = started(&zone).await;
    let local = ask(&server, "client.localhost.", RecordType::A).await.unwrap();
    assert_eq!(told(&local), ["127.0.0.1"]);
    let aliased = ask(&server, "a.dev.", RecordType::AAAA).await.unwrap();
    assert_eq!(told(&aliased), ["localhost.", "::1"]);
    let delegated = Zone::delegated("probe.example", Vec::new());
    let (server, _) = started(&delegated).await;
    let refused = ask(&server, "localhost.", RecordType::A).await.unwrap();
    assert_eq!(told(&refused), [""; 0]);
}

#[tokio::test]
async fn refusals_have_their_own_codes_and_silence_has_none() {
    let zone = Zone::default();
    says(&zone, "none.dev", Say::Fault(DnsFault::Nxdomain));
    says(&zone, "broken.dev", Say::Fault(DnsFault::Servfail));
    says(&zone, "refused.dev", Say::Fault(DnsFault::Refused));
    says(&zone, "quiet.dev", Say::Fault(DnsFault::Silence));
    let (server, seen) = started(&zone).await;
    for (name, code) in [
        ("none.dev.", ResponseCode::NXDomain),
        ("unknown.dev.", ResponseCode::NXDomain),
        ("broken.dev.", ResponseCode::ServFail),
        ("refused.dev.", ResponseCode::Refused),
    ] {
        let answer = ask(&server, name, RecordType::A).await.unwrap();
        assert_eq!(answer.metadata.response_code, code, "{name}");
        assert_eq!(
            answer.authorities.len(),
            usize::from(code == ResponseCode::NXDomain)
        );
    }
    assert!(ask(&server, "quiet.dev.", RecordType::A).await.is_none());
    assert_eq!(seen.lock().unwrap().last().unwrap().said, ["silence"]);
}

#[tokio::test]
async fn a_held_answer_does_not_hold_others() {
    let zone = Zone::default();
    let mut slow = turn(None, addresses(&["20.0.0.1"]));
    slow.delay = Duration::from_millis(200);
    let turns = vec![slow];
    zone.set(
        "slow.dev",
        NameBehaviour {
            ttl: 0,
            hints: Vec::new(),
            turns,
        },
    );
    says(&zone, "quick.dev", addresses(&["20.0.0.2"]));
    let (server, _) = started(&zone).await;
    let began = Instant::now();
    let timed = |name| {
        let server = &server;
        async move {
            ask(server, name, RecordType::A).await.unwrap();
            began.elapsed()
        }
    };
    let (slow, quick) = tokio::join!(timed("slow.dev."), timed("quick.dev."));
    assert!(slow >= Duration::from_millis(200));
    assert!(quick < slow);
}

#[tokio::test]
async fn a_long_answer_is_cut_on_udp_and_whole_on_tcp() {
    let zone = Zone::default();
    let many: Vec<String> = (1..=120).map(|last| format!("20.0.0.{last}")).collect();
    says(
        &zone,
        "many.dev",
        addresses(&many.iter().map(String::as_str).collect::<Vec<_>>()),
    );
    let (server, _) = started(&zone).await;
    let ask = query("many.dev.", RecordType::A, true);
    let cut = exchange(&server, &ask).await.unwrap();
    assert!(cut.metadata.truncation && cut.answers.is_empty());
    assert!(cut.edns.is_some(), "OPT is answered by OPT");
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let bytes = ask.to_vec().unwrap();
    stream
        .write_u16(u16::try_from(bytes.len()).unwrap())
        .await
        .unwrap();
    stream.write_all(&bytes).await.unwrap();
    let mut whole = vec![0; usize::from(stream.read_u16().await.unwrap())];
    stream.read_exact(&mut whole).await.unwrap();
    assert_eq!(Message::from_vec(&whole).unwrap().answers.len(), 120);
}

#[tokio::test]
async fn answers_are_not_answered_and_a_stopped_server_frees_its_address() {
    let zone = Zone::default();
    says(&zone, "a.dev", addresses(&["20.0.0.1"]));
    let (server, seen) = started(&zone).await;
    let answer = ask(&server, "a.dev.", RecordType::A).await.unwrap();
    assert!(answer.edns.is_none(), "no OPT unless asked");
    assert!(exchange(&server, &answer).await.is_none());
    assert_eq!(seen.lock().unwrap().len(), 1);
    let address = server.address();
    server.stop().await;
    UdpSocket::bind(address).await.unwrap();
}

#[tokio::test]
async fn an_https_record_hints_at_addresses() {
    let zone = Zone::default();
    zone.set(
        "docs.dev",
        NameBehaviour {
            ttl: 7,
            hints: vec!["10.0.0.1".parse().unwrap(), "fd00::1".parse().unwrap()],
            turns: vec![turn(None, addresses(&["20.0.0.1"]))],
        },
    );
    let (server, seen) = started(&zone).await;
    let answer = ask(&server, "docs.dev.", RecordType::HTTPS).await.unwrap();
    let told = told(&answer).concat();
    assert!(told.contains("10.0.0.1") && told.contains("fd00::1"), "{told}");
    assert_eq!(seen.lock().unwrap()[0].said, ["hint 10.0.0.1", "hint fd00::1"]);
    let plain = ask(&server, "docs.dev.", RecordType::A).await.unwrap();
    assert_eq!(self::told(&plain), ["20.0.0.1"]);
}

#[tokio::test]
async fn malformed_answers_are_malformed() {
    let zone = Zone::default();
    for (name, say) in [
        ("garbage.dev", Say::Fault(DnsFault::Garbage)),
        ("short.dev", Say::Fault(DnsFault::ShortAddress)),
        ("cut.dev", Say::Fault(DnsFault::Truncated)),
        ("wrong.dev", Say::Fault(DnsFault::WrongId)),
    ] {
        says(&zone, name, say);
    }
    let (server, _) = started(&zone).await;
    let raw = async |name: &str| {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let query = query(name, RecordType::A, false);
        socket
            .send_to(&query.to_vec().unwrap(), server.address())
            .await
            .unwrap();
        let mut buffer = vec![0; 4096];
        let length = socket.recv(&mut buffer).await.unwrap();
        buffer.truncate(length);
        (query.metadata.id, buffer)
    };
    assert_eq!(raw("garbage.dev").await.1, b"this is no answer of a name server");
    let (_, short) = raw("short.dev").await;
    // The length of the record's data, and three bytes of it.
    assert!(short.ends_with(&[0, 3, 10, 0, 0]), "{short:?}");
    let (_, cut) = raw("cut.dev").await;
    assert!(Message::from_vec(&cut).unwrap().metadata.truncation);
    let (asked, wrong) = raw("wrong.dev").await;
    assert_ne!(Message::from_vec(&wrong).unwrap().metadata.id, asked);
}
