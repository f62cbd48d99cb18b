//! The law `redaction` holds for any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cimdspec_laws::redaction(bytes));
