//! Plan and ledger in, findings out; pure, total and deterministic.
