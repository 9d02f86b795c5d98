//! The audit log: its chain, its archives, its copy, and what is looked up in it or taken out of it.

use crate::answer::Answer;
use crate::panel::{ADMIN, BEGINNING_S, NEWCOMER, Panel, VIEWER, VIEWER_WITH_SHELL, Wish};
use crate::visitor::Visitor;
use kiwideck::config::CopyTo;
use kiwideck::model::Database;
use kiwideck::model::audit::{
    self, ArchiveError, Archived, Ending, Event, Intent, Misfit, Note, Outcome, VerifyError, Who,
};
use kiwideck::simulator::Machine;
use sqlx::{Connection, Executor, SqliteConnection};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tempfile::TempDir;

const DAY_MS: i64 = 86_400_000;
const NOW_MS: i64 = BEGINNING_S * 1000;
/// What a thief of the file does first.
const NO_TRIGGERS: &str = "DROP TRIGGER audit_is_append_only_insert;
    DROP TRIGGER audit_is_append_only_update; DROP TRIGGER audit_is_append_only_delete";

/// A log by itself.
struct Log {
    folder: TempDir,
    db: Database,
}

impl Log {
    async fn open() -> Log {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kiwideck.db");
        let db = Database::open(&file).await.unwrap();
        Log { folder, db }
    }

    /// With ten events, one a day, the last of them now.
    async fn of_ten() -> Log {
        let log = Log::open().await;
        for day in 0..10 {
            log.note(NOW_MS - (9 - day) * DAY_MS).await;
        }
        log
    }

    async fn note(&self, at_ms: i64) {
        audit::note(&self.db, &note(at_ms)).await.unwrap();
    }

    async fn intend(&self, action: &str, at_ms: i64) {
        audit::intend(&self.db, &Who::panel(), &intent(action), at_ms)
            .await
            .unwrap();
    }

    async fn end(&self, action: &str, at_ms: i64) {
        let ending = Ending {
            outcome: Outcome::Accepted,
            code: None,
            message: None,
            took_ms: Some(5),
        };
        audit::end(&self.db, action, &ending, at_ms).await.unwrap();
    }

    async fn sql(&self) -> SqliteConnection {
        let file = self.folder.path().join("kiwideck.db");
        let url = format!("sqlite://{}", file.display());
        SqliteConnection::connect(&url).await.unwrap()
    }

    async fn execute(&self, sql: &'static str) {
        self.sql().await.execute(sql).await.unwrap();
    }

    async fn numbers(&self) -> Vec<i64> {
        sqlx::query_scalar("SELECT id FROM audit ORDER BY id")
            .fetch_all(&mut self.sql().await)
            .await
            .unwrap()
    }

    fn archives(&self) -> PathBuf {
        self.folder.path().join("audit")
    }

    async fn archive(&self, before_ms: i64) -> Result<Vec<Archived>, ArchiveError> {
        audit::archive(
            &self.db,
            &self.archives(),
            before_ms,
            (&Who::panel(), NOW_MS),
        )
        .await
    }

    async fn verify(&self) -> Result<audit::Sound, VerifyError> {
        audit::verify(&self.db, &[]).await
    }

    /// What is wrong with which row.
    async fn misfit(&self) -> (i64, Misfit) {
        match self.verify().await {
            Err(VerifyError::Row { id, misfit, .. }) => (id, misfit),
            other => panic!("{other:?}"),
        }
    }
}

fn note(at_ms: i64) -> Note {
    Note {
        who: Who::panel(),
        event: Event::new("sign-out").with("day", &(at_ms / DAY_MS).to_string()),
        at_ms,
    }
}

fn intent(action: &str) -> Intent {
    Intent {
        action: action.into(),
        call: "restart",
        vps_id: 1,
        vps: "Web 1".into(),
        parameters: "{}".into(),
    }
}

