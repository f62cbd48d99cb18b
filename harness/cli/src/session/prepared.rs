//! A run whose arguments are right, before anything is built; and then its stage with the server on it.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use cimdspec_drive::IfNotGranted;
use cimdspec_drive::Load;
use cimdspec_drive::Named;
use cimdspec_drive::Protected;
use cimdspec_drive::Trust;
use cimdspec_model::baseline::Baseline;
use cimdspec_model::gate::Gate;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Profile;
use cimdspec_model::profile::SeenAs;
use cimdspec_model::report::Digest;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_world::Environment;
use cimdspec_world::Setting;
use cimdspec_world::sandbox;
use cimdspec_world::sandbox::is_inside;
use cimdspec_world::tls::CERTIFICATE;

use crate::args::arguments::RunArguments;
use crate::args::environment::EnvironmentName;
use crate::args::public::PublicArguments;
use crate::command::trust;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::session::again;
use crate::session::again::Again;
use crate::session::astray;
use crate::session::astray::IfAstray;
use crate::session::embedded::kind;
use crate::session::files;
use crate::session::gates;
use crate::session::law;
use crate::session::naming;
use crate::session::naming::Precision;
use crate::session::own;
use crate::session::permission;
use crate::session::permission::Permission;
use crate::session::profiles;
use crate::session::profiles::Chosen;
use crate::session::selection;
use crate::session::server::Places;
use crate::session::server::RunsAs;
use crate::session::server::Subject;
use crate::session::stage::AuthoritySource;
use crate::session::stage::Stage;
use crate::session::waiting::Unready;

/// A run whose arguments are right.
pub(crate) struct Prepared {
    pub(crate) arguments: RunArguments,
    pub(crate) setting: Setting,
    /// What the flags and the profile say of the public environment.
    pub(crate) public: PublicArguments,
    pub(crate) chosen: Chosen,
    /// What a server of somebody else is asked for first.
    permission: Option<Permission>,
    /// How exactly the issuer was named.
    precision: Precision,
    pub(crate) baseline: Option<Baseline>,
    /// The text of the baseline: of several files one after the other.
    pub(crate) baseline_text: Option<String>,
    pub(crate) catalogue: Catalogue,
    /// The digest of the catalogue's files.
    pub(crate) digest: Digest,
    /// The plans that are chosen, with the chosen checks.
    pub(crate) plans: Vec<Arc<Plan>>,
    /// What decides how the run ends.
    pub(crate) gate: Gate,
    /// What is run again, where that was asked for.
    again: Option<Again>,
}

/// Whether the operator lets us put a load on the server.
pub(crate) fn load(arguments: &RunArguments) -> Load {
    match arguments.load {
        true => Load::Consented,
        false => Load::Refused,
    }
}

/// What becomes of cases that build on a grant, where no right request was granted.
pub(crate) fn if_not_granted(arguments: &RunArguments) -> IfNotGranted {
    match arguments.keep_going {
        true => IfNotGranted::KeepGoing,
        false => IfNotGranted::Stop,
    }
}

/// A run whose arguments are right; nothing where there is nothing to run again.
pub(crate) fn of_run(arguments: RunArguments) -> Result<Option<Prepared>, Stop> {
    let prepared = prepare(arguments)?;
    if let Some(again) = &prepared.again {
        let results = prepared.arguments.gates.again.as_deref();
        again.announce(results.unwrap_or(Path::new("")));
        if again.ids.is_empty() {
            return Ok(None);
        }
    }
    Ok(Some(prepared))
}

