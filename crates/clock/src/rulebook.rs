//! A rulebook: the standards of one jurisdiction, read from its files and checked as a whole.

use crate::{
    fields::{Fields, missing},
    reading,
    standard::{Allowed, CalendarRole, Rule, Standard, Status},
};
use calendar::Limit;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The standards of one jurisdiction.
#[derive(Clone, Debug)]
pub struct Rulebook {
    head: Head,
    entries: Vec<Entry>,
    standards: Vec<Standard>,
    council: Option<String>,
}

#[derive(Clone, Debug)]
struct Head {
    id: String,
    title: String,
    version: String,
    jurisdiction: String,
    calendars: BTreeMap<String, String>,
}

/// One `[[standard]]` as it stood, so that a draft can amend it key by key.
#[derive(Clone, Debug)]
struct Entry {
    file: String,
    table: Table,
}

/// Why a rulebook was refused. Each is a sentence that names the file, the standard and the field, the rule and the way
/// out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulebookError {
    /// The file is not TOML.
    #[error("{file} is not a TOML file: {problem}")]
    Syntax {
        /// Which file.
        file: String,
        /// What the reader said, with the line.
        problem: String,
    },
    /// Something outside any standard.
    #[error("{file}: {problem}")]
    File {
        /// Which file.
        file: String,
        /// What is wrong and the way out.
        problem: String,
    },
    /// Something in one standard.
    #[error("{file}, standard {standard}: {problem}")]
    Standard {
        /// Which file.
        file: String,
        /// The standard's id, or its number in the file where it has none.
        standard: String,
        /// What is wrong and the way out.
        problem: String,
    },
}

impl Rulebook {
    /// Reads the files of one rulebook folder, each as its name and text. Files in subfolders are not part of it.
    pub fn parse(files: &[(String, String)]) -> Result<Self, RulebookError> {
        let (file, head) = read_head(files)?;
        if head.contains_key("amends") {
            let problem = "this is a draft that amends another rulebook; read it over that one".to_owned();
            return Err(RulebookError::File { file, problem });
        }
        let (entries, amendments) = read_entries(files)?;
        if let Some(amendment) = amendments.first() {
            let problem = "[[amend]] only stands in a draft; write amends = \"…\" in rulebook.toml".to_owned();
            return Err(RulebookError::File { file: amendment.file.clone(), problem });
        }
        let head = Head::read(&head).map_err(|problem| RulebookError::File { file, problem })?;
        Self::from_entries(head, entries)
    }

    /// Reads a draft over this rulebook: its amendments replace keys of these standards. A draft without `amends` is a
    /// whole rulebook and is read as one.
    pub fn draft(&self, files: &[(String, String)]) -> Result<Self, RulebookError> {
        let (file, table) = read_head(files)?;
        let refuse = |problem: String| RulebookError::File { file: file.clone(), problem };
        let fields = Fields(&table);
        let Some(amends) = fields.text("amends").map_err(&refuse)? else { return Self::parse(files) };
        if amends != self.head.id {
            return Err(refuse(format!("it amends \"{amends}\", but is read over \"{}\"; choose one", self.head.id)));
        }
        let mut head = Head::read(&table).map_err(&refuse)?;
        let mut calendars = self.head.calendars.clone();
        calendars.append(&mut head.calendars);
        head.calendars = calendars;
        let (added, amendments) = read_entries(files)?;
        let mut entries = self.entries.clone();
        for id in fields.texts("remove").map_err(&refuse)? {
            let before = entries.len();
            entries.retain(|entry| entry.id() != Some(id));
            if entries.len() == before {
                return Err(refuse(format!("\"remove\": there is no standard \"{id}\" in {}", self.head.id)));
            }
        }
        for amendment in amendments {
            let Some(id) = amendment.id() else {
                let problem = "an [[amend]] has no \"id\"; say which standard it amends".to_owned();
                return Err(RulebookError::File { file: amendment.file, problem });
            };
            let Some(entry) = entries.iter_mut().rev().find(|entry| entry.id() == Some(id)) else {
                let problem = format!("there is no such standard in {} to amend; add it as [[standard]]", self.head.id);
                return Err(RulebookError::Standard { standard: id.to_owned(), file: amendment.file, problem });
            };
            entry.table.extend(amendment.table.clone());
            entry.file.clone_from(&amendment.file);
        }
        entries.extend(added);
        let mut draft = Self::from_entries(head, entries)?;
        draft.keep_local_limits(self);
        Ok(draft)
    }

