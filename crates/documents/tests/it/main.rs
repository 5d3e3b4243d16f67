//! A document as HTML and as tagged PDF.

#[cfg(test)]
mod document {
    use documents::{Block, Document, Table};
    use jiff::civil::date;

    fn document() -> Document {
        let row = |name: &str, count: &str| vec![name.to_owned(), count.to_owned()];
        let rows = (1..=80).map(|number| row(&format!("Path {number}"), "1,204"));
        Document {
            title: "Annual report".into(),
            subtitle: "Area plan: April 2025 to March 2026".into(),
            about: vec!["The board. Draft; figures as known on 2 March 2026.".into()],
            language: "en-GB".into(),
            made_on: date(2026, 3, 2),
            blocks: vec![
                Block::Heading("Orders <b>".into()),
                Block::Paragraph("#read(\"/etc/passwd\") $x$ = *not bold* [not content] \\ & <i>".into()),
                Block::Quiet("Nothing has been written here yet.".into()),
                Block::Table(Table {
                    caption: "Placements begun".into(),
                    columns: vec![("Kind of work".into(), false), ("Placements".into(), true)],
                    rows: rows.collect(),
                    note: "Counted in 12 records.".into(),
                }),
            ],
        }
    }

    #[test]
    fn html_shows_what_was_typed_and_nothing_of_it_is_markup() {
        let page = documents::html(&document());
        assert!(page.contains("<h2>Orders &lt;b&gt;</h2>"), "{page}");
        assert!(page.contains("#read(&quot;/etc/passwd&quot;) $x$ = *not bold* [not content] \\ &amp; &lt;i&gt;"));
        assert!(page.contains("<th scope=\"row\">Path 80</th><td class=\"figure\">1,204</td>"), "{page}");
    }

    #[cfg(feature = "pdf")]
    #[test]
    fn a_pdf_is_tagged_says_its_language_and_title_and_reads_nothing_but_its_data() {
        let bytes = documents::pdf(&document()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.starts_with("%PDF-1.7"));
        for said in ["/StructTreeRoot", "(en-GB)", "pdfuaid:part", "Annual report: Area plan", "/Scope/Row"] {
            assert!(text.contains(said), "{said}");
        }
        assert_eq!(documents::pdf(&document()).unwrap(), bytes, "the same document gives the same bytes");
    }

    #[cfg(feature = "pdf")]
    #[test]
    fn a_document_without_a_language_is_refused_with_a_sentence() {
        let wrong = documents::pdf(&Document { language: "nonsense".into(), ..document() }).unwrap_err();
        assert!(wrong.to_string().starts_with("the document could not be set: "), "{wrong}");
    }
}
