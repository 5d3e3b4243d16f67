//! A PostgreSQL of our own for the tests: a new cluster in a temporary folder, on a free port, gone afterwards.

use crate::{Failure, run};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

const SCRIPT: &str = include_str!("private_postgres.sh");

/// A running server. It stops when this is dropped, and also when this process is killed.
pub(crate) struct PrivatePostgres {
    keeper: Child,
    port: u16,
}

impl PrivatePostgres {
    pub(crate) fn start() -> Result<Self, Failure> {
        let programs = match programs() {
            Some(programs) => programs,
            None => install()?,
        };
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .map_err(|error| format!("No free port for PostgreSQL: {error}."))?
            .port();
        let mut keeper = unprivileged()
            .args(["sh", "-c", SCRIPT, "private_postgres.sh"])
            .arg(&programs)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("PostgreSQL cannot be started: {error}."))?;
        let mut said = String::new();
        if let Some(output) = keeper.stdout.take() {
            BufReader::new(output)
                .read_line(&mut said)
                .map_err(|error| format!("PostgreSQL cannot be started: {error}."))?;
        }
        let server = Self { keeper, port };
        if said.trim() == "ready" {
            Ok(server)
        } else {
            Err(format!("PostgreSQL ({}) cannot be started; its own words are above.", programs.display()))
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://throughline@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        // The end of its input is the sign to stop.
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("The private PostgreSQL on port {} may still run: {error}.", self.port);
        }
    }
}

/// The folder with `initdb` and `pg_ctl`, of the newest version there is.
fn programs() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|version| Some((version.file_name().to_str()?.parse().ok()?, version.path().join("bin"))))
        .collect();
    versions.sort();
    let on_path = std::env::var_os("PATH");
    let on_path = on_path.iter().flat_map(std::env::split_paths);
    versions.into_iter().rev().map(|(_, bin)| bin).chain(on_path).find(|bin| has_programs(bin))
}

fn has_programs(bin: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| bin.join(program).is_file())
}

/// PostgreSQL refuses to run as root, so root hands over to the account that Debian's package makes for it.
fn unprivileged() -> Command {
    if is_root() {
        let mut runuser = Command::new("runuser");
        runuser.args(["-u", "postgres", "--"]).env_remove("TMPDIR").current_dir("/");
        runuser
    } else {
        Command::new("env")
    }
}

pub(crate) fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn install() -> Result<PathBuf, Failure> {
    const MISSING: &str = "PostgreSQL is missing: install it (on Debian: apt-get install postgresql), or name a server in \
                           THROUGHLINE_TEST_POSTGRES=postgres://user@host/database.";
    let has_apt = Command::new("apt-get").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !is_root() || !has_apt {
        return Err(MISSING.to_owned());
    }
    eprintln!("PostgreSQL is missing; installing Debian's package.");
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        run(apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()), MISSING)
    };
    apt(&["update", "-qq"])?;
    apt(&["install", "-qq", "-y", "--no-install-recommends", "postgresql"])?;
    programs().ok_or_else(|| MISSING.to_owned())
}