/// Finds mistakes in the arguments before anything is built, and enters the sandbox where the run needs it.
pub(crate) fn prepare(mut arguments: RunArguments) -> Result<Prepared, Stop> {
    let mut chosen = profiles::chosen(arguments.profile.as_deref(), &arguments.command)?;
    started_with(&mut chosen.profile, &arguments)?;
    let precision = naming::settle(&mut arguments, &chosen.profile)?;
    if let Some(url) = arguments.mcp.clone() {
        arguments.issuer = Some(protecting(&url, &arguments, &mut chosen.profile)?);
    }
    let (baseline, baseline_text) = baselines(&arguments.baseline)?.unzip();
    let gate = gates::gate(&arguments)?;
    let public = arguments
        .public
        .over(chosen.profile.public.as_ref(), &chosen.folder);
    permission::politely(&arguments, &mut chosen.profile.pace)?;
    let environment = environment(&arguments, &public);
    let setting = public.setting(environment, &arguments.public)?;
    if environment == EnvironmentName::Public && arguments.issuer.is_none() {
        let told = "the public environment is for a server that is there already\nhint: name it by `--issuer URL`, or by `issuer` in its profile";
        return Err(Stop::new(Exit::Usage, told));
    }
    let outside = arguments.issuer.is_some() && environment == EnvironmentName::Sandbox;
    if outside && !is_inside() && !arguments.in_place {
        let told = "a server outside of the sandbox cannot be reached from inside\nhint: add `--env loopback`, let us launch it by \
                    `-- COMMAND`, or start both in one `cimdspec sandbox`";
        return Err(Stop::new(Exit::Usage, told));
    }
    kind(arguments.shape.as_deref(), arguments.mutant.as_deref())?;
    // What enters is executed again: the scenarios are read inside, once.
    enter(&arguments, environment)?;
    let read = own::catalogue(arguments.scenarios.as_deref(), &arguments.gates.with_scenarios)?;
    let digest = read.digest();
    let catalogue = read.catalogue;
    let mut plans = selection::plans(&catalogue, &arguments.only)?;
    selection::as_in_revisions(&catalogue, &mut plans, &arguments.revision)?;
    if let Some(part) = arguments.partition {
        plans.retain(|plan| part.has(plan.variant.scenario.as_str()));
    }
    let results = arguments.gates.again.as_deref();
    let again = results
        .map(|results| again::read(results, &catalogue))
        .transpose()?;
    if let Some(again) = &again {
        selection::as_in(&mut plans, &again.ids);
    }
    if again.as_ref().is_none_or(|again| !again.ids.is_empty()) {
        selection::some(&plans, &arguments)?;
    }
    let gate = gates::with_newer(gate, &arguments, &catalogue)?;
    let baseline = baseline.map(|baseline| gates::of_release(baseline, &arguments, &catalogue));
    law::known(&catalogue, &chosen.profile)?;
    let permission = permission::wanted(&arguments, environment, &mut chosen.profile.pace)?;
    Ok(Prepared {
        arguments,
        setting,
        public,
        chosen,
        baseline,
        baseline_text,
        permission,
        precision,
        catalogue,
        digest,
        plans,
        gate,
        again,
    })
}

fn enter(arguments: &RunArguments, environment: EnvironmentName) -> Result<(), Stop> {
    let entered = match environment {
        _ if arguments.dry_run => Ok(()),
        _ if arguments.in_place => sandbox::enter_in_place(),
        EnvironmentName::Loopback | EnvironmentName::Public => Ok(()),
        EnvironmentName::Sandbox => sandbox::enter(),
    };
    entered.map_err(|error| Stop::new(Exit::Environment, error))
}

/// Takes over what the command line says of how the server is started.
fn started_with(profile: &mut Profile, arguments: &RunArguments) -> Result<(), Stop> {
    let given = &arguments.start;
    let usage = |told: String| Stop::new(Exit::Usage, told);
    let kinds = &arguments.upstream_provider;
    if !kinds.is_empty() {
        if profile.start.is_none() && arguments.issuer.is_none() {
            return Err(usage(
                "`--upstream-provider` is for a server of yours, and none is named\nhint: name its command: `-- COMMAND`"
                    .to_owned(),
            ));
        }
        profile.upstream.get_or_insert_default().kinds.clone_from(kinds);
    }
    let Some(start) = &mut profile.start else {
        // A server that somebody else starts may need its time, too.
        let names = [&arguments.issuer, &arguments.mcp, &profile.issuer, &profile.mcp];
        let is_there = names.iter().any(|name| name.is_some());
        let mut of_a_start = given.flags().filter(|flag| !is_there || *flag != "ready-within");
        return match of_a_start.next() {
            Some(flag) => Err(usage(format!(
                "`--{flag}` says how a server is started, and none is\nhint: name its command: `-- COMMAND`"
            ))),
            None => Ok(()),
        };
    };
    if let Some(path) = &given.path {
        if !path.starts_with('/') {
            return Err(usage(format!(
                "`{path}` is no path of an issuer\nhint: it begins with a slash: `--path /tenant`"
            )));
        }
        start.path.clone_from(path);
    }
    start.ready_within = given.ready_within.unwrap_or(start.ready_within);
    if let Some(directory) = &given.directory {
        start.directory = Some(directory.clone());
    }
    if given.plain_http {
        start.issuer = SeenAs::Http;
    }
    for variable in &given.variable {
        let (name, value) = variable.split_once('=').ok_or_else(|| {
            usage(format!(
                "`{variable}` is no variable\nhint: write `--variable NAME=VALUE`"
            ))
        })?;
        start.environment.insert(name.to_owned(), value.to_owned());
    }
    Ok(())
}

/// The issuer that an MCP server names; its resource and scopes are asked for unless the profile names others.
fn protecting(url: &str, arguments: &RunArguments, profile: &mut Profile) -> Result<String, Stop> {
    let pem = match &arguments.authority {
        Some(folder) => std::fs::read_to_string(folder.join(CERTIFICATE)).unwrap_or_default(),
        None => trust::kept_certificate(),
    };
    let trusted = Trust {
        pem: &pem,
        system: true,
    };
    // Ends before the sandbox is entered: namespaces are made while there is one thread only.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Stop::new(Exit::Fault, format!("failed to start: {error}")))?;
    let found = runtime.block_on(Protected::discover(url, trusted, profile));
    let found = found.map_err(|error| Stop::new(Exit::Environment, error))?;
    for line in &found.told {
        say(&format!("  {line}"));
    }
    profile.request.resource.get_or_insert(found.resource);
    if let Some(scope) = found.scope {
        profile.request.scope.get_or_insert(scope);
    }
    Ok(found.issuer)
}