    /// The same rulebook with a council's own limits (`local/<council>.toml`).
    pub fn with_local(&self, file: &str, text: &str) -> Result<Self, RulebookError> {
        let table = read_toml(file, text)?;
        let refuse = |problem: String| RulebookError::File { file: file.to_owned(), problem };
        let fields = Fields(&table);
        let known: &[&[&str]] = &[&["council", "title", "version", "note", "calendars", "limits"]];
        fields.only(known, &[], "a council's limits").map_err(&refuse)?;
        let mut rulebook = self.clone();
        let council = fields.required("council").map_err(&refuse)?;
        rulebook.council = Some(format!("{council} {}", fields.required("version").map_err(&refuse)?));
        rulebook.head.calendars.append(&mut read_calendars(&fields).map_err(&refuse)?);
        for (id, words) in fields.table("limits").map_err(&refuse)?.into_iter().flatten() {
            rulebook.set_locally(id, words, council).map_err(|problem| RulebookError::Standard {
                file: file.to_owned(),
                standard: id.clone(),
                problem,
            })?;
        }
        Ok(rulebook)
    }

    fn set_locally(&mut self, id: &str, words: &Value, council: &str) -> Result<(), String> {
        let words = words.as_str().ok_or("the limit must be words in quotation marks")?;
        let limit: Limit = words.parse().map_err(|problem: calendar::NotALimit| problem.to_string())?;
        let mut found = false;
        for standard in self.standards.iter_mut().filter(|standard| standard.id == id) {
            found = true;
            match &mut standard.limit {
                Some(Allowed::SetLocally { local, .. }) => *local = Some((limit, council.to_owned())),
                _ => {
                    return Err("its limit is set nationally and a council cannot change it; \
                                try another in a draft rulebook"
                        .to_owned());
                }
            }
        }
        if found { Ok(()) } else { Err("the rulebook has no such standard; check the id or take it out".to_owned()) }
    }

    fn keep_local_limits(&mut self, from: &Self) {
        self.council.clone_from(&from.council);
        for standard in &mut self.standards {
            if let (Some(Allowed::SetLocally { local, .. }), Some(Some(Allowed::SetLocally { local: kept, .. }))) =
                (&mut standard.limit, from.get(&standard.id).map(|old| &old.limit))
            {
                local.clone_from(kept);
            }
        }
    }

    /// The same rulebook with these standards switched on, whatever their status. None if one is unknown.
    pub fn turned_on<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Option<Self> {
        let mut rulebook = self.clone();
        for id in ids {
            let mut found = false;
            for standard in rulebook.standards.iter_mut().filter(|standard| standard.id == id) {
                standard.on = true;
                found = true;
            }
            if !found {
                return None;
            }
        }
        Some(rulebook)
    }

    /// The same rulebook with every population target that sets a percentage switched on, except proposed ones: reports show them whatever
    /// their date.
    #[must_use]
    pub fn with_targets(&self) -> Self {
        let mut rulebook = self.clone();
        for standard in &mut rulebook.standards {
            let measurable = matches!(&standard.rule, Rule::Target(target) if target.percent.is_some());
            standard.on |= measurable && standard.status != Status::Proposed;
        }
        rulebook
    }

    fn from_entries(head: Head, entries: Vec<Entry>) -> Result<Self, RulebookError> {
        let mut standards = Vec::with_capacity(entries.len());
        for (number, entry) in (1..).zip(&entries) {
            let standard = reading::standard(&entry.table, &entry.file).map_err(|problem| RulebookError::Standard {
                file: entry.file.clone(),
                standard: entry.id().map_or_else(|| format!("number {number}"), str::to_owned),
                problem,
            })?;
            standards.push(standard);
        }
        let rulebook = Self { head, entries, standards, council: None };
        rulebook.check()?;
        Ok(rulebook)
    }

    /// What can only be seen with all standards in view.
    fn check(&self) -> Result<(), RulebookError> {
        for (index, standard) in self.standards.iter().enumerate() {
            let refuse = |problem: String| {
                let (file, standard) = (standard.file.clone(), standard.id.to_string());
                Err(RulebookError::Standard { file, standard, problem })
            };
            for earlier in self.standards.iter().take(index).filter(|earlier| earlier.id == standard.id) {
                if overlap(standard, earlier) {
                    return refuse(format!(
                        "this id stands already in {}, in force on the same days; give one another id, or \
                         \"valid_from\" and \"valid_until\" that do not overlap",
                        earlier.file
                    ));
                }
            }
            for id in standard.see_also.iter().chain(standard.replaces.as_ref()).chain(standard.measures()) {
                if self.get(id).is_none() {
                    return refuse(format!("it names the standard \"{id}\", which the rulebook does not have"));
                }
            }
            if let Some(circle) = self.circle(standard) {
                return refuse(format!(
                    "\"replaces\" and \"of\" lead round in a circle: {circle}; take one of them out"
                ));
            }
            if let Some(role) = standard.calendar
                && !self.head.calendars.contains_key(role.as_str())
            {
                return refuse(format!(
                    "it counts on the {role} calendar, but rulebook.toml names none; add {role} = \"…\" under [calendars]"
                ));
            }
        }
        Ok(())
    }

    /// The way from a standard by `replaces` and `of` back to itself, if there is one.
    fn circle(&self, start: &Standard) -> Option<String> {
        let mut way = vec![start.id.to_string()];
        let mut at = start;
        while let Some(next) = at.replaces.as_ref().or(at.measures()).and_then(|id| self.get(id)) {
            way.push(next.id.to_string());
            if next.id == start.id {
                return Some(way.join(" → "));
            }
            if way.len() > self.standards.len() {
                return None;
            }
            at = next;
        }
        None
    }

