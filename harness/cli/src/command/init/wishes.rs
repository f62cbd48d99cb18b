//! What servers are known to want beside the known-good document, registration and request.

use cimdspec_drive::Target;
use cimdspec_judge::Origin;
use cimdspec_model::plan::Need;
use cimdspec_model::profile::Policy;
use cimdspec_model::profile::Profile;
use cimdspec_model::verb::Channel;
use serde_json::Value;
use serde_json::json;

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wish {
    /// A member of the document, or of the registration.
    Member(&'static str, Value),
    /// A scope that is asked for, and that the client says that it may ask for.
    Scope(String),
    /// A parameter of the authorization request.
    Parameter(&'static str, String),
    /// Redirect URIs on the origin of the document.
    OwnRedirects,
    /// Pushed requests.
    Pushed,
}

/// How many scopes a request asks for at most: some servers list hundreds.
const MOST_SCOPES: usize = 12;

impl Wish {
    /// In words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Member(name, value) => format!("`{name}` = {value}"),
            Self::Scope(scope) => format!("scope `{scope}`"),
            Self::Parameter(name, value) => format!("the parameter `{name}={value}`"),
            Self::OwnRedirects => "redirect URIs on the origin of the document".to_owned(),
            Self::Pushed => "pushed requests".to_owned(),
        }
    }

    /// By which name a server would ask for it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Member(name, _) | Self::Parameter(name, _) => name,
            Self::Scope(_) => "scope",
            Self::OwnRedirects => "redirect_uri",
            Self::Pushed => "request_uri",
        }
    }

    /// Writes it into a profile.
    pub(crate) fn write_into(&self, profile: &mut Profile, origin: Origin) {
        let members = match origin {
            Origin::Document => &mut profile.document,
            Origin::Registration => &mut profile.registration,
        };
        match self {
            Self::Member(name, value) => _ = members.insert((*name).to_owned(), value.clone()),
            Self::Scope(scope) => {
                members.insert("scope".to_owned(), Value::from(scope.as_str()));
                profile.request.scope = Some(scope.clone());
            }
            Self::Parameter("resource", value) => profile.request.resource = Some(value.clone()),
            Self::Parameter(name, value) => {
                _ = profile.request.set.insert((*name).to_owned(), value.clone());
            }
            Self::OwnRedirects => _ = profile.policies.insert(Policy::SameOriginRedirects),
            Self::Pushed => profile.request.channel = Channel::Par,
        }
    }
}

/// All wishes, the commonest first.
pub(crate) fn wishes(target: &Target, origin: Origin) -> Vec<Wish> {
    let own_host = match origin {
        Origin::Document => "@docs",
        Origin::Registration => "@app",
    };
    let mut wishes: Vec<Wish> = scopes(target).into_iter().map(Wish::Scope).collect();
    let members = [
        ("application_type", json!("web")),
        ("application_type", json!("native")),
        ("client_uri", json!(format!("{own_host}/"))),
        ("grant_types", json!(["authorization_code"])),
        ("logo_uri", json!(format!("{own_host}/logo.png"))),
        ("contacts", json!(["operator@@client.example"])),
        ("policy_uri", json!(format!("{own_host}/policy"))),
        ("tos_uri", json!(format!("{own_host}/terms"))),
        ("software_id", json!("7e1a9d52-5b1f-4e44-9d3e-0f6f4f1c7a11")),
        ("software_version", json!("1.0")),
        ("subject_type", json!("public")),
        ("id_token_signed_response_alg", json!("RS256")),
        ("dpop_bound_access_tokens", json!(true)),
        (
            "@context",
            json!(["https://www.w3.org/ns/solid/oidc-context.jsonld"]),
        ),
    ];
    wishes.extend(members.map(|(name, value)| Wish::Member(name, value)));
    wishes.push(Wish::Parameter("resource", target.place().to_owned()));
    if origin == Origin::Document {
        wishes.push(Wish::OwnRedirects);
    }
    if target.offers(Need::Par) {
        wishes.push(Wish::Pushed);
    }
    wishes
}

/// Scopes to ask for, as the metadata lists them: the one of OpenID Connect, the first, and all.
fn scopes(target: &Target) -> Vec<String> {
    let listed = target
        .metadata()
        .get("scopes_supported")
        .and_then(Value::as_array);
    let listed: Vec<&str> = listed.into_iter().flatten().filter_map(Value::as_str).collect();
    let openid = listed.iter().find(|scope| **scope == "openid");
    let mut tried = vec![
        openid.copied().unwrap_or_default().to_owned(),
        listed.first().copied().unwrap_or_default().to_owned(),
        listed
            .iter()
            .take(MOST_SCOPES)
            .copied()
            .collect::<Vec<_>>()
            .join(" "),
    ];
    tried.retain(|scope| !scope.is_empty());
    tried.dedup();
    tried
}

/// The wishes whose name stands in what the server said, then the others. What a server says is a hint for what to try,
/// and nothing else.
pub(crate) fn by_hint(mut wishes: Vec<Wish>, said: Option<&str>) -> (Vec<Wish>, Vec<Wish>) {
    let said = said.unwrap_or_default().to_lowercase();
    let is_named = |wish: &Wish| said.contains(&wish.name().to_lowercase());
    let named = wishes.iter().filter(|wish| is_named(wish)).cloned().collect();
    wishes.retain(|wish| !is_named(wish));
    (named, wishes)
}

/// One value for each name: what a server would want that wants everything.
pub(crate) fn everything(wishes: &[Wish]) -> Vec<Wish> {
    let mut names = Vec::new();
    let simple = |wish: &&Wish| matches!(wish, Wish::Member(..) | Wish::Scope(_));
    wishes
        .iter()
        .filter(simple)
        .filter(|wish| {
            let is_new = !names.contains(&wish.name());
            names.push(wish.name());
            is_new
        })
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_names_is_tried_first() {
        let wishes = vec![
            Wish::Scope("openid".to_owned()),
            Wish::Member("logo_uri", json!("@app/logo.png")),
            Wish::Pushed,
        ];
        let (named, others) = by_hint(wishes, Some("Missing logo_URI in the request"));
        assert_eq!(named, [Wish::Member("logo_uri", json!("@app/logo.png"))]);
        assert_eq!(others.len(), 2);
    }

    #[test]
    fn everything_has_one_value_for_each_name() {
        let wishes = vec![
            Wish::Scope("openid".to_owned()),
            Wish::Scope("openid email".to_owned()),
            Wish::Member("application_type", json!("web")),
            Wish::Member("application_type", json!("native")),
            Wish::OwnRedirects,
        ];
        let all = everything(&wishes);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0], Wish::Scope("openid".to_owned()));
    }

    #[test]
    fn a_scope_is_asked_for_and_said_of_the_client() {
        let mut profile = Profile::default();
        Wish::Scope("read".to_owned()).write_into(&mut profile, Origin::Registration);
        assert_eq!(profile.request.scope.as_deref(), Some("read"));
        assert_eq!(profile.registration["scope"], "read");
        assert!(profile.document.is_empty());
    }
}
