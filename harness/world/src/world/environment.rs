//! The environments that a world can be built in.

/// Where the world is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On 127.0.0.1, one path for each host: no names, no special addresses.
    Loopback,
    /// In a network namespace where every address is ours.
    Sandbox,
}

impl Environment {
    /// Its name in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Sandbox => "sandbox",
        }
    }
}
