//! A real server from a registry is judged as reviewed, where it is installed; where not, that is said loudly.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::sandboxed::ended;

const TARGET: &str = "oidc-provider-9.13.3";

#[test]
fn an_installed_server_is_judged_as_reviewed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join("targets/.installed").join(TARGET).exists() {
        // Written past the test runner, which keeps what tests print to itself.
        let told = "!!!! NOT RUN: the real servers are not installed; `targets/install` does it, and `targets/check` runs all of them\n";
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return;
    }
    let results = tempfile::tempdir().unwrap();
    let output = ended(
        Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .arg("run")
            .arg("--profile")
            .arg(root.join(format!("targets/{TARGET}.toml")))
            .arg("--baseline")
            .arg(root.join(format!("targets/{TARGET}.baseline.toml")))
            .args([
                "--only",
                "cimd/identifier/*",
                "--only",
                "consent/*",
                "--only",
                "dcr/*",
                // It answers one request with 500, which says nothing of the rule.
                "--allow-inconclusive",
            ])
            .arg("--results")
            .arg(results.path()),
    );
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("as the baseline says"), "{told}");
}
