//! The law `http_answer` holds for any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cimdspec_laws::http_answer(bytes));
