//! Which pages a script makes.

use cimdspec_model::profile::Script;
use cimdspec_page::Html;
use url::Url;

use crate::http::answer::Answer;

/// Whether a page is one that the recipe is for.
pub(crate) fn is_scripted(script: &Script, page: &Url, answer: &Answer) -> bool {
    match &script.page {
        _ if !answer.is_html() => false,
        Some(path) => page.path() == path && matches!(answer.status, 200..=299 | 401 | 403),
        // Without a path an error page is told from it by its status.
        None => (200..300).contains(&answer.status) && Html::read(&answer.body).forms().is_empty(),
    }
}
