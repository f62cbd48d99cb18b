//! `cimdspec verify`: a bundle of somebody else, judged again.

use std::fs;
use std::fs::File;
use std::path::Path;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use cimdspec_drive::shown_secret;
use cimdspec_evidence::digest;
use cimdspec_evidence::key::VerifyingKey;
use cimdspec_evidence::verify::Verified;
use cimdspec_evidence::verify::Verifier;
use cimdspec_model::day::Day;
use cimdspec_report::plural;

use crate::args::evidence::VerifyArguments;
use crate::command::certify::bad;
use crate::command::certify::claimed;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::show;
use crate::session::files;

/// How many differences are listed.
const MOST_SHOWN: usize = 40;
/// What no verification of a bundle can show.
const LIMITS: &str = "not shown: that these requests were sent to this server, or that the ledger is whole. Whoever signs can \
                      make up a ledger. A second signer shows more";

/// What the evidence is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Another key signed the same for the same state of the server.
    Independent,
    /// The findings follow from the ledger.
    Rederived,
}

impl Class {
    fn words(self) -> &'static str {
        match self {
            Self::Independent => {
                "independent: re-derived, and another key signed the same result for the same release of this server"
            }
            Self::Rederived => {
                "re-derived: every finding with a case follows from the ledger; the ledger itself is self-attested"
            }
        }
    }
}

/// Verifies a bundle, and another one of the same server beside it.
pub(crate) fn verify(arguments: &VerifyArguments) -> Result<Exit, Stop> {
    let sources = files::sources(None)?;
    let catalogue = digest::of_sources(&sources);
    let key = arguments.key.as_deref().map(public_key).transpose()?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let verifier = Verifier {
        key: key.as_ref(),
        version: env!("CARGO_PKG_VERSION"),
        catalogue: &catalogue,
        now,
        shows_secret: &shown_secret,
    };
    let verified = verifier.verify(opened(&arguments.bundle)?).map_err(bad)?;
    let class = match &arguments.also {
        None => Class::Rederived,
        Some(path) => {
            let other = Verifier {
                key: None,
                ..verifier
            };
            let other = other.verify(opened(path)?).map_err(bad)?;
            if !other.differences.is_empty() {
                return Err(differs(path, &other));
            }
            match is_the_same(&verified, &other) {
                true => Class::Independent,
                false => Class::Rederived,
            }
        }
    };
    if !verified.differences.is_empty() {
        return Err(differs(&arguments.bundle, &verified));
    }
    if let Some(path) = &arguments.badge {
        write_badge(path, &verified)?;
    }
    show(&told(&verified, class, arguments.key.is_some()));
    Ok(Exit::Clean)
}

fn told(verified: &Verified, class: Class, known: bool) -> String {
    let whose = match known {
        true => "the key that you gave",
        false => "the key in the bundle; who holds it is not shown (`--key FILE` compares it)",
    };
    let catalogue = match &verified.other_catalogue {
        None => String::new(),
        Some(version) => format!(
            "judged by another catalogue: it is said to be that of cimdspec {version}, which this program does not have\n"
        ),
    };
    format!(
        "{catalogue}verified: {}\nkey id   {}, {whose}\nevidence {}\n         {} follow from cases, {} had no case (not applicable or not run), {} are about the whole run\n{LIMITS}",
        claimed(&verified.claim),
        verified.key,
        class.words(),
        plural(verified.followed, "finding"),
        verified.unjudged,
        verified.of_the_run
    )
}

/// Whether two bundles of different keys say the same of the same release of a server.
fn is_the_same(one: &Verified, other: &Verified) -> bool {
    let (claim, theirs) = (&one.claim, &other.claim);
    one.key != other.key
        && claim.server == theirs.server
        && claim.release == theirs.release
        && !claim.release.is_empty()
        && claim.revision == theirs.revision
        && claim.result == theirs.result
}

fn differs(path: &Path, verified: &Verified) -> Stop {
    let differences = &verified.differences;
    let mut told = format!(
        "`{}` does not hold: {}",
        path.display(),
        plural(differences.len(), "difference")
    );
    for difference in differences.iter().take(MOST_SHOWN) {
        told.push_str(&format!("\n  {difference}"));
    }
    if differences.len() > MOST_SHOWN {
        told.push_str(&format!("\n  and {} more", differences.len() - MOST_SHOWN));
    }
    Stop::new(Exit::Violation, told)
}

fn public_key(path: &Path) -> Result<VerifyingKey, Stop> {
    VerifyingKey::read(&files::text(path)?).map_err(bad)
}

fn opened(path: &Path) -> Result<File, Stop> {
    File::open(path).map_err(|error| files::unread(path, &error))
}

/// Writes the badge: as an SVG where the name ends so, else as the document that badge services read.
fn write_badge(path: &Path, verified: &Verified) -> Result<(), Stop> {
    let claim = &verified.claim;
    let message = format!(
        "{} of {}, {}",
        claim.passed,
        claim.total,
        Day::of_unix(claim.began)
    );
    let is_svg = path.extension().is_some_and(|ending| ending == "svg");
    let text = match is_svg {
        true => cimdspec_report::badge_svg(&claim.revision, &message),
        false => cimdspec_report::badge_json(&claim.revision, &message),
    };
    fs::write(path, text).map_err(|error| {
        let told = format!("failed to write `{}`: {error}", path.display());
        Stop::new(Exit::Usage, told)
    })
}
