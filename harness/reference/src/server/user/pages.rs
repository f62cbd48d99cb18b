//! The pages: login, consent, error. Plain HTML without scripts; every text of a stranger is escaped.

use axum::http::HeaderName;
use axum::http::header;
use axum::response::Response;

use crate::policy::PagePolicy;
use crate::server::reply::response;
use crate::server::reply::set;
use crate::server::reply::uncached;
use crate::server::user::spelling::respelled;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#222}\
main{border:1px solid #ccc;border-radius:8px;padding:1.5rem}h1{font-size:1.3rem;margin-top:0}dt{color:#666}\
dd{margin:0 0 .6rem;font-weight:600;word-break:break-all}label{display:block;margin:.6rem 0}\
input{font:inherit;padding:.3rem;width:100%;box-sizing:border-box}button{font:inherit;padding:.4rem 1.2rem;margin-right:.6rem}\
.warning{background:#fff3cd;border:1px solid #d8b44a;border-radius:6px;padding:.6rem}img{max-height:48px}";

const LONGEST_NAME: usize = 100;
/// What a failed login is told.
pub(crate) const WRONG: &str = "<p class=\"warning\">User name or password is wrong.</p>";

/// What the consent page shows.
pub(crate) struct Consent<'a> {
    pub(crate) name: &'a str,
    pub(crate) client: &'a str,
    pub(crate) redirect: &'a str,
    pub(crate) scope: Option<&'a str>,
    pub(crate) pages: &'a [(&'static str, String)],
    pub(crate) loopback: bool,
    pub(crate) logo: Option<String>,
    pub(crate) unchecked: &'a [String],
    /// The hidden fields of the form.
    pub(crate) hidden: String,
    /// What is filled in beside the decision.
    pub(crate) fields: String,
    /// What denies.
    pub(crate) deny: String,
    pub(crate) action: &'a str,
}

/// A page with this title and content.
pub(crate) fn page(policy: &PagePolicy, status: u16, title: &str, content: &str) -> Response {
    let script = match policy.own_parts.on() {
        true => "",
        false => "<script src=\"https://cdn.elsewhere.cimdspec.dev/analytics.js\"></script>",
    };
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>{script}\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{content}</main></body></html>"
    );
    let html = match policy.spelling.other() {
        true => respelled(&html),
        false => html,
    };
    let mut page = uncached(response(status, "text/html; charset=utf-8", html));
    let images = if policy.own_logo.on() { "data:" } else { "*" };
    let framing = match (policy.framing.on(), policy.framing_closed.on()) {
        (false, _) => "",
        (true, true) => "; frame-ancestors 'none'",
        (true, false) => "; frame-ancestors *",
    };
    let rules =
        format!("default-src 'none'; style-src 'unsafe-inline'; img-src {images}; form-action *{framing}");
    set(&mut page, header::CONTENT_SECURITY_POLICY, &rules);
    let referrer = if policy.referrer.on() {
        "no-referrer"
    } else {
        "unsafe-url"
    };
    set(&mut page, header::REFERRER_POLICY, referrer);
    if policy.framing.on() && policy.framing_closed.on() {
        set(&mut page, HeaderName::from_static("x-frame-options"), "DENY");
    }
    page
}

/// The page that asks whether the user wants to be logged out.
pub(crate) fn logout(policy: &PagePolicy, action: &str, fields: &[(&str, &str)]) -> Response {
    let hidden: String = fields
        .iter()
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                escape(value)
            )
        })
        .collect();
    let content = format!(
        "<form method=\"post\" action=\"{action}\">{hidden}<button name=\"action\" value=\"logout\">Log out</button></form>"
    );
    page(policy, 200, "Do you want to log out?", &content)
}

/// The page that asks who the user is: a form of these fields and buttons.
pub(crate) fn login(policy: &PagePolicy, action: &str, form: &str, failed: bool) -> Response {
    let told = if failed { WRONG } else { "" };
    let content = format!("{told}<form method=\"post\" action=\"{action}\">{form}</form>");
    page(policy, if failed { 401 } else { 200 }, "Log in", &content)
}

