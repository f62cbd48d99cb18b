//! Speaks OAuth to the target and walks a plan.
