//! Parquet and Arrow say the same as CSV, whatever types and pieces their columns come in.

use crate::world::{day, definition};
use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use arrow_ipc::writer::FileWriter;
use measure::grid::{Cell, Grid};
use measure::{Cohort, Content, Files, Histories, Known, Map, Outcome, Scale, Table, follow, report};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::sync::Arc;

const MAP: &str = r#"
[events]
person = "id"
on = "convicted"
every_row_is = "conviction"
offence = "committed"
released = "out"
custodial = ["custody"]
disposal = "disposal"
severity = "code"
attributes = ["area"]
[words.disposal]
"Prison" = "custody"
"#;

const SCALE: &str = r#"
id = "local"
title = "A local scale"
version = "1"
source = "An example"
unit = "days"
severe_from = 100
[[weight]]
code = "7"
weight = 10
[[weight]]
code = "8"
weight = 90
[[weight]]
code = "8"
weight = 110
valid_from = "2016-09-01"
"#;

/// A row: person, days after 1 January 2016 of conviction, offence and release, disposal, code, area.
type Row = (u32, i32, Option<i32>, Option<i32>, usize, Option<i64>, usize);

const DISPOSALS: [&str; 3] = ["Prison", "fine", ""];
const AREAS: [&str; 3] = ["hills", "coast", "Hills, North"];
const YEAR_2016: i32 = 16_801;

fn csv(rows: &[Row]) -> String {
    let date = |days: Option<i32>| days.map(|days| day("2016-01-01").plus(days).date().to_string()).unwrap_or_default();
    let mut text = "id,convicted,committed,out,disposal,code,area\n".to_owned();
    for (id, on, offence, out, disposal, code, area) in rows {
        let code = code.map(|code| code.to_string()).unwrap_or_default();
        let (disposal, area) = (DISPOSALS[*disposal], AREAS[*area]);
        writeln!(text, "{id},{},{},{},{disposal},{code},\"{area}\"", date(Some(*on)), date(*offence), date(*out))
            .unwrap();
    }
    text
}

/// The same rows as columns of the types that programs write: whole numbers, dates, moments, text and dictionaries.
fn batch(rows: &[Row], people_as_text: bool) -> RecordBatch {
    let date = |days: i32| YEAR_2016 + days;
    let mut disposals = StringDictionaryBuilder::<Int32Type>::new();
    for row in rows {
        disposals.append_value(DISPOSALS[row.4]);
    }
    let id: ArrayRef = if people_as_text {
        Arc::new(rows.iter().map(|row| Some(row.0.to_string())).collect::<StringArray>())
    } else {
        Arc::new(rows.iter().map(|row| Some(i64::from(row.0))).collect::<Int64Array>())
    };
    let out = rows.iter().map(|row| row.3.map(|days| i64::from(date(days)) * 86_400_000 + 3_600_000));
    let columns: [(&str, ArrayRef); 7] = [
        ("id", id),
        ("convicted", Arc::new(rows.iter().map(|row| Some(date(row.1))).collect::<Date32Array>())),
        ("committed", Arc::new(rows.iter().map(|row| row.2.map(date)).collect::<Date32Array>())),
        ("out", Arc::new(out.collect::<TimestampMillisecondArray>())),
        ("disposal", Arc::new(disposals.finish())),
        ("code", Arc::new(rows.iter().map(|row| row.5).collect::<Int64Array>())),
        ("area", Arc::new(rows.iter().map(|row| Some(AREAS[row.6])).collect::<StringArray>())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).unwrap()
}

fn parquet(batch: &RecordBatch, rows_of_a_group: usize) -> File {
    let mut file = tempfile::tempfile().unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(rows_of_a_group)).build();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    file.rewind().unwrap();
    file
}

