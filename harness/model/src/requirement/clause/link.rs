//! Where the texts can be read on the web.
//!
//! A fragment is there only where the publisher's page is known to have that anchor for that section; else the link is the page.

use crate::requirement::clause::Place;

/// Where the Internet drafts are kept: a revision that is there never changes.
const DRAFTS: &str = "https://www.ietf.org/archive/id";

/// The editors' copy of the CIMD draft. It changes, and its sections with it, so nothing links into it.
const EDITORS_COPY: &str = "https://drafts.oauth.net/draft-ietf-oauth-client-id-metadata-document/draft-ietf-oauth-client-id-metadata-document.html";

/// The revisions of CIMD that are in the archive, as they were read.
const ARCHIVED: [&str; 3] = ["00", "01", "02"];

/// The pages of MCP with the headings that clauses cite. The fragment of a heading is its words in lower case.
const HEADED: [(&str, &str, &[&str]); 4] = [
    (
        "MCP 2025-11-25",
        "https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization",
        &[
            "Authorization Code Protection",
            "Authorization Server Abuse Protection",
            "Canonical Server URI",
            "Client ID Metadata Document Security",
            "Client ID Metadata Documents",
            "Communication Security",
            "Localhost Redirect URI Risks",
            "Open Redirection",
            "Overview",
            "Token Theft",
            "Trust Policies",
        ],
    ),
    (
        "MCP 2026-07-28",
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization",
        &[
            "Authorization Response Validation",
            "Canonical Server URI",
            "Overview",
            "Refresh Tokens",
        ],
    ),
    (
        "MCP 2026-07-28",
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/client-registration",
        &["Client ID Metadata Documents"],
    ),
    (
        "MCP 2026-07-28",
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/security-considerations",
        &[
            "Authorization Code Protection",
            "Authorization Server Abuse Protection",
            "Client ID Metadata Document Security",
            "Communication Security",
            "Localhost Redirect URI Risks",
            "Open Redirection",
            "Token Theft",
            "Trust Policies",
        ],
    ),
];

/// A text, its page, and its sections with the names of their anchors.
type Anchored = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// The pages of texts whose anchors are names of their own, with the sections that clauses cite.
const NAMED: [Anchored; 5] = [
    (
        "IndieAuth",
        "https://indieauth.spec.indieweb.org/",
        &[("4.2", "client-information-discovery")],
    ),
    (
        "OpenID Connect Core 1.0",
        "https://openid.net/specs/openid-connect-core-1_0.html",
        &[("9", "ClientAuthentication")],
    ),
    (
        "OpenID Connect Discovery 1.0",
        "https://openid.net/specs/openid-connect-discovery-1_0.html",
        &[
            ("4.2", "ProviderConfigurationResponse"),
            ("4.3", "ProviderConfigurationValidation"),
        ],
    ),
    (
        "OpenID Connect RP-Initiated Logout 1.0",
        "https://openid.net/specs/openid-connect-rpinitiated-1_0.html",
        &[
            ("2", "RPLogout"),
            ("3", "RedirectionAfterLogout"),
            ("3.1", "ClientMetadata"),
        ],
    ),
    (
        "OpenID Connect Registration 1.0",
        "https://openid.net/specs/openid-connect-registration-1_0.html",
        &[("2", "ClientMetadata"), ("5", "SectorIdentifierValidation")],
    ),
];

impl Place {
    /// The address of the section, as exactly as it is known; nothing for a text that is not known here.
    ///
    /// Of several sections it is the first.
    pub fn link(&self) -> Option<String> {
        let text = self.text.as_str();
        let section = self.section.split(", ").next().unwrap_or_default();
        if text.starts_with("https://") {
            return Some(text.to_owned());
        }
        if let Some(number) = text.strip_prefix("RFC ") {
            let page = format!("https://www.rfc-editor.org/rfc/rfc{number}.html");
            return Some(numbered(page, section));
        }
        if ARCHIVED.contains(&text) {
            let page = format!("{DRAFTS}/draft-ietf-oauth-client-id-metadata-document-{text}.html");
            return Some(numbered(page, section));
        }
        match text {
            "03" => Some(EDITORS_COPY.to_owned()),
            "OAuth 2.1" => Some(numbered(
                format!("{DRAFTS}/draft-ietf-oauth-v2-1-13.html"),
                section,
            )),
            _ => headed(text, section).or_else(|| named(text, section)),
        }
    }
}

