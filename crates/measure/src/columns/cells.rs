//! The values of a column in one batch, whatever type the file gives them.

use crate::day::{Day, MaybeDay};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type,
};
use arrow_array::{Array, BooleanArray, LargeStringArray, PrimitiveArray, StringArray, StringViewArray};
use arrow_schema::{DataType, TimeUnit};
use std::borrow::Cow;

/// The values of a column in one batch.
pub(crate) struct Cells<'a> {
    array: &'a dyn Array,
    has_nulls: bool,
    pub(crate) held: Held<'a>,
}

/// How they are held.
pub(crate) enum Held<'a> {
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    /// Words, and which of them stands in each row.
    Dictionary(Box<Cells<'a>>, Vec<usize>),
    Whole(Vec<i64>),
    Decimal(Vec<f64>),
    Truth(&'a BooleanArray),
    /// Days since 1 January 1970.
    Days(Cow<'a, [i32]>),
}

impl<'a> Cells<'a> {
    /// The values of an array; `None` when it is of a type that cannot stand in a table of a study.
    pub(crate) fn of(array: &'a dyn Array) -> Option<Self> {
        Some(Self { array, has_nulls: array.null_count() > 0, held: held(array)? })
    }

    /// Whether a row has no value.
    #[inline]
    pub(crate) fn is_null(&self, row: usize) -> bool {
        self.has_nulls && self.array.is_null(row)
    }

    /// Whether any row has no value.
    pub(crate) fn has_nulls(&self) -> bool {
        self.has_nulls
    }

    /// A value as people write it; empty when there is none.
    pub(crate) fn text(&self, row: usize) -> Cow<'_, str> {
        if row >= self.array.len() || self.is_null(row) {
            return Cow::Borrowed("");
        }
        match &self.held {
            Held::Text(texts) => Cow::Borrowed(texts.value(row)),
            Held::LargeText(texts) => Cow::Borrowed(texts.value(row)),
            Held::TextView(texts) => Cow::Borrowed(texts.value(row)),
            Held::Dictionary(words, keys) => keys.get(row).map_or(Cow::Borrowed(""), |key| words.text(*key)),
            Held::Whole(numbers) => Cow::Owned(numbers.get(row).map(i64::to_string).unwrap_or_default()),
            Held::Decimal(numbers) => Cow::Owned(numbers.get(row).map(f64::to_string).unwrap_or_default()),
            Held::Truth(truths) => Cow::Borrowed(if truths.value(row) { "true" } else { "false" }),
            Held::Days(days) => {
                Cow::Owned(days.get(row).map(|day| Day::numbered(*day).date().to_string()).unwrap_or_default())
            }
        }
    }

    /// The days of the rows, where the file holds them as days and none is missing.
    pub(crate) fn all_days(&self) -> Option<Vec<Day>> {
        match &self.held {
            Held::Days(days) if !self.has_nulls => Some(days.iter().map(|day| Day::numbered(*day)).collect()),
            _ => None,
        }
    }

    /// The days of the rows; an error names the row and what stands there instead.
    pub(crate) fn days(&self) -> Result<Vec<MaybeDay>, (usize, String)> {
        if let Held::Days(days) = &self.held {
            let day = |(row, day): (usize, &i32)| {
                if self.is_null(row) { MaybeDay::NONE } else { Some(Day::numbered(*day)).into() }
            };
            return Ok(days.iter().enumerate().map(day).collect());
        }
        (0..self.array.len())
            .map(|row| {
                let text = self.text(row);
                match text.trim() {
                    "" => Ok(MaybeDay::NONE),
                    text => Day::parse(text).map(|day| Some(day).into()).ok_or_else(|| (row, text.to_owned())),
                }
            })
            .collect()
    }
}

fn held(array: &dyn Array) -> Option<Held<'_>> {
    Some(match array.data_type() {
        DataType::Utf8 => Held::Text(array.as_string_opt()?),
        DataType::LargeUtf8 => Held::LargeText(array.as_string_opt()?),
        DataType::Utf8View => Held::TextView(array.as_string_view_opt()?),
        DataType::Boolean => Held::Truth(array.as_boolean_opt()?),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary_opt()?;
            let words = Cells::of(dictionary.values().as_ref())?;
            // Without a word every row is empty.
            let keys = if dictionary.values().is_empty() { Vec::new() } else { dictionary.normalized_keys() };
            Held::Dictionary(Box::new(words), keys)
        }
        DataType::Int8 => whole::<Int8Type>(array)?,
        DataType::Int16 => whole::<Int16Type>(array)?,
        DataType::Int32 => whole::<Int32Type>(array)?,
        DataType::Int64 => whole::<Int64Type>(array)?,
        DataType::UInt8 => whole::<UInt8Type>(array)?,
        DataType::UInt16 => whole::<UInt16Type>(array)?,
        DataType::UInt32 => whole::<UInt32Type>(array)?,
        DataType::Float32 => decimal::<Float32Type>(array)?,
        DataType::Float64 => decimal::<Float64Type>(array)?,
        DataType::Date32 => Held::Days(Cow::Borrowed(array.as_primitive_opt::<Date32Type>()?.values())),
        DataType::Date64 => days(array.as_primitive_opt::<Date64Type>()?, 86_400_000),
        // With a time zone, which day it was depends on where one asks.
        DataType::Timestamp(unit, None) => match unit {
            TimeUnit::Second => days(array.as_primitive_opt::<TimestampSecondType>()?, 86_400),
            TimeUnit::Millisecond => days(array.as_primitive_opt::<TimestampMillisecondType>()?, 86_400_000),
            TimeUnit::Microsecond => days(array.as_primitive_opt::<TimestampMicrosecondType>()?, 86_400_000_000),
            TimeUnit::Nanosecond => days(array.as_primitive_opt::<TimestampNanosecondType>()?, 86_400_000_000_000),
        },
        _ => return None,
    })
}

fn whole<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &dyn Array) -> Option<Held<'_>> {
    let values = array.as_primitive_opt::<T>()?.values();
    Some(Held::Whole(values.iter().map(|value| (*value).into()).collect()))
}

fn decimal<T: ArrowPrimitiveType<Native: Into<f64>>>(array: &dyn Array) -> Option<Held<'_>> {
    let values = array.as_primitive_opt::<T>()?.values();
    Some(Held::Decimal(values.iter().map(|value| (*value).into()).collect()))
}

fn days<T: ArrowPrimitiveType<Native = i64>>(moments: &PrimitiveArray<T>, in_a_day: i64) -> Held<'_> {
    let day = |moment: &i64| i32::try_from(moment.div_euclid(in_a_day)).unwrap_or(i32::MAX);
    Held::Days(moments.values().iter().map(day).collect())
}
