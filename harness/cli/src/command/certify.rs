//! `cimdspec certify` and `keygen`: a bundle that anyone can judge again.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_evidence::Claim;
use cimdspec_evidence::EvidenceError;
use cimdspec_evidence::bundle;
use cimdspec_evidence::certify::Material;
use cimdspec_evidence::certify::Statements;
use cimdspec_evidence::key;
use cimdspec_evidence::key::SigningKey;
use cimdspec_model::day::Day;

use crate::args::evidence::CertifyArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::show;
use crate::session::files;

/// Only its owner reads a private key.
const PRIVATE: u32 = 0o600;
/// How many gaps are listed.
const MOST_GAPS: usize = 40;

/// Makes a pair of keys: the private one in the file, the public one beside it.
pub(crate) fn keygen(out: &Path) -> Result<Exit, Stop> {
    let text = key::generate().map_err(fault)?;
    let public = SigningKey::read(&text).map_err(fault)?.verifying();
    let beside = with_ending(out, "pub");
    written_new(out, text.as_bytes(), PRIVATE)?;
    written_new(&beside, public.pem().as_bytes(), 0o644)?;
    show(&format!(
        "private key   {}   keep it secret\npublic key    {}   publish it\nkey id        {}",
        out.display(),
        beside.display(),
        public.id()
    ));
    Ok(Exit::Clean)
}

/// Makes a bundle of the results of a run.
pub(crate) fn certify(arguments: &CertifyArguments) -> Result<Exit, Stop> {
    let folder = &arguments.results;
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).map_err(|error| {
            let told = format!(
                "failed to read `{}`: {error}\nhint: name the folder of one run, such as `results/latest`",
                path.display()
            );
            Stop::new(Exit::BadInput, told)
        })
    };
    let text = |bytes: Vec<u8>, name: &str| {
        String::from_utf8(bytes).map_err(|_| Stop::new(Exit::BadInput, format!("`{name}` is no text")))
    };
    let (report, ledger) = (read(bundle::REPORT)?, read(bundle::LEDGER)?);
    let profile = text(read(bundle::PROFILE)?, bundle::PROFILE)?;
    let baseline = match folder.join(bundle::BASELINE).exists() {
        true => Some(text(read(bundle::BASELINE)?, bundle::BASELINE)?),
        false => None,
    };
    let sources = files::sources(None)?;
    let declared = arguments.declared.as_deref().map(declared).transpose()?;
    let material = Material {
        report: &report,
        ledger: &ledger,
        profile: &profile,
        baseline: baseline.as_deref(),
        declared: declared
            .as_ref()
            .map(|(text, says)| (text.as_str(), says.clone())),
        sources: &sources,
        revision: &arguments.revision,
    };
    let statements = material.statements().map_err(refused)?;
    if arguments.statement_only {
        return unsigned(&statements, &arguments.out);
    }
    let key = arguments.key.as_deref().ok_or_else(|| {
        let told = "no key to sign with\nhint: `--key FILE` (`cimdspec keygen --out FILE` makes one), or `--statement-only` for \
                    another signer";
        Stop::new(Exit::Usage, told)
    })?;
    let key = SigningKey::read(&files::text(key)?).map_err(bad)?;
    let claim = statements.claim.clone();
    let mut bytes = Vec::new();
    bundle::pack(&statements.signed(&key), &mut bytes).map_err(fault)?;
    written(&arguments.out, &bytes)?;
    show(&format!(
        "{}\nbundle   {}   {:.1} MB\nkey id   {}\n\nAnyone checks it by: cimdspec verify {}",
        claimed(&claim),
        arguments.out.display(),
        bytes.len() as f64 / 1_000_000.0,
        key.verifying().id(),
        arguments.out.display()
    ));
    Ok(Exit::Clean)
}

/// A claim in lines.
pub(crate) fn claimed(claim: &Claim) -> String {
    let mut out = format!(
        "{} for {} of {} checks: {} of {} variants passed, {} not applicable\nserver   {} at {}",
        claim.result.word(),
        claim.revision,
        claim.checks,
        claim.passed,
        claim.total,
        claim.not_applicable,
        claim.server,
        claim.issuer
    );
    for (name, value) in &claim.release {
        out.push_str(&format!("\n{name:8} {value}"));
    }
    out.push_str(&format!(
        "\nrun      {} in the {} environment, cimdspec {}",
        Day::of_unix(claim.began),
        claim.environment,
        claim.harness
    ));
    for (what, list) in [
        ("policies", claim.policies.clone()),
        ("waivers", claim.waivers.clone()),
        ("declared", claim.declared.keys().cloned().collect()),
    ] {
        if !list.is_empty() {
            let note = match what {
                "policies" => "each makes checks void",
                "waivers" => "known to be broken, and counted as broken",
                _ => "by the operator, and not counted as passed",
            };
            out.push_str(&format!("\n{what:8} {} ({note})", list.join(", ")));
        }
    }
    out
}

/// Writes the statements for another signer.
fn unsigned(statements: &Statements, out: &Path) -> Result<Exit, Stop> {
    let files = [
        (with_ending(out, "test-result.json"), &statements.test_result),
        (with_ending(out, "conformance.json"), &statements.conformance),
    ];
    let mut lines = vec![claimed(&statements.claim)];
    for (path, bytes) in &files {
        written(path, bytes)?;
        lines.push(format!("statement {}", path.display()));
    }
    show(&lines.join("\n"));
    Ok(Exit::Clean)
}

/// What the operator declares: the text of the file and what it says.
fn declared(path: &Path) -> Result<(String, BTreeMap<String, String>), Stop> {
    let text = files::text(path)?;
    let says = cimdspec_evidence::certify::declared(&path.display().to_string(), &text);
    Ok((text.clone(), says.map_err(bad)?))
}

/// The path with one more ending.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn written_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Stop> {
    let opened = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path);
    let wrote = opened.and_then(|mut file| file.write_all(bytes));
    wrote.map_err(|error| {
        let told = format!("failed to write `{}`: {error}", path.display());
        Stop::new(Exit::Usage, told)
    })
}

fn written(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    fs::write(path, bytes).map_err(|error| {
        let told = format!("failed to write `{}`: {error}", path.display());
        Stop::new(Exit::Usage, told)
    })
}

/// Why nothing is certified: with the list of what is missing.
fn refused(error: EvidenceError) -> Stop {
    let EvidenceError::Incomplete { gaps, .. } = &error else {
        return bad(error);
    };
    let mut told = format!("{error}: {} of its checks have no result", gaps.len());
    for gap in gaps.iter().take(MOST_GAPS) {
        told.push_str(&format!("\n  {gap}"));
    }
    if gaps.len() > MOST_GAPS {
        told.push_str(&format!("\n  and {} more", gaps.len() - MOST_GAPS));
    }
    Stop::new(Exit::Inconclusive, told)
}

pub(crate) fn bad(error: EvidenceError) -> Stop {
    Stop::new(Exit::BadInput, error)
}

fn fault(error: EvidenceError) -> Stop {
    Stop::new(Exit::Fault, error)
}
