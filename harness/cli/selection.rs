//! Choosing plans by `--only`.

use cimdspec_model::diagnostic::nearest;
use cimdspec_model::plan::Plan;
use cimdspec_model::scenario::catalogue::Catalogue;

use crate::exit::Exit;
use crate::exit::Stop;

/// The plans that the patterns choose, with only the chosen checks; all without patterns.
pub(crate) fn plans(catalogue: &Catalogue, patterns: &[String]) -> Result<Vec<Plan>, Stop> {
    if patterns.is_empty() {
        return Ok(catalogue.plans().cloned().collect());
    }
    let mut chosen = Vec::new();
    for plan in catalogue.plans() {
        let variant = plan.variant.to_string();
        let scenario = plan.variant.scenario.as_str();
        let mut plan = plan.clone();
        plan.checks.retain(|check| {
            patterns.iter().any(|pattern| match pattern.split_once('#') {
                Some((place, id)) => {
                    fits(id, check.id.as_str()) && (fits(place, &variant) || fits(place, scenario))
                }
                None => fits(pattern, &variant) || fits(pattern, scenario),
            })
        });
        if !plan.checks.is_empty() {
            chosen.push(plan);
        }
    }
    if chosen.is_empty() {
        return Err(unknown(
            &patterns.join("`, `"),
            catalogue.scenarios.iter().map(|scenario| scenario.id.as_str()),
        ));
    }
    Ok(chosen)
}

/// The message for an id that nothing has.
pub(crate) fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Stop {
    let plain = id.split(['[', '#']).next().unwrap_or_default();
    let near = nearest(plain, known);
    let hint = match near.as_slice() {
        [] => "`cimdspec list` shows all".to_owned(),
        near => format!(
            "did you mean {}?",
            near.iter()
                .map(|id| format!("`{id}`"))
                .collect::<Vec<_>>()
                .join(" or ")
        ),
    };
    Stop::new(Exit::Usage, format!("nothing is called `{id}`\nhint: {hint}"))
}

/// Whether the text fits a pattern in which `*` stands for any text.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        last = Some(part);
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    match last {
        None => rest.is_empty(),
        Some(part) => part.is_empty() || text.ends_with(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_texts() {
        assert!(fits("cimd/ssrf/*", "cimd/ssrf/rebind[turn=1]"));
        assert!(fits("*rebind*", "cimd/ssrf/rebind[turn=1]"));
        assert!(fits("a*c", "abc"));
        assert!(!fits("a*c", "abcd"));
        assert!(!fits("cimd/ssrf", "cimd/ssrf/rebind"));
    }
}
