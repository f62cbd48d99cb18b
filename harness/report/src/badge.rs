//! Badges of a verified bundle: what was tested, how much of it passed, and when. Never a grade.

use serde_json::json;

const LABEL: &str = "cimdspec";
const COLOR: &str = "555555";
/// About the width of a character of the badge's font, in pixels.
const CHARACTER: usize = 7;
const PADDING: usize = 10;

/// The document that badge services read from an endpoint.
pub fn badge_json(revision: &str, message: &str) -> String {
    let badge = json!({
        "schemaVersion": 1,
        "label": format!("{LABEL} {revision}"),
        "message": message,
        "color": COLOR,
    });
    format!("{badge:#}\n")
}

/// The badge as an image.
pub fn badge_svg(revision: &str, message: &str) -> String {
    let label = format!("{LABEL} {revision}");
    let width = |text: &str| text.chars().count() * CHARACTER + 2 * PADDING;
    let (left, right) = (width(&label), width(message));
    let whole = left + right;
    let (label, message) = (escaped(&label), escaped(message));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"20\" role=\"img\" aria-label=\"{label}: {message}\">\
         <title>{label}: {message}</title>\
         <rect width=\"{left}\" height=\"20\" fill=\"#{COLOR}\"/>\
         <rect x=\"{left}\" width=\"{right}\" height=\"20\" fill=\"#24527a\"/>\
         <g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" font-size=\"11\">\
         <text x=\"{}\" y=\"14\">{label}</text><text x=\"{}\" y=\"14\">{message}</text></g></svg>\n",
        left / 2,
        left + right / 2
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_has_what_was_tested_and_how_much_passed() {
        let json: serde_json::Value =
            serde_json::from_str(&badge_json("cimd-02", "9 of 9, 2026-11-30")).unwrap();
        assert_eq!(json["label"], "cimdspec cimd-02");
        assert_eq!(json["message"], "9 of 9, 2026-11-30");
        assert_eq!(json["schemaVersion"], 1);
    }

    #[test]
    fn nothing_in_a_badge_leaves_its_text() {
        let svg = badge_svg("<script>", "\"><x");
        assert!(!svg.contains("<script>") && !svg.contains("\"><x"), "{svg}");
    }
}
