//! A request as a curl command that a stranger can paste; its secrets stay hidden.

use crate::shell::printf_format;
use crate::shell::quoted;

/// What was requested, secrets redacted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Requested<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(String, String)],
    pub(crate) sent: Option<&'a str>,
}

/// A longer body is named after the member that has it, not written out.
const LONGEST_BODY: usize = 16 * 1024;
const LONG_BODY: &str = "@sent";
/// What a browser adds to every request and no server should need; `sec-…` too.
const OF_BROWSERS: [&str; 4] = [
    "accept-encoding",
    "accept-language",
    "upgrade-insecure-requests",
    "user-agent",
];

/// The command that sends the same request: it prints the answer with its header fields and follows no redirect.
pub(crate) fn command(request: Requested<'_>) -> String {
    let mut command = "curl -gi".to_owned();
    let mut add = |text: &str| {
        command.push(' ');
        command.push_str(text);
    };
    let body = request.sent;
    match request.method {
        "GET" if body.is_none() => {}
        "HEAD" => add("-I"),
        method => add(&format!("-X {}", quoted(method))),
    }
    add(&quoted(request.url));
    let fields = || request.headers.iter();
    for (name, value) in fields().filter(|(name, _)| matters(name)) {
        let field = match value.as_str() {
            "" => format!("{name};"),
            value => format!("{name}: {value}"),
        };
        add(&format!("-H {}", quoted(&field)));
    }
    let Some(body) = body else {
        return command;
    };
    if !fields().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        // Else curl says that it is a form.
        add("-H content-type:");
    }
    if body.len() > LONGEST_BODY {
        add(&format!("--data-binary {LONG_BODY}"));
    } else if body.contains('\0') {
        add("--data-binary @-");
        return format!("printf -- {} | {command}", printf_format(body));
    } else {
        add(&format!("--data-raw {}", quoted(body)));
    }
    command
}

fn matters(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !OF_BROWSERS.contains(&name.as_str()) && !name.starts_with("sec-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(method: &str, url: &str, headers: &[(&str, &str)], sent: Option<&str>) -> String {
        let headers: Vec<(String, String)> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        command(Requested {
            method,
            url,
            headers: &headers,
            sent,
        })
    }

    #[test]
    fn a_request_is_a_command_that_can_be_pasted() {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let browser = [
            ("user-agent", "Mozilla/5.0"),
            ("Sec-Fetch-Mode", "navigate"),
            ("accept-language", "en"),
            ("cookie", "sid=[cookie]"),
            ("x-empty", ""),
        ];
        let long = "x".repeat(LONGEST_BODY + 1);
        for (made, expected) in [
            (of("GET", "https://as/", &[], None), "curl -gi https://as/"),
            (
                of("GET", "https://as/authorize?a=b&code=[code]", &browser, None),
                "curl -gi 'https://as/authorize?a=b&code=[code]' -H 'cookie: sid=[cookie]' -H 'x-empty;'",
            ),
            (
                of("POST", "https://as/token", &form, Some("code=[code]&x=it's")),
                "curl -gi -X POST https://as/token -H 'content-type: application/x-www-form-urlencoded' --data-raw 'code=[code]&x=it'\\''s'",
            ),
            (
                of("PUT", "https://as/c", &[], Some("@file\n$(id)")),
                "curl -gi -X PUT https://as/c -H content-type: --data-raw $'@file\\012$(id)'",
            ),
            (
                of("POST", "https://as/c", &form, Some("a\0'b")),
                "printf -- 'a\\000\\047b' | curl -gi -X POST https://as/c -H 'content-type: application/x-www-form-urlencoded' --data-binary @-",
            ),
            (
                of("POST", "https://as/c", &[], Some(&long)),
                "curl -gi -X POST https://as/c -H content-type: --data-binary @sent",
            ),
            (of("HEAD", "https://as/", &[], None), "curl -gi -I https://as/"),
            (
                of("A B;", "https://as/';id;'", &[("x", "\r\ny: z")], None),
                "curl -gi -X 'A B;' 'https://as/'\\'';id;'\\''' -H $'x: \\015\\012y: z'",
            ),
        ] {
            assert_eq!(made, expected);
        }
    }
}