#[tokio::test]
async fn who_has_no_name_is_named_in_the_readers_language() {
    let panel = Panel::start().await;
    for who in [Who::panel(), Who::command_line()] {
        let note = Note {
            who,
            ..note(NOW_MS)
        };
        audit::note(&panel.app.db, &note).await.unwrap();
    }
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.open("/audit").await.expect(200);
    page.must_show("the panel itself").must_show("command line");
    let page = admin.in_chinese().open("/audit").await.expect(200);
    page.must_show("面板自动执行")
        .must_show("命令行")
        .must_not_show("(command line)")
        .must_not_show("(panel)");
}

#[tokio::test]
async fn every_row_is_chained_to_the_one_before() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    admin.submit("/vps/1/call/restart", &[]).await.expect(303);
    panel.settle().await;
    let rows = panel.count("SELECT count(*) FROM audit").await;
    let sound = audit::verify(&panel.app.db, &[]).await.unwrap();
    assert_eq!(i64::try_from(sound.count).unwrap(), rows);
    let bare = "SELECT count(*) FROM audit WHERE hash IS NULL OR length(hash) <> 32";
    assert_eq!(panel.count(bare).await, 0);
    assert_eq!(
        sound.to_string().split(' ').next_back().unwrap().len(),
        64,
        "{sound}"
    );
}

#[tokio::test]
async fn two_programs_append_to_one_chain() {
    let log = Log::open().await;
    let file = log.folder.path().join("kiwideck.db");
    let other = Database::open(&file).await.unwrap();
    let many = |db: Database| async move {
        for _ in 0..30 {
            audit::note(&db, &note(NOW_MS)).await.unwrap();
        }
    };
    tokio::join!(
        many(log.db.clone()),
        many(other.clone()),
        many(log.db.clone())
    );
    assert_eq!(log.verify().await.unwrap().count, 90);
}

#[tokio::test]
async fn a_row_that_was_changed_removed_put_in_or_swapped_is_found() {
    let tampers = [
        (
            "UPDATE audit SET person = 'eve' WHERE id = 5",
            5,
            Misfit::Hash,
        ),
        (
            "UPDATE audit SET at_ms = at_ms + 1 WHERE id = 5",
            5,
            Misfit::Hash,
        ),
        (
            "UPDATE audit SET message = '' WHERE id = 5",
            5,
            Misfit::Hash,
        ),
        (
            "UPDATE audit SET hash = NULL WHERE id = 5",
            5,
            Misfit::NoHash,
        ),
        (
            "UPDATE audit SET hash = randomblob(32) WHERE id = 5",
            5,
            Misfit::Hash,
        ),
        ("DELETE FROM audit WHERE id = 5", 6, Misfit::Gap),
        ("DELETE FROM audit WHERE id = 1", 2, Misfit::Older),
        (
            "DELETE FROM audit WHERE id = 5; UPDATE audit SET id = id - 1 WHERE id > 5;
             UPDATE sqlite_sequence SET seq = 9 WHERE name = 'audit'",
            5,
            Misfit::Hash,
        ),
        (
            "INSERT INTO audit (id, at_ms, phase, what, person, hash)
             SELECT 11, at_ms, phase, what, person, hash FROM audit WHERE id = 10",
            11,
            Misfit::Hash,
        ),
        (
            "UPDATE audit SET id = 99 WHERE id = 4; UPDATE audit SET id = 4 WHERE id = 5;
             UPDATE audit SET id = 5 WHERE id = 99",
            4,
            Misfit::Hash,
        ),
    ];
    for (tamper, id, misfit) in tampers {
        let log = Log::of_ten().await;
        log.verify().await.unwrap();
        log.execute(NO_TRIGGERS).await;
        log.execute(tamper).await;
        assert_eq!(log.misfit().await, (id, misfit), "{tamper}");
    }
}

