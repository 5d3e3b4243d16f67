//! Running the plan and making figures of what comes back.

use crate::plan::{By, Question, sql};
use anyhow::{Context as _, Result, anyhow};
use ballista::prelude::{SessionConfigExt as _, SessionContextExt as _};
use datafusion::arrow::array::{Array as _, AsArray as _, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use measure::columns::layout::EVENT_COLUMNS;
use measure::{Breakdown, Group, Report, report_of_groups};
use std::path::Path;

/// Where a plan runs.
pub(crate) enum Engine<'a> {
    /// In this process.
    Here,
    /// On a scheduler and an executor within this process: for tests.
    #[cfg(test)]
    Standalone,
    /// On the cluster of a scheduler.
    Cluster(&'a str),
}

impl Engine<'_> {
    async fn context(&self) -> Result<SessionContext> {
        let state = || {
            let config = SessionConfig::new_with_ballista();
            SessionStateBuilder::new().with_config(config).with_default_features().build()
        };
        Ok(match self {
            Self::Here => SessionContext::new(),
            #[cfg(test)]
            Self::Standalone => SessionContext::standalone_with_state(state()).await?,
            Self::Cluster(url) => SessionContext::remote_with_state(url, state()).await?,
        })
    }
}

/// The figures of a cohort laid out in a folder.
pub(crate) async fn report(engine: &Engine<'_>, folder: &Path, question: &Question<'_>) -> Result<Report> {
    question.cohort.must_be_measurable(question.definition, question.known)?;
    let context = engine.context().await?;
    for table in ["events", "people", "custody"] {
        let place = folder.join(table);
        let place =
            place.canonicalize().with_context(|| format!("{} is not there: lay people out first", place.display()))?;
        context.register_parquet(table, format!("{}/", place.display()), ParquetReadOptions::default()).await?;
    }
    let by = breakdowns(&context, question.by).await?;
    let batches = context.sql(&sql(question, &by)).await?.collect().await.context("the plan could not be run")?;
    let mut groups = Vec::new();
    for batch in &batches {
        groups.extend(read(batch, &by)?);
    }
    let names: Vec<String> = by.iter().map(|by| by.breakdown.name().to_owned()).collect();
    Ok(report_of_groups(question.definition, question.cohort, question.known, &names, question.scale, groups))
}

async fn breakdowns(context: &SessionContext, names: &[String]) -> Result<Vec<By>> {
    let columns = async |table: &str| -> Result<Vec<String>> {
        let table = context.table_provider(table).await?;
        Ok(table.schema().fields().iter().map(|field| field.name().clone()).collect())
    };
    let events: Vec<String> =
        columns("events").await?.into_iter().filter(|name| !EVENT_COLUMNS.contains(&name.as_str())).collect();
    let people: Vec<String> = columns("people")
        .await?
        .into_iter()
        .filter(|name| !["person", "born", "left"].contains(&name.as_str()))
        .collect();
    let one = |name: &String| {
        let known = events.iter().chain(&people).map(String::as_str);
        Ok(By { breakdown: Breakdown::among(name, known)?, of_events: events.contains(name) })
    };
    names.iter().map(one).collect()
}

fn read(batch: &RecordBatch, by: &[By]) -> Result<Vec<Group>> {
    let column = |name: &str| {
        let values = batch.column_by_name(name).and_then(|array| array.as_primitive_opt::<Int64Type>());
        values.ok_or_else(|| anyhow!("the plan answered no column `{name}` of numbers"))
    };
    let names = [
        "people",
        "window_days",
        "seen_days",
        "liberty_days",
        "reoffended",
        "reoffences",
        "pseudo",
        "undated",
        "custody_days",
        "days_at_risk",
        "gone",
        "severe",
        "weights",
        "weighed",
        "worst",
        "escalated",
    ];
    let columns = names.iter().map(|name| column(name)).collect::<Result<Vec<_>>>()?;
    let words = (0..by.len())
        .map(|place| {
            let name = format!("by{place}");
            let texts = batch.column_by_name(&name).ok_or_else(|| anyhow!("the plan answered no column `{name}`"))?;
            Ok(datafusion::arrow::compute::cast(texts, &datafusion::arrow::datatypes::DataType::Utf8)?)
        })
        .collect::<Result<Vec<_>>>()?;
    let group = |row: usize| {
        let mut numbers = columns.iter().map(|column| u64::try_from(column.value(row)).unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        let mut days = || u32::try_from(next()).unwrap_or(u32::MAX);
        let people = u64::from(days());
        let (window_days, seen_days, liberty_days) = (days(), days(), days());
        let said = |(by, texts): (&By, &datafusion::arrow::array::ArrayRef)| {
            let texts = texts.as_string::<i32>();
            by.breakdown.said(if texts.is_null(row) { "" } else { texts.value(row) })
        };
        Group {
            words: by.iter().zip(&words).map(said).collect(),
            people,
            window_days,
            seen_days,
            liberty_days,
            reoffended: next() > 0,
            reoffences: next(),
            pseudo: next(),
            undated: next(),
            custody_days: next(),
            days_at_risk: next(),
            left: next(),
            severe: next(),
            sum: next(),
            weighed: next(),
            worst: next(),
            escalated: next(),
        }
    };
    Ok((0..batch.num_rows()).map(group).collect())
}
