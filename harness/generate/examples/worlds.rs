use cimdspec_generate::*;
use cimdspec_model::diagnostic::Sources;
use cimdspec_model::requirement::clause::Clauses;
use std::collections::BTreeMap;
fn walk(root: &std::path::Path, folder: &std::path::Path, into: &mut BTreeMap<String, String>) {
    for e in std::fs::read_dir(folder).unwrap() {
        let p = e.unwrap().path();
        if p.is_dir() { walk(root, &p, into) } else { into.insert(p.strip_prefix(root).unwrap().display().to_string(), std::fs::read_to_string(&p).unwrap()); }
    }
}
fn main() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"));
    let mut files = BTreeMap::new();
    walk(root, root, &mut files);
    let sources = Sources(files);
    let clauses = Clauses::read(&sources).unwrap();
    let generator = Generator::of(&sources, &clauses).unwrap();
    let n: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(2000);
    let mut rng = fastrand::Rng::with_seed(1);
    let t = std::time::Instant::now();
    let mut bad = BTreeMap::<String, (usize, String)>::new();
    for _ in 0..n {
        let frames = rng.usize(0..=4);
        let words: Vec<u16> = (0..4 + 6 * frames).map(|_| rng.u16(0..300)).collect();
        let tape = Tape::of(words);
        if let Err(d) = generator.tried(&tape) {
            let e = bad.entry(d.message.chars().take(120).collect()).or_insert((0, format!("{tape}\n{d}")));
            e.0 += 1;
        }
    }
    eprintln!("{n} in {:?}", t.elapsed());
    for (m, (n, d)) in &bad { println!("== {n} {m}\n{d}"); }
    if let Some(t) = std::env::args().nth(2) { let t: Tape = t.parse().unwrap(); println!("{}", generator.tried(&t).unwrap().text); }
}
