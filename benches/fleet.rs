//! How fast the page of all VPSes is, one request after the other on one thread, with readings of
//! every VPS. It ends with 1 when the page is too slow.
#![expect(clippy::print_stdout, reason = "a bench says what it measured")]

mod panel;

use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use kiwideck::clock::Clock;
use kiwideck::kiwivm::calls::{LIVE_INFO, SERVICE_INFO};
use kiwideck::model::vps::{self, Details};
use kiwideck::password::Cost;
use kiwideck::refresh;
use kiwideck::simulator::Simulator;
use panel::{Answer, Error, PASSWORD, Panel, memory_mib, quantile};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const FLEETS: [usize; 2] = [50, 500];
const REQUESTS: usize = 300;
const P95_MAX_MS: f64 = 150.0;
/// Signing in is not what is measured here.
const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Error> {
    let mut all_fast = true;
    for count in FLEETS {
        all_fast &= measure(count).await?;
    }
    Ok(if all_fast {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn measure(count: usize) -> Result<bool, Error> {
    let kiwivm = Simulator::with_vpses(Clock::system(), count);
    let panel = Panel::open(CHEAP, &kiwivm).await?;
    add_all(&panel, &kiwivm).await?;
    panel.person("ada").await?;
    let cookie = cookie(&panel.sign_in("ada", PASSWORD).await?)?;
    let page = open(&panel, &cookie).await?;
    let mut times_ms = Vec::new();
    let begun = Instant::now();
    for _ in 0..REQUESTS {
        let started = Instant::now();
        open(&panel, &cookie).await?;
        times_ms.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    let p95_ms = quantile(&times_ms, 0.95);
    println!(
        "{count} VPSes: {:.0} pages a second, median {:.1} ms, p95 {p95_ms:.1} ms (at most {P95_MAX_MS}), {} KiB packed, {:.0} MiB in use",
        REQUESTS as f64 / begun.elapsed().as_secs_f64(),
        quantile(&times_ms, 0.5),
        page.body().len() / 1024,
        memory_mib("VmRSS:")?
    );
    Ok(p95_ms <= P95_MAX_MS)
}

/// Adds every VPS of this KiwiVM, and has it read once.
async fn add_all(panel: &Panel, kiwivm: &Simulator) -> Result<(), Error> {
    let app = &panel.app;
    for machine in kiwivm.vpses() {
        let details = Details {
            label: machine.label.clone(),
            veid: machine.veid.to_string(),
            ..Details::default()
        };
        let id = vps::add(&app.db, &app.vault, &details, &machine.key, &panel.note()).await?;
        let vps = vps::find(&app.db, id).await?.ok_or("no such VPS")?;
        for call in [SERVICE_INFO, LIVE_INFO] {
            refresh::read(app, &vps, call, Duration::from_secs(30)).await;
        }
        if app.readings.of(id).service().is_none() {
            return Err(format!("{} was not read", machine.label).into());
        }
    }
    Ok(())
}

/// The cookie to send back.
fn cookie(answer: &Answer) -> Result<HeaderValue, Error> {
    let set = answer
        .headers()
        .get(header::SET_COOKIE)
        .ok_or("no cookie")?;
    let pair = set.to_str()?.split(';').next().unwrap_or_default();
    Ok(HeaderValue::from_str(pair)?)
}

async fn open(panel: &Panel, cookie: &HeaderValue) -> Result<Answer, Error> {
    let request = Request::get("/")
        .header(header::COOKIE, cookie)
        .body(Body::empty())?;
    let answer = panel.send(request).await?;
    if answer.status() != StatusCode::OK {
        return Err(format!("the page answers {}", answer.status()).into());
    }
    Ok(answer)
}