    /// The rulebook's id.
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.head.title
    }

    /// Its version, as explanations quote it.
    pub fn version(&self) -> &str {
        &self.head.version
    }

    /// Where it holds.
    pub fn jurisdiction(&self) -> &str {
        &self.head.jurisdiction
    }

    /// The council whose limits are applied, with their version.
    pub fn council(&self) -> Option<&str> {
        self.council.as_deref()
    }

    /// The id of the calendar that plays this part, where the rulebook names one.
    pub fn calendar(&self, role: CalendarRole) -> Option<&str> {
        self.head.calendars.get(role.as_str()).map(String::as_str)
    }

    /// Every standard, in the order of the files.
    pub fn standards(&self) -> &[Standard] {
        &self.standards
    }

    /// The standard with this id; of several versions the latest.
    pub fn get(&self, id: &str) -> Option<&Standard> {
        let versions = self.standards.iter().filter(|standard| standard.id == id);
        versions.max_by_key(|standard| standard.valid_from)
    }
}

impl Standard {
    fn measures(&self) -> Option<&String> {
        match &self.rule {
            Rule::Target(target) => target.of.as_ref(),
            _ => None,
        }
    }
}

fn overlap(one: &Standard, other: &Standard) -> bool {
    let starts_before_end = |a: &Standard, b: &Standard| match (a.valid_from, b.valid_until) {
        (Some(from), Some(until)) => from <= until,
        _ => true,
    };
    starts_before_end(one, other) && starts_before_end(other, one)
}

impl Entry {
    fn id(&self) -> Option<&str> {
        self.table.get("id").and_then(Value::as_str)
    }
}

impl Head {
    fn read(table: &Table) -> Result<Self, String> {
        let fields = Fields(table);
        let known: &[&[&str]] = &[&[
            "id",
            "title",
            "version",
            "jurisdiction",
            "note",
            "calendars",
            "amends",
            "remove",
            "standard",
            "amend",
        ]];
        fields.only(known, &[], "rulebook.toml")?;
        Ok(Self {
            id: fields.required("id")?.to_owned(),
            title: fields.required("title")?.to_owned(),
            version: fields.required("version")?.to_owned(),
            jurisdiction: fields.required("jurisdiction")?.to_owned(),
            calendars: read_calendars(&fields)?,
        })
    }
}

fn read_calendars(fields: &Fields<'_>) -> Result<BTreeMap<String, String>, String> {
    let mut calendars = BTreeMap::new();
    for (role, id) in fields.table("calendars")?.into_iter().flatten() {
        if !CalendarRole::WORDS.iter().any(|(word, _)| word == role) {
            return Err(format!("\"calendars.{role}\": the roles are council, court and national"));
        }
        let id =
            id.as_str().ok_or_else(|| format!("\"calendars.{role}\" must be a calendar's id in quotation marks"))?;
        calendars.insert(role.clone(), id.to_owned());
    }
    Ok(calendars)
}

fn read_toml(file: &str, text: &str) -> Result<Table, RulebookError> {
    text.parse().map_err(|problem: toml::de::Error| RulebookError::Syntax {
        file: file.to_owned(),
        problem: problem.to_string().trim().to_owned(),
    })
}

fn read_head(files: &[(String, String)]) -> Result<(String, Table), RulebookError> {
    let named = |name: &str| name == "rulebook.toml" || name.ends_with("/rulebook.toml");
    let Some((file, text)) = files.iter().find(|(name, _)| named(name)) else {
        let problem = missing("a file with this name, holding id, title, version and jurisdiction,");
        return Err(RulebookError::File { file: "rulebook.toml".to_owned(), problem });
    };
    Ok((file.clone(), read_toml(file, text)?))
}

/// Local limits and scenarios lie in folders of their own and are not part of the rulebook.
fn is_apart(name: &str) -> bool {
    name.split('/').rev().skip(1).any(|folder| folder == "local" || folder == "scenarios")
}

/// The `[[standard]]` and the `[[amend]]` entries of all files, in order.
fn read_entries(files: &[(String, String)]) -> Result<(Vec<Entry>, Vec<Entry>), RulebookError> {
    let (mut standards, mut amendments) = (Vec::new(), Vec::new());
    for (file, text) in files.iter().filter(|(name, _)| !is_apart(name)) {
        let table = read_toml(file, text)?;
        let refuse = |problem: String| RulebookError::File { file: file.clone(), problem };
        let fields = Fields(&table);
        if !file.ends_with("rulebook.toml") {
            fields.only(&[&["standard", "amend"]], &[], "a file of standards").map_err(refuse)?;
        }
        for (key, entries) in [("standard", &mut standards), ("amend", &mut amendments)] {
            for table in fields.tables(key).map_err(refuse)? {
                entries.push(Entry { file: file.clone(), table: table.clone() });
            }
        }
    }
    Ok((standards, amendments))
}
