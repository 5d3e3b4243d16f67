//! Tables as Parquet and Arrow.

use crate::error::MeasureError;
use crate::grid::{Cell, Grid};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use std::collections::HashMap;
use std::sync::Arc;

impl Grid {
    /// The table as a Parquet file, with every digit. What must be read beside it is in the schema's metadata.
    pub fn parquet(&self) -> Result<Vec<u8>, MeasureError> {
        let written = || {
            let batch = self.batch()?;
            let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None)?;
            writer.write(&batch)?;
            writer.into_inner()
        };
        written().map_err(|error: ParquetError| not_written(&error))
    }

    /// The table as an Arrow file.
    pub fn arrow(&self) -> Result<Vec<u8>, MeasureError> {
        let written = || {
            let batch = self.batch()?;
            let mut writer = FileWriter::try_new(Vec::new(), batch.schema_ref())?;
            writer.write(&batch)?;
            writer.into_inner()
        };
        written().map_err(|error: ArrowError| not_written(&error))
    }

    fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let (mut fields, mut arrays) = (Vec::new(), Vec::new());
        for (place, column) in self.columns.iter().enumerate() {
            let cells: Vec<&Cell> = self.rows.iter().filter_map(|row| row.get(place)).collect();
            let (datatype, array) = values(&cells);
            let about = HashMap::from([("title".to_owned(), column.title.clone())]);
            fields.push(Field::new(&column.name, datatype, true).with_metadata(about));
            arrays.push(array);
        }
        let about =
            HashMap::from([("title".to_owned(), self.title.clone()), ("notes".to_owned(), self.notes.join(" "))]);
        RecordBatch::try_new(Arc::new(Schema::new_with_metadata(fields, about)), arrays)
    }
}

/// A column's values: nothing where nothing is shown.
fn values(cells: &[&Cell]) -> (DataType, ArrayRef) {
    let any = |of: fn(&Cell) -> bool| cells.iter().any(|cell| of(cell));
    if any(|cell| matches!(cell, Cell::Text(_))) {
        let text = |cell: &&Cell| match cell {
            Cell::Hidden(_) | Cell::Nothing => None,
            Cell::Text(text) => Some(text.clone()),
            other => Some(other.value()),
        };
        return (DataType::Utf8, Arc::new(cells.iter().map(text).collect::<StringArray>()));
    }
    if any(|cell| matches!(cell, Cell::Share(_) | Cell::Number(..))) {
        let number = |cell: &&Cell| match cell {
            Cell::Share(number) | Cell::Number(number, _) => Some(*number),
            Cell::Count(count) => Some(crate::number::whole(*count)),
            _ => None,
        };
        return (DataType::Float64, Arc::new(cells.iter().map(number).collect::<Float64Array>()));
    }
    let count = |cell: &&Cell| match cell {
        Cell::Count(count) => i64::try_from(*count).ok(),
        _ => None,
    };
    (DataType::Int64, Arc::new(cells.iter().map(count).collect::<Int64Array>()))
}

fn not_written(error: &impl std::fmt::Display) -> MeasureError {
    MeasureError::NotComputable { what: "The file", reason: error.to_string() }
}
