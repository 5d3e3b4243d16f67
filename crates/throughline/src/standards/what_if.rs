//! The same cases under two rulebooks.

use crate::out;
use crate::session::Session;
use crate::table::Table;
use crate::wording::{count, counted, share};
use anyhow::Result;
use clock::Rulebook;
use clock::report::{Counts, Difference};
use jiff::civil::Date;
use record::Purpose;
use serde::Serialize;
use service::Comparison;
use std::io::Write;

/// The comparison as JSON.
#[derive(Serialize)]
struct Wire<'a> {
    as_of: Date,
    base: &'a str,
    draft: &'a str,
    people: u64,
    differences: Vec<Difference<'a>>,
}

pub(super) fn run(
    session: &Session,
    with: &str,
    as_of: Option<Date>,
    all: bool,
    json: bool,
    out: &mut dyn Write,
) -> Result<()> {
    let base = session.service.rules().rulebook();
    let draft = session.rule_files.draft(with, base)?;
    let as_of = as_of.unwrap_or_else(|| session.today());
    let compared = session.service.what_if(&session.request(Purpose::Analysis), &draft, as_of)?;
    if json {
        let mut differences = compared.comparison.differences();
        differences.retain(|difference| all || difference.is_change());
        let wire = Wire { as_of, base: base.id(), draft: draft.id(), people: compared.people, differences };
        return out::json(out, &wire);
    }
    beside(&compared, base, &draft, all, out)
}

/// Both rulebooks, a line each, for every standard that reads differently; with `all` for every standard.
fn beside(compared: &Comparison, base: &Rulebook, draft: &Rulebook, all: bool, out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "What if: \"{}\" ({}) in place of \"{}\" ({}), on the cases of {} as of {}.\n",
        draft.title(),
        draft.version(),
        base.title(),
        base.version(),
        counted(compared.people, "person", "people"),
        calendar::say(compared.as_of)
    )?;
    let differences = compared.comparison.differences();
    let shown = differences.iter().filter(|difference| all || difference.is_change());
    let mut table = Table::new(&[
        "Standard",
        "Under",
        "Limit",
        " Opened",
        " Met",
        " Late",
        " Missed",
        " Open",
        "Met of those judged",
    ]);
    for difference in shown {
        let id = difference.standard;
        for (name, rulebook, counts) in [("in force", base, &difference.base), ("draft", draft, &difference.draft)] {
            let limit = rulebook.get(id).map_or_else(|| "–".to_owned(), clock::Standard::limit_words);
            let first = if name == "draft" { String::new() } else { id.to_owned() };
            table.row([vec![first, name.to_owned(), limit], cells(counts)].concat());
        }
    }
    if table.is_empty() {
        writeln!(out, "No case reads differently.")?;
        return Ok(());
    }
    table.write(out, 0)?;
    let same = differences.iter().filter(|difference| !difference.is_change()).count();
    writeln!(out, "\n{} read the same under both.", counted(same as u64, "standard", "standards"))?;
    Ok(())
}

fn cells(counts: &Counts) -> Vec<String> {
    let numbers = [counts.opened, counts.met, counts.late, counts.missed, counts.open];
    numbers.into_iter().map(count).chain([share(counts.met, counts.judged())]).collect()
}
