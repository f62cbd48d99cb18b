//! Where the texts can be read on the web.

use crate::requirement::clause::Place;

impl Place {
    /// The address of the section, as exactly as the text's publisher allows it; nothing for texts that are not known here.
    pub fn link(&self) -> Option<String> {
        let number = self.section.split(", ").next().unwrap_or_default();
        let is_numbered = number.starts_with(|c: char| c.is_ascii_digit());
        let at = |page: String| match is_numbered {
            true => format!("{page}#section-{number}"),
            false => page,
        };
        if let Some(rfc) = self.text.strip_prefix("RFC ") {
            return Some(at(format!("https://www.rfc-editor.org/rfc/rfc{rfc}.html")));
        }
        if self.text.starts_with("https://") {
            return Some(self.text.clone());
        }
        if self.text.chars().all(|c| c.is_ascii_digit()) {
            return Some(at(format!(
                "https://www.ietf.org/archive/id/draft-ietf-oauth-client-id-metadata-document-{}.html",
                self.text
            )));
        }
        None
    }
}
