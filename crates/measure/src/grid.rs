//! Figures as a table: in words for people, as CSV with its description (CSV on the Web) for programs.

use serde_json::{Value, json};
use std::fmt::Write as _;

/// A table of figures, with what must be read beside it.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// What the table shows.
    pub title: String,
    /// What must be read beside it: definition, dates, caveats. Whole sentences.
    pub notes: Vec<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name for programs: `per_person`.
    pub name: String,
    /// Its heading for people.
    pub title: String,
    /// Whether figures stand in it.
    pub figures: bool,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A count.
    Count(u64),
    /// A share of one: a percentage for people.
    Share(f64),
    /// A number, with so many decimals for people.
    Number(f64, usize),
    /// A figure that is not shown, and why in a word or two.
    Hidden(&'static str),
    /// Nothing to show.
    Nothing,
}

impl Cell {
    /// A share that may not be there.
    pub fn share(share: Option<f64>) -> Self {
        share.map_or(Self::Nothing, Self::Share)
    }

    /// A number that may not be there.
    pub fn number(number: Option<f64>, decimals: usize) -> Self {
        number.map_or(Self::Nothing, |number| Self::Number(number, decimals))
    }

    /// As people read it.
    pub fn words(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => grouped(*count),
            Self::Share(share) => format!("{:.1}%", 100.0 * share),
            Self::Number(number, decimals) => format!("{number:.decimals$}"),
            Self::Hidden(why) => (*why).to_owned(),
            Self::Nothing => String::new(),
        }
    }

    /// As programs read it: every digit; nothing where nothing is shown.
    pub(crate) fn value(&self) -> String {
        match self {
            // A spreadsheet must not take words for a formula.
            Self::Text(text) if text.starts_with(['=', '+', '-', '@', '\t']) => format!("'{text}"),
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Share(number) | Self::Number(number, _) => number.to_string(),
            Self::Hidden(_) | Self::Nothing => String::new(),
        }
    }
}

/// A count with a comma between thousands.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut words = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}

impl Grid {
    /// A table without rows as yet. A column is a name and a heading; one of figures has a heading after `#`.
    pub fn new(title: impl Into<String>, columns: &[(&str, &str)]) -> Self {
        let column = |(name, title): &(&str, &str)| Column {
            name: (*name).to_owned(),
            title: title.trim_start_matches('#').to_owned(),
            figures: title.starts_with('#'),
        };
        Self { title: title.into(), columns: columns.iter().map(column).collect(), ..Self::default() }
    }

    /// A sentence to be read beside the table.
    pub fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// The table as CSV.
    pub fn csv(&self) -> String {
        let mut out = String::new();
        let line = |cells: &mut dyn Iterator<Item = String>| {
            let quoted: Vec<String> = cells.map(|cell| quoted(&cell)).collect();
            quoted.join(",") + "\r\n"
        };
        out += &line(&mut self.columns.iter().map(|column| column.name.clone()));
        for row in &self.rows {
            out += &line(&mut row.iter().map(Cell::value));
        }
        out
    }

    /// What describes the CSV to programs (W3C, CSV on the Web), to lie beside it as `FILE-metadata.json`.
    pub fn metadata(&self, file: &str) -> Value {
        let datatype = |place: usize| match self.rows.iter().find_map(|row| match row.get(place) {
            None | Some(Cell::Hidden(_) | Cell::Nothing) => None,
            Some(cell) => Some(cell),
        }) {
            Some(Cell::Count(_)) => "integer",
            Some(Cell::Share(_) | Cell::Number(..)) => "number",
            _ => "string",
        };
        let columns: Vec<Value> = self
            .columns
            .iter()
            .enumerate()
            .map(|(place, column)| json!({"name": column.name, "titles": column.name, "dc:description": column.title, "datatype": datatype(place)}))
            .collect();
        json!({
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": file,
            "dc:title": self.title,
            "dc:description": self.notes.join(" "),
            "tableSchema": {"columns": columns},
        })
    }

    /// The table as HTML, for a page that shows a chart beside it.
    pub fn html(&self) -> String {
        let mut out = format!("<table>\n<caption>{}</caption>\n<thead><tr>", escaped(&self.title));
        for column in &self.columns {
            let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(&column.title));
        }
        out += "</tr></thead>\n<tbody>\n";
        for row in &self.rows {
            out += "<tr>";
            for cell in row {
                let _ = write!(out, "<td>{}</td>", escaped(&cell.words()));
            }
            out += "</tr>\n";
        }
        out + "</tbody>\n</table>\n"
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// Text that markup cannot take for itself.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_reads_as_words_and_as_csv() {
        let mut grid = Grid::new("Rates", &[("area", "Area"), ("people", "#People"), ("rate", "#Rate")]);
        grid.rows.push(vec![Cell::Text("=Hills, North".to_owned()), Cell::Count(12_345), Cell::Share(0.271_758)]);
        grid.rows.push(vec![Cell::Text("Coast".to_owned()), Cell::Hidden("too few"), Cell::Nothing]);
        assert_eq!(grid.csv(), "area,people,rate\r\n\"'=Hills, North\",12345,0.271758\r\nCoast,,\r\n");
        let words: Vec<String> = grid.rows[0].iter().map(Cell::words).collect();
        assert_eq!(words, ["=Hills, North", "12,345", "27.2%"]);
        let metadata = grid.metadata("rates.csv");
        let datatypes: Vec<&Value> =
            metadata["tableSchema"]["columns"].as_array().unwrap().iter().map(|column| &column["datatype"]).collect();
        assert_eq!(datatypes, ["string", "integer", "number"]);
        assert!(grid.html().contains("<td>too few</td>"));
    }
}