/// A section by its number, as the pages of RFCs and drafts have it: `#section-4.1.2`, `#appendix-A.1`.
fn numbered(page: String, section: &str) -> String {
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.');
    match section.chars().next() {
        Some(first) if first.is_ascii_digit() && is_number(section) => format!("{page}#section-{section}"),
        Some(first) if first.is_ascii_uppercase() && is_number(&section[1..]) => {
            format!("{page}#appendix-{section}")
        }
        _ => page,
    }
}

/// A section by its heading; of one that no page is known to have, the first page of the text.
fn headed(text: &str, section: &str) -> Option<String> {
    let mut pages = HEADED.iter().filter(|(of, ..)| *of == text);
    let first = pages.clone().next()?.1;
    match pages.find(|(.., headings)| headings.contains(&section)) {
        Some((_, page, _)) => Some(format!(
            "{page}#{}",
            section.to_ascii_lowercase().replace(' ', "-")
        )),
        None => Some(first.to_owned()),
    }
}

/// A section by the name of its anchor; of one whose name is not known, the page.
fn named(text: &str, section: &str) -> Option<String> {
    let (_, page, anchors) = NAMED.iter().find(|(of, ..)| *of == text)?;
    match anchors.iter().find(|(number, _)| *number == section) {
        Some((_, anchor)) => Some(format!("{page}#{anchor}")),
        None => Some((*page).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str, section: &str) -> Option<String> {
        Place::direct(text, section).link()
    }

    fn ends(text: &str, section: &str, expected: &str) {
        let link = link(text, section).unwrap();
        assert!(link.starts_with("https://"), "{link}");
        assert!(link.ends_with(expected), "{link}");
    }

    #[test]
    fn sections_of_rfcs_and_drafts_are_anchors_by_number() {
        let told = link("RFC 6749", "4.1.2").unwrap();
        assert_eq!(told, "https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1.2");
        ends(
            "OAuth 2.1",
            "4.1.2.1, 7.5.2",
            "/draft-ietf-oauth-v2-1-13.html#section-4.1.2.1",
        );
        ends("02", "8.6", "-client-id-metadata-document-02.html#section-8.6");
        ends("RFC 7592", "A.1", "/rfc7592.html#appendix-A.1");
        ends("RFC 7592", "B", "/rfc7592.html#appendix-B");
        ends("RFC 7592", "2.1, B", "/rfc7592.html#section-2.1");
    }

    #[test]
    fn a_section_without_a_number_is_no_anchor_of_an_rfc() {
        ends("RFC 6749", "Security", "/rfc6749.html");
        ends("RFC 6749", "4b", "/rfc6749.html");
        ends("RFC 6749", "", "/rfc6749.html");
    }

    #[test]
    fn the_editors_copy_is_linked_to_as_a_whole() {
        ends("03", "9.6", "/draft-ietf-oauth-client-id-metadata-document.html");
    }

    #[test]
    fn headings_of_mcp_are_anchors_of_the_page_that_has_them() {
        ends(
            "MCP 2025-11-25",
            "Token Theft",
            "/2025-11-25/basic/authorization#token-theft",
        );
        ends(
            "MCP 2026-07-28",
            "Token Theft",
            "/2026-07-28/basic/authorization/security-considerations#token-theft",
        );
        ends(
            "MCP 2026-07-28",
            "Client ID Metadata Documents",
            "/authorization/client-registration#client-id-metadata-documents",
        );
        ends(
            "MCP 2026-07-28",
            "Refresh Tokens",
            "/2026-07-28/basic/authorization#refresh-tokens",
        );
        ends(
            "MCP 2026-07-28",
            "Roses",
            "/specification/2026-07-28/basic/authorization",
        );
    }

    #[test]
    fn sections_of_openid_and_indieauth_are_anchors_by_name() {
        ends(
            "OpenID Connect Core 1.0",
            "9",
            "openid-connect-core-1_0.html#ClientAuthentication",
        );
        ends("OpenID Connect RP-Initiated Logout 1.0", "3.1", "#ClientMetadata");
        ends("OpenID Connect Registration 1.0", "7", "registration-1_0.html");
        ends(
            "IndieAuth",
            "4.2",
            "spec.indieweb.org/#client-information-discovery",
        );
    }

    #[test]
    fn an_address_is_its_own_link_and_an_unknown_text_has_none() {
        let address = "https://github.com/modelcontextprotocol/inspector";
        assert_eq!(link(address, "2026-06"), Some(address.to_owned()));
        assert_eq!(link("MCP 2031-01-01", "Overview"), None);
        assert_eq!(link("RFC-6749", "4"), None);
    }
}
