//! Programs of the operator: each prints what a step needs, within a time.

use std::io;
use std::process::ExitStatus;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process_group;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::process::Child;
use tokio::process::Command;

const MOST_PRINTED: usize = 256 * 1024;
/// What a program has left running may keep its output open.
const AFTER_THE_END: Duration = Duration::from_secs(1);

/// A program of the operator.
pub(crate) struct Program<'a> {
    /// What it is, such as `login program`, for the message.
    pub(crate) what: &'a str,
    /// The program and its arguments.
    pub(crate) command: &'a [String],
    /// The last argument.
    pub(crate) argument: Option<&'a str>,
    /// What its environment has beside ours.
    pub(crate) environment: Vec<(String, String)>,
    /// What it may read.
    pub(crate) input: Option<String>,
    pub(crate) deadline: Duration,
}

/// A child with all that it started, ended if nobody waits for it any more.
struct Running(Child);

impl Program<'_> {
    /// What it prints, if it ends well within its deadline.
    pub(crate) async fn printed(self) -> Result<String, String> {
        let Self { what, deadline, .. } = self;
        let name = self.command.first().cloned().unwrap_or_default();
        tokio::time::timeout(deadline, self.run())
            .await
            .unwrap_or_else(|_| {
                Err(format!(
                    "the {what} `{name}` did not end within {} s",
                    deadline.as_secs()
                ))
            })
    }

    async fn run(self) -> Result<String, String> {
        let (program, arguments) = self.command.split_first().ok_or("no program is named")?;
        let mut child = Command::new(program)
            .args(arguments)
            .args(self.argument)
            .envs(self.environment)
            .stdin(match self.input {
                Some(_) => Stdio::piped(),
                None => Stdio::null(),
            })
            .stdout(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map(Running)
            .map_err(|error| format!("failed to start `{program}`: {error}"))?;
        let (input, output) = (child.0.stdin.take(), child.0.stdout.take());
        let written = async {
            if let (Some(mut to), Some(text)) = (input, self.input) {
                // It need not read what it is given.
                let _ = to.write_all(text.as_bytes()).await;
            }
        };
        let mut printed = Vec::new();
        let (status, ()) = tokio::join!(child.ended(output, &mut printed), written);
        let status = status.map_err(|error| format!("failed to read what `{program}` prints: {error}"))?;
        match status.success() {
            true => String::from_utf8(printed).map_err(|_| format!("`{program}` printed no UTF-8")),
            false => Err(format!("the {} `{program}` ended with {status}", self.what)),
        }
    }
}

impl Running {
    /// Waits for its end, and reads what it prints until then.
    async fn ended(
        &mut self,
        output: Option<impl AsyncReadExt + Unpin>,
        printed: &mut Vec<u8>,
    ) -> io::Result<ExitStatus> {
        let read = async {
            let mut part = [0; 4096];
            if let Some(mut output) = output {
                while printed.len() < MOST_PRINTED {
                    match output.read(&mut part).await? {
                        0 => break,
                        length => printed.extend_from_slice(&part[..length]),
                    }
                }
            }
            io::Result::Ok(())
        };
        tokio::pin!(read);
        tokio::select! {
            read = &mut read => read?,
            ended = self.0.wait() => {
                let status = ended?;
                // What it printed at its end may still be on the way.
                let _ = tokio::time::timeout(AFTER_THE_END, read).await;
                return Ok(status);
            }
        }
        self.0.wait().await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Without a number it has been waited for, and its group may be another's by now.
        let number = self.0.id().and_then(|id| i32::try_from(id).ok());
        if let Some(group) = number.and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn said(script: &str, input: Option<&str>, deadline: Duration) -> Result<String, String> {
        let command = ["sh", "-c", script].map(str::to_owned);
        let program = Program {
            what: "login program",
            command: &command,
            argument: Some("last"),
            environment: vec![("CIMDSPEC_X".to_owned(), "y".to_owned())],
            input: input.map(str::to_owned),
            deadline,
        };
        program.printed().await
    }

    const SOON: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_program_gets_what_it_is_given() {
        let all = said("cat; echo \" $CIMDSPEC_X $0\"", Some("input"), SOON).await;
        assert_eq!(all.unwrap(), "input y last\n");
        // More than a pipe holds, and nobody reads it.
        let input = "x".repeat(1024 * 1024);
        assert_eq!(said("echo done", Some(&input), SOON).await.unwrap(), "done\n");
    }

    #[tokio::test]
    async fn what_it_leaves_running_is_not_waited_for() {
        let begun = std::time::Instant::now();
        assert_eq!(said("sleep 30 & echo done", None, SOON).await.unwrap(), "done\n");
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    /// What it started ends with it, and so the last of those that hold the pipe.
    #[tokio::test]
    async fn a_program_that_does_not_end_is_ended_with_all_that_it_started() {
        let folder = std::env::temp_dir();
        let (mut held, hold) = tokio::net::unix::pipe::pipe()
            .map(|(sender, receiver)| (receiver, sender))
            .unwrap();
        let hold = Stdio::from(hold.into_blocking_fd().unwrap());
        let child = Command::new("sh")
            .args(["-c", "sleep 600 & sleep 600"])
            .current_dir(folder)
            .stdout(hold)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        drop(Running(child));
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(SOON, held.read_to_end(&mut rest)).await;
        assert_eq!(ended.unwrap().unwrap(), 0);
        let told = said("sleep 600", None, Duration::from_millis(200))
            .await
            .unwrap_err();
        assert_eq!(told, "the login program `sh` did not end within 0 s");
    }
}
