//! Read models of plans: what lists over many plans are served from. The whole set of rows of a plan is computed by the
//! caller and replaced in the transaction of the append, as a person's is.

use crate::error::Result;
use crate::events::StreamId;
use crate::tx::{Row, Tx, Val};

/// All rows of one plan. Dates are ISO text, so that they sort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanRows {
    /// The plan itself.
    pub plan: PlanRow,
    /// Work that is not over, with its milestones.
    pub work: Vec<PlanWorkRow>,
    /// Its consultations.
    pub consultations: Vec<PlanConsultationRow>,
}

/// A plan in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanRow {
    /// The agency that keeps it.
    pub agency: String,
    /// What kind of plan.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// The paper that it comes from.
    pub paper: Option<String>,
    /// The first day that it covers.
    pub first_day: String,
    /// The last day that it covers.
    pub last_day: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it stands.
    pub status: String,
    /// Its latest version.
    pub version: Option<String>,
    /// Anybody may read it.
    pub is_public: bool,
    /// What it holds, counted, in words.
    pub holds: String,
}

/// Work that is to be done, or a milestone that is to be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlanWorkRow {
    /// The commitment.
    pub item: String,
    /// The milestone; empty for the work itself.
    pub milestone: String,
    /// What it says.
    pub text: String,
    /// Who leads.
    pub lead: Option<String>,
    /// The last day on which it is in time.
    pub due: Option<String>,
}

/// A consultation.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlanConsultationRow {
    /// Its reference in the plan.
    pub consultation: String,
    /// Its title.
    pub title: String,
    /// The first day for answers.
    pub opened: String,
    /// The last day for answers.
    pub closes: String,
    /// The day on which it was closed.
    pub closed_on: Option<String>,
    /// How many questions it has.
    pub questions: i64,
}

impl PlanRows {
    /// The same rows in the one order in which [`dump`] answers them.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        self.work.sort();
        self.consultations.sort();
        self
    }
}

macro_rules! plan_columns {
    () => {
        "p.agency, p.kind, p.title, p.paper, p.first_day, p.last_day, p.owner, p.status, p.version, p.is_public, p.holds"
    };
}

/// Puts these rows in the place of the plan's rows.
pub fn replace(tx: &mut dyn Tx, stream: &StreamId, rows: &PlanRows) -> Result<()> {
    let key = stream.checked_key()?;
    for sql in [
        "DELETE FROM plans WHERE stream = ?1",
        "DELETE FROM plan_work WHERE stream = ?1",
        "DELETE FROM plan_consultations WHERE stream = ?1",
    ] {
        tx.exec(sql, &[Val::Text(&key)])?;
    }
    let plan = &rows.plan;
    tx.exec(
        "INSERT INTO plans (stream, agency, kind, title, paper, first_day, last_day, owner, status, version, is_public, \
         holds) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        &[
            Val::Text(&key),
            Val::Text(&plan.agency),
            Val::Text(&plan.kind),
            Val::Text(&plan.title),
            plan.paper.as_deref().into(),
            Val::Text(&plan.first_day),
            Val::Text(&plan.last_day),
            Val::Text(&plan.owner),
            Val::Text(&plan.status),
            plan.version.as_deref().into(),
            plan.is_public.into(),
            Val::Text(&plan.holds),
        ],
    )?;
    let work = rows.work.iter().flat_map(|row| {
        let PlanWorkRow { item, milestone, text, lead, due } = row;
        let said = [&key, item, milestone, text].map(|text| Val::Text(text));
        said.into_iter().chain([lead.as_deref().into(), due.as_deref().into()])
    });
    let work: Vec<Val<'_>> = work.collect();
    if !work.is_empty() {
        let sql = "INSERT INTO plan_work (stream, item, milestone, text, lead, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        tx.insert(sql, 6, &work)?;
    }
    let consultations = rows.consultations.iter().flat_map(|row| {
        let said = [&key, &row.consultation, &row.title, &row.opened, &row.closes].map(|text| Val::Text(text));
        said.into_iter().chain([row.closed_on.as_deref().into(), row.questions.into()])
    });
    let consultations: Vec<Val<'_>> = consultations.collect();
    if !consultations.is_empty() {
        let sql = "INSERT INTO plan_consultations (stream, consultation, title, opened, closes, closed_on, questions) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        tx.insert(sql, 7, &consultations)?;
    }
    Ok(())
}

