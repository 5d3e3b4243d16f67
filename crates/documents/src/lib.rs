//! # documents
//!
//! Documents to be read and printed: a structure of headings, paragraphs and tables, as one page of HTML and, with the feature
//! `pdf`, set as PDF by a template. The PDF is tagged (PDF/UA-1): a screen reader finds its language, title, headings and the headers of tables.
//!
//! *May know:* what a document consists of, templates, fonts.
//! *Must not know:* where its content comes from: the store, the record, plans, pages.
//!
//! Text is given to the template as data. It is never read as markup, so nothing that somebody wrote can change a document's
//! shape, read a file or reach the network.

mod html;
#[cfg(feature = "pdf")]
mod set;

pub use html::html;

#[cfg(feature = "pdf")]
pub use set::pdf;

use jiff::civil::Date;
use serde::Serialize;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// What it is called.
    pub title: String,
    /// What it is about, in a line.
    pub subtitle: String,
    /// What a reader must know first: who answers for it, as of when.
    pub about: Vec<String>,
    /// Its language, as screen readers know it: `en-GB`.
    pub language: String,
    /// The day on which it was made.
    pub made_on: Date,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// The heading of a section.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A sentence that stands back: that something is missing, where something comes from.
    Quiet(String),
    /// A table.
    Table(Table),
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The headings of its columns, and whether figures stand in each.
    pub columns: Vec<(String, bool)>,
    /// Its rows: a cell for each column.
    pub rows: Vec<Vec<String>>,
    /// What must be read beside it.
    pub note: String,
}

/// A document could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document could not be set: {0}")]
pub struct PdfError(String);
