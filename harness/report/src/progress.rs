//! Progress: a bar on a terminal, plain lines otherwise. It talks to stderr.

use std::time::Duration;
use std::time::Instant;

use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;

/// The progress of a run.
pub struct Bar {
    bar: Option<ProgressBar>,
    total: usize,
    done: usize,
    violations: usize,
    told: Instant,
}

const PLAIN_PAUSE: Duration = Duration::from_secs(5);
const TICK: Duration = Duration::from_millis(200);

impl Bar {
    /// Begins to show `total` cases, as a bar where `terminal` is true.
    pub fn begin(total: usize, terminal: bool) -> Self {
        let bar = terminal.then(|| {
            let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
            let template = "  {bar:32} {pos}/{len} cases  {elapsed}  {msg}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("━╸ "));
            }
            bar.enable_steady_tick(TICK);
            bar
        });
        Self {
            bar,
            total,
            done: 0,
            violations: 0,
            told: Instant::now(),
        }
    }

    /// One more case is done, with so many violations; gives a line to print where there is no bar.
    pub fn advance(&mut self, violations: usize) -> Option<String> {
        self.done += 1;
        self.violations += violations;
        match &self.bar {
            Some(bar) => {
                bar.set_position(self.done as u64);
                bar.set_message(self.message());
                None
            }
            None if self.told.elapsed() >= PLAIN_PAUSE && self.done < self.total => {
                self.told = Instant::now();
                Some(self.line())
            }
            None => None,
        }
    }

    /// So many of the cases are retried; gives a line to print where there is no bar.
    pub fn again(&mut self, cases: usize) -> Option<String> {
        let line = match cases {
            1 => "  1 case did not pass and is retried".to_owned(),
            cases => format!("  {cases} cases did not pass and are retried"),
        };
        match &self.bar {
            Some(bar) => {
                bar.println(line);
                None
            }
            None => Some(line),
        }
    }

    /// Removes the bar.
    pub fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }

    fn message(&self) -> String {
        let to_come = self.total.saturating_sub(self.done);
        match self.violations {
            0 => format!("{to_come} to come"),
            1 => format!("{to_come} to come  1 violation"),
            many => format!("{to_come} to come  {many} violations"),
        }
    }

    fn line(&self) -> String {
        format!("  {}/{} cases  {}", self.done, self.total, self.message())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_is_told_only_after_a_pause() {
        let mut bar = Bar::begin(3, false);
        assert_eq!(bar.advance(1), None);
        bar.told = Instant::now().checked_sub(PLAIN_PAUSE).unwrap();
        assert_eq!(
            bar.advance(1).as_deref(),
            Some("  2/3 cases  1 to come  2 violations")
        );
        bar.told = Instant::now().checked_sub(PLAIN_PAUSE).unwrap();
        assert_eq!(bar.advance(0), None);
    }
}
