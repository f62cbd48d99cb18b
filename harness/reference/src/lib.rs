//! A conformant authorization server of our own, and the table of its mutants.
