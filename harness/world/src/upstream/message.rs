//! A request to the provider as far as it reads it, and its response.

use serde_json::Value;
use url::form_urlencoded;

/// Parameters of a query or a form.
pub(super) type Parameters = Vec<(String, String)>;

/// A request.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The name of the host that it is for.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) authorization: String,
    pub(crate) accept: String,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// A response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Asked {
    /// The parameters of its query.
    pub(super) fn in_query(&self) -> Parameters {
        form_urlencoded::parse(self.query.as_bytes())
            .into_owned()
            .collect()
    }

    /// The parameters of its body: a form, or a JSON object of texts.
    pub(super) fn in_body(&self) -> Parameters {
        if !self.content_type.to_ascii_lowercase().contains("json") {
            return form_urlencoded::parse(self.body.as_bytes())
                .into_owned()
                .collect();
        }
        let Ok(Value::Object(members)) = serde_json::from_str(&self.body) else {
            return Vec::new();
        };
        let texts = members.into_iter();
        texts
            .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
            .collect()
    }

    /// The token that it has in its header field, its body or its query.
    pub(super) fn token(&self) -> Option<String> {
        let (scheme, rest) = self.authorization.split_once(' ').unwrap_or_default();
        let is_known = ["bearer", "token"].contains(&scheme.to_ascii_lowercase().as_str());
        if is_known {
            return Some(rest.trim().to_owned());
        }
        let all: Parameters = self.in_body().into_iter().chain(self.in_query()).collect();
        one(&all, "access_token")
            .or_else(|| one(&all, "token"))
            .map(str::to_owned)
    }

    /// Whether it asks for JSON.
    pub(super) fn wants_json(&self) -> bool {
        self.accept.to_ascii_lowercase().contains("json")
    }
}

impl Said {
    /// A JSON text that nobody keeps.
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("cache-control", "no-store".to_owned()),
            ],
            body: body.to_string(),
        }
    }

    /// An error of OAuth.
    pub(super) fn error(status: u16, error: &str, description: &str) -> Self {
        let body = serde_json::json!({ "error": error, "error_description": description });
        Self::json(status, &body)
    }

    /// A page for the person at the browser.
    pub(super) fn page(status: u16, text: &str) -> Self {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        Self {
            status,
            headers: vec![("content-type", "text/html; charset=utf-8".to_owned())],
            body: format!("<!doctype html><title>Upstream identity provider</title><p>{text}</p>"),
        }
    }

    /// A way on.
    pub(super) fn redirect(to: &str) -> Self {
        Self {
            status: 302,
            headers: vec![
                ("location", to.to_owned()),
                ("cache-control", "no-store".to_owned()),
            ],
            body: String::new(),
        }
    }

    /// The same, with a header field.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// The value of a parameter that is there once and is not empty.
pub(super) fn one<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = parameters.iter().filter(|(known, _)| known == name);
    let first = found.next()?;
    (found.next().is_none() && !first.1.is_empty()).then_some(first.1.as_str())
}
