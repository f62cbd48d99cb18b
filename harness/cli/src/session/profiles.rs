//! The profile of a run: from a file, or the plain one.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use cimdspec_drive::can_sign;
use cimdspec_model::profile::PrivateKey;
use cimdspec_model::profile::Profile;
use cimdspec_model::profile::Start;
use cimdspec_model::profile::Statements;

use crate::exit::Exit;
use crate::exit::Stop;

/// A profile and the folder that its paths are relative to.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(crate) profile: Profile,
    pub(crate) folder: PathBuf,
}

/// Reads a profile file.
pub(crate) fn read(file: &Path) -> Result<Chosen, Stop> {
    let bad = |told: String| Stop::new(Exit::BadInput, told);
    let text = fs::read_to_string(file)
        .map_err(|error| bad(format!("failed to read `{}`: {error}", file.display())))?;
    let mut profile =
        Profile::read(&file.display().to_string(), &text).map_err(|told| bad(told.to_string()))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).map_err(|error| {
        bad(format!(
            "failed to find the folder of `{}`: {error}",
            file.display()
        ))
    })?;
    if let Some(statements) = &mut profile.statements {
        with_key(statements, &folder)?;
    }
    Ok(Chosen { profile, folder })
}

/// Reads the key of the statements, and whether it is one.
fn with_key(statements: &mut Statements, folder: &Path) -> Result<(), Stop> {
    let PrivateKey::File(path) = &statements.key else {
        return Ok(());
    };
    let file = folder.join(path);
    let text = fs::read_to_string(&file).map_err(|error| {
        let told = format!(
            "failed to read the key of the software statements, `{}`: {error}",
            file.display()
        );
        Stop::new(
            Exit::BadInput,
            format!("{told}\nhint: `key` of `[statements]` is relative to the profile"),
        )
    })?;
    statements.key = PrivateKey::Text(text);
    can_sign(statements).map_err(|told| Stop::new(Exit::BadInput, format!("`{}`: {told}", file.display())))
}

/// The profile of the file, or the plain one; a command given beside it is started instead of the profile's, here.
pub(crate) fn chosen(file: Option<&Path>, command: &[String]) -> Result<Chosen, Stop> {
    let mut chosen = match file {
        Some(file) => read(file)?,
        None => Chosen {
            profile: Profile::default(),
            folder: here()?,
        },
    };
    if let Some(program) = command.first() {
        chosen.folder = here()?;
        if chosen.profile.name.is_empty() {
            chosen.profile.name = program.clone();
        }
        let start = chosen.profile.start.take();
        chosen.profile.start = Some(Start {
            command: command.to_vec(),
            directory: None,
            ..start.unwrap_or_default()
        });
    }
    Ok(chosen)
}

fn here() -> Result<PathBuf, Stop> {
    std::env::current_dir().map_err(|error| {
        Stop::new(
            Exit::Environment,
            format!("failed to find the current folder: {error}"),
        )
    })
}
