//! Cookies that an operator gives: as lines, as a file of curl's, or as JSON of the common browser drivers.

use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use serde_json::Map;
use serde_json::Value;
use url::Url;

/// A cookie that an operator gives.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Given {
    /// Whose it is, where it says so.
    pub(crate) from: Option<Url>,
    /// As a server would set it.
    pub(crate) set_cookie: String,
    pub(crate) same_site: SameSite,
}

/// Whether it is known if a page of another site sends a cookie along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SameSite {
    /// All that the server said of it is known.
    Told,
    /// What the server said was left out.
    Untold,
}

/// What begins a line that has all attributes.
const FIELD: &str = "set-cookie:";
/// What curl writes before a cookie that scripts may not read.
const HTTP_ONLY: &str = "#HttpOnly_";
/// No token of RFC 9110 has one of these.
const SEPARATORS: &str = "\"(),/:;<=>?@[\\]{}";

impl Given {
    /// Its value.
    pub(crate) fn value(&self) -> &str {
        value(&self.set_cookie)
    }
}

/// The value of a cookie in a line that gives one.
pub(crate) fn value(line: &str) -> &str {
    let pair = of_field(line).unwrap_or(line).split(';').next();
    let value = pair.and_then(|pair| pair.split_once('='));
    value.map_or("", |(_, value)| value.trim())
}

/// What a `Set-Cookie` field says.
fn of_field(line: &str) -> Option<&str> {
    let line = line.trim();
    let (name, rest) = line.split_at_checked(FIELD.len())?;
    name.eq_ignore_ascii_case(FIELD).then(|| rest.trim())
}

/// The cookies that stand in a text.
///
/// # Errors
/// Why it cannot be read, without a word of it.
pub(crate) fn read(text: &str) -> Result<Vec<Given>, String> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return Ok(text.lines().filter_map(of_line).collect());
    }
    let value: Value =
        serde_json::from_str(text).map_err(|_| "JSON that cannot be read to its end".to_owned())?;
    let list = match &value {
        Value::Array(list) => Some(list),
        value => value.get("cookies").and_then(Value::as_array),
    };
    let list = list.ok_or("JSON that has no list of `cookies`")?;
    let read = list.iter().enumerate().map(|(place, cookie)| {
        let read = cookie.as_object().and_then(of_members);
        read.ok_or_else(|| format!("JSON whose cookie {} has no `name` and `value`", place + 1))
    });
    read.collect()
}

/// Why a code that another site's page brought says nothing, where these cookies of the operator went along: perhaps no
/// browser would send them.
pub(crate) fn unknown(names: &[String]) -> Option<String> {
    let names = names.join("`, `");
    (!names.is_empty()).then(|| {
        format!(
            "nothing is known of `SameSite` of the cookie `{names}` of `[login]`, so perhaps no browser sends it from another \
             site: have the program print it as a `Set-Cookie` line with all attributes or as JSON with `sameSite`, or write \
             them behind it in `cookies`, as in `name=value; SameSite=Lax`"
        )
    })
}

/// A line: a `Set-Cookie` field, one of a cookie file, or `name=value`.
pub(crate) fn of_line(line: &str) -> Option<Given> {
    let line = line.trim();
    if let Some(set_cookie) = of_field(line) {
        return is_pair(set_cookie).then(|| Given {
            from: None,
            set_cookie: set_cookie.to_owned(),
            same_site: SameSite::Told,
        });
    }
    let fields: Vec<&str> = line.trim_start_matches(HTTP_ONLY).split('\t').collect();
    if let [domain, below, path, secure, expires, name, value] = fields.as_slice() {
        let is_true = |word: &str| word.eq_ignore_ascii_case("true");
        return written(&Parts {
            name,
            value,
            domain: Some(domain),
            is_for_hosts_below: is_true(below),
            path,
            is_secure: is_true(secure),
            expires: expires.parse().ok().filter(|time: &f64| *time > 0.0),
            same_site: None,
        })
        .map(|given| Given {
            same_site: SameSite::Untold,
            ..given
        });
    }
    if !is_pair(line) {
        return None;
    }
    let has = |wanted: &str| {
        let mut attributes = line.split(';').skip(1);
        attributes.any(|attribute| {
            let name = attribute.split('=').next().unwrap_or_default();
            name.trim().eq_ignore_ascii_case(wanted)
        })
    };
    let path = if has("path") { "" } else { "; Path=/" };
    Some(Given {
        from: None,
        set_cookie: format!("{line}{path}"),
        same_site: match has("samesite") {
            true => SameSite::Told,
            false => SameSite::Untold,
        },
    })
}

