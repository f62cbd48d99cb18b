//! The user's part where the agent does not understand the page: programs of the operator do it.

use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Did;
use cimdspec_model::verb::Until;

use crate::agent::browser::Agent;
use crate::agent::browser::Done;
use crate::agent::browser::Next;
use crate::agent::cookie::Jar;
use crate::agent::programs::Decided;
use crate::agent::programs::Pages;
use crate::agent::programs::Source;
use crate::agent::programs::StandIn;
use crate::http::answer::Answer;
use crate::http::client::Ask;
use crate::http::exchange::Talk;

impl Agent<'_> {
    /// What is done in the end where the agent would do this: a program logs in, or decides.
    pub(crate) async fn or_program(
        &self,
        next: Next,
        talk: &Talk,
        (ask, answer): (&Ask, &Answer),
        jar: &mut Jar,
        done: &mut Done,
    ) -> Result<Next, String> {
        match next {
            Next::LogIn => {
                self.log_in(talk, ask, jar, done).await?;
                Ok(Next::LogIn)
            }
            Next::Stay(Arrival::Page) if self.is_puzzled(ask, answer, done) => {
                if self.logs_in_by_program(done) && jar.login().is_none() && !done.pressed {
                    self.log_in(talk, ask, jar, done).await?;
                    return Ok(Next::LogIn);
                }
                match self.until == Until::End && !self.profile.consent.command.is_empty() {
                    true => self.decide_by_program(talk, ask, jar, done).await,
                    false => Ok(next),
                }
            }
            _ => Ok(next),
        }
    }

    /// Whether the page may be one that a program understands: a page to which the browser came, and nothing was decided yet.
    fn is_puzzled(&self, ask: &Ask, answer: &Answer, done: &Done) -> bool {
        self.stand_in.pages == Pages::All
            && self.elsewhere.is_none()
            && self.until != Until::Login
            && ask.method == "GET"
            && (200..300).contains(&answer.status)
            && answer.is_html()
            && done.decisions == 0
    }

    /// Puts the session of the user into the jar: the one that the program brought before, or a new one.
    async fn log_in(&self, talk: &Talk, ask: &Ask, jar: &mut Jar, done: &mut Done) -> Result<(), String> {
        let at = talk.now();
        let StandIn {
            programs, browser, ..
        } = self.stand_in;
        let had = jar.login();
        let session = programs
            .session(&self.profile.login, browser, &ask.url, had)
            .await;
        let (session, source) = session.inspect_err(|_| talk.did(at, &ask.url, Did::Failed))?;
        session
            .values()
            .for_each(|value| talk.redactor().learn("cookie", value));
        session.put_into(jar);
        // Where a session that was kept is over, the program is asked for another one.
        done.by_command = source == Source::Asked;
        let did = match source {
            Source::Asked => Did::LoggedIn,
            Source::Kept => Did::Lent,
        };
        talk.did(at, &ask.url, did);
        Ok(())
    }

    async fn decide_by_program(
        &self,
        talk: &Talk,
        ask: &Ask,
        jar: &Jar,
        done: &mut Done,
    ) -> Result<Next, String> {
        let at = talk.now();
        let programs = self.stand_in.programs;
        let decided = programs.decided(&self.profile.consent, self.decide, &ask.url, jar);
        match decided.await {
            Ok(Decided::SentTo(location)) => {
                talk.did(at, &ask.url, Did::Decided);
                done.decisions += 1;
                Ok(self.redirected(ask, 303, &location))
            }
            Ok(Decided::Refused) => {
                talk.did(at, &ask.url, Did::SawRefusal);
                Ok(Next::Stay(Arrival::Page))
            }
            Err(reason) => {
                talk.did(at, &ask.url, Did::Failed);
                Err(reason)
            }
        }
    }
}
