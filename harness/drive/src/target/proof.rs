//! What proves that somebody controls a target: a token that nobody can guess, and where it was found.

use crate::error::DriveError;
use crate::keys::kept::random;

const KEY: &str = "cimdspec-authorization=";
const SHORTEST_TOKEN: usize = 32;

/// What a run and the operator of its target have in common; whoever publishes it controls the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token(String);

/// Where a token was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// In the file of this URL.
    File(String),
    /// In a member of the metadata at this URL.
    Member {
        /// The URL of the document.
        at: String,
        /// The member.
        member: String,
    },
    /// On the page of this URL.
    Page(String),
    /// In the TXT record of this name.
    Record(String),
}

impl Token {
    /// A token that nobody has seen.
    ///
    /// # Errors
    /// [`DriveError::Bug`] when the machine gives no random bytes.
    pub fn fresh() -> Result<Self, DriveError> {
        random().map(Self).map_err(|reason| DriveError::Bug { reason })
    }

    /// Reads a token that was kept; `None` when the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (text.len() >= SHORTEST_TOKEN && text.bytes().all(is_plain)).then(|| Self(text.to_owned()))
    }

    /// The token as it is published in the file.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The token as it is published in the TXT record.
    pub fn record(&self) -> String {
        format!("{KEY}{}", self.0)
    }

    /// Whether it stands on a line of its own.
    pub(crate) fn stands_in(&self, body: &str) -> bool {
        body.lines().any(|line| line.trim() == self.0)
    }

    /// Whether it stands anywhere in a text. Products may write a value in lower case: what is left of it cannot be guessed either.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        text.to_ascii_lowercase().contains(&self.0.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_stands_on_a_line_of_its_own() {
        let token = Token::fresh().unwrap();
        assert_eq!(
            Token::parse(&format!("{}\n", token.as_str())),
            Some(token.clone())
        );
        assert!(token.stands_in(&format!("# ours\r\n{}\r\n", token.as_str())));
        assert!(!token.stands_in(&format!("<p>{}</p>", token.as_str())));
        assert_eq!(Token::parse("short"), None);
    }
}
