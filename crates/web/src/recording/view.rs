//! The fields of a form as the page shows them.

use super::describe::Described;
use super::known::{self, Choice};
use super::shape::{self, Field};
use crate::Words;
use crate::form::Form;
use crate::words::{Form as Looks, Names};
use jiff::civil::Date;
use record::Record;

/// One thing on the page.
pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) widget: Widget,
}

/// How it is asked for.
pub(crate) enum Widget {
    /// A line of text, of a width.
    Line(&'static str),
    /// A number, of a width.
    Number,
    /// A day or a time, typed freely; what it leans to is for the script that says it back.
    Day(&'static str),
    /// Several lines.
    Note(u8),
    /// One of many.
    Select(Vec<Choice>),
    /// One of a few.
    Radios(Vec<Choice>),
    /// Any of several.
    Ticks(Vec<Choice>),
    /// Yes, or nothing.
    Tick,
    /// Fields that belong together begin here.
    Open,
    /// They end here.
    Close,
    /// The ten requirements with their terms.
    Requirements(Vec<Requirement>),
    /// What the person was asked about themselves.
    Answers(Vec<Choice>),
}

/// One of the ten requirements.
pub(crate) struct Requirement {
    pub(crate) kind: String,
    pub(crate) title: String,
    /// The terms that it can have: name and label.
    pub(crate) terms: Vec<Choice>,
}

/// What the page needs to know to show a form.
pub(crate) struct Viewer<'a> {
    pub(crate) words: &'a Words,
    pub(crate) described: &'a Described,
    pub(crate) kind: &'a str,
    pub(crate) record: &'a Record,
    pub(crate) today: Date,
    /// Who works here, in which team of which council.
    pub(crate) names: &'a Names,
    /// What was typed.
    pub(crate) form: &'a Form,
}

/// As many choices are still seen at once; more are a list to open.
const SEEN_AT_ONCE: usize = 6;

impl Viewer<'_> {
    /// Everything that the form asks for, in its order.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        let mut shown = Vec::new();
        let label = |field: &str| self.words.field_label(self.kind, field).into_owned();
        self.fields(&mut shown, shape::of_event(self.kind), "", &label);
        for one in &mut shown {
            // What was chosen before and is no choice any more is still there to be seen.
            let typed = self.form.get(&one.name);
            if let Widget::Select(choices) = &mut one.widget
                && !choices.iter().any(|(value, _)| value == typed)
            {
                choices.push((typed.to_owned(), typed.to_owned()));
            }
        }
        shown
    }

    fn fields(&self, shown: &mut Vec<Shown>, fields: &[Field], prefix: &str, label: &dyn Fn(&str) -> String) {
        for field in self.described.in_order(self.kind, fields) {
            let name = format!("{prefix}{}", field.name);
            let mut label = label(&field.name);
            let mut hint = self.described.hint(self.kind, field).to_owned();
            if prefix.is_empty() && self.described.makes(self.kind) == field.name {
                label = format!("Reference of this {}", label.to_lowercase());
                hint = String::from("The one suggested will do. Change it if your papers have another.");
            }
            if let Looks::Part(part) = &field.looks {
                shown.push(Shown { name: name.clone(), label, hint, widget: Widget::Open });
                self.part(shown, part, &name);
                shown.push(Shown { name, label: String::new(), hint: String::new(), widget: Widget::Close });
                continue;
            }
            if matches!(field.looks, Looks::Event | Looks::What) {
                continue;
            }
            let needs_no_word = field.required || matches!(field.looks, Looks::YesNo);
            if !needs_no_word {
                label.push_str(" (optional)");
            }
            let widget = self.widget(field);
            shown.push(Shown { name, label, hint, widget });
        }
    }

    fn part(&self, shown: &mut Vec<Shown>, part: &str, name: &str) {
        let label = |field: &str| self.words.part_label(part, field).into_owned();
        if part == "identifier" {
            let issuers = ["chs", "pnc", "sps", "chi", "local"];
            let said = |issuer: &&str| ((*issuer).to_owned(), self.words.say("identifier_kind", issuer));
            let mut one = |field: &str, label: String, hint: &str, widget| {
                let (name, hint) = (format!("{name}.{field}"), hint.to_owned());
                shown.push(Shown { name, label, hint, widget });
            };
            one("kind", label("kind"), "", Widget::Radios(issuers.iter().map(said).collect()));
            one(
                "system",
                "System".to_owned(),
                "For a number of a council, court or other system.",
                Widget::Line("govuk-input--width-20"),
            );
            one("value", label("value"), "", Widget::Line("govuk-input--width-20"));
            return;
        }
        self.fields(shown, shape::of_part(part), &format!("{name}."), &label);
    }

    fn widget(&self, field: &Field) -> Widget {
        match &field.looks {
            Looks::Note => Widget::Note(if field.required { 5 } else { 3 }),
            Looks::Date if self.described.is_past(&field.name) => Widget::Day("past"),
            Looks::Date => Widget::Day("future"),
            Looks::Time => Widget::Day("time"),
            Looks::Birth => Widget::Day("birth"),
            Looks::Happened => Widget::Day("past"),
            Looks::Number => Widget::Number,
            Looks::YesNo if field.required => {
                Widget::Radios(vec![("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())])
            }
            Looks::YesNo => Widget::Tick,
            Looks::Choice(list) => {
                let choices = self.values(list);
                if field.required && choices.len() <= SEEN_AT_ONCE {
                    Widget::Radios(choices)
                } else {
                    Widget::Select(with_none(choices, field.required))
                }
            }
            Looks::Reference(sort) if self.described.makes(self.kind) != field.name => {
                let known = known::choices(self.kind, sort, self.record, self.words, self.today);
                if known.is_empty() {
                    Widget::Line("govuk-input--width-20")
                } else {
                    Widget::Select(with_none(known, field.required))
                }
            }
            Looks::List(of) => match &**of {
                Looks::Part(_) => Widget::Requirements(self.requirements()),
                Looks::Choice(list) => Widget::Ticks(self.values(list)),
                Looks::Reference(sort) => {
                    let known = known::choices(self.kind, sort, self.record, self.words, self.today);
                    if known.is_empty() { Widget::Note(2) } else { Widget::Ticks(known) }
                }
                Looks::Note => Widget::Note(6),
                _ => Widget::Note(4),
            },
            Looks::Answers => Widget::Answers(self.values("characteristic")),
            _ if field.most > 0 && field.most <= 20 => Widget::Line("govuk-input--width-10"),
            Looks::Worker if !self.names.directory.members().is_empty() => {
                Widget::Select(with_none(workers(self.names), field.required))
            }
            Looks::Team if !self.names.directory.teams().is_empty() => {
                let teams = self.names.directory.teams().values();
                let teams = teams.map(|team| (team.team.to_string(), team.name.to_string())).collect();
                Widget::Select(with_none(teams, field.required))
            }
            Looks::Area if !self.names.directory.agencies().is_empty() => {
                let agencies = self.names.directory.agencies().values();
                let agencies = agencies.map(|agency| (agency.agency.to_string(), agency.name.to_string())).collect();
                Widget::Select(with_none(agencies, field.required))
            }
            Looks::Worker | Looks::Team | Looks::Area | Looks::Reference(_) => Widget::Line("govuk-input--width-20"),
            _ => Widget::Line(""),
        }
    }

    fn values(&self, list: &str) -> Vec<Choice> {
        shape::choices(list).iter().map(|value| (value.clone(), self.words.say(list, value))).collect()
    }

    /// The ten requirements, each with the terms that it can have.
    pub(crate) fn requirements(&self) -> Vec<Requirement> {
        let label = |field: &&str| ((*field).to_owned(), self.words.part_label("requirement", field).into_owned());
        let row = |kind: &String| Requirement {
            title: self.words.say("requirement_kind", kind),
            terms: terms_of(kind).iter().map(label).collect(),
            kind: kind.clone(),
        };
        shape::choices("requirement_kind").iter().map(row).collect()
    }
}

/// The terms that a requirement can have (1995 Act ss.227G–227ZE).
fn terms_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "supervision" => &["months"],
        "compensation" => &["pence", "months"],
        "unpaid_work" => &["hours", "until", "concurrent_with"],
        "restricted_movement" => &["months", "days", "hours_a_day", "terms"],
        "residence" | "conduct" => &["months", "days", "terms"],
        _ => &["months", "days", "terms", "provider"],
    }
}

