//! What is a secret by its name, and of which type.

/// Parameters of queries and forms, and form fields.
const PARAMETERS: [(&str, &str); 35] = [
    ("access_token", "access-token"),
    ("actor_token", "token"),
    ("assertion", "assertion"),
    ("authenticity_token", "csrf-token"),
    ("client_assertion", "assertion"),
    ("client_secret", "client-secret"),
    ("code", "code"),
    ("code_verifier", "code-verifier"),
    ("consent_challenge", "consent-challenge"),
    ("consent_verifier", "consent-verifier"),
    ("csrfmiddlewaretoken", "csrf-token"),
    ("device_challenge", "device-challenge"),
    ("device_code", "device-code"),
    ("id_token", "id-token"),
    ("id_token_hint", "id-token"),
    ("jsessionid", "session"),
    ("login_challenge", "login-challenge"),
    ("login_verifier", "login-verifier"),
    ("logout_challenge", "logout-challenge"),
    ("logout_token", "logout-token"),
    ("passphrase", "password"),
    ("passwd", "password"),
    ("password", "password"),
    ("phpsessid", "session"),
    ("pwd", "password"),
    ("refresh_token", "refresh-token"),
    ("registration_access_token", "registration-token"),
    ("session", "session"),
    ("session_code", "session-code"),
    ("session_id", "session"),
    ("session_state", "session-state"),
    ("sessionid", "session"),
    ("sid", "session"),
    ("subject_token", "token"),
    ("token", "token"),
];
/// Ends of names, with the types of what they end.
const ENDS: [(&str, &str); 9] = [
    ("_challenge", "challenge"),
    ("_passphrase", "password"),
    ("_passwd", "password"),
    ("_password", "password"),
    ("_pwd", "password"),
    ("_secret", "secret"),
    ("_ticket", "ticket"),
    ("_token", "token"),
    ("_verifier", "verifier"),
];
/// Everybody may know what begins or ends like a secret and is none.
const PUBLIC: [&str; 1] = ["code_challenge"];
/// Names that mean something else in JSON, unless their value looks random.
const OTHERS_IN_JSON: [&str; 4] = ["code", "session", "sid", "token"];
/// Private parts of JSON Web Keys.
const KEY_MEMBERS: [(&str, &str); 7] = [
    ("d", "private-key"),
    ("dp", "private-key"),
    ("dq", "private-key"),
    ("k", "symmetric-key"),
    ("p", "private-key"),
    ("q", "private-key"),
    ("qi", "private-key"),
];
/// Shorter values are words, or numbers of errors.
const SHORTEST_RANDOM: usize = 16;

/// The type of a parameter or a field, if it is a secret by its name.
pub(super) fn of_parameter(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase().replace(['-', '.'], "_");
    let name = name.trim_start_matches('_');
    if PUBLIC.contains(&name) {
        return None;
    }
    let exact = PARAMETERS.iter().find(|(known, _)| *known == name);
    let ends = || ENDS.iter().find(|(end, _)| name.ends_with(end));
    let is_csrf = name.contains("csrf") || name.contains("xsrf") || name.contains("requestverification");
    match (exact, is_csrf) {
        (Some((_, kind)), _) => Some(kind),
        (None, true) => Some("csrf-token"),
        (None, false) => ends().map(|(_, kind)| *kind),
    }
}

/// The type of a member of a JSON text with this value, if it is a secret; private keys where the text has a key.
pub(super) fn of_member(name: &str, value: &str, has_key: bool) -> Option<&'static str> {
    if has_key && let Some((_, kind)) = KEY_MEMBERS.iter().find(|(known, _)| *known == name) {
        return Some(kind);
    }
    of_parameter(name).filter(|_| !OTHERS_IN_JSON.contains(&name) || looks_random(value))
}

/// Whether a value is the name of a secret, and so none itself.
pub(super) fn is_a_name(value: &str) -> bool {
    PARAMETERS.iter().any(|(name, _)| *name == value)
}

fn looks_random(value: &str) -> bool {
    value.len() >= SHORTEST_RANDOM
        && value.contains(|c: char| c.is_ascii_digit())
        && value.contains(|c: char| c.is_ascii_alphabetic())
        && !value.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for (name, kind) in [
            ("code", "code"),
            ("CODE", "code"),
            ("_csrf", "csrf-token"),
            ("csrf-token", "csrf-token"),
            ("X-XSRF-TOKEN", "csrf-token"),
            ("__RequestVerificationToken", "csrf-token"),
            ("login_challenge", "login-challenge"),
            ("mfa_challenge", "challenge"),
            ("session_state", "session-state"),
            ("user.password", "password"),
            ("bearer_token", "token"),
        ] {
            assert_eq!(of_parameter(name), Some(kind), "{name}");
        }
        for name in [
            "code_challenge",
            "code_challenge_method",
            "state",
            "token_type",
            "error_code",
            "barcode",
            "token_endpoint",
            "request_uri",
            "client_secret_expires_at",
        ] {
            assert_eq!(of_parameter(name), None, "{name}");
        }
    }

    #[test]
    fn a_member_is_a_secret_where_it_looks_like_one() {
        assert_eq!(of_member("access_token", "x", false), Some("access-token"));
        assert_eq!(of_member("code", "invalid_request_object", false), None);
        assert_eq!(of_member("code", "Zm9vYmFyMTIzNDU2Nzg5", false), Some("code"));
        assert_eq!(of_member("d", "x", false), None);
        assert_eq!(of_member("d", "x", true), Some("private-key"));
    }
}
