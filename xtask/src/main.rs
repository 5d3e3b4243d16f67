//! # xtask
//!
//! The project's chores, run as `cargo xtask CHORE`. They need cargo and what they install or name themselves.
//!
//! *May know:* the layout of the repository, the lists of facts and of events (to write them down), other programs.
//! *Must not know:* how any crate works inside.

#![expect(clippy::print_stderr, reason = "a chore tells the person at the terminal what it does")]

mod arrows;
mod coverage;
mod dictionary;
mod docs;
mod e2e;
mod glossary;
mod postgres;
mod schemathesis;
mod test;

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

const HELP: &str = "\
The project's chores:

  cargo xtask demo [OPTIONS]   make a synthetic area and walk through it
  cargo xtask test             everything that must hold: format, arrows, documents, lints, tests on SQLite and PostgreSQL, the desk in a browser
  cargo xtask e2e [FILTER]     the desk in a real browser: only the tests whose file or name has FILTER in it
  cargo xtask pictures         write the pictures of the journeys into docs/pictures
  cargo xtask schemathesis     the API against its own document, as each role
  cargo xtask docs [--check]   write the generated documents, or check that they are up to date
  cargo xtask check-arrows     dependencies between crates go only downwards
  cargo xtask check-coverage   docs/coverage.md names every paragraph, and nothing that does not exist
";

/// What went wrong, in sentences for the person at the terminal.
type Failure = String;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (chore, rest) = arguments.split_first().map_or(("help", &[][..]), |(chore, rest)| (chore.as_str(), rest));
    let root = root();
    let outcome = match (chore, rest) {
        ("demo", options) => demo(&root, options),
        ("test", []) => test::run(&root),
        ("e2e", options) => e2e::run(&root, options),
        ("pictures", []) => e2e::pictures(&root),
        ("schemathesis", []) => schemathesis::run(&root),
        ("docs", []) => docs::write(&root),
        ("docs", [check]) if check == "--check" => docs::check(&root),
        ("check-arrows", []) => arrows::check(&root),
        ("check-coverage", []) => coverage::check(&root),
        ("help" | "--help" | "-h", _) => {
            eprint!("{HELP}");
            Ok(())
        }
        _ => Err(format!("`cargo xtask {}` is not a chore.\n\n{HELP}", arguments.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// The repository, which holds this crate.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo, as it was called.
fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo
}

/// Runs a command to its end; `what` completes "… failed".
fn run(command: &mut Command, what: &str) -> Result<(), Failure> {
    let status = command.status().map_err(|error| {
        format!("{what} failed: {} could not be started ({error}).", command.get_program().display())
    })?;
    if status.success() { Ok(()) } else { Err(format!("{what} failed; see above.")) }
}

fn demo(root: &Path, options: &[String]) -> Result<(), Failure> {
    run(cargo(root).args(["run", "--package", "throughline", "--", "demo"]).args(options), "The demonstration")
}
