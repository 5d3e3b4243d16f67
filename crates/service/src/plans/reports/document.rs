//! A report as a document to be set and printed.

use super::of_plan::day;
use super::{PlanReport, ReportSection};
use documents::{Block, Document, Table};
use measure::grid::{Cell, Grid};

impl PlanReport {
    /// The report as a document.
    pub fn document(&self) -> Document {
        let state = match self.issued_on {
            Some(on) => format!("Issued on {}", day(on)),
            None => "Draft".to_owned(),
        };
        Document {
            title: self.title.clone(),
            subtitle: format!("{}: {}", self.plan, self.period.words()),
            about: vec![
                format!("{}. {state}; figures as known on {}.", self.owner, day(self.made_on)),
                format!("Made under {}.", self.source),
            ],
            language: "en-GB".to_owned(),
            made_on: self.made_on,
            blocks: self.sections.iter().flat_map(section).collect(),
        }
    }
}

fn section(section: &ReportSection) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(section.heading.clone())];
    match &section.passage {
        Some(passage) => {
            let paragraphs = passage.text.as_str().split("\n\n").map(str::trim).filter(|text| !text.is_empty());
            blocks.extend(paragraphs.map(|text| Block::Paragraph(text.to_owned())));
        }
        None => blocks.push(Block::Quiet("Nothing has been written here yet.".to_owned())),
    }
    blocks.extend(section.figures.iter().map(|(name, grid)| table(name.name(), grid)));
    blocks
}

fn table(name: &str, grid: &Grid) -> Block {
    if grid.rows.is_empty() {
        return Block::Quiet(format!("{}: none. {} ({name})", grid.title, grid.notes.join(" ")));
    }
    Block::Table(Table {
        caption: grid.title.clone(),
        columns: grid.columns.iter().map(|column| (column.title.clone(), column.figures)).collect(),
        rows: grid.rows.iter().map(|row| row.iter().map(Cell::words).collect()).collect(),
        note: format!("{} Figure: {name}.", grid.notes.join(" ")),
    })
}
