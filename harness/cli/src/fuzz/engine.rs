//! The loop: worlds are made and walked, several at once, and what breaks a law is confirmed.
//!
//! The tapes come in an order that depends on the seed and on what the target answered, and not on how fast it did: a
//! case is made when the cases of a fixed number before it are over. Worlds that mostly wait do not count for that.

use std::collections::HashSet;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use cimdspec_drive::Beside;
use cimdspec_drive::Explored;
use cimdspec_drive::Explorer;
use cimdspec_drive::is_patient;
use cimdspec_generate::Generator;
use cimdspec_generate::Key;
use cimdspec_generate::Law;
use cimdspec_generate::Signature;
use cimdspec_generate::Tape;
use cimdspec_generate::World;
use cimdspec_model::gate::Gate;
use cimdspec_model::made::Made;
use cimdspec_model::plan::ContentKey;
use tokio::task::JoinHandle;
use tokio::task::JoinSet;

use crate::exit::Stop;
use crate::fuzz::confirm::Candidate;
use crate::fuzz::confirm::broken;
use crate::fuzz::confirm::confirmed;
use crate::fuzz::corpus::Corpus;
use crate::fuzz::found::Folder;
use crate::fuzz::found::Found;
use crate::fuzz::tally::Tally;

/// So many worlds that mostly wait are walked at once.
const MOST_PATIENT: usize = 48;
/// So often a tape is thrown away whose world was walked already.
const MOST_REPEATS: usize = 50;
/// How long candidates are confirmed after the time is over.
const AFTERWARDS: Duration = Duration::from_secs(10);

/// After so many worlds that the target did not answer, one after the other, none is made any more.
const MOST_UNANSWERED: usize = 40;

/// What is fuzzed, and how long.
pub(crate) struct Fuzz {
    pub(crate) explorer: Arc<Explorer>,
    pub(crate) generator: Generator,
    pub(crate) corpus: Corpus,
    pub(crate) laws: Vec<Law>,
    pub(crate) jobs: usize,
    /// When no more worlds are made.
    pub(crate) until: Instant,
    /// After how many cases none is made.
    pub(crate) most: usize,
    /// The clauses of checks that the baseline names.
    pub(crate) known: HashSet<String>,
    /// What fails the run, where that was said.
    pub(crate) gate: Option<Gate>,
    /// The command that replays a file of a finding.
    pub(crate) reproduce: Made,
    pub(crate) folder: Folder,
}

/// What a fuzzing run brought.
#[derive(Default)]
pub(crate) struct Brought {
    pub(crate) tally: Tally,
    pub(crate) found: Vec<Found>,
    pub(crate) not_repeated: usize,
    /// Whether the target answered nothing any more.
    pub(crate) silent: bool,
}

/// A world that is walked, or was.
struct Walk {
    world: World,
    /// What the base of the world asks.
    base: ContentKey,
    explored: Explored,
}

/// What is said while it runs.
pub(crate) trait Listener {
    /// Something changed.
    fn progress(&mut self, brought: &Brought, signatures: usize);
    /// A key was found.
    fn found(&mut self, found: &Found);
}

impl Fuzz {
    /// Makes and walks worlds until the time is over, or the future is.
    pub(crate) async fn run(
        &mut self,
        brought: &mut Brought,
        listener: &mut impl Listener,
        stop: impl Future<Output = ()>,
    ) -> Result<(), Stop> {
        let mut stop = std::pin::pin!(stop);
        let mut quick: VecDeque<JoinHandle<Walk>> = VecDeque::new();
        let mut patient: JoinSet<Walk> = JoinSet::new();
        let mut candidates: VecDeque<Candidate> = VecDeque::new();
        let mut worlds: HashSet<ContentKey> = HashSet::new();
        let mut made = 0;
        let mut unanswered = 0;
        let mut is_over = false;
        loop {
            is_over |= Instant::now() >= self.until || made >= self.most;
            // Who is accused has the machine for itself, but for worlds that mostly wait.
            while !is_over && candidates.is_empty() && quick.len() < self.jobs && patient.len() < MOST_PATIENT
            {
                let (world, base) = self.next(&mut worlds, &mut brought.tally);
                made += 1;
                is_over = made >= self.most;
                let explorer = Arc::clone(&self.explorer);
                let waits = is_patient(&world.plan);
                let walk = async move {
                    let explored = explorer.walk(&world.plan, Beside::Others).await;
                    Walk {
                        world,
                        base,
                        explored,
                    }
                };
                match waits {
                    true => drop(patient.spawn(walk)),
                    false => quick.push_back(tokio::spawn(walk)),
                }
            }
            if quick.is_empty() {
                if let Some(candidate) = candidates.pop_front() {
                    let until = self.until + AFTERWARDS;
                    tokio::select! {
                        ended = self.confirm(candidate, until, brought, listener) => ended?,
                        () = &mut stop => return Ok(()),
                    }
                    continue;
                }
                if patient.is_empty() && is_over {
                    return Ok(());
                }
            }
            let (walk, feeds) = tokio::select! {
                walked = oldest(&mut quick), if !quick.is_empty() => (walked, true),
                Some(walked) = patient.join_next() => (walked.ok(), false),
                () = &mut stop => return Ok(()),
            };
            if let Some(walk) = walk {
                let is_answered = walk.explored.case.is_some() || walk.explored.unfit.is_some();
                unanswered = if is_answered { 0 } else { unanswered + 1 };
                brought.silent |= unanswered >= MOST_UNANSWERED;
                is_over |= brought.silent;
                let news = self.learn(walk, feeds, brought);
                candidates.extend(news);
                listener.progress(brought, self.corpus.signatures());
            }
        }
    }

