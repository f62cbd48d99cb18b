//! The world of a right client whose request somebody else's browser makes, and the way of that browser to the target.

use std::sync::Arc;

use cimdspec_judge::Origin;
use cimdspec_model::name::Attempt;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::Series;
use cimdspec_model::observation::Arrival;
use cimdspec_model::plan::Need;
use cimdspec_model::verb::Act;
use url::Url;

use crate::calibration::calibrator::simplest;
use crate::calibration::registrations::registers;
use crate::calibration::samples::ASK;
use crate::calibration::samples::bare;
use crate::calibration::samples::plain;
use crate::calibration::samples::step;
use crate::case::context::CaseContext;
use crate::case::walk::Company;
use crate::case::walk::begun;
use crate::http::answer::Answer;
use crate::http::client::Ask;
use crate::http::client::EXCHANGE_DEADLINE;
use crate::run::schedule::Job;

/// The scripts and pictures of a page are no longer than this.
const MOST_READ: usize = 32 * 1024 * 1024;

/// A client that the target can look up, and its request.
pub struct Opened {
    context: Arc<CaseContext>,
    url: Url,
}

/// A request of a browser.
#[derive(Debug, Clone)]
pub struct Passed {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// Serves the document of a client, or registers it, and makes its request without sending it.
///
/// # Errors
/// Why there is no such client, in words.
pub async fn opened(job: &Job, origin: Origin) -> Result<Opened, String> {
    let (need, mut steps) = match origin {
        Origin::Document => (Need::Cimd, Vec::new()),
        Origin::Registration => (Need::Dcr, vec![registers()]),
    };
    steps.push(step(ASK, plain()));
    let plan = simplest(job, need).ok_or("the catalogue has no client of this kind")?;
    let plan = bare(plan, steps);
    let id = CaseId::new(&job.nonce, Series::Case(Attempt::First), 0);
    let jar = job.target.given_cookies();
    let context = begun(&plan, &job.world, &job.target, id, (jar, Company::None))?;
    let url = asked(&context).await;
    match url {
        Ok(url) => Ok(Opened { context, url }),
        Err(reason) => {
            context.world.end().await;
            Err(reason)
        }
    }
}

/// Does what comes before the request, and makes that.
async fn asked(context: &CaseContext) -> Result<Url, String> {
    let talk = context.talk();
    for step in &context.plan.steps {
        if let Act::Authorize(act) = &step.act {
            let reference = context.reference(act.client.as_ref(), &step.name)?;
            let client = context.client(&reference)?;
            return context.request_url(&reference, &client, act);
        }
        if let Arrival::Impossible { reason } = context.perform(step, &talk).await {
            return Err(reason);
        }
    }
    Err("there is no request to make".to_owned())
}

impl Opened {
    /// Where the browser begins.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Does a request of the browser, by the target's own client and in its pace; nothing where it is not to the target, or
    /// was not answered.
    pub async fn pass(&self, request: Passed) -> Option<Answer> {
        let url = Url::parse(&request.url).ok()?;
        if !self.context.target.follows(&url) {
            return None;
        }
        let ask = Ask {
            method: request.method,
            headers: request.headers,
            body: Some(request.body).filter(|body| !body.is_empty()),
            ..Ask::get(url)
        };
        let wire = self.context.target.wire();
        wire.turn().await;
        wire.send_up_to(&ask, EXCHANGE_DEADLINE, MOST_READ).await.ok()
    }

    /// Takes the world down; the clients that were registered and could not be deleted.
    pub async fn end(self) -> Vec<String> {
        let left = self.context.clean_up().await;
        self.context.world.end().await;
        left
    }
}
