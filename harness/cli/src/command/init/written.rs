//! The profile as a file: what was given, what was found out, and what was not.

use std::fmt::Write;

use cimdspec_drive::Probed;
use cimdspec_model::profile::Profile;

const OF_TIME: &str =
    "policies that show over time only, such as cache-floor: `cimdspec list --policies` lists them all";

/// The text of a profile file; `claims` are the lines with what the server claims.
pub(crate) fn written(profile: &Profile, probed: &Probed, claims: &str) -> Result<String, String> {
    let mut out = String::new();
    for words in &probed.words {
        comment(&mut out, words);
    }
    for doubt in doubts(probed) {
        comment(&mut out, &format!("Not found out: {doubt}"));
    }
    out.push_str(&profile.written(claims)?);
    Ok(out)
}

fn comment(out: &mut String, words: &str) {
    let words: Vec<&str> = words.split_whitespace().collect();
    let _ = writeln!(out, "# {}", words.join(" "));
}

/// What the author of the profile has to find out.
fn doubts(probed: &Probed) -> Vec<String> {
    let mut doubts = Vec::new();
    if let Some(obstacle) = &probed.obstacle {
        doubts.push(format!("{}; {}", obstacle.cause, obstacle.remedy));
    }
    if !probed.left_behind.is_empty() {
        doubts.push(format!(
            "how registrations are deleted: {} were left behind",
            probed.left_behind.len()
        ));
    }
    doubts.push(OF_TIME.to_owned());
    doubts
}
