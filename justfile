# The daily commands. `just` lists them; each is a plain command that works without it, too.

# List the commands.
default:
    @just --list

# Check formatting and lints, as CI does.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Check spelling, licences and unused dependencies, as CI does; `.ci/tools` installs the tools into `target/tools/bin`.
hygiene:
    .ci/tools
    PATH="target/tools/bin:$PATH" typos
    PATH="target/tools/bin:$PATH" cargo machete
    PATH="target/tools/bin:$PATH" cargo deny check bans licenses sources

# Read one scenario file and report each mistake.
check FILE:
    cargo run --quiet -- check {{FILE}}

# Run one scenario on the reference: it must pass.
green GLOB:
    cargo run --quiet -- run --only '{{GLOB}}'

# Prove scenarios: green on the reference, red on each mutant that they claim to kill.
prove GLOB:
    cargo run --quiet -- prove --scenario '{{GLOB}}'

# The fast tests: the pure rooms and the catalogue.
test:
    cargo test --workspace --lib
    cargo test --test whole -- arrows catalogue

# Fuzz each target for some seconds, as CI does; targets may be named.
fuzz SECONDS="10" *TARGETS:
    fuzz/run --seconds {{SECONDS}} {{TARGETS}}

# Write everything that is derived: catalogue page, schemas.
derive:
    cargo run --quiet -- catalogue
    cargo run --quiet -- schema

# The whole, as in CI.
ci:
    .ci/run
