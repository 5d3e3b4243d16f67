//! `cargo xtask test`: everything that must hold before a change is offered, cheapest first.

use crate::{Failure, arrows, cargo, coverage, docs, e2e, postgres::PrivatePostgres, run as run_command, schemathesis};
use serde_json::Value;
use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// The address of the PostgreSQL that the store's and the service's tests use.
const POSTGRES: &str = "THROUGHLINE_TEST_POSTGRES";

pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let began = Instant::now();
    if !starts(&mut Command::new("clippy-driver")) {
        return Err("Clippy is missing: install it with `rustup component add clippy rustfmt`.".to_owned());
    }
    step("Format");
    run_command(cargo(root).args(["fmt", "--all", "--check"]), "The format check (mend it with `cargo fmt --all`)")?;
    step("Arrows between crates");
    arrows::check(root)?;
    step("Documents");
    docs::check(root)?;
    coverage::check(root)?;
    step("Build and lints");
    build_without_warnings(root)?;

    let server = if let Some(given) = env::var_os(POSTGRES) {
        step("Tests, with the PostgreSQL named by THROUGHLINE_TEST_POSTGRES");
        (given, None)
    } else {
        step("A private PostgreSQL");
        let server = PrivatePostgres::start()?;
        step("Tests");
        (server.url().into(), Some(server))
    };
    let tested = run_tests(root, &server.0);
    drop(server);
    tested?;
    step("The desk in a browser");
    e2e::run(root, &[])?;
    step("The API against its own document");
    schemathesis::run(root)?;
    step(&format!("All is well, after {} seconds", began.elapsed().as_secs()));
    Ok(())
}

fn step(what: &str) {
    eprintln!("== {what}");
}

/// The workspace's own crates are compiled by clippy's driver, so that one pass gives lints and programs.
fn linted(root: &Path) -> Command {
    let mut cargo = cargo(root);
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    cargo
}

/// Builds every target and counts warnings in the compiler's messages. `-D warnings` would do the same through flags
/// that make cargo build everything again.
fn build_without_warnings(root: &Path) -> Result<(), Failure> {
    let mut build = linted(root)
        .args(["test", "--workspace", "--all-targets", "--no-run", "--message-format=json"])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("The build failed: cargo could not be started ({error})."))?;
    let messages = build.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok);
    let mut warnings = 0;
    for message in messages.filter_map(|line| serde_json::from_str::<Value>(&line).ok()) {
        let Some(rendered) = message.pointer("/message/rendered").and_then(Value::as_str) else { continue };
        eprint!("{rendered}");
        let is_one = message.pointer("/message/spans").and_then(Value::as_array).is_some_and(|spans| !spans.is_empty());
        warnings += usize::from(is_one && message.pointer("/message/level").and_then(Value::as_str) == Some("warning"));
    }
    let ended = build.wait().map_err(|error| format!("The build failed: {error}."))?;
    match (ended.success(), warnings) {
        (true, 0) => Ok(()),
        (true, 1) => Err("The build has 1 warning; see above. Mend it: none is accepted.".to_owned()),
        (true, n) => Err(format!("The build has {n} warnings; see above. Mend them: none is accepted.")),
        (false, _) => Err("The build failed; see above.".to_owned()),
    }
}

/// Whether a program is there and answers.
fn starts(program: &mut Command) -> bool {
    let status = program.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn run_tests(root: &Path, postgres: &std::ffi::OsStr) -> Result<(), Failure> {
    let runner: &[&str] = if starts(cargo(root).arg("nextest")) {
        &["nextest", "run", "--workspace"]
    } else {
        &["test", "--workspace", "--lib", "--bins", "--tests"]
    };
    run_command(linted(root).args(runner).env(POSTGRES, postgres), "The tests")?;
    step("Examples in the documentation");
    run_command(linted(root).args(["test", "--workspace", "--doc", "--quiet"]).env(POSTGRES, postgres), "The examples")
}
