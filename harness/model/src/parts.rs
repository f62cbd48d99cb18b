//! A run in parts: each part has the scenarios of a share.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// A part of a run: the scenarios whose hash falls to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Which one it is, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl Part {
    /// Parses `hash:1/4`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.strip_prefix("hash:")?.split_once('/')?;
        let part = Self {
            number: number.parse().ok()?,
            of: of.parse().ok()?,
        };
        (1..=part.of).contains(&part.number).then_some(part)
    }

    /// Whether a scenario is in it: its variants stay together, because their findings may build on each other.
    pub fn has(&self, scenario: &str) -> bool {
        u64::try_from(self.of).is_ok_and(|of| hash(scenario) % of + 1 == self.number as u64)
    }
}

/// FNV-1a: the same on every machine and in every release, so that parts of one catalogue fit together.
fn hash(text: &str) -> u64 {
    let mixed = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // Its low bits alone spread badly over few parts.
    mixed ^ (mixed >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_number_of_so_many() {
        assert_eq!(Part::parse("hash:2/4"), Some(Part { number: 2, of: 4 }));
        for text in [
            "2/4",
            "hash:0/4",
            "hash:5/4",
            "hash:1/0",
            "hash:a/b",
            "count:1/2",
            "hash:1",
        ] {
            assert_eq!(Part::parse(text), None, "{text}");
        }
    }

    #[test]
    fn each_scenario_is_in_one_part_and_the_parts_are_about_even() {
        let scenarios: Vec<String> = (0..400).map(|number| format!("cimd/fetch/s{number}")).collect();
        let sizes: Vec<usize> = (1..=4)
            .map(|number| {
                let part = Part { number, of: 4 };
                scenarios.iter().filter(|id| part.has(id)).count()
            })
            .collect();
        assert_eq!(sizes.iter().sum::<usize>(), scenarios.len());
        assert!(sizes.iter().all(|size| (60..140).contains(size)), "{sizes:?}");
        // Another release divides alike.
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325 ^ 0xcbf2_9ce4);
    }
}
