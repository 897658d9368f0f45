//! A data directory of a test's own, with its Postgres, and everything that must be cleaned up afterwards.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use actors::clock::SystemClock;
use domain::ids::OrgId;
use entrepot::settings::Settings;
use entrepot::wiring::{ensure_organization, prepare_database};
use storage::embedded::{EmbeddedPostgres, EmbeddedSettings};
use storage::{Database, Engine, organizations, synthetic};

use super::processes::{self, kill_cluster, postmaster, signal, wait_until_gone};

pub(crate) const API_KEY: &str = "ek_fault_tests_only";
const PREFIX: &str = "entrepot-faults-";

/// What a data directory lies on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ground {
    /// The disk.
    Disk,
    /// A file system of its own in memory, of so many megabytes.
    Memory(u32),
}

/// A data directory with a migrated database and one organization. Dropping it stops Postgres and removes everything,
/// except the logs when the test has failed.
pub(crate) struct Home {
    pub(crate) data_dir: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) database: Database,
    pub(crate) org: OrgId,
    root: PathBuf,
    ground: Ground,
}

impl Home {
    /// An empty database.
    pub(crate) async fn make() -> Self {
        Self::on(Ground::Disk).await
    }

    pub(crate) async fn on(ground: Ground) -> Self {
        sweep_leftovers();
        processes::adopt_orphans();
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("{PREFIX}{}-{number}", std::process::id()));
        let data_dir = root.join("data");
        std::fs::create_dir_all(&data_dir).unwrap();
        // Postgres runs as a user of its own and must get through.
        for folder in [&root, &data_dir] {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        if let Ground::Memory(megabytes) = ground {
            mount(&data_dir, megabytes);
        }
        let settings = settings(&data_dir);
        let guard = Unfinished(root.clone(), ground);
        let prepared = prepare_database(&settings).await.expect("an embedded database");
        ensure_organization(&prepared.database, &settings, &SystemClock)
            .await
            .expect("an organization");
        let all = organizations::list(&Engine::new(&prepared.database).unwrap())
            .await
            .unwrap();
        std::mem::forget(guard);
        Self {
            data_dir,
            settings,
            database: prepared.database,
            org: all.first().unwrap().id,
            root,
            ground,
        }
    }

    /// Puts about so many items on the shelves, a thousand units each. Only into an empty journal, and without a hub.
    pub(crate) async fn fill(&self, items: i64) {
        let admin = Database::new(&self.start_postgres().await.admin_settings()).unwrap();
        synthetic::fill_items(&admin, self.org, items)
            .await
            .expect("items made up");
    }

    /// Starts Postgres the way the hub does, or finds it running; returns when it answers.
    pub(crate) async fn start_postgres(&self) -> EmbeddedPostgres {
        let settings = EmbeddedSettings {
            data_dir: self.data_dir.clone(),
            pool_size: 4,
        };
        let started = tokio::task::spawn_blocking(move || EmbeddedPostgres::start(&settings))
            .await
            .unwrap();
        let embedded = started.expect("Postgres starts");
        embedded.prepare().await.expect("Postgres answers");
        embedded
    }

    /// Kills Postgres and every backend with SIGKILL.
    pub(crate) fn kill_postgres(&self) {
        wait_until_gone(&kill_cluster(&self.data_dir));
    }

    /// Stops Postgres as `pg_ctl stop -m immediate` does, and waits until it is gone.
    pub(crate) fn stop_postgres(&self) {
        let pid = postmaster(&self.data_dir).expect("a running Postgres");
        signal(pid, libc::SIGQUIT);
        wait_until_gone(&[pid]);
    }

    pub(crate) fn is_postgres_running(&self) -> bool {
        postmaster(&self.data_dir).is_some()
    }

    /// Where a hub of this test writes its log.
    pub(super) fn log_file(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}.log"))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if std::thread::panicking() {
            keep_logs(&self.root);
        }
        clear(&self.root, self.ground);
    }
}

/// Cleans up when a home does not get finished.
struct Unfinished(PathBuf, Ground);

impl Drop for Unfinished {
    fn drop(&mut self) {
        clear(&self.0, self.1);
    }
}

fn settings(data_dir: &Path) -> Settings {
    let values = [
        ("ENTREPOT__DATA_DIR", data_dir.display().to_string()),
        ("ENTREPOT__BOOTSTRAP__API_KEY", API_KEY.to_owned()),
    ];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value));
    Settings::load(None, values).expect("settings")
}

fn mount(folder: &Path, megabytes: u32) {
    let options = format!("size={megabytes}m,mode=755");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
        .arg(folder)
        .output();
    let mounted = mounted.expect("a `mount` command");
    assert!(
        mounted.status.success(),
        "cannot mount tmpfs here (needs root and the right to mount): {}",
        String::from_utf8_lossy(&mounted.stderr)
    );
}

/// Stops what runs below a root and removes it. Postgres is asked first, so that it leaves no shared memory behind.
fn clear(root: &Path, ground: Ground) {
    let data_dir = root.join("data");
    for pid in processes::hubs_of(&data_dir) {
        signal(pid, libc::SIGKILL);
    }
    if let Some(pid) = postmaster(&data_dir) {
        signal(pid, libc::SIGCONT);
        signal(pid, libc::SIGQUIT);
        let asked = actors::clock::stopwatch();
        while !processes::is_gone(pid) && asked.elapsed() < std::time::Duration::from_secs(10) {
            std::thread::park_timeout(std::time::Duration::from_millis(5));
        }
        let mut all = kill_cluster(&data_dir);
        all.push(pid);
        wait_until_gone(&all);
    }
    if matches!(ground, Ground::Memory(_)) {
        let _unmounted = Command::new("umount").arg("-l").arg(&data_dir).status();
    }
    let _removed = std::fs::remove_dir_all(root);
}

/// A failed test's logs outlive it.
fn keep_logs(root: &Path) {
    let kept = PathBuf::from(format!("{}.logs", root.display()));
    let _made = std::fs::create_dir_all(&kept);
    let logs = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let logs = logs.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
    for log in logs.chain([root.join("data/postgres/server.log")]) {
        if let Some(name) = log.file_name() {
            let _copied = std::fs::copy(&log, kept.join(name));
        }
    }
    println!("the logs of this failure are in {}", kept.display());
}

/// Clears what test processes that were killed have left behind.
fn sweep_leftovers() {
    let entries = std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('-'))
            .map(|(pid, _)| pid.to_owned());
        let is_left = owner.is_some_and(|pid| pid.parse().is_ok_and(processes::is_gone));
        if is_left && !name.ends_with(".logs") {
            clear(&entry.path(), Ground::Memory(0));
        }
    }
}
