//! The profile of a target: how it is spoken to, and which policies it declares.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// How a target is spoken to. The default fits the reference server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Its name in reports.
    pub name: String,
    /// Members that every client document has too.
    pub document: BTreeMap<String, Value>,
    /// Fields of login forms by name, for a user who exists.
    pub login: BTreeMap<String, String>,
    /// Values or texts of the button that approves.
    pub approve: Vec<String>,
    /// Values or texts of the button that denies.
    pub deny: Vec<String>,
    /// Policies that the drafts allow and the target declares, for example `cache-floor`.
    pub policies: BTreeSet<String>,
}

impl Profile {
    /// The profile of the embedded reference server.
    pub fn reference() -> Self {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Self {
            name: "reference".to_owned(),
            document: BTreeMap::new(),
            login: [("username", "alice"), ("password", "wonderland")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            approve: words(&["approve", "allow", "yes", "continue", "accept"]),
            deny: words(&["deny", "no", "cancel", "reject"]),
            policies: BTreeSet::new(),
        }
    }
}
