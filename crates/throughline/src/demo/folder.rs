//! The demonstration's folder. Only a folder that a demonstration has made is ever replaced.

use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

const MARK: &str = "this-is-a-demonstration.txt";
const WORDS: &str =
    "Made by `throughline demo`, which replaces area.db here when it runs again. Nobody in it exists.\n";

/// An empty place for the database: the folder is made if need be, and the database of an earlier demonstration removed.
pub(super) fn prepare(folder: &Path) -> Result<PathBuf> {
    let database = folder.join("area.db");
    let marked = folder.join(MARK).is_file();
    if database.exists() && !marked {
        bail!(
            "{} is there already and was not made by a demonstration: it was not touched. Name another folder with --dir",
            database.display()
        );
    }
    let failed = || format!("the folder {} cannot be made ready for the demonstration", folder.display());
    fs::create_dir_all(folder).with_context(failed)?;
    for ending in ["", "-wal", "-shm", ".lock"] {
        let file = folder.join(format!("area.db{ending}"));
        if file.exists() {
            fs::remove_file(file).with_context(failed)?;
        }
    }
    let witness = folder.join("area.db.witness");
    if witness.is_dir() {
        fs::remove_dir_all(witness).with_context(failed)?;
    }
    fs::write(folder.join(MARK), WORDS).with_context(failed)?;
    Ok(database)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_no_demonstration_made_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("area.db"), "mine").unwrap();
        assert!(prepare(folder.path()).unwrap_err().to_string().contains("was not touched"));
        assert_eq!(fs::read_to_string(folder.path().join("area.db")).unwrap(), "mine");
    }

    #[test]
    fn a_second_demonstration_replaces_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let database = prepare(folder.path()).unwrap();
        fs::write(&database, "first").unwrap();
        assert!(!prepare(folder.path()).unwrap().exists());
    }
}
