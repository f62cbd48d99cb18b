//! A finding is walked again alone, and made as small as it can be: what does not come again is none.

use std::collections::BTreeSet;
use std::time::Duration;
use std::time::Instant;

use cimdspec_drive::Beside;
use cimdspec_drive::Explored;
use cimdspec_drive::Explorer;
use cimdspec_generate::Generator;
use cimdspec_generate::Key;
use cimdspec_generate::Law;
use cimdspec_generate::Tape;
use cimdspec_generate::World;
use cimdspec_model::plan::ContentKey;
use cimdspec_model::verdict::Finding;
use cimdspec_model::verdict::Outcome;

/// How many walks a finding has at most, and in how many of them it must be seen.
pub(crate) const WALKS: usize = 3;
pub(crate) const SEEN: usize = 2;
/// How many simpler worlds are tried at most, and for how long.
const MOST_TRIALS: usize = 60;
const LONGEST: Duration = Duration::from_secs(90);

/// A finding that came again.
pub(crate) struct Confirmed {
    pub(crate) key: Key,
    pub(crate) world: World,
    /// The finding; nothing where the server died.
    pub(crate) finding: Option<Finding>,
    /// In how many of how many walks it was seen.
    pub(crate) seen: (usize, usize),
    /// How many simpler worlds were tried.
    pub(crate) trials: usize,
}

/// A finding that is to be confirmed.
pub(crate) struct Candidate {
    pub(crate) key: Key,
    pub(crate) world: World,
    /// The finding; nothing where the server died.
    pub(crate) finding: Option<Finding>,
}

/// What is broken in a walk, by the laws that are looked at.
pub(crate) fn broken(world: &World, explored: &Explored, laws: &[Law]) -> Vec<(Key, Option<Finding>)> {
    let mut found: Vec<(Key, Option<Finding>)> = Vec::new();
    if explored.died {
        found.push((Key::of_death(world), None));
    }
    let failed = explored.findings.iter();
    let failed = failed.filter(|finding| finding.outcome == Outcome::Fail && finding.because.is_none());
    found.extend(failed.filter_map(|finding| Some((Key::of(finding, world)?, Some(finding.clone())))));
    found.retain(|(key, _)| laws.contains(&key.law));
    found
}

/// Walks the world again, alone, until it is known whether the finding comes again; then looks for the simplest world that
/// shows it. Nothing where it did not come again.
pub(crate) async fn confirmed(
    explorer: &Explorer,
    generator: &Generator,
    candidate: Candidate,
    until: Instant,
) -> Option<Confirmed> {
    let Candidate {
        key,
        world,
        finding: mut last,
    } = candidate;
    let shown = async |world: &World| {
        let explored = explorer.walk(&world.plan, Beside::Nothing).await;
        let mut found = broken(world, &explored, &Law::ALL).into_iter();
        found.find(|(other, _)| other.is_like(&key))
    };
    // What was seen on the wire was seen, also if it comes only once.
    let is_traffic = key.law == Law::Traffic;
    let (mut seen, mut walks) = (1, 1);
    while walks < WALKS && seen < SEEN {
        walks += 1;
        if let Some((_, finding)) = shown(&world).await {
            seen += 1;
            last = finding;
        }
    }
    if seen < SEEN && !is_traffic {
        return None;
    }
    let mut confirmed = Confirmed {
        key: key.clone(),
        finding: last,
        world,
        seen: (seen, walks),
        trials: 0,
    };
    if seen < SEEN {
        return Some(confirmed);
    }
    let until = until.min(Instant::now() + LONGEST);
    let mut tried: BTreeSet<Tape> = BTreeSet::from([confirmed.world.tape.clone()]);
    'smaller: loop {
        for tape in confirmed.world.tape.simpler() {
            if confirmed.trials >= MOST_TRIALS || Instant::now() >= until {
                break 'smaller;
            }
            if !tried.insert(tape.clone()) {
                continue;
            }
            let world = generator.world(&tape);
            // A number that means the same as 0 makes the same world.
            if ContentKey::of(&world.plan) == ContentKey::of(&confirmed.world.plan) {
                confirmed.world = World { tape, ..world };
                continue 'smaller;
            }
            confirmed.trials += 1;
            if let Some((key, finding)) = shown(&world).await {
                (confirmed.key, confirmed.finding, confirmed.world) = (key, finding, world);
                continue 'smaller;
            }
        }
        break;
    }
    // The key of the world that is left: what differs there is what matters.
    confirmed.key.fields = confirmed.world.fields.iter().cloned().collect();
    Some(confirmed)
}
