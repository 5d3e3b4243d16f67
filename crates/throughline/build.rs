//! Lists the files of rules that the program carries, so that the binary works alone.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Folders of the repository that hold rules.
const FOLDERS: [&str; 12] = [
    "calendars",
    "definitions",
    "funding",
    "groups",
    "offences",
    "orders",
    "plans",
    "policies",
    "predictors",
    "programmes",
    "rulebooks",
    "severity",
];

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = here.join("../..");
    let mut names = Vec::new();
    for folder in FOLDERS {
        collect(&root, Path::new(folder), &mut names)?;
    }
    names.sort();
    let mut source = String::from("&[\n");
    for name in names {
        writeln!(
            source,
            "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../../\", {name:?}))),"
        )?;
    }
    source.push_str("]\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("rule_files.rs"), source)?;
    Ok(())
}

/// Adds the names of the files below a folder, with `/` between their parts on every system.
fn collect(root: &Path, folder: &Path, names: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    let at = root.join(folder);
    println!("cargo::rerun-if-changed={}", at.display());
    for entry in fs::read_dir(&at)? {
        let entry = entry?;
        let below = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &below, names)?;
        } else if below.extension().is_some_and(|ending| ending != "md") {
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            names.push(parts.join("/"));
        }
    }
    Ok(())
}
