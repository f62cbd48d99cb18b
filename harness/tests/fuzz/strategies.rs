//! Strategies for tapes: any, and those for what servers get wrong most. The numbers are those of this version of tapes; a test
//! holds that they mean what the names say.

use cimdspec_generate::Generator;
use cimdspec_generate::Tape;
use proptest::prelude::*;

use crate::files::catalogue;
use crate::files::sources;

/// The families of mutations of clients with a document.
const ASKED: u16 = 3;
const INSIDE: u16 = 4;
const DELIVERY: u16 = 9;

/// Any tape.
pub fn anything() -> impl Strategy<Value = Tape> {
    prop::collection::vec(any::<u16>(), 5..28).prop_map(Tape::of)
}

/// A client with a document, on any route, with one mutation that these numbers choose.
fn mutated(frame: impl Strategy<Value = Vec<u16>>) -> impl Strategy<Value = Tape> {
    (0..18_u16, frame).prop_map(|(route, frame)| Tape::of([vec![0, route, 0, 0], frame].concat()))
}

/// The document's host redirects to an address that no request may go to.
pub fn redirects_inside() -> impl Strategy<Value = Tape> {
    let frame = (any::<u16>(), any::<u16>(), any::<u16>(), any::<u16>());
    mutated(
        frame.prop_map(|(address, status, spelling, scheme)| {
            vec![INSIDE, 4, address, status, spelling, scheme]
        }),
    )
}

/// The document is large.
pub fn large_bodies() -> impl Strategy<Value = Tape> {
    let frame = (any::<u16>(), any::<u16>(), any::<u16>());
    mutated(frame.prop_map(|(size, filler, coding)| vec![DELIVERY, 1, size, filler, coding]))
}

/// The document comes slowly, in part, or never.
pub fn slow_responses() -> impl Strategy<Value = Tape> {
    mutated((14..18_u16).prop_map(|delivery| vec![DELIVERY, 0, delivery]))
}

/// The request asks for a redirect URI that nearly is the client's.
pub fn redirect_uris() -> impl Strategy<Value = Tape> {
    let frame = (
        any::<u16>(),
        any::<u16>(),
        any::<u16>(),
        any::<u16>(),
        any::<u16>(),
    );
    mutated(frame.prop_map(|(which, path, end, host, scheme)| vec![ASKED, which, path, end, host, scheme]))
}

#[test]
fn the_strategies_mean_what_their_names_say() {
    let generator = Generator::of(sources(), &catalogue().clauses).unwrap();
    let fields = |strategy: &dyn Fn() -> Vec<Tape>| -> Vec<String> {
        let worlds = strategy().into_iter().map(|tape| generator.tried(&tape).unwrap());
        worlds.flat_map(|world| world.fields).collect()
    };
    for (strategy, field) in [
        (
            &(|| super::tapes(redirects_inside(), 20)) as &dyn Fn() -> Vec<Tape>,
            "redirect to an address",
        ),
        (&|| super::tapes(large_bodies(), 20), "size of the document"),
        (&|| super::tapes(slow_responses(), 20), "delivery of the document"),
        (&|| super::tapes(redirect_uris(), 20), "request redirect_uri"),
    ] {
        let found = fields(strategy);
        let are_meant = found.iter().filter(|name| name.as_str() == field).count();
        assert!(are_meant >= 15, "{field}: {found:?}");
    }
}
