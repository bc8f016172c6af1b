//! A PostgreSQL of the tests' own, from the installed programs: one for each test binary, in a temporary folder, on a
//! socket in it. It goes when the tests are over, however they end.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};

/// The server that the tests of this binary share.
pub(crate) static SHARED: LazyLock<Server> = LazyLock::new(|| Server::start(""));

/// A running server.
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    settings: String,
    schemas: AtomicU32,
    /// Waits for the end of this process, or of this server, and clears up.
    _keeper: Keeper,
}

struct Keeper(Mutex<Child>);

impl Drop for Keeper {
    fn drop(&mut self) {
        let mut keeper = self.0.lock().unwrap();
        // The end of its input is what it waits for.
        drop(keeper.stdin.take());
        let _ = keeper.wait();
    }
}

/// What clears up: it is told by the end of its input, which comes even when the tests are killed.
const KEEP: &str = r#"cat >/dev/null
"$0/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$1""#;

impl Server {
    /// Starts one with settings of its own, such as `-c max_connections=10`.
    pub(crate) fn start(settings: &str) -> Server {
        Server::start_at(5432, settings, |_| {})
    }

    /// The same with a port, which names the socket, and with what is to be in its folder of data before it starts.
    pub(crate) fn start_at(port: u16, settings: &str, prepare: impl FnOnce(&Path)) -> Server {
        let folder = std::env::temp_dir().join(format!(
            "jifen-pg-{}-{}",
            std::process::id(),
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos()
        ));
        std::fs::create_dir(&folder).unwrap();
        if is_root() {
            run(Command::new("chown").arg(owner()).arg(&folder));
        }
        let keeper = as_owner(Path::new("sh"), &folder)
            .args(["-c", KEEP])
            .arg(programs())
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What ends the tests by a signal to their group must not end it.
            .process_group(0)
            .spawn()
            .unwrap();
        let server = Server {
            folder,
            port,
            settings: settings.to_owned(),
            schemas: AtomicU32::new(0),
            _keeper: Keeper(Mutex::new(keeper)),
        };
        let data = server.folder.join("data");
        run(server.program("initdb").arg("-D").arg(&data).args([
            "--no-sync",
            "--username=jifen",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]));
        prepare(&data);
        if is_root() {
            run(Command::new("chown").arg("-R").arg(owner()).arg(&data));
        }
        server.up();
        server
    }

    /// Starts it, and waits until it takes connections.
    pub(crate) fn up(&self) {
        let folder = self.folder.display();
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories={folder} -c port={} -c fsync=off -c max_connections=200 {}",
            self.port, self.settings
        );
        let log = self.folder.join("log");
        run(self
            .program("pg_ctl")
            .arg("-D")
            .arg(self.folder.join("data"))
            .arg("-l")
            .arg(log)
            .args(["-w", "-o", &options, "start"]));
    }

    /// Stops it: `fast` as an administrator would, `immediate` as a power cut would.
    pub(crate) fn down(&self, how: &str) {
        run(self.program("pg_ctl").arg("-D").arg(self.folder.join("data")).args(["-m", how, "-w", "stop"]));
    }

    /// The address of a schema that no test had yet.
    pub(crate) fn fresh(&self) -> String {
        self.address(&format!("s{}", self.schemas.fetch_add(1, Ordering::Relaxed)))
    }

    /// The address of a schema.
    pub(crate) fn address(&self, schema: &str) -> String {
        format!("{}?schema={schema}", self.database())
    }

    /// The address of the database.
    pub(crate) fn database(&self) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://jifen@{socket}:{}/postgres", self.port)
    }

    /// Runs SQL as an administrator would, and gives what it printed.
    pub(crate) fn psql(&self, sql: &str) -> String {
        self.run_psql(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The same where it may fail; whether it went well.
    pub(crate) fn try_psql(&self, sql: &str) -> bool {
        self.run_psql(sql).is_ok()
    }

    fn run_psql(&self, sql: &str) -> Result<String, String> {
        let mut psql = self.program("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "jifen", "-d", "postgres", "-h"]);
        psql.arg(&self.folder).arg("-p").arg(self.port.to_string());
        let mut psql = psql.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        psql.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
        let output = psql.wait_with_output().unwrap();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Ok(String::from_utf8(output.stdout).unwrap().trim_end().to_owned())
    }

    fn program(&self, name: &str) -> Command {
        as_owner(&programs().join(name), &self.folder)
    }
}

/// The folder of the newest installed PostgreSQL's programs.
fn programs() -> &'static Path {
    static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut found: Vec<(u32, PathBuf)> = versions
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
            .filter(|(_, bin): &(u32, PathBuf)| bin.join("initdb").exists())
            .collect();
        let in_path = std::env::var_os("PATH").unwrap_or_default();
        found.extend(std::env::split_paths(&in_path).filter(|bin| bin.join("initdb").exists()).map(|bin| (0, bin)));
        found.sort();
        let newest = found.pop().map(|(_, bin)| bin);
        newest.expect("these tests need PostgreSQL: install it with scripts/setup.sh test (Debian: postgresql)")
    });
    &PROGRAMS
}

/// PostgreSQL does not run as root.
fn as_owner(program: &Path, folder: &Path) -> Command {
    if !is_root() {
        let mut command = Command::new(program);
        command.current_dir(folder);
        return command;
    }
    let mut command = Command::new("runuser");
    command.args(["-u", owner(), "--"]).arg(program).current_dir(folder);
    command
}

fn is_root() -> bool {
    static ROOT: LazyLock<bool> = LazyLock::new(|| {
        let id = Command::new("id").arg("-u").output().unwrap();
        id.stdout == b"0\n"
    });
    *ROOT
}

fn owner() -> &'static str {
    static OWNER: LazyLock<&str> = LazyLock::new(|| {
        let known = Command::new("id").arg("postgres").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if known.unwrap().success() { "postgres" } else { "nobody" }
    });
    &OWNER
}

/// Runs it; its output goes to a file, because what it starts would keep a pipe open.
fn run(command: &mut Command) {
    let said = tempfile::tempfile().unwrap();
    let status = command
        .stdin(Stdio::null())
        .stdout(said.try_clone().unwrap())
        .stderr(said.try_clone().unwrap())
        .status()
        .unwrap();
    let mut said = said;
    std::io::Seek::rewind(&mut said).unwrap();
    assert!(status.success(), "{command:?}: {}", std::io::read_to_string(said).unwrap());
}
