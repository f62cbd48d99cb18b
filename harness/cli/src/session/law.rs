//! The law of a run: what the server claims, or what is asked for.

use cimdspec_drive::Target;
use cimdspec_model::profile::Policy;
use cimdspec_model::profile::Profile;
use cimdspec_model::requirement::claim::By;
use cimdspec_model::requirement::claim::Claim;
use cimdspec_model::requirement::claim::Claimable;
use cimdspec_model::requirement::claim::Judged;
use cimdspec_model::requirement::claim::Shown;
use cimdspec_model::requirement::revision::Revisions;
use cimdspec_model::scenario::catalogue::Catalogue;

use crate::exit::Exit;
use crate::exit::Stop;
use crate::session::selection;

/// Whether all that a profile claims can be claimed.
pub(crate) fn known(catalogue: &Catalogue, profile: &Profile) -> Result<(), Stop> {
    let claimable = Claimable::of(&catalogue.clauses, &catalogue.revisions);
    claimable
        .known(&profile.claims)
        .map_err(|error| Stop::new(Exit::BadInput, error))
}

/// The claims of a server as its profile has them, with a comment.
pub(crate) fn written(judged: &Judged) -> String {
    let names: Vec<String> = judged
        .claims
        .iter()
        .map(|claim| format!("\"{}\"", claim.name))
        .collect();
    format!(
        "# What the server claims: a breach of these texts, and of the RFCs that bind every server, is a violation or a warning;\n\
         # one of another text is a note. `cimdspec list --claims` lists all.\nclaims = [{}]\n",
        names.join(", ")
    )
}

/// What the server is judged by.
pub(crate) fn of(
    catalogue: &Catalogue,
    target: &Target,
    by_mcp: bool,
    revisions: &[String],
) -> Result<Judged, Stop> {
    if !revisions.is_empty() {
        let claims = revisions.iter().map(|name| Claim {
            name: name.clone(),
            by: By::Selection,
        });
        return Ok(Judged {
            claims: claims.collect(),
            law: Revisions::law_of(&selection::revisions(catalogue, revisions)?),
        });
    }
    let profile = target.profile();
    let shown = Shown {
        metadata: target.metadata(),
        openid: !profile.policies.contains(&Policy::NoOpenidConfiguration),
    };
    Claimable::of(&catalogue.clauses, &catalogue.revisions)
        .judged(&profile.claims, by_mcp, shown)
        .map_err(|error| Stop::new(Exit::BadInput, error))
}
