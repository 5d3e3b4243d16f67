//! Files that hold columns: Parquet and Arrow. They are read batch by batch, only the columns asked for, and words as the
//! numbers of a dictionary wherever the file holds them so.

mod cells;
mod file;
pub mod layout;
mod write;

pub(crate) use cells::{Cells, Held};

use crate::error::MeasureError;
use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, FileReaderBuilder};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use csv::StringRecord;
use file::{SharedFile, Stretch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::ChunkReader;
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

/// Rows in a batch of Parquet: few enough that what is made of them stays in the cache of a core.
const BATCH: usize = 8_192;

/// Bytes of a part that are read at once; of a greater part its pages are read one by one.
const MOST_AT_ONCE: u64 = 16 << 20;

/// An open file of columns.
pub struct Columns {
    name: String,
    file: SharedFile,
    kind: Kind,
}

enum Kind {
    Parquet(ArrowReaderMetadata),
    Arrow(SchemaRef),
}

/// Batches of rows, one after another.
type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

impl Columns {
    /// Reads what columns an open file has.
    pub fn open(name: &str, file: File, arrow: bool) -> Result<Self, MeasureError> {
        let bad = |error: String| MeasureError::Unreadable { file: name.to_owned(), reason: error };
        let file = SharedFile::new(file).map_err(|error| bad(error.to_string()))?;
        let kind = if arrow {
            let reader = FileReader::try_new(file.reader(), None).map_err(|error| bad(error.to_string()))?;
            Kind::Arrow(reader.schema())
        } else {
            let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new());
            Kind::Parquet(metadata.map_err(|error| bad(error.to_string()))?)
        };
        Ok(Self { name: name.to_owned(), file, kind })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn schema(&self) -> &SchemaRef {
        match &self.kind {
            Kind::Parquet(metadata) => metadata.schema(),
            Kind::Arrow(schema) => schema,
        }
    }

    /// The names of the columns.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.schema().fields().iter().map(|field| field.name().as_str())
    }

    /// How many rows stand in each part that can be read apart from the others.
    pub(crate) fn parts(&self) -> Vec<usize> {
        match &self.kind {
            Kind::Parquet(metadata) => {
                let rows = |part: &RowGroupMetaData| usize::try_from(part.num_rows()).unwrap_or_default();
                metadata.metadata().row_groups().iter().map(rows).collect()
            }
            Kind::Arrow(_) => vec![0],
        }
    }

    /// The batches of some parts, with these columns in the order of the file; of these, words as a dictionary in
    /// `dictionaries`.
    pub(crate) fn batches(
        &self,
        parts: Range<usize>,
        columns: &[usize],
        dictionaries: &[usize],
    ) -> Result<Batches, MeasureError> {
        match &self.kind {
            Kind::Parquet(metadata) => {
                let options = ArrowReaderOptions::new().with_schema(with_dictionaries(metadata.schema(), dictionaries));
                let metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)
                    .map_err(|error| self.unreadable(&error))?;
                let mask = ProjectionMask::roots(metadata.parquet_schema(), columns.iter().copied());
                let groups = metadata.metadata().row_groups().get(parts.clone()).unwrap_or_default();
                match groups {
                    [group] if let Some(place) = place_of(group, &mask) => {
                        let read = Stretch::read(&self.file, place).map_err(|error| self.unreadable(&error))?;
                        self.decoded(read, metadata, mask, parts)
                    }
                    _ => self.decoded(self.file.clone(), metadata, mask, parts),
                }
            }
            Kind::Arrow(_) => {
                let reader = FileReaderBuilder::new().with_projection(columns.to_vec());
                Ok(Box::new(reader.build(self.file.reader()).map_err(|error| self.unreadable(&error))?))
            }
        }
    }

    fn decoded(
        &self,
        read: impl ChunkReader + 'static,
        metadata: ArrowReaderMetadata,
        columns: ProjectionMask,
        parts: Range<usize>,
    ) -> Result<Batches, MeasureError> {
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(read, metadata)
            .with_projection(columns)
            .with_row_groups(parts.collect())
            .with_batch_size(BATCH);
        Ok(Box::new(builder.build().map_err(|error| self.unreadable(&error))?))
    }

    pub(crate) fn unreadable(&self, error: &impl std::fmt::Display) -> MeasureError {
        MeasureError::Unreadable { file: self.name.clone(), reason: error.to_string() }
    }

    /// All of it, one row at a time.
    pub(crate) fn rows(self) -> Result<Rows, MeasureError> {
        let every: Vec<usize> = (0..self.schema().fields().len()).collect();
        let batches = self.batches(0..self.parts().len(), &every, &[])?;
        Ok(Rows { columns: self, batches, texts: Vec::new(), in_batch: 0, length: 0, read: 0 })
    }
}

