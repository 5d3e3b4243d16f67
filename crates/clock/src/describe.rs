//! A standard in words, for a page that lists or explains it.

use crate::standard::{Allowed, Bound, Cadence, Count, Rule, Standard};
use std::fmt::Display;

impl Standard {
    /// How long is allowed, in words: "2 working days", "set locally", "at least 1 in each 1 week for 4 weeks".
    pub fn limit_words(&self) -> String {
        match &self.rule {
            Rule::Cadence(rule) => cadence(rule),
            Rule::Schedule { milestones, then_every } => {
                let then = then_every.map(|every| format!(", then every {every}")).unwrap_or_default();
                format!("at {}{then}", joined(milestones, ", "))
            }
            Rule::Gate { before, .. } => format!("before {}", joined(before, " or ")),
            Rule::Figure(bounds) => bounds.iter().map(bound).collect::<Vec<_>>().join("; "),
            Rule::Total(total) => {
                let share = total.share.as_ref().map(|(percent, of, _)| format!(" or {percent}% of {of}, the lower"));
                format!("{} at most {}{}", total.sum, total.at_most, share.unwrap_or_default())
            }
            Rule::Since { from, not_before, .. } => {
                let bound = if *not_before { "not before" } else { "not after" };
                format!("{bound} {} from {}", self.plain_limit(), joined(from, " or "))
            }
            Rule::Length { not_before: Some(least), .. } => {
                format!("not before {least}, within {}", self.plain_limit())
            }
            Rule::Target(target) => {
                let percent = target.percent.map_or_else(|| "no percentage set".to_owned(), |p| format!("{p}%"));
                let of = target.of.as_ref().map(|of| format!(" of {of}")).unwrap_or_default();
                let limit = self.limit.as_ref().map(|_| format!(" within {}", self.plain_limit())).unwrap_or_default();
                let by = target.by.map(|by| format!(", by {}", calendar::say(by))).unwrap_or_default();
                format!("{percent}{of}{limit}{by}")
            }
            Rule::Record { fields } if !fields.is_empty() && self.limit.is_none() => {
                format!("{} written down", fields.join(", "))
            }
            Rule::Deadline(_) | Rule::Length { .. } | Rule::Record { .. } => self.plain_limit(),
        }
    }

    fn plain_limit(&self) -> String {
        match &self.limit {
            None => "no limit".to_owned(),
            Some(Allowed::Within(limit)) => limit.to_string(),
            Some(Allowed::FromAttribute(name)) => format!("the date in \"{name}\""),
            Some(Allowed::SetLocally { local: Some((limit, council)), .. }) => format!("{limit} (set by {council})"),
            Some(Allowed::SetLocally { local: None, suggested: Some(limit) }) => {
                format!("set locally ({limit} suggested)")
            }
            Some(Allowed::SetLocally { .. }) => "set locally".to_owned(),
        }
    }

    /// The standard's parts, each with its label: what opens it, what discharges it, how long is allowed, on whose calendar,
    /// for whom, and who says so. Parts that it does not have are left out.
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        let calendar = self.calendar.map(|role| format!("the {role} calendar")).unwrap_or_default();
        let all = [
            ("Applies to", joined(&self.applies_to, " or ")),
            ("Except", joined(&self.except, " or ")),
            ("Opened by", joined(&self.opening.trigger, " or ")),
            ("Without any of these, by", joined(&self.opening.trigger_else, ", else ")),
            ("Discharged by", joined(&self.discharged_by, ", or ")),
            ("Excused by", joined(&self.excused_by, ", or ")),
            ("Limit", self.limit_words()),
            ("Counted on", calendar),
            ("Source", format!("{} ({})", self.source, self.confidence)),
            ("Note", self.note.clone().unwrap_or_default()),
        ];
        all.into_iter().filter(|(_, words)| !words.is_empty()).collect()
    }

    /// The whole standard as a few lines of text.
    pub fn describe(&self) -> String {
        let title = format!("{} ({}, {}, {})", self.title, self.id, self.kind, self.status);
        self.parts().into_iter().fold(title, |lines, (label, words)| format!("{lines}\n  {label}: {words}"))
    }
}

fn joined<T: Display>(items: &[T], between: &str) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}

fn cadence(rule: &Cadence) -> String {
    let count = match rule.count {
        Count::AtLeast(n) => format!("at least {n}"),
        Count::AtMost(n) => format!("at most {n}"),
    };
    let lasts = rule.lasts.map(|lasts| format!(" for {lasts}")).unwrap_or_default();
    let relaxed = rule.relaxed_every.map(|every| format!("; {every} when relaxed")).unwrap_or_default();
    format!("{count} in each {}{lasts}{relaxed}", rule.every)
}

fn bound(bound: &Bound) -> String {
    let name = std::iter::once(&bound.attribute).chain(&bound.plus).map(ToString::to_string);
    let name = name.collect::<Vec<_>>().join(" and ");
    let least = bound.min.map(|min| min.to_string()).or_else(|| bound.min_attribute.as_ref().map(ToString::to_string));
    match (least, bound.max) {
        (Some(min), Some(max)) => format!("{name} from {min} to {max}"),
        (Some(min), None) => format!("{name} at least {min}"),
        (None, Some(max)) => format!("{name} at most {max}"),
        (None, None) => name,
    }
}
