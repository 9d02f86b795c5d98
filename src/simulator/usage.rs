//! The usage history of a VPS: made up point by point while it is sent, the same on every run.

use super::chance::Chance;
use super::machine::Machine;
use super::transport::text_response;
use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::stream;
use std::convert::Infallible;
use std::f64::consts::TAU;
use std::fmt::Write as _;

const STEP_S: i64 = 300;
const KEPT_S: i64 = 2 * 365 * 86_400;
const POINTS_A_CHUNK: usize = 400;

/// A history that has yet to be written down.
#[derive(Clone, Debug)]
pub(super) struct Series {
    seed: u64,
    /// The bytes of an ordinary step, both ways together.
    step_bytes: f64,
    kvm: bool,
    next_s: i64,
    end_s: i64,
    position: Position,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    Beginning,
    First,
    Middle,
    Done,
}

impl Series {
    /// The history of this machine up to now.
    pub(super) fn of(machine: &Machine, now_s: i64) -> Series {
        let begin_s = machine.made_at_s.max(now_s - KEPT_S);
        let phase_s = i64::from(machine.veid) % STEP_S;
        let begin_s = (begin_s - phase_s).div_euclid(STEP_S) * STEP_S + phase_s + STEP_S;
        Series {
            seed: u64::from(machine.veid),
            step_bytes: (machine.transfer.bytes_per_s * STEP_S.unsigned_abs()) as f64,
            kvm: machine.is_kvm(),
            next_s: begin_s,
            end_s: now_s,
            position: Position::Beginning,
        }
    }

    /// A reply that is written while it is sent: two years are some 30 MB.
    pub(super) fn into_response(self) -> Response {
        let chunks = stream::unfold(self, |mut series| async move {
            let chunk = series.chunk()?;
            Some((Ok::<_, Infallible>(Bytes::from(chunk)), series))
        });
        text_response(Body::from_stream(chunks))
    }

    fn chunk(&mut self) -> Option<String> {
        match self.position {
            Position::Done => None,
            Position::Beginning => {
                self.position = Position::First;
                Some("{\"data\":[".to_owned())
            }
            Position::First | Position::Middle if self.next_s <= self.end_s => Some(self.points()),
            _ => {
                self.position = Position::Done;
                let kind = if self.kvm { "kvm" } else { "ovz" };
                Some(format!("],\"vm_type\":\"{kind}\",\"error\":0}}"))
            }
        }
    }

    fn points(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..POINTS_A_CHUNK {
            if self.next_s > self.end_s {
                break;
            }
            if !self.is_gap() {
                self.write_point(&mut text);
            }
            self.next_s += STEP_S;
        }
        text
    }

    /// Now and then the collector was down for an hour or four.
    fn is_gap(&self) -> bool {
        let block = self.next_s.div_euclid(4 * 3600).unsigned_abs();
        let mut chance = Chance::seeded(self.seed.rotate_left(32) ^ block);
        chance.below(150) == 0
            && (chance.below(4) + 1) * 3600 > self.next_s.rem_euclid(4 * 3600).unsigned_abs()
    }

    fn write_point(&mut self, text: &mut String) {
        let values = self.values();
        if self.position == Position::Middle {
            text.push(',');
        }
        self.position = Position::Middle;
        let quote = if self.kvm { "" } else { "\"" };
        let _ = write!(text, "{{\"timestamp\":{quote}{}{quote}", self.next_s);
        for (name, value) in values {
            let _ = write!(text, ",\"{name}\":{quote}{value}{quote}");
        }
        text.push('}');
    }

    /// Busy evenings, quiet nights, quieter weekends, and spikes.
    fn values(&self) -> [(&'static str, u64); 5] {
        let mut chance =
            Chance::seeded(self.seed ^ self.next_s.unsigned_abs().wrapping_mul(0x2545_f491));
        let hour = self.next_s.rem_euclid(86_400) as f64 / 3600.0;
        let weekday = self.next_s.div_euclid(86_400).rem_euclid(7);
        let daily = 1.0 + 0.7 * ((hour - 7.0) / 24.0 * TAU).sin();
        let weekly = if weekday == 2 || weekday == 3 {
            0.7
        } else {
            1.1
        };
        let spike = if chance.below(400) == 0 { 8.0 } else { 1.0 };
        let busy = daily * weekly * spike * (0.6 + 0.8 * chance.fraction());
        let network = self.step_bytes * busy / 2.0;
        let disk = busy * 3_000_000.0;
        [
            (
                "cpu_usage",
                (4.0 * busy + chance.fraction() * 3.0).min(100.0) as u64,
            ),
            ("network_in_bytes", (network * 1.02) as u64),
            ("network_out_bytes", (network * 0.98) as u64),
            (
                "disk_read_bytes",
                (disk * chance.fraction()) as u64 / 4096 * 4096,
            ),
            ("disk_write_bytes", disk as u64 / 4096 * 4096),
        ]
    }
}
