//! Reading a profile: strictly, every message at its place.

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::diagnostic::Diagnostic;
use crate::profile::policy::Policy;
use crate::profile::public::PublicRaw;
use crate::profile::script::Script;
use crate::profile::shape::Consent;
use crate::profile::shape::Discovery;
use crate::profile::shape::InitialTokens;
use crate::profile::shape::Login;
use crate::profile::shape::Pace;
use crate::profile::shape::PrivateKey;
use crate::profile::shape::Profile;
use crate::profile::shape::Release;
use crate::profile::shape::Request;
use crate::profile::shape::Start;
use crate::profile::shape::Statements;
use crate::profile::upstream::Upstream;

/// A profile as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct ProfileRaw {
    /// The server's name and version, for reports.
    #[schemars(with = "String", required)]
    name: Option<Spanned<String>>,
    /// How it is launched.
    #[schemars(with = "Option<Start>")]
    start: Option<Spanned<Start>>,
    /// Which release of the server it is, as its operator says; reports and bundles have it.
    release: Release,
    /// The issuer of a server that is there already, exactly as clients know it. It stands above all tables.
    #[schemars(with = "Option<String>")]
    issuer: Option<Spanned<String>>,
    /// The URL of an MCP server that is there already: the authorization server that it names is tested.
    #[schemars(with = "Option<String>")]
    mcp: Option<Spanned<String>>,
    /// Where our hosts are for a server on the internet: `--public-url` and the flags beside it.
    #[schemars(with = "Option<PublicRaw>")]
    public: Option<PublicRaw>,
    /// Where its metadata is, and what it leaves out.
    discovery: Discovery,
    /// Header fields of every request to the target.
    headers: BTreeMap<String, String>,
    /// What every authorization request has too.
    request: Request,
    /// Members that every client document has too, unless a scenario says otherwise.
    document: BTreeMap<String, Value>,
    /// Members that every registration has too, unless a scenario says otherwise.
    registration: BTreeMap<String, Value>,
    /// The initial access token of its registration endpoint (RFC 7591 section 3), where one is wanted: sent with
    /// registrations only.
    initial_access_token: Option<String>,
    /// How initial access tokens are had, where each opens one registration.
    initial_tokens: InitialTokens,
    /// An initial access token that has expired, where the registration endpoint wants one.
    expired_initial_access_token: Option<String>,
    /// The issuer of software statements that it trusts (RFC 7591 section 2.3), as far as we may speak for it.
    #[schemars(with = "Option<StatementsRaw>")]
    statements: Option<Spanned<StatementsRaw>>,
    /// How its user logs in.
    #[schemars(with = "Login")]
    login: Option<Spanned<Login>>,
    /// An identity provider of ours, in the sandbox, for a server that logs its users in elsewhere.
    #[schemars(with = "Option<Upstream>")]
    upstream: Option<Spanned<Upstream>>,
    /// How its user consents.
    consent: Consent,
    /// What its scripts send where its login and consent pages have no forms.
    #[schemars(with = "Option<Script>")]
    script: Option<Spanned<Script>>,
    /// The revisions and specifications that it claims beside what its metadata offer: `cimd-02`, `mcp-2026-07-28`, `oauth-2.1`;
    /// `cimdspec list --claims` lists all. Sentences of others are notes.
    claims: Vec<String>,
    /// Policies that the target declares; `cimdspec list --policies` lists them all.
    #[schemars(with = "Vec<String>")]
    policies: Vec<Policy>,
    /// What its operator declares of controls that no test can see; `scenarios/controls/declared.toml` lists them.
    declared: BTreeMap<String, String>,
    /// How fast it may be asked.
    #[schemars(with = "Pace")]
    pace: Option<Spanned<Pace>>,
}

