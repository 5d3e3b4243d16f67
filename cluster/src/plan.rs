//! A definition and a cohort as one statement of SQL. It reads like the definition: what was known, who is in the cohort, for
//! how long each is followed, what counts, what became of each, and how many came to the same.

use jiff::civil::date;
use measure::{Breakdown, Cohort, CountedUnit, DatedBy, Day, Definition, Known, Length, OffencesBefore, Scale};

/// What is asked.
pub(crate) struct Question<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) cohort: &'a Cohort,
    pub(crate) known: Known,
    pub(crate) by: &'a [String],
    pub(crate) scale: Option<&'a Scale>,
}

/// What a breakdown reads.
pub(crate) struct By {
    pub(crate) breakdown: Breakdown,
    /// Whether an attribute stands with the events rather than with the people.
    pub(crate) of_events: bool,
}

/// The statement. Days are numbers of days since 1 January 1970 throughout. It is one chain without a second look at what was
/// computed: a plan of many levels is refused on its way to a scheduler.
pub(crate) fn sql(question: &Question<'_>, by: &[By]) -> String {
    let definition = question.definition;
    let counts = &definition.counts;
    let as_of = number(question.known.as_of);
    let (first, last) = (number(question.cohort.first()), number(question.cohort.last()));
    let rank = rank(&definition.index.heaviest_first);
    let until = after(definition.follow_up.length, "at_liberty");
    let proven_by = after(definition.follow_up.waiting, "until");
    let index_is = fits(&definition.index.kinds, &definition.index.leave_out_groups);
    let looked_at =
        format!("(day > index_day AND day <= {proven_by} AND {})", fits(&counts.kinds, &counts.leave_out_groups));
    let before_index = "coalesce(offence < index_day, false)";
    let (counted, undated, happened) = match (counts.dated_by, counts.offences_before_index) {
        (DatedBy::Proof, OffencesBefore::Count) => ("day <= until".to_owned(), "false", "day"),
        (DatedBy::Proof, OffencesBefore::LeaveOut) => {
            (format!("day <= until AND NOT {before_index}"), "day <= until AND offence IS NULL", "day")
        }
        (DatedBy::Offence, _) => {
            ("coalesce(offence > index_day AND offence <= until, false)".to_owned(), "offence IS NULL", "offence")
        }
    };
    let counted = format!("{looked_at} AND {counted}");
    let reoffences = match counts.unit {
        CountedUnit::Event => format!("sum(CASE WHEN {counted} THEN 1 ELSE 0 END)"),
        CountedUnit::Occasion => format!("count(DISTINCT CASE WHEN {counted} THEN day END)"),
    };
    let severe_from = question.scale.map_or(i64::MAX, |scale| scale.severe_from.into());
    let of_events = columns(by, true, |place, name| format!(", {name} AS attribute{place}"));
    let of_index = columns(by, true, |place, _| format!(", attribute{place} AS index_attribute{place}"));
    let of_people = columns(by, false, |place, name| format!(", people.{name} AS index_attribute{place}"));
    let kept: String = by.iter().enumerate().filter_map(|(place, by)| attribute(by, place)).collect();
    let same: String = by.iter().enumerate().filter_map(|(place, by)| same_attribute(by, place)).collect();
    let words: String =
        by.iter().enumerate().map(|(place, by)| format!("{} AS by{place}, ", value(by, place))).collect();
    let groups: String = (0..by.len()).map(|place| format!("by{place}, ")).collect();
    format!(
        r#"
WITH known AS (
  SELECT person, "row", CAST("on" AS INT) AS day, CAST(offence AS INT) AS offence, CAST(at_liberty AS INT) AS at_liberty,
    CAST(weight AS BIGINT) AS weight, kind, disposal, "group" AS crime{of_events}
  FROM events
  WHERE CAST("on" AS INT) <= {as_of} AND coalesce(CAST(learned AS INT) <= {as_of}, true)
    AND coalesce(CAST(withdrawn AS INT) > {as_of}, true)
),
placed AS (
  SELECT *, row_number() OVER (PARTITION BY person ORDER BY at_liberty, {rank}, "row") AS place
  FROM known WHERE {index_is} AND at_liberty >= {first} AND at_liberty <= {last}
),
followed AS (
  SELECT placed.person, placed.day AS index_on, placed.at_liberty AS index_day, {until} AS until, placed.weight AS index_weight,
    placed.disposal AS index_disposal, placed.crime AS index_crime, CAST(people.born AS INT) AS born,
    CASE WHEN CAST(people."left" AS INT) <= {until} THEN greatest(CAST(people."left" AS INT), at_liberty) END AS gone
    {of_index}{of_people}
  FROM placed LEFT JOIN people ON people.person = placed.person WHERE placed.place = 1
),
outcomes AS (
  SELECT followed.person, index_day, until, index_weight, index_disposal, index_crime, born, gone{kept},
    {reoffences} AS reoffences, min(CASE WHEN {counted} THEN {happened} END) AS first,
    max(CASE WHEN {counted} THEN weight END) AS worst, coalesce(sum(CASE WHEN {counted} THEN weight END), 0) AS weights,
    sum(CASE WHEN {counted} AND weight >= {severe_from} THEN 1 ELSE 0 END) AS severe,
    sum(CASE WHEN {looked_at} AND {before_index} AND day <= until THEN 1 ELSE 0 END) AS pseudo,
    sum(CASE WHEN {looked_at} AND {undated} THEN 1 ELSE 0 END) AS undated,
    count(DISTINCT CASE WHEN day < index_on AND {previous} THEN day END) AS previous
  FROM followed JOIN known ON known.person = followed.person
  GROUP BY followed.person, index_day, until, index_weight, index_disposal, index_crime, born, gone{kept}
),
spells AS (
  SELECT outcomes.*, CAST(custody."from" AS INT) AS began,
    least(coalesce(CAST(custody."until" AS INT), 2147483647), coalesce(gone, outcomes.until)) AS seen_end,
    least(coalesce(CAST(custody."until" AS INT), 2147483647), coalesce(first, gone, outcomes.until)) AS risk_end
  FROM outcomes LEFT JOIN custody ON custody.person = outcomes.person
),
swept AS (
  SELECT *,
    max(seen_end) OVER (PARTITION BY person ORDER BY began, seen_end ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS seen_to,
    max(risk_end) OVER (PARTITION BY person ORDER BY began, seen_end ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS risk_to
  FROM spells
),
each AS (
  SELECT max(index_day) AS index_day, max(until) AS until, max(index_weight) AS index_weight, max(index_disposal) AS index_disposal,
    max(index_crime) AS index_crime, max(born) AS born, max(gone) AS gone, max(reoffences) AS reoffences, max(first) AS first,
    max(worst) AS worst, max(weights) AS weights, max(severe) AS severe, max(pseudo) AS pseudo, max(undated) AS undated,
    max(previous) AS previous{same},
    sum(CASE WHEN began IS NULL THEN 0 ELSE greatest(0, seen_end - greatest(began, index_day, coalesce(seen_to, index_day))) END)
      AS custody_days,
    sum(CASE WHEN began IS NULL THEN 0 ELSE greatest(0, risk_end - greatest(began, index_day, coalesce(risk_to, index_day))) END)
      AS custody_before
  FROM swept GROUP BY person
),
told AS (
  SELECT {words}coalesce(first, gone, until) - index_day AS seen_days, first IS NOT NULL AS reoffended,
    greatest(0, coalesce(first, gone, until) - index_day - custody_before) AS liberty_days, until - index_day AS window_days,
    reoffences, pseudo, undated, custody_days, greatest(0, coalesce(gone, until) - index_day - custody_days) AS days_at_risk,
    CASE WHEN gone IS NULL THEN 0 ELSE 1 END AS gone, severe, weights, worst,
    CASE WHEN worst > index_weight THEN 1 ELSE 0 END AS escalated
  FROM each
)
SELECT {groups}CAST(seen_days AS BIGINT) AS seen_days, CAST(reoffended AS BIGINT) AS reoffended,
  CAST(liberty_days AS BIGINT) AS liberty_days, CAST(count(*) AS BIGINT) AS people, CAST(max(window_days) AS BIGINT) AS window_days,
  CAST(sum(reoffences) AS BIGINT) AS reoffences, CAST(sum(pseudo) AS BIGINT) AS pseudo, CAST(sum(undated) AS BIGINT) AS undated,
  CAST(sum(custody_days) AS BIGINT) AS custody_days, CAST(sum(days_at_risk) AS BIGINT) AS days_at_risk,
  CAST(sum(gone) AS BIGINT) AS gone, CAST(sum(severe) AS BIGINT) AS severe, CAST(sum(weights) AS BIGINT) AS weights,
  CAST(count(worst) AS BIGINT) AS weighed, CAST(coalesce(sum(worst), 0) AS BIGINT) AS worst, CAST(sum(escalated) AS BIGINT) AS escalated
FROM told GROUP BY {groups}seen_days, reoffended, liberty_days"#,
        previous = fits(&counts.kinds, &[]),
    )
}

fn number(day: Day) -> i32 {
    day.since(date(1970, 1, 1).into())
}

fn after(length: Length, from: &str) -> String {
    match length {
        Length::Days(days) => format!("{from} + {days}"),
        Length::Months(months) => format!("CAST(CAST({from} AS DATE) + INTERVAL '{months}' MONTH AS INT)"),
    }
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "''"))
}

