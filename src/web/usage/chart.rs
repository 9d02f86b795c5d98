//! A span of samples as lines over time, with at most some hundreds of moments. A gap stays a gap.

use crate::model::usage::{Flow, HOUR_S, STEP_S, Sample};
use serde::Serialize;

/// So many moments are drawn, about.
const MOMENTS: i64 = 700;
/// How long a moment may last; the first that fits is taken.
const STEPS_S: [i64; 11] = [
    STEP_S,
    900,
    1800,
    HOUR_S,
    2 * HOUR_S,
    4 * HOUR_S,
    6 * HOUR_S,
    12 * HOUR_S,
    24 * HOUR_S,
    48 * HOUR_S,
    168 * HOUR_S,
];
/// Points of KiwiVM's come a little early or late.
const LATE_S: i64 = STEP_S / 2;

/// What one line is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Cpu,
    Of(Flow),
}

/// Lines over the same moments. Serialized for the script.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    from_s: i64,
    to_s: i64,
    step_s: i64,
    /// When each moment begins.
    times: Vec<i64>,
    /// Per cent of one core.
    cpu: Vec<Option<f64>>,
    /// Bits a second.
    network_in: Vec<Option<f64>>,
    network_out: Vec<Option<f64>>,
    /// Bytes a second.
    disk_read: Vec<Option<f64>>,
    disk_write: Vec<Option<f64>>,
}

/// What falls into one moment.
#[derive(Clone, Copy, Default)]
struct Moment {
    cpu: Mean,
    flows: [Mean; 4],
}

/// A sum, and over how much it goes.
#[derive(Clone, Copy, Default)]
struct Mean {
    sum: f64,
    over: f64,
}

impl Mean {
    fn take(&mut self, value: f64, over: f64) {
        self.sum += value;
        self.over += over;
    }

    /// With two decimals: nobody sees more.
    fn value(self, factor: f64) -> Option<f64> {
        (self.over > 0.0).then(|| (self.sum / self.over * factor * 100.0).round() / 100.0)
    }
}

impl Moment {
    fn take(&mut self, sample: &Sample) {
        if let Some(percent) = sample.cpu_percent {
            let points = f64::from(sample.points);
            self.cpu.take(percent * points, points);
        }
        for (mean, bytes) in self.flows.iter_mut().zip(sample.bytes) {
            if let Some(bytes) = bytes {
                mean.take(bytes as f64, sample.counted_s() as f64);
            }
        }
    }
}

impl Chart {
    /// These samples, which are in order and of this span.
    pub(super) fn of(samples: &[Sample], (from_s, to_s): (i64, i64)) -> Chart {
        let has_hours = samples.iter().any(|sample| sample.is_hour);
        let step_s = step_s(to_s - from_s, has_hours);
        let mut chart = Chart {
            from_s,
            to_s,
            step_s,
            times: Vec::new(),
            cpu: Vec::new(),
            network_in: Vec::new(),
            network_out: Vec::new(),
            disk_read: Vec::new(),
            disk_write: Vec::new(),
        };
        let begins_s = |sample: &Sample| match step_s {
            STEP_S => sample.at_s,
            _ => sample.at_s.div_euclid(step_s) * step_s,
        };
        for together in samples.chunk_by(|one, other| begins_s(one) == begins_s(other)) {
            let mut moment = Moment::default();
            together.iter().for_each(|sample| moment.take(sample));
            chart.add(begins_s(&together[0]), moment);
        }
        chart
    }

    /// The values of a line.
    pub(super) fn line(&self, line: Line) -> &[Option<f64>] {
        match line {
            Line::Cpu => &self.cpu,
            Line::Of(Flow::NetworkIn) => &self.network_in,
            Line::Of(Flow::NetworkOut) => &self.network_out,
            Line::Of(Flow::DiskRead) => &self.disk_read,
            Line::Of(Flow::DiskWrite) => &self.disk_write,
        }
    }

    pub(super) fn times(&self) -> &[i64] {
        &self.times
    }

    pub(super) const fn bounds(&self) -> (i64, i64) {
        (self.from_s, self.to_s)
    }

    fn add(&mut self, at_s: i64, moment: Moment) {
        let last_s = self.times.last().copied();
        if let Some(last_s) = last_s
            && at_s - last_s > self.step_s + LATE_S
        {
            self.push(last_s + self.step_s, Moment::default());
        }
        self.push(at_s, moment);
    }

