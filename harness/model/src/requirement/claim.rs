//! What a server claims to conform to: by its profile, by its metadata, and by the way it was reached. It is judged by that,
//! and by what binds every server.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::diagnostic::nearest;
use crate::requirement::clause::Clauses;
use crate::requirement::law::Law;
use crate::requirement::revision::Revisions;

/// The claim of all texts whose published form the catalogue was read against.
pub const EVERYTHING: &str = "everything";
/// The newest revision of CIMD whose published text the catalogue was read against.
const DEFAULT_CIMD: &str = "cimd-02";
/// The revision of MCP that a server is judged by where it is reached by an MCP server and claims none.
const DEFAULT_MCP: &str = "mcp-2026-07-28";
/// The revision of CIMD that is known from its editors' copy only.
const PROVISIONAL: &str = "03";
/// The flag of the metadata that speaks of CIMD.
const CIMD_FLAG: &str = "client_id_metadata_document_supported";
/// The flag of the metadata that speaks of `iss`.
const ISS_FLAG: &str = "authorization_response_iss_parameter_supported";
/// Extensions that a server offers by a member of its metadata.
const BY_ENDPOINT: [(&str, &str); 5] = [
    ("rfc7009", "revocation_endpoint"),
    ("rfc7591", "registration_endpoint"),
    ("rfc7592", "registration_endpoint"),
    ("rfc7662", "introspection_endpoint"),
    ("rfc9126", "pushed_authorization_request_endpoint"),
];
/// All that metadata can claim.
const BY_METADATA: [&str; 8] = [
    "openid-discovery-1.0",
    "openid-registration-1.0",
    "rfc7009",
    "rfc7591",
    "rfc7592",
    "rfc7662",
    "rfc9126",
    "rfc9207",
];

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// The name of a revision or a specification, such as `cimd-02` or `rfc9126`.
    pub name: String,
    /// Who claims it.
    pub by: By,
}

/// Who claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The profile.
    Profile,
    /// Whoever named the server by an MCP server.
    Mcp,
    /// The metadata.
    Metadata,
    /// Nobody: so it is taken where nobody says otherwise.
    Default,
    /// Whoever chose what is tested, by `--revision`.
    Selection,
}

impl By {
    /// Who, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Default => "the default",
            Self::Mcp => "reached by --mcp",
            Self::Metadata => "offered by its metadata",
            Self::Profile => "claimed by its profile",
            Self::Selection => "asked for by --revision",
        }
    }
}

/// What a server is judged by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// The claims.
    pub claims: Vec<Claim>,
    /// The texts and sets that count.
    #[serde(flatten)]
    pub law: Law,
}

/// What the metadata say.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The document that was found.
    pub metadata: &'a Value,
    /// Whether there is an OpenID Connect configuration.
    pub openid: bool,
}

/// Why claims are wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimError {
    /// A claim that the metadata deny.
    Contradicted {
        /// The claim.
        claim: String,
        /// What the metadata say.
        shown: String,
    },
    /// A claim that nobody knows.
    Unknown {
        /// The claim.
        claim: String,
        /// The nearest that is known.
        near: Option<String>,
    },
}

impl fmt::Display for ClaimError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contradicted { claim, shown } => write!(
                formatter,
                "the profile claims `{claim}`, and the metadata {shown}\nhint: take the claim out of the profile, or mend the \
                 metadata; what metadata lack can be set in [discovery] set"
            ),
            Self::Unknown { claim, near } => {
                write!(
                    formatter,
                    "the profile claims `{claim}`, which the catalogue does not know\nhint: "
                )?;
                match near {
                    Some(near) => write!(formatter, "did you mean `{near}`?"),
                    None => formatter.write_str("`cimdspec list --claims` lists all"),
                }
            }
        }
    }
}

/// What can be claimed, each with the texts that count then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimable(pub BTreeMap<String, BTreeSet<String>>);

impl Claimable {
    /// Every revision that has anchors, and every specification that a clause is from.
    pub fn of(clauses: &Clauses, revisions: &Revisions) -> Self {
        let all: BTreeSet<String> = clauses
            .0
            .values()
            .flat_map(|clause| clause.anchor.keys().chain(clause.through.keys()))
            .filter(|text| !text.starts_with("https://"))
            .cloned()
            .collect();
        let mut known: BTreeMap<String, BTreeSet<String>> = all
            .iter()
            .filter(|text| !is_cimd(text))
            .map(|text| (name_of(text), BTreeSet::from([text.clone()])))
            .collect();
        for revision in revisions
            .0
            .values()
            .filter(|revision| !revision.anchors.is_empty())
        {
            known.insert(revision.name.clone(), revision.anchors.iter().cloned().collect());
        }
        let settled = all.into_iter().filter(|text| text != PROVISIONAL).collect();
        known.insert(EVERYTHING.to_owned(), settled);
        Self(known)
    }

