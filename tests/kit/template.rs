//! Data directories: fresh ones, and copies of one that is initialised and migrated already (a copy takes 0.3 s, making
//! one 5 s). The template is keyed by everything that shapes it, and lives under /tmp where Postgres' user may go.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use entrepot::settings::Settings;
use entrepot::wiring::prepare_database;

/// What decides how a new cluster looks, from the workspace's root.
const SHAPED_BY: &[&str] = &[
    "migrations",
    "storage/src/embedded/cluster.rs",
    "storage/src/embedded/binaries.rs",
    "storage/src/migrations.rs",
    "storage/src/roles.rs",
];

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A new empty folder below /tmp that every user may enter.
#[must_use]
pub fn fresh_folder() -> PathBuf {
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(format!("/tmp/entrepot-test-{}-{number}", std::process::id()));
    remove_folder(&folder);
    fs::create_dir_all(&folder).expect("a folder below /tmp");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("a folder of ours");
    folder
}

/// Removes a folder with everything in it, if it is there.
pub fn remove_folder(folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap_or_else(|error| panic!("removing {}: {error}", folder.display()));
    }
}

/// A data directory with a migrated cluster that holds nothing. Blocking.
#[must_use]
pub fn migrated_folder() -> PathBuf {
    let template = PathBuf::from(format!("/tmp/entrepot-test-template-{:016x}", digest()));
    let lock = fs::File::create("/tmp/entrepot-test-template.lock").expect("a lock file");
    lock.lock().expect("the lock");
    if !template.exists() {
        let made = make();
        fs::rename(&made, &template).expect("renaming the template");
    }
    drop(lock);
    let folder = fresh_folder();
    let copied = Command::new("cp")
        .arg("-a")
        .arg(template.join("postgres"))
        .arg(&folder)
        .status();
    assert!(copied.is_ok_and(|status| status.success()), "copying the template");
    folder
}

fn make() -> PathBuf {
    let folder = fresh_folder();
    let pairs = [("ENTREPOT__DATA_DIR".to_owned(), folder.display().to_string())];
    let settings = Settings::load(None, pairs.into_iter()).expect("settings");
    // Callers may be inside a runtime of their own.
    let making = std::thread::spawn(move || {
        let prepared = actix::System::new().block_on(prepare_database(&settings));
        let prepared = prepared.expect("a migrated database");
        prepared.embedded.expect("an embedded server").stop().expect("a stop");
    });
    making.join().expect("the template");
    folder
}

fn digest() -> u64 {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut hash = DefaultHasher::new();
    for path in SHAPED_BY {
        for file in files(&root.join(path)) {
            fs::read(&file).expect("a readable source").hash(&mut hash);
        }
    }
    hash.finish()
}

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).expect("a folder of the workspace");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}
