//! Smaller tapes, random tapes, and tapes that differ a little.

use fastrand::Rng;

use crate::tape::FRAME;
use crate::tape::HEAD;
use crate::tape::MOST_FRAMES;
use crate::tape::Tape;

/// Of random tapes, so many of ten have one mutation: what two of them hide from each other is seen with one.
const WITH_ONE: usize = 6;
/// Larger numbers are rare: most choices are among few.
const USUAL: u16 = 512;

impl Tape {
    /// Tapes that are simpler than this one, the simplest first: without a mutation, by the plain route, with a number that is
    /// 0 or half of what it was.
    pub fn simpler(&self) -> Vec<Self> {
        let words = self.words();
        let mut simpler = Vec::new();
        let frames = words.len().saturating_sub(HEAD).div_ceil(FRAME);
        for frame in 0..frames {
            let at = HEAD + frame * FRAME;
            let mut without = words.to_vec();
            without.drain(at..(at + FRAME).min(words.len()));
            simpler.push(Self::of(without));
        }
        for divided in [0, 2] {
            for (at, word) in words.iter().enumerate().filter(|(_, word)| **word > 0) {
                let mut less = words.to_vec();
                if let Some(place) = less.get_mut(at) {
                    *place = word.checked_div(divided).unwrap_or_default();
                }
                simpler.push(Self::of(less));
            }
        }
        simpler.retain(|tape| tape != self);
        simpler.dedup();
        simpler
    }

    /// A random tape, with at least one mutation.
    pub fn random(random: &mut Rng) -> Self {
        let frames = match random.usize(0..10) {
            0..WITH_ONE => 1,
            _ => random.usize(1..=MOST_FRAMES),
        };
        let mut words: Vec<u16> = (0..HEAD + frames * FRAME).map(|_| number(random)).collect();
        // Half of them go the plain route.
        if random.bool()
            && let Some(route) = words.get_mut(1)
        {
            *route = 0;
        }
        // The first family does nothing.
        for frame in 0..frames {
            if let Some(family) = words.get_mut(HEAD + frame * FRAME) {
                *family = random.u16(1..USUAL);
            }
        }
        Self::of(words)
    }

    /// A tape that differs from this one in a little: a number, a mutation more or less, or one of another tape.
    pub fn varied(&self, other: &Self, random: &mut Rng) -> Self {
        let mut words = self.words().to_vec();
        words.resize(words.len().max(HEAD + FRAME), 0);
        let frames = (words.len() - HEAD).div_ceil(FRAME);
        words.resize(HEAD + frames * FRAME, 0);
        match random.usize(0..6) {
            0 => {
                if let Some(place) = words.get_mut(random.usize(0..2)) {
                    *place = number(random);
                }
            }
            1 if frames < MOST_FRAMES => words.extend((0..FRAME).map(|_| number(random))),
            2 => {
                let theirs: Vec<u16> = other.words().iter().skip(HEAD).copied().take(FRAME).collect();
                let at = HEAD + FRAME * random.usize(0..frames);
                words.splice(at..at + theirs.len(), theirs);
            }
            _ => {
                let at = random.usize(HEAD..words.len());
                if let Some(place) = words.get_mut(at) {
                    *place = match random.bool() {
                        true => number(random),
                        false => place.wrapping_add(1),
                    };
                }
            }
        }
        Self::of(words)
    }
}

fn number(random: &mut Rng) -> u16 {
    match random.usize(0..8) {
        0 => random.u16(..),
        _ => random.u16(0..USUAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tape_of_zeros_has_nothing_simpler_and_every_other_one_comes_to_it() {
        assert_eq!(Tape::default().simpler(), []);
        let mut random = Rng::with_seed(7);
        for _ in 0..50 {
            let mut tape = Tape::random(&mut random);
            let mut steps = 0;
            while let Some(first) = tape.simpler().into_iter().next() {
                tape = first;
                steps += 1;
                assert!(steps < 200, "it never ends");
            }
            assert_eq!(tape, Tape::default());
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_tapes() {
        let tapes = |seed| -> Vec<Tape> {
            let mut random = Rng::with_seed(seed);
            let first = Tape::random(&mut random);
            let second = Tape::random(&mut random);
            let varied = first.varied(&second, &mut random);
            vec![first, second, varied]
        };
        assert_eq!(tapes(1), tapes(1));
        assert_ne!(tapes(1), tapes(2));
    }
}
