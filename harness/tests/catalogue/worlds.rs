//! Every tape makes a valid world, and the file of a world is the world.

use cimdspec_generate::Generator;
use cimdspec_generate::Law;
use cimdspec_generate::Tape;
use cimdspec_model::plan::ContentKey;
use cimdspec_model::scenario::catalogue::scenario;
use proptest::prelude::*;

use crate::files::catalogue;
use crate::files::sources;

#[test]
fn every_tape_makes_a_valid_world_whose_file_is_read_as_the_same() {
    let sources = sources();
    let catalogue = catalogue();
    let mut generator = Generator::of(sources, &catalogue.clauses).unwrap();
    generator.learn(["openid".to_owned(), "invalid_client".to_owned()]);
    let config = ProptestConfig {
        cases: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(words in prop::collection::vec(any::<u16>(), 0..32))| {
        let tape = Tape::of(words);
        prop_assert_eq!(tape.to_string().parse(), Ok(tape.clone()));
        let world = generator.tried(&tape);
        let world = world.map_err(|told| TestCaseError::fail(format!("{tape}\n{told}")))?;
        let again = scenario("found/again.toml", &world.text, sources, &catalogue.clauses);
        let again = again.map_err(|told| TestCaseError::fail(format!("{tape}\n{told}")))?;
        prop_assert_eq!(again.plans.len(), 1);
        prop_assert_eq!(ContentKey::of(&again.plans[0]), ContentKey::of(&world.plan));
        prop_assert_eq!(&again.plans[0].checks, &world.plan.checks);
        for check in world.plan.checks.iter() {
            prop_assert!(Law::of_check(check.id.as_str()).is_some(), "{}", check.id);
        }
    });
}

#[test]
fn a_tape_of_zeros_is_the_known_good_world() {
    let sources = sources();
    let catalogue = catalogue();
    let generator = Generator::of(sources, &catalogue.clauses).unwrap();
    let world = generator.tried(&Tape::default()).unwrap();
    assert_eq!(world.fields, Vec::<String>::new());
    assert_eq!(world.plan.base, "client/document");
    let verbs: Vec<&str> = world.plan.steps.iter().map(|step| step.act.word()).collect();
    assert_eq!(verbs, ["authorize", "token"]);
}
