//! What can go wrong in the world; all of it is the environment's or ours, never the target's.

/// A failure of the world.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// A certificate could not be made.
    #[error("failed to make a certificate for `{subject}`: {reason}")]
    Certificate {
        /// For whom.
        subject: String,
        /// Why.
        reason: String,
    },
    /// A certificate that the operator gave cannot be used.
    #[error("failed to use `{path}`: {reason}\nhint: give a chain of certificates and its key, both as PEM")]
    Given {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The issuer of a server that is there already cannot be fronted.
    #[error(
        "failed to put a front before `{issuer}`\nhint: it has to be an http or https URL with a name and without a port, and \
         the front is only in the sandbox"
    )]
    Issuer {
        /// As given.
        issuer: String,
    },
    /// The kept authority could not be read or written.
    #[error("failed to keep the authority in `{path}`: {reason}")]
    Kept {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// A listener could not be opened.
    #[error(
        "failed to listen on `{address}`: {reason}\nhint: run inside the sandbox, or with `--env loopback`"
    )]
    Listen {
        /// Where.
        address: String,
        /// Why.
        reason: String,
    },
    /// The public URL is none that a server could fetch documents below.
    #[error("failed to use the public URL `{url}`: {reason}\nhint: for example `https://probe.example.org`")]
    PublicUrl {
        /// As given.
        url: String,
        /// Why.
        reason: &'static str,
    },
    /// An upstream identity provider was asked for where we answer for no name of its own.
    #[error(
        "failed to put up the upstream identity provider: it is in the sandbox only\nhint: let us launch the server, or \
         configure the provider that it has; `[upstream]` of the profile asks for ours"
    )]
    Upstream,
}

/// A failure to launch the server under test.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LaunchError {
    /// Its log cannot be written.
    #[error("failed to write the server's log `{path}`: {reason}")]
    Log {
        /// Where.
        path: String,
        /// Why.
        reason: String,
    },
    /// It cannot be started.
    #[error("failed to start `{command}` in `{directory}`: {reason}")]
    Start {
        /// What.
        command: String,
        /// Where.
        directory: String,
        /// Why.
        reason: String,
    },
}

/// A failure to make or enter the sandbox.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// A file or mount could not be put in place.
    #[error(
        "failed to put `{path}` in place: {reason}\nhint: allow mounts in the container (`--cap-add SYS_ADMIN --security-opt \
         apparmor=unconfined`), or use `--env loopback`"
    )]
    Mount {
        /// Which.
        path: String,
        /// Why.
        reason: String,
    },
    /// The namespaces are not allowed here.
    #[error("failed to make namespaces: {reason}\nhint: {remedy}")]
    Namespace {
        /// Why.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// The network of the sandbox could not be set up.
    #[error(
        "failed to set up the network of the sandbox: {step}: {reason}\nhint: IPv6 and netlink have to be allowed; `cimdspec \
         doctor` looks at them, and `--env loopback` needs neither"
    )]
    Network {
        /// What was tried.
        step: &'static str,
        /// Why.
        reason: String,
    },
    /// The attempt in a child process failed.
    #[error("failed to try the sandbox: {reason}\nhint: {remedy}")]
    Probe {
        /// What the child said.
        reason: String,
        /// What to do.
        remedy: String,
    },
}
