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
    broken: usize,
    told: Instant,
}

const PLAIN_PAUSE: Duration = Duration::from_secs(5);

impl Bar {
    /// Begins to show `total` cases, as a bar where `terminal` is true.
    pub fn begin(total: usize, terminal: bool) -> Self {
        let bar = terminal.then(|| {
            let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("  {bar:32} {pos}/{len} cases  {elapsed}  {msg}")
            {
                bar.set_style(style.progress_chars("━╸ "));
            }
            bar
        });
        Self {
            bar,
            total,
            done: 0,
            broken: 0,
            told: Instant::now(),
        }
    }

    /// One more case is done, with so many broken rules; gives a line to print where there is no bar.
    pub fn advance(&mut self, broken: usize) -> Option<String> {
        self.done += 1;
        self.broken += broken;
        let message = if self.broken == 0 {
            String::new()
        } else {
            format!("{} broken", self.broken)
        };
        match &self.bar {
            Some(bar) => {
                bar.set_position(self.done as u64);
                bar.set_message(message);
                None
            }
            None if self.told.elapsed() >= PLAIN_PAUSE && self.done < self.total => {
                self.told = Instant::now();
                Some(
                    format!("  {}/{} cases  {message}", self.done, self.total)
                        .trim_end()
                        .to_owned(),
                )
            }
            None => None,
        }
    }

    /// Removes the bar.
    pub fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
