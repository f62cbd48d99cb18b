//! Framing, as the browser decides it.

use super::stage::Stage;
use super::stage::WITHIN;
use super::stage::browser;
use super::stage::shared;
use crate::Framed;

#[tokio::test]
async fn a_page_is_framed_unless_it_forbids_it() {
    let Some(browser) = browser().await else { return };
    let html = ("content-type", "text/html");
    let stage = Stage::default()
        .page("https://as.test/open", "<p>Allow access?</p>")
        .with("https://as.test/deny", &[html, ("x-frame-options", "DENY")], "no")
        .with(
            "https://as.test/own",
            &[html, ("x-frame-options", "SAMEORIGIN")],
            "no",
        )
        .with(
            "https://as.test/csp",
            &[html, ("content-security-policy", "frame-ancestors 'none'")],
            "no",
        )
        .with(
            "https://as.test/named",
            &[
                html,
                ("content-security-policy", "frame-ancestors https://evil.test"),
            ],
            "named",
        )
        // A value that no browser knows forbids nothing.
        .with(
            "https://as.test/typo",
            &[html, ("x-frame-options", "ALLOW-FROM https://x.test")],
            "typo",
        )
        .with("https://as.test/moved", &[("location", "/deny")], "")
        .page(
            "https://as.test/buster",
            "<script>top.location = 'https://as.test/open'</script>",
        );
    let tab = browser.tab(shared(stage)).await.unwrap();
    for (path, said) in [("open", "Allow access?"), ("named", "named"), ("typo", "typo")] {
        let url = format!("https://as.test/{path}");
        let framed = tab.framed(&url, "https://evil.test/", WITHIN).await.unwrap();
        let shown = Framed::Shown {
            text: said.to_owned(),
        };
        assert_eq!(framed, shown, "{path}");
    }
    for (path, why) in [
        ("deny", "deny"),
        ("own", "sameorigin"),
        ("csp", "frame-ancestors"),
        ("moved", "deny"),
    ] {
        let url = format!("https://as.test/{path}");
        let framed = tab.framed(&url, "https://evil.test/", WITHIN).await.unwrap();
        let told = matches!(&framed, Framed::Blocked { why: Some(told) } if told.contains(why));
        assert!(told, "{path}: {framed:?}");
    }
    let buster = "https://as.test/buster";
    // A browser lets a frame of another site break out only where a person has touched it.
    let blank = Framed::Shown { text: String::new() };
    assert_eq!(
        tab.framed(buster, "https://evil.test/", WITHIN).await.unwrap(),
        blank
    );
    assert_eq!(
        tab.framed(buster, "https://as.test/own-site", WITHIN)
            .await
            .unwrap(),
        Framed::BrokeOut
    );
}
