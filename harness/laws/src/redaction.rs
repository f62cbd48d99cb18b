//! Secrets in what is recorded: none that is known survives, and no record shows one by its name.

use cimdspec_drive::Secrets;
use cimdspec_drive::readers::Answer;
use cimdspec_drive::readers::Recorder;
use cimdspec_drive::readers::Redactor;
use cimdspec_drive::shown_secret;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Event;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::StepRecord;
use url::Url;

use crate::agent::client;
use crate::agent::field_value;
use crate::bytes::Bytes;

/// Secrets as servers make them, each no other text by chance.
const SECRETS: [(&str, &str); 6] = [
    ("access-token", "SlAV32hkKG.abcdefgh-ijkl_MNOP"),
    ("client-secret", "7Fjfp0ZBr1KtDRbnfVdmIw"),
    ("code", "splxlOBeZQQYbYS6WxSbIA/+Kx=="),
    ("cookie", "s%3A0123456789abcdef.Signed"),
    ("password", "correct horse 4711"),
    ("refresh-token", "tGzv3JOkF0XGQÄx2TlKWIA"),
];
/// How a secret may be written.
const SPELLINGS: [fn(&str) -> String; 7] = [
    str::to_owned,
    |text| each(text, |byte| format!("%{byte:02X}")),
    |text| each(text, |byte| format!("%{byte:02x}")),
    |text| {
        let query = url::form_urlencoded::byte_serialize(text.as_bytes());
        query.collect()
    },
    |text| text.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
    |text| text.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect(),
    |text| text.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect(),
];

fn each(text: &str, written: impl Fn(u8) -> String) -> String {
    text.bytes().map(written).collect()
}

/// The first byte chooses the secret, the second how it is written, and the third after how many bytes of the rest it stands.
pub fn redaction(bytes: &[u8]) {
    let mut given = Bytes(bytes);
    let (kind, secret) = given.one_of(&SECRETS);
    let written = given.one_of(&SPELLINGS)(secret);
    let place = usize::from(given.byte());
    let before = String::from_utf8_lossy(given.take(place)).into_owned();
    let after = String::from_utf8_lossy(given.0).into_owned();
    let text = format!("{before}{written}{after}");
    survives_nowhere(kind, secret, &written, &text);
    shows_nothing(&text, &before, &after);
}

/// What is known to be secret stands in no text that leaves the room.
fn survives_nowhere(kind: &'static str, secret: &str, written: &str, text: &str) {
    let all = Secrets::default();
    let (case, other) = (
        Redactor::of(all.clone(), std::iter::empty()),
        Redactor::of(all.clone(), std::iter::empty()),
    );
    case.learn(kind, secret);
    let kinds = case.kinds_in(&[text.to_owned()]);
    assert!(kinds.contains(kind), "no {kind} was heard in {text}");
    let line = field_value(text);
    let shown = [
        case.text(text),
        case.without_known(text),
        other.text(text),
        all.redacted(text),
        case.header("x-note", &line),
        case.header("location", &line),
        case.request_header("referer", &line),
        case.parameter("state", text),
    ];
    for shown in shown {
        assert!(!shown.contains(secret), "{secret} in {shown}");
        assert!(!shown.contains(written), "{written} in {shown}");
    }
}

/// A case as it is kept shows no secret by its name.
fn shows_nothing(text: &str, before: &str, after: &str) {
    let recorder = Recorder::new(client(), Redactor::default());
    let mut url = Url::parse("https://as.test/a").expect("a URL of a law");
    url.set_query(Some(before));
    let fields = [
        ("cookie".to_owned(), field_value(before)),
        ("authorization".to_owned(), field_value(after)),
        ("referer".to_owned(), field_value(text)),
    ];
    let answer = Answer {
        status: 200,
        headers: vec![
            ("set-cookie".to_owned(), field_value(before)),
            ("location".to_owned(), field_value(text)),
            ("x-note".to_owned(), field_value(after)),
        ],
        body: text.to_owned(),
    };
    let record = StepRecord {
        step: StepName::parse("ask").expect("the name of a step"),
        began: Instant(0),
        ended: Instant(1),
        exchanges: vec![recorder.exchange(&url, &fields, Ok(answer))],
        arrival: Arrival::Answer,
        values: Vec::new(),
        logged: None,
        scripted: false,
        programs: Vec::new(),
    };
    let event = Event {
        at: Instant(0),
        case: None,
        host: None,
        what: Happening::Request {
            connection: 1,
            to: ([20, 0, 0, 1], 443).into(),
            method: "GET".to_owned(),
            target: format!("/{before}"),
            headers: vec![("referer".to_owned(), field_value(text))],
        },
    };
    let case = Case {
        case: CaseId::from_text("a"),
        hosts: Vec::new(),
        events: vec![recorder.witnessed(event)],
        steps: vec![recorder.whole(record)],
        alive: true,
    };
    assert_eq!(shown_secret(&case), None, "{case:?}");
}
