//! Lengths of time and sums of money as people type them: "3h 15m", "3:15", "195"; "£12.50".

/// Minutes from "195", "3:15", "3h 15m", "3 hours 15 minutes", "2.5 hours"; a minus takes off.
///
/// # Errors
/// A sentence.
pub(crate) fn minutes(text: &str) -> Result<i64, String> {
    let small = text.trim().to_lowercase();
    let (sign, rest) = match small.strip_prefix(['-', '−']) {
        Some(rest) => (-1, rest.trim()),
        None => (1, small.as_str()),
    };
    let read = plain(rest).or_else(|| clock(rest)).or_else(|| words(rest));
    match read {
        Some(minutes) if minutes <= 1_000_000 => Ok(sign * minutes),
        _ => Err("Type the time in hours and minutes, such as 3 hours 15 minutes, 3:15 or 195 minutes.".to_owned()),
    }
}

fn plain(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 7 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn clock(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let minutes = plain(minutes).filter(|_| minutes.len() == 2)?;
    if minutes < 60 { Some(plain(hours)? * 60 + minutes) } else { None }
}

/// Numbers, each followed by its unit.
fn words(text: &str) -> Option<i64> {
    let mut total = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        total += match unit {
            "h" | "hr" | "hrs" | "hour" | "hours" => in_sixtieths(number)?,
            "m" | "min" | "mins" | "minute" | "minutes" => plain(number)?,
            _ => return None,
        };
        rest = after.trim_start_matches([' ', ',']).trim_start();
        rest = rest.strip_prefix("and ").unwrap_or(rest).trim_start();
    }
    Some(total)
}

/// "2.5" hours are 150 minutes; a part that is no whole minute is none.
fn in_sixtieths(number: &str) -> Option<i64> {
    let Some((whole, part)) = number.split_once('.') else { return Some(plain(number)? * 60) };
    let scale = 10_i64.checked_pow(u32::try_from(part.len()).ok().filter(|length| (1..=2).contains(length))?)?;
    let part = plain(part)? * 60;
    if part % scale == 0 { Some(plain(whole)? * 60 + part / scale) } else { None }
}

/// Pence from "£12.50", "12.50", "1,250".
///
/// # Errors
/// A sentence.
pub(crate) fn pence(text: &str) -> Result<i64, String> {
    let wrong = || "Type an amount in pounds, such as £250 or £12.50.".to_owned();
    let bare = text.trim().trim_start_matches('£').replace(',', "");
    let (pounds, pence) = bare.split_once('.').unwrap_or((&bare, "00"));
    let pence = if pence.len() == 2 { plain(pence) } else { None };
    let pounds = plain(pounds);
    Ok(pounds.ok_or_else(wrong)? * 100 + pence.ok_or_else(wrong)?)
}

/// A sum as it is typed: "12.50", "250".
pub(crate) fn pounds(pence: i64) -> String {
    if pence % 100 == 0 { (pence / 100).to_string() } else { format!("{}.{:02}", pence / 100, pence % 100) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_told_to_the_minute_in_any_way() {
        for (typed, told) in [
            ("195", 195),
            ("3:15", 195),
            ("3h 15m", 195),
            ("3h15", 0),
            ("3 hours 15 minutes", 195),
            ("3 hours and 15 mins", 195),
            ("2.5 hours", 150),
            ("45 minutes", 45),
            ("-10 hours", -600),
        ] {
            assert_eq!(minutes(typed).unwrap_or(0), told, "{typed}");
        }
        for typed in ["", "a while", "3:75", "1.333 hours", "3h15"] {
            assert!(minutes(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn money_is_typed_in_pounds_and_kept_in_pence() {
        for (typed, told) in [("£12.50", 1250), ("250", 25_000), ("£1,250", 125_000)] {
            assert_eq!(pence(typed), Ok(told), "{typed}");
            assert_eq!(pence(&pounds(told)), Ok(told));
        }
        for typed in ["", "12.5", "a lot", "12.505"] {
            assert!(pence(typed).is_err(), "{typed}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_harm(text in ".{0,30}|[0-9]{1,12}(h|m|:|\\.| hours)[0-9]{0,12}m?") {
            let _ = (minutes(&text), pence(&text));
        }

        #[test]
        fn what_the_record_says_is_read_as_the_same(length in 1i64..100_000) {
            proptest::prop_assert_eq!(minutes(&record::unpaid_work::in_hours(length)), Ok(length));
        }
    }
}
