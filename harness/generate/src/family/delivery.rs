//! The document comes slowly, broken, without an end, compressed, or is large.

use crate::dictionary::Dictionary;
use crate::draft::Draft;
use crate::draft::Effect;
use crate::draft::Effect::Breaks;
use crate::draft::Effect::Open;
use crate::law::Law;
use crate::law::Rule;
use crate::law::table;
use crate::tape::Words;

const ABORT: Effect = Breaks(&["cimd.fetch.errors-abort"]);
const INCOMPLETE: Effect = Breaks(&["advice.fetch.incomplete"]);
const DELIVERIES: [(&str, Effect); 18] = [
    ("chunked", Effect::Keeps("cimd.fetch.performed")),
    ("close-delimited", Effect::Keeps("cimd.fetch.performed")),
    ("bad-chunking", ABORT),
    ("reset-in-body", ABORT),
    ("close-without-answer", ABORT),
    ("unfinished-chunks", INCOMPLETE),
    ("length-too-long", INCOMPLETE),
    ("length-too-short", Open),
    ("endless", Breaks(&["cimd.size.excess-is-error"])),
    ("endless-headers", ABORT),
    ("endless-interim", ABORT),
    ("giant-headers", Open),
    ("giant-name", Open),
    ("giant-reason", Open),
    ("stall-before-headers", ABORT),
    ("stall-in-headers", ABORT),
    ("stall-in-body", ABORT),
    ("drip-body", Open),
];
const SIZES: [(&str, Effect); 10] = [
    ("1KiB", Effect::Keeps("advice.size.real-documents")),
    ("4KiB", Open),
    ("5119B", Open),
    ("5121B", Open),
    ("64KiB", Open),
    ("65KiB", Breaks(&["advice.size.refused"])),
    ("128KiB", Breaks(&["advice.size.refused"])),
    ("1MiB", Breaks(&["advice.size.refused"])),
    ("10MiB", Breaks(&["advice.size.refused"])),
    ("32MiB", Breaks(&["advice.size.refused"])),
];
const CODINGS: [&str; 4] = ["gzip", "br", "zstd", "gzip-twice"];

pub(crate) fn mutate(words: &mut Words<'_>, _: &Dictionary, draft: &mut Draft) {
    match words.below(3) {
        0 => {
            let Some((delivery, effect)) = words.pick(&DELIVERIES) else {
                return;
            };
            if draft.take(&["delivery"], "delivery of the document") {
                draft.deliver("delivery", *delivery);
                draft.affect(effect);
                bounded(draft);
            }
        }
        1 => {
            let Some((size, effect)) = words.pick(&SIZES) else {
                return;
            };
            if draft.take(&["body", "size"], "size of the document") {
                draft.deliver("pad", *size);
                let with = ["within", "spaces", "garbage"][words.below(3)];
                draft.deliver("pad_with", with);
                let effect = match with {
                    "garbage" => &Breaks(&["cimd.document.json"]),
                    _ => effect,
                };
                draft.affect(effect);
                if let Some(coding) = words
                    .pick(&["", "gzip", "br", "zstd"])
                    .filter(|coding| !coding.is_empty())
                    && draft.take(&["coding"], "coding of the document")
                {
                    draft.deliver("coding", *coding);
                }
            }
        }
        _ => {
            let Some(coding) = words.pick(&CODINGS) else {
                return;
            };
            if draft.take(&["coding"], "coding of the document") {
                draft.deliver("coding", *coding);
                draft.affect(&Open);
            }
        }
    }
}

/// The request ends, and not much is read.
fn bounded(draft: &mut Draft) {
    let timing = table([("of", "first".into()), ("at_most", "30s".into())]);
    draft.rules.push(Rule::new(
        Law::Failure,
        &["advice.fetch.deadline"],
        table([("timing", timing.into())]),
    ));
}
