//! What the hosts and names of a plan do to a target, by kind.

use cimdspec_model::forecast::Announced;
use cimdspec_model::plan::Plan;

/// What the hosts and names of a plan do that a friendly client's would not.
pub(crate) fn announced(plan: &Plan) -> Announced {
    let mut found = Announced::default();
    for step in &plan.steps {
        step.act.verb().announces(&plan.hosts, &mut found);
    }
    let addresses = plan.hosts.iter().filter_map(|host| host.address);
    found.add(
        "hosts that are addresses",
        addresses.map(|address| address.to_string()),
    );
    found
}
