//! `cimdspec site`: the reports of several servers as a static site.

use std::fs;
use std::fs::OpenOptions;
use std::io;
use std::io::Write;
use std::path::Path;

use cimdspec_report::plural;
use cimdspec_report::site::Entry;
use cimdspec_report::site::INDEX;
use cimdspec_report::site::MARK;
use cimdspec_report::site::file_of;
use cimdspec_report::site::index;
use cimdspec_report::site::is_file_of_a_site;
use cimdspec_report::site::report_page;

use crate::args::reports::SiteArguments;
use crate::exit::Exit;
use crate::exit::Stop;
use crate::output::show;
use crate::session::document;

/// Writes the site; nothing is written before every report was read.
pub(crate) fn site(arguments: &SiteArguments) -> Result<Exit, Stop> {
    let folder = &arguments.folder;
    let old = files_of_a_site(folder)?;
    let mut entries: Vec<Entry> = Vec::new();
    let mut files: Vec<(String, String)> = Vec::new();
    for (place, path) in arguments.reports.iter().enumerate() {
        let report = document::read(path)?;
        if let Some(part) = report.selection.part {
            let told = format!(
                "`{}` is part {} of {} of a run\nhint: join the parts first: `cimdspec merge PARTS… --out FILE`",
                path.display(),
                part.number,
                part.of
            );
            return Err(Stop::new(Exit::BadInput, told));
        }
        let entry = Entry::of(&report, place + 1);
        if let Some(twin) = entries.iter().position(|known| known.is_of_the_run_of(&entry)) {
            let first = arguments.reports.get(twin).unwrap_or(path);
            let told = format!(
                "`{}` and `{}` are reports of the same run\nhint: give each report once",
                first.display(),
                path.display()
            );
            return Err(Stop::new(Exit::Usage, told));
        }
        entries.push(entry);
        files.push((file_of(place + 1), report_page(&report)));
    }
    files.insert(0, (INDEX.to_owned(), index(&entries)));
    write(folder, &old, &files).map_err(|error| {
        Stop::new(
            Exit::Usage,
            format!("failed to write the site `{}`: {error}", folder.display()),
        )
    })?;
    show(&format!(
        "{} in {}",
        plural(entries.len(), "report"),
        folder.join(INDEX).display()
    ));
    Ok(Exit::Clean)
}

/// The files of a site that the folder has already; a folder with anything else is left alone.
fn files_of_a_site(folder: &Path) -> Result<Vec<String>, Stop> {
    let refused = |what: String, hint: &str| {
        let told = format!(
            "failed to write the site `{}`: {what}\nhint: {hint}",
            folder.display()
        );
        Stop::new(Exit::Usage, told)
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(refused(error.to_string(), "name a folder that is new, or empty")),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| refused(error.to_string(), "name a folder that can be read"))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A link would lead out of the folder.
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !is_file || !is_file_of_a_site(&name) {
            let what = format!("it has `{}`, which is not of a site", name.escape_debug());
            return Err(refused(
                what,
                "name a folder that is new, empty, or an earlier site",
            ));
        }
        names.push(name);
    }
    let is_ours = || fs::read(folder.join(INDEX)).is_ok_and(|text| text.starts_with(MARK.as_bytes()));
    if !names.is_empty() && !is_ours() {
        let what = format!("its `{INDEX}` was not written by `cimdspec site`");
        return Err(refused(
            what,
            "name a folder that is new, empty, or an earlier site",
        ));
    }
    Ok(names)
}

/// Writes the files in the place of the old ones. The overview goes last and comes first: with it a site that is only half
/// there can be written again.
fn write(folder: &Path, old: &[String], files: &[(String, String)]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let (overview, pages): (Vec<&String>, Vec<&String>) = old.iter().partition(|name| *name == INDEX);
    for name in pages.into_iter().chain(overview) {
        fs::remove_file(folder.join(name))?;
    }
    for (name, text) in files {
        // A new file: whatever was put there meanwhile is not followed.
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(folder.join(name))?;
        file.write_all(text.as_bytes())?;
    }
    Ok(())
}
