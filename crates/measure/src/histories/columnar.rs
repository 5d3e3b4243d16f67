//! Events from a file of columns: batch by batch, by as many threads as the machine has cores.

use super::build::{HistoriesBuilder, extend, push_if_any, too_many, too_many_words};
use super::files::Map;
use super::in_order::read_in_order;
use super::sheet::{no_column, no_date};
use super::sifted::Period;
use super::{Codes, NO_WEIGHT};
use crate::columns::{Cells, Columns, Held};
use crate::day::{Day, MaybeDay};
use crate::error::MeasureError;
use crate::severity::Scale;
use arrow_array::RecordBatch;
use std::collections::BTreeMap;
use std::iter::{repeat, repeat_n};

/// Adds the events of a file: of everybody, or, with a period, of those alone who can be in a cohort of it.
pub(super) fn read_events(
    columns: &Columns,
    map: &Map,
    scale: Option<&Scale>,
    period: Option<&Period>,
    builder: &mut HistoriesBuilder,
) -> Result<(), MeasureError> {
    map.must_have_scale(scale)?;
    let plan = Plan::new(columns, map, scale)?;
    builder.append_events(plan.read_all(period)?)
}

/// Why reading ends before the end.
enum Halt {
    /// Somebody was to be left out, and the file is not sorted by person: more of them may stand elsewhere in it.
    NotSorted,
    /// What it holds cannot be read.
    Refused(MeasureError),
}

impl From<MeasureError> for Halt {
    fn from(refusal: MeasureError) -> Self {
        Self::Refused(refusal)
    }
}

/// Which column of the file, and which of those read.
#[derive(Clone, Copy)]
struct Place(usize);

/// What is read of the file, and as what.
struct Plan<'a> {
    columns: &'a Columns,
    map: &'a Map,
    scale: Option<&'a Scale>,
    /// The columns of the file that are read, in its order.
    read: Vec<usize>,
    /// Of these, those that hold words.
    words: Vec<usize>,
    person: Place,
    on: Place,
    offence: Option<Place>,
    released: Option<Place>,
    learned: Option<Place>,
    withdrawn: Option<Place>,
    severity: Option<Place>,
    kind: Option<Place>,
    disposal: Option<Place>,
    group: Option<Place>,
    attributes: Vec<Place>,
}

impl<'a> Plan<'a> {
    fn new(columns: &'a Columns, map: &'a Map, scale: Option<&'a Scale>) -> Result<Self, MeasureError> {
        let events = &map.events;
        let place = |name: &String| {
            let place = columns.names().position(|known| known == name);
            place.ok_or_else(|| no_column(columns.name(), name, columns.names()))
        };
        let optional = |name: &Option<String>| name.as_ref().map(place).transpose();
        let (person, on) = (place(&events.person)?, place(&events.on)?);
        let days = [&events.offence, &events.released, &events.learned, &events.withdrawn];
        let [offence, released, learned, withdrawn] = days.map(optional);
        let (offence, released, learned, withdrawn) = (offence?, released?, learned?, withdrawn?);
        let named = [&events.severity, &events.kind, &events.disposal, &events.group].map(optional);
        let [severity, kind, disposal, group] = named;
        let (severity, kind, disposal, group) = (severity?, kind?, disposal?, group?);
        let attributes = events.attributes.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        let words: Vec<usize> =
            [severity, kind, disposal, group].into_iter().flatten().chain(attributes.iter().copied()).collect();
        let days = [offence, released, learned, withdrawn].into_iter().flatten();
        let mut read: Vec<usize> = [person, on].into_iter().chain(days).chain(words.iter().copied()).collect();
        read.sort_unstable();
        read.dedup();
        let in_batch = |place: usize| Place(read.binary_search(&place).unwrap_or_default());
        Ok(Self {
            columns,
            map,
            scale,
            person: in_batch(person),
            on: in_batch(on),
            offence: offence.map(in_batch),
            released: released.map(in_batch),
            learned: learned.map(in_batch),
            withdrawn: withdrawn.map(in_batch),
            severity: severity.map(in_batch),
            kind: kind.map(in_batch),
            disposal: disposal.map(in_batch),
            group: group.map(in_batch),
            attributes: attributes.iter().map(|place| in_batch(*place)).collect(),
            words: words.into_iter().filter(|word| *word != person).collect(),
            read,
        })
    }