/// Whether a text begins with the name of a cookie and a value.
fn is_pair(text: &str) -> bool {
    let is_token = |letter: char| letter.is_ascii_graphic() && !SEPARATORS.contains(letter);
    text.split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_token))
}

/// The members of a cookie in JSON: of the storage state of browser drivers, and of what they and browsers' extensions export.
fn of_members(members: &Map<String, Value>) -> Option<Given> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let is_true = |name: &str| members.get(name).and_then(Value::as_bool);
    let times = ["expires", "expiry", "expirationDate"];
    let same_site = text("sameSite").map(str::to_ascii_lowercase);
    let (same_site, told) = match same_site.as_deref() {
        Some("strict") => (Some("Strict"), SameSite::Told),
        Some("lax") => (Some("Lax"), SameSite::Told),
        Some("none" | "no_restriction") => (Some("None"), SameSite::Told),
        Some("unspecified") => (None, SameSite::Told),
        _ => (None, SameSite::Untold),
    };
    let domain = text("domain").filter(|domain| !domain.is_empty());
    let given = written(&Parts {
        name: text("name")?,
        value: text("value")?,
        domain,
        is_for_hosts_below: match is_true("hostOnly") {
            Some(host_only) => !host_only,
            None => domain.is_some_and(|domain| domain.starts_with('.')),
        },
        path: text("path").unwrap_or("/"),
        is_secure: is_true("secure").unwrap_or_default(),
        expires: times
            .iter()
            .find_map(|name| members.get(*name)?.as_f64())
            .filter(|time| *time >= 0.0),
        same_site,
    })?;
    Some(Given {
        same_site: told,
        ..given
    })
}

/// What is known of a cookie.
struct Parts<'a> {
    name: &'a str,
    value: &'a str,
    domain: Option<&'a str>,
    is_for_hosts_below: bool,
    path: &'a str,
    is_secure: bool,
    /// In seconds since 1970; without it, it ends with the session.
    expires: Option<f64>,
    same_site: Option<&'a str>,
}