#[tokio::test]
async fn rows_cut_off_at_the_end_are_missed_also_after_others_were_added() {
    let log = Log::of_ten().await;
    log.execute(NO_TRIGGERS).await;
    log.execute("DELETE FROM audit WHERE id > 8").await;
    let cut = log.verify().await.unwrap_err().to_string();
    assert_eq!(cut, "the rows after 8 are missing: the last was 10");
    log.note(NOW_MS).await;
    assert_eq!(log.misfit().await, (11, Misfit::Gap));
    log.execute("DELETE FROM audit").await;
    assert!(matches!(log.verify().await, Err(VerifyError::Cut(0, 11))));
}

#[tokio::test]
async fn the_triggers_let_the_log_grow_at_its_end_only() {
    let log = Log::of_ten().await;
    let refused = [
        "UPDATE audit SET person = 'eve'",
        "DELETE FROM audit",
        "INSERT INTO audit (at_ms, phase, what, person) VALUES (1, 'event', 'sign-in', 'eve')",
        "INSERT OR REPLACE INTO audit (id, at_ms, phase, what, person, hash)
         VALUES (5, 1, 'event', 'sign-in', 'eve', x'00')",
    ];
    for change in refused {
        let error = log.sql().await.execute(change).await.unwrap_err();
        assert!(error.to_string().contains("the audit log"), "{error}");
    }
    assert_eq!(log.verify().await.unwrap().count, 10);
}

/// A log of three rows as the version before the chain wrote them.
async fn old_log() -> Log {
    let log = Log::open().await;
    log.execute("DROP TRIGGER audit_is_append_only_insert")
        .await;
    log.execute(
        "INSERT INTO audit (id, at_ms, phase, what, person) VALUES
             (1, 1, 'event', 'setup', 'ada'), (2, 2, 'event', 'sign-in', 'ada'),
             (5, 3, 'event', 'sign-out', 'ada')",
    )
    .await;
    log
}

#[tokio::test]
async fn rows_that_are_older_than_the_chain_are_covered_by_its_first_hash() {
    let log = old_log().await;
    assert!(matches!(log.verify().await, Err(VerifyError::NotBegun)));
    assert!(audit::begin_chain(&log.db, NOW_MS).await.unwrap());
    assert!(!audit::begin_chain(&log.db, NOW_MS).await.unwrap());
    log.note(NOW_MS).await;
    assert_eq!(log.verify().await.unwrap().count, 5);
    log.execute("DROP TRIGGER audit_is_append_only_update")
        .await;
    log.execute("UPDATE audit SET person = 'eve' WHERE id = 2")
        .await;
    assert_eq!(log.misfit().await, (6, Misfit::Older));
}

#[tokio::test]
async fn a_start_of_the_panel_begins_the_chain_of_an_old_database() {
    let panel = Panel::start().await;
    panel.sign_in(ADMIN).await;
    let mut sql = panel.sql().await;
    sql.execute(NO_TRIGGERS).await.unwrap();
    sql.execute("UPDATE audit SET hash = NULL").await.unwrap();
    let panel = panel.started_again().await.unwrap();
    let chained = "SELECT count(*) FROM audit WHERE what = 'audit-chained' AND hash IS NOT NULL";
    assert_eq!(panel.count(chained).await, 1);
    audit::verify(&panel.app.db, &[]).await.unwrap();
}

#[tokio::test]
async fn the_first_ending_stands_and_an_action_is_intended_once() {
    let log = Log::open().await;
    log.intend("a", NOW_MS).await;
    log.end("a", NOW_MS).await;
    log.end("a", NOW_MS).await;
    log.end("never intended", NOW_MS).await;
    let again = audit::intend(&log.db, &Who::panel(), &intent("a"), NOW_MS).await;
    assert!(matches!(again, Err(audit::IntentError::Repeated)));
    log.intend("b", NOW_MS).await;
    assert_eq!(audit::end_interrupted(&log.db, NOW_MS).await.unwrap(), 1);
    assert_eq!(log.numbers().await, [1, 2, 3, 4]);
    log.verify().await.unwrap();
}

