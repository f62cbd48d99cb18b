//! Probing a target: what comes of the simplest requests, for whoever writes its profile.

use cimdspec_judge::disposition;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Authorize;
use cimdspec_page::FieldKind;
use cimdspec_page::Html;

use crate::calibration::samples::calibrate;
use crate::run::failures::Watch;
use crate::run::schedule::Job;
use crate::verb::register::LeftBehind;

/// What a target did with the simplest requests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Probed {
    /// Whether the right request can be told from wrong ones and was granted.
    pub granted: bool,
    /// Whether it was followed to a code.
    pub code: bool,
    /// Why the target could not be asked, if so.
    pub silent: Option<String>,
    /// What the calibration found, in words.
    pub words: Vec<String>,
    /// The page on which the right request ended, if it did.
    pub page: Option<Page>,
    /// Clients that were registered and could not be deleted.
    pub left_behind: Vec<String>,
}

/// A page as far as a recipe needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Its status.
    pub status: u16,
    /// The names of the fields that people fill in; those of passwords too.
    pub fields: Vec<String>,
    /// The texts or values of its buttons.
    pub buttons: Vec<String>,
    /// Whether it asks for a password.
    pub asks_password: bool,
}

/// Asks the target what the calibration of a run would.
pub async fn probe(job: &Job) -> Probed {
    let left_behind = LeftBehind::default();
    let watch = Watch::default();
    let found = calibrate(job, 1, &left_behind, &watch).await;
    let act = Act::Authorize(Authorize::default());
    let good = found.calibration.good.first();
    Probed {
        granted: good.is_some_and(|record| disposition(record, &act, &found.calibration).is_granted()),
        code: found.calibration.ends_with_a_code(),
        silent: found.silent,
        words: found.words,
        page: good.and_then(page),
        left_behind: left_behind.words(),
    }
}

fn page(record: &StepRecord) -> Option<Page> {
    use cimdspec_model::observation::Arrival;
    let Reply::Response { status, body, .. } = &record.exchanges.last()?.reply else {
        return None;
    };
    if !matches!(record.arrival, Arrival::Consent | Arrival::Login | Arrival::Page) {
        return None;
    }
    let mut page = Page {
        status: *status,
        ..Page::default()
    };
    for form in Html::read(body).forms() {
        page.asks_password |= form.asks_password();
        let filled = form.fields.iter().filter(|field| field.kind != FieldKind::Hidden);
        page.fields.extend(filled.map(|field| field.name.clone()));
        page.buttons
            .extend(form.buttons.iter().map(|button| match button.text.is_empty() {
                true => button.value.clone(),
                false => button.text.clone(),
            }));
    }
    Some(page)
}