/// An issuer of software statements as written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StatementsRaw {
    /// What its statements say in `iss`.
    issuer: String,
    /// The file with its private key, relative to the profile's: PEM (PKCS #8, or PKCS #1 for RSA) or a JWK.
    key: String,
    /// The identifier of the key; that of a JWK when left out.
    #[serde(default)]
    kid: Option<String>,
    /// Further claims of every statement.
    #[serde(default)]
    set: BTreeMap<String, Value>,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// A [`Diagnostic`] at the first place that is wrong.
    pub fn read(path: &str, text: &str) -> Result<Self, Diagnostic> {
        let at = |span: Range<usize>, message: String| Diagnostic::at(path, text, span, message);
        let raw: ProfileRaw =
            toml::from_str(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
        one_server(&raw, &at)?;
        let name = raw.name.ok_or_else(|| {
            at(0..0, "a profile needs a `name`".to_owned()).hint("for example: name = \"my server 1.2\"")
        })?;
        if let Some(start) = &raw.start {
            if start.as_ref().command.is_empty() {
                return Err(at(start.span(), "`command` names no program".to_owned()));
            }
            let path = &start.as_ref().path;
            if !path.is_empty() && !path.starts_with('/') {
                let told = at(start.span(), format!("`{path}` is no path of an issuer"));
                return Err(told.hint("it begins with a slash: \"/tenant\""));
            }
        }
        if let Some(statements) = &raw.statements {
            let StatementsRaw { issuer, key, .. } = statements.as_ref();
            if let Some((name, _)) = [("issuer", issuer), ("key", key)]
                .into_iter()
                .find(|(_, value)| value.trim().is_empty())
            {
                let told = at(statements.span(), format!("`{name}` of the statements is empty"));
                return Err(told
                    .hint("it takes the issuer that the server trusts, and the file with its private key"));
            }
        }
        if let Some(login) = &raw.login
            && let Some(wrong) = login.as_ref().cookies.iter().find(|cookie| !cookie.contains('='))
        {
            return Err(at(login.span(), format!("`{wrong}` is no cookie")).hint("write `name=value`"));
        }
        if let Some(login) = &raw.login
            && let Some(stray) = login
                .as_ref()
                .second
                .keys()
                .find(|name| !login.as_ref().fields.contains_key(*name))
        {
            return Err(at(
                login.span(),
                format!("`fields` has no `{stray}`, which the second user enters"),
            )
            .hint("both users fill in the same form: name the field in `[login.fields]` too"));
        }
        if let Some(login) = &raw.login
            && let Some(wrong) = login.as_ref().origins.iter().find(|origin| !is_origin(origin))
        {
            return Err(at(login.span(), format!("`{wrong}` is no origin"))
                .hint("write scheme, host and port: `https://login.example.net`"));
        }
        if let Some(script) = &raw.script {
            let nothing = BTreeMap::new();
            let fields = raw
                .login
                .as_ref()
                .map_or(&nothing, |login| &login.as_ref().fields);
            if let Some((told, hint)) = script.as_ref().mistake(fields) {
                return Err(at(script.span(), told).hint(hint));
            }
        }
        if let Some(login) = &raw.login
            && let Some((field, taken)) = mistaken_variable(login.as_ref())
        {
            let variable = Login::variable(field);
            return Err(at(
                login.span(),
                format!("the field `{field}` would be `{variable}` for the login program, which is {taken}"),
            )
            .hint("call it otherwise: the program alone reads it"));
        }
        if let Some(upstream) = &raw.upstream
            && let Some(mistake) = upstream.as_ref().mistake()
        {
            return Err(at(upstream.span(), mistake.to_owned())
                .hint("a user is `{ sub = \"alice\", email = \"alice@example.com\", name = \"Alice\" }`; without `users` it is this one"));
        }
        if let Some(pace) = &raw.pace
            && pace.as_ref().is_standstill()
        {
            return Err(at(pace.span(), "a pace of nothing ends never".to_owned()).hint("use 1 or more"));
        }
        Ok(Self {
            name: name.into_inner(),
            release: raw.release,
            start: raw.start.map(Spanned::into_inner),
            issuer: raw.issuer.map(Spanned::into_inner),
            mcp: raw.mcp.map(Spanned::into_inner),
            public: raw.public.map(|public| public.read(&at)).transpose()?,
            discovery: raw.discovery,
            headers: raw.headers,
            request: raw.request,
            document: raw.document,
            registration: raw.registration,
            initial_access_token: raw.initial_access_token,
            initial_tokens: raw.initial_tokens,
            expired_initial_access_token: raw.expired_initial_access_token,
            statements: raw.statements.map(Spanned::into_inner).map(Statements::from),
            login: raw.login.map(Spanned::into_inner).unwrap_or_default(),
            upstream: raw.upstream.map(Spanned::into_inner),
            consent: raw.consent,
            script: raw.script.map(Spanned::into_inner),
            declared: raw.declared,
            claims: raw.claims,
            policies: raw.policies.into_iter().collect(),
            pace: raw.pace.map(Spanned::into_inner).unwrap_or_default(),
        })
    }
}

