//! What a sign-in costs in earnest: the time of each refusal must not tell whether a name exists
//! (T-ENUM), and a crowd must not take the machine's memory (T-HASH-DOS). It ends with 1 when a limit
//! is passed.
#![expect(clippy::print_stdout, reason = "a bench says what it measured")]

mod panel;

use axum::http::StatusCode;
use kiwideck::clock::Clock;
use kiwideck::model::person;
use kiwideck::password::Cost;
use kiwideck::simulator::Simulator;
use panel::{Error, PASSWORD, Panel, memory_mib, quantile};
use std::process::ExitCode;
use std::time::Instant;
use tokio::task::JoinSet;

const ROUNDS: usize = 40;
/// So much may the medians of two refusals differ.
const DIFFERENCE_MAX_PERCENT: f64 = 5.0;
/// Everybody who signs in at the same moment.
const CROWD: usize = 200;
const CROWD_MAX_MIB: f64 = 120.0;

/// Who is refused, whatever the password is, and how the bench calls it.
const REFUSED: [(&str, &str); 3] = [
    ("nobody", "unknown name"),
    ("dora", "disabled person"),
    ("ada", "wrong password"),
];

#[tokio::main]
async fn main() -> Result<ExitCode, Error> {
    let kiwivm = Simulator::new(Clock::system());
    let panel = Panel::open(Cost::default(), &kiwivm).await?;
    panel.person("ada").await?;
    let dora = panel.person("dora").await?;
    person::set_disabled(&panel.app.db, dora, Some(0), &panel.note()).await?;
    let crowd_fits = crowd(&panel).await?;
    let refusals_alike = refusals(&panel).await?;
    Ok(if crowd_fits && refusals_alike {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Signs everybody in at once, every second one with a wrong password.
async fn crowd(panel: &Panel) -> Result<bool, Error> {
    // The first sign-in of all opens what stays open.
    expect(panel, "ada", PASSWORD, StatusCode::SEE_OTHER).await?;
    // Makes the present memory the highest there was. Where it is forbidden the one hash before
    // counts as well, which is less than those at once.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before_mib = memory_mib("VmRSS:")?;
    let started = Instant::now();
    let mut people = JoinSet::new();
    for index in 0..CROWD {
        let panel = panel.clone();
        people.spawn(async move {
            match index % 2 {
                0 => expect(&panel, "ada", PASSWORD, StatusCode::SEE_OTHER).await,
                _ => refuse(&panel, "ada").await,
            }
        });
    }
    while let Some(person) = people.join_next().await {
        person??;
    }
    let grown_mib = memory_mib("VmHWM:")? - before_mib;
    println!(
        "{CROWD} sign-ins at once: {:.1} s, {grown_mib:.0} MiB above {before_mib:.0} MiB (at most {CROWD_MAX_MIB})",
        started.elapsed().as_secs_f64()
    );
    Ok(grown_mib <= CROWD_MAX_MIB)
}

/// Times each refusal, in turns: what else the machine does meets all of them.
async fn refusals(panel: &Panel) -> Result<bool, Error> {
    let mut times_ms = REFUSED.map(|_| Vec::new());
    for round in 0..ROUNDS {
        for turn in 0..REFUSED.len() {
            let which = (round + turn) % REFUSED.len();
            let started = Instant::now();
            refuse(panel, REFUSED[which].0).await?;
            times_ms[which].push(started.elapsed().as_secs_f64() * 1000.0);
        }
    }
    for ((_, called), times_ms) in REFUSED.iter().zip(&times_ms) {
        let [low, median, high] = [0.25, 0.5, 0.75].map(|part| quantile(times_ms, part));
        println!("{called:<16} median {median:.2} ms, half between {low:.2} and {high:.2} ms");
    }
    let medians = times_ms.map(|times_ms| quantile(&times_ms, 0.5));
    let least = medians.into_iter().fold(f64::INFINITY, f64::min);
    let most = medians.into_iter().fold(0.0, f64::max);
    let difference_percent = (most / least - 1.0) * 100.0;
    println!(
        "medians of {ROUNDS} differ by {difference_percent:.1} % (at most {DIFFERENCE_MAX_PERCENT} %)"
    );
    Ok(difference_percent <= DIFFERENCE_MAX_PERCENT)
}

async fn refuse(panel: &Panel, name: &str) -> Result<(), Error> {
    expect(
        panel,
        name,
        "a wrong password",
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await
}

async fn expect(
    panel: &Panel,
    name: &str,
    password: &str,
    status: StatusCode,
) -> Result<(), Error> {
    let answer = panel.sign_in(name, password).await?;
    if answer.status() == status {
        return Ok(());
    }
    Err(format!("{name} got {} instead of {status}", answer.status()).into())
}
