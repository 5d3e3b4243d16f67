//! Setting a document: a world that consists of the template and the document's data, and nothing else.

use crate::{Document, PdfError};
use std::sync::OnceLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Features, Library, LibraryExt as _, World};
use typst_kit::fonts::{FontStore, embedded};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

const TEMPLATE: &str = include_str!("report.typ");

/// What every document shares: the library and the fonts that the program carries.
struct Shared {
    library: LazyHash<Library>,
    fonts: FontStore,
}

static SHARED: OnceLock<Shared> = OnceLock::new();

fn shared() -> &'static Shared {
    SHARED.get_or_init(|| {
        let mut fonts = FontStore::new();
        fonts.extend(embedded());
        // The first cell of a row is its header, for screen readers too.
        let features = Features::from_iter([Feature::A11yExtras]);
        Shared { library: LazyHash::new(Library::builder().with_features(features).build()), fonts }
    })
}

/// All that a template can see.
struct Closed {
    shared: &'static Shared,
    template: Source,
    data: FileId,
    content: Bytes,
    today: Option<Datetime>,
}

impl World for Closed {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.shared.fonts.book()
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(not_here()) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data { Ok(self.content.clone()) } else { Err(not_here()) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.today
    }
}

fn not_here() -> FileError {
    FileError::AccessDenied
}

/// The document as PDF/UA-1: tagged, with its language and title.
pub fn pdf(document: &Document) -> Result<Vec<u8>, PdfError> {
    let content = serde_json::to_vec(document).map_err(|error| PdfError(error.to_string()))?;
    let day = document.made_on;
    let world = Closed {
        shared: shared(),
        template: Source::new(file("report.typ")?, TEMPLATE.to_owned()),
        data: file("document.json")?,
        content: Bytes::new(content),
        today: Datetime::from_ymd(day.year().into(), part(day.month()), part(day.day())),
    };
    let set = typst::compile::<PagedDocument>(&world).output.map_err(|problems| told(&problems))?;
    let standards =
        PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|problem| PdfError(problem.message().to_string()))?;
    let options = PdfOptions { standards, ..PdfOptions::default() };
    let bytes = typst_pdf::pdf(&set, &options).map_err(|problems| told(&problems));
    // What was remembered for this document helps no other.
    comemo::evict(0);
    bytes
}

fn file(name: &str) -> Result<FileId, PdfError> {
    let path = VirtualPath::new(name).map_err(|problem| PdfError(problem.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn part(of_a_date: i8) -> u8 {
    of_a_date.unsigned_abs()
}

fn told(problems: &[SourceDiagnostic]) -> PdfError {
    let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    PdfError(said.join("; "))
}
