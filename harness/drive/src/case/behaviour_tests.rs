//! Tests of what hosts serve.

use cimdspec_model::behaviour::Encoding;
use std::time::Duration;

use cimdspec_model::behaviour::Validators;
use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::name::HostLabel;
use cimdspec_model::quantity::Size;
use cimdspec_model::quantity::Span;
use cimdspec_model::verb::Verb;
use serde_json::json;

use super::*;

fn names() -> Names {
    let label = HostLabel::parse("docs").unwrap();
    Names {
        origins: [(label, "https://docs-1.test".to_owned())].into(),
        keys: [("client".to_owned(), json!({"keys": []}))].into(),
        ..Names::default()
    }
}

fn document() -> Document {
    Document {
        path: "/client.json".to_owned(),
        body: json!({"client_id": "@docs/client.json", "client_name": "N"})
            .as_object()
            .unwrap()
            .clone(),
    }
}

fn served(step: &Serve) -> HostBehaviour {
    let mut behaviour = initial(&document(), &names()).unwrap();
    serve(&mut behaviour, step, &document(), &names()).unwrap();
    behaviour
}

fn text(page: &Page) -> String {
    String::from_utf8(page.body.written_out().to_vec()).unwrap()
}

#[test]
fn each_serve_starts_again_from_the_known_good_document() {
    let step = Serve {
        set: [("client_name".to_owned(), json!("Other"))].into(),
        remove: vec!["client_id".to_owned()],
        ..Serve::default()
    };
    let mut behaviour = served(&step);
    assert_eq!(text(&behaviour.pages[0]), r#"{"client_name":"Other"}"#);
    serve(&mut behaviour, &Serve::default(), &document(), &names()).unwrap();
    assert_eq!(behaviour.pages.len(), 1);
    assert_eq!(
        text(&behaviour.pages[0]),
        r#"{"client_id":"https://docs-1.test/client.json","client_name":"N"}"#
    );
}

#[test]
fn every_path_replaces_all_and_one_path_goes_before_it() {
    let everywhere = Serve {
        path: Some(Text("*".to_owned())),
        ..Serve::default()
    };
    let mut behaviour = served(&everywhere);
    assert_eq!(behaviour.pages.len(), 1);
    let moved = Serve {
        path: Some(Text("/moved".to_owned())),
        status: Some(302),
        headers: [
            ("Content-Type".to_owned(), Text("text/plain".to_owned())),
            ("location".to_owned(), Text("@docs/x".to_owned())),
        ]
        .into(),
        body: Some(Text("[@document]".to_owned())),
        ..Serve::default()
    };
    serve(&mut behaviour, &moved, &document(), &names()).unwrap();
    let first = &behaviour.pages[0];
    assert_eq!((first.target.as_deref(), first.status), (Some("/moved"), 302));
    assert_eq!(first.headers.len(), 2);
    assert!(text(first).starts_with(r#"[{"client_id""#));
    assert_eq!(behaviour.pages[1].target, None);
}

#[test]
fn padding_reaches_the_whole_size() {
    let small = r#"{"a":1}"#.to_owned();
    for size in [7, 8, 29, 30, 31, 5121] {
        let long = padded(small.clone(), size, Padding::Within).text();
        assert_eq!(long.len(), size, "{long}");
        assert!(serde_json::from_str::<Value>(&long).is_ok(), "{long}");
    }
    assert_eq!(padded(small.clone(), 3, Padding::Within).text(), small);
    assert_eq!(padded("{}".to_owned(), 64, Padding::Within).text().len(), 64);
    assert_eq!(padded(small, 9, Padding::Spaces).text(), "{\"a\":1}  ");
}

#[test]
fn a_padded_body_is_its_text_in_each_encoding() {
    for encoding in [
        Encoding::Utf8,
        Encoding::Utf8Bom,
        Encoding::Utf16be,
        Encoding::Utf32le,
    ] {
        for with in [Padding::Within, Padding::Spaces, Padding::Garbage] {
            let padded = padded(r#"{"a":"é"}"#.to_owned(), 9000, with);
            let written = encoding.bytes(padded.text());
            assert_eq!(
                padded.body(encoding).written_out(),
                written,
                "{encoding:?} {with:?}"
            );
        }
    }
}

#[test]
fn a_pace_alone_drips_the_body() {
    let step = Serve {
        pace: Some(Pace {
            bytes: 2,
            every: Span(Duration::from_millis(5)),
        }),
        ..Serve::default()
    };
    let page = served(&step).pages.remove(0);
    assert_eq!(page.delivery, Delivery::DripBody);
    assert_eq!(Some(page.amounts.pace), step.pace);
    let giant = Serve {
        delivery: Some(Delivery::GiantHeaders),
        pad: Some(Size(4096)),
        ..Serve::default()
    };
    let page = served(&giant).pages.remove(0);
    assert_eq!(
        (page.delivery, page.amounts.giant),
        (Delivery::GiantHeaders, 4096)
    );
    assert!(page.body.len() < 100);
}

#[test]
fn a_raw_answer_is_written_with_the_length_of_the_document() {
    let step = Serve {
        delivery: Some(Delivery::Raw),
        body: Some(Text(
            "HTTP/1.1 200 OK\r\ncontent-length: @length\r\n\r\n@document".to_owned(),
        )),
        ..Serve::default()
    };
    let page = served(&step).pages.remove(0);
    let document = served(&Serve::default()).pages.remove(0).body;
    assert_eq!(page.delivery, Delivery::Raw);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", document.len());
    assert_eq!(
        page.body.written_out(),
        [head.as_bytes(), &document.written_out()].concat()
    );
}

#[test]
fn answers_name_hosts_families_and_literals() {
    let facts = [HostFact {
        label: HostLabel::parse("docs").unwrap(),
        name: "docs-1.test".to_owned(),
        origin: "https://docs-1.test".to_owned(),
        addresses: vec!["20.0.0.1".parse().unwrap(), "2600::1".parse().unwrap()],
    }];
    let turn = |until, list: &[&str]| ResolveTurn {
        until,
        answers: list.iter().map(|answer| (*answer).to_owned()).collect(),
        ..ResolveTurn::default()
    };
    let step = Resolve {
        turns: vec![
            turn(Some(1), &["@docs.v4"]),
            turn(Some(2), &["10.0.0.1", "@docs.v6"]),
        ],
        ..Resolve::default()
    };
    let made = answers(&step, &facts).unwrap();
    assert_eq!(
        made.turns[0].say,
        Say::Addresses(vec!["20.0.0.1".parse().unwrap()])
    );
    assert_eq!(made.turns[1].until, None);
    assert_eq!(step.addresses(), ["10.0.0.1".parse::<IpAddr>().unwrap()]);
    let alias = Resolve {
        alias: Some(Text("@docs".to_owned())),
        ..Resolve::default()
    };
    assert_eq!(
        answers(&alias, &facts).unwrap().turns[0].say,
        Say::Alias("docs-1.test".to_owned())
    );
    let unknown = Resolve {
        answers: vec!["@nobody".to_owned()],
        ..Resolve::default()
    };
    assert_eq!(
        answers(&unknown, &facts).unwrap_err(),
        "no host is called `nobody`"
    );
}

#[test]
fn a_body_that_names_a_key_set_is_that_set() {
    let step = |body: &str| Serve {
        path: Some(Text("/keys.json".to_owned())),
        body: Some(Text(body.to_owned())),
        ..Serve::default()
    };
    assert_eq!(text(&served(&step("@keys/client")).pages[0]), r#"{"keys":[]}"#);
    let mut behaviour = HostBehaviour::default();
    assert_eq!(
        serve(&mut behaviour, &step("@keys/nobody"), &document(), &names()),
        Err("no host is called `keys/nobody`; write `@@` for a plain `@`".to_owned())
    );
}

#[test]
fn a_body_is_encoded_and_its_validators_are_honoured() {
    let page = |step: Serve| served(&step).pages.remove(0);
    let wide = page(Serve {
        encoding: Some(Encoding::Utf16be),
        body: Some(Text("{}".to_owned())),
        ..Serve::default()
    });
    assert_eq!(wide.body.written_out().as_ref(), [0xfe, 0xff, 0, b'{', 0, b'}']);
    let tagged = page(Serve {
        validators: Some(Validators::Honoured),
        headers: [("etag".to_owned(), Text("\"v1\"".to_owned()))].into(),
        ..Serve::default()
    });
    assert_eq!(tagged.answering(Some("\"v1\""), None).status, 304);
    assert_eq!(tagged.answering(Some("\"v2\""), None), tagged);
}

#[test]
fn what_is_served_by_turns_stands_after_what_was_served_before() {
    let mut behaviour = HostBehaviour::default();
    let first = Serve::default();
    let second = Serve {
        by_turns: true,
        status: Some(404),
        ..Serve::default()
    };
    for step in [&first, &second] {
        serve(&mut behaviour, step, &document(), &names()).unwrap();
    }
    let served: Vec<_> = behaviour
        .pages
        .iter()
        .map(|page| (page.status, page.by_turns))
        .collect();
    assert_eq!(served, [(200, true), (404, true)]);
}
