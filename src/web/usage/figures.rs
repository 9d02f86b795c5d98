//! What a span comes to: totals, averages, the 95th percentile and the highest, of each measure. Where
//! nothing was recorded there is no figure.

use super::chart::Line;
use crate::i18n::format;
use crate::model::usage::{Flow, Sample};
use crate::web::page::Page;

/// One measure's figures. Rates are per second, the CPU's per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) line: Line,
    pub(super) total_bytes: Option<u64>,
    average: f64,
    percentile_95: f64,
    highest: f64,
}

/// The measures of which something was recorded.
pub(super) fn rows(samples: &[Sample]) -> Vec<Row> {
    let lines = [Line::Cpu]
        .into_iter()
        .chain(Flow::ALL.into_iter().map(Line::Of));
    lines.filter_map(|line| Row::of(line, samples)).collect()
}

impl Row {
    fn of(line: Line, samples: &[Sample]) -> Option<Row> {
        let mut rates: Vec<(f64, u64)> = samples
            .iter()
            .filter(|sample| sample.points > 0)
            .filter_map(|sample| Some((rate(line, sample)?, u64::from(sample.points))))
            .collect();
        rates.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        let points: u64 = rates.iter().map(|(_, points)| points).sum();
        let sum: f64 = rates
            .iter()
            .map(|(rate, points)| rate * *points as f64)
            .sum();
        Some(Row {
            line,
            total_bytes: total_bytes(line, samples),
            average: sum / points as f64,
            percentile_95: percentile_95(&rates, points)?,
            highest: rates.last()?.0,
        })
    }

    /// The message id of its name.
    pub(super) const fn message(&self) -> &'static str {
        self.line.message()
    }

    pub(super) fn average(&self, page: &Page) -> String {
        self.line.words(page, self.average)
    }

    pub(super) fn percentile_95(&self, page: &Page) -> String {
        self.line.words(page, self.percentile_95)
    }

    pub(super) fn highest(&self, page: &Page) -> String {
        self.line.words(page, self.highest)
    }
}

impl Line {
    /// The message id of its name.
    pub(super) const fn message(self) -> &'static str {
        match self {
            Line::Cpu => "usage-cpu",
            Line::Of(Flow::NetworkIn) => "usage-network-in",
            Line::Of(Flow::NetworkOut) => "usage-network-out",
            Line::Of(Flow::DiskRead) => "usage-disk-read",
            Line::Of(Flow::DiskWrite) => "usage-disk-write",
        }
    }

    /// Per cent, or bytes a second; of the network the bits too, as operators think in them.
    fn words(self, page: &Page, value: f64) -> String {
        let bytes = || bytes_a_second(page, value);
        match self {
            Line::Cpu => format::percent(value),
            Line::Of(Flow::NetworkIn | Flow::NetworkOut) => page
                .say("usage-both-rates")
                .with("bits", format::bits_a_second(page.language(), value * 8.0))
                .with("bytes", bytes())
                .text(),
            Line::Of(Flow::DiskRead | Flow::DiskWrite) => bytes(),
        }
    }
}

/// A rate in bytes.
pub(super) fn bytes_a_second(page: &Page, bytes: f64) -> String {
    // The cast saturates, and no rate is negative.
    let bytes = page.bytes(bytes.round() as u64);
    page.say("usage-a-second").with("bytes", bytes).text()
}

fn rate(line: Line, sample: &Sample) -> Option<f64> {
    match line {
        Line::Cpu => sample.cpu_percent,
        Line::Of(flow) => Some(sample.flow(flow)? as f64 / sample.counted_s() as f64),
    }
}

fn total_bytes(line: Line, samples: &[Sample]) -> Option<u64> {
    let Line::Of(flow) = line else { return None };
    let recorded = samples.iter().filter_map(|sample| sample.flow(flow));
    Some(recorded.fold(0, u64::saturating_add))
}

/// What 95 of a hundred points do not exceed. An hour counts as many points as are in it.
fn percentile_95(sorted: &[(f64, u64)], points: u64) -> Option<f64> {
    let enough = (points * 95).div_ceil(100);
    let mut passed = 0;
    let found = sorted.iter().find(|(_, points)| {
        passed += points;
        passed >= enough
    });
    found.map(|(rate, _)| *rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(bytes: u64, points: u8) -> Sample {
        Sample {
            points,
            is_hour: points > 1,
            bytes: [None, Some(bytes), None, None],
            ..Sample::default()
        }
    }

    #[test]
    fn the_figures_of_a_hundred_points() {
        let samples: Vec<Sample> = (1..=100).map(|number| sent(number * 300, 1)).collect();
        let rows = rows(&samples);
        assert_eq!(rows.len(), 1);
        let row = rows[0];
        assert_eq!(row.line, Line::Of(Flow::NetworkOut));
        assert_eq!(row.total_bytes, Some(5050 * 300));
        let figures = (row.average, row.percentile_95, row.highest);
        assert_eq!(figures, (50.5, 95.0, 100.0));
    }

    #[test]
    fn an_hour_weighs_what_is_in_it() {
        // Twelve points of rate 1, and one of rate 9.
        let row = rows(&[sent(3600, 12), sent(2700, 1)])[0];
        assert_eq!((row.percentile_95, row.highest), (9.0, 9.0));
        assert!((row.average - 21.0 / 13.0).abs() < 1e-9);
        let row = rows(&[sent(3600, 12), sent(3600, 12), sent(2700, 1)])[0];
        assert_eq!(row.percentile_95, 1.0);
    }

    #[test]
    fn what_was_not_recorded_has_no_figure() {
        assert!(rows(&[]).is_empty());
        assert!(
            rows(&[Sample {
                points: 1,
                ..Sample::default()
            }])
            .is_empty()
        );
        assert!(rows(&[Sample::default()]).is_empty());
    }
}
