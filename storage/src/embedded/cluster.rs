//! Making, starting, finding and stopping the cluster.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::binaries::Binaries;
use super::owner::Owner;
use super::users::Users;
use crate::database::{Database, DatabaseSettings, Role, TlsMode};
use crate::errors::StorageError;
use crate::roles::EMBEDDED_LOGIN;

const SUPERUSER: &str = "entrepot_admin";
const DATABASE: &str = "entrepot";
/// Unix socket paths end at 107 bytes; `.s.PGSQL.5432` and a slash need 14 of them.
const LONGEST_SOCKET_FOLDER: usize = 90;
/// How long a start may take; crash recovery of a large WAL needs its time.
const START_SECONDS: u32 = 120;
/// How long a fast stop may take before it becomes an immediate one.
const STOP_SECONDS: u32 = 5;

/// How often, and how many times, a recovering server is asked whether it is ready: 60 s in all.
const READY_POLL: std::time::Duration = std::time::Duration::from_millis(20);
const READY_TRIES: u32 = 3_000;
/// How often, and how many times, what a killed server left running is looked for: 10 s in all.
const ORPHAN_POLL: std::time::Duration = std::time::Duration::from_millis(50);
const ORPHAN_TRIES: u32 = 200;

/// What the server is started with. Durability is never traded: `fsync`, `full_page_writes` and `synchronous_commit` stay on.
const SERVER_OPTIONS: &[(&str, &str)] = &[
    ("listen_addresses", ""),
    ("max_connections", "100"),
    ("max_wal_size", "4GB"),
    ("checkpoint_timeout", "15min"),
    ("checkpoint_completion_target", "0.9"),
    ("synchronous_commit", "on"),
    ("fsync", "on"),
    ("full_page_writes", "on"),
    ("recovery_init_sync_method", "syncfs"),
    ("jit", "off"),
    ("random_page_cost", "1.1"),
    ("log_destination", "stderr"),
    ("log_min_messages", "warning"),
];

/// For glibc's allocator: memory a backend has used for one batch is kept for the next. Left alone it gave every batch's
/// memory back to the kernel at once, and page faults were a twentieth of the journal's time.
const SERVER_ENVIRONMENT: &[(&str, &str)] = &[
    ("MALLOC_TOP_PAD_", "1048576"),
    ("MALLOC_TRIM_THRESHOLD_", "33554432"),
    ("MALLOC_MMAP_THRESHOLD_", "33554432"),
];

/// Where the embedded server lives.
#[derive(Clone, Debug)]
pub struct EmbeddedSettings {
    /// The hub's data directory; the cluster is in `postgres/` below it.
    pub data_dir: PathBuf,
    /// Connections for requests.
    pub pool_size: usize,
}

/// A running embedded server.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    binaries: Binaries,
    owner: Owner,
    data: PathBuf,
    socket_folder: PathBuf,
    pool_size: usize,
    is_ours: bool,
    users: Users,
}

impl EmbeddedPostgres {
    /// Finds the server of this data directory running, or makes and starts it. Blocking: seconds on the first start.
    ///
    /// # Errors
    /// [`StorageError::Embedded`] with what to do: no binaries, no rights, no space.
    pub fn start(settings: &EmbeddedSettings) -> Result<Self, StorageError> {
        let owner = Owner::choose()?;
        let (data, socket_folder) = prepare_folders(&settings.data_dir, owner)?;
        // Before looking whether it runs: whoever is stopping it has us wait here.
        let users = Users::join(&settings.data_dir)?;
        let version = std::fs::read_to_string(data.join("PG_VERSION")).ok();
        let needed = version.as_deref().and_then(|text| text.trim().parse().ok());
        let binaries = Binaries::find(needed)?;
        let mut server = Self {
            binaries,
            owner,
            data,
            socket_folder,
            pool_size: settings.pool_size,
            is_ours: false,
            users,
        };
        if needed.is_none() {
            server.initialise()?;
        }
        if !server.is_running() {
            server.start_again()?;
            server.is_ours = true;
        }
        Ok(server)
    }

