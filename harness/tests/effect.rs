//! What a profile says in vain is named in the report, and nothing else is.

use std::process::Command;

use serde_json::Value;

use crate::failures::server;
use crate::sandboxed::ended;

/// The lines of the calibration that speak of the profile.
fn told(profile: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.toml");
    std::fs::write(&file, format!("name = \"awkward\"\n{profile}")).unwrap();
    let output = ended(
        Command::new(env!("CARGO_BIN_EXE_cimdspec"))
            .args([
                "run",
                "--format",
                "json",
                "--only",
                "cimd/fetch/performed",
                "--profile",
            ])
            .arg(&file)
            .arg("--results")
            .arg(folder.path().join("results"))
            .arg("--")
            .arg(server())
            .arg("login-first"),
    );
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {shown}"));
    let lines = report["calibration"].as_array().unwrap().iter();
    let lines = lines.map(|line| line.as_str().unwrap().to_owned());
    lines.filter(|line| line.starts_with("profile: ")).collect()
}

#[test]
fn what_a_profile_says_in_vain_is_named() {
    let fields = "[login.fields]\nuser = \"toy\"\nsecret = \"story\"\n";
    assert_eq!(told(fields), Vec::<String>::new());
    let more = format!(
        "{fields}tenant = \"main\"\n[registration]\nscope = \"openid\"\n[pace]\nper_second = 50\nper_minute = 3000\n"
    );
    assert_eq!(
        told(&more),
        [
            "profile: `[registration]` had no effect: the server takes no registrations",
            "profile: `per_minute of [pace]` had no effect: `per_second` allows no more in a minute",
            "profile: `tenant of [login] fields` had no effect: no page of the login has such a field",
        ]
    );
}