fn arrow(batch: &RecordBatch) -> File {
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = FileWriter::try_new(&mut file, batch.schema_ref()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    file.rewind().unwrap();
    file
}

/// What is said of the cohort of 2016 when all is held, and when no more is held than the cohort needs.
fn measured(events: Content<'_>, people: Content<'_>) -> String {
    measured_of(&[], events, people)
}

fn measured_of(cohorts: &[Cohort], events: Content<'_>, people: Content<'_>) -> String {
    let scale = Scale::parse("scale.toml", SCALE).unwrap();
    let map = format!("{MAP}\n[people]\nperson = \"id\"\nborn = \"born\"\nattributes = [\"sex\"]\n");
    let map = Map::parse("map.toml", &map).unwrap();
    let files = Files { events: ("events", events), people: Some(("people", people)), custody: None };
    let histories = files.read_for(cohorts, &map, Some(&scale)).unwrap();
    let (definition, cohort) = (definition("proven-reoffending"), year_2016());
    let known = Known::by(day("2019-01-01"));
    let followed = match follow(&histories, &definition, &cohort, known, Some(scale.severe_from)) {
        Ok(followed) => followed,
        Err(refusal) => return refusal.to_string(),
    };
    let by =
        ["age", "sex", "disposal", "area", "previous"].map(|name| measure::Breakdown::named(name, &histories).unwrap());
    let reports = by.map(|by| report(&followed, &[by], Some(&scale)));
    let outcome = |outcome: &Outcome| {
        let Outcome { index_day, until, first, reoffences, worst, sum, severe, .. } = outcome;
        let Outcome { escalated, pseudo, undated, custody_days, left, .. } = outcome;
        let id = histories.id(outcome.person);
        format!(
            "{id} {index_day} {until} {first:?} {reoffences} {worst:?} {sum} {severe} {escalated} {pseudo} {undated} {custody_days} {left:?}"
        )
    };
    let outcomes: Vec<String> = followed.outcomes.iter().map(outcome).collect();
    format!("{} {outcomes:?} {:?}", serde_json::to_string(&reports).unwrap(), histories.last_event())
}

fn year_2016() -> Cohort {
    Cohort::parse("2016").unwrap()
}

const PEOPLE: &str = "id,born,sex\n3,1990-05-01,female\n1,1996-01-01,male\n40,,male\n";

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        0_u32..60,
        0_i32..900,
        proptest::option::of(-30_i32..900),
        proptest::option::of(0_i32..900),
        0_usize..3,
        proptest::option::of(6_i64..9),
        0_usize..3,
    );
    proptest::collection::vec(row, 1..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn columns_say_what_rows_say(mut rows in rows(), sorted in any::<bool>(), as_text in any::<bool>(), group in 1_usize..80) {
        if sorted {
            rows.sort_by_key(|row| (row.0, row.1));
        }
        let people = || Content::csv(PEOPLE.as_bytes());
        let text = csv(&rows);
        let expected = measured(Content::csv(text.as_bytes()), people());
        let batch = batch(&rows, as_text);
        let read = |file: File| Content::of("events", file).unwrap();
        prop_assert_eq!(&measured(read(parquet(&batch, group)), people()), &expected);
        prop_assert_eq!(&measured(read(arrow(&batch)), people()), &expected);
        // Who cannot be in the cohort changes nothing, held or not.
        prop_assert_eq!(&measured_of(&[year_2016()], read(parquet(&batch, group)), people()), &expected);
        prop_assert_eq!(&measured_of(&[year_2016()], read(arrow(&batch)), people()), &expected);
    }
}

/// Person and day of each event; so many rows in each part of the file.
fn held(ids: &[i64], days: &[&str], rows_of_a_group: usize, cohorts: &[&str]) -> Histories {
    let on = days.iter().map(|text| Some(day(text).since(day("1970-01-01"))));
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("id", Arc::new(Int64Array::from(ids.to_vec())) as ArrayRef, true),
        ("convicted", Arc::new(on.collect::<Date32Array>()), true),
    ]);
    let events = Content::of("events", parquet(&batch.unwrap(), rows_of_a_group)).unwrap();
    let map = "[events]\nperson = \"id\"\non = \"convicted\"\nevery_row_is = \"conviction\"\n";
    let cohorts: Vec<Cohort> = cohorts.iter().map(|text| Cohort::parse(text).unwrap()).collect();
    let files = Files { events: ("events", events), people: None, custody: None };
    files.read_for(&cohorts, &Map::parse("map.toml", map).unwrap(), None).unwrap()
}

#[test]
fn of_a_sorted_file_only_those_are_held_who_can_be_in_a_cohort() {
    // Of nine people, the fourth and the eighth were convicted in 2016; parts of eight rows end amid the third and the sixth.
    let ids: Vec<i64> = (1..=9).flat_map(|id| [id; 3]).collect();
    let mut days = ["2014-05-01", "2015-05-01", "2019-05-01"].repeat(9);
    for person in [4, 8] {
        days[3 * person - 2] = "2016-05-01";
    }
    let who = |cohorts: &[&str]| {
        let histories = held(&ids, &days, 8, cohorts);
        assert_eq!(histories.last_event(), Some(day("2019-05-01")), "what is not held was seen");
        let all = Cohort::parse("2014-01-01..2019-12-31").unwrap();
        let definition = definition("scotland-headline");
        let followed = follow(&histories, &definition, &all, Known::by(day("2026-01-01")), None).unwrap();
        let people = followed.outcomes.iter().map(|outcome| histories.id(outcome.person).into_owned());
        assert_eq!(histories.events(), 3 * histories.people(), "all that happened to whoever is held");
        people.collect::<Vec<_>>().join(" ")
    };
    // The first and the last of each part are held whoever they are: 1 3, 3 6, 6 8 9... as more may stand beside it.
    assert_eq!(who(&["2016"]), "1 3 4 6 8 9");
    assert_eq!(who(&["2016", "2019"]), "1 2 3 4 5 6 7 8 9");
    assert_eq!(who(&[]), "1 2 3 4 5 6 7 8 9");
}

