//! Files that the process may have open: each connection is one, or two where both ends are in this process.

const MOST_CONNECTIONS: usize = 1_000;
/// Files a hub needs besides connections, whose both ends are in this process.
const OTHER_FILES: u64 = 300;
const FILES_PER_CONNECTION: u64 = 2;

/// As many connections as the demo, which has both ends, has files for, up to a thousand.
pub(crate) fn connections() -> usize {
    let most = MOST_CONNECTIONS as u64;
    let files = raise_open_files(OTHER_FILES + most * FILES_PER_CONNECTION);
    let room = files.saturating_sub(OTHER_FILES) / FILES_PER_CONNECTION;
    usize::try_from(room.clamp(16, most)).unwrap_or(MOST_CONNECTIONS)
}

/// Raises the soft limit of open files towards `wanted`, as far as the hard one allows, and says what it is now: many
/// systems give a process 1,024 and let it take more.
#[expect(unsafe_code, reason = "the standard library does not know resource limits")]
pub(crate) fn raise_open_files(wanted: u64) -> u64 {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: getrlimit writes one rlimit to the pointer, which is valid for the call, or fails.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return 0;
    }
    if limit.rlim_cur >= wanted {
        return limit.rlim_cur;
    }
    let raised = libc::rlimit {
        rlim_cur: wanted.min(limit.rlim_max),
        ..limit
    };
    // SAFETY: setrlimit reads one rlimit from the pointer, which is valid for the call.
    if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) } == 0 {
        raised.rlim_cur
    } else {
        limit.rlim_cur
    }
}
