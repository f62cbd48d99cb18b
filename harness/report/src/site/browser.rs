//! The overview of a site in a real browser: nothing runs, nothing overflows, every text is readable, in light, dark and narrow.

use super::tests::named;
use super::tests::pages;
use crate::fabricated::mixed;
use crate::html::browser::assert_readable;
use crate::html::browser::folder;
use crate::html::tests::HOSTILE;
use crate::html::tests::hostile_report;

#[test]
#[ignore = "needs a browser"]
fn a_hostile_overview_is_harmless_and_readable_in_a_browser() {
    let folder = folder("site");
    for hostile in HOSTILE {
        let mut reports = vec![hostile_report(hostile)];
        reports.extend((1..9).map(|number| named(&format!("server {number}"), 0, mixed())));
        let (_, page) = pages(&reports).remove(0);
        assert_readable(&folder, &page, hostile, 100);
    }
}
