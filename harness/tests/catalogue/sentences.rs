//! Each sentence of the catalogue is cited where it stands, under every revision, and binds whom it names.

use std::path::Path;
use std::sync::OnceLock;

use cimdspec_model::diagnostic::Sources;
use cimdspec_model::requirement::clause::Clause;
use cimdspec_model::requirement::law::Law;
use cimdspec_model::requirement::level::Level;
use cimdspec_model::scenario::catalogue::Catalogue;

pub(super) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let mut sources = Sources::default();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                    sources.0.insert(name, std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        Catalogue::read(&sources).unwrap_or_else(|error| panic!("{error}"))
    })
}

fn clauses() -> impl Iterator<Item = &'static Clause> {
    catalogue().clauses.0.values()
}

#[test]
fn each_clause_that_a_text_has_names_the_place_of_its_quote() {
    let homeless: Vec<&str> = clauses()
        .filter(|clause| !clause.anchor.is_empty())
        .filter(|clause| {
            let place = clause.place.as_ref();
            place.is_none_or(|place| clause.anchor.get(&place.text) != Some(&place.section))
        })
        .map(|clause| clause.id.as_str())
        .collect();
    assert_eq!(homeless, Vec::<&str>::new());
}

#[test]
fn under_each_revision_a_citation_is_an_anchor_of_it_or_by_way_of_one() {
    let mut strange = Vec::new();
    for revision in catalogue().revisions.0.values() {
        for clause in catalogue().clauses.of(&revision.law()).0.values() {
            let is_of_family = revision.families.iter().any(|family| family == clause.family());
            let Some(place) = clause.place.as_ref().filter(|_| !is_of_family) else {
                continue;
            };
            let text = place.through.as_ref().map_or(&place.text, |(text, _)| text);
            if !revision.anchors.contains(text) {
                strange.push(format!(
                    "{}: {} ({})",
                    revision.name,
                    clause.id,
                    clause.citation()
                ));
            }
        }
    }
    assert_eq!(strange, Vec::<String>::new());
}

#[test]
fn under_each_revision_the_level_is_that_of_the_text_that_is_cited() {
    let mut strange = Vec::new();
    for revision in catalogue()
        .revisions
        .0
        .values()
        .filter(|it| it.families.is_empty())
    {
        for clause in catalogue().clauses.of(&revision.law()).0.values() {
            let place = clause.place.as_ref().unwrap();
            let text = place.through.as_ref().map_or(&place.text, |(text, _)| text);
            let yields = clause.yields.iter().any(|other| revision.anchors.contains(other));
            let written = catalogue().clauses.named(&clause.id).unwrap();
            if !yields && written.level_in(text) != Some(clause.level) {
                strange.push(format!(
                    "{}: {} ({})",
                    revision.name,
                    clause.id,
                    clause.level.word()
                ));
            }
        }
    }
    assert_eq!(strange, Vec::<String>::new());
}

/// What binds the client is no MUST of the server in any text, and says why something follows for the server.
#[test]
fn no_text_orders_the_server_what_it_orders_somebody_else() {
    for clause in clauses() {
        for text in clause.anchor.keys().chain(clause.through.keys()) {
            let there = clause.under(&Law::of_texts([text.as_str()])).unwrap();
            let is_ordered = matches!(there.level, Level::Must | Level::Should);
            assert!(
                !is_ordered || there.binds.names_the_server(),
                "{} in {text}",
                clause.id
            );
            assert!(
                there.level != Level::Inferred || there.stance.is_some(),
                "{} in {text}",
                clause.id
            );
        }
    }
}

/// A sentence in the indicative is called a MUST only where its stance says so, which every finding prints.
#[test]
fn a_must_without_its_word_says_so() {
    const WORDS: [&str; 8] = [
        "MUST",
        "SHALL",
        "REQUIRED",
        "SHOULD",
        "RECOMMENDED",
        "MAY",
        "OPTIONAL",
        "must",
    ];
    let silent: Vec<&str> = clauses()
        .filter(|clause| clause.level == Level::Must)
        .filter(|clause| !WORDS.iter().any(|word| clause.quote.contains(word)))
        .filter(|clause| clause.stance.is_none())
        .map(|clause| clause.id.as_str())
        .collect();
    assert_eq!(silent, Vec::<&str>::new());
}

/// Where revision -01 has the sentence, its exception for a server on loopback has a clause without it.
#[test]
fn loopback_addresses_do_not_break_revision_01() {
    let of_loopback = |clause: &&Clause| clause.id.as_str() == "cimd.ssrf.loopback";
    let clause = clauses().find(of_loopback).unwrap();
    assert_eq!(clause.under(&Law::of_texts(["01"])), None);
    let plan = |slug: &str| {
        let variant = format!("cimd/ssrf/answers/rebind[inside={slug},turn=1]");
        let plans = &mut catalogue().plans();
        let plan = plans.find(|plan| plan.variant.to_string() == variant).unwrap();
        let clauses = plan.checks[0].clauses.iter();
        clauses.map(ToString::to_string).collect::<Vec<String>>()
    };
    let of_loopback = ["cimd.ssrf.loopback", "cimd.ssrf.private-or-loopback"];
    assert_eq!(plan("127.0.0.1"), of_loopback);
    assert_eq!(plan("::1"), of_loopback);
    assert_eq!(
        plan("10.0.0.7"),
        ["cimd.ssrf.special-use", "cimd.ssrf.private-or-loopback"]
    );
    assert_eq!(plan("169.254.169.254"), ["cimd.ssrf.special-use"]);
}

/// A link that leads to another section misleads; one to the page alone is right, where the anchors are not known.
#[test]
fn each_place_of_a_sentence_has_a_link_to_its_section() {
    const CHANGING: &str = "03";
    let mut strange = Vec::new();
    let mut seen = 0;
    for clause in clauses() {
        for text in clause.anchor.keys() {
            let there = clause.under(&Law::of_texts([text.as_str()])).unwrap();
            let link = there.sentence().link.unwrap_or_default();
            let is_whole = text == CHANGING || text.starts_with("https://");
            seen += 1;
            if !link.starts_with("https://") || link.contains('#') == is_whole {
                strange.push(format!("{} in {text}: `{link}`", clause.id));
            }
        }
    }
    assert!(seen > 600, "{seen} places");
    assert_eq!(strange, Vec::<String>::new());
}
