//! Browsers of the operator's programs: they read neither the system's bundle nor `SSL_CERT_FILE`, but an NSS store in their home.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use cimdspec_world::Temporary;
use tokio::process::Command;

/// Writes NSS stores; a part of NSS, and seldom installed.
const WRITER: &str = "certutil";
/// Where Chromium looks below its home.
const STORE: &str = ".pki/nssdb";
const DEADLINE: Duration = Duration::from_secs(20);

/// A home folder whose NSS store trusts the authority of this file; none where `certutil` is not there or fails.
pub(crate) async fn home(authority: &Path) -> Option<Temporary> {
    let home = Temporary::new().ok()?;
    let store = home.path().join(STORE);
    std::fs::create_dir_all(&store).ok()?;
    let database = format!("sql:{}", store.display());
    let written = async {
        let made = ["-N", "-d", &database, "--empty-password"];
        let file = authority.to_str()?;
        let added = ["-A", "-d", &database, "-n", "cimdspec", "-t", "C,,", "-i", file];
        for arguments in [made.as_slice(), added.as_slice()] {
            let status = Command::new(WRITER)
                .args(arguments)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .kill_on_drop(true)
                .status();
            status.await.ok().filter(|status| status.success())?;
        }
        Some(())
    };
    tokio::time::timeout(DEADLINE, written).await.ok()??;
    Some(home)
}
