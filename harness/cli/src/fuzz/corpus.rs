//! The corpus: tapes whose worlds brought new behaviour, and from which others are made.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_generate::Signature;
use cimdspec_generate::Tape;
use fastrand::Rng;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::files;

/// What a file of a tape is called.
pub(crate) const TAPE: &str = "tape";
/// Of four new tapes, one is made from nothing: no corpus has everything.
const FROM_NOTHING: usize = 4;
/// So many tapes are kept at most: the oldest are varied least.
const MOST: usize = 20_000;

/// The tapes that are kept.
pub(crate) struct Corpus {
    folder: Option<PathBuf>,
    /// Those that were given and are to be walked yet.
    given: Vec<Tape>,
    kept: Vec<Tape>,
    seen: BTreeSet<Signature>,
    random: Rng,
}

impl Corpus {
    /// A corpus with the tapes of a folder, if one is given; those of another version are told and passed over.
    pub(crate) fn of(folder: Option<&Path>, seed: u64) -> Result<(Self, Vec<String>), Stop> {
        let (mut given, mut strange) = (Vec::new(), Vec::new());
        if let Some(folder) = folder {
            let wrong = |error: std::io::Error| {
                Stop::new(
                    Exit::BadInput,
                    format!("failed to read `{}`: {error}", folder.display()),
                )
            };
            fs::create_dir_all(folder).map_err(wrong)?;
            let mut paths: Vec<PathBuf> = Vec::new();
            for entry in fs::read_dir(folder).map_err(wrong)? {
                paths.push(entry.map_err(wrong)?.path());
            }
            paths.retain(|path| path.extension().is_some_and(|kind| kind == TAPE));
            paths.sort();
            for path in paths {
                match files::text(&path)?.parse() {
                    Ok(tape) => given.push(tape),
                    Err(error) => strange.push(format!("`{}` is passed over: {error}", path.display())),
                }
            }
            given.reverse();
        }
        let corpus = Self {
            folder: folder.map(Path::to_owned),
            given,
            kept: Vec::new(),
            seen: BTreeSet::new(),
            random: Rng::with_seed(seed),
        };
        Ok((corpus, strange))
    }

    /// The next tape: one that was given, one that differs a little from one that is kept, or a new one.
    pub(crate) fn next(&mut self) -> Tape {
        self.given.pop().unwrap_or_else(|| self.made())
    }

    /// Has a tape come next.
    pub(crate) fn put_back(&mut self, tape: Tape) {
        self.given.push(tape);
    }

    fn made(&mut self) -> Tape {
        let random = &mut self.random;
        if self.kept.is_empty() || random.usize(0..FROM_NOTHING) == 0 {
            return Tape::random(random);
        }
        // Of two, the newer one is taken: what was found last leads further.
        let at = random
            .usize(0..self.kept.len())
            .max(random.usize(0..self.kept.len()));
        let other = random.usize(0..self.kept.len());
        match (self.kept.get(at), self.kept.get(other)) {
            (Some(tape), Some(other)) => tape.varied(other, random),
            _ => Tape::random(random),
        }
    }

    /// Keeps a tape whose world brought new behaviour. Whether it did.
    pub(crate) fn note(&mut self, tape: &Tape, signature: Signature) -> bool {
        let is_new = self.seen.insert(signature);
        if is_new && self.kept.len() < MOST {
            self.kept.push(tape.clone());
            if let Some(folder) = &self.folder {
                // A corpus is a help for the next run: this one goes on without.
                let _ = fs::write(
                    folder.join(format!("{}.{TAPE}", tape.name())),
                    format!("{tape}\n"),
                );
            }
        }
        is_new
    }

    /// How many signatures were seen.
    pub(crate) fn signatures(&self) -> usize {
        self.seen.len()
    }
}
