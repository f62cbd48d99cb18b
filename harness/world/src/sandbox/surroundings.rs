//! What programs inside the box find on the disk: our resolver, our hosts file, our authority.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::path::PathBuf;

use rustix::mount::MountFlags;
use rustix::mount::MountPropagationFlags;
use rustix::mount::mount;
use rustix::mount::mount_bind;
use rustix::mount::mount_change;

use crate::error::SandboxError;

/// The files that stand in for the system's, and the environment that points at the authority.
#[derive(Debug)]
pub struct Surroundings {
    directory: PathBuf,
}

const RESOLVER: &str = "nameserver 127.0.0.1\noptions timeout:2 attempts:2\n";
const HOSTS: &str = "127.0.0.1 localhost\n::1 localhost\n";
const NAME_SERVICE: &str = "passwd: files\ngroup: files\nhosts: files dns\n";
/// Sockets and caches through which a resolver could be reached beside ours.
const HIDDEN: [&str; 3] = ["/run/systemd/resolve", "/run/nscd", "/var/run/nscd"];
const TRUST_FILES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
];

impl Surroundings {
    /// Puts resolver, hosts and trust in place; only inside the box.
    ///
    /// # Errors
    /// [`SandboxError::Mount`] for the first file that cannot be put in place.
    pub fn prepare(authority_pem: &str) -> Result<Self, SandboxError> {
        let directory = std::env::temp_dir().join(format!("cimdspec-{}", std::process::id()));
        let made = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&directory);
        made.map_err(|error| wrong(&directory, error))?;
        let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change("/", private).map_err(|error| wrong(Path::new("/"), error))?;
        for hidden in HIDDEN.map(Path::new).into_iter().filter(|path| path.is_dir()) {
            mount("tmpfs", hidden, "tmpfs", MountFlags::empty(), None)
                .map_err(|error| wrong(hidden, error))?;
        }
        let surroundings = Self { directory };
        for (name, target, text) in [
            ("resolv.conf", "/etc/resolv.conf", RESOLVER),
            ("hosts", "/etc/hosts", HOSTS),
            ("nsswitch.conf", "/etc/nsswitch.conf", NAME_SERVICE),
        ] {
            surroundings.cover(name, Path::new(target), text)?;
        }
        for (index, target) in TRUST_FILES.iter().enumerate() {
            if Path::new(target).exists() {
                surroundings.cover(&format!("trust-{index}.pem"), Path::new(target), authority_pem)?;
            }
        }
        let authority = surroundings.authority();
        fs::write(&authority, authority_pem).map_err(|error| wrong(&authority, error))?;
        Ok(surroundings)
    }

    /// The variables that make the common runtimes trust the authority.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let file = self.authority().display().to_string();
        let mut variables: Vec<(&'static str, String)> = [
            "SSL_CERT_FILE",
            "NODE_EXTRA_CA_CERTS",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE",
            "DENO_CERT",
        ]
        .map(|name| (name, file.clone()))
        .into();
        variables.push(("SSL_CERT_DIR", self.directory.display().to_string()));
        variables
    }

    fn authority(&self) -> PathBuf {
        self.directory.join("authority.pem")
    }

    /// Binds a file of ours over one of the system's; a link is followed to the file that it names.
    fn cover(&self, name: &str, target: &Path, text: &str) -> Result<(), SandboxError> {
        let ours = self.directory.join(name);
        fs::write(&ours, text).map_err(|error| wrong(&ours, error))?;
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        if !target.exists() {
            if let Some(parent) = target.parent().filter(|parent| !parent.exists()) {
                fs::create_dir_all(parent).map_err(|error| wrong(parent, error))?;
            }
            fs::write(&target, text).map_err(|error| wrong(&target, error))?;
            return Ok(());
        }
        mount_bind(&ours, &target).map_err(|error| wrong(&target, error))
    }
}

impl Drop for Surroundings {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn wrong(path: &Path, error: impl ToString) -> SandboxError {
    SandboxError::Mount {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}
