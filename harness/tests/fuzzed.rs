//! The laws of the fuzz targets hold for the committed seeds, on any toolchain; and each law has a target, seeds and words of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_laws::LAWS;

/// No seed is longer: `fuzz/run` reads no more of one.
const LONGEST: usize = 8192;

fn fuzz(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(inside)
}

/// The names of the entries of a folder, without this ending.
fn names(folder: &str, ending: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(fuzz(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .map(|name| name.strip_suffix(ending).unwrap_or(&name).to_owned())
        .collect()
}

fn laws() -> BTreeSet<String> {
    LAWS.iter().map(|law| law.name.to_owned()).collect()
}

#[test]
fn every_law_holds_for_its_seeds() {
    for law in LAWS {
        let folder = format!("seeds/{}", law.name);
        let seeds = names(&folder, "");
        assert!(!seeds.is_empty(), "{folder} has no seed");
        for seed in seeds {
            let bytes = fs::read(fuzz(&folder).join(&seed)).unwrap();
            assert!(
                bytes.len() <= LONGEST,
                "{folder}/{seed} has {} bytes",
                bytes.len()
            );
            let held = std::panic::catch_unwind(|| (law.holds)(&bytes));
            assert!(held.is_ok(), "the law does not hold for {folder}/{seed}");
        }
    }
}

/// Law: a seed that is cut anywhere is no less a seed.
#[test]
fn every_law_holds_for_the_beginnings_of_its_seeds() {
    const PARTS: usize = 16;
    for law in LAWS {
        let folder = format!("seeds/{}", law.name);
        for seed in names(&folder, "") {
            let bytes = fs::read(fuzz(&folder).join(&seed)).unwrap();
            for part in 0..PARTS {
                let end = bytes.len() * part / PARTS;
                let held = std::panic::catch_unwind(|| (law.holds)(&bytes[..end]));
                assert!(
                    held.is_ok(),
                    "the law does not hold for {end} bytes of {folder}/{seed}"
                );
            }
        }
    }
}

#[test]
fn every_law_has_a_target_and_every_target_a_law() {
    assert_eq!(names("fuzz_targets", ".rs"), laws());
    assert_eq!(names("seeds", ""), laws());
    let manifest: toml::Table = fs::read_to_string(fuzz("Cargo.toml")).unwrap().parse().unwrap();
    let bins = manifest["bin"].as_array().unwrap();
    let bins = bins.iter().map(|bin| bin["name"].as_str().unwrap().to_owned());
    assert_eq!(bins.collect::<BTreeSet<_>>(), laws());
    let is_sorted = LAWS.is_sorted_by_key(|law| law.name);
    assert!(is_sorted, "the laws are not in the order of their names");
    for law in LAWS {
        let path = fuzz("fuzz_targets").join(format!("{}.rs", law.name));
        let target = fs::read_to_string(&path).unwrap();
        let wanted = format!("cimdspec_laws::{}(bytes)", law.name);
        assert!(target.contains(&wanted), "{} holds another law", path.display());
    }
}

/// Each line is a comment or one word in quotation marks, as libFuzzer reads them.
#[test]
fn every_dictionary_is_of_a_law_and_has_words() {
    let dictionaries = names("dictionaries", ".dict");
    assert!(dictionaries.is_subset(&laws()), "{dictionaries:?}");
    for name in dictionaries {
        let text = fs::read_to_string(fuzz("dictionaries").join(format!("{name}.dict"))).unwrap();
        let words = text.lines().filter(|line| !line.starts_with('#'));
        let mut count = 0;
        for word in words {
            let is_word = word.len() > 2 && word.starts_with('"') && word.ends_with('"');
            assert!(is_word && word.is_ascii(), "{name}: {word}");
            count += 1;
        }
        assert!(count > 5, "{name} has {count} words");
    }
}
