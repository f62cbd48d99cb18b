//! How many fetches the target bears at once: one that refuses clients under load would seem to keep every rule.

use std::sync::Arc;
use std::time::Duration;

use cimdspec_model::behaviour::delivery::Pace;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::Series;
use cimdspec_model::plan::Plan;
use cimdspec_model::quantity::Size;
use cimdspec_model::quantity::Span;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authorize;
use cimdspec_model::verb::Serve;
use cimdspec_model::verb::Step;
use tokio::task::JoinSet;

use crate::agent::cookie::Jar;
use crate::calibration::samples::bare;
use crate::calibration::samples::step;
use crate::calibration::samples::was_fetched;
use crate::case::walk::Company;
use crate::case::walk::walk;
use crate::run::schedule::Job;
use crate::verb::register::LeftBehind;

/// Tried in this order, until one is borne.
const TRIED: [usize; 4] = [40, 16, 8, 4];
/// Each fetch takes this long, so that they are all open together.
const PIECES: usize = 6;
const BETWEEN: Duration = Duration::from_millis(400);
const PIECE_BYTES: usize = 128;

/// How many fetches were borne at once; `None` when the most that was tried was. No more are tried than there are cases.
pub(crate) async fn capacity(
    plan: &Plan,
    job: &Job,
    jar: &Jar,
    left_behind: &LeftBehind,
    cases: usize,
) -> Option<usize> {
    let most = TRIED[0].min(cases);
    let fewer = TRIED.into_iter().filter(|many| *many < most);
    for (round, many) in std::iter::once(most).chain(fewer).enumerate() {
        if bears(plan, job, jar, left_behind, round, many).await {
            return (round > 0).then_some(many / 2);
        }
    }
    Some(1)
}

/// Whether every one of so many clients has its document asked for while the others' are on their way.
async fn bears(
    plan: &Plan,
    job: &Job,
    jar: &Jar,
    left_behind: &LeftBehind,
    round: usize,
    many: usize,
) -> bool {
    let plan = bare(plan, slow_document());
    let mut walks = JoinSet::new();
    for number in 0..many {
        let id = CaseId::new(&job.nonce, Series::Load, round * TRIED[0] + number);
        let (plan, world, target) = (Arc::clone(&plan), Arc::clone(&job.world), Arc::clone(&job.target));
        let (jar, stop) = (jar.clone(), job.stop.clone());
        walks.spawn(async move { walk(&plan, &world, &target, id, (jar, Company::Others), &stop).await });
    }
    let mut borne = true;
    while let Some(walked) = walks.join_next().await {
        match walked {
            Ok(Ok(walked)) => {
                borne &= was_fetched(&walked.case);
                left_behind.add(walked.left_behind);
            }
            Ok(Err(_)) | Err(_) => borne = false,
        }
    }
    borne
}

fn slow_document() -> Vec<Step> {
    vec![
        step(
            "world",
            Act::Serve(Serve {
                pad: Some(Size((PIECES * PIECE_BYTES) as u64)),
                pace: Some(Pace {
                    bytes: PIECE_BYTES,
                    every: Span(BETWEEN),
                }),
                ..Serve::default()
            }),
        ),
        step("ask", Act::Authorize(Authorize::default())),
    ]
}