    /// Whether all of these can be claimed.
    ///
    /// # Errors
    /// [`ClaimError::Unknown`] for the first that cannot.
    pub fn known(&self, claims: &[String]) -> Result<(), ClaimError> {
        match claims.iter().find(|claim| !self.0.contains_key(*claim)) {
            None => Ok(()),
            Some(claim) => Err(ClaimError::Unknown {
                claim: claim.clone(),
                near: nearest(claim, self.0.keys().map(String::as_str))
                    .first()
                    .map(|near| (*near).to_owned()),
            }),
        }
    }

    /// What a server is judged by that claims this and shows that.
    ///
    /// # Errors
    /// [`ClaimError`] for a claim that nobody knows or that the metadata deny.
    pub fn judged(&self, claims: &[String], by_mcp: bool, shown: Shown<'_>) -> Result<Judged, ClaimError> {
        self.known(claims)?;
        let mut made: Vec<Claim> = Vec::new();
        for name in claims {
            if let Some(shown) = shown.denies(name) {
                let claim = name.clone();
                return Err(ClaimError::Contradicted { claim, shown });
            }
            made.push(Claim {
                name: name.clone(),
                by: By::Profile,
            });
        }
        let has = |made: &[Claim], prefix: &str| made.iter().any(|claim| claim.name.starts_with(prefix));
        let claim = |name: &str, by| Claim {
            name: name.to_owned(),
            by,
        };
        let everything = has(&made, EVERYTHING);
        if by_mcp && !everything && !has(&made, "mcp-") {
            made.push(claim(DEFAULT_MCP, By::Mcp));
        }
        if !everything && !has(&made, "cimd-") && !has(&made, "mcp-") && shown.denies(DEFAULT_CIMD).is_none()
        {
            made.push(claim(DEFAULT_CIMD, By::Default));
        }
        let offered = BY_METADATA
            .into_iter()
            .filter(|name| shown.denies(name).is_none());
        for name in offered.filter(|name| !everything && self.0.contains_key(*name)) {
            if !has(&made, name) {
                made.push(claim(name, By::Metadata));
            }
        }
        let mut texts = self.binding_everybody();
        let chooses_cimd = has(&made, "cimd-");
        for Claim { name, .. } in &made {
            let own = self.0.get(name).into_iter().flatten();
            // MCP names a revision of CIMD, unless the profile names one itself.
            let other = |text: &&String| !(name.starts_with("mcp-") && chooses_cimd && is_cimd(text));
            texts.extend(own.filter(other).cloned());
        }
        Ok(Judged {
            claims: made,
            law: Law {
                texts,
                ..Law::default()
            },
        })
    }

    /// The claims that change what a server is judged by.
    pub fn choices(&self) -> impl Iterator<Item = (&String, &BTreeSet<String>)> {
        let always = self.binding_everybody();
        self.0.iter().filter(move |(_, texts)| !texts.is_subset(&always))
    }

    /// The texts that bind every authorization server that serves strangers.
    fn binding_everybody(&self) -> BTreeSet<String> {
        let all = self.0.get(EVERYTHING).into_iter().flatten();
        let is_offered = |text: &&String| BY_METADATA.contains(&name_of(text).as_str());
        all.filter(|text| text.starts_with("RFC "))
            .filter(|text| !is_offered(text))
            .cloned()
            .collect()
    }
}

