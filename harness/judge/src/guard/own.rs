//! Parameters of the redirect URI itself: a code or an error that the client put there is none of the server's.

use cimdspec_model::verb::Act;
use url::form_urlencoded::parse;

/// The parameters that the server added: the redirect URI that was asked for may have some of the same name. A server that puts its
/// own value in the place of the client's has added it.
pub(crate) fn without_own(parameters: &[(String, String)], act: &Act) -> Vec<(String, String)> {
    let mut left = parameters.to_vec();
    let asked = match act {
        Act::Authorize(act) => act.redirect_uri.as_ref().map_or("", |asked| asked.0.as_str()),
        _ => "",
    };
    let own = asked.split_once(['?', '#']).map_or("", |(_, own)| own);
    for pair in own.split('#').flat_map(|part| parse(part.as_bytes())) {
        let is_own =
            |(name, value): &(String, String)| (name.as_str(), value.as_str()) == (&*pair.0, &*pair.1);
        if let Some(at) = left.iter().position(is_own) {
            left.remove(at);
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use cimdspec_model::text::Text;
    use cimdspec_model::verb::Authorize;

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
