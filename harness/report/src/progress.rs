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
    began: Instant,
}

/// How often a line is printed where there is no terminal.
pub const PLAIN_PAUSE: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_millis(200);
/// Before that much is done, in share and time, the time left is a guess.
const FIRST: f64 = 0.15;
const SOON: Duration = Duration::from_secs(5);

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
            began: Instant::now(),
        }
    }

    /// One more case is done, with so many violations.
    pub fn advance(&mut self, violations: usize) {
        self.done += 1;
        self.violations += violations;
        if let Some(bar) = &self.bar {
            bar.set_position(self.done as u64);
            bar.set_message(self.message(self.began.elapsed()));
        }
    }

    /// A line to print where there is no bar, as long as cases are to come; asked for every [`PLAIN_PAUSE`].
    pub fn line(&self) -> Option<String> {
        let is_plain = self.bar.is_none() && self.done < self.total;
        is_plain.then(|| {
            let message = self.message(self.began.elapsed());
            format!("  {}/{} cases  {message}", self.done, self.total)
                .trim_end()
                .to_owned()
        })
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

    fn message(&self, elapsed: Duration) -> String {
        let mut parts = Vec::new();
        parts.extend(left(self.done, self.total, elapsed));
        match self.violations {
            0 => {}
            1 => parts.push("1 violation".to_owned()),
            many => parts.push(format!("{many} violations")),
        }
        parts.join("  ")
    }
}

/// A line that changes, of something whose size nobody knows.
pub struct Ticker(Option<ProgressBar>);

impl Ticker {
    /// Begins to show it, where `terminal` is true.
    pub fn begin(terminal: bool) -> Self {
        Self(terminal.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(TICK);
            bar
        }))
    }

    /// Shows another text; gives a line to print, at times, where there is no terminal.
    pub fn tell(&self, text: String) -> Option<String> {
        match &self.0 {
            Some(bar) => {
                bar.set_message(text);
                None
            }
            None => Some(format!("  {text}")),
        }
    }

    /// Shows a line that stays; gives it back to be printed where there is no terminal.
    pub fn keep(&self, line: String) -> Option<String> {
        match &self.0 {
            Some(bar) => {
                bar.println(line);
                None
            }
            None => Some(line),
        }
    }

    /// Removes the line that changes.
    pub fn end(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}

/// The time left if the rest goes as fast as what is done, in words.
fn left(done: usize, total: usize, elapsed: Duration) -> Option<String> {
    let share = done as f64 / total.max(1) as f64;
    if share < FIRST || elapsed < SOON || done >= total {
        return None;
    }
    let left = elapsed.mul_f64((1.0 - share) / share);
    Some(match left.as_secs() {
        0..10 => "a few seconds left".to_owned(),
        seconds @ 10..100 => format!("about {} s left", seconds.next_multiple_of(10)),
        seconds => format!("about {} min left", (seconds + 30) / 60),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_says_what_is_done_and_what_is_left() {
        let mut bar = Bar::begin(100, false);
        assert_eq!(bar.line().as_deref(), Some("  0/100 cases"));
        for _ in 0..25 {
            bar.advance(0);
        }
        bar.advance(2);
        let line = bar.line().unwrap();
        assert_eq!(line, "  26/100 cases  2 violations");
        for _ in 26..100 {
            bar.advance(0);
        }
        assert_eq!(bar.line(), None);
    }

    #[test]
    fn the_time_left_is_told_once_it_is_no_guess() {
        let told = |done, seconds| left(done, 100, Duration::from_secs(seconds));
        assert_eq!(told(14, 60), None);
        assert_eq!(told(50, 4), None);
        assert_eq!(told(50, 31).as_deref(), Some("about 40 s left"));
        assert_eq!(told(25, 60).as_deref(), Some("about 3 min left"));
        assert_eq!(told(99, 60).as_deref(), Some("a few seconds left"));
        assert_eq!(told(100, 60), None);
    }
}