    /// Creates the database and the login on the first start. Idempotent.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn prepare(&self) -> Result<(), StorageError> {
        let maintenance = Database::new(&self.settings_for(SUPERUSER, "postgres"))?;
        let client = connect_when_ready(&maintenance).await?;
        let during = || StorageError::during("preparing the embedded database");
        let create_login = format!(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{EMBEDDED_LOGIN}') THEN
                CREATE ROLE {EMBEDDED_LOGIN} LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS; END IF; END $$"
        );
        client.batch_execute(&create_login).await.map_err(during())?;
        let exists = client
            .query_opt("SELECT FROM pg_database WHERE datname = $1", &[&DATABASE])
            .await;
        if exists.map_err(during())?.is_none() {
            client
                .batch_execute(&format!("CREATE DATABASE {DATABASE}"))
                .await
                .map_err(during())?;
        }
        Ok(())
    }

    /// How the hub connects: a plain login that may take the product's roles.
    #[must_use]
    pub fn settings(&self) -> DatabaseSettings {
        self.settings_for(EMBEDDED_LOGIN, DATABASE)
    }

    /// How migrations connect: the superuser of this cluster, reachable only through our private socket folder.
    #[must_use]
    pub fn admin_settings(&self) -> DatabaseSettings {
        self.settings_for(SUPERUSER, DATABASE)
    }

    /// The login that migrations grant the product's roles to.
    #[must_use]
    pub fn login(&self) -> &'static str {
        EMBEDDED_LOGIN
    }

    /// Whether this process started the server, rather than finding it running.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// Stops the server, if it runs and no other process of ours uses it: fast, then, if that takes too long, at once.
    /// Blocking.
    ///
    /// # Errors
    /// When the server cannot be stopped either way.
    pub fn stop(&self) -> Result<(), StorageError> {
        if !self.is_running() || !self.users.is_last() {
            return Ok(());
        }
        let stop = |mode: &str| {
            let mut command = self.control("stop");
            command.args(["-m", mode, "-w", "-t", &STOP_SECONDS.to_string()]);
            run(command, "stopping")
        };
        stop("fast").or_else(|_| stop("immediate"))
    }

    fn settings_for(&self, user: &str, database: &str) -> DatabaseSettings {
        let host: String = self
            .socket_folder
            .to_string_lossy()
            .bytes()
            .map(percent_encoded)
            .collect();
        DatabaseSettings {
            url: format!("postgresql://{user}@{host}/{database}"),
            tls: TlsMode::Disable,
            tls_root_certificate: None,
            pool_size: self.pool_size,
        }
    }

    fn initialise(&self) -> Result<(), StorageError> {
        let mut command = Command::new(self.binaries.program("initdb"));
        command
            .arg("--pgdata")
            .arg(&self.data)
            .args([
                "--username",
                SUPERUSER,
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
            ])
            .arg("--data-checksums");
        self.owner.apply(&mut command);
        run(command, "initialising the data directory")
    }

    /// Whether the server runs. A pid file outlives a crash, and Postgres itself knows what to do with one whose process is
    /// gone; but after a reboot its number may name anybody, or somebody dead whom nobody reaped, and Postgres would take that
    /// process for its twin and refuse to start. A postmaster works in its data directory. Only where nothing at all does is
    /// such a file removed, with the socket's lock: what a killed postmaster started may still write, and the file is what
    /// keeps a second server away from it.
    pub(super) fn is_running(&self) -> bool {
        let pid_file = self.data.join("postmaster.pid");
        let pid = std::fs::read_to_string(&pid_file)
            .ok()
            .and_then(|text| text.lines().next().map(|line| line.trim().to_owned()));
        let Some(pid) = pid else { return false };
        if Path::new("/proc/self").exists() {
            let process = Path::new("/proc").join(&pid);
            let works_here = self.is_where(&process);
            if !works_here && process.exists() && self.is_deserted() {
                for stale in [pid_file, self.socket_folder.join(".s.PGSQL.5432.lock")] {
                    // Whatever cannot be removed is named by Postgres when it refuses to start.
                    let _left = std::fs::remove_file(stale);
                }
            }
            return works_here;
        }
        let mut command = self.control("status");
        command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn is_where(&self, process: &Path) -> bool {
        std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == self.data)
    }

    /// Whether no process works in the data directory.
    fn is_deserted(&self) -> bool {
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        !processes
            .map(|entry| entry.path())
            .any(|process| self.is_where(&process))
    }

    /// Starts the server after it died. What its postmaster left running notices its death and goes; until then Postgres
    /// would refuse. Blocking.
    pub(super) fn start_again(&self) -> Result<(), StorageError> {
        for _ in 0..ORPHAN_TRIES {
            if self.is_running() {
                return Ok(());
            }
            if self.is_deserted() {
                break;
            }
            std::thread::park_timeout(ORPHAN_POLL);
        }
        self.launch()
    }

    fn launch(&self) -> Result<(), StorageError> {
        let mut options = format!("-c unix_socket_directories='{}'", self.socket_folder.display());
        for (name, value) in SERVER_OPTIONS {
            options.push_str(&format!(" -c {name}='{value}'"));
        }
        options.push_str(&format!(" -c shared_buffers={}MB", shared_buffers_mb()));
        let mut command = self.control("start");
        // A Ctrl-C in our terminal is for us; we stop the server when its work is done.
        command.process_group(0);
        command.envs(SERVER_ENVIRONMENT.iter().copied());
        command
            .args(["-w", "-t", &START_SECONDS.to_string(), "-o", &options, "-l"])
            .arg(self.data.join("server.log"));
        run(command, "starting")
    }

    fn control(&self, verb: &str) -> Command {
        let mut command = Command::new(self.binaries.program("pg_ctl"));
        command.arg(verb).arg("-D").arg(&self.data).current_dir("/");
        self.owner.apply(&mut command);
        command
    }
}

