//! The recorded cases of a run, bounded together: a server that floods fills the evidence of every case.

use cimdspec_model::observation::Case;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Reply;

/// What may still be kept whole.
pub(crate) struct Evidence {
    left: usize,
}

/// Of all bodies and header fields of a run, also those of our hosts.
const MOST_KEPT: usize = 128 * 1024 * 1024;
/// Of each text, once that is used up.
const THEN_KEPT: usize = 512;

impl Evidence {
    /// Nothing is kept yet.
    pub(crate) fn empty() -> Self {
        Self { left: MOST_KEPT }
    }

    /// The case as it is kept.
    pub(crate) fn kept(&mut self, mut case: Case) -> Case {
        for exchange in case.steps.iter_mut().flat_map(|step| &mut step.exchanges) {
            self.keep(texts(exchange).collect());
        }
        for event in &mut case.events {
            if let Happening::Served { body, .. } = &mut event.what {
                self.keep(vec![body]);
            }
        }
        case
    }

    /// Keeps these texts whole as long as there is room, and their beginnings then.
    fn keep(&mut self, texts: Vec<&mut String>) {
        let length = texts.iter().map(|text| text.len()).sum();
        match self.left.checked_sub(length) {
            Some(left) => self.left = left,
            None => texts.into_iter().for_each(cut),
        }
    }
}

fn texts(exchange: &mut Exchange) -> impl Iterator<Item = &mut String> {
    let (headers, body) = match &mut exchange.reply {
        Reply::Response { headers, body, .. } => (headers.as_mut_slice(), Some(body)),
        Reply::Broken { .. } | Reply::Timeout => (&mut [][..], None),
    };
    let values = headers
        .iter_mut()
        .chain(&mut exchange.headers)
        .map(|(_, value)| value);
    values.chain(body).chain(&mut exchange.sent)
}

fn cut(text: &mut String) {
    if text.len() > THEN_KEPT {
        let end = (0..=THEN_KEPT).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or(0));
        text.push('…');
        text.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_says_so_and_keeps_its_characters() {
        let mut long = "é".repeat(THEN_KEPT);
        cut(&mut long);
        assert_eq!(long, format!("{}…", "é".repeat(THEN_KEPT / 2)));
        let mut short = "é".to_owned();
        cut(&mut short);
        assert_eq!(short, "é");
    }
}