#[tokio::test]
async fn old_rows_go_to_a_file_and_the_chain_goes_on_from_there() {
    let log = Log::of_ten().await;
    let first = log.archive(NOW_MS - 6 * DAY_MS).await.unwrap();
    let second = log.archive(NOW_MS - 3 * DAY_MS).await.unwrap();
    assert_eq!((first.len(), second.len()), (1, 1));
    let files = [first[0].file.clone(), second[0].file.clone()];
    assert!(files[0].ends_with("audit/audit-1-3.jsonl"), "{files:?}");
    assert_eq!(
        std::fs::read_to_string(&files[0]).unwrap().lines().count(),
        3
    );
    for path in files.iter().chain([&log.archives()]) {
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
    // Each file is signed for by an event.
    assert_eq!(log.numbers().await, [7, 8, 9, 10, 11, 12]);
    assert_eq!(log.verify().await.unwrap().count, 6);
    let turned = [files[1].clone(), files[0].clone()];
    assert_eq!(audit::verify(&log.db, &turned).await.unwrap().count, 12);
    assert_eq!(audit::verify(&log.db, &files[1..]).await.unwrap().count, 9);
    let gap = audit::verify(&log.db, &files[..1]).await.unwrap_err();
    assert!(
        gap.to_string()
            .contains("from 4 to 6 are in audit-4-6.jsonl"),
        "{gap}"
    );
    assert!(log.archive(NOW_MS - 3 * DAY_MS).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_changed_archive_is_found() {
    let log = Log::of_ten().await;
    let file = log.archive(NOW_MS - 6 * DAY_MS).await.unwrap()[0]
        .file
        .clone();
    let text = std::fs::read_to_string(&file).unwrap();
    let changes = [
        (text.replace("(panel)", "eve"), "row 1 of 2026-"),
        (
            text.lines()
                .take(2)
                .map(|line| format!("{line}\n"))
                .collect(),
            "is not an archive",
        ),
        (
            text.lines()
                .skip(1)
                .map(|line| format!("{line}\n"))
                .collect(),
            "is not an archive",
        ),
        (text.replace("\",\"", "\", \""), "is not an archive"),
        (text.clone() + "{}\n", "line 4 is not a row"),
    ];
    for (changed, said) in changes {
        std::fs::write(&file, changed).unwrap();
        let error = audit::verify(&log.db, std::slice::from_ref(&file)).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[tokio::test]
async fn an_action_that_still_runs_is_not_split() {
    let log = Log::open().await;
    log.note(1).await;
    log.intend("ended", 2).await;
    log.intend("running", 3).await;
    log.end("ended", 4).await;
    log.note(5).await;
    log.note(NOW_MS).await;
    log.archive(NOW_MS).await.unwrap();
    assert_eq!(log.numbers().await[..3], [2, 3, 4]);
    log.end("running", NOW_MS - 1).await;
    // The ending is younger than the note of now: by number nothing after that note goes.
    log.archive(NOW_MS).await.unwrap();
    assert_eq!(log.numbers().await[0], 2);
    log.verify().await.unwrap();
    log.archive(NOW_MS + 1).await.unwrap();
    log.note(NOW_MS + 2).await;
    log.archive(NOW_MS + 1).await.unwrap();
    assert!(log.numbers().await[0] > 6);
    log.verify().await.unwrap();
}

#[tokio::test]
async fn rows_are_removed_below_a_mark_only_and_marks_stay() {
    let log = Log::of_ten().await;
    log.archive(NOW_MS - 6 * DAY_MS).await.unwrap();
    let refused = [
        "DELETE FROM audit WHERE id = 4",
        "DELETE FROM audit_mark",
        "UPDATE audit_mark SET last_id = 8",
        "INSERT INTO audit_mark SELECT 2, 1, hash, 1, file, file_hash, 2, 1 FROM audit_mark",
    ];
    for change in refused {
        let error = log.sql().await.execute(change).await.unwrap_err();
        assert!(error.to_string().contains("audit log"), "{change}: {error}");
    }
}

#[tokio::test]
async fn whatever_fails_while_archiving_nothing_is_lost() {
    let faults = [
        "CREATE TRIGGER fault BEFORE INSERT ON audit_mark BEGIN SELECT RAISE(ABORT, 'fault'); END",
        "CREATE TRIGGER fault BEFORE INSERT ON audit WHEN NEW.what = 'audit-archived'
         BEGIN SELECT RAISE(ABORT, 'fault'); END",
        "CREATE TRIGGER fault BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'fault'); END",
    ];
    for fault in faults {
        let log = Log::of_ten().await;
        log.execute(fault).await;
        log.archive(NOW_MS - 6 * DAY_MS).await.unwrap_err();
        assert_eq!(log.numbers().await.len(), 10, "{fault}");
        log.verify().await.unwrap();
        // The file stands there, and nothing refers to it. The next one is named otherwise.
        assert!(log.archives().join("audit-1-3.jsonl").exists());
        log.execute("DROP TRIGGER fault").await;
        let done = log.archive(NOW_MS - 6 * DAY_MS).await.unwrap();
        assert!(done[0].file.ends_with("audit-1-3-2.jsonl"));
        let files = [done[0].file.clone()];
        assert_eq!(audit::verify(&log.db, &files).await.unwrap().count, 11);
    }
}

#[tokio::test]
async fn what_cannot_be_written_or_does_not_fit_is_not_archived() {
    let log = Log::of_ten().await;
    std::fs::write(log.archives(), "no folder").unwrap();
    let error = log.archive(NOW_MS).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Io(..)), "{error}");
    std::fs::remove_file(log.archives()).unwrap();
    log.execute(NO_TRIGGERS).await;
    log.execute("UPDATE audit SET person = 'eve' WHERE id = 2")
        .await;
    let error = log.archive(NOW_MS).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Misfit(2)), "{error}");
    assert_eq!(std::fs::read_dir(log.archives()).unwrap().count(), 0);
    assert_eq!(log.numbers().await.len(), 10);
}

#[tokio::test]
async fn the_copy_has_every_row_once_and_goes_on_where_it_was() {
    let log = Log::of_ten().await;
    let file = log.folder.path().join("copy.jsonl");
    let to = CopyTo::File(file.clone());
    let lines = || std::fs::read_to_string(&file).unwrap().lines().count();
    assert_eq!(audit::copy_new(&log.db, &to).await.unwrap(), 10);
    assert_eq!(audit::copy_new(&log.db, &to).await.unwrap(), 0);
    log.note(NOW_MS).await;
    assert_eq!(audit::copy_new(&log.db, &to).await.unwrap(), 1);
    assert_eq!(lines(), 11);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
    // Killed in the middle of a line: the row comes again, on a line of its own.
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, &text[..text.len() - 20]).unwrap();
    log.execute("UPDATE audit_copy SET last_id = 10").await;
    assert_eq!(audit::copy_new(&log.db, &to).await.unwrap(), 1);
    assert_eq!(lines(), 12);
    let last: audit::Row = {
        let text = std::fs::read_to_string(&file).unwrap();
        serde_json::from_str(text.lines().last().unwrap()).unwrap()
    };
    assert_eq!(last.id, 11);
}

