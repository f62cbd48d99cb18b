//! Of which site a redirect URI of a document is: what mutants ask, each in its own way.

use crate::policy::RedirectPolicy;
use crate::policy::SiteRule;

/// Whether the redirect URIs of a document are of a site that they may be of: what mutants ask.
pub(crate) fn of_right_site(policy: &RedirectPolicy, client_id: &str, uris: &[String]) -> bool {
    match policy.site.among([SiteRule::AsText, SiteRule::FirstOfList]) {
        Some(SiteRule::AsText) => uris.iter().all(|uri| names_site_of(client_id, uri)),
        Some(SiteRule::FirstOfList) => uris.first().is_none_or(|uri| is_of_site(client_id, uri)),
        _ => true,
    }
}

/// Whether an https URI is of the site of the client identifier.
pub(crate) fn is_of_site(client_id: &str, uri: &str) -> bool {
    let site = site_of(client_id);
    let host = uri.split('/').nth(2).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let before = host.strip_suffix(&site);
    !uri.starts_with("https://") || before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Whether an https URI has the site of the client in it, anywhere: the deviation of a mutant.
fn names_site_of(client_id: &str, uri: &str) -> bool {
    !uri.starts_with("https://") || uri.contains(&site_of(client_id))
}

/// The last two labels of the host of a client identifier.
fn site_of(client_id: &str) -> String {
    let host = client_id.split('/').nth(2).unwrap_or_default();
    let mut labels = host.rsplitn(3, '.');
    match (labels.next(), labels.next()) {
        (Some(last), Some(before)) => format!("{before}.{last}"),
        _ => host.to_owned(),
    }
}
