//! What is looked at when a machine is asked whether the sandbox can be made on it.

/// One thing that the sandbox needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub name: &'static str,
    /// Whether it is there.
    pub state: State,
    /// What was seen.
    pub detail: String,
    /// What to do when it is missing.
    pub remedy: Option<String>,
}

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is missing.
    Missing,
    /// It is there.
    Ready,
}

/// A finding; the remedy is kept only when the thing is missing.
pub(super) fn finding(name: &'static str, ready: bool, detail: String, remedy: String) -> Finding {
    let (state, remedy) = match ready {
        true => (State::Ready, None),
        false => (State::Missing, Some(remedy)),
    };
    Finding {
        name,
        state,
        detail,
        remedy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_has_a_remedy() {
        let told = |ready| finding("IPv6", ready, String::new(), "boot with it".to_owned()).remedy;
        assert_eq!(told(false).as_deref(), Some("boot with it"));
        assert_eq!(told(true), None);
    }
}
