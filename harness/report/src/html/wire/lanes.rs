//! The lanes of a drawing: the browser, the server under test, and each host that takes part.

use cimdspec_model::name::HostLabel;
use cimdspec_model::observation::Case;

use crate::html::text::cut;

/// The browser's lane; cimdspec plays it.
pub(super) const BROWSER: usize = 0;
/// The lane of the server under test.
pub(super) const SERVER: usize = 1;
/// Hosts beyond these share one lane.
const MOST_HOSTS: usize = 4;
/// At the width that many lanes leave to each.
const LONGEST_NAME: usize = 28;

/// A lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lane {
    /// Who it is.
    pub(super) name: String,
    /// More about it: the host's real name.
    pub(super) note: String,
}

/// The lanes of one case.
pub(super) struct Lanes<'a> {
    case: &'a Case,
    labels: Vec<Option<&'a HostLabel>>,
    overflows: bool,
}

impl<'a> Lanes<'a> {
    /// Those of a case, without a host so far.
    pub(super) fn of(case: &'a Case) -> Self {
        Self {
            case,
            labels: Vec::new(),
            overflows: false,
        }
    }

    /// The lane of a host, which is opened when it first takes part.
    pub(super) fn host(&mut self, label: Option<&'a HostLabel>) -> usize {
        if let Some(place) = self.labels.iter().position(|known| *known == label) {
            return SERVER + 1 + place;
        }
        if self.labels.len() == MOST_HOSTS {
            self.overflows = true;
            return SERVER + MOST_HOSTS + 1;
        }
        self.labels.push(label);
        SERVER + self.labels.len()
    }

    /// The lane of the host whose origin a URL has.
    pub(super) fn of_url(&mut self, url: &str) -> Option<usize> {
        let of_origin = |origin: &str| {
            let rest = url.strip_prefix(origin);
            !origin.is_empty()
                && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#', ':']))
        };
        let fact = self.case.hosts.iter().find(|fact| of_origin(&fact.origin))?;
        Some(self.host(Some(&fact.label)))
    }

    /// All lanes, from left to right.
    pub(super) fn all(&self) -> Vec<Lane> {
        let lane = |name: &str, note: &str| Lane {
            name: cut(name, LONGEST_NAME),
            note: cut(note, LONGEST_NAME),
        };
        let mut lanes = vec![
            lane("browser", "played by cimdspec"),
            lane("server under test", ""),
        ];
        lanes.extend(self.labels.iter().map(|label| match label {
            Some(label) => lane(label.as_str(), self.name(label)),
            None => lane("unknown host", ""),
        }));
        if self.overflows {
            lanes.push(lane("other hosts", ""));
        }
        lanes
    }

    fn name(&self, label: &HostLabel) -> &str {
        let mut facts = self.case.hosts.iter();
        facts
            .find(|fact| fact.label == *label)
            .map_or("", |fact| &fact.name)
    }
}