    /// The events of all parts, one after another.
    fn read_all(&self, period: Option<&Period>) -> Result<HistoriesBuilder, MeasureError> {
        let parts = self.columns.parts();
        let mut all = self.nothing();
        let mut last: Option<String> = None;
        let mut to_come: usize = parts.iter().sum();
        let take = |part: Result<HistoriesBuilder, Halt>| {
            let part = part?;
            if period.is_some() {
                if last.as_deref().is_some_and(|last| !part.people.ids.follow(last)) {
                    return Err(Halt::NotSorted);
                }
                last = part.people.ids.last().or(last.take());
            }
            to_come = to_come.saturating_sub(part.events.on.len());
            all.append_events(part)?;
            all.reserve_events(to_come, self.severity.is_some());
            Ok(())
        };
        match read_in_order(parts.len(), |part| self.read(part, &parts, period), take) {
            Ok(taken) if taken == parts.len() => Ok(all),
            Ok(_) => Err(self.columns.unreadable(&"A part of it could not be read; tell the maintainers.")),
            Err(Halt::NotSorted) => {
                drop(all);
                self.read_all(None)
            }
            Err(Halt::Refused(refusal)) => Err(refusal),
        }
    }

    fn nothing(&self) -> HistoriesBuilder {
        HistoriesBuilder::new(self.map.events.attributes.iter().map(String::as_str), [])
    }

    fn read(&self, part: usize, parts: &[usize], period: Option<&Period>) -> Result<HistoriesBuilder, Halt> {
        let mut builder = self.nothing();
        let rows = parts.get(part).copied().unwrap_or_default();
        builder.events.on.reserve(rows);
        builder.events.weight.reserve(if self.severity.is_some() { rows } else { 0 });
        let mut before = parts.iter().take(part).sum();
        for batch in self.columns.batches(part..part + 1, &self.read, &self.words)? {
            let batch = batch.map_err(|error| self.columns.unreadable(&error))?;
            let rows = batch.num_rows();
            self.take(&Batch { plan: self, rows: batch, before }, rows, &mut builder)?;
            before += rows;
        }
        if let Some(period) = period {
            if !builder.is_sorted_by_person() {
                return Err(Halt::NotSorted);
            }
            builder = builder.sifted(period);
        }
        builder.look_at_order();
        Ok(builder)
    }

    /// Adds the rows of a batch to the columns.
    fn take(&self, batch: &Batch<'_>, rows: usize, builder: &mut HistoriesBuilder) -> Result<(), MeasureError> {
        let words = |field: &str| self.map.words.get(field);
        whose(&batch.cells(self.person)?, rows, builder)?;
        let on = batch.days_of_events(self.on)?;
        let disposals = match self.disposal {
            Some(place) => codes(&batch.cells(place)?, rows, words("disposal"), &mut builder.events.disposal)?,
            None => Vec::new(),
        };
        let released = self.released.map(|place| batch.days(place)).transpose()?;
        let events = &mut builder.events;
        let before = events.on.len();
        let custodial = events.disposal.among(&self.map.events.custodial);
        if released.is_some() || custodial.contains(&true) || !events.at_liberty.is_empty() {
            for (row, on) in on.iter().enumerate() {
                let release = released.as_ref().and_then(|days| days.get(row)).and_then(|day| day.get());
                let disposal = disposals.get(row).copied().unwrap_or_default();
                let custodial = custodial.get(usize::from(disposal)).copied().unwrap_or_default();
                events.push_at_liberty(*on, release.or((!custodial).then_some(*on)).into());
                events.on.push(*on);
            }
        } else {
            events.on.extend_from_slice(&on);
        }
        events.last = events.last.max(on.iter().max().copied());
        for (place, column) in [
            (self.offence, &mut events.offence),
            (self.learned, &mut events.learned),
            (self.withdrawn, &mut events.withdrawn),
        ] {
            let days = place.map(|place| batch.days(place)).transpose()?.unwrap_or_default();
            for (row, day) in days.into_iter().enumerate() {
                push_if_any(column, before + row, day, MaybeDay::NONE);
            }
        }
        if let (Some(place), Some(scale)) = (self.severity, self.scale) {
            weights(&batch.cells(place)?, &on, scale, before, &mut events.weight)?;
        }
        events.disposal.extend(&disposals);
        let every_row = self.map.events.every_row_is.as_deref().unwrap_or_default();
        batch.words(self.kind, rows, words("kind"), every_row, &mut events.kind)?;
        batch.words(self.group, rows, words("group"), "", &mut events.group)?;
        if self.disposal.is_none() {
            batch.words(None, rows, None, "", &mut events.disposal)?;
        }
        for ((place, name), column) in
            self.attributes.iter().zip(&self.map.events.attributes).zip(&mut events.attributes)
        {
            batch.words(Some(*place), rows, words(name), "", column)?;
        }
        Ok(())
    }
}