/// The page that asks whether the client may.
pub(crate) fn consent(policy: &PagePolicy, shown: &Consent<'_>, status: u16) -> Response {
    let Consent {
        name,
        client,
        redirect,
        scope,
        pages,
        loopback,
        logo,
        unchecked,
        hidden: kept,
        fields,
        deny,
        action,
    } = shown;
    let name = shown_name(policy, name);
    let name = if policy.escape.on() { escape(&name) } else { name };
    let mut facts = String::new();
    let mut hidden = String::new();
    if !policy.client_host_visible.on() {
        hidden.push_str(&hidden_field("client", client));
    } else if policy.client_host.on() {
        let client = match policy.a_labels.on() {
            true => (*client).to_owned(),
            false => url::quirks::domain_to_unicode(client),
        };
        facts.push_str(&format!("<dt>Client</dt><dd>{}</dd>", escape(&client)));
    }
    if !policy.redirect_host_visible.on() {
        hidden.push_str(&hidden_field("redirect", redirect));
    } else if policy.redirect_host.on() {
        let redirect = match redirect.contains("xn--") && !policy.a_labels.on() {
            true => url::quirks::domain_to_unicode(redirect),
            false => (*redirect).to_owned(),
        };
        facts.push_str(&format!("<dt>You are sent to</dt><dd>{}</dd>", escape(&redirect)));
    }
    if let Some(scope) = scope {
        facts.push_str(&format!("<dt>Access to</dt><dd>{}</dd>", escape(scope)));
    }
    for (called, uri) in pages
        .iter()
        .filter(|(_, uri)| !policy.link_schemes.on() || uri.starts_with("https://"))
    {
        let uri = if policy.escape.on() {
            escape(uri)
        } else {
            uri.clone()
        };
        facts.push_str(&format!(
            "<dt>{called}, as the client says</dt><dd><a rel=\"noopener noreferrer nofollow\" target=\"_blank\" href=\"{uri}\">{uri}</a></dd>"
        ));
        if !policy.no_prefetch.on() {
            facts.push_str(&format!("<link rel=\"prefetch\" href=\"{uri}\">"));
        }
    }
    let logo = logo
        .as_deref()
        .map(|source| format!("<img alt=\"\" src=\"{}\">", escape(source)))
        .unwrap_or_default();
    let warning = if *loopback && policy.loopback_warning.on() {
        "<p class=\"warning\">Warning: this client runs on your own device. Any program on it can pretend to be this \
         client. Go on only if you just started it yourself.</p>"
    } else {
        ""
    };
    let unchecked = unchecked.concat();
    let content = format!(
        "{logo}{unchecked}<p><strong>{name}</strong> asks for access to your account. It chose this name itself.</p><dl>{facts}</dl>\
         {warning}<form method=\"post\" action=\"{action}\">{kept}{hidden}{fields}\
         <button name=\"decision\" value=\"approve\">Approve</button>{deny}</form>"
    );
    page(policy, status, "Give access?", &content)
}

/// A field that is not shown.
pub(crate) fn hidden_field(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
        escape(value)
    )
}

/// The page that sends an answer as a form (OAuth 2.0 Form Post Response Mode).
pub(crate) fn answer_form(policy: &PagePolicy, to: &str, told: &[(String, String)]) -> Response {
    let fields: String = told
        .iter()
        .map(|(name, value)| hidden_field(name, value))
        .collect();
    let content = format!(
        "<form method=\"post\" action=\"{}\">{fields}<noscript><button>Continue</button></noscript></form>\
         <script>document.forms[0].submit()</script>",
        escape(to)
    );
    page(policy, 200, "Back to the client", &content)
}

/// The page that says why it ends here; nothing is redirected.
pub(crate) fn refusal(policy: &PagePolicy, client_id: &str, reason: &str, internals: &str) -> Response {
    let internals = if policy.hide_internals.on() { "" } else { internals };
    let text = |text: &str| match policy.escape_errors.on() {
        true => escape(text),
        false => text.to_owned(),
    };
    let content = format!(
        "<p>The request of this client cannot be accepted.</p><dl><dt>Client</dt><dd>{}</dd><dt>Reason</dt><dd>{}</dd></dl>\
         <pre>{}</pre>",
        text(client_id),
        text(reason),
        text(internals)
    );
    let status = if policy.refusal_is_no_failure.on() {
        400
    } else {
        500
    };
    page(policy, status, "Request refused", &content)
}

/// The name without what turns or hides the text beside it, and cut where nobody reads on.
fn shown_name(policy: &PagePolicy, name: &str) -> String {
    let most = if policy.short_names.on() {
        LONGEST_NAME
    } else {
        usize::MAX
    };
    let kept = name.chars().filter(|c| !policy.bidi.on() || !is_invisible(*c));
    let mut shown: String = kept.take(most).collect();
    if name.chars().count() > most {
        shown.push('…');
    }
    shown
}

/// Whether a character is a control, or has no width, or changes the direction of text.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The text with the five characters of HTML made harmless.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
