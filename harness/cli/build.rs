//! Rebuilds the catalogue when a scenario file is added: `include_dir` sees changed files only.

fn main() {
    println!("cargo::rerun-if-changed=scenarios");
}