    /// The next world that was not walked yet; the base of a world comes before it.
    fn next(&mut self, worlds: &mut HashSet<ContentKey>, tally: &mut Tally) -> (World, ContentKey) {
        for _ in 0..MOST_REPEATS {
            let tape = self.corpus.next();
            let base_tape = tape.base();
            let base_world = self.generator.world(&base_tape);
            let base = ContentKey::of(&base_world.plan);
            if base_tape != tape && tally.is_first_of(base) {
                self.corpus.put_back(tape);
                return (base_world, base);
            }
            let world = self.generator.world(&tape);
            if worlds.insert(ContentKey::of(&world.plan)) {
                return (world, base);
            }
        }
        // All that is near was walked: something is walked again.
        let tape: Tape = self.corpus.next();
        let base = ContentKey::of(&self.generator.world(&tape.base()).plan);
        (self.generator.world(&tape), base)
    }

    /// Learns from a walk; what it breaks and is not found yet comes back.
    fn learn(&mut self, walk: Walk, feeds: bool, brought: &mut Brought) -> Vec<Candidate> {
        let Walk {
            world,
            base,
            explored,
        } = walk;
        if explored.unfit.is_some() {
            brought.tally.unfit();
            return Vec::new();
        }
        if let Some(case) = &explored.case {
            let signature = Signature::of(case);
            let is_new = feeds && self.corpus.note(&world.tape, signature);
            brought.tally.walked(&world, base, case, is_new);
        }
        let mut news = Vec::new();
        for (key, finding) in broken(&world, &explored, &self.laws) {
            let known = brought
                .found
                .iter_mut()
                .find(|found| is_shown_by(&found.key, &key));
            match known {
                Some(found) => found.times += 1,
                None => news.push(Candidate {
                    key,
                    world: world.clone(),
                    finding,
                }),
            }
        }
        news
    }

    async fn confirm(
        &self,
        candidate: Candidate,
        until: Instant,
        brought: &mut Brought,
        listener: &mut impl Listener,
    ) -> Result<(), Stop> {
        // An earlier candidate may have come to the same.
        if let Some(found) = brought
            .found
            .iter_mut()
            .find(|found| is_shown_by(&found.key, &candidate.key))
        {
            found.times += 1;
            return Ok(());
        }
        let Some(confirmed) = confirmed(&self.explorer, &self.generator, candidate, until).await else {
            brought.not_repeated += 1;
            return Ok(());
        };
        if let Some(found) = brought.found.iter_mut().find(|found| found.key == confirmed.key) {
            found.times += 1;
            return Ok(());
        }
        let is_known = self.known.contains(&confirmed.key.clause);
        let found = Found::of(&confirmed, is_known, self.gate.as_ref());
        listener.found(&found);
        // It is told even if it cannot be written.
        let kept = self.folder.keep(&found, &confirmed.world, &self.reproduce);
        brought.found.push(found);
        kept
    }
}

/// The walk that began first, when it is over. Nothing where it failed.
async fn oldest(walks: &mut VecDeque<JoinHandle<Walk>>) -> Option<Walk> {
    let walked = walks.front_mut()?.await;
    walks.pop_front();
    walked.ok()
}

/// Whether a finding that is known is seen in another one: the same rule, and all that differs there differs here.
fn is_shown_by(known: &Key, other: &Key) -> bool {
    known.is_like(other) && known.fields.is_subset(&other.fields)
}
