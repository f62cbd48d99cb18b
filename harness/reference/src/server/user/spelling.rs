//! The same page in the spellings that HTML allows and few servers use: what a shape does.

/// How the attributes of one tag are written.
const SPELLINGS: [fn(&str, &str) -> String; 8] = [
    |name, value| match is_plain(value) {
        true => format!(" {name}={value}"),
        false => format!(" {name}='{value}'"),
    },
    |name, value| format!(" {}=\"{value}\"", name.to_ascii_uppercase()),
    |name, value| format!("\n{name}=\"{value}\""),
    |name, value| format!(" {name} = \"{value}\""),
    |name, value| format!(" {name}='{value}'"),
    |name, value| format!(" {name}=\"{value}\" {name}=\"another\""),
    |name, value| format!("\t{name}\n=\n\"{value}\""),
    |name, value| format!(" {name}=\"{}\"", referred(value)),
];
/// Elements that are spelled otherwise.
const NAMES: [&str; 3] = ["input", "form", "button"];
/// What looks like a form and is none.
const DECOYS: &str = "<!-- <form action=\"/nowhere\"><input type=\"password\" name=\"decoy\"></form> -->\
    <template><form action=\"/nowhere\"><input type=\"password\" name=\"decoy\"></form></template>\
    <script>document.title = '<form><input type=\"password\" name=\"decoy\">'</script>";
const DENY: &str = "<button name=\"decision\" value=\"deny\">Deny</button></form>";

/// The page, spelled otherwise: each tag of a form in another way.
pub(crate) fn respelled(page: &str) -> String {
    let page = page
        .replace("<form ", "<form id=\"main\" ")
        .replace(
            DENY,
            "</form><button form=\"main\" name=\"decision\" value=\"deny\">Deny</button>",
        )
        .replace("<main>", &format!("<main>{DECOYS}"));
    let mut out = String::with_capacity(2 * page.len());
    let mut rest = page
        .split_once("</script>")
        .map_or(page.as_str(), |(_, rest)| rest);
    out.push_str(&page[..page.len() - rest.len()]);
    let mut number = page.len();
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        let (tag, after) = rest.split_at(end);
        number += 1;
        out.push_str(&spelled(tag, number).unwrap_or_else(|| tag.to_owned()));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn spelled(tag: &str, number: usize) -> Option<String> {
    let inside = tag.strip_prefix('<')?.strip_suffix('>')?;
    let (name, attributes) = inside.split_once(' ')?;
    if !NAMES.contains(&name) {
        return None;
    }
    let spelling = SPELLINGS[number % SPELLINGS.len()];
    let mut out = match number % 2 {
        0 => format!("<{name}"),
        _ => format!("<{}", name.to_ascii_uppercase()),
    };
    out.push_str(" title=\"a > b\" data-x");
    let mut rest = attributes;
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, next) = after.split_once('"')?;
        let mut flags: Vec<&str> = name.split(' ').filter(|flag| !flag.is_empty()).collect();
        let name = flags.pop()?;
        flags.iter().for_each(|flag| out.push_str(&format!(" {flag}")));
        out.push_str(&spelling(name, value));
        rest = next;
    }
    if !rest.trim().is_empty() {
        out.push_str(&format!(" {}", rest.trim()));
    }
    out.push_str(" >");
    Some(out)
}

/// Whether a value needs no quotes.
fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.:/".contains(c))
}

/// The value with its letters and digits as character references, all other ones as they were.
fn referred(value: &str) -> String {
    let mut out = String::new();
    let mut is_reference = false;
    for (at, c) in value.chars().enumerate() {
        is_reference = c == '&' || (is_reference && c != ';');
        match at % 2 == 0 && c.is_ascii_alphanumeric() && !is_reference {
            true => out.push_str(&format!("&#x{:x};", u32::from(c))),
            false => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_of_a_form_is_spelled_in_every_way() {
        let tag = "<input name=\"a\" autofocus type=\"hidden\" value=\"x y\">";
        let all: Vec<String> = (0..8).map(|number| spelled(tag, number).unwrap()).collect();
        let start = "title=\"a > b\" data-x";
        assert_eq!(
            all[0],
            format!("<input {start} name=a autofocus type=hidden value='x y' >")
        );
        assert_eq!(
            all[1],
            format!("<INPUT {start} NAME=\"a\" autofocus TYPE=\"hidden\" VALUE=\"x y\" >")
        );
        assert!(all[7].contains("value=\"&#x78; &#x79;\""), "{}", all[7]);
        assert_eq!(spelled("<p class=\"x\">", 0), None);
        assert_eq!(referred("a&amp;b"), "&#x61;&amp;&#x62;");
    }
}
