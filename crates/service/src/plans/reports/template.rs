//! Which sections each kind of report has, what is asked of whoever writes them, and which figures stand beside: a file.

use super::FigureName;
use planning::report::ReportKind;
use planning::{ReadError, SectionRef};
use serde::Deserialize;

/// The reports that can be made about a plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportRules {
    /// The name of the set.
    pub id: String,
    /// One for each kind.
    #[serde(rename = "report")]
    pub reports: Vec<ReportRule>,
}

/// One kind of report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportRule {
    /// Which kind.
    pub kind: ReportKind,
    /// What it is called.
    pub title: String,
    /// Where it is asked for.
    pub source: String,
    /// The standards that its figures count, in this order.
    #[serde(default)]
    pub standards: Vec<String>,
    /// Its sections.
    #[serde(rename = "section")]
    pub sections: Vec<SectionRule>,
}

/// One section of a report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionRule {
    /// Its reference.
    pub id: SectionRef,
    /// Its heading.
    pub heading: String,
    /// Where it is asked for.
    pub source: String,
    /// What is asked of whoever writes it.
    pub asks: String,
    /// The figures that stand beside what is written.
    pub figures: Vec<FigureName>,
}

impl ReportRules {
    /// Reads the reports from their file; a figure that nobody can compute is refused.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        toml::from_str(text).map_err(|error: toml::de::Error| ReadError::File {
            what: "the reports about plans".to_owned(),
            problem: error.to_string().trim_end().to_owned(),
        })
    }

    /// The rule for a kind of report; none where this authority does not make it.
    pub fn of(&self, kind: ReportKind) -> Option<&ReportRule> {
        self.reports.iter().find(|rule| rule.kind == kind)
    }
}
