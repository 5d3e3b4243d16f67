//! `cargo xtask schemathesis`: a served API against its own document. Requests are made up from the document, sent as each
//! role, and every answer must be one that the document knows: none of them a fault.

use crate::{Failure, cargo, e2e, run as run_command};
use serde_json::Value;
use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// What must hold of every answer. Whether odd but fitting values are accepted is the record's affair, not the document's.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,unsupported_method,allow_header_conformance,ignored_auth";
/// How long each role may take, in seconds.
const SECONDS: &str = "30";
const MISSING: &str = "Python 3 with venv is missing: install it (on Debian: apt-get install python3-venv).";

/// The desk while it is open on a demonstration of its own.
struct Served {
    program: Child,
    folder: PathBuf,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    // As `cargo xtask test` builds it, so that it is not built twice.
    let mut build = cargo(root);
    build.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").args(["build", "--package", "throughline"]);
    run_command(&mut build, "The build")?;
    let program = e2e::program(root)?;
    let tool = installed(root, &program)?;
    let served = serve(&program)?;
    let told = fs::read_to_string(served.folder.join("tokens.json"))
        .map_err(|error| format!("The demonstration wrote no tokens: {error}."))?;
    let told: Value = serde_json::from_str(&told).map_err(|error| format!("The tokens cannot be read: {error}."))?;
    let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default();
    let settings =
        format!("[parameters]\n\"path.person\" = \"{}\"\n\"path.team\" = \"{}\"\n", text("person"), text("team"));
    fs::write(served.folder.join("schemathesis.toml"), settings).map_err(|error| format!("{error}."))?;
    for (role, token) in told.get("tokens").and_then(Value::as_object).into_iter().flatten() {
        eprintln!("-- as {role}");
        let token = token.as_str().unwrap_or_default();
        let mut asked = Command::new(&tool);
        asked
            .current_dir(&served.folder)
            .arg("run")
            .arg(format!("{}/api/v1/openapi.json", served.address))
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--seed", "2026"])
            .args(["--max-examples", "10", "--max-time", SECONDS, "--request-timeout", "30"])
            .args(["--suppress-health-check", "all", "--warnings", "off", "--no-color", "--continue-on-failure"]);
        run_command(&mut asked, &format!("The API as {role}"))?;
    }
    Ok(())
}

/// Schemathesis in an environment of its own beside what cargo builds, at the versions of the list.
fn installed(root: &Path, program: &Path) -> Result<PathBuf, Failure> {
    let wanted = fs::read_to_string(root.join("xtask/schemathesis.txt"))
        .map_err(|error| format!("xtask/schemathesis.txt cannot be read: {error}."))?;
    let target = program.ancestors().nth(2).ok_or("Cargo does not say where it builds.")?;
    let place = target.join("schemathesis");
    let (mark, tool) = (place.join("installed.txt"), place.join("bin/schemathesis"));
    if fs::read_to_string(&mark).is_ok_and(|found| found == wanted) && tool.is_file() {
        return Ok(tool);
    }
    environment(&place)?;
    let mut pip = Command::new(place.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"])
        .arg(root.join("xtask/schemathesis.txt"));
    run_command(&mut pip, "Installing schemathesis")?;
    fs::write(&mark, wanted).map_err(|error| format!("{} cannot be written: {error}.", mark.display()))?;
    Ok(tool)
}

/// A Python environment, with Debian's package for it if that is missing and may be installed.
fn environment(place: &Path) -> Result<(), Failure> {
    let make = || run_command(Command::new("python3").args(["-m", "venv", "--clear"]).arg(place), MISSING);
    if make().is_ok() {
        return Ok(());
    }
    e2e::debian(&["python3-venv"], MISSING)?;
    make()
}

/// Opens a desk on a small area that is the same every time.
fn serve(program: &Path) -> Result<Served, Failure> {
    let folder = env::temp_dir().join(format!("throughline-api-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}.", folder.display()))?;
    let mut program = Command::new(program)
        .args(["--now", "2026-03-02T09:00", "demo", "--people", "60", "--listen", "127.0.0.1:0", "--dir"])
        .arg(folder.join("area"))
        .arg("--tokens")
        .arg(folder.join("tokens.json"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("The demonstration cannot be started: {error}."))?;
    let output = program.stdout.take();
    let mut served = Served { program, folder, address: String::new() };
    let mut output = BufReader::new(output.ok_or("The demonstration says nothing.")?);
    let mut said = String::new();
    while output.read_line(&mut said).is_ok_and(|read| read > 0) {
        if let Some((_, rest)) = said.split_once("The desk is open at ") {
            rest.split(';').next().unwrap_or_default().clone_into(&mut served.address);
            // What it says later is read and forgotten, so that it never waits for a reader.
            std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
            return Ok(served);
        }
    }
    Err(format!("The demonstration did not open:\n{said}"))
}
