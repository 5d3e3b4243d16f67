//! What the records say to measures, as columns. To read everybody's record takes a second for some 500,000 events, and who looks at a
//! figure asks for the next: the columns are kept until anything more is recorded.

use super::{Telling, asked_for, builder, tell};
use crate::actor::LONDON;
use crate::path::history;
use crate::{Service, ServiceError};
use jiff::civil::Date;
use measure::{Histories, Scale};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Tx, events};

/// The columns that were made last.
#[derive(Default)]
pub(crate) struct Remembered(Mutex<Option<(Made, Arc<Histories>)>>);

/// Of what columns were made.
#[derive(PartialEq)]
struct Made {
    /// How many events were recorded: none is ever changed or taken away.
    events: u64,
    as_of: Date,
    /// The scale by which offences are weighed, with its version.
    scale: Option<(String, String)>,
}

impl Service {
    /// What the records said at the end of a day; only where at most so many people are on record.
    pub(super) fn columns(
        &self,
        tx: &mut dyn Tx,
        as_of: Date,
        most: u64,
        scale: Option<&Scale>,
    ) -> Result<Arc<Histories>, ServiceError> {
        let people = if most == u64::MAX { 0 } else { store::health::people(tx)? };
        if people > most {
            return Err(ServiceError::Asked(format!(
                "there are {people} people on record, and a page would wait too long for more than {most}: ask `throughline measure \
                 reoffending` on the command line"
            )));
        }
        let scale_named = scale.map(|scale| (scale.id.clone(), scale.version.clone()));
        let made = Made { events: store::health::events(tx)?, as_of, scale: scale_named };
        let mut last = self.columns.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, histories)) = &*last
            && *of == made
        {
            return Ok(Arc::clone(histories));
        }
        let histories = Arc::new(read(tx, as_of, Telling { rules: self.path.rules(), scale })?);
        *last = Some((made, Arc::clone(&histories)));
        Ok(histories)
    }
}

fn read(tx: &mut dyn Tx, as_of: Date, by: Telling<'_>) -> Result<Histories, ServiceError> {
    let end_of_day = as_of.at(23, 59, 59, 999_999_999).to_zoned(LONDON.clone());
    let moment = end_of_day.map_err(|error| ServiceError::Asked(error.to_string()))?.timestamp();
    let mut builder = builder(by.rules);
    let mut trouble = None;
    events::each_stream(tx, &mut |stream, stored| {
        if stream.kind == "person" && trouble.is_none() {
            let known = history(stored).map(|history| history.as_known_at(moment).record());
            trouble = known
                .and_then(|record| tell(&mut builder, &stream.id, &record, by).map_err(|error| asked_for(&error)))
                .err();
        }
        Ok(())
    })?;
    trouble.map_or(Ok(builder.build()), Err)
}