/// Where the columns of a part lie, if to read them at once is worth its memory: not much else lies between them.
fn place_of(part: &RowGroupMetaData, columns: &ProjectionMask) -> Option<Range<u64>> {
    let included = part.columns().iter().enumerate().filter(|(leaf, _)| columns.leaf_included(*leaf));
    let places = included.map(|(_, column)| column.byte_range()).map(|(begins, length)| begins..begins + length);
    let (mut wanted, mut begins, mut ends) = (0, u64::MAX, 0);
    for place in places {
        wanted += place.end - place.start;
        (begins, ends) = (begins.min(place.start), ends.max(place.end));
    }
    (begins < ends && ends - begins <= MOST_AT_ONCE.min(2 * wanted)).then_some(begins..ends)
}

fn with_dictionaries(schema: &SchemaRef, dictionaries: &[usize]) -> SchemaRef {
    let field = |(place, field): (usize, &Arc<Field>)| {
        if dictionaries.contains(&place) && matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8) {
            let words = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            return Arc::new(field.as_ref().clone().with_data_type(words));
        }
        Arc::clone(field)
    };
    let fields: Vec<_> = schema.fields().iter().enumerate().map(field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// A file of columns read one row at a time.
pub(crate) struct Rows {
    columns: Columns,
    batches: Batches,
    /// The values of each column in the present batch.
    texts: Vec<Vec<String>>,
    in_batch: usize,
    length: usize,
    read: usize,
}

impl Rows {
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.names()
    }

    /// How many rows have been read.
    pub(crate) fn read(&self) -> usize {
        self.read
    }

    pub(crate) fn next(&mut self, row: &mut StringRecord) -> Result<bool, MeasureError> {
        while self.in_batch >= self.length {
            let Some(next) = self.batches.next() else { return Ok(false) };
            let batch = next.map_err(|error| self.columns.unreadable(&error))?;
            let arrays = batch.schema_ref().fields().iter().zip(batch.columns());
            let texts = arrays.map(|(field, array)| {
                let cells = Cells::of(array.as_ref()).ok_or_else(|| self.columns.no_cells(field))?;
                Ok((0..batch.num_rows()).map(|row| cells.text(row).trim().to_owned()).collect())
            });
            self.texts = texts.collect::<Result<_, MeasureError>>()?;
            (self.in_batch, self.length) = (0, batch.num_rows());
        }
        row.clear();
        self.texts.iter().filter_map(|column| column.get(self.in_batch)).for_each(|text| row.push_field(text));
        self.in_batch += 1;
        self.read += 1;
        Ok(true)
    }
}

impl Columns {
    /// Of a column whose values we do not read.
    pub(crate) fn no_cells(&self, field: &Field) -> MeasureError {
        MeasureError::bad(
            &self.name,
            format!("column `{}`", field.name()),
            format!(
                "It holds values of the type {}. Write it as text, numbers, yes and no, or dates without a time zone.",
                field.data_type()
            ),
        )
    }
}
