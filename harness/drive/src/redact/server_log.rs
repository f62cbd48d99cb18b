//! What a server wrote to its log, where somebody lets us hear it: its lines as they came, secrets and all.
//!
//! The lines never leave this room. What leaves it is which kinds of secrets stood in them.

use std::collections::BTreeSet;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use cimdspec_model::expect::Expect;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Logged;
use cimdspec_model::quantity::Span;

use crate::case::context::CaseContext;
use crate::case::walk::Company;
use crate::target::server::Target;

/// The lines of a log; a cheap handle.
#[derive(Clone, Default)]
pub struct LogCapture(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    /// How many lines were forgotten before those that are kept.
    forgotten: usize,
    kept: VecDeque<String>,
    bytes: usize,
}

/// A server that writes without measure does not fill this machine.
const MOST_BYTES: usize = 16 * 1024 * 1024;

impl LogCapture {
    /// Takes a line.
    pub fn take(&self, line: &str) {
        let mut lines = self.lock();
        lines.bytes += line.len();
        lines.kept.push_back(line.to_owned());
        while lines.bytes > MOST_BYTES
            && let Some(first) = lines.kept.pop_front()
        {
            lines.bytes -= first.len();
            lines.forgotten += 1;
        }
    }

    /// How many lines there were so far.
    pub(crate) fn count(&self) -> usize {
        let lines = self.lock();
        lines.forgotten + lines.kept.len()
    }

    /// The lines after so many.
    fn since(&self, before: usize) -> Vec<String> {
        let lines = self.lock();
        let skipped = before.saturating_sub(lines.forgotten);
        lines.kept.iter().skip(skipped).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Target {
    /// The same, its log heard.
    pub fn heard_by(mut self, heard: &LogCapture) -> Self {
        self.heard = Some(heard.clone());
        self
    }
}

impl CaseContext {
    /// Waits until the lines of the steps before have come, and notes what stood in the log since the case began.
    pub(crate) async fn listen(&self, name: &StepName, span: Span) -> Result<Arrival, String> {
        let heard = self.target.heard.as_ref().ok_or("the log is not heard")?;
        tokio::time::sleep(span.0).await;
        let lines = heard.since(self.heard_before);
        let begun = self.beginnings(name)?;
        let own = match self.company {
            Company::None => lines.len(),
            Company::Others => self.own(&lines),
        };
        let logged = Logged {
            lines: own,
            others: lines.len() - own,
            kinds: self.redactor.kinds_in(&lines).into_iter().collect(),
            begun: begun
                .into_iter()
                .filter(|begun| lines.iter().any(|line| line.starts_with(begun.as_str())))
                .collect(),
        };
        self.memory().logged.insert(name.clone(), logged);
        Ok(Arrival::Nothing)
    }

    /// How many lines name a host, a client or a secret of this case.
    fn own(&self, lines: &[String]) -> usize {
        let hosts = self.facts.iter().map(|fact| fact.name.clone());
        let is_name = |name: &String| name.parse::<std::net::IpAddr>().is_err();
        let clients: Vec<String> = {
            let memory = self.memory();
            let registered = memory.registrations.values().chain(&memory.replaced);
            registered
                .map(|registration| registration.client.id.clone())
                .collect()
        };
        let names: Vec<String> = hosts.filter(is_name).chain(clients).collect();
        own_lines(lines, &names, |line| {
            !self.redactor.kinds_in(std::slice::from_ref(line)).is_empty()
        })
    }

    /// The texts with which no line is to begin.
    fn beginnings(&self, name: &StepName) -> Result<BTreeSet<String>, String> {
        let checks = self.plan.checks.iter();
        let texts = checks.filter_map(|check| match &check.expect {
            Expect::Log(expect) if expect.of == *name => expect.begins_not.as_ref(),
            _ => None,
        });
        texts.map(|text| self.resolved(text)).collect()
    }
}

/// How many lines are of the case that has these names and secrets.
fn own_lines(lines: &[String], names: &[String], has_secret: impl Fn(&String) -> bool) -> usize {
    let is_own = |line: &&String| names.iter().any(|name| line.contains(name.as_str())) || has_secret(line);
    lines.iter().filter(is_own).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In company no line is taken for one of a case that names nothing of it (two cases have hosts of other names).
    #[test]
    fn a_line_is_of_the_case_that_it_names() {
        let lines = [
            "fetched https://docs-n0c1.example/client.json",
            "fetched https://docs-n0c2.example/client.json",
            "refused client 7f3a",
            "code=secret-of-c1",
            "started",
        ];
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        let of = |names: &[&str], secret: &str| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            own_lines(&lines, &names, |line| !secret.is_empty() && line.contains(secret))
        };
        assert_eq!(of(&["docs-n0c1.example"], "secret-of-c1"), 2);
        assert_eq!(of(&["docs-n0c2.example", "7f3a"], ""), 2);
        assert_eq!(of(&["docs-n0c3.example"], ""), 0);
    }

    #[test]
    fn lines_are_heard_from_where_a_case_began() {
        let heard = LogCapture::default();
        heard.take("before");
        let before = heard.count();
        heard.take("after");
        assert_eq!(heard.since(before), ["after"]);
    }

    #[test]
    fn a_flood_is_forgotten_from_its_beginning() {
        let heard = LogCapture::default();
        let line = "x".repeat(MOST_BYTES / 2);
        for _ in 0..3 {
            heard.take(&line);
        }
        assert_eq!(heard.count(), 3);
        assert_eq!(heard.since(0).len(), 2);
        assert_eq!(heard.since(2).len(), 1);
    }
}
