//! A document as one page of HTML that needs nothing else: to be sent, kept, or put on a website.

use crate::{Block, Document, Table};
use std::fmt::Write as _;

const STYLE: &str = "body{max-width:50em;margin:2em auto;padding:0 1em;font-family:sans-serif;line-height:1.5;color:#0b0c0c}\
table{border-collapse:collapse;width:100%;margin:1em 0 .3em}caption{text-align:left;font-weight:bold}\
th,td{text-align:left;vertical-align:top;padding:.3em .6em .3em 0;border-bottom:1px solid #b1b4b6}\
.figure{text-align:right;font-variant-numeric:tabular-nums}.quiet{color:#484949;font-size:.9em}\
.wide{overflow-x:auto}@media print{tr{break-inside:avoid}}";

/// The document as a page.
pub fn html(document: &Document) -> String {
    let (title, subtitle) = (escaped(&document.title), escaped(&document.subtitle));
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}: {subtitle}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{subtitle}</p>\n",
        escaped(&document.language)
    );
    for line in &document.about {
        quiet(&mut page, line);
    }
    for block in &document.blocks {
        match block {
            Block::Heading(text) => line(&mut page, "h2", text),
            Block::Paragraph(text) => line(&mut page, "p", text),
            Block::Quiet(text) => quiet(&mut page, text),
            Block::Table(it) => table(&mut page, it),
        }
    }
    page + "</main>\n</body>\n</html>\n"
}

fn line(page: &mut String, element: &str, text: &str) {
    let _ = writeln!(page, "<{element}>{}</{element}>", escaped(text));
}

fn quiet(page: &mut String, text: &str) {
    let _ = writeln!(page, "<p class=\"quiet\">{}</p>", escaped(text));
}

fn table(page: &mut String, table: &Table) {
    let caption = escaped(&table.caption);
    let _ = writeln!(
        page,
        "<div class=\"wide\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\">\n<table>\n<caption>{caption}</caption>"
    );
    let class = |is_figure: bool| if is_figure { " class=\"figure\"" } else { "" };
    let headings = table.columns.iter();
    let headings =
        headings.map(|(title, figure)| format!("<th scope=\"col\"{}>{}</th>", class(*figure), escaped(title)));
    let _ = writeln!(page, "<thead><tr>{}</tr></thead>\n<tbody>", headings.collect::<String>());
    for row in &table.rows {
        let cells = row.iter().zip(&table.columns).enumerate().map(|(place, (cell, (_, figure)))| {
            let (element, scope) = if place == 0 { ("th", " scope=\"row\"") } else { ("td", "") };
            format!("<{element}{scope}{}>{}</{element}>", class(*figure), escaped(cell))
        });
        let _ = writeln!(page, "<tr>{}</tr>", cells.collect::<String>());
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
    if !table.note.is_empty() {
        quiet(page, &table.note);
    }
}

/// Text that markup cannot take for itself.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
