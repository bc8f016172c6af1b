//! Starting the program: one command, or a server.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The repository's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The rule book the tests run.
pub(crate) fn rulebook() -> PathBuf {
    root().join("programs/rulebook")
}

/// The program, in a folder without settings and without settings from outside.
pub(crate) fn jifen(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jifen"));
    command.current_dir(dir).stdin(Stdio::null()).env("NO_COLOR", "1");
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("JIFEN_")) {
            command.env_remove(name);
        }
    }
    command
}

/// What a command said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Its line of JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// It went well.
    #[track_caller]
    pub(crate) fn well(self) -> Said {
        assert_eq!(self.code, 0, "{self}");
        self
    }

    /// It ended with that code, and said all of that on standard error.
    #[track_caller]
    pub(crate) fn refused(self, code: i32, sentences: &[&str]) -> Said {
        assert_eq!(self.code, code, "{self}");
        for sentence in sentences {
            assert!(self.err.contains(sentence), "{sentence:?} is not said: {self}");
        }
        self
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {}\n--- out\n{}\n--- err\n{}", self.code, self.out, self.err)
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Runs one command in that folder.
pub(crate) fn run<A: AsRef<std::ffi::OsStr>>(dir: &Path, arguments: impl IntoIterator<Item = A>) -> Said {
    jifen(dir).args(arguments).output().unwrap().into()
}

/// Runs one command, given as words.
pub(crate) fn words(dir: &Path, line: &str) -> Said {
    run(dir, line.split_whitespace())
}

/// The token of every sandbox of the tests.
pub(crate) const TOKEN: &str = "a-token-for-tests";

/// A running server; it is killed when this is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it printed until it was ready.
    pub(crate) hello: Vec<String>,
}

impl Server {
    /// Starts a sandbox on that folder, on a free port.
    pub(crate) fn start(dir: &Path, data: &str) -> Server {
        Server::start_with(dir, data, true, &[])
    }

    /// Starts a sandbox, or a server that is none.
    pub(crate) fn start_as(dir: &Path, data: &str, is_sandbox: bool) -> Server {
        Server::start_with(dir, data, is_sandbox, &[])
    }

    /// The same with more arguments.
    pub(crate) fn start_with(dir: &Path, data: &str, is_sandbox: bool, more: &[&str]) -> Server {
        let sandbox: &[&str] = if is_sandbox { &["--sandbox"] } else { &[] };
        Server::start_on(dir, data, rulebook(), &[sandbox, more].concat())
    }

    /// The same with a rule book of its own.
    pub(crate) fn start_on(dir: &Path, data: &str, program: impl AsRef<Path>, more: &[&str]) -> Server {
        let mut command = jifen(dir);
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-level", "warn", "--data", data, "--program"]);
        command.arg(program.as_ref()).args(more).env("JIFEN_SANDBOX_TOKEN", TOKEN).stdout(Stdio::piped());
        let is_sandbox = more.contains(&"--sandbox");
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let hello: Vec<String> = lines.map(Result::unwrap).take(if is_sandbox { 3 } else { 2 }).collect();
        let address = hello.first().and_then(|line| line.strip_prefix("listening: http://"));
        let address = address.unwrap_or_else(|| panic!("it did not start: {hello:?}")).parse().unwrap();
        Server { child, address, hello }
    }

    /// Asks it to stop, as a service manager does, and gives its exit code.
    pub(crate) fn stop(mut self) -> i32 {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    /// Waits until it ends by itself, and gives its exit code.
    pub(crate) fn ended(mut self) -> i32 {
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    /// Ends it at once, whatever it is doing.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
