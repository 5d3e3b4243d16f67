//! Records that were opened with a reason, where nothing else let somebody in (break-glass): by whom, why, until when, and
//! what a manager said of it afterwards. A row is never removed.

use uuid::Uuid;

use crate::alarms;
use crate::error::Result;
use crate::events::StreamId;
use crate::jobs::id_in;
use crate::rows::visible;
use crate::tx::{Row, Tx, Val};

/// A record that was opened with a reason. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its id, of its own within the stream.
    pub id: Uuid,
    /// The person's stream.
    pub stream: StreamId,
    /// Who opened it.
    pub account: String,
    /// Their agency.
    pub agency: String,
    /// Their team; empty for none.
    pub by_team: String,
    /// The case's team at that moment; empty for none.
    pub team: String,
    /// Why.
    pub reason: String,
    /// When.
    pub opened_at: i64,
    /// It holds until this moment.
    pub until: i64,
    /// What a manager said of it.
    pub review: Option<Review>,
}

/// What a manager said of an opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The reason was good enough.
    pub accepted: bool,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: i64,
}

/// An opening with the person whose record it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The opening.
    pub opening: Opening,
    /// The person's name as shown; none when there are no rows of them.
    pub display_name: Option<String>,
    /// The record is not for everyone.
    pub restricted: bool,
}

/// What is read of an opening.
macro_rules! columns {
    () => {
        "SELECT o.stream, o.id, o.account, o.agency, o.by_team, o.team, o.reason, o.opened_at, o.until, o.accepted, \
         o.reviewed_by, o.reviewed_at"
    };
}

/// Keeps an opening, unless one of the same account with the same reason holds already.
pub fn keep(tx: &mut dyn Tx, opening: &Opening) -> Result<()> {
    let key = opening.stream.checked_key()?;
    if let Some(held) = holding(tx, &opening.stream, &opening.account, opening.opened_at)?
        && held.reason == opening.reason
    {
        return Ok(());
    }
    tx.exec(
        "INSERT INTO openings (stream, id, account, agency, by_team, team, reason, opened_at, until) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (stream, id) DO NOTHING",
        &[
            Val::Text(&key),
            Val::Blob(opening.id.as_bytes()),
            Val::Text(&opening.account),
            Val::Text(&opening.agency),
            Val::Text(&opening.by_team),
            Val::Text(&opening.team),
            Val::Text(&opening.reason),
            Val::Int(opening.opened_at),
            Val::Int(opening.until),
        ],
    )?;
    Ok(())
}

/// The opening by which an account may look at a record at a moment: the one that holds longest.
pub fn holding(tx: &mut dyn Tx, stream: &StreamId, account: &str, now: i64) -> Result<Option<Opening>> {
    let sql = concat!(
        columns!(),
        " FROM openings o WHERE o.stream = ?1 AND o.account = ?2 AND o.until > ?3 ORDER BY o.until DESC, o.id LIMIT 1"
    );
    let found = tx.rows(sql, &[Val::Text(&stream.key()), Val::Text(account), Val::Int(now)])?;
    found.into_iter().next().map(opening).transpose()
}

/// One opening.
pub fn one(tx: &mut dyn Tx, stream: &StreamId, id: &Uuid) -> Result<Option<Opening>> {
    let sql = concat!(columns!(), " FROM openings o WHERE o.stream = ?1 AND o.id = ?2");
    let found = tx.rows(sql, &[Val::Text(&stream.key()), Val::Blob(id.as_bytes())])?;
    found.into_iter().next().map(opening).transpose()
}

