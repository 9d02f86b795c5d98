//! How long a year of the audit log takes: following its chain, appending to it, and pages anywhere in
//! it. `cargo bench --bench audit [ROWS]`; without a number, a year of 10 000 rows a day.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it measures, and says what it found"
)]

use kiwideck::model::Database;
use kiwideck::model::audit::{self, Cursor, Event, Note, PAGE, Reader, Row, Search, Who};
use sqlx::{Connection, SqliteConnection};
use std::path::Path;
use std::time::{Duration, Instant};

const YEAR_ROWS: i64 = 3_650_000;
const BEGINNING_MS: i64 = 1_780_000_000_000;
/// Between two rows: 10 000 a day.
const STEP_MS: i64 = 8_640;

#[tokio::main]
async fn main() {
    let mut asked = std::env::args().filter_map(|word| word.parse().ok());
    let rows: i64 = asked.next_back().unwrap_or(YEAR_ROWS);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kiwideck.db");
    let db = Database::open(&file).await.unwrap();
    fill(&file, rows).await;
    println!("{rows} rows, {} MiB", file.metadata().unwrap().len() >> 20);
    let began = Instant::now();
    println!("{}", audit::verify(&db, &[]).await.unwrap());
    println!("the chain: {:?}", began.elapsed());
    append(&db, rows).await;
    pages(&db, rows).await;
    db.close().await;
}

/// Two rows an action, by 20 people on 500 VPSes; one in a thousand ends unknown.
fn row(id: i64) -> Row {
    let action = (id + 1) / 2;
    let is_intent = id % 2 == 1;
    let outcome = if action % 1000 == 0 {
        "unknown"
    } else {
        "accepted"
    };
    Row {
        id,
        at_ms: BEGINNING_MS + id * STEP_MS,
        phase: if is_intent { "intent" } else { "outcome" }.into(),
        action: Some(format!("{action:032x}")),
        what: ["restart", "basicShell/exec", "getServiceInfo"]
            [usize::try_from(action % 3).unwrap()]
        .into(),
        person_id: Some(action % 20),
        person: format!("person-{}", action % 20),
        vps_id: Some(action % 500),
        vps: Some(format!("Tokyo web {}", action % 500)),
        parameters: r#"{"command":"systemctl restart nginx"}"#.into(),
        outcome: (!is_intent).then(|| outcome.into()),
        took_ms: (!is_intent).then_some(350),
        request_id: format!("{:012x}", action * 7919),
        address: "203.0.113.9".into(),
        ..Row::default()
    }
}

async fn fill(file: &Path, rows: i64) {
    let url = format!("sqlite://{}", file.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    // Indexes are made at once afterwards: row by row it would take longer than all that is measured.
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'audit' AND sql <> ''",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    sqlx::query("PRAGMA cache_size = -200000")
        .execute(&mut connection)
        .await
        .unwrap();
    let mut transaction = connection.begin().await.unwrap();
    for (name, _) in &indexes {
        let drop = sqlx::AssertSqlSafe(format!("DROP INDEX {name}"));
        sqlx::query(drop).execute(&mut *transaction).await.unwrap();
    }
    let mut hash = [0; 32];
    for id in 1..=rows {
        let row = row(id);
        hash = row.hash_after(&hash);
        sqlx::query(
            "INSERT INTO audit (id, at_ms, phase, action, what, person_id, person, vps_id, vps, parameters,
                                outcome, took_ms, request_id, address, hash)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.id).bind(row.at_ms).bind(row.phase).bind(row.action).bind(row.what)
        .bind(row.person_id).bind(row.person).bind(row.vps_id).bind(row.vps).bind(row.parameters)
        .bind(row.outcome).bind(row.took_ms).bind(row.request_id).bind(row.address).bind(hash.to_vec())
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    for (_, sql) in indexes {
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut connection)
        .await
        .unwrap();
}

async fn append(db: &Database, rows: i64) {
    let mut took = Vec::new();
    for number in 1..=200 {
        let note = Note {
            who: Who::panel(),
            event: Event::new("sign-in"),
            at_ms: BEGINNING_MS + (rows + number) * STEP_MS,
        };
        let began = Instant::now();
        audit::note(db, &note).await.unwrap();
        took.push(began.elapsed());
    }
    say("appending a row", took);
}

async fn pages(db: &Database, rows: i64) {
    let all = Search::default;
    let at_ms = BEGINNING_MS + rows / 10 * STEP_MS;
    let before = Some(Cursor {
        at_ms,
        id: i64::MAX,
    });
    let (from_ms, to_ms) = (Some(at_ms), Some(at_ms + 86_400_000));
    let reader = |person_id| {
        Some(Reader {
            person_id,
            now_s: BEGINNING_MS / 1000,
        })
    };
    let searches = [
        ("the newest page", all()),
        ("a page far back", Search { before, ..all() }),
        (
            "a day far back",
            Search {
                from_ms,
                to_ms,
                ..all()
            },
        ),
        (
            "a person, far back",
            Search {
                person: "person-3".into(),
                before,
                ..all()
            },
        ),
        (
            "a person, one day",
            Search {
                person: "person-3".into(),
                from_ms,
                to_ms,
                ..all()
            },
        ),
        (
            "a VPS",
            Search {
                vps_id: Some(3),
                ..all()
            },
        ),
        (
            "a call",
            Search {
                what: "restart".into(),
                before,
                ..all()
            },
        ),
        (
            "a rare event",
            Search {
                what: "sign-in".into(),
                ..all()
            },
        ),
        (
            "a rare outcome",
            Search {
                outcome: "unknown".into(),
                ..all()
            },
        ),
        (
            "an outcome that never was",
            Search {
                outcome: "unsent".into(),
                ..all()
            },
        ),
        (
            "a member's own",
            Search {
                reader: reader(3),
                ..all()
            },
        ),
        (
            "a member who did nothing",
            Search {
                reader: reader(99),
                ..all()
            },
        ),
    ];
    for (what, search) in searches {
        let mut took = Vec::new();
        for _ in 0..20 {
            let began = Instant::now();
            audit::page(db, &search, PAGE + 1).await.unwrap();
            took.push(began.elapsed());
            if began.elapsed() > Duration::from_secs(1) {
                break;
            }
        }
        say(what, took);
    }
}

fn say(what: &str, mut took: Vec<Duration>) {
    took.sort();
    let (median, late) = (took[took.len() / 2], took[took.len() * 95 / 100]);
    println!("{what}: median {median:?}, p95 {late:?}");
}
