//! Compiles the style and gathers the scripts that the pages need from npm packages pinned by `assets/package-lock.json`,
//! and writes them down under names that carry their content's hash, so that browsers may keep them for ever.

use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What is taken from packages as it is: the name it is served under, and where it is.
const TAKEN: &[(&str, &str)] = &[
    ("govuk-frontend.mjs", "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js"),
    (
        "icon-close-cross-black.svg",
        "node_modules/@ministryofjustice/frontend/moj/assets/images/icon-close-cross-black.svg",
    ),
    ("icon-document.svg", "node_modules/@ministryofjustice/frontend/moj/assets/images/icon-document.svg"),
    (
        "icon-tag-remove-cross-white.svg",
        "node_modules/@ministryofjustice/frontend/moj/assets/images/icon-tag-remove-cross-white.svg",
    ),
    (
        "icon-tag-remove-cross.svg",
        "node_modules/@ministryofjustice/frontend/moj/assets/images/icon-tag-remove-cross.svg",
    ),
    (
        "icon-toggle-plus-minus.svg",
        "node_modules/@ministryofjustice/frontend/moj/assets/images/icon-toggle-plus-minus.svg",
    ),
];

/// What comes before the assets that name it.
const ORDER: [&str; 3] = ["svg", "mjs", "css"];

fn main() -> Outcome<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("assets");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for watched in ["package-lock.json", "desk.scss", "desk", "own"] {
        println!("cargo::rerun-if-changed={}", here.join(watched).display());
    }
    install(&here)?;

    let mut assets: BTreeMap<String, String> = BTreeMap::new();
    for (name, from) in TAKEN {
        assets.insert((*name).to_owned(), text(&here.join(from))?);
    }
    for entry in fs::read_dir(here.join("own"))? {
        let path = entry?.path();
        let name = path.file_name().ok_or("an asset without a name")?.to_string_lossy().into_owned();
        assets.insert(name, text(&path)?);
    }
    assets.insert("desk.css".to_owned(), style(&here)?);
    fs::write(out.join("assets.rs"), list(&here, &out, assets)?)?;
    Ok(())
}

/// The packages of the lock file, if they are not there already.
fn install(here: &Path) -> Outcome<()> {
    let (locked, installed) = (here.join("package-lock.json"), here.join("node_modules/.throughline-lock"));
    let wanted = text(&locked)?;
    if fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let npm = Command::new("npm")
        .args(["ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(here)
        .output()
        .map_err(|error| {
            format!("npm is needed to fetch the front-end packages ({error}): install Node.js 20 or newer")
        })?;
    if !npm.status.success() {
        return Err(
            format!("the front-end packages could not be fetched:\n{}", String::from_utf8_lossy(&npm.stderr)).into()
        );
    }
    fs::write(installed, wanted)?;
    Ok(())
}

fn style(here: &Path) -> Outcome<String> {
    let sass = Command::new("node")
        .args([
            "node_modules/sass/sass.js",
            "--load-path=.",
            "--style=compressed",
            "--no-source-map",
            "--quiet-deps",
            "desk.scss",
        ])
        .current_dir(here)
        .output()
        .map_err(|error| format!("node is needed to compile the style ({error}): install Node.js 20 or newer"))?;
    if !sass.status.success() {
        return Err(format!("the style could not be compiled:\n{}", String::from_utf8_lossy(&sass.stderr)).into());
    }
    Ok(String::from_utf8(sass.stdout)?)
}

/// Writes each asset under its hashed name, with the names of others inside it replaced by theirs, and lists them.
fn list(here: &Path, out: &Path, assets: BTreeMap<String, String>) -> Outcome<String> {
    let folder = out.join("assets");
    fs::create_dir_all(&folder)?;
    let mut named: Vec<(String, String)> = Vec::new();
    let mut listed = String::from("&[\n");
    let mut sorted: Vec<(String, String)> = assets.into_iter().collect();
    sorted.sort_by_key(|(name, _)| {
        (ORDER.iter().position(|kind| name.ends_with(kind)), name != "govuk-frontend.mjs", name == "desk.mjs")
    });
    for (name, mut content) in sorted {
        for (other, hashed) in &named {
            content = content
                .replace(&format!("/assets/images/{other}"), &format!("/assets/{hashed}"))
                .replace(&format!("\"./{other}\""), &format!("\"./{hashed}\""));
        }
        let digest = Sha256::digest(content.as_bytes());
        let short: String = digest.iter().take(6).fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        let (stem, kind) =
            name.rsplit_once('.').ok_or_else(|| format!("{} has no ending", here.join(&name).display()))?;
        let hashed = format!("{stem}-{short}.{kind}");
        fs::write(folder.join(&hashed), &content)?;
        writeln!(
            listed,
            "    Asset {{ name: {name:?}, path: \"/assets/{hashed}\", content: include_str!(concat!(env!(\"OUT_DIR\"), \"/assets/{hashed}\")) }},"
        )?;
        named.push((name, hashed));
    }
    listed.push_str("]\n");
    Ok(listed)
}

fn text(path: &Path) -> Outcome<String> {
    Ok(fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?)
}
