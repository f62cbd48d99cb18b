//! The overview of a site in a real browser: nothing runs, nothing overflows, every text is readable, in light, dark and narrow.

use super::tests::named;
use super::tests::pages;
use crate::fabricated::mixed;
use crate::html::browser::DARK;
use crate::html::browser::LIGHT;
use crate::html::browser::PHONE;
use crate::html::browser::folder;
use crate::html::browser::probe;
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
        for scheme in [LIGHT, DARK] {
            for width in [None, Some(PHONE)] {
                let told = probe(&folder, &page, scheme, width);
                let of = format!("{hostile:?}, {scheme}, {width:?}: {told:#}");
                assert_eq!(told["dark"], scheme == DARK, "{of}");
                assert_eq!(told["ran"], serde_json::json!([]), "{of}");
                assert_eq!(told["foreign"], serde_json::json!([]), "{of}");
                assert_eq!(told["overflow"], 0, "{of}");
                assert_eq!(told["faint"], serde_json::json!([]), "{of}");
                assert_eq!(told["headings"], serde_json::json!([]), "{of}");
                assert!(told["texts"].as_u64().unwrap() > 100, "{of}");
            }
        }
    }
}
