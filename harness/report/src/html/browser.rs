//! The page in a real browser: nothing runs, nothing overflows, every text is readable, in light, dark, narrow and print.
//!
//! `cargo test --lib -- --ignored in_a_browser`; it needs `chromium`, or the program that `CIMDSPEC_BROWSER` names.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use serde_json::Value;

use super::html;
use super::tests::HOSTILE;
use super::tests::hostile_report;
use crate::fabricated::mixed;

/// Notes whatever runs that should not.
const EARLY: &str = "<script>window.ran = []; window.alert = what => ran.push(String(what));</script>";
const LATE: &str = concat!("<script>", include_str!("probe.js"), "</script>");
const LIGHT: &str = "--blink-settings=preferredColorScheme=1";
const DARK: &str = "--blink-settings=preferredColorScheme=0";
/// A phone. A window of the browser is wider, so the page stands in a frame of this width.
const PHONE: u32 = 360;

#[test]
#[ignore = "needs a browser"]
fn a_hostile_page_is_harmless_and_readable_in_a_browser() {
    let folder = folder("hostile");
    for hostile in HOSTILE {
        assert_readable(&folder, &html(&hostile_report(hostile)), hostile, 50);
    }
}

/// Requires that a page with this hostile text and more than so many texts is harmless and readable: light, dark, wide and narrow.
pub(crate) fn assert_readable(folder: &Path, page: &str, hostile: &str, texts: u64) {
    for scheme in [LIGHT, DARK] {
        for width in [None, Some(PHONE)] {
            let told = probe(folder, page, scheme, width);
            let of = format!("{hostile:?}, {scheme}, {width:?}: {told:#}");
            assert_eq!(told["dark"], scheme == DARK, "{of}");
            assert_eq!(told["ran"], serde_json::json!([]), "{of}");
            assert_eq!(told["foreign"], serde_json::json!([]), "{of}");
            assert_eq!(told["overflow"], 0, "{of}");
            assert_eq!(told["faint"], serde_json::json!([]), "{of}");
            assert_eq!(told["headings"], serde_json::json!([]), "{of}");
            assert!(told["texts"].as_u64().unwrap() > texts, "{of}");
        }
    }
}

/// A probe that sees nothing would pass every page.
#[test]
#[ignore = "needs a browser"]
fn the_probe_sees_what_is_wrong_in_a_browser() {
    let folder = folder("probe");
    let wrong = "<h5>no third</h5><script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>x</a>\
                 <p style='color:#999;background:#fff'>faint</p><p style='width:3000px'>wide</p></main>";
    let page = html(&mixed()).replace("</main>", wrong);
    let told = probe(&folder, &page, LIGHT, None);
    assert_eq!(told["ran"], serde_json::json!(["1", "2"]), "{told:#}");
    let foreign: Vec<&str> = told["foreign"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(
        foreign,
        ["SCRIPT", "IMG", "IMG onerror", "A javascript:alert(3)"],
        "{told:#}"
    );
    assert!(told["overflow"].as_i64().unwrap() > 1000, "{told:#}");
    assert_eq!(told["faint"].as_array().unwrap().len(), 1, "{told:#}");
    assert_eq!(told["headings"].as_array().unwrap().len(), 1, "{told:#}");
    // With its own policy the same page runs nothing.
    let path = folder.join("policy.html");
    let noted = "<script>document.title = 'it ran'</script></main>";
    fs::write(&path, html(&mixed()).replace("</main>", noted)).unwrap();
    let (dom, _) = browser(&folder, &[LIGHT, "--dump-dom", &url(&path)]);
    assert!(dom.contains("<title>a server: "), "{}", &dom[..2000]);
}

#[test]
#[ignore = "needs a browser"]
fn the_page_can_be_printed_in_a_browser() {
    let folder = folder("print");
    let (page, pdf) = (folder.join("page.html"), folder.join("page.pdf"));
    fs::write(&page, html(&mixed())).unwrap();
    browser(
        &folder,
        &[&format!("--print-to-pdf={}", pdf.display()), &url(&page)],
    );
    let printed = fs::read(&pdf).unwrap();
    assert!(printed.starts_with(b"%PDF"));
    assert!(printed.len() > 10_000, "{}", printed.len());
}

/// What the probe says of a page without its policy, which would forbid the probe too.
fn probe(folder: &Path, page: &str, scheme: &str, width: Option<u32>) -> Value {
    let policy = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">",
        super::POLICY
    );
    assert!(page.contains(&policy));
    let open = page
        .replace(&policy, EARLY)
        .replace("</body>", &format!("{LATE}</body>"));
    let open = match width {
        None => open,
        Some(width) => framed(&open, width),
    };
    let path = folder.join("page.html");
    fs::write(&path, open).unwrap();
    let (dom, talk) = browser(
        folder,
        &[scheme, "--virtual-time-budget=5000", "--dump-dom", &url(&path)],
    );
    let told = dom
        .rsplit_once("<pre id=\"probe\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"));
    let (told, _) = told.unwrap_or_else(|| panic!("no word of the probe: {talk}"));
    let told = told
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    serde_json::from_str(&told).unwrap()
}

/// The page in a frame of a phone's width; its probe writes into the outer document.
fn framed(page: &str, width: u32) -> String {
    let inner = page.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "<!DOCTYPE html><body><iframe width=\"{width}\" height=\"800\" srcdoc=\"{inner}\"></iframe></body>"
    )
}

fn browser(folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = Command::new(program())
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--window-size=1100,900",
        ])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

fn program() -> PathBuf {
    std::env::var_os("CIMDSPEC_BROWSER").map_or_else(|| "chromium".into(), PathBuf::from)
}

fn url(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A folder of this test's own, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("cimdspec-report-page-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}
