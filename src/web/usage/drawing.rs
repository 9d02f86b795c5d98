//! The charts as the server draws them, for those without JavaScript: a line each, in a square of a
//! thousand by a hundred, and the words along its sides.

use super::chart::{Chart, Line};
use super::figures::bytes_a_second;
use crate::i18n::format;
use crate::model::usage::Flow;
use crate::web::page::Page;
use jiff::Timestamp;
use std::fmt::Write as _;

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 100.0;
const DAY_S: i64 = 86_400;

/// One chart.
#[derive(Debug)]
pub(super) struct Drawing {
    /// The message id of its title.
    pub(super) title: &'static str,
    /// What the script calls its unit.
    pub(super) unit: &'static str,
    pub(super) lines: Vec<Drawn>,
    /// Along the left side, from the top.
    pub(super) heights: [String; 3],
    /// Along the bottom, from the left.
    pub(super) times: [String; 4],
}

/// One line of it.
#[derive(Debug)]
pub(super) struct Drawn {
    /// The message id of its name.
    pub(super) name: &'static str,
    /// Its name in the points that the script reads.
    pub(super) field: &'static str,
    /// `first` or `second`: how it looks.
    pub(super) look: &'static str,
    /// The `d` of a path.
    pub(super) path: String,
}

/// The charts of a page. None of them when there is nothing to draw.
pub(super) fn all(page: &Page, chart: &Chart) -> Vec<Drawing> {
    if chart.times().is_empty() {
        return Vec::new();
    }
    [
        ("usage-cpu", "percent", &[Line::Cpu][..]),
        (
            "vps-network",
            "bits",
            &[Line::Of(Flow::NetworkIn), Line::Of(Flow::NetworkOut)],
        ),
        (
            "vps-disk",
            "bytes",
            &[Line::Of(Flow::DiskRead), Line::Of(Flow::DiskWrite)],
        ),
    ]
    .map(|(title, unit, lines)| Drawing::new(page, chart, (title, unit, lines)))
    .into()
}

impl Drawing {
    fn new(
        page: &Page,
        chart: &Chart,
        (title, unit, lines): (&'static str, &'static str, &[Line]),
    ) -> Drawing {
        let values = lines.iter().flat_map(|line| chart.line(*line)).flatten();
        let top = top(values.copied().fold(0.0, f64::max), unit);
        let label = |value: f64| match unit {
            "percent" => format::percent(value),
            "bits" => format::bits_a_second(page.language(), value),
            _ => bytes_a_second(page, value),
        };
        let looks = ["first", "second"];
        let drawn = lines.iter().zip(looks).map(|(line, look)| Drawn {
            name: line.message(),
            field: field(*line),
            look,
            path: path(chart, *line, top),
        });
        Drawing {
            title,
            unit,
            lines: drawn.collect(),
            heights: [label(top), label(top / 2.0), label(0.0)],
            times: times(page, chart.bounds()),
        }
    }
}

const fn field(line: Line) -> &'static str {
    match line {
        Line::Cpu => "cpu",
        Line::Of(Flow::NetworkIn) => "network_in",
        Line::Of(Flow::NetworkOut) => "network_out",
        Line::Of(Flow::DiskRead) => "disk_read",
        Line::Of(Flow::DiskWrite) => "disk_write",
    }
}

/// A round number that is no less than the highest value, in the unit that will be written beside it.
fn top(highest: f64, unit: &str) -> f64 {
    let base: f64 = if unit == "bytes" { 1024.0 } else { 1000.0 };
    let least = if unit == "percent" { 1.0 } else { 10.0 };
    let highest = highest.max(least);
    let scale = base.powi(highest.log(base).floor() as i32);
    let tens = 10_f64.powi((highest / scale).log10().floor() as i32);
    let steps = [1.0, 2.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let round = steps.map(|step| step * tens * scale);
    let fits = round.into_iter().find(|round| *round >= highest);
    fits.unwrap_or(highest)
}

fn path(chart: &Chart, line: Line, top: f64) -> String {
    let (from_s, to_s) = chart.bounds();
    let width_s = (to_s - from_s).max(1) as f64;
    let mut path = String::new();
    let mut is_drawing = false;
    for (at_s, value) in chart.times().iter().zip(chart.line(line)) {
        let Some(value) = value else {
            is_drawing = false;
            continue;
        };
        // The first moment may begin before the span does.
        let x = ((at_s - from_s) as f64 / width_s * WIDTH).max(0.0);
        let y = HEIGHT - value / top * HEIGHT;
        let letter = if is_drawing { 'L' } else { 'M' };
        let _ = write!(path, "{letter}{x:.1} {y:.1}");
        if !is_drawing {
            // A point between two gaps is a dot.
            path.push_str("h.1");
        }
        is_drawing = true;
    }
    path
}

/// Hours and minutes in a day or two, else days.
fn times(page: &Page, (from_s, to_s): (i64, i64)) -> [String; 4] {
    let is_short = to_s - from_s <= 2 * DAY_S + 1;
    [0, 1, 2, 3].map(|third| {
        let at_s = from_s + (to_s - from_s) / 3 * third;
        let at = Timestamp::from_second(at_s).unwrap_or_default();
        let local = page.zone.to_datetime(at);
        match is_short {
            true => format!("{:02}:{:02}", local.hour(), local.minute()),
            false => local.date().to_string(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::usage::Sample;

    #[test]
    fn the_top_is_round_in_its_unit() {
        for (highest, unit, expected) in [
            (0.0, "percent", 1.0),
            (7.0, "percent", 8.0),
            (83.0, "percent", 100.0),
            (250.0, "percent", 400.0),
            (0.0, "bits", 10.0),
            (1_300_000.0, "bits", 2_000_000.0),
            (1_300_000.0, "bytes", 2.0 * 1024.0 * 1024.0),
            (1000.0, "bytes", 1000.0),
        ] {
            let found = top(highest, unit);
            assert!((found - expected).abs() < 1e-6, "{highest} {unit}: {found}");
        }
    }

    #[test]
    fn a_line_is_broken_at_a_gap_and_a_lonely_point_is_a_dot() {
        let sample = |at_s| Sample {
            at_s,
            points: 1,
            cpu_percent: Some(5.0),
            ..Sample::default()
        };
        let chart = Chart::of(&[sample(0), sample(300), sample(9000)], (0, 30_000));
        assert_eq!(
            path(&chart, Line::Cpu, 10.0),
            "M0.0 50.0h.1L10.0 50.0M300.0 50.0h.1"
        );
        assert_eq!(path(&chart, Line::Of(Flow::DiskRead), 10.0), "");
    }
}
