//! What the overview needs of a report, so that no report has to be held beside another.

use std::collections::BTreeMap;

use cimdspec_model::compared::Standings;
use cimdspec_model::name::ClauseId;
use cimdspec_model::report::Report;
use cimdspec_model::requirement::clause::Sentence;
use cimdspec_model::verdict::Tally;
use cimdspec_model::verdict::Verdict;
use url::Host;
use url::Url;

use super::cell::Cell;
use super::cell::cells;
use super::file_of;
use crate::conclusion::Tone;
use crate::conclusion::conclusion;
use crate::group::grouped;
use crate::html::text::line;

/// A report of a site.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The file of its page.
    pub(super) file: String,
    pub(super) name: String,
    pub(super) issuer: String,
    pub(super) version: String,
    pub(super) environment: String,
    pub(super) harness: String,
    pub(super) catalogue: String,
    pub(super) began: u64,
    /// What keeps the names of its run apart from those of others.
    nonce: String,
    pub(super) tone: Tone,
    pub(super) words: &'static str,
    pub(super) tally: Tally,
    /// How many rules are broken, by their verdicts.
    pub(super) rules: [(Verdict, usize); 3],
    pub(super) clauses: BTreeMap<ClauseId, Cell>,
    pub(super) sentences: BTreeMap<ClauseId, Sentence>,
    pub(super) standings: Standings,
}

impl Entry {
    /// What the overview needs of a report; its page has the file of this number.
    pub fn of(report: &Report, number: usize) -> Self {
        let (tone, words) = conclusion(report);
        let rules = |verdict| (verdict, grouped(report, verdict).len());
        Self {
            file: file_of(number),
            name: line(&report.target.name),
            issuer: line(&report.target.issuer),
            version: line(&report.fingerprint.release.version),
            environment: line(&report.environment),
            harness: line(&report.harness),
            catalogue: report.digests.catalogue.clone(),
            began: report.began,
            nonce: report.selection.nonce.clone(),
            tone,
            words,
            tally: Tally::of(&report.findings),
            rules: [Verdict::Violation, Verdict::Warning, Verdict::Note].map(rules),
            clauses: cells(report),
            sentences: report.sentences.clone(),
            standings: Standings::of(report),
        }
    }

    /// What makes two reports those of one server: its name and its issuer. The port of a server on this machine changes from
    /// run to run.
    pub(super) fn server(&self) -> (&str, String) {
        let issuer = Url::parse(&self.issuer).ok().and_then(|mut issuer| {
            let is_local = match issuer.host()? {
                Host::Domain(name) => name == "localhost",
                Host::Ipv4(address) => address.is_loopback(),
                Host::Ipv6(address) => address.is_loopback(),
            };
            is_local.then(|| issuer.set_port(None)).transpose().ok()?;
            Some(issuer.into())
        });
        (&self.name, issuer.unwrap_or_else(|| self.issuer.clone()))
    }

    /// Whether another report is of the same run.
    pub fn is_of_the_run_of(&self, other: &Self) -> bool {
        self.nonce == other.nonce && self.began == other.began && self.server() == other.server()
    }

    /// The link to a place on its page.
    pub(super) fn link(&self, anchor: &str) -> String {
        match anchor {
            "" => self.file.clone(),
            anchor => format!("{}#{anchor}", self.file),
        }
    }
}

/// The reports of one server, in the order of time.
#[derive(Debug, Clone)]
pub(super) struct Server<'a> {
    /// The newest one.
    pub(super) now: &'a Entry,
    /// The others, the newest first.
    pub(super) earlier: Vec<&'a Entry>,
}

impl<'a> Server<'a> {
    /// The servers of these reports, by name.
    pub(super) fn all(entries: &'a [Entry]) -> Vec<Self> {
        let mut by_server: BTreeMap<(&str, String), Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            by_server.entry(entry.server()).or_default().push(entry);
        }
        let servers = by_server.into_values().filter_map(|mut entries| {
            entries.sort_by_key(|entry| entry.began);
            let now = entries.pop()?;
            entries.reverse();
            Some(Self {
                now,
                earlier: entries,
            })
        });
        servers.collect()
    }

    /// The report before the newest one.
    pub(super) fn before(&self) -> Option<&'a Entry> {
        self.earlier.first().copied()
    }
}

#[cfg(test)]
mod tests {
    use cimdspec_model::report::Target;

    use super::*;
    use crate::fabricated::report;

    fn entry(name: &str, issuer: &str, began: u64) -> Entry {
        let report = Report {
            target: Target {
                name: name.to_owned(),
                issuer: issuer.to_owned(),
            },
            began,
            ..report(Vec::new())
        };
        Entry::of(&report, 1)
    }

    #[test]
    fn the_reports_of_one_server_are_in_the_order_of_time() {
        let entries = [
            entry("b", "https://as.example", 2),
            entry("a", "http://127.0.0.1:4711/x", 1),
            entry("b", "https://as.example", 3),
            entry("a", "http://127.0.0.1:9400/x", 5),
            entry("b", "https://as.example", 1),
            entry("b", "https://as.example:8443", 9),
        ];
        let times: Vec<(u64, Vec<u64>)> = Server::all(&entries)
            .iter()
            .map(|server| {
                let earlier = server.earlier.iter().map(|entry| entry.began);
                (server.now.began, earlier.collect())
            })
            .collect();
        assert_eq!(times, [(5, vec![1]), (3, vec![2, 1]), (9, vec![])]);
    }
}
