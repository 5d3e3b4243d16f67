use super::{Lean, Told, read, read_time, say_time};
use jiff::ToSpan;
use jiff::civil::{DateTime, Time, date};
use proptest::prelude::*;

/// Wednesday 4 March 2026, twenty past ten in the morning.
fn now() -> DateTime {
    date(2026, 3, 4).at(10, 20, 0, 0)
}

fn said(text: &str, lean: Lean) -> String {
    read(text, now(), lean).map_or_else(|no| format!("NO: {no}"), Told::say)
}

#[test]
fn what_happened_is_understood_as_people_type_it() {
    for (typed, told) in [
        ("today", "Wednesday 4 March 2026"),
        ("now", "Wednesday 4 March 2026 at 10:20am"),
        ("yesterday 3pm", "Tuesday 3 March 2026 at 3pm"),
        ("3pm yesterday", "Tuesday 3 March 2026 at 3pm"),
        ("Yesterday at 3.30 pm", "Tuesday 3 March 2026 at 3:30pm"),
        ("1430", "Wednesday 4 March 2026 at 2:30pm"),
        ("930", "Wednesday 4 March 2026 at 9:30am"),
        ("noon", "Wednesday 4 March 2026 at midday"),
        ("today half past 2pm", "Wednesday 4 March 2026 at 2:30pm"),
        ("quarter to 5pm", "Wednesday 4 March 2026 at 4:45pm"),
        ("9/3", "Monday 9 March 2026"),
        ("9/4", "Wednesday 9 April 2025"),
        ("30/12", "Tuesday 30 December 2025"),
        ("9.3.26", "Monday 9 March 2026"),
        ("9-3-2026", "Monday 9 March 2026"),
        ("09/03/2026 14:30", "Monday 9 March 2026 at 2:30pm"),
        ("09032026", "Monday 9 March 2026"),
        ("2026-03-09", "Monday 9 March 2026"),
        ("20260309", "Monday 9 March 2026"),
        ("2026-03-09T14:30", "Monday 9 March 2026 at 2:30pm"),
        ("2026-03-09 14:30", "Monday 9 March 2026 at 2:30pm"),
        ("9 March", "Monday 9 March 2026"),
        ("the 9th of March", "Monday 9 March 2026"),
        ("Mon 9th Mar '26, 3pm", "Monday 9 March 2026 at 3pm"),
        ("March 9 2026", "Monday 9 March 2026"),
        ("tue", "Tuesday 3 March 2026"),
        ("wed", "Wednesday 4 March 2026"),
        ("last Tuesday", "Tuesday 3 March 2026"),
        ("last wed", "Wednesday 25 February 2026"),
        ("this friday", "Friday 6 March 2026"),
        ("Tuesday last week 10am", "Tuesday 24 February 2026 at 10am"),
        ("3 days ago", "Sunday 1 March 2026"),
        ("two weeks ago", "Wednesday 18 February 2026"),
        ("a fortnight ago", "Wednesday 18 February 2026"),
        ("day before yesterday", "Monday 2 March 2026"),
        ("9999 days ago", "Sunday 18 October 1998"),
        ("March 2026", "March 2026"),
        ("3/2026", "March 2026"),
        ("2026-03", "March 2026"),
        ("1998", "1998"),
        ("year 2026", "2026"),
        ("29/2/2024", "Thursday 29 February 2024"),
    ] {
        assert_eq!(said(typed, Lean::Past), told, "{typed}");
    }
}

#[test]
fn what_is_to_come_is_understood_as_people_type_it() {
    for (typed, told) in [
        ("tomorrow 10:30", "Thursday 5 March 2026 at 10:30am"),
        ("in 2 weeks", "Wednesday 18 March 2026"),
        ("in a fortnight", "Wednesday 18 March 2026"),
        ("14 days from today", "Wednesday 18 March 2026"),
        ("in 3 months", "Thursday 4 June 2026"),
        ("tue 3pm", "Tuesday 10 March 2026 at 3pm"),
        ("next wednesday", "Wednesday 11 March 2026"),
        ("tuesday week", "Tuesday 17 March 2026"),
        ("a week on Tuesday", "Tuesday 17 March 2026"),
        ("a week today at 9am", "Wednesday 11 March 2026 at 9am"),
        ("Friday next week", "Friday 13 March 2026"),
        ("1/2", "Monday 1 February 2027"),
        ("25/2", "Wednesday 25 February 2026"),
        ("today 10.12", "Wednesday 4 March 2026 at 10:12am"),
    ] {
        assert_eq!(said(typed, Lean::Future), told, "{typed}");
    }
}

#[test]
fn a_date_of_birth_needs_its_year_and_two_figures_mean_somebody_of_ten_or_more() {
    for (typed, told) in [
        ("17/5/90", "Thursday 17 May 1990"),
        ("17.5.08", "Saturday 17 May 2008"),
        ("17 May '24", "Saturday 17 May 1924"),
        ("1990", "1990"),
        ("2005", "2005"),
        ("May 1990", "May 1990"),
        ("9/3", "NO: Type the year of birth as well, such as 9/3/1990."),
    ] {
        assert_eq!(said(typed, Lean::Birth), told, "{typed}");
    }
}

