//! Each clause that a check cites names what to change in a server that breaks it, in one plain sentence.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cimdspec_model::name::ClauseId;

use super::sentences::catalogue;

/// More words than a hurried reader takes in at once.
const MOST_WORDS: usize = 25;

/// The verbs that remedies begin with: another one is added here when a remedy needs it.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "Abort", "Accept", "Activate", "Add", "Answer", "Append", "Apply", "Ask", "Assign",
    "Authenticate", "Bind", "Block", "Build", "Cache", "Check", "Choose", "Combine", "Compare",
    "Compute", "Configure", "Create", "Decode", "Delete", "Disable", "Discard", "Drop",
    "Escape", "Exclude", "Extract", "Fetch", "Fix", "Forbid", "Generate", "Grant", "Ignore",
    "Include", "Invalidate", "Issue", "Keep", "Limit", "Link", "List", "Lower", "Omit", "Parse",
    "Protect", "Publish", "Raise", "Read", "Redirect", "Refuse", "Register", "Remove",
    "Replace", "Require", "Reserve", "Restrict", "Return", "Revoke", "Run", "Search", "Send",
    "Serve", "Set", "Share", "Shorten", "Show", "Skip", "Stop", "Store", "Support", "Take",
    "Treat", "Use", "Validate", "Verify", "Write",
];

/// The clauses whose breach a run can report: those that a check of some plan cites.
fn breakable() -> BTreeSet<ClauseId> {
    let mut cited = BTreeSet::new();
    for plan in catalogue().plans() {
        let checks = plan.checks.iter().filter(|check| !check.is_trait());
        cited.extend(checks.flat_map(|check| check.clauses.iter().cloned()));
    }
    cited
}

fn remedies() -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = catalogue().clauses.0.values();
    all.filter_map(|clause| Some((clause.id.as_str(), clause.remedy.as_deref()?)))
}

#[test]
fn each_clause_that_a_check_cites_has_a_remedy() {
    let clauses = &catalogue().clauses;
    let bare: Vec<String> = breakable()
        .into_iter()
        .filter(|id| clauses.named(id).is_none_or(|clause| clause.remedy.is_none()))
        .map(|id| id.to_string())
        .collect();
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn no_clause_has_a_remedy_that_nobody_is_shown() {
    let breakable = breakable();
    let idle: Vec<&str> = catalogue()
        .clauses
        .0
        .values()
        .filter(|clause| clause.remedy.is_some() || !clause.cwe.is_empty())
        .filter(|clause| !breakable.contains(&clause.id))
        .map(|clause| clause.id.as_str())
        .collect();
    assert_eq!(idle, Vec::<&str>::new());
}

#[test]
fn a_remedy_is_one_short_sentence_in_the_imperative() {
    let mut strange = Vec::new();
    for (id, remedy) in remedies() {
        let words: Vec<&str> = remedy.split_whitespace().collect();
        let first = words.first().copied().unwrap_or_default();
        let faults = [
            (words.len() > MOST_WORDS, "is too long"),
            (!remedy.ends_with('.'), "has no full stop at its end"),
            (remedy.contains(". "), "is more than one sentence"),
            (!VERBS.contains(&first), "begins with no verb of the list"),
            (words.iter().any(|word| is_of_duty(word)), "speaks of duty"),
            (remedy.matches('`').count() % 2 == 1, "has an open backtick"),
        ];
        for (_, fault) in faults.into_iter().filter(|(is_there, _)| *is_there) {
            strange.push(format!("{id} {fault}: {remedy}"));
        }
    }
    assert_eq!(strange, Vec::<String>::new());
}

/// A remedy gives an instruction; whether it is a duty is said by the level of its clause.
fn is_of_duty(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "should" | "shall" | "must" | "please" | "ought"
    )
}

/// A verb that no remedy uses is a mistake in the list, or in a remedy that was changed.
#[test]
fn each_verb_of_the_list_begins_a_remedy() {
    let used: BTreeSet<&str> = remedies()
        .filter_map(|(_, remedy)| remedy.split(' ').next())
        .collect();
    let idle: Vec<&&str> = VERBS.iter().filter(|verb| !used.contains(**verb)).collect();
    assert_eq!(idle, Vec::<&&str>::new());
}

/// Two clauses with one remedy say the same of a server, or one of the remedies was copied without thought.
#[test]
fn each_clause_has_a_remedy_of_its_own() {
    let mut of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, remedy) in remedies() {
        of.entry(remedy).or_default().push(id);
    }
    let shared: Vec<Vec<&str>> = of.into_values().filter(|ids| ids.len() > 1).collect();
    assert_eq!(shared, Vec::<Vec<&str>>::new());
}
