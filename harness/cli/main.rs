//! The `cimdspec` binary.
fn main() {}
