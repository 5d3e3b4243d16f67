//! A date of birth as it is looked for: whole or in part, typed as people type it, and how well a record fits it.

use jiff::civil::Date;

/// What is known of a date of birth that is looked for. At least one part is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sought {
    /// The first and the last year that it can be.
    pub(crate) years: Option<(i16, i16)>,
    /// The month.
    pub(crate) month: Option<i8>,
    /// The day of the month.
    pub(crate) day: Option<i8>,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Sought {
    /// Reads `17/5/1990`, `17 May 1990`, `1990-05-17`, `17051990`, `5/1990`, `May 1990`, `1990`, `17 May`, `aged 36`.
    /// `None` when the text is nothing of the kind.
    pub(crate) fn read(text: &str, today: Date) -> Option<Self> {
        let text = text.trim().to_lowercase();
        if let Some(age) = age(&text) {
            let year = today.year() - age;
            return Some(Self { years: Some((year - 1, year)), ..Self::default() });
        }
        let parts: Vec<&str> = text
            .split(|c: char| matches!(c, '/' | '-' | '.' | ',') || c.is_whitespace())
            .filter(|part| !part.is_empty())
            .collect();
        let sought = match parts.as_slice() {
            [one] if one.len() == 8 && one.bytes().all(|b| b.is_ascii_digit()) => {
                Self::of(one.get(..2)?, one.get(2..4)?, one.get(4..)?, today)
            }
            [one] => Some(Self { years: full_year(one).map(|year| (year, year)), ..Self::default() }),
            [first, second] => match (month(first), month(second)) {
                // "May 1990", "5/1990", "1990-05"
                (Some(month), _) if full_year(second).is_some() => Some(Self::in_month(full_year(second)?, month)),
                (_, Some(month)) if full_year(first).is_some() => Some(Self::in_month(full_year(first)?, month)),
                // "17 May", "May 17", "17/5"
                (_, Some(month)) => Some(Self { day: day(first), month: Some(month), years: None }),
                (Some(month), None) => Some(Self { day: day(second), month: Some(month), years: None }),
                (None, None) => None,
            },
            [first, second, third] if full_year(first).is_some() => Self::of(third, second, first, today),
            [first, second, third] if named_month(first).is_some() => Self::of(second, first, third, today),
            [first, second, third] => Self::of(first, second, third, today),
            _ => None,
        }?;
        let years = sought.years.is_none_or(|(from, until)| from >= today.year() - 120 && until <= today.year());
        let something = sought.years.is_some() || (sought.month.is_some() && sought.day.is_some());
        (years && something).then_some(sought)
    }

    fn of(first: &str, second: &str, third: &str, today: Date) -> Option<Self> {
        let year = full_year(third).or_else(|| short_year(third, today))?;
        let (day, month) = (day(first.trim_end_matches(|c: char| c.is_alphabetic()))?, month(second)?);
        Some(Self { years: Some((year, year)), month: Some(month), day: Some(day) })
    }

    fn in_month(year: i16, month: i8) -> Self {
        Self { years: Some((year, year)), month: Some(month), day: None }
    }

    /// The whole date, when it is one.
    pub(crate) fn date(self) -> Option<Date> {
        match (self.years, self.month, self.day) {
            (Some((from, until)), Some(month), Some(day)) if from == until => Date::new(from, month, day).ok(),
            _ => None,
        }
    }

    /// Day and month the other way round, when that is another date.
    pub(crate) fn swapped(self) -> Option<Date> {
        let turned = Self { month: self.day, day: self.month, ..self };
        (self.day != self.month).then(|| turned.date()).flatten()
    }

    /// The range of ISO texts within which every fitting date lies: from, and up to but without.
    pub(crate) fn range(self) -> Option<(String, String)> {
        let (from, until) = self.years?;
        Some(match self.month {
            Some(month) if from == until => (format!("{from:04}-{month:02}"), format!("{from:04}-{month:02}~")),
            _ => (format!("{from:04}"), format!("{until:04}~")),
        })
    }

    /// How well a date of birth as far as it is known (ISO; empty when not known) fits, from nought to one. What is not
    /// known on either side speaks neither for nor against.
    pub(crate) fn fit(self, known: &str) -> f64 {
        let mut parts = known.split('-');
        let year: Option<i16> = parts.next().and_then(|year| year.parse().ok());
        let month: Option<i8> = parts.next().and_then(|month| month.parse().ok());
        let day: Option<i8> = parts.next().and_then(|day| day.parse().ok());
        let Some(year) = year else { return 0.5 };
        let (mut sum, mut of) = (0.0, 0.0);
        if let Some((from, until)) = self.years {
            of += 0.5;
            sum += 0.5 * year_fit(year, from, until);
        }
        let turned = self.day != self.month
            && (self.day, self.month) == (month, day)
            && self.day.is_some()
            && self.month.is_some();
        for (sought, known) in [(self.month, month), (self.day, day)] {
            if let (Some(sought), Some(known)) = (sought, known) {
                of += 0.25;
                sum += 0.25 * if turned { 0.7 } else { number_fit(sought, known) };
            }
        }
        if of > 0.0 { sum / of } else { 0.5 }
    }

    /// As it was understood, said back: "17 May 1990", "in May 1990", "between 1985 and 1986".
    pub(crate) fn said(self) -> String {
        let month = self.month.and_then(|month| usize::try_from(month).ok()).and_then(|month| MONTHS.get(month - 1));
        let month = month.map(|name| {
            let (first, rest) = name.split_at(1);
            format!("{}{rest}", first.to_uppercase())
        });
        match (self.day, month, self.years) {
            (Some(day), Some(month), Some((year, _))) => format!("on {day} {month} {year}"),
            (Some(day), Some(month), None) => format!("on {day} {month}"),
            (_, Some(month), Some((year, _))) => format!("in {month} {year}"),
            (_, _, Some((from, until))) if from != until => format!("in {from} or {until}"),
            (_, _, Some((year, _))) => format!("in {year}"),
            _ => String::new(),
        }
    }
}

