//! What a request brought: a response, or why there is none.

/// One response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header fields, names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
}

impl Answer {
    /// The first value of a header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether it is a page.
    pub(crate) fn is_html(&self) -> bool {
        self.header("content-type")
            .is_none_or(|media| media.to_ascii_lowercase().contains("html"))
    }

    /// The body as a JSON object.
    pub fn json(&self) -> Option<serde_json::Map<String, serde_json::Value>> {
        cimdspec_model::json::object(&self.body)
    }
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lost {
    Broken(String),
    Timeout,
}

impl Lost {
    /// The reason in words.
    pub(crate) fn words(&self) -> &str {
        match self {
            Self::Broken(reason) => reason,
            Self::Timeout => "nothing came within the deadline",
        }
    }
}