/// A field that a login program could not get by its name, and whose the variable is.
fn mistaken_variable(login: &Login) -> Option<(&str, String)> {
    let mut taken = BTreeMap::from([(Login::variable("url"), "that of the page's URL".to_owned())]);
    let names = login.fields.keys().filter(|_| !login.command.is_empty());
    for name in names {
        if let Some(whose) = taken.insert(Login::variable(name), format!("that of `{name}`")) {
            return Some((name, whose));
        }
    }
    None
}

/// Whether a text has a scheme of the web and a host, and nothing behind it.
fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or(text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['/', '?', '#', '@']))
}

/// Whether at most one server is named, by a URL that a server can have.
fn one_server(raw: &ProfileRaw, at: &dyn Fn(Range<usize>, String) -> Diagnostic) -> Result<(), Diagnostic> {
    let named: Vec<(&str, &Spanned<String>)> = [("issuer", &raw.issuer), ("mcp", &raw.mcp)]
        .into_iter()
        .filter_map(|(name, url)| Some((name, url.as_ref()?)))
        .collect();
    let is_url = |url: &str| {
        let host = url.strip_prefix("https://").or(url.strip_prefix("http://"));
        host.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    };
    for (name, url) in &named {
        if !is_url(url.as_ref()) {
            let told = at(
                url.span(),
                format!("`{}` is not the URL of a server", url.as_ref()),
            );
            return Err(told.hint(format!("for example: {name} = \"https://as.example.net\"")));
        }
    }
    let Some((name, url)) = named.first() else {
        return Ok(());
    };
    let other = match (named.len() > 1, &raw.start) {
        (true, _) => "`mcp`",
        (false, Some(_)) => "`[start]`",
        (false, None) => return Ok(()),
    };
    let told = at(url.span(), format!("`{name}` and {other} both name a server"));
    Err(told.hint(
        "keep one: `[start]` launches a server, `issuer` names one that is there already, and an MCP server names its issuer",
    ))
}

impl From<StatementsRaw> for Statements {
    fn from(raw: StatementsRaw) -> Self {
        Self {
            issuer: raw.issuer,
            key: PrivateKey::File(raw.key),
            kid: raw.kid,
            set: raw.set,
        }
    }
}