#[test]
fn of_a_file_that_is_not_sorted_by_person_all_are_held() {
    let days = ["2014-05-01", "2014-06-01", "2014-07-01", "2016-05-01"];
    for (ids, people) in [([1, 2, 3, 2], 3), ([2, 1, 3, 4], 4), ([-1, -2, 3, 4], 4), ([1, 2, 3, 4], 4)] {
        for rows in 1..=4 {
            let all = held(&ids, &days, rows, &[]);
            let some = held(&ids, &days, rows, &["2016"]);
            assert_eq!((all.people(), all.events()), (people, 4), "{ids:?} {rows}");
            if !ids.is_sorted() {
                assert_eq!((some.people(), some.events()), (people, 4), "{ids:?} {rows}");
            }
        }
    }
}

#[test]
fn people_may_come_as_columns_too() {
    let rows: Vec<Row> = (0..40).map(|id| (id, 10, Some(5), None, 1, Some(8), 0)).collect();
    let text = csv(&rows);
    let people = RecordBatch::try_from_iter_with_nullable([
        ("id", Arc::new(Int64Array::from(vec![3, 1, 40])) as ArrayRef, true),
        ("born", Arc::new(StringArray::from(vec![Some("1990-05-01"), Some("01/01/1996"), None])), true),
        ("sex", Arc::new(StringArray::from(vec!["female", "male", "male"])), true),
    ])
    .unwrap();
    let events = || Content::csv(text.as_bytes());
    let expected = measured(events(), Content::csv(PEOPLE.as_bytes()));
    assert_eq!(measured(events(), Content::of("people", parquet(&people, 2)).unwrap()), expected);
    assert_eq!(measured(events(), Content::of("people", arrow(&people)).unwrap()), expected);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let map = Map::parse("map.toml", "[events]\nperson = \"id\"\non = \"convicted\"\nevery_row_is = \"conviction\"\n")
        .unwrap();
    let refusal = |batch: &RecordBatch| {
        let events = Content::of("events.parquet", parquet(batch, 2)).unwrap();
        let files = Files { events: ("events.parquet", events), people: None, custody: None };
        files.read(&map, None).unwrap_err().to_string()
    };
    let text = |words: &[Option<&str>]| Arc::new(StringArray::from(words.to_vec())) as ArrayRef;
    let three = text(&[Some("a"), Some("b"), Some("c")]);
    let with = |on: ArrayRef| {
        RecordBatch::try_from_iter_with_nullable([("id", Arc::clone(&three), true), ("convicted", on, true)]).unwrap()
    };
    assert_eq!(
        refusal(&with(text(&[Some("2016-01-01"), Some("01/02/2016"), Some("2016-13-01")]))),
        "events.parquet, row 3, column `convicted`: `2016-13-01` is not a date. Write 2026-03-04 or 04/03/2026."
    );
    assert_eq!(
        refusal(&with(text(&[Some("2016-01-01"), None, Some("2016-12-01")]))),
        "events.parquet, row 2, column `convicted`: An event needs its day."
    );
    let zoned = TimestampMillisecondArray::from(vec![0, 0, 0]).with_timezone("+00:00");
    assert_eq!(
        refusal(&with(Arc::new(zoned))),
        "events.parquet, column `convicted`: It holds values of the type Timestamp(ms, \"+00:00\"). Write it as text, numbers, yes and no, or \
         dates without a time zone."
    );
    let mut broken = tempfile::tempfile().unwrap();
    broken.write_all(b"PAR1 and nothing more").unwrap();
    broken.rewind().unwrap();
    let refusal = Content::of("events.parquet", broken).err().unwrap().to_string();
    assert!(refusal.starts_with("events.parquet: it cannot be read."), "{refusal}");
}

#[test]
fn a_table_is_written_as_columns_and_read_again() {
    let mut grid = Grid::new("Rates", &[("area", "Area"), ("people", "#People"), ("rate", "#Rate")]);
    grid.rows.push(vec![Cell::Text("Hills".to_owned()), Cell::Count(12_345), Cell::Share(0.271_758)]);
    grid.rows.push(vec![Cell::Text("Coast".to_owned()), Cell::Hidden("too few"), Cell::Nothing]);
    for bytes in [grid.parquet().unwrap(), grid.arrow().unwrap()] {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        file.rewind().unwrap();
        let table = Table::read("rates", Content::of("rates", file).unwrap()).unwrap();
        assert_eq!(table.words("area").unwrap(), ["Hills", "Coast"]);
        assert_eq!(table.words("people").unwrap(), ["12345", ""]);
        assert_eq!(table.optional_numbers("rate").unwrap(), [Some(0.271_758), None]);
    }
}
