//! The charts.

use super::labels::{Labels, width, within};
use super::scale::Scale;
use crate::grid::escaped;
use crate::statistics::interval::Interval;
use std::fmt::Write as _;

pub(super) const WIDTH: f64 = 720.0;
pub(super) const HEIGHT: f64 = 440.0;
pub(super) const LEFT: f64 = 70.0;
/// Leaves room for half of the last number on the axis.
pub(super) const RIGHT: f64 = 685.0;
pub(super) const TOP: f64 = 60.0;
pub(super) const BOTTOM: f64 = 380.0;

/// Colours that differ for people who do not see all of them; each comes with a dash or a shape of its own.
pub(super) const COLOURS: [(&str, &str); 6] = [
    ("#1d70b8", ""),
    ("#d4351c", "8 4"),
    ("#00703c", "2 3"),
    ("#4c2c92", "10 3 2 3"),
    ("#b58840", "5 5"),
    ("#28a197", "1 4"),
];

/// A line over time: how many have not reoffended, or have come to an end.
#[derive(Clone, Debug)]
pub struct Series {
    /// Whose.
    pub name: String,
    /// Moment and figure with its interval, in the order of time; the figure holds until the next.
    pub steps: Vec<(f64, Interval)>,
}

/// A row with a figure and its interval.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Whose.
    pub name: String,
    /// The figure.
    pub figure: Interval,
}

/// A point of a funnel or of a calibration.
#[derive(Clone, Debug)]
pub struct Dot {
    /// Whose.
    pub name: String,
    /// Across: how many people, or the predicted chance.
    pub x: f64,
    /// Up: the rate.
    pub y: f64,
    /// Whether it lies outside the limits.
    pub outside: bool,
}

/// A limit of a funnel: its name, and its lower and upper side at each number of people.
#[derive(Clone, Debug)]
pub struct FunnelLine {
    /// What: "95%".
    pub name: String,
    /// People, lower, upper.
    pub points: Vec<(f64, f64, f64)>,
}

/// A page on which a chart is drawn.
pub(super) struct Page {
    pub(super) out: String,
}

impl Page {
    pub(super) fn begin(title: &str, description: &str, height: f64) -> Self {
        // Several charts may stand on one page, each with names of its own.
        let name: String = title.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '-' }).collect();
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
             aria-labelledby=\"{name}-title {name}-description\" font-family=\"Arial, Helvetica, sans-serif\" font-size=\"14\" \
             fill=\"#0b0c0c\">\n"
        );
        let _ = writeln!(out, "<title id=\"{name}-title\">{}</title>", escaped(title));
        let _ = writeln!(out, "<desc id=\"{name}-description\">{}</desc>", escaped(description));
        let _ = writeln!(out, "<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>");
        let mut page = Self { out };
        page.text(LEFT - 50.0, 26.0, "start", title, " font-weight=\"bold\" font-size=\"16\"");
        page
    }

    pub(super) fn text(&mut self, x: f64, y: f64, anchor: &str, words: &str, more: &str) {
        let _ = writeln!(
            self.out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\"{more}>{}</text>",
            escaped(words)
        );
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), more: &str) {
        let _ = writeln!(
            self.out,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"{more}/>",
            from.0, from.1, to.0, to.1
        );
    }

    pub(super) fn path(&mut self, points: &[(f64, f64)], more: &str) {
        let mut path = String::new();
        for (place, (x, y)) in points.iter().enumerate() {
            let _ = write!(path, "{}{x:.1} {y:.1}", if place == 0 { "M" } else { "L" });
        }
        let _ = writeln!(self.out, "<path d=\"{path}\"{more}/>");
    }

    fn axes(&mut self, x: Scale, y: Scale, across: &str, up: &str, y_words: fn(f64) -> String) {
        for tick in y.ticks() {
            let at = y.at(tick);
            self.line((LEFT, at), (RIGHT, at), " stroke=\"#b1b4b6\" stroke-width=\"1\"");
            self.text(LEFT - 8.0, at + 5.0, "end", &y_words(tick), "");
        }
        for tick in x.ticks() {
            let at = x.at(tick);
            self.line((at, BOTTOM), (at, BOTTOM + 5.0), " stroke=\"#0b0c0c\"");
            self.text(at, BOTTOM + 21.0, "middle", &plain(tick), "");
        }
        self.line((LEFT, BOTTOM), (RIGHT, BOTTOM), " stroke=\"#0b0c0c\"");
        self.text(f64::midpoint(LEFT, RIGHT), HEIGHT - 12.0, "middle", across, "");
        self.text(LEFT - 50.0, TOP - 14.0, "start", up, "");
    }

    pub(super) fn end(mut self) -> String {
        self.out += "</svg>\n";
        self.out
    }
}

