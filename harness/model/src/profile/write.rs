//! Writing a profile: as the file that would be read as the same.

use serde::Serialize;
use toml::Table;
use toml::Value;

use crate::profile::policy::Policy;
use crate::profile::shape::Consent;
use crate::profile::shape::PrivateKey;
use crate::profile::shape::Profile;
use crate::profile::shape::Request;

/// Policies that the metadata show: a run sees them itself.
const SHOWN: [Policy; 2] = [Policy::NoIss, Policy::NoOpenidConfiguration];

impl Profile {
    /// The text of its file; `claims` are the lines that say what it claims.
    ///
    /// # Errors
    /// What cannot be written as TOML, in words: a member that is `null`.
    pub fn written(&self, claims: &str) -> Result<String, String> {
        let mut head = Table::new();
        let mut add = |key: &str, value: &Option<String>| {
            head.extend(
                value
                    .as_ref()
                    .map(|value| (key.to_owned(), Value::from(value.as_str()))),
            );
        };
        add("name", &Some(self.name.clone()));
        add("issuer", &self.issuer);
        add("mcp", &self.mcp);
        add("initial_access_token", &self.initial_access_token);
        add("expired_initial_access_token", &self.expired_initial_access_token);
        let policies: Vec<Value> = self
            .policies
            .iter()
            .filter(|policy| !SHOWN.contains(policy))
            .map(|policy| Value::from(policy.word()))
            .collect();
        if !policies.is_empty() {
            head.insert("policies".to_owned(), Value::Array(policies));
        }
        let tables = tables(self)?;
        let between = if tables.is_empty() { "" } else { "\n" };
        Ok(format!("{}{claims}{between}{}", text(&head)?, text(&tables)?))
    }
}

fn text(table: &Table) -> Result<String, String> {
    toml::to_string(table).map_err(|error| error.to_string())
}

/// The tables that say something, in the order in which a reader looks for them.
fn tables(profile: &Profile) -> Result<Table, String> {
    let mut tables = Table::new();
    let mut add = |name: &str, value: Value| {
        if value.as_table().is_some_and(|table| !table.is_empty()) {
            tables.insert(name.to_owned(), value);
        }
    };
    add("release", of(&profile.release)?);
    if let Some(start) = &profile.start {
        add("start", of(start)?);
    }
    if let Some(public) = &profile.public {
        add("public", of(public)?);
    }
    add("discovery", of(&profile.discovery)?);
    add("headers", of(&profile.headers)?);
    if profile.request != Request::default() {
        add("request", of(&profile.request)?);
    }
    add("document", of(&profile.document)?);
    add("registration", of(&profile.registration)?);
    add("initial_tokens", of(&profile.initial_tokens)?);
    add("login", of(&profile.login)?);
    if let Some(upstream) = &profile.upstream {
        add("upstream", of(upstream)?);
    }
    if profile.consent != Consent::default() {
        add("consent", of(&profile.consent)?);
    }
    if let Some(script) = &profile.script {
        add("script", of(script)?);
    }
    add("pace", of(&profile.pace)?);
    add("declared", of(&profile.declared)?);
    if let Some(statements) = &profile.statements
        && let PrivateKey::File(key) = &statements.key
    {
        let mut table = Table::new();
        table.insert("issuer".to_owned(), Value::from(statements.issuer.as_str()));
        table.insert("key".to_owned(), Value::from(key.as_str()));
        table.extend(
            statements
                .kid
                .as_ref()
                .map(|kid| ("kid".to_owned(), Value::from(kid.as_str()))),
        );
        if !statements.set.is_empty() {
            table.insert("set".to_owned(), of(&statements.set)?);
        }
        add("statements", Value::Table(table));
    }
    Ok(tables)
}

fn of(part: &impl Serialize) -> Result<Value, String> {
    Value::try_from(part).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was given is kept: the file that is written says what the one that was read said.
    #[test]
    fn a_profile_is_written_as_it_was_read() {
        let given = "name = \"x\"\nclaims = [\"cimd-02\"]\npolicies = [\"cache-floor\"]\n\
            [release]\nversion = \"4.2\"\n[start]\ncommand = [\"./start\"]\npath = \"/realms/x\"\nready_within = \"70s\"\ndirectory = \"d\"\nissuer = \"http\"\n\
            environment = { A = \"b\" }\n[public]\nurl = \"https://probe.example.org\"\nlisten = \"0.0.0.0:443\"\ncertificate = \"c.pem\"\n\
            key = \"k.pem\"\nwildcard = true\nzone = { listen = \"[::]:53\", addresses = [\"2001:db8::7\"] }\n[discovery]\nurl = \"{issuer}/m\"\n[headers]\nx-key = \"v\"\n\
            [request]\nscope = \"openid\"\nchannel = \"par\"\n[document]\n\"@context\" = [\"https://c\"]\n\
            [registration]\napplication_type = \"native\"\n[initial_tokens]\nclient_id = \"o\"\n[login]\nfields = { u = \"a\" }\n\
            [upstream]\nkinds = [\"github\", \"openid\"]\n\
            users = [{ sub = \"b\", email = \"b@c.example\", name = \"Bob\" }]\n\
            [consent]\napprove = [\"go\"]\n\
            [script]\npage = \"/ui\"\nload = { url = \"/api/{page.query.tx}\" }\nlogged_in = \"{load.json/user}\"\n\
            login = [{ name = \"a\", url = \"/a\" }, { url = \"/b\", json = { u = \"{user.u}\", t = \"{a.json/t}\" } }]\n\
            approve = { url = \"/c\", form = { x = \"y\" }, go = \"{approve.json/go}\" }\n[pace]\nper_second = 5\n[declared]\n";
        let profile = Profile::read("given.toml", given).unwrap();
        let written = profile.written("claims = [\"cimd-02\"]\n").unwrap();
        let again = Profile::read("written.toml", &written).unwrap();
        assert_eq!(again, profile, "{written}");
    }
}
