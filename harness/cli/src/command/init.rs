//! `cimdspec init`: probes a server by the shapes that servers are known to want, and writes its profile.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use cimdspec_drive::Attempts;
use cimdspec_drive::Controls;
use cimdspec_drive::Job;
use cimdspec_drive::Load;
use cimdspec_drive::Named;
use cimdspec_drive::Page;
use cimdspec_drive::Probed;
use cimdspec_drive::Target;
use cimdspec_drive::probe;
use cimdspec_model::plan::Need;
use cimdspec_model::plan::Plan;
use cimdspec_model::profile::Policy;
use cimdspec_model::profile::Profile;
use cimdspec_model::verb::Channel;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::sync::watch;

use crate::args::arguments::InitArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::say;
use crate::output::show;
use crate::session::law;
use crate::session::nonce::nonce;
use crate::session::prepared;
use crate::session::prepared::Prepared;
use crate::session::server::Subject;
use crate::session::stage::Stage;

/// A probing whose arguments are right.
pub(crate) struct Init {
    pub(crate) prepared: Prepared,
    out: Option<PathBuf>,
}

/// What a server may want beside the known-good document and request, in words and as a change of the profile.
type Wish = (String, Box<dyn Fn(&mut Profile)>);

/// Finds mistakes in the arguments before anything is built.
pub(crate) fn prepare(arguments: InitArguments) -> Result<Init, Stop> {
    let InitArguments { login, out, run } = arguments;
    let mut prepared = prepared::prepare(run)?;
    for field in &login {
        let Some((name, value)) = field.split_once('=') else {
            let told = format!("`{field}` is no field\nhint: write `--login NAME=VALUE`");
            return Err(Stop::new(Exit::Usage, told));
        };
        let fields = &mut prepared.chosen.profile.login.fields;
        fields.insert(name.to_owned(), value.to_owned());
    }
    Ok(Init { prepared, out })
}

/// Probes the server and writes its profile.
pub(crate) async fn init(init: Init) -> Result<Exit, Stop> {
    let Init { prepared, out } = init;
    let folder = tempfile::tempdir().map_err(|error| Stop::new(Exit::Environment, error))?;
    let (stage, subject) = prepared.staged(&folder.path().join("server.log")).await?;
    say(&format!(
        "probing {} at {}",
        subject.name,
        subject.target.issuer()
    ));
    let found = found(&stage, &subject, &prepared).await;
    let claims = claimed(&subject, &prepared);
    let text =
        found.and_then(|(profile, probed)| Ok(written(&profile, &probed, &subject, &prepared, &claims?)));
    subject.end().await;
    let text = text?;
    match &out {
        None => show(text.trim_end()),
        Some(path) => {
            std::fs::write(path, &text).map_err(|error| {
                Stop::new(
                    Exit::Environment,
                    format!("failed to write `{}`: {error}", path.display()),
                )
            })?;
            say(&format!("wrote {}", path.display()));
        }
    }
    Ok(Exit::Clean)
}

/// What the server claims, as a profile has it.
fn claimed(subject: &Subject, prepared: &Prepared) -> Result<String, Stop> {
    let by_mcp = prepared.arguments.mcp.is_some();
    law::of(&prepared.catalogue, &subject.target, by_mcp, &[]).map(|judged| law::written(&judged))
}

/// The profile that came furthest, and what came of it.
async fn found(stage: &Stage, subject: &Subject, prepared: &Prepared) -> Result<(Profile, Probed), Stop> {
    let mut best = subject.target.profile().clone();
    if subject
        .target
        .metadata()
        .get("require_pushed_authorization_requests")
        == Some(&Value::Bool(true))
    {
        best.request.channel = Channel::Par;
    }
    let mut probed = probed(stage, subject, prepared, &best).await?;
    say(&format!("  as it is: {}", in_words(&probed)));
    if probed.silent.is_some() {
        return Ok((best, probed));
    }
    for (words, wish) in wishes(&subject.target) {
        // Behind a login that the profile knows nothing of, no wish makes a difference.
        let is_locked = probed.page.as_ref().is_some_and(|page| page.asks_password);
        if probed.code || is_locked {
            break;
        }
        let mut tried = best.clone();
        wish(&mut tried);
        let outcome = self::probed(stage, subject, prepared, &tried).await?;
        say(&format!("  with {words}: {}", in_words(&outcome)));
        // What brought the request further is kept, so that two wishes of a server are found one after the other.
        if rank(&outcome) > rank(&probed) {
            (best, probed) = (tried, outcome);
        }
    }
    Ok((best, probed))
}