/// A year that is one off, or has one digit wrong or two swapped, is a slip.
fn year_fit(known: i16, from: i16, until: i16) -> f64 {
    if (from..=until).contains(&known) {
        return 1.0;
    }
    if known == from - 1 || known == until + 1 {
        return 0.6;
    }
    let slip = strsim::osa_distance(&known.to_string(), &from.to_string()) == 1;
    if slip && from == until { 0.55 } else { 0.0 }
}

fn number_fit(sought: i8, known: i8) -> f64 {
    if sought == known {
        return 1.0;
    }
    let near =
        sought.abs_diff(known) == 1 || strsim::osa_distance(&format!("{sought:02}"), &format!("{known:02}")) == 1;
    if near { 0.4 } else { 0.0 }
}

fn age(text: &str) -> Option<i16> {
    let rest = text.strip_prefix("aged").or_else(|| text.strip_prefix("age")).or_else(|| text.strip_prefix("about"))?;
    let rest = rest.trim().trim_end_matches("years old").trim_end_matches("years").trim();
    rest.parse().ok().filter(|age| (8..=110).contains(age))
}

fn full_year(text: &str) -> Option<i16> {
    let year = (text.len() == 4).then(|| text.parse::<i16>().ok()).flatten()?;
    (1880..=2200).contains(&year).then_some(year)
}

/// Two digits: the latest year in which somebody was born who is at least eight.
fn short_year(text: &str, today: Date) -> Option<i16> {
    let two = (text.len() == 2).then(|| text.parse::<i16>().ok()).flatten().filter(|two| *two >= 0)?;
    let century = today.year() / 100 * 100;
    Some(if century + two <= today.year() - 8 { century + two } else { century - 100 + two })
}

fn named_month(text: &str) -> Option<i8> {
    let at = (text.len() >= 3).then(|| MONTHS.iter().position(|name| name.starts_with(text)))??;
    i8::try_from(at + 1).ok()
}

fn month(text: &str) -> Option<i8> {
    named_month(text).or_else(|| digits(text).filter(|month| (1..=12).contains(month)))
}

fn day(text: &str) -> Option<i8> {
    digits(text.trim_end_matches(|c: char| c.is_alphabetic())).filter(|day| (1..=31).contains(day))
}

fn digits(text: &str) -> Option<i8> {
    (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<Sought> {
        Sought::read(text, date(2026, 3, 2))
    }

    fn full(year: i16, month: i8, day: i8) -> Sought {
        Sought { years: Some((year, year)), month: Some(month), day: Some(day) }
    }

    #[test]
    fn dates_are_read_as_people_type_them() {
        for text in [
            "17/5/1990",
            "17.05.1990",
            "17-5-90",
            "17 May 1990",
            "17th may 1990",
            "May 17 1990",
            "1990-05-17",
            "17051990",
            " 17 / 05 / 1990 ",
        ] {
            assert_eq!(read(text), Some(full(1990, 5, 17)), "{text}");
        }
        for text in ["5/1990", "May 1990", "1990-05", "may, 1990"] {
            assert_eq!(read(text).map(Sought::said).as_deref(), Some("in May 1990"), "{text}");
        }
        assert_eq!(read("17 May").map(Sought::said).as_deref(), Some("on 17 May"));
        assert_eq!(read("17/5").map(Sought::said).as_deref(), Some("on 17 May"));
        assert_eq!(read("1990").map(Sought::said).as_deref(), Some("in 1990"));
        assert_eq!(read("aged 36").map(Sought::said).as_deref(), Some("in 1989 or 1990"));
        assert_eq!(read("3/4/15").and_then(Sought::date), Some(date(2015, 4, 3)));
        assert_eq!(read("3/4/25").and_then(Sought::date), Some(date(1925, 4, 3)));
        for text in ["", "smith", "17", "2050", "32/5/1990", "17/13/1990", "0", "1/2/3/4", "may", "aged 200"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_nearer_a_date_the_better_it_fits() {
        let sought = full(1990, 5, 7);
        let fits: Vec<f64> = ["1990-05-07", "1990-07-05", "1990-05-08", "1990-05-20", "1962-11-23"]
            .map(|known| sought.fit(known))
            .into();
        assert!(fits.is_sorted_by(|a, b| a > b), "{fits:?}");
        assert!((sought.fit("1990") - 1.0).abs() < f64::EPSILON, "what is not known does not speak against");
        assert!((sought.fit("") - 0.5).abs() < f64::EPSILON);
        assert!(sought.fit("1991-05-07") > 0.7 && sought.fit("1909-05-07") > 0.7);
        assert!((Sought { day: None, ..sought }.fit("1990-05-31") - 1.0).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not_and_fits_between_nought_and_one(text in ".{0,30}", known in "[0-9-]{0,10}") {
            if let Some(sought) = read(&text) {
                prop_assert!((0.0..=1.0).contains(&sought.fit(&known)));
                prop_assert!(!sought.said().is_empty());
            }
        }

        #[test]
        fn a_date_that_is_said_back_is_read_again(year in 1930i16..2015, month in 1i8..=12, day in 1i8..=28) {
            let sought = full(year, month, day);
            prop_assert_eq!(read(sought.said().trim_start_matches("on ")), Some(sought));
            prop_assert!((sought.fit(&sought.date().unwrap().to_string()) - 1.0).abs() < f64::EPSILON);
        }
    }
}
