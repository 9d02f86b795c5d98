//! The month's transfer of a VPS in words: where the pace leads, and what counts how much. Every page
//! that shows it says it from here.

use super::page::Page;
use crate::forecast::{self, Forecast};
use crate::kiwivm::reply::ServiceInfo;
use crate::readings::Latest;

/// Whether the transfer lasts until it is counted anew. Nothing when it is used up: that is a matter of
/// its own.
pub(super) fn outlook(page: &Page, latest: &Latest) -> Option<String> {
    let (read_at_s, service) = latest.service()?;
    let resets_s = service.next_reset_s(page.now_s())?;
    match forecast::forecast(&service.transfer()?, Some(resets_s), read_at_s)? {
        Forecast::UsedUp => None,
        Forecast::TooEarly => Some(page.say("outlook-early").text()),
        Forecast::Lasts {
            used_at_reset_bytes,
        } => {
            let lasts = page.say("outlook-lasts");
            Some(lasts.with("bytes", page.bytes(used_at_reset_bytes)).text())
        }
        Forecast::RunsOut { at_s } => {
            let runs_out = page.say("outlook-runs-out").with("date", page.date(at_s));
            let before = page.duration(resets_s - at_s);
            Some(runs_out.with("before", before).text())
        }
    }
}

/// What one byte counts, where that is not one.
pub(super) fn multiplier(service: &ServiceInfo) -> Option<f64> {
    service
        .monthly_data_multiplier
        .filter(|multiplier| (*multiplier - 1.0).abs() > f64::EPSILON)
}