/// The openings that concern a team, as it has the case or whoever opened it: those that nobody has reviewed, and all
/// since `since`; the latest first, without what is restricted to others.
pub fn of_team(tx: &mut dyn Tx, team: &str, viewer: &str, since: i64, limit: u32) -> Result<Vec<Listed>> {
    let sql = concat!(
        columns!(),
        ", p.display_name, p.restricted FROM openings o JOIN people p ON p.stream = o.stream \
         WHERE (o.team = ?1 OR o.by_team = ?1) AND (o.reviewed_at IS NULL OR o.opened_at >= ?2) AND ",
        visible!("p", "?3"),
        " ORDER BY o.opened_at DESC, o.stream, o.id LIMIT ?4"
    );
    let values = [Val::Text(team), Val::Int(since), Val::Text(viewer), Val::Int(i64::from(limit))];
    tx.rows(sql, &values)?.into_iter().map(listed).collect()
}

/// The openings by those of an agency before a moment, the latest first.
pub fn of_agency(tx: &mut dyn Tx, agency: &str, before: i64, limit: u32) -> Result<Vec<Listed>> {
    let sql = concat!(
        columns!(),
        ", p.display_name, p.restricted FROM openings o LEFT JOIN people p ON p.stream = o.stream \
         WHERE o.agency = ?1 AND o.opened_at < ?2 ORDER BY o.opened_at DESC, o.stream, o.id LIMIT ?3"
    );
    let values = [Val::Text(agency), Val::Int(before), Val::Int(i64::from(limit))];
    tx.rows(sql, &values)?.into_iter().map(listed).collect()
}

/// Openings from before a moment that nobody has reviewed and no alarm was raised about, the oldest first.
pub fn without_review(tx: &mut dyn Tx, before: i64, limit: u32) -> Result<Vec<Opening>> {
    let sql = concat!(
        columns!(),
        " FROM openings o WHERE o.reviewed_at IS NULL AND o.opened_at <= ?1 AND NOT EXISTS \
         (SELECT 1 FROM alarms a WHERE a.stream = o.stream AND a.opening = o.id) ORDER BY o.opened_at, o.stream, o.id LIMIT ?2"
    );
    tx.rows(sql, &[Val::Int(before), Val::Int(i64::from(limit))])?.into_iter().map(opening).collect()
}

/// Says what a manager thinks of an opening, and settles the alarm about it; false when somebody said it before.
pub fn review(tx: &mut dyn Tx, stream: &StreamId, id: &Uuid, said: &Review) -> Result<bool> {
    let settled = alarms::Settled {
        by: said.by.clone(),
        at: said.at,
        said: if said.accepted { "The reason was accepted." } else { "The reason is followed up." }.to_owned(),
    };
    alarms::settle_of_opening(tx, stream, id, &settled)?;
    let sql = "UPDATE openings SET accepted = ?3, reviewed_by = ?4, reviewed_at = ?5 \
               WHERE stream = ?1 AND id = ?2 AND reviewed_at IS NULL";
    let values = [
        Val::Text(&stream.key()),
        Val::Blob(id.as_bytes()),
        Val::Int(i64::from(said.accepted)),
        Val::Text(&said.by),
        Val::Int(said.at),
    ];
    Ok(tx.exec(sql, &values)? == 1)
}

fn opening(row: Row) -> Result<Opening> {
    read(row).map(|(opening, _)| opening)
}

fn listed(row: Row) -> Result<Listed> {
    let (opening, mut row) = read(row)?;
    let restricted = row.opt_int(13)?.unwrap_or_default() != 0;
    Ok(Listed { opening, display_name: row.opt_text(12)?, restricted })
}

fn read(mut row: Row) -> Result<(Opening, Row)> {
    let review = match (row.opt_int(9)?, row.opt_text(10)?, row.opt_int(11)?) {
        (Some(accepted), Some(by), Some(at)) => Some(Review { accepted: accepted != 0, by, at }),
        _ => None,
    };
    let opening = Opening {
        stream: StreamId::from_key(&row.text(0)?)?,
        id: id_in(&row, 1)?,
        account: row.text(2)?,
        agency: row.text(3)?,
        by_team: row.text(4)?,
        team: row.text(5)?,
        reason: row.text(6)?,
        opened_at: row.int(7)?,
        until: row.int(8)?,
        review,
    };
    Ok((opening, row))
}
