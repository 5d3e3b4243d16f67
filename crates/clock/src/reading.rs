//! From one `[[standard]]` table to a [`Standard`]: every key of `rulebooks/README.md`, and no other.

use crate::{
    fields::{Fields, missing},
    pattern::Way,
    standard::{
        Allowed, Bound, Cadence, CalendarRole, Confidence, Count, Deadline, Kind, Opening, Rule, Standard, Status,
        Target, Total,
    },
};
use calendar::Limit;
use toml::Table;

const COMMON: &[&str] = &[
    "id",
    "title",
    "kind",
    "status",
    "confidence",
    "source",
    "applies_to",
    "except",
    "note",
    "see_also",
    "replaces",
    "valid_from",
    "valid_until",
    "group",
    "while_applies",
    "while",
    "survives_end",
];
const OPENING: &[&str] = &["trigger", "trigger_else", "once", "one_at_a_time", "on_nth", "on_change", "link"];
const DEADLINE: &[&str] = &[
    "discharged_by",
    "excused_by",
    "limit",
    "suggested",
    "calendar",
    "early_from",
    "or_until",
    "or_by",
    "extended_limit",
    "extended_if",
];
const CADENCE: &[&str] =
    &["discharged_by", "excused_by", "at_least", "every", "for", "relaxed_every", "relaxed_by", "restored_by"];
const SCHEDULE: &[&str] = &["discharged_by", "excused_by", "milestones", "then_every"];
const GATE: &[&str] = &["discharged_by", "excused_by", "before", "fields", "limit"];
const RECORD: &[&str] = &["discharged_by", "excused_by", "fields", "limit", "suggested", "calendar", "early_from"];
const FIGURE: &[&str] = &["attribute", "plus", "min", "max", "min_attribute", "bounds"];
const TOTAL: &[&str] = &["sum", "at_most", "at_most_percent", "at_most_of", "at_most_unit"];
const CEILING: &[&str] = &["discharged_by", "at_most", "every", "for"];
const LENGTH: &[&str] =
    &["discharged_by", "excused_by", "limit", "not_before", "calendar", "extended_limit", "extended_if"];
const SINCE: &[&str] = &["discharged_by", "from", "limit", "date_attribute", "calendar"];
const TARGET: &[&str] = &["of", "percent", "by", "discharged_by", "limit", "calendar"];
const BOUND: &[&str] = &["attribute", "plus", "min", "max", "min_attribute"];

fn every_key() -> Vec<&'static str> {
    let all =
        [COMMON, OPENING, DEADLINE, CADENCE, SCHEDULE, GATE, RECORD, FIGURE, TOTAL, CEILING, LENGTH, SINCE, TARGET];
    all.concat()
}