impl Shown<'_> {
    /// What the metadata say against a claim, in words.
    fn denies(&self, claim: &str) -> Option<String> {
        let flag = |name: &str| self.metadata.get(name).and_then(Value::as_bool);
        let lacks = |name: &str| {
            let is_there = self.metadata.get(name).is_some_and(|value| !value.is_null());
            (!is_there).then(|| format!("have no `{name}`"))
        };
        if claim.starts_with("cimd-") {
            return (flag(CIMD_FLAG) == Some(false)).then(|| format!("say `{CIMD_FLAG}: false`"));
        }
        if let Some((_, endpoint)) = BY_ENDPOINT.iter().find(|(name, _)| *name == claim) {
            return lacks(endpoint);
        }
        match claim {
            "rfc9207" => (flag(ISS_FLAG) != Some(true)).then(|| format!("do not say `{ISS_FLAG}: true`")),
            "openid-registration-1.0" if self.openid => lacks("registration_endpoint"),
            "openid-discovery-1.0" | "openid-registration-1.0" if !self.openid => {
                Some("are in no OpenID Connect configuration".to_owned())
            }
            _ => None,
        }
    }
}

fn is_cimd(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The name by which a text is claimed: `rfc9126`, `oauth-2.1`, `openid-core-1.0`.
fn name_of(text: &str) -> String {
    let name = text.replace("OpenID Connect", "OpenID").to_lowercase();
    match name.strip_prefix("rfc ") {
        Some(number) => format!("rfc{number}"),
        None => name.replace(' ', "-"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claimable() -> Claimable {
        let known = [
            ("cimd-01", &["01"][..]),
            ("cimd-02", &["02"]),
            ("mcp-2026-07-28", &["MCP 2026-07-28", "02", "OAuth 2.1"]),
            ("oauth-2.1", &["OAuth 2.1", "RFC 9700"]),
            ("openid-discovery-1.0", &["OpenID Connect Discovery 1.0"]),
            ("rfc7591", &["RFC 7591"]),
            ("rfc9126", &["RFC 9126"]),
            (
                EVERYTHING,
                &[
                    "01",
                    "02",
                    "MCP 2026-07-28",
                    "OAuth 2.1",
                    "RFC 6749",
                    "RFC 7591",
                    "RFC 9126",
                    "RFC 9700",
                ],
            ),
        ];
        let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Claimable(
            known
                .into_iter()
                .map(|(name, texts)| (name.to_owned(), set(texts)))
                .collect(),
        )
    }

    fn judged(claims: &[&str], by_mcp: bool, metadata: Value) -> Result<Vec<String>, String> {
        let claims: Vec<String> = claims.iter().map(|claim| (*claim).to_owned()).collect();
        let shown = Shown {
            metadata: &metadata,
            openid: false,
        };
        let judged = claimable().judged(&claims, by_mcp, shown);
        judged
            .map(|judged| judged.law.texts.into_iter().collect())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn who_claims_nothing_is_judged_by_the_newest_settled_draft_and_what_it_offers() {
        let told = judged(
            &[],
            false,
            json!({ "registration_endpoint": "https://as.example/register" }),
        )
        .unwrap();
        assert_eq!(told, ["02", "RFC 6749", "RFC 7591", "RFC 9700"]);
        let told = judged(
            &[],
            false,
            json!({ "client_id_metadata_document_supported": false }),
        )
        .unwrap();
        assert_eq!(told, ["RFC 6749", "RFC 9700"]);
    }

    #[test]
    fn mcp_brings_its_own_draft_unless_another_is_claimed() {
        let mcp = ["MCP 2026-07-28", "OAuth 2.1", "RFC 6749", "RFC 9700"];
        let told = judged(&[], true, json!({})).unwrap();
        assert_eq!(told, [&["02"], &mcp[..]].concat());
        let told = judged(&["cimd-01"], true, json!({})).unwrap();
        assert_eq!(told, [&["01"], &mcp[..]].concat());
    }

    #[test]
    fn a_claim_that_the_metadata_deny_is_told_with_both() {
        let told = judged(&["rfc9126"], false, json!({})).unwrap_err();
        assert!(
            told.contains(
                "claims `rfc9126`, and the metadata have no `pushed_authorization_request_endpoint`"
            ),
            "{told}"
        );
        let denied = json!({ "client_id_metadata_document_supported": false });
        let told = judged(&["cimd-02"], false, denied).unwrap_err();
        assert!(
            told.contains("say `client_id_metadata_document_supported: false`"),
            "{told}"
        );
    }

    #[test]
    fn a_claim_that_nobody_knows_gets_the_nearest() {
        let told = judged(&["rfc9162"], false, json!({})).unwrap_err();
        assert!(told.contains("did you mean `rfc9126`?"), "{told}");
    }

    #[test]
    fn everything_needs_no_further_claim() {
        let told = judged(&[EVERYTHING], true, json!({})).unwrap();
        assert_eq!(told.len(), 8);
    }
}
