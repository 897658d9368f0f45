//! Signals and what `/proc` tells.

use std::path::Path;
use std::time::Duration;

use actors::clock::stopwatch;

/// How long a process may take to go after SIGKILL.
const GONE_WITHIN: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Sends a signal; whether the process was there.
#[expect(
    unsafe_code,
    reason = "the standard library cannot send signals to processes that are not its children"
)]
pub(crate) fn signal(pid: i32, signal: i32) -> bool {
    assert!(pid > 1, "not a process of ours: {pid}");
    // SAFETY: kill takes two numbers and touches no memory of ours.
    unsafe { libc::kill(pid, signal) == 0 }
}

/// Makes orphans ours, so that a killed server's processes can be reaped at once: not every init is quick about it, and
/// to Postgres a process that is dead but not reaped looks alive.
#[expect(unsafe_code, reason = "the standard library does not know of orphans")]
pub(crate) fn adopt_orphans() {
    // SAFETY: sets a flag of this process and touches no memory.
    let adopted = unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1) };
    assert_eq!(adopted, 0, "cannot adopt orphans");
}

/// Reaps a process if it is an orphan of ours and dead.
#[expect(unsafe_code, reason = "the standard library reaps only what it started")]
fn reap(pid: i32) {
    // SAFETY: a null status is allowed; the number is a process of the cluster, none of which the standard library waits for.
    unsafe {
        libc::waitpid(pid, std::ptr::null_mut(), libc::WNOHANG);
    }
}

/// Whether a process no longer runs: reaped, or dead and waiting to be.
pub(crate) fn is_gone(pid: i32) -> bool {
    state(pid).is_none_or(|state| state == 'Z' || state == 'X')
}

/// Whether a process stands still.
pub(crate) fn is_stopped(pid: i32) -> bool {
    state(pid) == Some('T')
}

/// The children of a process.
pub(crate) fn children(parent: i32) -> Vec<i32> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| fields(*pid).is_some_and(|fields| fields.1 == parent))
        .collect()
}

/// Hubs whose environment names this path.
pub(crate) fn hubs_of(path: &Path) -> Vec<i32> {
    let wanted = path.to_string_lossy().into_owned();
    let names_it = |pid: i32| {
        let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        if name.trim() != "entrepot" {
            return false;
        }
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(&wanted)
    };
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| names_it(*pid))
        .collect()
}

/// The postmaster of the cluster below a data directory, if it runs.
pub(crate) fn postmaster(data_dir: &Path) -> Option<i32> {
    let file = std::fs::read_to_string(data_dir.join("postgres/postmaster.pid")).ok()?;
    let pid: i32 = file.lines().next()?.trim().parse().ok()?;
    let command_line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
    (command_line.contains("postgres") && !is_gone(pid)).then_some(pid)
}

/// Kills a postmaster with everything it started, and waits until all are dead, not yet reaped. The postmaster is stopped
/// first, so that it neither starts nor notices anything meanwhile.
pub(crate) fn kill_cluster(data_dir: &Path) -> Vec<i32> {
    let Some(postmaster) = postmaster(data_dir) else {
        return Vec::new();
    };
    signal(postmaster, libc::SIGSTOP);
    let mut all = children(postmaster);
    all.push(postmaster);
    for pid in &all {
        signal(*pid, libc::SIGKILL);
    }
    wait(&all, is_gone);
    all
}

/// Blocks until the processes are dead and reaped.
pub(crate) fn wait_until_gone(pids: &[i32]) {
    wait(pids, |pid| {
        reap(pid);
        state(pid).is_none()
    });
}

fn wait(pids: &[i32], is_over: impl Fn(i32) -> bool) {
    let started = stopwatch();
    while !pids.iter().all(|pid| is_over(*pid)) {
        assert!(started.elapsed() < GONE_WITHIN, "{pids:?} do not go");
        std::thread::park_timeout(LOOK_EVERY);
    }
}

/// Memory of a process that is in RAM.
pub(crate) fn resident_kb(pid: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
    kilobytes.unwrap_or_else(|| panic!("no VmRSS of {pid}"))
}

fn state(pid: i32) -> Option<char> {
    fields(pid).map(|fields| fields.0)
}

/// State and parent, from the fields behind the command's name, which may hold anything.
fn fields(pid: i32) -> Option<(char, i32)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}
