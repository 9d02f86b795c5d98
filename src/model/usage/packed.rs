//! A day's samples in as few bytes as they need: each is its distance from the one before, what it
//! has, and the numbers, seven bits a byte. What cannot be read ends the day; nothing fails.

use super::DAY_S;
use super::sample::Sample;

/// The CPU is kept in hundredths of a per cent.
const CPU_PARTS: f64 = 100.0;
/// Bits of the byte that says what a sample has; below them one for each flow.
const HAS_CPU: u8 = 1 << 4;
const IS_HOUR: u8 = 1 << 5;

/// These samples, which are of this day and in order.
pub(super) fn pack(day: i64, samples: &[Sample]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut before_s = day * DAY_S;
    for sample in samples {
        let distance_s = u64::try_from(sample.at_s - before_s).unwrap_or(0);
        before_s = sample.at_s;
        put(&mut packed, distance_s);
        packed.push(what(sample));
        if sample.is_hour {
            packed.push(sample.points);
        }
        if let Some(percent) = sample.cpu_percent {
            put(&mut packed, parts(percent));
        }
        for bytes in sample.bytes.into_iter().flatten() {
            put(&mut packed, bytes);
        }
    }
    packed
}

/// The samples of this day.
pub(super) fn unpack(day: i64, packed: &[u8]) -> Vec<Sample> {
    let mut rest = packed;
    let mut samples = Vec::new();
    let mut before_s = day * DAY_S;
    while let Some(sample) = next(&mut rest, before_s) {
        before_s = sample.at_s;
        samples.push(sample);
    }
    samples
}

fn what(sample: &Sample) -> u8 {
    let mut what = 0;
    for (index, bytes) in sample.bytes.iter().enumerate() {
        what |= u8::from(bytes.is_some()) << index;
    }
    if sample.cpu_percent.is_some() {
        what |= HAS_CPU;
    }
    if sample.is_hour {
        what |= IS_HOUR;
    }
    what
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and there is no negative use"
)]
fn parts(percent: f64) -> u64 {
    (percent * CPU_PARTS).round() as u64
}

fn next(rest: &mut &[u8], before_s: i64) -> Option<Sample> {
    let at_s = before_s.checked_add(i64::try_from(number(rest)?).ok()?)?;
    let what = byte(rest)?;
    let is_hour = what & IS_HOUR != 0;
    let mut sample = Sample {
        at_s,
        is_hour,
        points: if is_hour { byte(rest)? } else { 1 },
        ..Sample::default()
    };
    if what & HAS_CPU != 0 {
        sample.cpu_percent = Some(number(rest)? as f64 / CPU_PARTS);
    }
    for (index, bytes) in sample.bytes.iter_mut().enumerate() {
        if what & (1 << index) != 0 {
            *bytes = Some(number(rest)?);
        }
    }
    Some(sample)
}

/// Seven bits a byte, the lowest first; the eighth says that more come.
fn put(packed: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        packed.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    packed.push(number as u8);
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let next = byte(rest)?;
        number |= u64::from(next & 0x7f).checked_shl(shift)?;
        if next & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, others) = rest.split_first()?;
    *rest = others;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_sample() -> impl Strategy<Value = Sample> {
        let bytes = prop::array::uniform4(prop::option::of(any::<u64>()));
        let cpu = prop::option::of(0_u32..10_000_000);
        (0..DAY_S, any::<bool>(), any::<u8>(), cpu, bytes).prop_map(
            |(at_s, is_hour, points, cpu, bytes)| Sample {
                at_s: 20_000 * DAY_S + at_s,
                is_hour,
                points: if is_hour { points } else { 1 },
                cpu_percent: cpu.map(|parts| f64::from(parts) / CPU_PARTS),
                bytes,
            },
        )
    }

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(samples in prop::collection::vec(any_sample(), 0..50)) {
            let mut samples = samples;
            samples.sort_by_key(|sample| sample.at_s);
            prop_assert_eq!(unpack(20_000, &pack(20_000, &samples)), samples);
        }

        #[test]
        fn whatever_is_in_the_file_is_read_without_a_fault(packed: Vec<u8>, day: i32) {
            prop_assert!(unpack(day.into(), &packed).len() <= packed.len());
        }
    }

    #[test]
    fn a_day_of_one_vps_takes_some_five_kilobytes() {
        let sample = |step: i64| Sample {
            at_s: 20_000 * DAY_S + step * 300,
            points: 1,
            cpu_percent: Some(12.0),
            bytes: [Some(86_073_344); 4],
            ..Sample::default()
        };
        let samples: Vec<Sample> = (0..288_i64).map(sample).collect();
        assert_eq!(pack(20_000, &samples).len(), 288 * 21 - 1);
    }
}
