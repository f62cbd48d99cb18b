//! Containment of a launched server: no capabilities, no processes but its own, and none that outlives the harness.
//!
//! Two processes of ours stand between the harness and the server. The keeper is the child of the harness; it ends with
//! it, and as the server ended. The first process of the server's PID namespace ends with the keeper, and by the kernel's
//! rule everything in the namespace ends with it.

use std::ffi::CString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use rustix::fs::Mode;
use rustix::fs::OFlags;
use rustix::fs::StatVfsMountFlags;
use rustix::io::Errno;
use rustix::mount::MountFlags;
use rustix::mount::MountPropagationFlags;
use rustix::mount::mount;
use rustix::mount::mount_bind;
use rustix::mount::mount_change;
use rustix::mount::mount_remount;
use rustix::process::DumpableBehavior;
use rustix::process::Gid;
use rustix::process::Pid;
use rustix::process::Resource;
use rustix::process::Rlimit;
use rustix::process::Signal;
use rustix::process::Uid;
use rustix::process::WaitOptions;
use rustix::process::getpid;
use rustix::process::getppid;
use rustix::process::set_dumpable_behavior;
use rustix::process::set_parent_process_death_signal;
use rustix::process::setrlimit;
use rustix::process::setsid;
use rustix::process::wait;
use rustix::process::waitpid;
use rustix::thread::CapabilitySet;
use rustix::thread::CapabilitySets;
use rustix::thread::UnshareFlags;
use rustix::thread::clear_ambient_capability_set;
use rustix::thread::remove_capability_from_bounding_set;
use rustix::thread::set_capabilities;
use rustix::thread::set_no_new_privs;
use rustix::thread::set_thread_groups;
use rustix::thread::set_thread_res_gid;
use rustix::thread::set_thread_res_uid;

use super::descriptors;
use super::memory;
use super::reach::Bind;
use super::user::Ids;
use super::user::Rights;

/// How far the server is put apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Apart {
    /// In a user namespace of its own, beside the others: where the harness is no root.
    User,
    /// In a PID and a mount namespace of its own.
    Processes,
    /// In no namespace of its own: this machine allows none.
    Nothing,
}

/// What is done between fork and exec; all of it is made before, since nothing may be allocated there.
pub(super) struct Containment {
    apart: Apart,
    rights: Rights,
    harness: Pid,
    /// The line of the map of users, and that of groups.
    maps: (String, String),
    binds: Vec<(CString, CString)>,
    hidden: Vec<CString>,
    /// Folders without write access, with the flags that their mounts have.
    sealed: Vec<(CString, MountFlags)>,
    /// How many files it may have open.
    files: Option<Rlimit>,
}

/// What the root of a container may do, too; no more is kept with `--keep-user`.
const OF_A_CONTAINER: CapabilitySet = CapabilitySet::CHOWN
    .union(CapabilitySet::DAC_OVERRIDE)
    .union(CapabilitySet::FOWNER)
    .union(CapabilitySet::FSETID)
    .union(CapabilitySet::KILL)
    .union(CapabilitySet::NET_BIND_SERVICE)
    .union(CapabilitySet::SETGID)
    .union(CapabilitySet::SETUID);
const CAPABILITIES: u32 = 64;
/// Sockets by which a program of the same user, or of a group of it, could have others act for it.
const SOCKETS: [&str; 4] = ["/run/user", "/run/docker", "/run/containerd", "/run/podman"];
const DOCKER: &str = "/run/docker.sock";
const NULL: &str = "/dev/null";
/// It tells that a namespace is refused, and cannot come from the start of a program.
pub(super) const REFUSED: Errno = Errno::NOTSUP;

impl Apart {
    /// The ways to try, the best first.
    pub(super) fn ways(rights: Rights) -> &'static [Self] {
        let is_root = rustix::process::geteuid().is_root();
        match rights {
            Rights::Keep if !is_root => &[Self::User, Self::Nothing],
            Rights::Keep | Rights::Other(_) => &[Self::Processes, Self::Nothing],
            Rights::Same(_) => &[Self::User, Self::Processes, Self::Nothing],
        }
    }
}

