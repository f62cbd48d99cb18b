//! Keeping a launched server alive: it is started again after it died, and who killed it is remembered.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use cimdspec_model::report::Death;
use cimdspec_world::sandbox::Launched;
use tokio::time::Instant;

use crate::target::server::Target;

/// Keeps the server; without a launched one it does nothing.
pub(crate) struct Supervisor {
    launched: Option<Arc<Launched>>,
    target: Arc<Target>,
    deaths: Mutex<Vec<Death>>,
    /// The case that is walked while no other is.
    alone: Mutex<Option<String>>,
    /// One restart at a time.
    restarting: tokio::sync::Mutex<()>,
}

/// The life of the server that a case began in.
pub(crate) struct Life(u64);

/// A server that dies oftener is left alone: every further case would be inconclusive anyway.
const MOST_DEATHS: usize = 40;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// A dying process closes its sockets before it has ended: by much, on a machine that is busy.
const DYING: Duration = Duration::from_secs(3);

impl Supervisor {
    pub(crate) fn new(launched: Option<Arc<Launched>>, target: Arc<Target>) -> Self {
        Self {
            launched,
            target,
            deaths: Mutex::default(),
            alone: Mutex::default(),
            restarting: tokio::sync::Mutex::default(),
        }
    }

    /// The present life; a dead server is started again first. Without one, why there is none.
    pub(crate) async fn watch(&self) -> Result<Life, String> {
        let Some(launched) = &self.launched else {
            return Ok(Life(0));
        };
        if launched.ended().is_some() {
            self.restart(launched).await;
        }
        match launched.ended() {
            Some(_) if self.count() >= MOST_DEATHS => Err(format!(
                "the server had died {MOST_DEATHS} times and was not started again"
            )),
            Some(how) => Err(format!("the server could not be started again: {how}")),
            None => Ok(Life(launched.starts())),
        }
    }

    /// How the server died since then, if it did.
    pub(crate) async fn died_since(&self, life: &Life) -> Option<String> {
        let launched = self.launched.as_ref()?;
        let lives = || launched.starts() == life.0 && launched.ended().is_none();
        let until = Instant::now() + DYING;
        while lives() && Instant::now() < until {
            if self.target.is_alive().await && lives() {
                return None;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        let how = launched.ended();
        if how.is_some() {
            self.restart(launched).await;
        }
        match (how, launched.starts() == life.0) {
            (Some(how), _) => Some(how),
            (None, true) => None,
            (None, false) => Some(self.last_death()),
        }
    }

    /// The deaths: those of cases that were alone, or all of them where no case could be named.
    pub(crate) fn deaths(&self) -> Vec<Death> {
        let deaths = self.lock().clone();
        let mut named: Vec<Death> = deaths
            .iter()
            .filter(|death| death.case.is_some())
            .cloned()
            .collect();
        // It died of each twice, at the second attempt and at the third.
        named.dedup_by(|a, b| a.case == b.case);
        if named.is_empty() { deaths } else { named }
    }

    /// A death that came in this case was not of this case.
    pub(crate) fn acquit(&self, variant: &str) {
        for death in self.lock().iter_mut() {
            death.case.take_if(|case| case == variant);
        }
    }

    /// How often the server died so far.
    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// From now on, until it is told otherwise, a death is this case's.
    pub(crate) fn alone(&self, variant: Option<String>) {
        *self.alone.lock().unwrap_or_else(PoisonError::into_inner) = variant;
    }

    fn last_death(&self) -> String {
        self.lock()
            .last()
            .map_or_else(|| "it was started again".to_owned(), |death| death.how.clone())
    }

    async fn restart(&self, launched: &Launched) {
        let _turn = self.restarting.lock().await;
        let Some(how) = launched.ended() else {
            return;
        };
        {
            let mut deaths = self.lock();
            if deaths.len() >= MOST_DEATHS {
                return;
            }
            deaths.push(Death {
                how,
                case: self.alone.lock().unwrap_or_else(PoisonError::into_inner).clone(),
                log: launched.last_lines(),
            });
        }
        if launched.restart().await.is_ok() {
            let patience = self
                .target
                .profile()
                .start
                .as_ref()
                .map(|start| start.ready_within.0);
            let until = Instant::now() + patience.unwrap_or_default();
            while Instant::now() < until && launched.ended().is_none() && !self.target.is_alive().await {
                tokio::time::sleep(BETWEEN_LOOKS).await;
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Death>> {
        self.deaths.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
