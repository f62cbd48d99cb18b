//! What the values of several answers have in common.

use cimdspec_model::expect::ValuesExpect;
use cimdspec_model::reason::ReasonCode;
use cimdspec_model::verdict::Outcome;

use crate::expect::Evidence;
use crate::expect::list;
use crate::expect::pass_if;
use crate::words;

/// So few values may have a place in common by chance, and then seem weaker than they are.
const FEWEST_MEASURED: usize = 5;

impl Evidence<'_> {
    pub(super) fn values(&self, expect: &ValuesExpect) -> (Outcome, String, String) {
        let at = &expect.at;
        let mut wants = Vec::new();
        if expect.distinct {
            wants.push("all different".to_owned());
        }
        if let Some(bits) = expect.bits {
            wants.push(format!("of at least {bits} random bits"));
        }
        let expected = format!("values of `{at}` {}", list(wants.iter()));
        let values = self
            .record(&expect.of)
            .map_or(&[][..], |record| record.values.as_slice());
        let found = values.iter().find(|values| values.at == *at);
        let fewest = if expect.bits.is_some() { FEWEST_MEASURED } else { 2 };
        // What came has other members enough: this one is not given here.
        if found.is_none() && values.iter().any(|other| other.count >= fewest) {
            let why = format!("no answer has a `{at}`");
            return (
                Outcome::not_applicable(ReasonCode::NothingThere.with(why.clone())),
                expected,
                why,
            );
        }
        let Some(found) = found.filter(|found| found.count >= fewest) else {
            let seen = words::seen(&self.disposition(&expect.of));
            let why = format!(
                "step `{}` brought fewer than {fewest} values of `{at}`: {seen}",
                expect.of
            );
            return (Outcome::inconclusive(why.clone()), expected, why);
        };
        let kept = (!expect.distinct || found.distinct == found.count)
            && expect.bits.is_none_or(|bits| found.bits >= bits);
        let seen = format!(
            "{} values, {} of them different, with room for {} random bits in each",
            found.count, found.distinct, found.bits
        );
        (pass_if(kept), expected, seen)
    }
}
