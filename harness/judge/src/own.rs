//! Parameters of the redirect URI itself: a code or an error that the client put there is none of the server's.

use cimdspec_model::scenario::step::Act;

/// The parameters that the server added: the redirect URI that was asked for may have some of the same name. A server that puts its
/// own value in the place of the client's has added it.
pub(crate) fn without_own(parameters: &[(String, String)], act: &Act) -> Vec<(String, String)> {
    let mut left = parameters.to_vec();
    let asked = match act {
        Act::Authorize(act) => act.redirect_uri.as_ref().map_or("", |asked| asked.0.as_str()),
        _ => "",
    };
    let own = asked.split_once(['?', '#']).map_or("", |(_, own)| own);
    for pair in own.split(['&', '#']) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let own = (decoded(name), decoded(value));
        if let Some(at) = left.iter().position(|known| *known == own) {
            left.remove(at);
        }
    }
    left
}

/// A text with its percent-encoding undone.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits
            .filter(|_| *first == b'%')
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use cimdspec_model::scenario::step::Authorize;
    use cimdspec_model::text::Text;

    use super::*;

    #[test]
    fn a_parameter_of_the_redirect_uri_is_none_of_the_servers() {
        let sent = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        let told = sent(&[("code", "x"), ("code", "[code]"), ("state", "s")]);
        for uri in [
            "@app/callback?code=x",
            "@app/callback?%63ode=x",
            "@app/callback#code=x",
        ] {
            let act = Act::Authorize(Authorize {
                redirect_uri: Some(Text(uri.to_owned())),
                ..Authorize::default()
            });
            let left = sent(&[("code", "[code]"), ("state", "s")]);
            assert_eq!(without_own(&told, &act), left, "{uri}");
            assert_eq!(without_own(&left, &act), left, "{uri}");
        }
        assert_eq!(without_own(&told, &Act::Authorize(Authorize::default())), told);
    }
}
