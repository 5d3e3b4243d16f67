//! How the system is: where its data lie and how much there is, when it was last proved and backed up, which rules are in
//! force. Nothing about anybody.

use crate::path::Whose;
use crate::policy::Doing;
use crate::{Request, Service, ServiceError};
use jiff::Timestamp;
use store::health::Sizes;

/// How the system is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// `SQLite` or `PostgreSQL`.
    pub database: &'static str,
    /// How much there is.
    pub sizes: Sizes,
    /// When everything was last proved to be unaltered, as far as the latest entries of the log tell.
    pub verified: Option<Timestamp>,
    /// When records were last taken out, for a backup or an export, as far as the latest entries of the log tell.
    pub exported: Option<Timestamp>,
    /// When the witness outside the database last saw the end of the log, by writer.
    pub witnessed: Vec<(String, Timestamp)>,
    /// The rulebook in force: title, id and version.
    pub rulebook: (String, String, String),
    /// The calendars: title, id and version.
    pub calendars: Vec<(String, String, String)>,
    /// How many policies are in force.
    pub policies: usize,
    /// What an operator should know, a sentence each.
    pub warnings: Vec<String>,
}

/// After this long without a sight of the log the witness is worth a warning.
const WITNESS_IS_OLD: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

impl Service {
    /// How the system is.
    pub fn health(&self, request: &Request<'_>) -> Result<Health, ServiceError> {
        let whose = Whose { agency: request.actor.agency.as_str(), ..Whose::default() };
        let (sizes, verified, exported) = self.path.over_many(request, Doing::ViewHealth, whose, |tx| {
            let latest = |tx: &mut dyn store::Tx, doing: Doing| store::health::last_done(tx, doing.word());
            Ok((store::health::sizes(tx)?, latest(tx, Doing::Verify)?, latest(tx, Doing::Export)?))
        })?;
        let about = self.path.store_health()?;
        let moment = |at: i64| Timestamp::from_microsecond(at).ok();
        let witnessed: Vec<(String, Timestamp)> =
            about.witnessed.into_iter().filter_map(|(writer, at)| Some((writer, moment(at)?))).collect();
        let rules = self.path.rules();
        let mut warnings = about.warnings;
        if witnessed.iter().all(|(_, at)| request.at.duration_since(*at) > WITNESS_IS_OLD) {
            warnings.push(
                "No witness has seen the end of the access log for a day: check the folder of the witness.".into(),
            );
        }
        if verified.is_none() {
            warnings.push("The records were not verified lately: run throughline verify.".into());
        }
        if exported.is_none() {
            warnings.push("No backup was made lately: run throughline backup.".into());
        }
        let rulebook = rules.rulebook();
        Ok(Health {
            database: about.database,
            sizes,
            verified: verified.and_then(moment),
            exported: exported.and_then(moment),
            witnessed,
            rulebook: (rulebook.title().to_owned(), rulebook.id().to_owned(), rulebook.version().to_owned()),
            calendars: rules
                .calendars()
                .iter()
                .map(|calendar| (calendar.title().to_owned(), calendar.id().to_owned(), calendar.version().to_owned()))
                .collect(),
            policies: self.path.policies(),
            warnings,
        })
    }
}