#[tokio::test]
async fn a_copy_that_cannot_be_written_stops_nothing_and_goes_on_later() {
    let log = Log::of_ten().await;
    let full = CopyTo::File("/dev/full".into());
    audit::copy_new(&log.db, &full).await.unwrap_err();
    log.note(NOW_MS).await;
    let file = log.folder.path().join("later/copy.jsonl");
    let to = CopyTo::File(file.clone());
    audit::copy_new(&log.db, &to).await.unwrap_err();
    std::fs::create_dir(file.parent().unwrap()).unwrap();
    assert_eq!(audit::copy_new(&log.db, &to).await.unwrap(), 11);
}

/// A panel with two VPSes, a call to each, and the admin who made them.
async fn two_calls() -> (Panel, crate::visitor::Visitor) {
    let panel = Panel::start().await;
    for (veid, label) in [(100_001, "Web 1"), (100_002, "=cmd|' /C calc'!A0")] {
        panel.add(Machine::kvm(veid).labelled(label)).await;
    }
    let admin = panel.sign_in(ADMIN).await;
    admin.submit("/vps/1/call/restart", &[]).await.expect(303);
    admin.submit("/vps/2/call/stop", &[]).await.expect(303);
    panel.settle().await;
    (panel, admin)
}

#[tokio::test]
async fn the_log_is_filtered_by_person_vps_call_event_outcome_and_days() {
    let (panel, admin) = two_calls().await;
    let rows = async |query: &str| {
        let page = admin.open(&format!("/audit?{query}")).await.expect(200);
        page.inside("tr").len().saturating_sub(1)
    };
    assert_eq!(rows("call=restart").await, 1);
    assert_eq!(rows("vps=2&call=stop").await, 1);
    assert_eq!(rows("vps=2&call=restart").await, 0);
    assert_eq!(rows("call=sign-in").await, 1);
    assert_eq!(rows("outcome=accepted&call=restart").await, 1);
    assert_eq!(rows("outcome=refused&call=restart").await, 0);
    panel
        .stranger()
        .submit(
            "/sign-in",
            &[("username", "person-0"), ("password", "wrong")],
        )
        .await;
    assert_eq!(rows("outcome=refused").await, 1);
    assert_eq!(rows("person=Person-0&call=restart").await, 1);
    assert_eq!(rows("person=nobody").await, 0);
    let day = "2026-05-28";
    assert_eq!(rows(&format!("call=restart&from={day}&to={day}")).await, 1);
    assert_eq!(rows("call=restart&from=2026-05-29").await, 0);
    assert_eq!(rows("call=restart&to=2026-05-27").await, 0);
    let page = admin.open("/audit?call=restart").await;
    page.must_show("Signed in").must_show("ms");
    let intent = intent("late");
    let db = &panel.app.db;
    audit::intend(db, &Who::panel(), &intent, NOW_MS)
        .await
        .unwrap();
    assert_eq!(rows("outcome=unknown").await, 0);
    audit::end_interrupted(db, NOW_MS).await.unwrap();
    assert_eq!(rows("outcome=unknown").await, 1);
}

