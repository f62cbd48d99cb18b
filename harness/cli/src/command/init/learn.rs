//! Learning what a server wants: right requests in the shapes that servers are known to ask for.

use std::sync::Arc;

use cimdspec_drive::Attempts;
use cimdspec_drive::Controls;
use cimdspec_drive::Extent;
use cimdspec_drive::IfNotGranted;
use cimdspec_drive::Job;
use cimdspec_drive::Load;
use cimdspec_drive::Named;
use cimdspec_drive::Probed;
use cimdspec_drive::Reached;
use cimdspec_drive::Recording;
use cimdspec_drive::Target;
use cimdspec_drive::Tried;
use cimdspec_drive::attempt;
use cimdspec_drive::probe;
use cimdspec_judge::Origin;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Profile;
use cimdspec_model::profile::Script;
use cimdspec_model::requirement::clause::Clauses;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::sync::watch;

use crate::command::init::wishes::Wish;
use crate::command::init::wishes::by_hint;
use crate::command::init::wishes::everything;
use crate::command::init::wishes::wishes;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::session::nonce::nonce;
use crate::session::prepared::Prepared;
use crate::session::server::Subject;
use crate::session::stage::Stage;

/// A server that is not understood after so many tries is not understood.
const MOST_TRIES: usize = 60;

/// Somebody who tries requests.
pub(crate) struct Learner<'a> {
    stage: &'a Stage,
    subject: &'a Subject,
    /// The profile that came furthest.
    best: Profile,
    /// What every job of it has: the plans and the clauses of the catalogue.
    bases: Vec<Arc<Plan>>,
    clauses: Arc<Clauses>,
    tries: usize,
    /// What the server said last, which is not shown again.
    said: Option<String>,
}

impl<'a> Learner<'a> {
    pub(crate) fn new(stage: &'a Stage, subject: &'a Subject, prepared: &'a Prepared) -> Self {
        Self {
            stage,
            subject,
            bases: prepared.catalogue.plans().cloned().collect(),
            clauses: Arc::new(prepared.catalogue.clauses.clone()),
            best: subject.target.profile().clone(),
            tries: 0,
            said: None,
        }
    }

    /// The target of it.
    pub(crate) fn target(&self) -> &Target {
        &self.subject.target
    }

    /// Goes on with this recipe for pages that a script makes.
    pub(crate) fn by(mut self, script: Script) -> Self {
        self.best.script = Some(script);
        self
    }

    /// Learns what clients of each origin need that the server offers, and then all that a run would find out.
    pub(crate) async fn learn(mut self) -> Result<(Profile, Probed), Stop> {
        for (origin, need, words) in [
            (Origin::Document, Need::Cimd, "documents"),
            (Origin::Registration, Need::Dcr, "registrations"),
        ] {
            if self.subject.target.offers(need) {
                self.learn_of(origin, words).await?;
            }
        }
        let probed = self.probed().await?;
        probed.found.write_into(&mut self.best);
        Ok((self.best, probed))
    }

    /// What a run would find out with the profile as it is.
    pub(crate) async fn probed(&self) -> Result<Probed, Stop> {
        Ok(probe(&self.job_of(&self.best).await?).await)
    }

    async fn learn_of(&mut self, origin: Origin, words: &str) -> Result<(), Stop> {
        say(&format!("{words}:"));
        let Some(mut best) = self.tried(&[], origin).await? else {
            return Ok(());
        };
        let shown = self.shown(&best);
        say(&format!("  as they are: {shown}"));
        // Behind a login, and where nothing was asked for at all, no wish makes a difference.
        if best.stage >= Reached::Login || self.is_not_offered(&best, origin) {
            return Ok(());
        }
        let all = wishes(&self.subject.target, origin);
        let mut left = all.clone();
        // One after the other: what brings a request further is kept, and so is what makes the server name something else.
        loop {
            let (named, others) = by_hint(left.clone(), best.said.as_deref());
            let mut found = None;
            for (wish, is_named) in named
                .iter()
                .map(|wish| (wish, true))
                .chain(others.iter().map(|wish| (wish, false)))
            {
                let Some(tried) = self.told_try(std::slice::from_ref(wish), origin).await? else {
                    return Ok(());
                };
                let says_other = is_named && tried.stage == best.stage && tried.said != best.said;
                if tried.stage > best.stage || says_other {
                    found = Some((wish.clone(), tried));
                    break;
                }
            }
            let Some((wish, tried)) = found else { break };
            wish.write_into(&mut self.best, origin);
            left.retain(|other| other.name() != wish.name());
            best = tried;
            if best.stage >= Reached::Login {
                return Ok(());
            }
        }
        self.all_at_once(&everything(&all), &best, origin).await
    }

