//! An authority that outlives a run, for servers that must trust it before the run begins.

use std::fs;
use std::io::ErrorKind;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use crate::error::WorldError;

/// The certificate's name in the folder.
pub const CERTIFICATE: &str = "authority.pem";
const KEY: &str = "authority.key";
/// How long a kept authority is used; then a new one is made.
pub(super) const DAYS: i64 = 365;
const LIFETIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The key and the certificate, unless there are none or they are too old.
pub(super) fn read(folder: &Path) -> Result<Option<(String, String)>, WorldError> {
    let (key, certificate) = (folder.join(KEY), folder.join(CERTIFICATE));
    let age = fs::metadata(&certificate).and_then(|found| found.modified());
    let fresh = match age {
        Ok(made) => made.elapsed().is_ok_and(|age| age < LIFETIME),
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => return Err(wrong(&certificate, &error)),
    };
    if !fresh {
        return Ok(None);
    }
    let text = |path: &Path| fs::read_to_string(path).map_err(|error| wrong(path, &error));
    Ok(Some((text(&key)?, text(&certificate)?)))
}

/// Writes both; the key is readable for its owner only.
pub(super) fn write(folder: &Path, key: &str, certificate: &str) -> Result<(), WorldError> {
    fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
    let path = folder.join(KEY);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(|error| wrong(&path, &error))?;
    file.write_all(key.as_bytes())
        .map_err(|error| wrong(&path, &error))?;
    let path = folder.join(CERTIFICATE);
    fs::write(&path, certificate).map_err(|error| wrong(&path, &error))
}

fn wrong(path: &Path, error: &std::io::Error) -> WorldError {
    WorldError::Kept {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::tls::Authority;

    #[test]
    fn the_same_authority_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let first = Authority::kept(folder.path()).unwrap().pem();
        let second = Authority::kept(folder.path()).unwrap();
        assert_eq!(first, second.pem());
        assert_ne!(first, Authority::new().unwrap().pem());
    }

    #[cfg(unix)]
    #[test]
    fn its_key_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Authority::kept(folder.path()).unwrap();
        let mode = std::fs::metadata(folder.path().join(super::KEY))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
