//! A folder with a store in it, and the program to run there.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// When the tests take place.
const NOW: &str = "2026-03-16T09:00";

/// A folder of its own, without rules, so that the program uses those it carries.
pub(crate) struct World {
    folder: tempfile::TempDir,
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A store with one of each role: `ada` administrates, `amy` manages cases, `tom` the team, `una` supervises unpaid
    /// work, `ann` analyses, `aud` audits.
    pub(crate) fn staffed() -> Self {
        let world = Self::empty();
        world.done("staff add ada --name Ada --role administrator --agency capital");
        for (account, role, team) in [
            ("amy", "case_manager", "--team north"),
            ("tom", "team_manager", "--team north"),
            ("una", "unpaid_work_supervisor", "--team work"),
            ("ann", "analyst", ""),
            ("aud", "auditor", ""),
            ("cal", "case_manager", "--team south"),
        ] {
            world.done(&format!("--as ada staff add {account} --name {account} --role {role} --agency capital {team}"));
        }
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs the program with these words.
    pub(crate) fn run(&self, words: &str) -> Said {
        let words: Vec<&str> = words.split_whitespace().collect();
        self.run_words(&words)
    }

    /// Runs the program with words that may hold spaces.
    pub(crate) fn run_words(&self, words: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
        command.current_dir(self.folder.path()).env_remove("THROUGHLINE_STORE").env_remove("THROUGHLINE_ACCOUNT");
        if !words.contains(&"--now") {
            command.args(["--now", NOW]);
        }
        Said::of(&command.args(words).output().unwrap(), self.folder.path())
    }

    /// Runs the program, which must do what was asked; answers what it printed.
    pub(crate) fn done(&self, words: &str) -> String {
        let said = self.run(words);
        assert_eq!(said.code, 0, "{words}: {}{}", said.out, said.err);
        said.out
    }

    /// Runs the program, which must refuse with a sentence; answers it.
    pub(crate) fn refused(&self, words: &str) -> String {
        self.run(words).refusal()
    }

    /// Records something as `amy`; answers what was said.
    pub(crate) fn record(&self, version: u64, happened: &str, kind: &str, content: &str) -> Said {
        self.record_as("amy", version, happened, kind, content)
    }

    pub(crate) fn record_as(&self, who: &str, version: u64, happened: &str, kind: &str, content: &str) -> Said {
        let version = version.to_string();
        self.run_words(&[
            "--as",
            who,
            "person",
            "record",
            "p-1",
            kind,
            content,
            "--version",
            &version,
            "--happened",
            happened,
        ])
    }

    /// A person on a community payback order of supervision and 100 hours, imposed on Monday 2 March 2026.
    pub(crate) fn with_order() -> Self {
        let world = Self::staffed();
        let order = r#"{"order":"CPO-1","kind":"cpo","court":{"name":"Capital Sheriff Court","kind":"sheriff_summary"},
            "council":"capital","requirements":[{"kind":"supervision","months":12},{"kind":"unpaid_work","hours":100}],
            "report_considered":true}"#;
        let steps = [
            ("2026-03-02", "person.named", r#"{"kind":"legal","given":"Alex","family":"Example"}"#),
            ("2026-03-02", "order.imposed", order),
            ("2026-03-02", "order.received", r#"{"order":"CPO-1","copy_order":true}"#),
            ("2026-03-03", "supervision.allocated", r#"{"worker":"amy","team":"north"}"#),
        ];
        for (version, (happened, kind, content)) in (0..).zip(steps) {
            let said = world.record(version, happened, kind, content);
            assert_eq!(said.code, 0, "{kind}: {}", said.err);
        }
        world
    }

    /// An administrator of a synthetic area: the first that the numbering of its staff leads to.
    pub(crate) fn administrator(&self, store: &str) -> String {
        let accounts = (1..100).map(|number| format!("w-capital-{number:03}"));
        let mut found =
            accounts.filter(|account| self.run(&format!("--store {store} --as {account} staff list")).code == 0);
        found.next().expect("the area has an administrator")
    }

    /// Every event on record, to see that nothing changed.
    pub(crate) fn events(&self) -> String {
        self.done("--as ada export events")
    }
}

impl Said {
    fn of(output: &Output, folder: &Path) -> Self {
        let text =
            |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().replace(&format!("{}/", folder.display()), "");
        Self { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The sentence on standard error of a run that did not do what was asked.
    pub(crate) fn refusal(self) -> String {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        self.err.trim_end().to_owned()
    }
}
