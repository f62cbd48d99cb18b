//! A profile that can be published: what it says, without what authenticates somebody.

use std::collections::BTreeMap;

use crate::profile::shape::Profile;

/// What stands for a secret.
const SECRET: &str = "[secret]";

impl Profile {
    /// The same without its secrets: names are kept, and the values of header fields, of variables, of login fields and of
    /// cookies, tokens and client secrets are replaced.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        let hidden = |fields: &mut BTreeMap<String, String>| fields.values_mut().for_each(hide);
        let mut profile = self.clone();
        hidden(&mut profile.headers);
        hidden(&mut profile.login.fields);
        hidden(&mut profile.login.second);
        for cookie in &mut profile.login.cookies {
            let name = cookie.split('=').next().unwrap_or_default();
            *cookie = format!("{name}={SECRET}");
        }
        if let Some(start) = &mut profile.start {
            hidden(&mut start.environment);
        }
        let tokens = [
            &mut profile.initial_access_token,
            &mut profile.expired_initial_access_token,
            &mut profile.initial_tokens.client_secret,
        ];
        tokens.into_iter().flatten().for_each(hide);
        profile
    }
}

fn hide(value: &mut String) {
    SECRET.clone_into(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each value that may be secret has the same mark, which stands nowhere in what is published.
    #[test]
    fn no_secret_of_a_profile_is_published() {
        let text = "name = \"x\"\ninitial_access_token = \"MARK\"\nexpired_initial_access_token = \"MARK\"\n\
            [start]\ncommand = [\"./x\"]\nenvironment = { DATABASE = \"MARK\" }\n[headers]\nx-key = \"MARK\"\n\
            [initial_tokens]\nclient_id = \"o\"\nclient_secret = \"MARK\"\n\
            [login]\nfields = { password = \"MARK\" }\nsecond = { password = \"MARK\" }\ncookies = [\"session=MARK\"]\n";
        let profile = Profile::read("p.toml", text).unwrap();
        let published = profile.without_secrets().written("").unwrap();
        assert!(!published.contains("MARK"), "{published}");
        assert!(published.contains("session=[secret]"), "{published}");
        assert!(Profile::read("published.toml", &published).is_ok(), "{published}");
    }
}
