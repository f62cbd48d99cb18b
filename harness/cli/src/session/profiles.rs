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
use crate::session::files;

/// Programs that run another one, which has the name that people know.
const INTERPRETERS: [&str; 10] = [
    "bash", "bun", "deno", "java", "node", "npx", "python", "ruby", "sh", "uv",
];

/// A profile and the folder that its paths are relative to.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(crate) profile: Profile,
    pub(crate) folder: PathBuf,
    /// Where the key of its software statements was read from.
    pub(crate) key_file: Option<PathBuf>,
}

/// Reads a profile file.
pub(crate) fn read(file: &Path) -> Result<Chosen, Stop> {
    let bad = |told: String| Stop::new(Exit::BadInput, told);
    let text = files::text(file)?;
    let mut profile =
        Profile::read(&file.display().to_string(), &text).map_err(|told| bad(told.to_string()))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).map_err(|error| {
        bad(format!(
            "failed to find the folder of `{}`: {error}",
            file.display()
        ))
    })?;
    let key_file = match &mut profile.statements {
        Some(statements) => with_key(statements, &folder)?,
        None => None,
    };
    Ok(Chosen {
        profile,
        folder,
        key_file,
    })
}

/// Reads the key of the statements, and whether it is one; gives the file that it is in.
fn with_key(statements: &mut Statements, folder: &Path) -> Result<Option<PathBuf>, Stop> {
    let PrivateKey::File(path) = &statements.key else {
        return Ok(None);
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
    can_sign(statements)
        .map_err(|told| Stop::new(Exit::BadInput, format!("`{}`: {told}", file.display())))?;
    Ok(Some(file))
}

/// The profile of the file, or the plain one; a command given beside it is started instead of the profile's, here.
pub(crate) fn chosen(file: Option<&Path>, command: &[String]) -> Result<Chosen, Stop> {
    let mut chosen = match file {
        Some(file) => read(file)?,
        None => Chosen {
            profile: Profile::default(),
            folder: here()?,
            key_file: None,
        },
    };
    if let Some(program) = command.first() {
        chosen.folder = here()?;
        if chosen.profile.name.is_empty() {
            chosen.profile.name = name_of(program, command);
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

/// What a server is called that is started by this command: its program, or what an interpreter is told to run.
fn name_of(program: &str, command: &[String]) -> String {
    let last = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let is_interpreter = INTERPRETERS.iter().any(|name| last(program).starts_with(name));
    let told = command.iter().skip(1).find(|word| !word.starts_with('-'));
    match told.filter(|_| is_interpreter) {
        Some(script) => last(script),
        None => program.to_owned(),
    }
}

fn here() -> Result<PathBuf, Stop> {
    std::env::current_dir().map_err(|error| {
        Stop::new(
            Exit::Environment,
            format!("failed to find the current folder: {error}"),
        )
    })
}
