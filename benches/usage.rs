//! What two years of use cost: the memory and time to take them in as a stream, and how fast the page
//! then answers. It ends with 1 when a limit is passed.
#![expect(clippy::print_stdout, reason = "a bench says what it measured")]

mod panel;

use axum::body::Body;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderValue, Request, StatusCode};
use kiwideck::clock::Clock;
use kiwideck::kiwivm::calls::{RAW_USAGE_STATS, SERVICE_INFO};
use kiwideck::model::usage;
use kiwideck::model::vps::{self, Details, Vps};
use kiwideck::password::Cost;
use kiwideck::refresh;
use kiwideck::simulator::{Machine, Simulator};
use panel::{Answer, Error, PASSWORD, Panel, memory_mib, quantile};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const POINTS_LEAST: i64 = 200_000;
const EXTRA_MAX_MIB: f64 = 48.0;
const REQUESTS: usize = 100;
const MEDIAN_MAX_MS: f64 = 50.0;
/// Signing in is not what is measured here.
const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};

#[tokio::main]
async fn main() -> Result<ExitCode, Error> {
    let kiwivm = Simulator::new(Clock::system());
    let panel = Panel::open(CHEAP, &kiwivm).await?;
    panel.person("ada").await?;
    let cookie = cookie(&panel.sign_in("ada", PASSWORD).await?)?;
    let vps = add(&panel, &kiwivm).await?;
    let mut all_well = intake(&panel, &vps).await?;
    for path in ["?span=24h", "?span=1y", "?span=all", "/points?span=all"] {
        let path = format!("/vps/{}/usage{path}", vps.id);
        all_well &= page(&panel, (&cookie, &path)).await?;
    }
    Ok(if all_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A machine of two years, with its plan read.
async fn add(panel: &Panel, kiwivm: &Simulator) -> Result<Vps, Error> {
    let machine = Machine::kvm(100_001).labelled("Old").aged_days(800);
    let details = Details {
        label: machine.label.clone(),
        veid: machine.veid.to_string(),
        ..Details::default()
    };
    let key = kiwideck::secret::Secret::new(machine.key.clone());
    kiwivm.add(machine);
    let (db, vault) = (&panel.app.db, &panel.app.vault);
    let id = vps::add(db, vault, &details, &key, &panel.note()).await?;
    let vps = vps::find(db, id).await?.ok_or("no such VPS")?;
    refresh::read(&panel.app, &vps, SERVICE_INFO, Duration::from_secs(30)).await;
    Ok(vps)
}

/// Takes two years in. The simulated KiwiVM, which makes them up, is in the same process.
async fn intake(panel: &Panel, vps: &Vps) -> Result<bool, Error> {
    // Makes the present memory the highest there was, where that is allowed.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before_mib = memory_mib("VmRSS:")?;
    let started = Instant::now();
    let has_come = refresh::read(&panel.app, vps, RAW_USAGE_STATS, Duration::from_secs(300)).await;
    let took_s = started.elapsed().as_secs_f64();
    let extra_mib = memory_mib("VmHWM:")? - before_mib;
    let samples = usage::read(&panel.app.db, vps.id, (0, i64::MAX)).await?;
    let points: i64 = samples.iter().map(|sample| i64::from(sample.points)).sum();
    println!(
        "{points} points: {took_s:.1} s, {extra_mib:.0} MiB above {before_mib:.0} MiB (at most {EXTRA_MAX_MIB}), {} samples kept",
        samples.len()
    );
    Ok(has_come && points >= POINTS_LEAST && extra_mib <= EXTRA_MAX_MIB)
}

async fn page(panel: &Panel, (cookie, path): (&HeaderValue, &str)) -> Result<bool, Error> {
    let mut times_ms = Vec::new();
    let mut length = 0;
    for _ in 0..REQUESTS {
        let started = Instant::now();
        length = open(panel, (cookie, path)).await?.body().len();
        times_ms.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    let median_ms = quantile(&times_ms, 0.5);
    println!(
        "{path}: median {median_ms:.1} ms (at most {MEDIAN_MAX_MS}), p95 {:.1} ms, {} KiB packed",
        quantile(&times_ms, 0.95),
        length / 1024
    );
    Ok(median_ms <= MEDIAN_MAX_MS)
}

/// The cookie to send back.
fn cookie(answer: &Answer) -> Result<HeaderValue, Error> {
    let set = answer.headers().get(SET_COOKIE).ok_or("no cookie")?;
    let pair = set.to_str()?.split(';').next().unwrap_or_default();
    Ok(HeaderValue::from_str(pair)?)
}

async fn open(panel: &Panel, (cookie, path): (&HeaderValue, &str)) -> Result<Answer, Error> {
    let request = Request::get(path)
        .header(COOKIE, cookie)
        .body(Body::empty())?;
    let answer = panel.send(request).await?;
    if answer.status() != StatusCode::OK {
        return Err(format!("{path} answers {}", answer.status()).into());
    }
    Ok(answer)
}