fn list(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")
}

fn fits(kinds: &[String], leave_out: &[String]) -> String {
    let kinds = format!("kind IN ({})", list(kinds));
    if leave_out.is_empty() { kinds } else { format!("{kinds} AND crime NOT IN ({})", list(leave_out)) }
}

fn rank(heaviest: &[String]) -> String {
    if heaviest.is_empty() {
        return "0".to_owned();
    }
    let whens: String =
        heaviest.iter().enumerate().map(|(place, word)| format!(" WHEN {} THEN {place}", quoted(word))).collect();
    format!("CASE disposal{whens} ELSE {} END", heaviest.len())
}

/// The attributes that breakdowns need of events or of people, as `column` writes each.
fn columns(by: &[By], of_events: bool, column: impl Fn(usize, &str) -> String) -> String {
    let one = |(place, by): (usize, &By)| match &by.breakdown {
        Breakdown::Attribute(name) if by.of_events == of_events => {
            Some(column(place, &format!("\"{}\"", name.replace('"', "\"\""))))
        }
        _ => None,
    };
    by.iter().enumerate().filter_map(one).collect()
}

fn attribute(by: &By, place: usize) -> Option<String> {
    matches!(by.breakdown, Breakdown::Attribute(_)).then(|| format!(", index_attribute{place}"))
}

fn same_attribute(by: &By, place: usize) -> Option<String> {
    attribute(by, place).map(|_| format!(", max(index_attribute{place}) AS index_attribute{place}"))
}

/// What a breakdown says of a person, as text.
fn value(by: &By, place: usize) -> String {
    match &by.breakdown {
        Breakdown::Disposal => "index_disposal".to_owned(),
        Breakdown::Group => "index_crime".to_owned(),
        Breakdown::Previous => "CAST(previous AS VARCHAR)".to_owned(),
        Breakdown::Attribute(_) => format!("coalesce(index_attribute{place}, '')"),
        Breakdown::Age => {
            let part = |part: &str, of: &str| format!("CAST(date_part('{part}', CAST({of} AS DATE)) AS INT)");
            let in_year = |of: &str| format!("({} * 100 + {})", part("month", of), part("day", of));
            let (index, born) = ("index_day", "born");
            format!(
                "coalesce(CAST({} - {} - CASE WHEN {} < {} THEN 1 ELSE 0 END AS VARCHAR), '')",
                part("year", index),
                part("year", born),
                in_year(index),
                in_year(born)
            )
        }
    }
}
