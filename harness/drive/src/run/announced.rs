//! What the hosts and names of a plan do to a target, by kind.

use cimdspec_model::forecast::Announced;
use cimdspec_model::plan::Plan;

/// What the hosts and names of a plan do that a friendly client's would not.
pub(crate) fn announced(plan: &Plan) -> Announced {
    let hosts = plan.hosts.iter();
    let mut announced = Announced::of(hosts.map(|host| (host.label.clone(), host.address)));
    for step in &plan.steps {
        step.act.verb().announces(&mut announced);
    }
    announced
}
