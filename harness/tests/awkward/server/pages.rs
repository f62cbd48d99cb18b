//! Its pages: all with the same title, so that wording and title tell nothing.

/// The consent page of a pending request.
pub(crate) fn consent(client: &str, client_id: &str, redirect_uri: &str, key: &str, deny: &str) -> String {
    page(&format!(
        "<p>{} ({}) asks for access and gets it at {}.</p><form method=\"post\" action=\"/consent\">\
         <input type=\"hidden\" name=\"request\" value=\"{key}\">\
         <button name=\"decision\" value=\"approve\">Approve</button>\
         <button name=\"decision\" value=\"{deny}\">{deny}</button></form>",
        escaped(client),
        escaped(client_id),
        escaped(redirect_uri)
    ))
}

/// The login page; afterwards the request goes on.
pub(crate) fn login(query: &str) -> String {
    page(&format!(
        "<form method=\"post\" action=\"/login\"><input type=\"hidden\" name=\"query\" value=\"{}\">\
         <input name=\"user\"><input type=\"password\" name=\"secret\"><button>Sign in</button></form>",
        escaped(query)
    ))
}

/// The page whose script does the rest.
pub(crate) fn shell() -> String {
    page("<div id=\"root\"></div><script src=\"/ui/app.js\"></script>")
}

/// A page that a script would fill, for the request of this key.
pub(crate) fn script(key: &str) -> String {
    page(&format!(
        "<div id=\"app\" data-request=\"{key}\"></div><script src=\"/app.js\"></script>"
    ))
}

/// A page with a text on it.
pub(crate) fn told(text: &str) -> String {
    page(&format!("<p>{}</p>", escaped(text)))
}

fn page(body: &str) -> String {
    format!("<!doctype html><html><head><title>Sign-in service</title></head><body>{body}</body></html>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