/// A batch, and how many rows of the file stand before it.
struct Batch<'a> {
    plan: &'a Plan<'a>,
    rows: RecordBatch,
    before: usize,
}

impl Batch<'_> {
    fn cells(&self, place: Place) -> Result<Cells<'_>, MeasureError> {
        let field = self.rows.schema_ref().field(place.0);
        Cells::of(self.rows.column(place.0).as_ref()).ok_or_else(|| self.plan.columns.no_cells(field))
    }

    fn bad(&self, row: usize, place: Place, reason: impl Into<String>) -> MeasureError {
        let name = self.rows.schema_ref().field(place.0).name();
        let place = format!("row {}, column `{name}`", self.before + row + 1);
        MeasureError::bad(self.plan.columns.name(), place, reason)
    }

    fn days(&self, place: Place) -> Result<Vec<MaybeDay>, MeasureError> {
        self.cells(place)?.days().map_err(|(row, word)| self.bad(row, place, no_date(&word)))
    }

    fn days_of_events(&self, place: Place) -> Result<Vec<Day>, MeasureError> {
        if let Some(days) = self.cells(place)?.all_days() {
            return Ok(days);
        }
        let day =
            |(row, day): (usize, MaybeDay)| day.get().ok_or_else(|| self.bad(row, place, "An event needs its day."));
        self.days(place)?.into_iter().enumerate().map(day).collect()
    }

    /// Adds words to a column: those of a column of the file, or the same for every row.
    fn words(
        &self,
        place: Option<Place>,
        rows: usize,
        words: Option<&Translation>,
        otherwise: &str,
        column: &mut Codes,
    ) -> Result<(), MeasureError> {
        match place {
            Some(place) => {
                let codes = codes(&self.cells(place)?, rows, words, column)?;
                column.extend(&codes);
            }
            None => extend(column, otherwise, rows)?,
        }
        Ok(())
    }
}

/// Words of the file and what they are in the definition.
type Translation = BTreeMap<String, String>;

/// The people of the rows. Rows of one person mostly stand together.
fn whose(cells: &Cells<'_>, rows: usize, builder: &mut HistoriesBuilder) -> Result<(), MeasureError> {
    if let (Held::Whole(numbers), false) = (&cells.held, cells.has_nulls()) {
        return whose_numbers(numbers, builder);
    }
    let (mut id, mut last) = (String::new(), None);
    for row in 0..rows {
        let text = cells.text(row);
        let text = text.trim();
        let person = match last {
            Some(person) if id == text => person,
            _ => {
                text.clone_into(&mut id);
                builder.person(text)?.0
            }
        };
        last = Some(person);
        builder.of_event.push(person, 1);
    }
    Ok(())
}

/// As [`whose`], where people are numbered.
fn whose_numbers(numbers: &[i64], builder: &mut HistoriesBuilder) -> Result<(), MeasureError> {
    if numbers.is_sorted() && numbers.first().is_none_or(|first| *first >= 0) {
        let ends = ends_of_runs(numbers)?;
        let number = |end: &u32| numbers.get(*end as usize - 1).map_or(0, |number| number.unsigned_abs());
        let people = builder.people_numbered(&ends.iter().map(number).collect::<Vec<_>>())?;
        let begins = std::iter::once(&0).chain(&ends);
        let rows: Vec<u32> = ends.iter().zip(begins).map(|(end, begin)| end - begin).collect();
        builder.of_event.extend(&people, &rows);
        return Ok(());
    }
    for run in numbers.chunk_by(|one, next| one == next) {
        let Some(number) = run.first() else { continue };
        let person = match u64::try_from(*number) {
            Ok(number) => builder.person_numbered(number)?,
            Err(_) => builder.person(&number.to_string())?,
        };
        builder.of_event.push(person.0, u32::try_from(run.len()).map_err(|_| too_many("events"))?);
    }
    Ok(())
}

