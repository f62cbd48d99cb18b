//! Why a right request was not granted: the true cause as far as the wire shows it, and what an operator does about it.

use cimdspec_judge::Calibration;
use cimdspec_judge::Origin;
use cimdspec_judge::Seen;
use cimdspec_judge::disposition;
use cimdspec_model::observation::Arrival;
use cimdspec_model::observation::Case;
use cimdspec_model::observation::Did;
use cimdspec_model::observation::Exchange;
use cimdspec_model::observation::Happening;
use cimdspec_model::observation::Reply;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::profile::Login;
use cimdspec_model::profile::Profile;
use cimdspec_model::profile::UpstreamKind;
use cimdspec_model::report::Obstacle;
use cimdspec_page::FieldKind;
use cimdspec_page::Form;
use cimdspec_page::Html;
use cimdspec_world::Places;

use crate::calibration::samples::in_words;
use crate::calibration::samples::plain;
use crate::calibration::samples::quoted;
use crate::calibration::samples::was_fetched;
use crate::calibration::samples::was_looked_up;

/// What stood in the way of a right request, which ended in this record.
pub(crate) fn obstacle(case: &Case, record: &StepRecord, profile: &Profile, origin: Origin) -> Obstacle {
    let is_impossible = matches!(record.arrival, Arrival::Impossible { .. });
    if let Some(Reply::Timeout | Reply::Broken { .. }) = record.reply()
        && !is_impossible
    {
        return unanswered(record);
    }
    if let Some(why) = broken_off(case) {
        return Obstacle::of(
            format!("the server broke off TLS to our host: {why}"),
            "make the server trust the certificate authority: a launched one gets its file in `{ca}` and `CIMDSPEC_CA`; `cimdspec \
             trust` tells how common runtimes do it",
        );
    }
    match &record.arrival {
        Arrival::Login if record.scripted => Obstacle::of(
            "the script page asks the user to log in, and the recipe has no way to",
            "name the request in `login` of `[script]`, with `[login] fields`; or a login program in `[login] command`",
        ),
        Arrival::Login => at_login(record, &profile.login),
        Arrival::Unfit { reason } => Obstacle::of(
            reason.clone(),
            "compare `[script]` of the profile with what the script of the page sends now",
        ),
        Arrival::Impossible { reason } | Arrival::Inapplicable { reason } => Obstacle::of(
            reason.clone(),
            "look at the server log below, and at `[login]` of the profile",
        ),
        Arrival::Sent { to, .. } if record.arrival.is_without_answer() && is_downgraded(record, to) => {
            Obstacle::of(
                format!(
                    "the user is sent to `{}`: the server believes that it is reached by plain http",
                    place(to)
                ),
                "make the server read `X-Forwarded-Proto` and `X-Forwarded-Host`, or `Forwarded` (most frameworks have a setting \
             for proxies)",
            )
        }
        Arrival::Sent { to, .. } if record.arrival.is_without_answer() => Obstacle::of(
            format!(
                "the user is sent to `{}`, which is no endpoint of this server",
                place(to)
            ),
            way_to_log_in(to),
        ),
        _ if is_page(record) => on_a_page(record),
        _ => refused(case, record, origin),
    }
}

/// What to do where users log in elsewhere: at a provider that we have under its real name, or at something unknown.
fn way_to_log_in(to: &str) -> String {
    let is_of = |kind: &UpstreamKind| {
        let site = |url: &str| url.split('/').take(3).collect::<Vec<_>>().join("/");
        site(Places::of(*kind).authorization) == site(place(to))
    };
    if let Some(kind) = UpstreamKind::ALL.into_iter().find(is_of) {
        return format!(
            "`--upstream-provider {}` puts this provider into the sandbox; the server gets client id and secret in \
             `UPSTREAM_CLIENT_ID` and `UPSTREAM_CLIENT_SECRET`",
            kind.word()
        );
    }
    "if this is the server's own login application, name it in `origins` of `[login]`; if it is an identity provider, use that \
     of the sandbox: `--upstream-provider openid` (or `github`, `google`) gives the server its addresses in `UPSTREAM_ISSUER` \
     and others"
        .to_owned()
}

fn unanswered(record: &StepRecord) -> Obstacle {
    let last = record.exchanges.last();
    let what = last.map_or(String::new(), |exchange| {
        format!("{} {}", exchange.method, path(&exchange.url))
    });
    let how = match last.map(|exchange| &exchange.reply) {
        Some(Reply::Broken { reason }) => format!("the connection broke ({reason})"),
        _ => "no answer came within the deadline".to_owned(),
    };
    Obstacle::of(
        format!("`{what}` was not answered: {how}"),
        "look at the server log: the server may have died, hang, or wait for something that it cannot reach",
    )
}

/// Why the target did not finish a TLS handshake with a host of ours.
fn broken_off(case: &Case) -> Option<&str> {
    if was_fetched(case) {
        return None;
    }
    case.events.iter().find_map(|event| match &event.what {
        Happening::Handshake {
            failure: Some(why), ..
        } => Some(why.as_str()),
        _ => None,
    })
}

