//! Lists, a page at a time: a cursor says behind which item the next page begins, so that nothing is skipped or repeated when
//! something is added meanwhile.

use super::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much of a list.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    /// How many items at most; 50 when nothing is said.
    #[serde(default)]
    #[schemars(range(min = 1, max = 200))]
    pub(crate) limit: Option<u16>,
    /// Where to go on: the `next` of the page before.
    #[serde(default)]
    #[schemars(length(max = 400))]
    pub(crate) cursor: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub(crate) struct Page<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Send this as `cursor` for the next page; null when this is the last.
    pub(crate) next: Option<String>,
}

const MARK: &str = "1.";

impl Paging {
    fn limit(&self) -> Result<usize, Problem> {
        match self.limit {
            None => Ok(50),
            Some(limit) if (1..=200).contains(&limit) => Ok(usize::from(limit)),
            Some(_) => Err(Problem::field("limit", "a page has 1 to 200 items")),
        }
    }

    /// The page of a list whose items each have a key of their own.
    pub(crate) fn of<T>(&self, items: Vec<T>, key: impl Fn(&T) -> String) -> Result<Page<T>, Problem> {
        let limit = self.limit()?;
        let wrong =
            || Problem::field("cursor", "it is not one of this list, or its item is gone: begin at the first page");
        let from = match &self.cursor {
            None => 0,
            Some(cursor) => {
                let sent =
                    cursor.strip_prefix(MARK).and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok()).ok_or_else(wrong)?;
                let at = items.iter().position(|item| key(item).as_bytes() == sent.as_slice());
                at.ok_or_else(wrong)? + 1
            }
        };
        let more = items.len() > from + limit;
        let items: Vec<T> = items.into_iter().skip(from).take(limit).collect();
        let last = items.last().filter(|_| more);
        let next = last.map(|last| format!("{MARK}{}", URL_SAFE_NO_PAD.encode(key(last))));
        Ok(Page { items, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap_or_repetition() {
        let all: Vec<u32> = (0..125).collect();
        let mut seen = Vec::new();
        let mut paging = Paging::default();
        loop {
            let page = paging.of(all.clone(), u32::to_string).unwrap();
            seen.extend(page.items);
            match page.next {
                Some(next) => paging.cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn a_page_has_its_limits_and_a_cursor_belongs_to_its_list() {
        let page = |limit, cursor: Option<&str>| {
            Paging { limit, cursor: cursor.map(str::to_owned) }.of(vec![1, 2, 3], i32::to_string)
        };
        assert!(page(Some(0), None).is_err());
        assert!(page(Some(201), None).is_err());
        assert_eq!(page(Some(3), None).unwrap().next, None, "the last page says so");
        for cursor in ["", "1.", "x", "1.!!", "2.Mg", "1.OTk"] {
            assert!(page(None, Some(cursor)).is_err(), "{cursor}");
        }
    }
}
