//! A server of one's own: started, awaited, looked at, stopped.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::{self, Failure, Result};

use super::http::Connection;
use super::load;

/// The longest a server may take to start.
const READY_WITHIN: Duration = Duration::from_secs(300);

/// The longest it may be busy by itself before it is measured.
const AT_REST_WITHIN: Duration = Duration::from_secs(600);

/// How long it is looked at, and how many hundredths of a second of processor time it takes then where it rests.
const LOOK: Duration = Duration::from_secs(2);
const RESTING_TICKS: u64 = 10;

/// A running server.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
    /// How long it took from its start to its first answer that it is ready.
    pub(super) started_in: Duration,
}

impl Server {
    /// Starts this very program as a server and waits until it is ready.
    pub(super) fn start(data: &Path, program: &Path, token: &str) -> Result<Server> {
        let address = free_address()?;
        let began = load::now();
        let child = this_program()?
            .args(["serve", "--sandbox", "--log-level", "warn", "--listen", &address.to_string(), "--data"])
            .arg(data)
            .arg("--program")
            .arg(program)
            .env("JIFEN_SANDBOX_TOKEN", token)
            .stdout(Stdio::null())
            .spawn()
            .map_err(failure::io("starting a server"))?;
        let mut server = Server { child, address, started_in: Duration::ZERO };
        server.wait_until_ready(began)?;
        server.started_in = began.elapsed();
        Ok(server)
    }

    fn wait_until_ready(&mut self, began: Instant) -> Result {
        let runtime = load::runtime()?;
        while began.elapsed() < READY_WITHIN {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(Failure::new(format!("the server ended: {status}")));
            }
            if runtime.block_on(is_ready(self.address)) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err(Failure::new("the server did not become ready"))
    }

    /// Megabytes of memory it has at the moment, and the most it had.
    pub(super) fn memory_mb(&self) -> Option<(u64, u64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches(" kB").parse::<u64>().ok()
        };
        Some((kilobytes("VmRSS:")? / 1024, kilobytes("VmHWM:")? / 1024))
    }

    /// Waits until it has little to do by itself: messages are carried, members are assessed, the tables have followed.
    pub(super) fn rests(&self) -> Result {
        if self.rests_within(AT_REST_WITHIN) {
            return Ok(());
        }
        Err(Failure::new("the server has been busy by itself for ten minutes"))
    }

    /// The same for so long at most, and whether it came to that: what millions are told takes hours.
    pub(super) fn rests_within(&self, most: Duration) -> bool {
        let began = load::now();
        while began.elapsed() < most {
            let before = self.ticks();
            std::thread::sleep(LOOK);
            // Where it cannot be seen, nothing is waited for.
            let (Some(before), Some(after)) = (before, self.ticks()) else { return true };
            if after - before <= RESTING_TICKS {
                return true;
            }
        }
        false
    }

    /// Processor time it took, in hundredths of a second.
    fn ticks(&self) -> Option<u64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // Behind the name, which may hold anything: user time is the twelfth field, that of the system the next.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
    }

    /// Asks it to stop and waits.
    pub(super) fn stop(mut self) -> Result {
        let told = Command::new("kill").arg(self.child.id().to_string()).status();
        told.map_err(failure::io("stopping the server"))?;
        let status = self.child.wait().map_err(failure::io("waiting for the server"))?;
        if status.success() { Ok(()) } else { Err(Failure::new(format!("the server ended: {status}"))) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is left running, however the measurement ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This program, without the settings of whoever calls: a measurement must not touch their data.
pub(super) fn this_program() -> Result<Command> {
    let program = std::env::current_exe().map_err(failure::io("finding this program"))?;
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("JIFEN_")) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut line) = Connection::open(address).await else { return false };
    matches!(line.call(b"GET /health/ready HTTP/1.1\r\nhost: bench\r\n\r\n").await, Ok((200, _)))
}

fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failure::io("finding a free port"))?;
    listener.local_addr().map_err(failure::io("finding a free port"))
}
