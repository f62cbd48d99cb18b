//! The circuit breaker: a target that does not answer any more is not asked on, case after case, until each gives up.

use std::sync::OnceLock;

use tokio::sync::Mutex;

use crate::target::server::Target;

/// Opens once, when the target has gone silent.
#[derive(Default)]
pub(crate) struct Breaker {
    open: OnceLock<String>,
    looking: Mutex<()>,
}

/// After so many unanswered requests in a row it is looked at whether the target lives.
const MOST_LOST: usize = 12;
const LOOKS: usize = 2;

impl Breaker {
    /// Why nothing is asked any more, if that is so.
    pub(crate) async fn why(&self, target: &Target) -> Option<String> {
        if let Some(why) = self.open.get() {
            return Some(why.clone());
        }
        if target.wire().lost_in_a_row() < MOST_LOST {
            return None;
        }
        // Everybody else waits for who looks.
        let _turn = self.looking.lock().await;
        for _ in 0..LOOKS {
            if self.open.get().is_some() || target.is_alive().await {
                return self.open.get().cloned();
            }
        }
        let lost = target.wire().lost_in_a_row();
        let why =
            format!("the server does not answer any more: {lost} requests in a row, its metadata among them");
        Some(self.open.get_or_init(|| why).clone())
    }
}
