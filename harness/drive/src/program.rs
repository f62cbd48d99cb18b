//! Programs of the operator: each prints what a step needs, within a time.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;

const MOST_PRINTED: u64 = 256 * 1024;

/// What a program prints that ends well within the deadline; `what` it is, such as `login program`, is for the message.
pub(crate) async fn printed(
    what: &str,
    program: &str,
    arguments: &[&str],
    deadline: Duration,
) -> Result<String, String> {
    let run = async {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("failed to start `{program}`: {error}"))?;
        let mut printed = String::new();
        if let Some(stdout) = child.stdout.take() {
            let read = stdout.take(MOST_PRINTED).read_to_string(&mut printed).await;
            read.map_err(|error| format!("failed to read what `{program}` prints: {error}"))?;
        }
        let ended = child.wait().await.map_err(|error| error.to_string())?;
        match ended.success() {
            true => Ok(printed),
            false => Err(format!("the {what} `{program}` ended with {ended}")),
        }
    };
    tokio::time::timeout(deadline, run).await.unwrap_or_else(|_| {
        Err(format!(
            "the {what} `{program}` did not end within {} s",
            deadline.as_secs()
        ))
    })
}