    fn push(&mut self, at_s: i64, moment: Moment) {
        self.times.push(at_s);
        self.cpu.push(moment.cpu.value(1.0));
        let [network_in, network_out, disk_read, disk_write] = moment.flows;
        self.network_in.push(network_in.value(8.0));
        self.network_out.push(network_out.value(8.0));
        self.disk_read.push(disk_read.value(1.0));
        self.disk_write.push(disk_write.value(1.0));
    }
}

/// How long a moment lasts in a span. Where there are hours it is no less than one.
fn step_s(span_s: i64, has_hours: bool) -> i64 {
    let least_s = if has_hours { HOUR_S } else { STEP_S };
    let fits = |step_s: &i64| *step_s >= least_s && *step_s * MOMENTS >= span_s;
    let longest_s = STEPS_S[STEPS_S.len() - 1];
    STEPS_S
        .into_iter()
        .find(fits)
        .unwrap_or_else(|| (span_s / MOMENTS).max(longest_s))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_S: i64 = 86_400;
    const BEGIN_S: i64 = 20_000 * DAY_S;

    fn sample(at_s: i64) -> Sample {
        Sample {
            at_s,
            points: 1,
            cpu_percent: Some(10.0),
            bytes: [Some(300), None, Some(600), Some(0)],
            ..Sample::default()
        }
    }

    fn hour(at_s: i64) -> Sample {
        Sample {
            is_hour: true,
            points: 12,
            ..sample(at_s)
        }
    }

    #[test]
    fn a_rate_is_over_the_seconds_that_were_counted() {
        let chart = Chart::of(&[sample(BEGIN_S)], (BEGIN_S, BEGIN_S + DAY_S));
        assert_eq!(chart.times, [BEGIN_S]);
        assert_eq!(chart.cpu, [Some(10.0)]);
        assert_eq!(chart.network_in, [Some(8.0)]);
        assert_eq!(chart.network_out, [None]);
        assert_eq!(chart.disk_read, [Some(2.0)]);
        assert_eq!(chart.disk_write, [Some(0.0)]);
        let chart = Chart::of(&[hour(BEGIN_S)], (BEGIN_S, BEGIN_S + DAY_S));
        assert_eq!(chart.disk_read, [Some(0.17)]);
    }

    #[test]
    fn a_gap_stays_a_gap_and_a_late_point_is_none() {
        let times = [0, 300, 640, 900, 3600];
        let samples = times.map(|late_s| sample(BEGIN_S + late_s));
        let chart = Chart::of(&samples, (BEGIN_S, BEGIN_S + DAY_S));
        let found: Vec<i64> = chart.times.iter().map(|at_s| at_s - BEGIN_S).collect();
        assert_eq!(found, [0, 300, 640, 900, 1200, 3600]);
        let gaps = chart.cpu.iter().filter(|value| value.is_none()).count();
        assert_eq!((gaps, chart.cpu[4]), (1, None));
    }

    #[test]
    fn a_long_span_has_some_hundred_moments_and_no_false_gap() {
        let days = 500;
        let mut samples: Vec<Sample> = (0..(days - 90) * 24)
            .map(|number| hour(BEGIN_S + number * HOUR_S))
            .collect();
        let fine_from_s = BEGIN_S + (days - 90) * DAY_S;
        samples.extend((0..90 * 288).map(|number| sample(fine_from_s + 17 + number * STEP_S)));
        for days in [1, 7, 30, 91, 365, 500] {
            let to_s = BEGIN_S + 500 * DAY_S;
            let from_s = to_s - days * DAY_S;
            let begin = samples.partition_point(|sample| sample.at_s < from_s);
            let chart = Chart::of(&samples[begin..], (from_s, to_s));
            let count = chart.times.len();
            assert!(
                (280..=MOMENTS as usize + 1).contains(&count),
                "{days}: {count}"
            );
            assert!(chart.cpu.iter().all(Option::is_some), "{days}");
            assert!(chart.times.is_sorted());
        }
    }

    #[test]
    fn any_span_has_a_step() {
        assert_eq!(step_s(0, false), STEP_S);
        assert_eq!(step_s(DAY_S, true), HOUR_S);
        assert_eq!(step_s(7 * DAY_S, false), 900);
        assert!(step_s(i64::MAX / 2, false) > 0);
    }
}
