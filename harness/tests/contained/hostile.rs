//! A server that serves nobody: it tries what a hostile one would try against its host, and writes down what it could do.
//!
//! The test tells it by its environment whom to attack, so that no attack fails only because it did not find its victim.

use std::fs;
use std::io;
use std::io::Write;
use std::net::Ipv4Addr;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use rustix::fs::CWD;
use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::fs::openat;
use rustix::mount::MountFlags;
use rustix::mount::UnmountFlags;
use rustix::mount::mount;
use rustix::mount::unmount;
use rustix::net::AddressFamily;
use rustix::net::SocketType;
use rustix::net::ipproto;
use rustix::net::socket;
use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::chroot;
use rustix::process::kill_process;
use rustix::thread::Uid;
use rustix::thread::set_thread_uid;

/// What an attack came to: words where it could, an error where it could not.
type Tried = io::Result<String>;

/// What is tried, by its name.
type Attack = (&'static str, fn() -> Tried);

/// Writing it does no harm where it is allowed.
const SETTING: &str = "/proc/sys/kernel/domainname";

fn main() -> io::Result<()> {
    let attacks: [Attack; 13] = [
        ("write a kernel setting", write_setting),
        ("mount", mounts),
        ("read the harness's environment", read_environment),
        ("list other processes", list_processes),
        ("trace the harness", trace),
        ("open a raw socket", raw_socket),
        ("change routes", change_routes),
        ("write into the results of the harness", write_results),
        ("write into the folder of another run", write_other_run),
        ("become root", become_root),
        ("change the root folder", change_root),
        ("open memory or a disk", open_device),
        ("use inherited descriptors", inherited),
    ];
    let mut tell = fs::OpenOptions::new().append(true).open(given("TELL"))?;
    for (name, attack) in attacks {
        match attack() {
            Ok(how) => writeln!(tell, "could\t{name}\t{how}")?,
            Err(error) => writeln!(tell, "could not\t{name}\t{error}")?,
        }
    }
    start_daemon()?;
    match kill_process(harness()?, Signal::KILL) {
        Ok(()) => writeln!(tell, "could\tkill the harness\tby SIGKILL")?,
        Err(error) => writeln!(tell, "could not\tkill the harness\t{error}")?,
    }
    writeln!(tell, "done\t\t")?;
    // It stays until it is ended.
    Err(Command::new("sleep").arg(given("MARKER")).exec())
}

fn given(name: &str) -> PathBuf {
    std::env::var_os(name).map(PathBuf::from).unwrap_or_default()
}

fn harness() -> io::Result<Pid> {
    let id = std::env::var("HARNESS").ok().and_then(|id| id.parse().ok());
    id.and_then(Pid::from_raw)
        .ok_or_else(|| io::Error::other("HARNESS is not set"))
}

fn write_setting() -> Tried {
    let before = fs::read(SETTING)?;
    fs::write(SETTING, before)?;
    Ok(SETTING.to_owned())
}

fn mounts() -> Tried {
    let folder = std::env::temp_dir();
    mount("tmpfs", &folder, "tmpfs", MountFlags::empty(), None)?;
    unmount(&folder, UnmountFlags::empty())?;
    Ok(folder.display().to_string())
}

fn read_environment() -> Tried {
    let path = format!("/proc/{}/environ", harness()?);
    let environment = fs::read(&path).or_else(|_| fs::read("/proc/1/environ"))?;
    Ok(format!("{} bytes", environment.len()))
}

/// Its own tree is the first process of its namespace and itself.
fn list_processes() -> Tried {
    let own = [1, std::process::id()];
    let listed = fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|id: &u32| !own.contains(id))
        .count();
    match listed {
        0 => Err(io::Error::other("there is no other one")),
        listed => Ok(format!("{listed} of them")),
    }
}

/// The kernel asks for the same rights as for tracing.
fn trace() -> Tried {
    let memory = |id: &str| {
        fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(format!("/proc/{id}/mem"))
    };
    memory(&harness()?.to_string()).or_else(|_| memory("1"))?;
    Ok("its memory is open".to_owned())
}

fn raw_socket() -> Tried {
    let raw = socket(AddressFamily::INET, SocketType::RAW, Some(ipproto::ICMP));
    raw.or_else(|_| socket(AddressFamily::PACKET, SocketType::RAW, None))?;
    Ok(Ipv4Addr::UNSPECIFIED.to_string())
}

fn change_routes() -> Tried {
    done(Command::new("ip").args(["route", "add", "blackhole", "203.0.113.0/24"]))
}

fn write_results() -> Tried {
    let mut written = Vec::new();
    for entry in fs::read_dir(given("RESULTS"))? {
        let folder = entry?.path();
        if fs::write(folder.join("ledger.jsonl.zst"), "hostile").is_ok() {
            written.push(folder.display().to_string());
        }
    }
    fs::write(given("RESULTS").join("hostile"), "").map_or_else(
        |error| match written.is_empty() {
            true => Err(error),
            false => Ok(written.join(", ")),
        },
        |()| Ok("the folder itself".to_owned()),
    )
}

fn write_other_run() -> Tried {
    fs::write(given("OTHER").join("hostile"), "")?;
    Ok(given("OTHER").display().to_string())
}

fn become_root() -> Tried {
    if rustix::process::getuid().is_root() {
        return Ok("it is root".to_owned());
    }
    set_thread_uid(Uid::ROOT)
        .map(|()| "by setuid".to_owned())
        .or_else(|error| match Path::new("/usr/bin/sudo").exists() {
            true => done(Command::new("sudo").args(["-n", "true"])),
            false => Err(error.into()),
        })
}

fn change_root() -> Tried {
    // Where it is allowed nothing changes by it.
    chroot("/")?;
    Ok("by chroot".to_owned())
}

fn open_device() -> Tried {
    let disks = fs::read_dir("/dev")?.filter_map(|entry| {
        let path = entry.ok()?.path();
        let kind = fs::metadata(&path).ok()?.file_type();
        kind.is_block_device().then_some(path)
    });
    let memory = ["/dev/mem", "/dev/kmsg", "/dev/port"].map(PathBuf::from);
    let mut last = io::Error::other("there is none");
    for path in memory.into_iter().chain(disks) {
        match openat(CWD, &path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()) {
            Ok(_) => return Ok(path.display().to_string()),
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

fn inherited() -> Tried {
    let mut open = Vec::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        let entry = entry?;
        let number: u32 = entry.file_name().to_string_lossy().parse().unwrap_or_default();
        let to = fs::read_link(entry.path()).unwrap_or_default();
        // Its own: the three of every program, the report that it writes, and the folder that is read here.
        if number > 2 && to != given("TELL") && !to.ends_with("fd") {
            open.push(to.display().to_string());
        }
    }
    match open.is_empty() {
        true => Err(io::Error::other("there is none")),
        false => Ok(open.join(", ")),
    }
}

/// A process in a session of its own, whose parents are gone.
fn start_daemon() -> io::Result<()> {
    let marker = given("MARKER").display().to_string();
    let script = format!("setsid sleep {marker} >/dev/null 2>&1 </dev/null &");
    Command::new("setsid").args(["sh", "-c", &script]).status()?;
    Ok(())
}

fn done(command: &mut Command) -> Tried {
    let output = command.output()?;
    match output.status.success() {
        true => Ok(format!("{command:?}")),
        false => Err(io::Error::other(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        )),
    }
}