/// The agent stands at a login.
fn at_login(record: &StepRecord, login: &Login) -> Obstacle {
    let forms = forms(record);
    let names: Vec<&str> = forms.iter().flat_map(shown).collect();
    let fields = names.join("`, `");
    let is_known = |name: &&str| login.fields.contains_key(*name);
    if record.exchanges.iter().any(sent_form) {
        return Obstacle::of(
            format!(
                "the login form (fields `{fields}`) is shown again after it was sent: the server did not take the login"
            ),
            "check the values of `[login] fields`, and that this user exists on the server",
        );
    }
    if record.programs.iter().any(|program| program.did == Did::LoggedIn) {
        return Obstacle::of(
            format!(
                "the login form (fields `{fields}`) is shown again with the cookies of the login program: the server does not take \
                 its session"
            ),
            "look at what the program prints: the cookies of this server, with `Domain` and `Path` as the server sets them",
        );
    }
    let missing: Vec<&str> = names.iter().filter(|name| !is_known(name)).copied().collect();
    let flags: Vec<String> = missing
        .iter()
        .map(|name| format!("--login {name}=VALUE"))
        .collect();
    match login.fields.is_empty() {
        true => Obstacle::of(
            format!("the server asks for a login (fields `{fields}`), and nobody said how to log in"),
            format!(
                "name an existing user: `cimdspec init {} …`, or `[login] fields` of the profile",
                flags.join(" ")
            ),
        ),
        false => Obstacle::of(
            format!(
                "the login page has the fields `{fields}`; the profile says nothing of `{}`",
                missing.join("`, `")
            ),
            "name each field of the page in `[login] fields`",
        ),
    }
}

fn on_a_page(record: &StepRecord) -> Obstacle {
    let forms = forms(record);
    let buttons: Vec<&str> = forms
        .iter()
        .flat_map(|form| &form.buttons)
        .map(|button| match button.text.is_empty() {
            true => button.value.as_str(),
            false => button.text.as_str(),
        })
        .collect();
    if buttons.is_empty() {
        return Obstacle::of(
            format!("the user stands on a page without a form{}", quoted(record)),
            "where a script makes the page, `cimdspec init --browser` writes down what the script sends (`[script]`); or a program logs in \
             and decides: `command` of `[login]` and of `[consent]` (docs/login.md)",
        );
    }
    Obstacle::of(
        format!(
            "the user stands on a page with the buttons `{}`, and it is not known which one approves",
            buttons.join("`, `")
        ),
        "name the button in `approve` of `[consent]`",
    )
}

/// The request was refused, or answered by something that is neither a page nor a code.
fn refused(case: &Case, record: &StepRecord, origin: Origin) -> Obstacle {
    let seen = disposition(record, &plain(), &Calibration::default());
    let when = match origin {
        Origin::Registration => "the request of a registered client was",
        Origin::Document if !was_looked_up(case) => {
            "before any host was looked up, the request of a client with a document was"
        }
        Origin::Document if was_fetched(case) => {
            "after its document was fetched, the request of a client was"
        }
        Origin::Document => "without a request to its host, the request of a client with a document was",
    };
    let members = match origin {
        Origin::Document => "[document]",
        Origin::Registration => "[registration]",
    };
    let status = record.status().map(|status| format!(", status {status}"));
    Obstacle::of(
        format!(
            "{when} {}{}{}",
            in_words(&seen),
            status.unwrap_or_default(),
            quoted(record)
        ),
        match seen {
            Seen::Throttled => "lower `[pace]` of the profile".to_owned(),
            _ => format!(
                "`cimdspec init` tries what servers usually want; `{members}` and `[request]` of the profile say it"
            ),
        },
    )
}

/// The names of what a person fills in.
fn shown(form: &Form) -> impl Iterator<Item = &str> {
    let filled = form.fields.iter();
    filled
        .filter(|field| matches!(field.kind, FieldKind::Shown | FieldKind::Password))
        .map(|field| field.name.as_str())
}

fn sent_form(exchange: &Exchange) -> bool {
    exchange
        .sent
        .as_ref()
        .is_some_and(|sent| sent.contains("[password]"))
}

/// The forms of the page on which the agent stands.
fn forms(record: &StepRecord) -> Vec<Form> {
    record
        .body()
        .map_or_else(Vec::new, |body| Html::read(body).forms())
}

fn is_page(record: &StepRecord) -> bool {
    let is_shown = matches!(record.arrival, Arrival::Consent | Arrival::Page);
    is_shown && matches!(record.status(), Some(200..=299))
}

/// Whether a server that was asked by https leads to plain http at the same host.
fn is_downgraded(record: &StepRecord, to: &str) -> bool {
    let host = |url: &str, scheme: &str| {
        let rest = url.strip_prefix(scheme)?;
        rest.split(['/', ':', '?']).next().map(str::to_owned)
    };
    let asked = record
        .exchanges
        .last()
        .and_then(|exchange| host(&exchange.url, "https://"));
    asked.is_some() && asked == host(to, "http://")
}

fn place(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

fn path(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    place(after.find('/').map_or("/", |at| &after[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_that_we_have_is_offered_by_its_name() {
        let google = way_to_log_in("https://accounts.google.com/o/oauth2/v2/auth?client_id=x");
        assert!(google.starts_with("`--upstream-provider google`"), "{google}");
        for other in [
            "https://login.example/authorize?x",
            "https://github.com.example/login",
        ] {
            let told = way_to_log_in(other);
            assert!(told.contains("`origins` of `[login]`"), "{told}");
            assert!(told.contains("`--upstream-provider openid`"), "{told}");
        }
    }
}