impl Containment {
    /// What is prepared for one start.
    pub(super) fn new(
        apart: Apart,
        rights: Rights,
        binds: &[Bind],
        hidden: &[PathBuf],
        sealed: &[PathBuf],
    ) -> Self {
        let (user, group) = (
            rustix::process::geteuid().as_raw(),
            rustix::process::getegid().as_raw(),
        );
        let ids = match rights {
            Rights::Other(ids) | Rights::Same(ids) => ids,
            Rights::Keep => Ids { user, group },
        };
        let text = |path: &Path| CString::new(path.as_os_str().as_bytes()).ok();
        let mut binds: Vec<(CString, CString)> = binds
            .iter()
            .filter_map(|(source, target)| Some((text(source)?, text(target)?)))
            .collect();
        let docker = Path::new(DOCKER)
            .exists()
            .then_some((Path::new(NULL), Path::new(DOCKER)));
        binds.extend(docker.and_then(|(null, docker)| Some((text(null)?, text(docker)?))));
        let sockets = SOCKETS.iter().map(Path::new).filter(|path| path.is_dir());
        let hidden = hidden.iter().map(PathBuf::as_path).chain(sockets);
        Self {
            apart,
            rights,
            harness: getpid(),
            maps: (
                format!("{} {user} 1", ids.user),
                format!("{} {group} 1", ids.group),
            ),
            binds,
            hidden: hidden.filter_map(text).collect(),
            sealed: sealed
                .iter()
                .filter_map(|folder| Some((text(folder)?, flags(folder)?)))
                .collect(),
            files: descriptors::before(),
        }
    }

    /// Has the program started in it.
    #[expect(
        unsafe_code,
        reason = "what runs between fork and exec may use few calls only"
    )]
    pub(super) fn hold(self, command: &mut Command) {
        // SAFETY: the closure and what it calls make system calls only: nothing is allocated and no lock is taken.
        unsafe { command.pre_exec(move || self.enter().map_err(io::Error::from)) };
    }

    /// Returns in the process that becomes the server.
    fn enter(&self) -> Result<(), Errno> {
        block_signals();
        setsid()?;
        match self.apart {
            Apart::Nothing => self.end_with_harness()?,
            Apart::User | Apart::Processes => self.enter_namespaces()?,
        }
        if let Some(files) = self.files {
            setrlimit(Resource::Nofile, files)?;
        }
        memory::as_the_machine();
        self.give_up_rights()?;
        close_at_exec();
        unblock_signals();
        Ok(())
    }

    fn end_with_harness(&self) -> Result<(), Errno> {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        match getppid() == Some(self.harness) {
            true => Ok(()),
            false => Err(Errno::SRCH),
        }
    }

    fn enter_namespaces(&self) -> Result<(), Errno> {
        let (ended, end) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
        let own = UnshareFlags::NEWPID | UnshareFlags::NEWNS;
        match self.apart {
            Apart::User => {
                // The maps of a process that hides its memory are root's.
                set_dumpable_behavior(DumpableBehavior::Dumpable)?;
                unshare(own | UnshareFlags::NEWUSER).map_err(|_| REFUSED)?;
                write("/proc/self/setgroups", b"deny").map_err(|_| REFUSED)?;
                write("/proc/self/uid_map", self.maps.0.as_bytes()).map_err(|_| REFUSED)?;
                write("/proc/self/gid_map", self.maps.1.as_bytes()).map_err(|_| REFUSED)?;
            }
            Apart::Processes | Apart::Nothing => unshare(own).map_err(|_| REFUSED)?,
        }
        // Both processes are copies of the harness: nobody may look into their memory.
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
        self.end_with_harness()?;
        if let Some(first) = fork()? {
            keep(first, &ended);
        }
        set_parent_process_death_signal(Some(Signal::KILL))?;
        self.mount().map_err(|_| REFUSED)?;
        if let Some(server) = fork()? {
            reap(server, &end);
        }
        Ok(())
    }

    fn mount(&self) -> Result<(), Errno> {
        let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change(c"/", private)?;
        for (source, target) in &self.binds {
            mount_bind(source.as_c_str(), target.as_c_str())?;
        }
        let quiet = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        for (folder, flags) in &self.sealed {
            mount_bind(folder.as_c_str(), folder.as_c_str())?;
            let flags = *flags | MountFlags::BIND | MountFlags::RDONLY;
            mount_remount(folder.as_c_str(), flags, c"")?;
        }
        for folder in &self.hidden {
            let flags = quiet | MountFlags::RDONLY;
            match mount(c"tmpfs", folder.as_c_str(), c"tmpfs", flags, None) {
                // That of another run, which has ended meanwhile.
                Ok(()) | Err(Errno::NOENT) => {}
                Err(error) => return Err(error),
            }
        }
        mount(c"proc", c"/proc", c"proc", quiet, None)
    }

    fn give_up_rights(&self) -> Result<(), Errno> {
        let kept = match self.rights {
            Rights::Keep => OF_A_CONTAINER,
            Rights::Other(_) | Rights::Same(_) => CapabilitySet::empty(),
        };
        for number in 0..CAPABILITIES {
            let one = CapabilitySet::from_bits_retain(1 << number);
            if !kept.contains(one) {
                // Who may not remove one has none, and can get none by the last step.
                let _ = remove_capability_from_bounding_set(one);
            }
        }
        let _ = clear_ambient_capability_set();
        if let Rights::Other(ids) = self.rights {
            let (user, group) = (Uid::from_raw(ids.user), Gid::from_raw(ids.group));
            set_thread_groups(&[])?;
            set_thread_res_gid(group, group, group)?;
            set_thread_res_uid(user, user, user)?;
        }
        let has = rustix::thread::capabilities(None)?;
        let left = has.permitted.intersection(kept);
        set_capabilities(
            None,
            CapabilitySets {
                effective: left,
                permitted: left,
                inheritable: CapabilitySet::empty(),
            },
        )?;
        match self.rights {
            Rights::Keep => Ok(()),
            Rights::Other(_) | Rights::Same(_) => set_no_new_privs(true),
        }
    }
}

