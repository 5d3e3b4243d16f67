//! Charts as SVG that can be read aloud: a title, a description that says what is to be seen, colours that also differ in
//! shape. Whoever shows one shows its table too.

mod scale;
mod shapes;

pub use shapes::{Bar, Dot, FunnelLine, Series, bars, calibration, curves, funnel};