/// Where each run of the same number ends. Each row is written down and stays if it is the last of its run: where runs are
/// short, to decide for each row takes longer.
fn ends_of_runs(numbers: &[i64]) -> Result<Vec<u32>, MeasureError> {
    let rows = u32::try_from(numbers.len()).map_err(|_| too_many("events"))?;
    let mut ends = vec![rows; numbers.len()];
    let mut runs = 0;
    for (end, (one, next)) in (1..).zip(numbers.iter().zip(numbers.get(1..).unwrap_or_default())) {
        if let Some(place) = ends.get_mut(runs) {
            *place = end;
        }
        runs += usize::from(one != next);
    }
    ends.truncate(runs + usize::from(!numbers.is_empty()));
    if let Some(last) = ends.last_mut() {
        *last = rows;
    }
    Ok(ends)
}

/// The codes of the rows' words. A dictionary is translated once, not row by row.
fn codes(
    cells: &Cells<'_>,
    rows: usize,
    translation: Option<&Translation>,
    column: &mut Codes,
) -> Result<Vec<u16>, MeasureError> {
    let code = |word: &str| {
        let word = translation.and_then(|words| words.get(word)).map_or(word, String::as_str);
        column.code_of(word).ok_or_else(|| too_many_words(column.name()))
    };
    once_each(cells, rows, code)
}

/// Adds the weights of the rows' offences, before which so many rows stand.
fn weights(
    cells: &Cells<'_>,
    on: &[Day],
    scale: &Scale,
    before: usize,
    column: &mut Vec<u16>,
) -> Result<(), MeasureError> {
    let any_day = on.first().filter(|_| scale.is_undated());
    let weights: Vec<u16> = if let Some(any_day) = any_day {
        once_each(cells, on.len(), |code| Ok(scale.weight(code, *any_day).unwrap_or(NO_WEIGHT)))?
    } else {
        let of_codes = once_each(cells, on.len(), |code| Ok(scale.of(code)))?;
        on.iter().zip(of_codes).map(|(on, of_code)| of_code.on(*on).unwrap_or(NO_WEIGHT)).collect()
    };
    if !column.is_empty() || weights.iter().any(|weight| *weight != NO_WEIGHT) {
        column.resize(before, NO_WEIGHT);
        column.extend_from_slice(&weights);
    }
    Ok(())
}

/// What is answered of each row's word; of a word that stands in several rows it is asked once.
fn once_each<T: Copy>(
    cells: &Cells<'_>,
    rows: usize,
    ask: impl FnMut(&str) -> Result<T, MeasureError>,
) -> Result<Vec<T>, MeasureError> {
    let small = |number: &i64| usize::try_from(*number).ok().filter(|number| *number < MOST_KNOWN);
    match &cells.held {
        Held::Dictionary(_, keys) => {
            let numbers = keys.iter().enumerate().map(|(row, key)| (!cells.is_null(row)).then_some(*key));
            once_each_number(cells, numbers.chain(repeat(None)).take(rows), ask)
        }
        Held::Whole(numbers) if cells.has_nulls() => {
            let numbers = numbers.iter().enumerate().map(|(row, number)| small(number).filter(|_| !cells.is_null(row)));
            once_each_number(cells, numbers, ask)
        }
        Held::Whole(numbers) => once_each_number(cells, numbers.iter().map(small), ask),
        _ => once_each_number(cells, repeat_n(None, rows), ask),
    }
}

/// As [`once_each`], where the words of rows are numbered: by a dictionary, or as small numbers that stand for themselves.
fn once_each_number<T: Copy>(
    cells: &Cells<'_>,
    numbers: impl Iterator<Item = Option<usize>>,
    mut ask: impl FnMut(&str) -> Result<T, MeasureError>,
) -> Result<Vec<T>, MeasureError> {
    let mut known: Vec<Option<T>> = Vec::new();
    let mut answers = Vec::with_capacity(numbers.size_hint().0);
    for (row, number) in numbers.enumerate() {
        if let Some(Some(answer)) = number.and_then(|number| known.get(number)) {
            answers.push(*answer);
            continue;
        }
        let answer = ask(cells.text(row).trim())?;
        answers.push(answer);
        let Some(number) = number else { continue };
        if number >= known.len() {
            known.resize(number + 1, None);
        }
        if let Some(known) = known.get_mut(number) {
            *known = Some(answer);
        }
    }
    Ok(answers)
}

/// Whole numbers below it are remembered with what was answered.
const MOST_KNOWN: usize = 1 << 17;
