//! The files of rules: those of a folder, or those that the program carries.

use crate::platform;
use anyhow::{Result, anyhow, bail};
use calendar::Calendars;
use clock::Rulebook;
use measure::predictor::Predictor;
use record::Law;
use service::{FundingRules, PlanRules, Policy, Rules, Safeguards};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every file of rules that the program carries, by its name in the repository.
static CARRIED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

/// Files as their names and texts.
pub(crate) type Files = Vec<(String, String)>;

/// Where rules are read from.
#[derive(Clone, Debug)]
pub(crate) struct RuleFiles {
    /// A folder that holds `rulebooks/` and `calendars/`; none for what the program carries.
    root: Option<PathBuf>,
    /// Whether the folder was named, so that its policies count too.
    named: bool,
}

/// A rulebook with the files that lie beside its standards.
pub(crate) struct Book {
    pub(crate) rulebook: Rulebook,
    /// Councils' limits: each file's name without folder and ending, and its text.
    pub(crate) local: Files,
    pub(crate) scenarios: Files,
}

impl RuleFiles {
    /// The folder that was named; else the working folder if it holds rules; else what the program carries.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self> {
        let holds_rules = |root: &Path| root.join("rulebooks").is_dir() && root.join("calendars").is_dir();
        match named {
            Some(root) if holds_rules(root) => Ok(Self { root: Some(root.to_owned()), named: true }),
            Some(root) => bail!(
                "--rules {}: the folder must hold the folders rulebooks and calendars; leave --rules out to use the rules that the program carries",
                root.display()
            ),
            None if holds_rules(Path::new(".")) => Ok(Self { root: Some(PathBuf::new()), named: false }),
            None => Ok(Self { root: None, named: false }),
        }
    }

    /// The files directly in a folder that end in `.toml`; none when there is no such folder.
    fn folder(&self, folder: &str) -> Result<Files> {
        match &self.root {
            Some(root) if root.join(folder).is_dir() => platform::toml_files(&root.join(folder)),
            Some(_) => Ok(Vec::new()),
            None => Ok(carried(folder)),
        }
    }

    /// A rulebook: a folder, or the name of one under `rulebooks/` or `rulebooks/drafts/`. A draft that amends another is
    /// read over that one.
    pub(crate) fn book(&self, name: &str) -> Result<Book> {
        let (files, local, scenarios) = self.find_book(name)?;
        let rulebook = match amended(&files) {
            Some(base) if base != name => self.book(&base)?.rulebook.draft(&files)?,
            _ => Rulebook::parse(&files)?,
        };
        Ok(Book { rulebook, local: stems(local), scenarios })
    }

    /// A draft, read over a rulebook.
    pub(crate) fn draft(&self, name: &str, over: &Rulebook) -> Result<Rulebook> {
        Ok(over.draft(&self.find_book(name)?.0)?)
    }

    fn find_book(&self, name: &str) -> Result<(Files, Files, Files)> {
        let path = Path::new(name);
        if path.is_dir() {
            let beside = |folder: &str| {
                let folder = path.join(folder);
                if folder.is_dir() { platform::toml_files(&folder) } else { Ok(Vec::new()) }
            };
            return Ok((platform::toml_files(path)?, beside("local")?, beside("scenarios")?));
        }
        for folder in [format!("rulebooks/{name}"), format!("rulebooks/drafts/{name}")] {
            let files = self.folder(&folder)?;
            if !files.is_empty() {
                let beside = |below: &str| self.folder(&format!("{folder}/{below}"));
                return Ok((files, beside("local")?, beside("scenarios")?));
            }
        }
        let known = self.book_names()?.into_iter().collect::<Vec<_>>().join(", ");
        Err(anyhow!("there is no rulebook \"{name}\": name a folder that holds rulebook.toml, or one of {known}"))
    }

    fn book_names(&self) -> Result<BTreeSet<String>> {
        let Some(root) = &self.root else {
            let names = CARRIED.iter().filter_map(|(name, _)| {
                name.strip_prefix("rulebooks/")?.strip_suffix("/rulebook.toml").map(str::to_owned)
            });
            return Ok(names.collect());
        };
        let mut names = BTreeSet::new();
        for (folder, before) in [("rulebooks", ""), ("rulebooks/drafts", "drafts/")] {
            let Ok(listing) = std::fs::read_dir(root.join(folder)) else { continue };
            for entry in listing {
                let entry = entry?;
                if entry.path().join("rulebook.toml").is_file() {
                    names.insert(format!("{before}{}", entry.file_name().to_string_lossy()));
                }
            }
        }
        Ok(names)
    }

    /// A file of a folder of data, `definitions/` say: a path, or a name without its ending.
    pub(crate) fn data(&self, folder: &str, name: &str) -> Result<(String, String)> {
        let path = Path::new(name);
        if path.is_file() {
            return Ok((name.to_owned(), platform::read_text(path)?));
        }
        let held = self.folder(folder)?;
        let files = if held.is_empty() { carried(folder) } else { held };
        let known = || stems(files.clone()).into_iter().map(|(stem, _)| stem).collect::<Vec<_>>().join(", ");
        let wanted = format!("{name}.toml");
        let found = files.iter().find(|(file, _)| Path::new(file).file_name().is_some_and(|file| *file == *wanted));
        found.cloned().ok_or_else(|| anyhow!("there is no {folder}/{wanted}: name a file, or one of {}", known()))
    }

    /// A file that lies beside a file of data and is named in it.
    fn beside(&self, folder: &str, data: &str, name: &str) -> Result<String> {
        let path = Path::new(data);
        if path.is_file() {
            return platform::read_text(&path.with_file_name(name));
        }
        let held = self.root.as_ref().map(|root| root.join(folder).join(name)).filter(|path| path.is_file());
        if let Some(path) = held {
            return platform::read_text(&path);
        }
        let wanted = format!("{folder}/{name}");
        let text = CARRIED.iter().find(|(file, _)| **file == *wanted).map(|(_, text)| (*text).to_owned());
        text.ok_or_else(|| anyhow!("there is no {wanted}, which {data} names"))
    }

    /// Every calendar.
    pub(crate) fn calendars(&self) -> Result<Calendars> {
        Ok(calendar::load(&self.folder("calendars")?)?)
    }

    /// The law's limits on orders.
    fn law(&self) -> Result<Law> {
        let files = self.folder("orders")?;
        match files.into_iter().find(|(name, _)| name.ends_with("scotland.toml")) {
            Some((_, text)) => Ok(Law::parse(&text)?),
            None => Ok(Law::scotland()?),
        }
    }

    /// Rulebook, calendars and law together, with a council's own limits if its file is named.
    pub(crate) fn rules(&self, book: &str, local: Option<&str>) -> Result<Rules> {
        let book = self.book(book)?;
        let rulebook = with_local(&book, local)?;
        let drafts = self.drafts(&rulebook)?;
        let rules = Rules::new(rulebook, self.calendars()?, self.law()?)?.with_drafts(drafts)?;
        let definitions = self.measuring("definitions", measure::Definition::parse)?;
        let offences = self.measuring("offences", measure::Offences::parse)?;
        let scales = self.measuring("severity", measure::Scale::parse)?;
        let programmes = self.measuring("programmes", measure::Programmes::parse)?;
        let groups = self.measuring("groups", measure::PriorityGroups::parse)?;
        let rules = rules.with_definitions(definitions).with_offences(offences).with_scales(scales);
        let rules = rules.with_programmes(programmes).with_predictors(self.predictors()?);
        let rules = rules.with_priority_groups(groups)?;
        let file = |name: &str| self.data("plans", name).map(|(_, text)| text);
        let plans = PlanRules::parse(&file("rag")?, &file("reports")?, &file("consultees")?, &file("qualifications")?)?;
        let rules = rules.with_plan_rules(plans);
        Ok(match self.funding()? {
            Some(funding) => rules.with_funding(funding),
            None => rules,
        })
    }

    /// The formulas for money with the area that it is divided between; none where no area is given.
    fn funding(&self) -> Result<Option<FundingRules>> {
        let held = self.folder("funding")?;
        let from = |folder: &str| if held.is_empty() { Ok(carried(folder)) } else { self.folder(folder) };
        let (files, formulas) = (from("funding")?, from("funding/formulas")?);
        let named = |name: &str| files.iter().find(|(file, _)| Path::new(file).ends_with(name)).map(|(_, text)| text);
        let Some(area) = named("area.toml") else { return Ok(None) };
        let formulas: Vec<&str> = formulas.iter().map(|(_, text)| text.as_str()).collect();
        Ok(Some(FundingRules::parse(&formulas, area, named("spending.toml").map(String::as_str))?))
    }

    /// What is measured by: the files of a folder, or those that the program carries where there are none.
    fn measuring<T>(&self, folder: &str, parse: fn(&str, &str) -> Result<T, measure::MeasureError>) -> Result<Vec<T>> {
        let held = self.folder(folder)?;
        let files = if held.is_empty() { carried(folder) } else { held };
        files.iter().map(|(file, text)| Ok(parse(file, text)?)).collect()
    }

    /// Every predictor, with the map of offences that it names.
    fn predictors(&self) -> Result<Vec<Predictor>> {
        let held = self.folder("predictors")?;
        let files = if held.is_empty() { carried("predictors") } else { held };
        files.iter().map(|(file, text)| self.predictor(file, text)).collect()
    }

    /// A predictor, with the map of offences that it names.
    pub(crate) fn predictor(&self, file: &str, text: &str) -> Result<Predictor> {
        let offences = self.beside("predictors", file, &Predictor::offences_file(file, text)?)?;
        Ok(Predictor::parse(file, text, &offences)?)
    }

    /// Every draft that can be read over the rulebook.
    fn drafts(&self, over: &Rulebook) -> Result<Vec<Rulebook>> {
        let names = self.book_names()?;
        let names = names.iter().filter_map(|name| name.strip_prefix("drafts/"));
        Ok(names.filter_map(|name| self.draft(name, over).ok()).collect())
    }

    /// The safeguards against misuse: those of a folder that was named, if it holds any, else those that the program carries.
    pub(crate) fn safeguards(&self) -> Result<Safeguards> {
        let file = self.root.as_ref().filter(|_| self.named).map(|root| root.join("policies/safeguards.toml"));
        match file.filter(|file| file.is_file()) {
            Some(file) => Ok(Safeguards::parse(&platform::read_text(&file)?)?),
            None => Ok(Safeguards::shipped()?),
        }
    }

    /// The policies: those of a folder that was named, if it holds any, else those that the program carries.
    pub(crate) fn policy(&self) -> Result<Policy> {
        let folder = self.root.as_ref().filter(|_| self.named).map(|root| root.join("policies"));
        match folder.filter(|folder| folder.is_dir()) {
            Some(folder) => {
                let schema = platform::read_text(&folder.join("schema.cedarschema"))?;
                let policies = platform::read_text(&folder.join("throughline.cedar"))?;
                Ok(Policy::parse(&schema, &policies)?)
            }
            None => Ok(Policy::shipped()?),
        }
    }
}