#[tokio::test]
async fn days_are_those_of_the_reader() {
    let (_panel, admin) = two_calls().await;
    let found = async || {
        let page = admin.open("/audit?call=restart&to=2026-05-28").await;
        page.expect(200).inside("tr").len() > 1
    };
    // 20:26 in London is the next morning in Shanghai.
    assert!(found().await);
    let fields = [("time_zone", "Asia/Shanghai")];
    admin
        .submit("/account/time-zone", &fields)
        .await
        .expect(303);
    assert!(!found().await);
}

/// Presses the button of an export, whose fields stand here as in an address.
async fn export(visitor: &Visitor, path: &str) -> Answer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let fields: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    visitor.submit(path, &fields).await
}

#[tokio::test]
async fn a_day_that_is_none_is_a_fault_beside_its_field_in_both_languages() {
    let (panel, admin) = two_calls().await;
    let before = panel.count("SELECT count(*) FROM audit").await;
    for admin in [admin.clone(), admin.in_chinese()] {
        let says = |id: &str| admin.says(id).text();
        for path in ["/audit?from=yesterday", "/vps/1/audit?from=yesterday"] {
            let page = admin.open(path).await.expect(422);
            page.must_show(&says("audit-bad-day"));
            let path = path.replace("audit?", "audit/export?");
            let page = export(&admin, &path).await.expect(422);
            page.must_show(&says("audit-bad-day"));
        }
        let turned = admin.open("/audit?from=2026-05-28&to=2026-05-27").await;
        turned.expect(422).must_show(&says("audit-days-turned"));
    }
    assert_eq!(panel.count("SELECT count(*) FROM audit").await, before);
}

