//! What a demonstration writes into the reports about its area plan: something in most sections, and the latest year issued.

use crate::platform;
use crate::session::Session;
use anyhow::Result;
use jiff::ToSpan as _;
use planning::equality::{Assessed, Conclusion};
use planning::report::{Issued, Period, ReportKind, Told};
use planning::{EventId, ItemRef, Line, Note, What};
use record::Purpose;
use service::{AsOf, PlanEntry, PlanId};

/// Kind, section, and what is written there.
const WRITTEN: [(ReportKind, &str, &str); 9] = [
    (
        ReportKind::Quarterly,
        "summary",
        "Most of what fell due this quarter is done, with evidence. What is late is late for one reason: two partners have not \
         answered.\n\nThe board is asked to write to both, and to agree the new dates.",
    ),
    (
        ReportKind::Quarterly,
        "attention",
        "The protocol between prison and council waits for a signature. The lead has named a day.",
    ),
    (
        ReportKind::Quarterly,
        "sentences",
        "Two courts sat on more days than usual, so more orders came at once. Placements kept pace except in one week of snow.",
    ),
    (
        ReportKind::Cpo,
        "orders",
        "About as many orders as the year before. More of them have a requirement of treatment, which the courts asked for.",
    ),
    (
        ReportKind::Cpo,
        "unpaid-work",
        "Paths, school grounds and two village halls. A primary school wrote that its children now walk to school on a path \
         instead of the road.",
    ),
    (
        ReportKind::Cpo,
        "voices",
        "\u{201c}I had never finished anything. I finished that wall.\u{201d} A man of 34, who agreed to be quoted.",
    ),
    (
        ReportKind::Cpo,
        "consultation",
        "The chief constable, the sheriff principal, victims\u{2019} organisations, voluntary bodies and community councils were \
         written to in January. A community council asked for work nearer to the coast, and now has a squad every second week.",
    ),
    (
        ReportKind::Cpo,
        "access",
        "The wait for mental health services was the obstacle that reports named most. Distance came second in the hills.",
    ),
    (
        ReportKind::Cpo,
        "partnership",
        "A third-sector partner runs the women\u{2019}s squad. Supervisors were trained in working with trauma.",
    ),
];

/// Writes them, assesses the plan, and issues the report of the latest year.
pub(super) fn write(session: &Session, plan: &PlanId, priority: Option<&ItemRef>) -> Result<()> {
    let request = session.request(Purpose::Management);
    let today = session.today();
    let mut said: Vec<What> = Vec::new();
    let mut assessed = |item: Option<ItemRef>, effects: &[&str], conclusion, note: &str| -> Result<()> {
        let effects = effects.iter().map(|text| Line::try_from(*text)).collect::<Result<_, _>>()?;
        let review_by = today.saturating_add(8.months());
        said.push(Assessed { item, effects, conclusion, note: Note::try_from(note)?, review_by }.into());
        Ok(())
    };
    assessed(
        None,
        &["Women: services are fewer and further away", "Disabled people: two offices have steps"],
        Conclusion::Adjusted,
        "A women\u{2019}s squad and two meeting places without steps were added before the plan was agreed.",
    )?;
    if let Some(priority) = priority {
        assessed(
            Some(priority.clone()),
            &["Younger people: online induction helps them", "Older people: it does not"],
            Conclusion::Justified,
            "Induction stays open in person, so nobody is worse off.",
        )?;
    }
    for (report, section, text) in WRITTEN {
        let period = Line::try_from(Period::last_over(report, today).to_string())?;
        said.push(Told { report, period, section: section.try_into()?, text: Note::try_from(text)? }.into());
    }
    let period = Line::try_from(Period::last_over(ReportKind::Cpo, today).to_string())?;
    said.push(Issued { report: ReportKind::Cpo, period }.into());
    let entries =
        said.into_iter().map(|what| PlanEntry { id: EventId(platform::new_id(session.now)), happened: today, what });
    let version = session.service.plan(&request, plan, &AsOf::Now)?.version;
    session.service.record_on_plan(&request, plan, version, entries.collect())?;
    Ok(())
}
