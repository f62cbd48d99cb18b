//! Where a walk comes to a page that a script makes, and where it goes on from one.

use cimdspec_model::observation::Arrival;
use url::Url;

use crate::agent::browser::Agent;
use crate::agent::browser::Done;
use crate::agent::browser::MOST_DECISIONS;
use crate::agent::browser::MOST_LOGINS;
use crate::agent::browser::Next;
use crate::agent::cookie::Jar;
use crate::agent::script::known::Known;
use crate::agent::script::player::Player;
use crate::http::exchange::Talk;

impl Agent<'_> {
    /// Plays the requests of the script of a page that was opened now.
    pub(crate) async fn scripted(
        &self,
        talk: &Talk,
        jar: &mut Jar,
        known: &mut Known,
        done: &mut Done,
    ) -> Next {
        match self.player(talk) {
            Some(player) => player.open(known, jar, done).await,
            None => Next::Stay(Arrival::Page),
        }
    }

    /// Who plays the recipe of the profile, if it has one; the step is noted as one of a script.
    fn player<'a>(&'a self, talk: &'a Talk) -> Option<Player<'a>> {
        let script = self.profile.script.as_ref()?;
        talk.mark_scripted();
        let agent = self;
        Some(Player { agent, script, talk })
    }

    /// Decides on the script page of an earlier step, or has another site do so.
    pub(crate) async fn goes_on_with(
        &self,
        talk: &Talk,
        jar: &mut Jar,
        known: &mut Known,
        done: &mut Done,
    ) -> Next {
        let Some(player) = self.player(talk) else {
            return Next::Stay(Arrival::Page);
        };
        let Some(origin) = &self.elsewhere else {
            return player.go_on(known, jar, done).await;
        };
        (done.logins, done.decisions, done.by_command) = (MOST_LOGINS, MOST_DECISIONS, true);
        match Url::parse(origin) {
            Ok(site) => player.forge(&site, known, jar, done).await,
            Err(error) => Next::Stay(Arrival::Impossible {
                reason: format!("`{origin}` is no site: {error}"),
            }),
        }
    }
}
