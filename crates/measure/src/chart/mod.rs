//! Charts as SVG that can be read aloud: a title, a description that says what is to be seen, colours that also differ in
//! shape. Whoever shows one shows its table too.

mod labels;
mod of_reports;
mod scale;
mod shapes;
mod trend;

pub use of_reports::of_reports;
pub use shapes::{Bar, Dot, FunnelLine, Series, bars, calibration, curves, funnel};
pub use trend::{MOST_LINES, Trend, trend};