/// The baselines as one, with their texts as one; nothing without a file.
fn baselines(paths: &[PathBuf]) -> Result<Option<(Baseline, String)>, Stop> {
    let mut files = Vec::new();
    for path in paths {
        files.push((path.display().to_string(), files::text(path)?));
    }
    if files.is_empty() {
        return Ok(None);
    }
    let baseline = Baseline::read_all(&files).map_err(|told| Stop::new(Exit::BadInput, told))?;
    let texts: Vec<String> = files.into_iter().map(|(_, text)| text).collect();
    Ok(Some((baseline, texts.join("\n"))))
}

/// The environment that was asked for, or the one that fits. Who says where our public hosts are means them for a server that is
/// there already.
fn environment(arguments: &RunArguments, public: &PublicArguments) -> EnvironmentName {
    match (arguments.env, &arguments.issuer) {
        (Some(asked), _) => asked,
        (None, Some(_)) if public.public_url.is_some() => EnvironmentName::Public,
        (None, Some(issuer)) if !is_inside() && !arguments.in_place => {
            permission::place_of(issuer, arguments)
        }
        (None, _) => EnvironmentName::Sandbox,
    }
}

impl Prepared {
    /// What the server under test is called.
    pub(crate) fn subject_name(&self) -> String {
        let profile = &self.chosen.profile;
        let is_ours = self.arguments.issuer.is_none() && profile.start.is_none();
        let arguments = &self.arguments;
        match profile.name.as_str() {
            _ if is_ours => kind(arguments.shape.as_deref(), arguments.mutant.as_deref())
                .map_or(String::new(), |kind| kind.name),
            "" => "the server".to_owned(),
            name => name.to_owned(),
        }
    }

    /// The same as [`Self::staged`]; where the server has its issuer at another path, it is started anew with that.
    pub(crate) async fn staged_by_trying(&mut self, log: &Path) -> Result<(Stage, Subject), Stop> {
        let path = match self.looked_for(log).await {
            Ok(staged) => return Ok(staged),
            Err(Unready::AtPath(path, _)) if self.chosen.profile.start.is_some() => path,
            Err(unready) => return Err(unready.into()),
        };
        say(&format!(
            "  there is metadata for the issuer with the path `{path}`: starting the server anew with it"
        ));
        if let Some(start) = &mut self.chosen.profile.start {
            start.path = path;
        }
        self.staged(log).await
    }

    /// Builds the world and finds or starts the server; what it prints goes to `log`.
    pub(crate) async fn staged(&self, log: &Path) -> Result<(Stage, Subject), Stop> {
        Ok(self.looked_for(log).await?)
    }

    async fn looked_for(&self, log: &Path) -> Result<(Stage, Subject), Unready> {
        let arguments = &self.arguments;
        if let Some(permission) = &self.permission {
            permission.proven().await?;
        }
        let environment = self.setting.environment();
        let start = self.chosen.profile.start.as_ref();
        let start = start.filter(|_| arguments.issuer.is_none());
        let is_ours = arguments.issuer.is_none() && start.is_none();
        let source = match &arguments.authority {
            Some(folder) => AuthoritySource::Kept(folder.clone()),
            None if is_ours || environment != Environment::Loopback => AuthoritySource::Fresh,
            None => AuthoritySource::Kept(trust::state_folder()?),
        };
        let stage = Stage::build(self.setting.clone(), source).await?;
        let is_public = matches!(environment, Environment::Public(_));
        let if_astray = match arguments.keep_going {
            true => IfAstray::KeepGoing,
            false => IfAstray::Stop,
        };
        if is_public {
            astray::hosts(&stage, &self.public, if_astray).await?;
        }
        if environment == Environment::Loopback && !is_ours {
            say(&format!(
                "  the server has to trust {}; `cimdspec trust` tells how",
                stage.authority_file.display()
            ));
        }
        let subject = match (&arguments.issuer, start) {
            (Some(issuer), _) => {
                let profile = self.chosen.profile.clone();
                let named = match self.precision {
                    Precision::Exact => Named::Exactly(issuer),
                    Precision::Place => Named::At(issuer),
                };
                let within = arguments.start.ready_within.map(|span| span.0);
                let subject = Subject::attached(&stage, profile, named, arguments.upstream, within).await?;
                if is_public {
                    astray::clock(&subject.target, if_astray).await?;
                }
                subject
            }
            (None, Some(start)) => {
                let runs_as = match arguments.keep_user {
                    true => RunsAs::Harness,
                    false => RunsAs::Owner,
                };
                let results = &arguments.results;
                Subject::launched(
                    &stage,
                    self.chosen.clone(),
                    start,
                    runs_as,
                    Places { results, log },
                )
                .await?
            }
            (None, None) => {
                let kind = kind(arguments.shape.as_deref(), arguments.mutant.as_deref())?;
                Subject::embedded(&stage, kind).await?
            }
        };
        Ok((stage, subject))
    }
}