#[tokio::test]
async fn a_page_far_back_begins_where_the_one_before_it_ended() {
    let panel = Panel::start().await;
    for number in 0..120 {
        // Three at a time; and the clock is put back now and then.
        let at_ms = NOW_MS + (number / 3) * 1000 - (number % 40) * 100;
        audit::note(&panel.app.db, &note(at_ms)).await.unwrap();
    }
    let admin = panel.sign_in(ADMIN).await;
    let (mut path, mut seen) = ("/audit?call=sign-out".to_owned(), 0);
    loop {
        let page = admin.open(&path).await.expect(200);
        seen += page.inside("tr").len() - 1;
        let tags = page.tags();
        let next = tags.iter().find(|tag| tag.attribute("rel") == Some("next"));
        match next.and_then(|tag| tag.attribute("href")) {
            Some(older) => path = older.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, 120);
}

#[tokio::test]
async fn an_export_has_all_that_the_page_finds_and_is_an_event_itself() {
    let (panel, admin) = two_calls().await;
    for _ in 0..600 {
        audit::note(&panel.app.db, &note(NOW_MS)).await.unwrap();
    }
    let csv = export(&admin, "/audit/export?format=csv").await.expect(200);
    assert_eq!(
        csv.header("content-type").unwrap(),
        "text/csv; charset=utf-8"
    );
    assert_eq!(csv.header("cache-control").unwrap(), "no-store");
    let file = "attachment; filename=\"audit-2026-05-28.csv\"";
    assert_eq!(csv.header("content-disposition").unwrap(), file);
    let entries = panel
        .count("SELECT count(*) FROM audit WHERE phase <> 'outcome'")
        .await;
    let mut reader = csv::Reader::from_reader(csv.body.trim_start_matches('\u{feff}').as_bytes());
    assert_eq!(&reader.headers().unwrap()[1], "time");
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), usize::try_from(entries).unwrap());
    assert!(csv.body.starts_with('\u{feff}'));

    let path = "/vps/1/audit/export?format=jsonl&call=restart";
    let json = export(&admin, path).await.expect(200);
    let file = "attachment; filename=\"audit-vps-1-2026-05-28.jsonl\"";
    assert_eq!(json.header("content-disposition").unwrap(), file);
    let line: serde_json::Value = serde_json::from_str(json.body.trim_end()).unwrap();
    assert_eq!(line["person"], "person-0");
    assert_eq!(line["vps"], "Web 1");
    assert_eq!(line["outcome"], "accepted");
    assert_eq!(line["time"], "2026-05-28T20:26:40+00:00");
    assert_eq!(line["address"], "127.0.0.1");
    assert!(line["request_id"].as_str().unwrap().len() > 8);
    assert!(line["took_ms"].is_i64());
    let exports = "SELECT count(*) FROM audit WHERE what = 'audit-exported'
        AND parameters LIKE '%\"format\":\"jsonl\",\"call\":\"restart\"%' AND vps = 'Web 1'";
    assert_eq!(panel.count(exports).await, 1);
}

#[tokio::test]
async fn t_csvinj_nothing_in_an_exported_file_is_a_formula() {
    let (_panel, admin) = two_calls().await;
    let csv = export(&admin, "/audit/export?format=csv&vps=2").await;
    let csv = csv.expect(200).body;
    assert!(csv.contains("'=cmd|' /C calc'!A0"), "{csv}");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?}"
            );
        }
    }
}

