//! The forecast for people: what would be sent, by family, and what our hosts would do.

use std::collections::BTreeMap;
use std::fmt::Write;

use cimdspec_model::forecast::Family;
use cimdspec_model::forecast::Forecast;
use cimdspec_model::forecast::Kind;
use cimdspec_model::profile::Pace;

use crate::paint::Paint;
use crate::words::one_line;
use crate::words::plural;

/// How many kinds of one behaviour are named.
const NAMED: usize = 8;

/// The forecast as text.
pub fn forecast(forecast: &Forecast, paint: Paint) -> String {
    let mut out = String::new();
    let at = forecast.issuer.as_deref();
    let of = match at {
        Some(issuer) => format!("{} at {issuer}", forecast.target),
        None => forecast.target.clone(),
    };
    let told = format!("What would be sent to {}; nothing was sent.", one_line(&of));
    let _ = writeln!(out, "{}\n", paint.strong(&told));
    families(&mut out, forecast, paint);
    let _ = writeln!(
        out,
        "\n{}, at most: what the server does not support is left out. A case that does not pass is retried.",
        total(&forecast.requests())
    );
    let _ = writeln!(
        out,
        "{} would be registered, and deleted again where the server allows it.",
        plural(forecast.registrations, "client")
    );
    if !forecast.hostile.is_empty() {
        let _ = writeln!(
            out,
            "\nWhat our hosts and names would do to the server's fetches:"
        );
        for (what, hostile) in &forecast.hostile {
            let of: Vec<&str> = hostile.of.iter().map(String::as_str).collect();
            let (named, rest) = of.split_at(of.len().min(NAMED));
            let rest = match rest.len() {
                0 => String::new(),
                count => format!(", and {count} more"),
            };
            let _ = writeln!(
                out,
                "  {:>5}  {what}: {}{rest}",
                hostile.cases,
                one_line(&named.join(", "))
            );
        }
    }
    if !forecast.not_run.is_empty() {
        out.push('\n');
        for (why, cases) in &forecast.not_run {
            let _ = writeln!(out, "{} not run: {}", plural(*cases, "case"), one_line(why));
        }
    }
    duration(&mut out, forecast, paint);
    out
}

/// The forecast as its document.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn forecast_json(forecast: &Forecast) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(forecast)
}

fn total(requests: &BTreeMap<Kind, usize>) -> String {
    let each: Vec<String> = requests
        .iter()
        .map(|(kind, count)| format!("{count} {}", kind.word()))
        .collect();
    format!(
        "{} ({})",
        plural(requests.values().sum(), "request"),
        each.join(", ")
    )
}

fn families(out: &mut String, forecast: &Forecast, paint: Paint) {
    let widest = forecast.families.iter().map(|family| family.name.len()).max();
    let widest = widest.unwrap_or_default().max("family".len());
    let kinds: Vec<Kind> = forecast.requests().into_keys().collect();
    let width = |kind: Kind| kind.word().len().max(5);
    let mut header = format!("  {:widest$}  {:>5}  {:>8}", "family", "cases", "controls");
    for kind in &kinds {
        let _ = write!(header, "  {:>width$}", kind.word(), width = width(*kind));
    }
    let _ = writeln!(out, "{}", paint.faint(&header));
    let sum = Family {
        name: "all".to_owned(),
        cases: forecast.cases(),
        controls: forecast.families.iter().map(|family| family.controls).sum(),
        requests: forecast.requests(),
    };
    for family in forecast.families.iter().chain([&sum]) {
        let Family {
            name,
            cases,
            controls,
            requests,
        } = family;
        let _ = write!(out, "  {name:widest$}  {cases:>5}  {controls:>8}");
        for kind in &kinds {
            let count = requests.get(kind).copied().unwrap_or(0);
            let _ = write!(out, "  {count:>width$}", width = width(*kind));
        }
        out.push('\n');
    }
}

fn duration(out: &mut String, forecast: &Forecast, paint: Paint) {
    let duration = forecast.duration;
    let pace = Pace {
        per_second: duration.per_second,
        per_minute: duration.per_minute,
        per_hour: duration.per_hour,
        at_once: duration.at_once,
        polite: false,
    };
    let pace = match pace.words() {
        words if words.is_empty() => "as fast as the server answers".to_owned(),
        words => format!("{} at most", words.join(" and ")),
    };
    let _ = writeln!(
        out,
        "\n{}: {pace}; the longest wait of a case is {}; {} last until the server gives up on a host that stalls ({} s each are \
         counted).",
        paint.strong(&format!("About {}", span(duration.estimated))),
        span(duration.longest_wait),
        plural(duration.stalling, "case"),
        duration.stall
    );
}

fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        _ => format!("{} min", seconds.div_ceil(60)),
    }
}
