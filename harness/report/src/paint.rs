//! Colour, where a terminal shows it.

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// With ANSI colours.
    Coloured,
    /// Without.
    Plain,
}

impl Paint {
    /// Emphasised text.
    pub fn strong(self, text: &str) -> String {
        self.with("1", text)
    }

    /// Text about something good.
    pub fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    /// Text about something broken.
    pub fn bad(self, text: &str) -> String {
        self.with("1;31", text)
    }

    /// Text about something doubtful.
    pub fn doubtful(self, text: &str) -> String {
        self.with("33", text)
    }

    /// Text of less weight.
    pub fn faint(self, text: &str) -> String {
        self.with("2", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        match self {
            Self::Coloured => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Plain => text.to_owned(),
        }
    }
}