#[tokio::test]
async fn t_ansi_no_control_character_is_in_an_exported_file() {
    let panel = Panel::start().await;
    let hostile = "a\u{1b}]0;x\u{7}\u{9b}2J\r\n\u{202e}b";
    let mut note = note(NOW_MS);
    note.who.person = hostile.into();
    note.event = note.event.with("word", hostile);
    audit::note(&panel.app.db, &note).await.unwrap();
    let admin = panel.sign_in(ADMIN).await;
    for format in ["csv", "jsonl"] {
        let path = format!("/audit/export?format={format}&call=sign-out");
        let body = export(&admin, &path).await.expect(200).body;
        let raw = body.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let steers = |letter: char| letter.is_control() || letter == '\u{202e}';
        let found: Vec<char> = raw
            .chars()
            .filter(|letter| *letter != '\n' && steers(*letter))
            .collect();
        assert!(found.is_empty(), "{format}: {found:?}");
    }
}

#[tokio::test]
async fn t_sqli_what_is_looked_for_is_a_word_and_never_a_statement() {
    let (panel, admin) = two_calls().await;
    let before = panel.count("SELECT count(*) FROM audit").await;
    for hostile in [
        "' OR 1=1 --",
        "1 OR 1=1",
        "'; DROP TABLE audit; --",
        "%",
        "\" OR \"\"=\"",
        "\\",
    ] {
        for field in ["person", "vps", "call", "outcome"] {
            let query: String = form_urlencoded::Serializer::new(String::new())
                .append_pair(field, hostile)
                .finish();
            let page = admin.open(&format!("/audit?{query}")).await.expect(200);
            page.must_show("Nothing is recorded here");
        }
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("from", hostile)
            .finish();
        admin.open(&format!("/audit?{query}")).await.expect(422);
    }
    assert_eq!(panel.count("SELECT count(*) FROM audit").await, before);
}

#[tokio::test]
async fn an_export_holds_what_its_reader_may_see_and_no_more() {
    let (panel, admin) = two_calls().await;
    let line = [("command", "secret-word")];
    admin.submit("/vps/1/shell", &line).await;
    panel.settle().await;
    let newcomer = panel.sign_in(NEWCOMER).await;
    let viewer = panel.sign_in(VIEWER).await;
    let with_shell = panel.sign_in(VIEWER_WITH_SHELL).await;
    for (visitor, calls, shell) in [
        (&newcomer, false, false),
        (&viewer, true, false),
        (&with_shell, true, true),
        (&admin, true, true),
    ] {
        for format in ["csv", "jsonl"] {
            let path = format!("/audit/export?format={format}");
            let body = export(visitor, &path).await.expect(200).body;
            assert_eq!(body.contains("restart"), calls);
            assert_eq!(body.contains("secret-word"), shell);
            let page = visitor.open("/audit").await.expect(200);
            assert_eq!(page.body.contains("secret-word"), shell);
            let own = body.matches("sign-in").count();
            assert!(own == 1 || std::ptr::eq(visitor, &admin), "{body}");
        }
    }
    export(&newcomer, "/vps/1/audit/export").await.expect(404);
}

#[tokio::test]
async fn rows_outlive_their_vps_in_an_export_too() {
    let (panel, admin) = two_calls().await;
    let fields = [("confirm_name", "Web 1")];
    admin.submit("/vps/1/remove", &fields).await.expect(303);
    let csv = export(&admin, "/audit/export").await.expect(200).body;
    assert!(csv.contains(",Web 1,1,restart,"), "{csv}");
    audit::verify(&panel.app.db, &[]).await.unwrap();
}

#[tokio::test]
async fn the_export_works_below_a_base_path_and_in_chinese_without_javascript() {
    let panel = Panel::with(Wish::at("https://ops.example.com/kiwi/")).await;
    let admin = panel.sign_in(ADMIN).await.in_chinese();
    let page = admin.open("/audit?call=sign-in").await.expect(200);
    page.must_show("导出 CSV");
    let tags = page.tags();
    let button = tags
        .iter()
        .find(|tag| tag.attribute("formaction").is_some())
        .unwrap();
    assert_eq!(button.attribute("formaction"), Some("/kiwi/audit/export"));
    assert_eq!(button.attribute("name"), Some("format"));
}