fn rank(probed: &Probed) -> u8 {
    u8::from(probed.code) * 2
        + u8::from(probed.granted || probed.page.as_ref().is_some_and(|page| page.status < 400))
}

fn in_words(probed: &Probed) -> &'static str {
    match (probed.code, &probed.page) {
        (true, _) => "a code came back",
        (false, Some(page)) if page.status < 400 && page.asks_password => {
            "it ends on a page that asks for a password"
        }
        (false, Some(page)) if page.status < 400 => "it ends on a page",
        (false, _) => "refused, or not answered",
    }
}

/// The shapes that servers are known to want, the commonest first.
fn wishes(target: &Target) -> Vec<Wish> {
    let supported = |name: &str| -> Vec<String> {
        let items = target.metadata().get(name).and_then(Value::as_array);
        let texts = items.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let scopes = supported("scopes_supported");
    let mut wishes: Vec<Wish> = Vec::new();
    let mut scope = |scope: String| {
        if !scope.is_empty() {
            let words = format!("scope \"{scope}\"");
            wishes.push((
                words,
                Box::new(move |profile: &mut Profile| {
                    profile.request.scope = Some(scope.clone());
                    for members in [&mut profile.document, &mut profile.registration] {
                        members.insert("scope".to_owned(), Value::from(scope.clone()));
                    }
                }),
            ));
        }
    };
    let openid = scopes.iter().find(|scope| *scope == "openid").cloned();
    let mut tried = vec![
        openid.unwrap_or_default(),
        scopes.first().cloned().unwrap_or_default(),
        scopes.join(" "),
    ];
    tried.dedup();
    tried.into_iter().for_each(&mut scope);
    let members: [(&str, Value); 4] = [
        ("application_type", Value::from("web")),
        ("application_type", Value::from("native")),
        ("logo_uri", Value::from("@app/logo.png")),
        ("dpop_bound_access_tokens", Value::from(true)),
    ];
    for (name, value) in members {
        wishes.push((
            format!("the member {name} = {value}"),
            Box::new(move |profile: &mut Profile| {
                profile.document.insert(name.to_owned(), value.clone());
            }),
        ));
    }
    wishes.push((
        "redirect URIs on the origin of the document".to_owned(),
        Box::new(|profile: &mut Profile| {
            profile.policies.insert(Policy::SameOriginRedirects);
        }),
    ));
    if target.offers(Need::Par) {
        wishes.push((
            "pushed requests".to_owned(),
            Box::new(|profile: &mut Profile| profile.request.channel = Channel::Par),
        ));
    }
    wishes
}

async fn probed(
    stage: &Stage,
    subject: &Subject,
    prepared: &Prepared,
    profile: &Profile,
) -> Result<Probed, Stop> {
    let catalogue = &prepared.catalogue;
    let named = match subject.target.exact() {
        Some(issuer) => Named::Exactly(issuer),
        None => Named::At(subject.target.place()),
    };
    let target = Target::discover(named, profile.clone(), stage.trust()).await;
    let target = target.map_err(|error| Stop::new(Exit::Environment, error))?;
    let (progress, _told) = mpsc::unbounded_channel();
    let (_stop, stopped) = watch::channel(false);
    let simplest = |need: Need| -> Option<Arc<Plan>> {
        let all = catalogue.plans().filter(|plan| plan.needs.contains(&need));
        all.min_by_key(|plan| plan.needs.len()).cloned()
    };
    let job = Job {
        world: Arc::clone(&stage.world),
        target: Arc::new(target),
        launched: subject.launched.clone(),
        plans: Vec::new(),
        bases: [Need::Cimd, Need::Dcr].into_iter().filter_map(simplest).collect(),
        of_the_run: Vec::new(),
        clauses: Arc::new(catalogue.clauses.clone()),
        nonce: nonce(),
        progress,
        stop: stopped,
        limits: vec![Arc::new(Semaphore::new(1))],
        controls: Controls::Always,
        attempts: Attempts::Once,
        load: Load::Refused,
    };
    Ok(probe(&job).await)
}

/// The profile as a file, with what could not be found out in words.
fn written(
    profile: &Profile,
    probed: &Probed,
    subject: &Subject,
    prepared: &Prepared,
    claims: &str,
) -> String {
    let mut out = String::new();
    let name = match profile.name.as_str() {
        "" => subject.target.issuer(),
        name => name,
    };
    for words in &probed.words {
        let _ = writeln!(out, "# {words}");
    }
    for doubt in doubts(profile, probed) {
        let _ = writeln!(out, "# Not found out: {doubt}");
    }
    let _ = writeln!(out, "name = {}", quoted(name));
    // Without what it was given, the next run would not know whom to test; an MCP server names its issuer.
    let arguments = &prepared.arguments;
    let issuer = arguments.issuer.as_ref().map(|url| ("issuer", url));
    if let Some((key, url)) = arguments.mcp.as_ref().map(|url| ("mcp", url)).or(issuer) {
        let _ = writeln!(out, "{key} = {}", quoted(url));
    }
    out.push_str(claims);
    let shown = [Policy::NoIss, Policy::NoOpenidConfiguration];
    let policies: Vec<String> = profile
        .policies
        .iter()
        .filter(|policy| !shown.contains(policy))
        .map(|policy| quoted(policy.word()))
        .collect();
    if !policies.is_empty() {
        let _ = writeln!(out, "policies = [{}]", policies.join(", "));
    }
    if let Some(start) = prepared.chosen.profile.start.as_ref() {
        let words: Vec<String> = start.command.iter().map(|word| quoted(word)).collect();
        let _ = write!(out, "\n[start]\ncommand = [{}]\n", words.join(", "));
    }
    let mut request = Vec::new();
    if profile.request.channel == Channel::Par {
        request.push("channel = \"par\"".to_owned());
    }
    for (name, value) in profile.request.parameters() {
        request.push(format!("{name} = {}", quoted(value)));
    }
    if !request.is_empty() {
        let _ = write!(out, "\n[request]\n{}\n", request.join("\n"));
    }
    for (table, members) in [
        ("document", &profile.document),
        ("registration", &profile.registration),
    ] {
        if !members.is_empty() {
            let lines: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            let _ = write!(out, "\n[{table}]\n{}\n", lines.join("\n"));
        }
    }
    let _ = write!(out, "\n[login]\nfields = {}\n", fields(&profile.login.fields));
    let words = |words: &[String]| {
        words
            .iter()
            .map(|word| quoted(word))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let _ = write!(
        out,
        "\n[consent]\napprove = [{}]\ndeny = [{}]\n",
        words(&profile.consent.approve),
        words(&profile.consent.deny)
    );
    out
}

/// What the author of the profile has to find out.
fn doubts(profile: &Profile, probed: &Probed) -> Vec<String> {
    let mut doubts = Vec::new();
    if let Some(silent) = &probed.silent {
        doubts.push(format!("anything: {silent}"));
    } else if !probed.code {
        doubts.push(match &probed.page {
            None => "which document the server accepts: the right request was refused in every shape that was tried".to_owned(),
            Some(page) if page.status >= 400 => format!(
                "which document the server accepts: the right request ended on a page with status {}",
                page.status
            ),
            Some(page) => on_a_page(page, profile),
        });
    }
    if !probed.left_behind.is_empty() {
        doubts.push(format!(
            "how registrations are deleted: {} were left behind",
            probed.left_behind.len()
        ));
    }
    doubts.push(
        "policies that show over time only, such as cache-floor: `cimdspec list --policies` lists them all"
            .to_owned(),
    );
    doubts
}

fn on_a_page(page: &Page, profile: &Profile) -> String {
    let missing: Vec<&str> = page
        .fields
        .iter()
        .map(String::as_str)
        .filter(|field| !profile.login.fields.contains_key(*field))
        .collect();
    let buttons = page.buttons.join("`, `");
    if page.asks_password || !missing.is_empty() {
        format!(
            "how to log in: the page has the fields `{}` and the buttons `{buttons}`; give them by `--login NAME=VALUE`",
            page.fields.join("`, `")
        )
    } else {
        format!("how to consent: the page has the buttons `{buttons}`; name the right one in [consent]")
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn fields(fields: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{} = {}", quoted(name), quoted(value)))
        .collect();
    match pairs.is_empty() {
        true => "{}".to_owned(),
        false => format!("{{ {} }}", pairs.join(", ")),
    }
}