/// Everybody who works here, with their team, in the order of their names.
pub(crate) fn workers(names: &Names) -> Vec<Choice> {
    let said = |member: &service::Member| {
        let team =
            member.actor.team.as_ref().map(|team| format!(", {}", names.team(team.as_str()))).unwrap_or_default();
        (member.actor.id.to_string(), format!("{}{team}", member.name))
    };
    let mut workers: Vec<Choice> = names.directory.members().values().map(said).collect();
    workers.sort_by(|(_, one), (_, other)| one.cmp(other));
    workers
}

fn with_none(mut choices: Vec<Choice>, required: bool) -> Vec<Choice> {
    // With one to choose and a need for it there is nothing to ask.
    if !(required && choices.len() == 1) {
        choices.insert(0, (String::new(), if required { "Choose" } else { "None" }.to_owned()));
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::super::describe::DESCRIBED;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_kind_of_event_shows_every_field_and_each_with_a_label() {
        let words = Words::shipped().unwrap();
        let record = Record::default();
        for (kind, _) in record::What::KINDS {
            let viewer = Viewer {
                words: &words,
                described: &DESCRIBED,
                kind,
                record: &record,
                today: date(2026, 3, 4),
                names: &Names::default(),
                form: &Form::default(),
            };
            let shown = viewer.shown();
            for field in shape::of_event(kind) {
                if !kind.starts_with("amend.") {
                    assert!(shown.iter().any(|one| one.name == field.name), "{kind} does not show {}", field.name);
                }
            }
            let closed = |one: &Shown| matches!(one.widget, Widget::Close);
            assert!(shown.iter().all(|one| closed(one) || !one.label.is_empty()), "{kind}");
        }
    }

    #[test]
    fn every_term_of_a_requirement_can_be_typed_somewhere() {
        for field in shape::of_part("requirement").iter().filter(|field| field.name != "kind") {
            let kinds = shape::choices("requirement_kind");
            assert!(kinds.iter().any(|kind| terms_of(kind).contains(&field.name.as_str())), "{}", field.name);
        }
    }
}
