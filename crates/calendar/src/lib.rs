//! # calendar
//!
//! Working days: holiday calendars as versioned data, and limits counted on them. A [`Calendar`] says of each day it
//! covers whether it is worked, and if not, why. A [`Limit`] is what a standard allows ("2 working days", "3 months
//! beginning with"), counted from a day to the day it falls due, with every day that was passed over and the reason.
//! [`typed`] reads dates as people type them, and says them back in full.
//!
//! *May know:* dates, weekdays, holidays and the words of a limit.
//! *Must not know:* anything else: no standard, no fact, no person, no file system; what time it is now is an argument.
//!
//! A calendar is a TOML file (see `calendars/README.md`). Dates are computed from rules once, when the file is
//! [loaded](load); counting is then a look-up, whatever the number of days.
//!
//! ```
//! let file = r#"
//! id = "town"
//! title = "The town"
//! version = "1"
//! source = "A notice on the door"
//! covers = [2026, 2027]
//! [[holiday]]
//! id = "christmas"
//! name = "Christmas Day"
//! on = "25 December"
//! substitute = "next free weekday"
//! "#;
//! let calendars = calendar::load(&[("town.toml", file)])?;
//! let town = calendars.require("town")?;
//! let counted = town.working_days_after("2026-12-24".parse()?, 2)?;
//! assert_eq!(calendar::say(counted.due), "Tuesday 29 December 2026");
//! assert_eq!(
//!     counted.not_counted().unwrap_or_default(),
//!     "Friday 25 December (Christmas Day), Saturday 26 December and Sunday 27 December 2026"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod days;
mod error;
mod file;
mod limit;
mod recurrence;
mod resolve;
pub mod typed;
mod words;

pub use days::{Calendar, Counted, Day, DayOffStart, Skip};
pub use error::CalendarError;
pub use limit::{Limit, NotALimit};
pub use resolve::{Calendars, load};
pub use words::say;
