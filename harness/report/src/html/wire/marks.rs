//! Which moments of a case decide: the report names them by their lines of evidence.

use cimdspec_model::observation::Event;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Instant;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::verdict::Finding;

/// The lines of a finding that decide.
pub(super) struct Marks<'a> {
    decisive: Vec<&'a str>,
}

impl<'a> Marks<'a> {
    /// Those of this finding.
    pub(super) fn of(finding: &'a Finding) -> Self {
        let places = finding.decisive.iter();
        Self {
            decisive: places
                .filter_map(|place| finding.evidence.get(*place))
                .map(String::as_str)
                .collect(),
        }
    }

    /// Whether any line decides.
    pub(super) fn any(&self) -> bool {
        !self.decisive.is_empty()
    }

    /// Whether an event decides.
    pub(super) fn event(&self, event: &Event) -> bool {
        let host = event.host.as_ref().map_or("?", |host| host.as_str());
        self.begins(event.at, host, kind(&event.what))
    }

    /// Whether a request of a step decides.
    pub(super) fn exchange(&self, step: &StepRecord, exchange: &Exchange) -> bool {
        self.begins(exchange.at, step.step.as_str(), &format!("{} ", exchange.method))
    }

    /// Whether the end of a step decides.
    pub(super) fn ending(&self, step: &StepRecord) -> bool {
        let begins = |words| self.begins(step.ended, step.step.as_str(), words);
        ["the user agent", "said no", "asked ", "not possible"]
            .into_iter()
            .any(begins)
    }

    fn begins(&self, at: Instant, who: &str, words: &str) -> bool {
        // Lines of evidence begin with seconds since the world began, to the millisecond.
        let beginning = format!("{:.3}s {who}: {words}", at.0 as f64 / 1_000_000.0);
        self.decisive.iter().any(|line| line.starts_with(&beginning))
    }
}

/// How the line of an event begins, after who it is.
fn kind(what: &Happening) -> &'static str {
    match what {
        Happening::Lookup { .. } => "lookup",
        Happening::Connect { .. } => "connect",
        Happening::Hello { .. } => "TLS hello",
        Happening::Handshake { .. } => "TLS handshake",
        Happening::Request { .. } => "request",
        Happening::Served { .. } => "served",
        Happening::Closed { .. } => "closed",
    }
}
