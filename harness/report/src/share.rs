//! Which share of the cases the environment could ask, in words: it stands where the result is read first.

use cimdspec_model::report::Report;
use cimdspec_model::report::Share;

use crate::words::one_line;

/// So many families are named.
const NAMED: usize = 5;

/// What was tested, with the share of the cases where it is not all of them.
pub(crate) fn tested(report: &Report) -> String {
    let target = format!("{} at {}", report.target.name, report.target.issuer);
    match &report.share {
        Some(share) => format!("{target}; {}", percent(share)),
        None => target,
    }
}

/// The share in words.
pub(crate) fn percent(share: &Share) -> String {
    format!("{} % of the cases were asked", share.percent())
}

/// What was not asked, by family: those first of which most is missing.
pub(crate) fn not_asked(share: &Share) -> String {
    let mut families: Vec<_> = share.families.iter().collect();
    families.sort_by_key(|(_, asked)| std::cmp::Reverse(asked.missing()));
    let rest = families.len().saturating_sub(NAMED);
    let named = families.iter().take(NAMED).map(|(name, asked)| {
        let name = one_line(name);
        match asked.asked {
            0 => format!("none of {name} ({})", asked.cases),
            some => format!("{some} of {} of {name}", asked.cases),
        }
    });
    let mut told: Vec<String> = named.collect();
    if rest > 0 {
        told.push(format!("{rest} more families in part"));
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use cimdspec_model::report::Asked;

    use super::*;

    #[test]
    fn families_of_which_most_is_missing_come_first() {
        let of = |asked, cases| Asked { cases, asked };
        let families = [
            ("cimd/tls", of(20, 36)),
            ("cimd/ssrf", of(0, 1205)),
            ("keys", of(3, 4)),
        ];
        let share = Share {
            whole: of(1449, 2959),
            families: BTreeMap::from(families.map(|(name, asked)| (name.to_owned(), asked))),
        };
        assert_eq!(percent(&share), "48 % of the cases were asked");
        assert_eq!(
            not_asked(&share),
            "none of cimd/ssrf (1205), 20 of 36 of cimd/tls, 3 of 4 of keys"
        );
    }
}