/// Reads one table. The refusal is the latter part of a sentence that begins with the file and the standard.
pub(crate) fn standard(table: &Table, file: &str) -> Result<Standard, String> {
    let fields = Fields(table);
    let kind = fields.one_of("kind", Kind::WORDS)?.ok_or_else(|| missing("kind"))?;
    let form = form(kind, &fields);
    let opening_keys = if matches!(kind, Kind::Target) && fields.has("of") { &[][..] } else { OPENING };
    fields.only(&[COMMON, opening_keys, form], &every_key(), &format!("a {kind} of this form"))?;
    let id = fields.required("id")?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !id.split('.').all(|word| !word.is_empty() && word.chars().all(plain)) {
        return Err("\"id\" must be lower-case words joined by dots, such as nos.allocate".to_owned());
    }
    let status = fields.one_of("status", Status::WORDS)?.ok_or_else(|| missing("status"))?;
    let applies_to = fields.selectors("applies_to")?;
    if applies_to.is_empty() {
        return Err(missing("applies_to"));
    }
    let (valid_from, valid_until) = (fields.date("valid_from")?, fields.date("valid_until")?);
    if valid_from.zip(valid_until).is_some_and(|(from, until)| until < from) {
        return Err("\"valid_until\" lies before \"valid_from\"; exchange them".to_owned());
    }
    let standard = Standard {
        id: id.into(),
        title: fields.required("title")?.to_owned(),
        kind,
        status,
        confidence: fields.one_of("confidence", Confidence::WORDS)?.ok_or_else(|| missing("confidence"))?,
        source: fields.required("source")?.to_owned(),
        note: fields.text("note")?.map(str::to_owned),
        see_also: fields.texts("see_also")?.into_iter().map(str::to_owned).collect(),
        replaces: fields.text("replaces")?.map(str::to_owned),
        valid_from,
        valid_until,
        group: fields.text("group")?.map(Into::into),
        on: status == Status::Current,
        file: file.to_owned(),
        applies_to,
        except: fields.selectors("except")?,
        while_applies: fields.flag("while_applies")?,
        only_while: fields.selectors("while")?,
        survives_end: fields.flag("survives_end")?,
        opening: opening(&fields)?,
        discharged_by: fields.ways("discharged_by")?,
        excused_by: fields.ways("excused_by")?,
        early_from: fields.patterns("early_from")?,
        limit: allowed(&fields)?,
        calendar: fields.one_of("calendar", CalendarRole::WORDS)?,
        rule: rule(kind, &fields)?,
    };
    complete(&standard)?;
    Ok(standard)
}

