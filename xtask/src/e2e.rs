//! `cargo xtask e2e`: the desk in a real browser. Node.js and Chromium are Debian's; the packages are those of the lock file.

use crate::{Failure, cargo, run as run_command};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Builds the program and runs the browser tests; an option is part of a file's or of a
/// test's name, or goes to Playwright as it is.
pub(crate) fn run(root: &Path, options: &[String]) -> Result<(), Failure> {
    play(root, options, None)
}

/// Writes the pictures of the journeys for the documents.
pub(crate) fn pictures(root: &Path) -> Result<(), Failure> {
    play(root, &["journeys".to_owned()], Some(&root.join("docs/pictures")))
}

fn play(root: &Path, options: &[String], pictures: Option<&Path>) -> Result<(), Failure> {
    let folder = root.join("e2e");
    let chromium = chromium()?;
    packages(&folder)?;
    // As `cargo xtask test` builds it, so that it is not built twice.
    let mut build = cargo(root);
    build.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").args(["build", "--package", "throughline"]);
    run_command(&mut build, "The build")?;
    let mut tests = Command::new("node");
    tests
        .args(["node_modules/@playwright/test/cli.js", "test"])
        .args(
            options.iter().flat_map(|option| {
                if option.starts_with('-') { vec![option.as_str()] } else { vec!["--grep", option] }
            }),
        )
        .current_dir(&folder)
        .env("THROUGHLINE_CHROMIUM", chromium)
        .env("THROUGHLINE_PROGRAM", program(root)?);
    if let Some(pictures) = pictures {
        tests.env("THROUGHLINE_PICTURES", pictures);
    }
    run_command(&mut tests, "The browser tests")
}

/// The program that cargo has just built.
pub(crate) fn program(root: &Path) -> Result<PathBuf, Failure> {
    let output = cargo(root)
        .args(["metadata", "--format-version=1", "--no-deps"])
        .output()
        .map_err(|error| format!("Cargo cannot say where it builds ({error})."))?;
    let told: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("Cargo's description of the workspace is not JSON ({error})."))?;
    let target = told.get("target_directory").and_then(serde_json::Value::as_str);
    let target = target.ok_or("Cargo does not say where it builds.")?;
    let program = Path::new(target).join("debug").join(format!("throughline{}", env::consts::EXE_SUFFIX));
    if program.is_file() { Ok(program) } else { Err(format!("There is no {} after the build.", program.display())) }
}

/// Installs the packages of the lock file, unless they are there already.
fn packages(folder: &Path) -> Result<(), Failure> {
    const MISSING: &str =
        "Node.js 20 or newer with npm is missing: install it (on Debian: apt-get install nodejs npm).";
    let read = |path: &Path| fs::read_to_string(path);
    let (locked, installed) = (folder.join("package-lock.json"), folder.join("node_modules/.throughline-lock"));
    let wanted = read(&locked).map_err(|error| format!("{} cannot be read: {error}.", locked.display()))?;
    if read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run_command(&mut npm, MISSING)?;
    fs::write(&installed, wanted).map_err(|error| format!("{} cannot be written: {error}.", installed.display()))
}

/// Chromium, installed if it is missing and may be.
fn chromium() -> Result<PathBuf, Failure> {
    const MISSING: &str = "Chromium is missing: install it (on Debian: apt-get install chromium chromium-driver), or name one \
                           in THROUGHLINE_CHROMIUM.";
    if let Some(named) = env::var_os("THROUGHLINE_CHROMIUM") {
        return Ok(named.into());
    }
    let on_path = || {
        let path = env::var_os("PATH");
        let folders: Vec<PathBuf> = path.iter().flat_map(env::split_paths).collect();
        let names = ["chromium", "chromium-browser", "google-chrome"];
        names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
    };
    if let Some(found) = on_path() {
        return Ok(found);
    }
    debian(&["chromium", "chromium-driver"], MISSING)?;
    on_path().ok_or_else(|| MISSING.to_owned())
}

/// Installs packages of Debian, where that may be done.
pub(crate) fn debian(packages: &[&str], missing: &str) -> Result<(), Failure> {
    if !crate::postgres::is_root() || !answers("apt-get") {
        return Err(missing.to_owned());
    }
    eprintln!("Something is missing; installing Debian's {}.", packages.join(", "));
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        run_command(apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()), missing)
    };
    apt(&["update", "-qq"])?;
    apt(&[&["install", "-qq", "-y", "--no-install-recommends"], packages].concat())
}

fn answers(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}