pub(super) fn percent(share: f64) -> String {
    format!("{}%", plain(100.0 * share))
}

fn plain(number: f64) -> String {
    let rounded = (number * 1e6).round() / 1e6;
    if rounded.fract() == 0.0 && rounded.abs() >= 1000.0 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and made positive")]
        let grouped = crate::grid::grouped(rounded.abs() as u64);
        return if rounded < 0.0 { format!("-{grouped}") } else { grouped };
    }
    rounded.to_string()
}

/// Lines over time with their intervals.
pub fn curves(title: &str, description: &str, across: &str, up: &str, series: &[Series]) -> String {
    let mut page = Page::begin(title, description, HEIGHT);
    let moments = series.iter().flat_map(|series| series.steps.iter().map(|step| step.0));
    let shares = series.iter().flat_map(|series| series.steps.iter().flat_map(|step| [step.1.low, step.1.high]));
    let longest = series.iter().map(|series| width(&series.name)).fold(0.0, f64::max);
    let right = RIGHT - longest.clamp(60.0, 240.0);
    let x = Scale::holding(moments.chain([0.0]), LEFT, right);
    let y = Scale::holding(shares.chain([0.0]), BOTTOM, TOP);
    page.axes(x, y, across, up, percent);
    for (series, (colour, dash)) in series.iter().zip(COLOURS.iter().cycle()) {
        let upper = stairs(series, x, y, |figure| figure.high);
        let mut band = stairs(series, x, y, |figure| figure.low);
        band.reverse();
        let band: Vec<(f64, f64)> = upper.into_iter().chain(band).collect();
        page.path(&band, &format!(" fill=\"{colour}\" fill-opacity=\"0.15\" stroke=\"none\""));
        let line = stairs(series, x, y, |figure| figure.value);
        page.path(&line, &format!(" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\""));
    }
    let mut labels = Labels::default();
    for (series, (colour, _)) in series.iter().zip(COLOURS.iter().cycle()) {
        if let Some((_, last)) = series.steps.last() {
            let colour = format!(" fill=\"{colour}\"");
            labels.write(&mut page, right + 6.0, y.at(last.value), "start", &series.name, &colour);
        }
    }
    page.end()
}

fn stairs(series: &Series, x: Scale, y: Scale, of: impl Fn(&Interval) -> f64) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    let mut last: Option<f64> = None;
    for (moment, figure) in &series.steps {
        let (at, height) = (x.at(*moment), y.at(of(figure)));
        points.extend(last.map(|last| (at, last)));
        points.push((at, height));
        last = Some(height);
    }
    points
}

/// Rows with figures and their intervals.
pub fn bars(title: &str, description: &str, across: &str, rows: &[Bar]) -> String {
    let bottom = BOTTOM.max(TOP + 26.0 * crate::number::number(rows.len()));
    let mut page = Page::begin(title, description, bottom + HEIGHT - BOTTOM);
    // Long names, such as several requirements, take up to half of the width.
    let longest = rows.iter().map(|row| width(&row.name)).fold(0.0, f64::max);
    let left = (longest + 20.0).clamp(250.0, WIDTH / 2.0);
    let ends = rows.iter().flat_map(|row| [row.figure.low, row.figure.high]);
    let x = Scale::holding(ends.chain([0.0]), left, RIGHT - 20.0);
    for tick in x.ticks() {
        let at = x.at(tick);
        page.line((at, TOP - 10.0), (at, bottom), " stroke=\"#b1b4b6\"");
        page.text(at, bottom + 20.0, "middle", &percent(tick), "");
    }
    page.text(f64::midpoint(left, RIGHT), bottom + HEIGHT - BOTTOM - 12.0, "middle", across, "");
    let room = (bottom - TOP) / crate::number::number(rows.len().max(1));
    let mut middle = TOP + room / 2.0;
    for row in rows {
        page.text(left - 10.0, middle + 5.0, "end", &within(&row.name, left - 10.0), "");
        let (low, high) = (x.at(row.figure.low), x.at(row.figure.high));
        page.line((low, middle), (high, middle), " stroke=\"#1d70b8\" stroke-width=\"3\"");
        for end in [low, high] {
            page.line((end, middle - 5.0), (end, middle + 5.0), " stroke=\"#1d70b8\" stroke-width=\"2\"");
        }
        let at = x.at(row.figure.value);
        let _ = writeln!(page.out, "<circle cx=\"{at:.1}\" cy=\"{middle:.1}\" r=\"5\" fill=\"#1d70b8\"/>");
        middle += room;
    }
    page.end()
}