/// The keys that this kind, in the form that its own keys show, may hold.
fn form(kind: Kind, fields: &Fields<'_>) -> &'static [&'static str] {
    match kind {
        Kind::Deadline => DEADLINE,
        Kind::Cadence => CADENCE,
        Kind::Schedule => SCHEDULE,
        Kind::Gate => GATE,
        Kind::Record => RECORD,
        Kind::Floor => SINCE,
        Kind::Target => TARGET,
        Kind::Cap | Kind::Range if fields.has("attribute") || fields.has("bounds") => FIGURE,
        Kind::Cap | Kind::Range if fields.has("sum") => TOTAL,
        Kind::Cap | Kind::Range if fields.has("every") => CEILING,
        Kind::Cap | Kind::Range if fields.has("from") => SINCE,
        Kind::Cap | Kind::Range => LENGTH,
    }
}

fn opening(fields: &Fields<'_>) -> Result<Opening, String> {
    Ok(Opening {
        trigger: fields.patterns("trigger")?,
        trigger_else: fields.patterns("trigger_else")?,
        once: fields.flag("once")?,
        one_at_a_time: fields.flag("one_at_a_time")?,
        on_nth: fields.positive("on_nth")?,
        on_change: fields.text("on_change")?.map(Into::into),
        link: fields.names("link")?,
    })
}

fn allowed(fields: &Fields<'_>) -> Result<Option<Allowed>, String> {
    let suggested = fields.limit("suggested")?;
    let limit = match fields.text("limit")? {
        None => return Ok(None),
        Some("set locally") => return Ok(Some(Allowed::SetLocally { local: None, suggested })),
        Some(words) => match words.strip_prefix("from attribute ") {
            Some(name) => Allowed::FromAttribute(name.trim().into()),
            None => Allowed::Within(words.parse().map_err(|problem: calendar::NotALimit| {
                format!("\"limit\": {problem} Or \"set locally\", or \"from attribute NAME\".")
            })?),
        },
    };
    match suggested {
        Some(_) => Err("\"suggested\" only goes with limit = \"set locally\"; take it out".to_owned()),
        None => Ok(Some(limit)),
    }
}

fn rule(kind: Kind, fields: &Fields<'_>) -> Result<Rule, String> {
    let extended = match (fields.text("extended_if")?, fields.limit("extended_limit")?) {
        (Some(attribute), Some(limit)) => Some((attribute.into(), limit)),
        (None, None) => None,
        _ => return Err("\"extended_limit\" and \"extended_if\" go together; write both or neither".to_owned()),
    };
    Ok(match kind {
        Kind::Deadline => Rule::Deadline(Deadline {
            or_until: fields.text("or_until")?.map(Into::into),
            or_by: fields.table("or_by")?.map(or_by).transpose()?,
            extended,
        }),
        Kind::Cadence => Rule::Cadence(cadence(fields, Count::AtLeast(fields.positive("at_least")?.unwrap_or(1)))?),
        Kind::Schedule => {
            Rule::Schedule { milestones: fields.limits("milestones")?, then_every: fields.limit("then_every")? }
        }
        Kind::Gate => Rule::Gate { before: fields.patterns("before")?, fields: fields.names("fields")? },
        Kind::Record => Rule::Record { fields: fields.names("fields")? },
        Kind::Floor => since(fields, true)?,
        Kind::Cap | Kind::Range => measure(fields, extended)?,
        Kind::Target => Rule::Target(Target {
            of: fields.text("of")?.map(str::to_owned),
            percent: match fields.whole("percent")? {
                None => None,
                Some(percent) => Some(
                    u32::try_from(percent)
                        .ok()
                        .filter(|p| (1..=100).contains(p))
                        .ok_or_else(|| format!("\"percent\" is {percent}; it must be from 1 to 100"))?,
                ),
            },
            by: fields.date("by")?,
        }),
    })
}

fn or_by(table: &Table) -> Result<(compact_str::CompactString, Limit), String> {
    let fields = Fields(table);
    fields.only(&[&["attribute", "less"]], &[], "\"or_by\"")?;
    let less = fields.limit("less")?.ok_or_else(|| missing("or_by.less"))?;
    if !matches!(less, Limit::Months { beginning_with: false, .. }) {
        return Err(format!("\"or_by.less\" is \"{less}\"; it must be a number of months"));
    }
    Ok((fields.required("attribute")?.into(), less))
}

fn cadence(fields: &Fields<'_>, count: Count) -> Result<Cadence, String> {
    let cadence = Cadence {
        count,
        every: period(fields, "every")?.ok_or_else(|| missing("every"))?,
        lasts: period(fields, "for")?,
        relaxed_every: period(fields, "relaxed_every")?,
        relaxed_by: fields.patterns("relaxed_by")?,
        restored_by: fields.patterns("restored_by")?,
    };
    if cadence.relaxed_every.is_some() == cadence.relaxed_by.is_empty() {
        return Err("\"relaxed_every\" and \"relaxed_by\" go together; write both or neither".to_owned());
    }
    Ok(cadence)
}

/// A period: a limit that is a plain length of time.
fn period(fields: &Fields<'_>, key: &str) -> Result<Option<Limit>, String> {
    let limit = fields.limit(key)?;
    match limit {
        None
        | Some(Limit::Days(_) | Limit::Weeks(_) | Limit::Months { beginning_with: false, .. } | Limit::Years(_)) => {
            Ok(limit)
        }
        Some(other) => Err(format!("\"{key}\" is \"{other}\"; a period is a number of days, weeks, months or years")),
    }
}

fn since(fields: &Fields<'_>, not_before: bool) -> Result<Rule, String> {
    let from = fields.patterns("from")?;
    if from.is_empty() {
        return Err(missing("from"));
    }
    Ok(Rule::Since { from, date_attribute: fields.text("date_attribute")?.map(Into::into), not_before })
}

fn measure(fields: &Fields<'_>, extended: Option<(compact_str::CompactString, Limit)>) -> Result<Rule, String> {
    if fields.has("bounds") {
        let read = |table: &Table| {
            let fields = Fields(table);
            fields.only(&[BOUND], &[], "an entry of \"bounds\"")?;
            bound(&fields)
        };
        return fields.tables("bounds")?.into_iter().map(read).collect::<Result<_, _>>().map(Rule::Figure);
    }
    if fields.has("attribute") {
        return Ok(Rule::Figure(vec![bound(fields)?]));
    }
    if let Some(sum) = fields.text("sum")? {
        let share = match (fields.whole("at_most_percent")?, fields.text("at_most_of")?) {
            (None, None) => None,
            (Some(percent), Some(of)) => Some((percent, of.into(), fields.whole("at_most_unit")?.unwrap_or(1))),
            _ => return Err("\"at_most_percent\" and \"at_most_of\" go together; write both or neither".to_owned()),
        };
        let at_most = fields.whole("at_most")?.ok_or_else(|| missing("at_most"))?;
        return Ok(Rule::Total(Total { sum: sum.into(), at_most, share }));
    }
    if fields.has("every") {
        let most = fields.positive("at_most")?.ok_or_else(|| missing("at_most"))?;
        return cadence(fields, Count::AtMost(most)).map(Rule::Cadence);
    }
    if fields.has("from") {
        return since(fields, false);
    }
    Ok(Rule::Length { not_before: fields.limit("not_before")?, extended })
}

fn bound(fields: &Fields<'_>) -> Result<Bound, String> {
    let bound = Bound {
        attribute: fields.required("attribute")?.into(),
        plus: fields.names("plus")?,
        min: fields.whole("min")?,
        max: fields.whole("max")?,
        min_attribute: fields.text("min_attribute")?.map(Into::into),
    };
    if bound.min.is_none() && bound.max.is_none() && bound.min_attribute.is_none() {
        return Err(format!(
            "\"{}\" has no \"min\", \"max\" or \"min_attribute\"; write at least one",
            bound.attribute
        ));
    }
    if bound.min.zip(bound.max).is_some_and(|(min, max)| max < min) {
        return Err("\"max\" is below \"min\"; exchange them".to_owned());
    }
    Ok(bound)
}

/// What a standard of its kind cannot be without.
fn complete(standard: &Standard) -> Result<(), String> {
    let own_facts = !matches!(&standard.rule, Rule::Target(target) if target.of.is_some());
    if own_facts && standard.opening.trigger.is_empty() {
        return Err(missing("trigger"));
    }
    let limit_missing = standard.limit.is_none();
    let discharge_missing = standard.discharged_by.is_empty();
    let fault = match &standard.rule {
        Rule::Deadline(_) | Rule::Length { .. } | Rule::Cadence(_) if discharge_missing => Some("discharged_by"),
        Rule::Deadline(_) | Rule::Length { .. } | Rule::Since { .. } if limit_missing => Some("limit"),
        Rule::Schedule { milestones, .. } if milestones.is_empty() => Some("milestones"),
        Rule::Schedule { .. } if discharge_missing => Some("discharged_by"),
        Rule::Gate { before, .. } if before.is_empty() => Some("before"),
        Rule::Gate { fields, .. } | Rule::Record { fields } if discharge_missing && fields.is_empty() => {
            Some("discharged_by")
        }
        Rule::Target(_) if own_facts && discharge_missing => Some("discharged_by"),
        _ => None,
    };
    if let Some(key) = fault {
        return Err(missing(key));
    }
    if let Rule::Cadence(Cadence { count: Count::AtLeast(2..) | Count::AtMost(_), .. }) = &standard.rule
        && standard.discharged_by.iter().any(|Way(parts)| parts.len() > 1)
    {
        return Err("\"discharged_by\": what is counted cannot be \"a + b\"; count one of them".to_owned());
    }
    let counts_days = match &standard.limit {
        Some(Allowed::Within(limit)) => limit.needs_calendar(),
        Some(Allowed::SetLocally { .. }) => true,
        Some(Allowed::FromAttribute(_)) | None => false,
    };
    if counts_days && standard.calendar.is_none() {
        return Err("\"calendar\" is missing: the limit counts working days or is set locally, so say whose days: council, court or national".to_owned());
    }
    if let Rule::Gate { .. } = &standard.rule
        && !matches!(standard.limit, None | Some(Allowed::FromAttribute(_)))
    {
        return Err(
            "\"limit\" of a gate can only be \"from attribute NAME\": a gate is due by the event that it stands before"
                .to_owned(),
        );
    }
    Ok(())
}
