use calendar::load;

const HEAD: &str = "id = 'town'\ntitle = 'Town'\nversion = '1'\nsource = 'A notice'\ncovers = [2025, 2027]\n";

/// The refusal of one file that begins with a good head.
fn refusal(rest: &str) -> String {
    load(&[("town.toml", format!("{HEAD}{rest}"))]).unwrap_err().to_string()
}

#[test]
fn a_file_is_refused_with_its_name_the_place_the_rule_and_the_way_out() {
    let table = [
        (
            "[[holiday]]\nid = 'x'\nname = 'X'\non = '31 June'\n",
            "town.toml, holiday x, on: 31 June does not exist in every year. Name a day that does, or give single days with `[[once]]`.",
        ),
        (
            "[[holiday]]\nid = 'x'\nname = 'X'\non = '1 May'\nsubstitute = 'Monday'\n",
            "town.toml, holiday x, substitute: \"Monday\" is not known. Write \"next free weekday\" or \"none\".",
        ),
        (
            "[[holiday]]\nid = 'x'\nname = 'X'\non = '1 May'\nfrom = 2027\nuntil = 2026\n",
            "town.toml, holiday x: `until` is before `from`. Exchange the years.",
        ),
        (
            "[[holiday]]\nid = 'x'\nname = 'X'\non = '1 May'\n[[holiday]]\nid = 'x'\nname = 'Y'\non = '2 May'\n",
            "town.toml, holiday x: Another holiday has this id, here or in the calendar that it extends. Give it another id, or drop the other.",
        ),
        (
            "[[once]]\nadd = 2031-05-01\nname = 'X'\nsource = 'Y'\n",
            "town.toml, once: Thursday 1 May 2031 is outside the years covered. Widen `covers` or remove the entry.",
        ),
        (
            "[[once]]\nmove = 2026-05-01\nto = 2026-05-04\nsource = 'Y'\n",
            "town.toml, once, move: Friday 1 May 2026 is not a holiday here. Correct the date or remove the entry.",
        ),
        (
            "[[once]]\nremove = 2026-05-01\nsource = 'Y'\n",
            "town.toml, once, remove: Friday 1 May 2026 is not a holiday here. Correct the date or remove the entry.",
        ),
        (
            "[[once]]\nadd = 2026-05-01\nsource = 'Y'\n",
            "town.toml, once: The day added, Friday 1 May 2026, has no `name`. Give it one.",
        ),
        (
            "[[once]]\nadd = 2026-05-01\nremove = 2026-05-01\nsource = 'Y'\n",
            "town.toml, once: Each entry has either `add` with `name`, or `remove`, or `move` with `to`. Write one entry for each change.",
        ),
        (
            "weekend = ['Caturday']\n",
            "town.toml, weekend: \"Caturday\" is not a day of the week. Write it in full, as in \"Saturday\".",
        ),
        (
            "weekend = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']\n",
            "town.toml, weekend: It holds all seven days, so nothing could ever fall due. Leave out the days worked.",
        ),
        (
            "start_on_day_off = 'never'\n",
            "town.toml, start_on_day_off: \"never\" is not known. Write \"next working day is day 1\" or \"next working day is day 0\".",
        ),
        (
            "drops = ['easter']\n",
            "town.toml, drops: No inherited holiday has the id easter. The inherited holidays are: none.",
        ),
        (
            "extends = 'region'\n",
            "town.toml: the calendar extends region, and no file has that id. Add the file or correct `extends`; the ids are: town.",
        ),
    ];
    for (rest, expected) in table {
        assert_eq!(refusal(rest), expected);
    }
}

#[test]
fn a_date_that_does_not_exist_is_found_with_its_line() {
    let said = refusal("[[once]]\nadd = 2026-02-30\nname = 'X'\nsource = 'Y'\n");
    assert!(said.starts_with("town.toml: the calendar cannot be read."), "{said}");
    assert!(said.contains("line 7"), "{said}");
}

#[test]
fn an_unknown_key_or_a_time_is_refused() {
    assert!(refusal("hoilday = 1\n").contains("unknown field `hoilday`"));
    let said = refusal("[[once]]\nadd = 2026-05-01T10:00:00\nname = 'X'\nsource = 'Y'\n");
    assert!(said.contains("is not a day; write the date alone, as in 2026-06-15"), "{said}");
}

#[test]
fn years_are_checked() {
    let covers = |years: &str| load(&[("t.toml", HEAD.replace("[2025, 2027]", years))]).unwrap_err().to_string();
    assert_eq!(
        covers("[2027, 2025]"),
        "t.toml, covers: The last year is before the first. Give the first year, then the last."
    );
    assert_eq!(covers("[1900, 2025]"), "t.toml, covers: The years must lie between 1971 and 2200.");
    let missing = load(&[("t.toml", HEAD.replace("covers = [2025, 2027]", ""))]).unwrap_err().to_string();
    assert_eq!(missing, "t.toml, covers: It is missing. Give the first and last year, as in [2005, 2035].");
    let wider = HEAD.replace("'town'", "'wide'").replace("2027", "2030") + "extends = 'town'\n";
    let said = load(&[("t.toml", HEAD), ("w.toml", &wider)]).unwrap_err().to_string();
    assert!(
        said.starts_with(
            "w.toml, covers: It covers 2025 to 2030, and the calendar that it extends covers 2025 to 2027."
        )
    );
    let empty = load(&[("t.toml", HEAD.replace("'A notice'", "' '"))]).unwrap_err().to_string();
    assert_eq!(empty, "t.toml, source: It is empty. Say who prescribes these days.");
}

#[test]
fn a_circle_of_calendars_is_refused() {
    let file =
        |id: &str, extends: &str| HEAD.replace("'town'", &format!("'{id}'")) + &format!("extends = '{extends}'\n");
    let said = load(&[("a.toml", file("a", "b")), ("b.toml", file("b", "c")), ("c.toml", file("c", "b"))]);
    assert_eq!(
        said.unwrap_err().to_string(),
        "c.toml: the calendars extend one another in a circle: b, then c, then b. Remove `extends` from one of them."
    );
    let said = load(&[("a.toml", file("a", "a"))]).unwrap_err().to_string();
    assert!(said.contains("in a circle: a, then a."), "{said}");
}

#[test]
fn two_files_with_one_id_are_refused() {
    let said = load(&[("a.toml", HEAD), ("b.toml", HEAD)]).unwrap_err().to_string();
    assert_eq!(said, "b.toml: the id town is already the id of a.toml. Give one of them another id.");
}

#[test]
fn an_unknown_calendar_names_those_there_are() {
    let calendars = load(&[("a.toml", HEAD)]).unwrap();
    assert_eq!(
        calendars.require("moon").unwrap_err().to_string(),
        "There is no calendar moon. The calendars loaded are: town."
    );
    assert!(calendars.get("moon").is_none());
}

#[test]
fn two_holidays_on_one_day_keep_both_names_and_a_byte_order_mark_does_no_harm() {
    let text = format!(
        "\u{feff}{HEAD}[[holiday]]\nid = 'a'\nname = 'Market day'\non = '1 May'\n[[holiday]]\nid = 'b'\nname = 'May Day'\non = '1 May'\n"
    );
    let calendars = load(&[("a.toml", text)]).unwrap();
    let day = calendars.require("town").unwrap().day(jiff::civil::date(2026, 5, 1)).unwrap();
    assert_eq!(day, calendar::Day::Holiday("Market day and May Day"));
}
