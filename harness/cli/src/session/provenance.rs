//! What a report says of where it comes from: the files, the server and the selection.

use std::collections::BTreeMap;

use cimdspec_drive::Target;
use cimdspec_evidence::bundle;
use cimdspec_evidence::digest;
use cimdspec_model::report::Digest;
use cimdspec_model::report::Digests;
use cimdspec_model::report::Fingerprint;
use cimdspec_model::report::Selection;

use crate::args::arguments::RunArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::results::Results;

/// Keeps beside the results what a run with this catalogue rests on, and gives the digests but that of the program, which takes
/// longer.
pub(crate) fn kept(
    results: &Results,
    target: &Target,
    baseline: Option<&str>,
    catalogue: Digest,
) -> Result<Digests, Stop> {
    let profile = target.profile();
    let claims = toml_list("claims", &profile.claims);
    let written = profile.without_secrets().written(&claims);
    let written = written.map_err(|error| Stop::new(Exit::Fault, error))?;
    results.keep(bundle::PROFILE, &written)?;
    if let Some(text) = baseline {
        results.keep(bundle::BASELINE, text)?;
    }
    Ok(Digests {
        catalogue,
        profile: Some(digest::of(written.as_bytes())),
        baseline: baseline.map(|text| digest::of(text.as_bytes())),
        program: None,
    })
}

/// A line of TOML.
fn toml_list(name: &str, words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    match words.is_empty() {
        true => String::new(),
        false => format!("{name} = [{}]\n", words.join(", ")),
    }
}

/// What tells this state of the server from another.
pub(crate) fn fingerprint(target: &Target) -> Fingerprint {
    let documents = target.published().map(|(url, members)| {
        let text = serde_json::to_vec(members).unwrap_or_default();
        (url.to_string(), digest::of(&text))
    });
    Fingerprint {
        metadata: documents.collect::<BTreeMap<_, _>>(),
        server: target.software().map(str::to_owned),
        release: target.profile().release.clone(),
    }
}

/// What was asked for.
pub(crate) fn selection(arguments: &RunArguments, target: &Target, nonce: &str) -> Selection {
    Selection {
        only: arguments.only.clone(),
        revisions: arguments.revision.clone(),
        part: arguments.partition,
        load: arguments.load,
        policies: target.profile().policies.clone(),
        nonce: nonce.to_owned(),
    }
}
