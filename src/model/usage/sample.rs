//! A sample of use: five minutes as KiwiVM recorded them, or an hour made of those. Pure.

use crate::kiwivm::reply::UsagePoint;

/// What one point of KiwiVM's covers.
pub const STEP_S: i64 = 300;
/// What one sample covers once it is old.
pub const HOUR_S: i64 = 3600;

/// What is counted in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Received.
    NetworkIn,
    /// Sent.
    NetworkOut,
    /// Read from disk.
    DiskRead,
    /// Written to disk.
    DiskWrite,
}

impl Flow {
    /// All of them, in the order of [`Sample::bytes`].
    pub const ALL: [Flow; 4] = [
        Flow::NetworkIn,
        Flow::NetworkOut,
        Flow::DiskRead,
        Flow::DiskWrite,
    ];
}

/// The use of five minutes or of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// When it begins, Unix seconds.
    pub at_s: i64,
    /// Whether it is an hour.
    pub is_hour: bool,
    /// How many points of KiwiVM's are in it: an hour may have gaps.
    pub points: u8,
    /// On average, 100 for one core.
    pub cpu_percent: Option<f64>,
    /// In all, by [`Flow`].
    pub bytes: [Option<u64>; 4],
}

impl Sample {
    /// The sample of one point.
    #[must_use]
    pub fn of(point: &UsagePoint) -> Sample {
        Sample {
            at_s: point.timestamp_s,
            is_hour: false,
            points: 1,
            cpu_percent: point.cpu_percent,
            bytes: [
                point.network_in_bytes,
                point.network_out_bytes,
                point.disk_read_bytes,
                point.disk_write_bytes,
            ],
        }
    }

    /// How long it lasts.
    #[must_use]
    pub const fn lasts_s(&self) -> i64 {
        if self.is_hour { HOUR_S } else { STEP_S }
    }

    /// Its last second: another point in it is not new.
    #[must_use]
    pub const fn end_s(&self) -> i64 {
        if self.is_hour {
            self.at_s + HOUR_S - 1
        } else {
            self.at_s
        }
    }

    /// The seconds that were counted.
    #[must_use]
    pub fn counted_s(&self) -> i64 {
        i64::from(self.points) * STEP_S
    }

    /// The bytes of this flow.
    #[must_use]
    pub const fn flow(&self, flow: Flow) -> Option<u64> {
        self.bytes[flow as usize]
    }

    /// Takes another sample into this one, whose time stays.
    pub(super) fn take(&mut self, other: &Sample) {
        self.cpu_percent = match (self.cpu_percent, other.cpu_percent) {
            (Some(own), Some(others)) => {
                let (own_count, others_count) = (f64::from(self.points), f64::from(other.points));
                let sum = own * own_count + others * others_count;
                Some(sum / (own_count + others_count))
            }
            (own, others) => own.or(others),
        };
        for (own, others) in self.bytes.iter_mut().zip(other.bytes) {
            *own = match (*own, others) {
                (Some(own), Some(others)) => Some(own.saturating_add(others)),
                (own, others) => own.or(others),
            };
        }
        self.points = self.points.saturating_add(other.points);
    }
}

/// The hours of these samples, which are in order.
pub(super) fn hours(samples: &[Sample]) -> Vec<Sample> {
    let mut hours: Vec<Sample> = Vec::new();
    for sample in samples {
        let at_s = sample.at_s.div_euclid(HOUR_S) * HOUR_S;
        match hours.last_mut().filter(|hour| hour.at_s == at_s) {
            Some(hour) => hour.take(sample),
            None => hours.push(Sample {
                at_s,
                is_hour: true,
                ..*sample
            }),
        }
    }
    hours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at_s: i64, cpu_percent: Option<f64>, sent: Option<u64>) -> Sample {
        Sample {
            at_s,
            points: 1,
            cpu_percent,
            bytes: [None, sent, Some(0), None],
            ..Sample::default()
        }
    }

    #[test]
    fn an_hour_sums_bytes_averages_the_cpu_and_counts_its_points() {
        let hours = hours(&[
            sample(7200 + 7, Some(10.0), Some(100)),
            sample(7500 + 7, None, Some(50)),
            sample(7800 + 7, Some(40.0), None),
            sample(10_800, Some(1.0), None),
        ]);
        assert_eq!(hours.len(), 2);
        let hour = hours[0];
        assert_eq!((hour.at_s, hour.is_hour, hour.points), (7200, true, 3));
        assert_eq!(hour.flow(Flow::NetworkOut), Some(150));
        assert_eq!(hour.flow(Flow::NetworkIn), None);
        assert_eq!(hour.flow(Flow::DiskRead), Some(0));
        assert_eq!(
            (hour.counted_s(), hour.lasts_s(), hour.end_s()),
            (900, 3600, 10_799)
        );
        assert_eq!(hours[1].flow(Flow::NetworkOut), None);
    }

    #[test]
    fn hours_of_hours_are_the_same_hours() {
        let once = hours(&[
            sample(3600, Some(5.0), Some(1)),
            sample(3900, Some(7.0), Some(2)),
        ]);
        assert_eq!(hours(&once), once);
        assert_eq!(once[0].cpu_percent, Some(6.0));
    }
}
