//! What is forgotten where a request is pushed: the deviation of mutants that judge clients at one endpoint only.

use std::borrow::Cow;

use crate::policy::Check;
use crate::policy::FragmentRule;
use crate::policy::Policy;
use crate::policy::UrlPolicy;
use crate::policy::UserinfoRule;

/// What the request at hand is spared.
#[derive(Debug, Clone, Copy, Default)]
struct Spared {
    guard: bool,
    identifier: bool,
}

tokio::task_local! {
    static SPARED: Spared;
}

/// Takes a pushed request with what the policy forgets there.
pub(crate) async fn taking<F: Future>(policy: &Policy, taken: F) -> F::Output {
    let spared = Spared {
        guard: !policy.authorize.par_guarded.on(),
        identifier: !policy.authorize.par_identifier.on(),
    };
    SPARED.scope(spared, taken).await
}

/// Whether the guard is asked for the request at hand.
pub(crate) fn is_guarded() -> bool {
    !spared().guard
}

/// The rules for the identifier of the request at hand.
pub(crate) fn rules(policy: &UrlPolicy) -> Cow<'_, UrlPolicy> {
    match spared().identifier {
        false => Cow::Borrowed(policy),
        true => Cow::Owned(UrlPolicy {
            dot_segments: Check::Skip.into(),
            fragment: FragmentRule::AcceptFilled.into(),
            numeric_hosts: Check::Skip.into(),
            path: Check::Skip.into(),
            scheme: Check::Skip.into(),
            userinfo: UserinfoRule::Drop.into(),
            ..policy.clone()
        }),
    }
}

fn spared() -> Spared {
    SPARED.try_with(|spared| *spared).unwrap_or_default()
}