/// A cookie as its server would set it; none where a part of it cannot stand there.
fn written(parts: &Parts<'_>) -> Option<Given> {
    let cannot_stand = |text: &&str| text.contains(';') || text.chars().any(char::is_control);
    let domain = parts.domain.map(|domain| domain.trim_start_matches('.'));
    let texts = [parts.value, parts.path, domain.unwrap_or_default()];
    if !is_pair(&format!("{}=", parts.name)) || texts.iter().any(cannot_stand) {
        return None;
    }
    let mut set_cookie = format!("{}={}; Path={}", parts.name, parts.value, parts.path);
    if let Some(domain) = domain.filter(|_| parts.is_for_hosts_below) {
        set_cookie.push_str(&format!("; Domain={domain}"));
    }
    if parts.is_secure {
        set_cookie.push_str("; Secure");
    }
    if let Some(expires) = parts.expires {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let left = (expires - now.as_secs_f64()).max(0.0);
        set_cookie.push_str(&format!("; Max-Age={left:.0}"));
    }
    if let Some(same_site) = parts.same_site {
        set_cookie.push_str(&format!("; SameSite={same_site}"));
    }
    let scheme = if parts.is_secure { "https" } else { "http" };
    let from = domain.map(|domain| Url::parse(&format!("{scheme}://{domain}/")));
    Some(Given {
        from: from.transpose().ok()?,
        set_cookie,
        same_site: SameSite::Told,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of a text: each as it would be set, by whom, and whether all of it is known.
    fn told(text: &str) -> Vec<(String, Option<String>, SameSite)> {
        let read = read(text).unwrap().into_iter();
        read.map(|given| (given.set_cookie, given.from.map(String::from), given.same_site))
            .collect()
    }

    fn one(text: &str) -> (String, Option<String>, SameSite) {
        told(text).remove(0)
    }

    #[test]
    fn a_line_is_read_in_three_forms() {
        use SameSite::Told;
        use SameSite::Untold;
        let own = |text: &str, same_site| (text.to_owned(), None, same_site);
        assert_eq!(one("sid=a=b"), own("sid=a=b; Path=/", Untold));
        assert_eq!(one("sid=a; path=/x"), own("sid=a; path=/x", Untold));
        assert_eq!(
            one("sid=a; SameSite=Lax"),
            own("sid=a; SameSite=Lax; Path=/", Told)
        );
        assert_eq!(one("set-cookie: sid=a; Secure"), own("sid=a; Secure", Told));
        let from = Some("http://as.test/".to_owned());
        assert_eq!(
            one("#HttpOnly_as.test\tFALSE\t/a\tFALSE\t0\tsid\tx"),
            ("sid=x; Path=/a".to_owned(), from, Untold)
        );
        let below = one(".as.test\tTRUE\t/\tTRUE\t1\tsid\tx");
        assert_eq!(below.0, "sid=x; Path=/; Domain=as.test; Secure; Max-Age=0");
    }

    #[test]
    fn lines_that_are_no_cookies_are_left_out() {
        let text = "# Netscape HTTP Cookie File\n\nHTTP/1.1 200 OK\ncontent-type: text/html; charset=utf-8\n\
                    <a href=\"x\">\nlogged in as a=b\nSet-Cookie:\n";
        assert_eq!(told(text), []);
    }

    #[test]
    fn json_is_read_with_all_attributes() {
        let state = r#"{"cookies":[{"name":"sid","value":"x","domain":"as.test","path":"/","expires":-1,"httpOnly":true,
            "secure":true,"sameSite":"Lax"},{"name":"all","value":"y","domain":".as.test","path":"/a","expires":1,"sameSite":"None"}],
            "origins":[]}"#;
        assert_eq!(
            told(state),
            [
                (
                    "sid=x; Path=/; Secure; SameSite=Lax".to_owned(),
                    Some("https://as.test/".to_owned()),
                    SameSite::Told
                ),
                (
                    "all=y; Path=/a; Domain=as.test; Max-Age=0; SameSite=None".to_owned(),
                    Some("http://as.test/".to_owned()),
                    SameSite::Told
                ),
            ]
        );
        let list = |cookie: &str| one(&format!("[{cookie}]"));
        assert_eq!(list(r#"{"name":"a","value":"b"}"#).2, SameSite::Untold);
        let exported =
            list(r#"{"name":"a","value":"b","domain":"as.test","hostOnly":false,"sameSite":"unspecified"}"#);
        assert_eq!(exported.0, "a=b; Path=/; Domain=as.test");
        assert_eq!(exported.2, SameSite::Told);
    }

    #[test]
    fn what_cannot_be_read_is_told_without_a_word_of_it() {
        for (text, expected) in [
            ("{\"cookies\":[", "JSON that cannot be read to its end"),
            ("{\"token\":\"secret\"}", "JSON that has no list of `cookies`"),
            (
                "[{\"name\":\"a\"}]",
                "JSON whose cookie 1 has no `name` and `value`",
            ),
            (
                "[{\"name\":\"a\",\"value\":\"b; Domain=x\"}]",
                "JSON whose cookie 1 has no `name` and `value`",
            ),
        ] {
            assert_eq!(read(text).err().as_deref(), Some(expected));
        }
    }
}
