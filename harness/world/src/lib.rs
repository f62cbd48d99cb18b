//! The surroundings of the server under test: sandbox, DNS, TLS, hosts, canaries and the ledger.