/// A funnel: units by their number of people, with the limits about the target.
pub fn funnel(title: &str, description: &str, target: f64, lines: &[FunnelLine], dots: &[Dot]) -> String {
    let mut page = Page::begin(title, description, HEIGHT);
    let x = Scale::holding(dots.iter().map(|dot| dot.x).chain([0.0]), LEFT, RIGHT);
    // The limits of the smallest units would flatten everything else: the axis is that of the units and of the middle limits.
    let rates = dots.iter().map(|dot| dot.y);
    let inner = lines
        .iter()
        .flat_map(|line| line.points.iter().skip(line.points.len() / 4))
        .flat_map(|point| [point.1, point.2]);
    let (low, high) =
        rates.chain(inner).fold((f64::INFINITY, 0.0_f64), |(low, high), rate| (low.min(rate), high.max(rate)));
    // Room, so that no unit stands on the edge.
    let room = (high - low) / 20.0;
    let y = Scale::holding([(low - room).max(0.0), high + room].into_iter(), BOTTOM, TOP);
    page.axes(x, y, "People", "Rate", percent);
    let at = y.at(target);
    page.line((LEFT, at), (RIGHT, at), " stroke=\"#0b0c0c\" stroke-width=\"2\"");
    let mut labels = Labels::default();
    for dot in dots {
        labels.keep_clear(x.at(dot.x), y.at(dot.y));
    }
    for (line, dash) in lines.iter().zip(["6 4", "2 3"].iter().cycle()) {
        for side in [|point: &(f64, f64, f64)| point.1, |point: &(f64, f64, f64)| point.2] {
            let inside = line.points.iter().filter(|point| y.holds(side(point)));
            let points: Vec<(f64, f64)> = inside.map(|point| (x.at(point.0), y.at(side(point)))).collect();
            page.path(
                &points,
                &format!(" fill=\"none\" stroke=\"#505a5f\" stroke-width=\"1.5\" stroke-dasharray=\"{dash}\""),
            );
        }
        if let Some(last) = line.points.last() {
            labels.write(&mut page, RIGHT, y.at(last.2) - 9.0, "end", &line.name, " fill=\"#505a5f\" font-size=\"12\"");
        }
    }
    for dot in dots {
        let (at, height) = (x.at(dot.x), y.at(dot.y));
        if dot.outside {
            let _ = writeln!(
                page.out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"9\" height=\"9\" fill=\"#d4351c\"/>",
                at - 4.5,
                height - 4.5
            );
            let fits = at + 9.0 + width(&dot.name) < WIDTH || at < f64::midpoint(LEFT, RIGHT);
            let (anchor, beside) = if fits { ("start", at + 9.0) } else { ("end", at - 9.0) };
            labels.write(&mut page, beside, height, anchor, &dot.name, "");
        } else {
            let _ = writeln!(page.out, "<circle cx=\"{at:.1}\" cy=\"{height:.1}\" r=\"4\" fill=\"#1d70b8\"/>");
        }
    }
    page.end()
}

/// A calibration: what was predicted against what happened; on the diagonal both are the same.
pub fn calibration(title: &str, description: &str, points: &[(f64, Interval)]) -> String {
    let mut page = Page::begin(title, description, HEIGHT);
    let highest = points.iter().flat_map(|(predicted, actual)| [*predicted, actual.high]);
    let x = Scale::holding(highest.clone().chain([0.0]), LEFT, RIGHT);
    let y = Scale::holding(highest.chain([0.0]), BOTTOM, TOP);
    let page_axes = |page: &mut Page| {
        for tick in y.ticks() {
            page.line((LEFT, y.at(tick)), (RIGHT, y.at(tick)), " stroke=\"#b1b4b6\"");
            page.text(LEFT - 8.0, y.at(tick) + 5.0, "end", &percent(tick), "");
            page.text(x.at(tick), BOTTOM + 21.0, "middle", &percent(tick), "");
        }
        page.text(f64::midpoint(LEFT, RIGHT), HEIGHT - 12.0, "middle", "Predicted", "");
        page.text(LEFT - 50.0, TOP - 14.0, "start", "Actual, with its 95% interval", "");
    };
    page_axes(&mut page);
    let end = x.highest();
    page.line((x.at(0.0), y.at(0.0)), (x.at(end), y.at(end)), " stroke=\"#505a5f\" stroke-dasharray=\"6 4\"");
    for (predicted, actual) in points {
        let at = x.at(*predicted);
        page.line((at, y.at(actual.low)), (at, y.at(actual.high)), " stroke=\"#1d70b8\" stroke-width=\"3\"");
        let _ =
            writeln!(page.out, "<circle cx=\"{at:.1}\" cy=\"{:.1}\" r=\"5\" fill=\"#1d70b8\"/>", y.at(actual.value));
    }
    page.end()
}