/// The JSON Schema of profiles.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(ProfileRaw).to_value();
    if let Some(policy) = schema.pointer_mut("/properties/policies/items") {
        let names: Vec<&str> = Policy::ALL.iter().map(|policy| policy.word()).collect();
        *policy = serde_json::json!({ "enum": names });
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        Profile::read("p.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_small_profile_has_the_usual_words_for_consent() {
        let profile = Profile::read("p.toml", "name = \"x\"\n[start]\ncommand = [\"./x\"]").unwrap();
        assert_eq!(profile.consent, Consent::default());
        assert_eq!(profile.start.unwrap().ready_within.to_string(), "90s");
    }

    #[test]
    fn an_issuer_of_statements_has_a_key_that_is_not_told() {
        let text = "name = \"x\"\n[statements]\nissuer = \"https://p.example\"\nkey = \"p.pem\"";
        let mut statements = Profile::read("p.toml", text).unwrap().statements.unwrap();
        assert_eq!(statements.key, PrivateKey::File("p.pem".to_owned()));
        statements.key = PrivateKey::Text("secret".to_owned());
        assert!(!format!("{statements:?}").contains("secret"));
    }

    #[test]
    fn an_unknown_policy_is_told_at_its_place() {
        assert_eq!(
            told("name = \"x\"\npolicies = [\"no-cache\", \"no-qery\"]"),
            "p.toml:2:25: there is no policy `no-qery`\n  |\n2 | policies = [\"no-cache\", \"no-qery\"]\n  |                         \
             ^^^^^^^^^\nhint: did you mean `no-query`?"
        );
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (text, expected) in [
            ("", "a profile needs a `name`"),
            ("name = \"x\"\nnme = 1", "unknown field `nme`"),
            (
                "name = \"x\"\n[start]\ncommand = []",
                "`command` names no program",
            ),
            (
                "name = \"x\"\n[start]\ncommand = [\"x\"]\npath = \"t\"",
                "`t` is no path of an issuer",
            ),
            (
                "name = \"x\"\nissuer = \"as.example\"",
                "`as.example` is not the URL of a server",
            ),
            (
                "name = \"x\"\nissuer = \"https://a\"\n[start]\ncommand = [\"x\"]",
                "`issuer` and `[start]` both name a server",
            ),
            (
                "name = \"x\"\nissuer = \"https://a\"\nmcp = \"https://b\"",
                "`issuer` and `mcp` both name a server",
            ),
            ("name = \"x\"\n[login]\ncookies = [\"sid\"]", "`sid` is no cookie"),
            (
                "name = \"x\"\n[login]\nfields = { user = \"a\" }\nsecond = { name = \"b\" }",
                "`fields` has no `name`, which the second user enters",
            ),
            (
                "name = \"x\"\n[login]\ncommand = [\"x\"]\nfields = { url = \"a\" }",
                "the field `url` would be `CIMDSPEC_LOGIN_URL` for the login program, which is that of the page's URL",
            ),
            (
                "name = \"x\"\n[login]\ncommand = [\"x\"]\nfields = { \"a b\" = \"a\", \"a.b\" = \"b\" }",
                "the field `a.b` would be `CIMDSPEC_LOGIN_A_B` for the login program, which is that of `a b`",
            ),
            (
                "name = \"x\"\n[login]\norigins = [\"https://a/login\"]",
                "`https://a/login` is no origin",
            ),
            (
                "name = \"x\"\n[upstream]\nkinds = []",
                "`kinds` of the upstream is empty",
            ),
            (
                "name = \"x\"\n[upstream]\nusers = [{ sub = \"a\", email = \"a\", name = \"A\" }]",
                "no address in `email`",
            ),
            (
                "name = \"x\"\n[upstream]\nkinds = [\"gitlab\"]",
                "unknown variant `gitlab`",
            ),
            (
                "name = \"x\"\n[statements]\nissuer = \"\"\nkey = \"k.pem\"",
                "`issuer` of the statements is empty",
            ),
            (
                "name = \"x\"\n[statements]\nissuer = \"x\"",
                "missing field `key`",
            ),
            (
                "name = \"x\"\n[script]\nload = { url = \"/a\" }",
                "`approve` has no request",
            ),
            (
                "name = \"x\"\n[script]\nload = { url = \"/a\" }\napprove = { url = \"/{first.json/x}\" }",
                "no request before is named `first`",
            ),
            (
                "name = \"x\"\n[script]\nload = { url = \"/a\" }\napprove = { url = \"/\", json = { u = \"{user.u}\" } }",
                "`[login] fields` has no `u`",
            ),
            (
                "name = \"x\"\n[script]\npage = \"ui\"\nload = { url = \"/a\" }\napprove = { url = \"/\" }",
                "`ui` is no path of a page",
            ),
            (
                "name = \"x\"\n[script]\nload = { ulr = \"/a\" }\napprove = { url = \"/\" }",
                "unknown field `ulr`",
            ),
            (
                "name = \"x\"\n[pace]\nat_once = 0",
                "a pace of nothing ends never",
            ),
        ] {
            let told = told(text);
            assert!(told.contains(expected), "{told}");
        }
    }

    #[test]
    fn a_second_user_fills_in_the_same_form() {
        let text = "name = \"x\"\n[login.fields]\nuser = \"a\"\npass = \"b\"\ntenant = \"t\"\n";
        let alone = Profile::read("p.toml", text).unwrap();
        assert_eq!(alone.of_second_user(), None);
        let both = Profile::read(
            "p.toml",
            &format!("{text}[login.second]\nuser = \"c\"\npass = \"d\"\n"),
        )
        .unwrap();
        let second = both.of_second_user().unwrap();
        let entered: Vec<(&str, &str)> = second
            .login
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(entered, [("pass", "d"), ("tenant", "t"), ("user", "c")]);
    }
}
