//! What a check is: clauses, scenarios, plans, observations, verdicts and the report document; pure data.