/// The flags of a folder's mount that a mount over it has to have as well.
fn flags(folder: &Path) -> Option<MountFlags> {
    let has = rustix::fs::statvfs(folder).ok()?.f_flag;
    let kept = [
        (StatVfsMountFlags::NODEV, MountFlags::NODEV),
        (StatVfsMountFlags::NOEXEC, MountFlags::NOEXEC),
        (StatVfsMountFlags::NOSUID, MountFlags::NOSUID),
    ];
    let kept = kept.into_iter().filter(|(flag, _)| has.contains(*flag));
    Some(kept.fold(MountFlags::empty(), |all, (_, flag)| all | flag))
}

/// The keeper: it waits until the server ended, and ends in the same way.
fn keep(first: Pid, ended: &OwnedFd) -> ! {
    hold_only(ended);
    let mut status = [0; 4];
    let read = rustix::io::read(rustix::stdio::stdin(), &mut status);
    // When it returns, everything in the namespace is gone.
    let own = waitpid(Some(first), WaitOptions::empty());
    match (read, own) {
        (Ok(4), _) => end_as(i32::from_ne_bytes(status)),
        (_, Ok(Some((_, status)))) => end_as(status.as_raw()),
        _ => end_with(1),
    }
}

/// The first process of the namespace: it reaps whatever ends there, until the server does.
fn reap(server: Pid, end: &OwnedFd) -> ! {
    hold_only(end);
    loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((ended, status))) if ended == server => {
                let _ = rustix::io::write(rustix::stdio::stdin(), &status.as_raw().to_ne_bytes());
                end_with(0);
            }
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => end_with(1),
        }
    }
}

/// Keeps this descriptor, as the first one, and closes all others: a reader of ours waits for their ends.
fn hold_only(descriptor: &OwnedFd) {
    let _ = rustix::stdio::dup2_stdin(descriptor);
    close_range(1, 0);
}

fn close_at_exec() {
    close_range(3, libc::CLOSE_RANGE_CLOEXEC);
}

fn write(path: &str, text: &[u8]) -> Result<(), Errno> {
    let file = rustix::fs::open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    rustix::io::write(file, text).map(|_| ())
}

#[expect(
    unsafe_code,
    reason = "rustix has no call for descriptors that it does not own"
)]
fn close_range(first: libc::c_uint, flags: libc::c_uint) {
    // SAFETY: the process goes on to exec or to end, and uses none of these descriptors before. Where the kernel has no
    // such call, the descriptors of ours are closed at exec all the same.
    unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, flags) };
}

#[expect(
    unsafe_code,
    reason = "unshare is unsafe because file descriptor tables may be unshared under a library"
)]
fn unshare(flags: UnshareFlags) -> Result<(), Errno> {
    // SAFETY: only namespaces are unshared, no descriptor table, and the process has one thread.
    unsafe { rustix::thread::unshare_unsafe(flags) }
}

/// The child's id in the parent, and nothing in the child.
#[expect(unsafe_code, reason = "rustix has no fork")]
fn fork() -> Result<Option<Pid>, Errno> {
    // SAFETY: the process has one thread, and parent and child make system calls only.
    match unsafe { libc::fork() } {
        -1 => Err(Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::AGAIN)),
        child => Ok(Pid::from_raw(child)),
    }
}

#[expect(unsafe_code, reason = "rustix has no call for the end without destructors")]
fn end_with(code: i32) -> ! {
    // SAFETY: it runs nothing, and ends the process.
    unsafe { libc::_exit(code) }
}

/// Ends as a process of this status did.
#[expect(unsafe_code, reason = "rustix has no calls for signals")]
fn end_as(status: i32) -> ! {
    if libc::WIFSIGNALED(status) {
        unblock_signals();
        let signal = libc::WTERMSIG(status);
        // SAFETY: the handler is the kernel's, and the signal goes to this process.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
            libc::kill(libc::getpid(), signal);
        }
    }
    end_with(libc::WEXITSTATUS(status))
}

/// The handlers of the harness are none of these processes': its runtime would take their signals for its own.
#[expect(unsafe_code, reason = "rustix has no calls for signals")]
fn block_signals() {
    // SAFETY: an empty set is a valid value, it is filled before it is used, and only this thread's mask changes.
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
    }
}

#[expect(unsafe_code, reason = "rustix has no calls for signals")]
fn unblock_signals() {
    // SAFETY: an empty set is a valid value, and only this thread's mask changes.
    unsafe {
        let mut none = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}