/// The rulebook with a council's own limits: a file, or the name of one beside the rulebook.
pub(crate) fn with_local(book: &Book, local: Option<&str>) -> Result<Rulebook> {
    let Some(named) = local else { return Ok(book.rulebook.clone()) };
    let path = Path::new(named);
    if path.is_file() {
        return Ok(book.rulebook.with_local(named, &platform::read_text(path)?)?);
    }
    let beside = book.local.iter().find(|(name, _)| name == named);
    let (name, text) = beside.ok_or_else(|| {
        let known = book.local.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        anyhow!("--local {named}: there is no such file, and the rulebook has limits of its own only for: {known}")
    })?;
    Ok(book.rulebook.with_local(&format!("local/{name}.toml"), text)?)
}

fn carried(folder: &str) -> Files {
    let directly_in = |name: &str| {
        let path = Path::new(name);
        path.parent() == Some(Path::new(folder)) && path.extension().is_some_and(|ending| ending == "toml")
    };
    let files = CARRIED.iter().filter(|(name, _)| directly_in(name));
    files.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// Which rulebook a draft amends.
fn amended(files: &Files) -> Option<String> {
    let (_, head) = files.iter().find(|(name, _)| name.ends_with("rulebook.toml"))?;
    let head: toml::Table = head.parse().ok()?;
    head.get("amends")?.as_str().map(str::to_owned)
}

fn stems(files: Files) -> Files {
    let stem =
        |name: String| Path::new(&name).file_stem().map_or(name.clone(), |stem| stem.to_string_lossy().into_owned());
    files.into_iter().map(|(name, text)| (stem(name), text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_the_program_carries_fit_together() {
        let carried = RuleFiles { root: None, named: false };
        let rules = carried.rules("scotland", Some("example-council")).unwrap();
        assert_eq!(rules.rulebook().id(), "scotland");
        carried.policy().unwrap();
        let draft = carried.book("induction-3-days").unwrap().rulebook;
        assert_eq!(draft.get("nos.induction.begin").unwrap().limit_words(), "3 working days");
    }

    #[test]
    fn a_rulebook_that_is_not_there_is_answered_with_those_that_are() {
        let carried = RuleFiles { root: None, named: false };
        assert_eq!(
            carried.book("atlantis").err().unwrap().to_string(),
            "there is no rulebook \"atlantis\": name a folder that holds rulebook.toml, or one of drafts/induction-3-days, scotland"
        );
    }
}