    /// All wishes together; of those that help, each is left out again that is not needed.
    async fn all_at_once(&mut self, all: &[Wish], best: &Tried, origin: Origin) -> Result<(), Stop> {
        let Some(tried) = self.told_try(all, origin).await? else {
            return Ok(());
        };
        if tried.stage <= best.stage {
            return Ok(());
        }
        let mut needed = all.to_vec();
        for wish in all {
            let without: Vec<Wish> = needed.iter().filter(|other| *other != wish).cloned().collect();
            match self.tried(&without, origin).await? {
                Some(other) if other.stage >= tried.stage => needed = without,
                Some(_) => {}
                None => break,
            }
        }
        for wish in &needed {
            wish.write_into(&mut self.best, origin);
        }
        let words: Vec<String> = needed.iter().map(Wish::words).collect();
        say(&format!("  needed together: {}", words.join(", ")));
        Ok(())
    }

    /// Whether the server does not say that it takes documents, and does not look for one.
    fn is_not_offered(&self, tried: &Tried, origin: Origin) -> bool {
        origin == Origin::Document && !tried.looked_up && !self.subject.target.says_documents()
    }

    async fn told_try(&mut self, wishes: &[Wish], origin: Origin) -> Result<Option<Tried>, Stop> {
        let tried = self.tried(wishes, origin).await?;
        if let Some(tried) = &tried {
            let words: Vec<String> = wishes.iter().map(Wish::words).collect();
            let shown = self.shown(tried);
            say(&format!("  with {}: {shown}", words.join(", ")));
        }
        Ok(tried)
    }

    /// One right request with these wishes; none after too many.
    async fn tried(&mut self, wishes: &[Wish], origin: Origin) -> Result<Option<Tried>, Stop> {
        self.tries += 1;
        if self.tries > MOST_TRIES {
            return Ok(None);
        }
        let mut profile = self.best.clone();
        wishes
            .iter()
            .for_each(|wish| wish.write_into(&mut profile, origin));
        let refused = Tried {
            stage: Reached::Refused,
            said: None,
            looked_up: false,
        };
        let tried = attempt(&self.job_of(&profile).await?, origin).await;
        Ok(Some(tried.unwrap_or(refused)))
    }

    /// What a request needs, for clients of a world of their own.
    pub(crate) async fn job_of(&self, profile: &Profile) -> Result<Job, Stop> {
        let named = match self.subject.target.exact() {
            Some(issuer) => Named::Exactly(issuer),
            None => Named::At(self.subject.target.place()),
        };
        let target = Target::discover(named, profile.clone(), self.stage.trust()).await;
        let target = target.map_err(|error| Stop::new(Exit::Environment, error))?;
        let target = target.with_programs_of(&self.subject.target);
        let target = match self.subject.target.is_fronted() {
            true => target.behind_front(),
            false => target,
        };
        let (progress, _told) = mpsc::unbounded_channel();
        let (_stop, stopped) = watch::channel(false);
        Ok(Job {
            world: Arc::clone(&self.stage.world),
            target: Arc::new(target),
            launched: self.subject.launched.clone(),
            plans: Vec::new(),
            bases: self.bases.clone(),
            of_the_run: Vec::new(),
            clauses: Arc::clone(&self.clauses),
            nonce: nonce(),
            progress,
            stop: stopped,
            limits: vec![Arc::new(Semaphore::new(1))],
            controls: Controls::Always,
            attempts: Attempts::Once,
            load: Load::Refused,
            if_not_granted: IfNotGranted::KeepGoing,
            recording: Recording::NotPassed,
            extent: Extent::Whole,
            enough: None,
        })
    }

    /// What came of a try, with the server's own words where they are new.
    fn shown(&mut self, tried: &Tried) -> String {
        let reached = match tried.stage {
            Reached::Code => "a code came back",
            Reached::Login => "it ends on a page that asks for a login",
            Reached::Page => "it ends on a page",
            Reached::Told => "refused, with an error for the client",
            Reached::Registered => "registered, but its request was refused",
            Reached::Refused => "refused",
        };
        let is_new = self.said != tried.said;
        self.said.clone_from(&tried.said);
        match tried.said.as_ref().filter(|_| is_new) {
            Some(said) => format!("{reached}: \"{said}\""),
            None => reached.to_owned(),
        }
    }
}