/// A plan's rows as they are stored; none when there are none.
pub fn dump(tx: &mut dyn Tx, stream: &StreamId) -> Result<Option<PlanRows>> {
    let key = stream.key();
    let sql = concat!("SELECT p.stream, ", plan_columns!(), " FROM plans p WHERE p.stream = ?1");
    let Some(found) = tx.rows(sql, &[Val::Text(&key)])?.into_iter().next() else { return Ok(None) };
    let sql = "SELECT item, milestone, text, lead, due FROM plan_work WHERE stream = ?1 ORDER BY item, milestone";
    let work = tx.rows(sql, &[Val::Text(&key)])?.into_iter().map(|row| work_row(row, 0)).collect::<Result<Vec<_>>>()?;
    let sql = "SELECT consultation, title, opened, closes, closed_on, questions FROM plan_consultations \
               WHERE stream = ?1 ORDER BY consultation";
    let consultations = tx.rows(sql, &[Val::Text(&key)])?.into_iter().map(|row| consultation_row(row, 0));
    let consultations = consultations.collect::<Result<Vec<_>>>()?;
    Ok(Some(PlanRows { plan: plan_row(found)?.1, work, consultations }.canonical()))
}

/// The plans, those of the latest period first; those that anybody may read, or all.
pub fn list(tx: &mut dyn Tx, only_public: bool) -> Result<Vec<(StreamId, PlanRow)>> {
    let sql = concat!(
        "SELECT p.stream, ",
        plan_columns!(),
        " FROM plans p WHERE p.is_public >= ?1 ORDER BY p.last_day DESC, p.stream"
    );
    tx.rows(sql, &[only_public.into()])?.into_iter().map(plan_row).collect()
}

/// The streams of all plans, whether they have rows or not.
pub fn streams(tx: &mut dyn Tx) -> Result<Vec<StreamId>> {
    // Every key of a plan sorts between "plan/" and "plan0", the character after the slash.
    let sql = "SELECT DISTINCT stream FROM events WHERE stream > 'plan/' AND stream < 'plan0' ORDER BY stream";
    tx.rows(sql, &[])?.into_iter().map(|mut row| StreamId::from_key(&row.text(0)?)).collect()
}

/// What is due by a day in all plans, and what has no date, earliest first; of one lead, or of all.
pub fn due(
    tx: &mut dyn Tx,
    until: &str,
    lead: Option<&str>,
    limit: u32,
) -> Result<Vec<(StreamId, String, PlanWorkRow)>> {
    let sql = "SELECT w.stream, p.title, w.item, w.milestone, w.text, w.lead, w.due FROM plan_work w \
               JOIN plans p ON p.stream = w.stream WHERE w.due <= ?1 AND (?2 = '' OR w.lead = ?2) \
               ORDER BY w.due, w.stream, w.item, w.milestone LIMIT ?3";
    let values = [Val::Text(until), Val::Text(lead.unwrap_or_default()), Val::Int(i64::from(limit))];
    let row = |mut row: Row| Ok((StreamId::from_key(&row.text(0)?)?, row.text(1)?, work_row(row, 2)?));
    tx.rows(sql, &values)?.into_iter().map(row).collect()
}

/// The consultations of plans that anybody may read, those that close last first.
pub fn consultations(tx: &mut dyn Tx) -> Result<Vec<(StreamId, PlanConsultationRow)>> {
    let sql = "SELECT c.stream, c.consultation, c.title, c.opened, c.closes, c.closed_on, c.questions \
               FROM plan_consultations c JOIN plans p ON p.stream = c.stream WHERE p.is_public = 1 \
               ORDER BY c.closes DESC, c.stream, c.consultation";
    let row = |mut row: Row| Ok((StreamId::from_key(&row.text(0)?)?, consultation_row(row, 1)?));
    tx.rows(sql, &[])?.into_iter().map(row).collect()
}

fn plan_row(mut row: Row) -> Result<(StreamId, PlanRow)> {
    let stream = StreamId::from_key(&row.text(0)?)?;
    let plan = PlanRow {
        agency: row.text(1)?,
        kind: row.text(2)?,
        title: row.text(3)?,
        paper: row.opt_text(4)?,
        first_day: row.text(5)?,
        last_day: row.text(6)?,
        owner: row.text(7)?,
        status: row.text(8)?,
        version: row.opt_text(9)?,
        is_public: row.flag(10)?,
        holds: row.text(11)?,
    };
    Ok((stream, plan))
}

fn work_row(mut row: Row, from: usize) -> Result<PlanWorkRow> {
    Ok(PlanWorkRow {
        item: row.text(from)?,
        milestone: row.text(from + 1)?,
        text: row.text(from + 2)?,
        lead: row.opt_text(from + 3)?,
        due: row.opt_text(from + 4)?,
    })
}

fn consultation_row(mut row: Row, from: usize) -> Result<PlanConsultationRow> {
    Ok(PlanConsultationRow {
        consultation: row.text(from)?,
        title: row.text(from + 1)?,
        opened: row.text(from + 2)?,
        closes: row.text(from + 3)?,
        closed_on: row.opt_text(from + 4)?,
        questions: row.int(from + 5)?,
    })
}