#[test]
fn what_can_mean_two_things_or_cannot_be_is_refused_with_a_way_out() {
    for (typed, refusal) in [
        (
            "next tuesday",
            "“Next” can mean Tuesday 10 March 2026 or Tuesday 17 March 2026: type the date, such as 10/3.",
        ),
        ("today at 3", "3 can be the morning or the afternoon: type 3am or 3pm."),
        ("3:30", "3:30 can be the morning or the afternoon: type 3:30pm or 03:30."),
        ("2026", "2026 can be the year 2026 or the time 8:26pm: type “year 2026”, or the time with a colon."),
        ("3/15", "There is no month 15. Dates are day, then month: type 15/3 for 15 March."),
        ("30/2", "February 2026 has 28 days, so there is no day 30. Check the day."),
        ("29/2", "2026 has no 29 February: it has 28 days in that month. Check the day or the year."),
        ("29 February 2025", "2025 has no 29 February: it has 28 days in that month. Check the day or the year."),
        ("Tuesday 9 March 2026", "Monday 9 March 2026 is not a Tuesday. Check the day of the week or the date."),
        (
            "today midnight",
            "Midnight is the end of one day and the beginning of the next: type 12am for the beginning, or 11:59pm.",
        ),
        ("today 25:00", "A day has no hour 25. Type a time such as 3pm, 9:45am or 14:30."),
        ("today 13pm", "13 does not go with am or pm. Type a time such as 3pm or 14:30."),
        ("last week", "Which day? Type the day as well, such as last Tuesday, 2 weeks ago or 9/3."),
        ("March 2026 3pm", "A time of day needs a whole date: type the day as well, such as 9 March 2026 at 3pm."),
        ("9 March 1066", "The year 1066 is not one that is recorded here. Type a year from 1900 on."),
        ("9999 years ago", "That is too far away to be recorded here. Check the number."),
        ("", "Type a date, such as today, yesterday 3pm, 9/3 or 9 March 2026."),
        (
            "soon",
            "“soon” is not a date that is understood here. Type one such as today, yesterday 3pm, last Tuesday, 9/3, 9 March 2026 or in 2 weeks.",
        ),
    ] {
        assert_eq!(said(typed, Lean::Past), format!("NO: {refusal}"), "{typed}");
    }
}

#[test]
fn the_nights_on_which_the_clocks_change_are_explained() {
    assert_eq!(
        said("29 March 2026 1:30am", Lean::Past),
        "NO: There was no 1:30am on Sunday 29 March 2026: the clocks went forward from 1am to 2am. Type the time that the clock showed."
    );
    assert_eq!(said("29 March 2026 2am", Lean::Past), "Sunday 29 March 2026 at 2am");
    assert_eq!(
        said("25 October 2026 1:30am", Lean::Future),
        "Sunday 25 October 2026 at 1:30am, a time that came twice that night because the clocks went back"
    );
    assert_eq!(said("25 October 2026 2am", Lean::Future), "Sunday 25 October 2026 at 2am");
}

#[test]
fn a_time_alone_is_read_and_said() {
    for (typed, told) in
        [("3pm", "3pm"), ("9.45am", "9:45am"), ("14:30", "2:30pm"), ("1430 hrs", "2:30pm"), ("12am", "12am")]
    {
        assert_eq!(read_time(typed).map(say_time), Ok(told.to_owned()), "{typed}");
    }
    assert!(read_time("9/3").unwrap_err().to_string().contains("is not a time"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_harm(text in ".{0,70}", days in 0i64..60_000) {
        let now = date(1950, 1, 1).checked_add(days.days()).unwrap().at(10, 0, 0, 0);
        for lean in [Lean::Past, Lean::Future, Lean::Birth] {
            match read(&text, now, lean) {
                Ok(told) => prop_assert!((1900..=2199).contains(&told.date().year())),
                Err(no) => prop_assert!(no.to_string().ends_with('.')),
            }
        }
    }

    #[test]
    fn words_of_dates_in_any_order_do_no_harm(
        words in prop::collection::vec("[0-9]{1,4}|[0-9]{1,2}[/.:-][0-9]{1,2}|am|pm|last|next|week|in|ago|a|days|tue|march|today|half|past|quarter|to", 0..6),
    ) {
        for lean in [Lean::Past, Lean::Future, Lean::Birth] {
            let _ = read(&words.join(" "), now(), lean);
        }
    }

    #[test]
    fn what_is_said_in_full_is_read_as_the_same(days in 0i64..70_000, minute in 0i64..1440, timed: bool) {
        let on = date(1950, 1, 1).checked_add(days.days()).unwrap();
        let at = timed.then(|| Time::midnight().wrapping_add(minute.minutes()));
        let text = at.map_or_else(|| crate::say(on), |at| format!("{} at {}", crate::say(on), say_time(at)));
        match read(&text, now(), Lean::Past) {
            Ok(told) => prop_assert_eq!((told.date(), told.time()), (on, at)),
            Err(no) => prop_assert!(no.to_string().starts_with("There was no "), "{}: {}", text, no),
        }
    }

    #[test]
    fn the_british_and_the_iso_form_mean_the_same_day(days in 0i64..70_000) {
        let on = date(1950, 1, 1).checked_add(days.days()).unwrap();
        let told = |text: &str| read(text, now(), Lean::Past).map(Told::date);
        prop_assert_eq!(told(&on.to_string()), Ok(on));
        prop_assert_eq!(told(&format!("{}/{}/{}", on.day(), on.month(), on.year())), Ok(on));
        prop_assert_eq!(told(&on.strftime("%d.%m.%Y").to_string()), Ok(on));
        prop_assert_eq!(told(&on.strftime("%d%m%Y").to_string()).is_ok(), true);
    }
}
