//! What to do about a check that has no verdict.

use cimdspec_model::reason::ReasonCode;

/// One sentence for each kind of reason.
pub(crate) fn advice(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::Calibration => {
            "No right request was granted. Repair that first; the cause and the remedy are at the top."
        }
        ReasonCode::Consequence => "It follows from another finding. Repair that one and run again.",
        ReasonCode::Control => {
            "The same request without the fault was refused too. Read what the server answered to it."
        }
        ReasonCode::EarlierStep => {
            "An earlier step of the case was not granted. Read what the server answered to it."
        }
        ReasonCode::Environment => {
            "This environment cannot show it. The sandbox controls names, addresses and certificates."
        }
        ReasonCode::Harness => "cimdspec failed here, and not the server. Please report it with this report.",
        ReasonCode::Interrupted => "The run was ended before. Run again.",
        ReasonCode::Load => "Run with `--load` where the server may be put under load.",
        ReasonCode::NotInProfile => "Add to the profile what the reason names.",
        ReasonCode::NotSupported => "Nothing, unless the server is to support it.",
        ReasonCode::NothingThere => "Nothing: there is nothing of this kind to judge.",
        ReasonCode::Policy => {
            "A policy in the profile makes the check void. Remove the policy to have it checked."
        }
        ReasonCode::Polite => "Run without `--polite` on a server of your own.",
        ReasonCode::Precondition => "Nothing: the check is about servers that behave in another way here.",
        ReasonCode::RefusedBefore => "Nothing: the server had refused the case before the check.",
        ReasonCode::ServerFailed => {
            "The server died or did not answer. Read its last lines, and run the case alone with `--only`."
        }
        ReasonCode::Unclear => {
            "The answer carries no verdict. Read it in the case, and run the case alone with `--only`."
        }
        ReasonCode::Unstable => "Several attempts did not agree. Run the case alone with `--only`.",
        ReasonCode::Witness => {
            "Nothing showed that this server would do it at all. A richer profile may show it."
        }
    }
}