/// A server found running may still be recovering, or on its way down.
async fn connect_when_ready(database: &Database) -> Result<tokio_postgres::Client, StorageError> {
    let mut ticks = tokio::time::interval(READY_POLL);
    let mut tries_left = READY_TRIES;
    loop {
        ticks.tick().await;
        match database.connect(Role::Login, |_| {}).await {
            Err(error) if error.is_outage() && tries_left > 0 => tries_left -= 1,
            answer => return answer,
        }
    }
}

/// A quarter of the machine's memory, as Postgres' manual advises, from 128 MB to 2 GB. Taken only as it is used.
fn shared_buffers_mb() -> u64 {
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kilobytes = total.and_then(|text| text.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    (kilobytes.unwrap_or_default() / 1_024 / 4).clamp(128, 2_048)
}

/// Makes the cluster's folder and a private one for the socket, owned by the server's user; their full paths.
fn prepare_folders(data_dir: &Path, owner: Owner) -> Result<(PathBuf, PathBuf), StorageError> {
    let failed = |path: &Path, error: std::io::Error| {
        StorageError::Embedded(format!(
            "cannot use {}: {error}; set data_dir to a folder we may write",
            path.display()
        ))
    };
    std::fs::create_dir_all(data_dir).map_err(|error| failed(data_dir, error))?;
    let absolute = data_dir.canonicalize().map_err(|error| failed(data_dir, error))?;
    let cluster = absolute.join("postgres");
    let near = absolute.join("run");
    let socket = if near.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        near
    } else {
        far_socket_folder(&absolute)
    };
    for folder in [&cluster, &socket] {
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
            .map_err(|error| failed(folder, error))?;
        owner.own(folder)?;
    }
    Ok((cluster, socket))
}

/// A short path that is the same for the same data directory.
fn far_socket_folder(data_dir: &Path) -> PathBuf {
    let digest =
        domain::ids::ProductId::for_handle(domain::ids::OrgId::new(uuid::Uuid::nil()), &data_dir.to_string_lossy());
    std::env::temp_dir().join(format!("entrepot-{}", digest.uuid().simple()))
}

fn percent_encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// Runs a program to its end with its words captured for the error.
fn run(mut command: Command, doing: &str) -> Result<(), StorageError> {
    // pg_ctl's child keeps inherited pipes open, so its output goes to a file, not a pipe.
    let words = tempfile_for_output()?;
    let (out, err) = (words.try_clone(), words.try_clone());
    let (Ok(out), Ok(err)) = (out, err) else {
        return Err(StorageError::Embedded(format!("{doing}: no file descriptors left")));
    };
    let status = command.stdin(Stdio::null()).stdout(out).stderr(err).status();
    let status = status.map_err(|error| StorageError::Embedded(format!("{doing}: {error}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(StorageError::Embedded(format!("{doing} failed: {}", said(words))))
    }
}

fn tempfile_for_output() -> Result<std::fs::File, StorageError> {
    tempfile::tempfile().map_err(|error| StorageError::Embedded(format!("no temporary file: {error}")))
}

fn said(mut file: std::fs::File) -> String {
    use std::io::{Read, Seek};
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    if read.is_err() {
        "it said nothing".to_owned()
    } else {
        text.trim().to_owned()
    }
}
