//! The database and the master key when something is the matter with them.

use crate::panel::{ADMIN, BEGINNING_S, MANAGER, Panel};
use kiwideck::model::person::{self, Role};
use kiwideck::simulator::Machine;
use sqlx::Executor;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

/// One line that a person can act on.
#[track_caller]
fn says(panel: Result<Panel, kiwideck::start::StartError>, words: &str) {
    let Err(error) = panel else {
        panic!("it started");
    };
    let line = error.to_string();
    assert!(line.contains(words), "{line}");
    assert!(!line.contains('\n'), "{line}");
}

#[tokio::test]
async fn r_full_what_cannot_be_recorded_is_not_sent() {
    let (panel, vps) = Panel::with_one_vps().await;
    let manager = panel.sign_in(MANAGER).await;
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END";
    panel.sql().await.execute(full).await.unwrap();
    let answer = manager
        .submit(&format!("/vps/{}/call/restart", vps.id), &[])
        .await
        .expect(503);
    answer
        .must_show("Nothing was sent")
        .must_show("could not be written to the audit log");
    assert!(panel.heard().is_empty());
    // Reading still works, and all is well when there is room again.
    manager.open("/").await.expect(200).must_show("Running");
    panel
        .sql()
        .await
        .execute("DROP TRIGGER full")
        .await
        .unwrap();
    manager
        .submit(&format!("/vps/{}/call/restart", vps.id), &[])
        .await
        .expect(303);
    assert_eq!(panel.heard(), ["restart"]);
}

#[tokio::test]
async fn r_full_a_change_whose_audit_row_cannot_be_written_is_not_made() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, name) = panel.person(MANAGER).await;
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END";
    panel.sql().await.execute(full).await.unwrap();
    let before = panel.count("SELECT count(*) FROM person").await;
    let rights =
        "SELECT count(*) + 10 * (SELECT count(*) FROM link) FROM grant WHERE level = 'manage'";
    let rights_before = panel.count(rights).await;
    let standing = [("role", "admin")];
    let person = [("username", "ghost")];
    let grant = [("scope", "vps:1"), ("level", "manage")];
    let label = [("label", "Renamed"), ("veid", vps.veid.as_str())];
    let confirmed = [("confirm_name", vps.label.as_str())];
    let (of_person, of_vps) = (format!("/people/{id}"), format!("/vps/{}", vps.id));
    let changes: [(String, &[(&str, &str)]); 9] = [
        (of_person.clone(), &standing),
        (format!("{of_person}/link"), &[]),
        (format!("{of_person}/grants"), &grant),
        (format!("{of_person}/grants/1"), &[("level", "view")]),
        (format!("{of_person}/grants/1/take"), &[]),
        (format!("{of_person}/disable"), &[]),
        ("/people".to_owned(), &person),
        (format!("{of_vps}/edit"), &label),
        (format!("{of_vps}/remove"), &confirmed),
    ];
    for (path, fields) in changes {
        admin.submit(&path, fields).await.expect(503);
    }
    panel
        .sql()
        .await
        .execute("DROP TRIGGER full")
        .await
        .unwrap();
    let person = person::find(&panel.app.db, id, panel.clock.now_s())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((person.name, person.role), (name, Role::Member));
    assert_eq!(person.disabled_at, None);
    assert_eq!(panel.count("SELECT count(*) FROM person").await, before);
    assert_eq!(panel.vps(vps.id).await.label, vps.label);
    assert_eq!(panel.count(rights).await, rights_before);
}

#[tokio::test]
async fn r_full_an_outcome_that_cannot_be_written_is_still_shown() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON audit WHEN NEW.phase = 'outcome' BEGIN SELECT RAISE(ABORT, 'no room'); END";
    panel.sql().await.execute(full).await.unwrap();
    let sent = admin
        .submit(&format!("/vps/{}/call/restart", vps.id), &[])
        .await
        .expect(303);
    admin
        .follow(&sent)
        .await
        .expect(200)
        .must_show("Restart: Accepted");
    panel
        .sql()
        .await
        .execute("DROP TRIGGER full")
        .await
        .unwrap();
    // Nobody wrote how it ended: after a start nobody knows.
    let again = panel.started_again().await.unwrap();
    let admin = again.sign_in(ADMIN).await;
    admin
        .follow(&sent)
        .await
        .expect(200)
        .must_show("Restart: Unknown");
}

#[tokio::test]
async fn r_lock_a_locked_database_is_a_clear_answer_in_bounded_time() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let mut other = panel.sql().await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let began = Instant::now();
    let path = format!("/vps/{}/call/restart", vps.id);
    let answer = admin.submit(&path, &[]).await.expect(503);
    answer.must_show("Nothing was sent");
    let waited = began.elapsed();
    assert!(waited < Duration::from_secs(9), "{waited:?}");
    // Reading goes on meanwhile.
    admin.open("/").await.expect(200).must_show("Running");
    other.execute("ROLLBACK").await.unwrap();
    admin.submit(&path, &[]).await.expect(303);
    assert_eq!(panel.heard(), ["restart"]);
}

#[tokio::test]
async fn r_migr_a_database_that_is_newer_than_the_program_is_refused() {
    let panel = Panel::start().await;
    panel.app.db.close().await;
    let newer =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'later', 1, x'00', 0)";
    panel.sql().await.execute(newer).await.unwrap();
    says(
        panel.started_again().await,
        "written by a newer Kiwideck (migration 9999)",
    );
}

#[tokio::test]
async fn r_corrupt_a_file_that_is_no_database_is_named_and_left_alone() {
    let panel = Panel::start().await;
    panel.app.db.close().await;
    let foreign = b"this is no database, but something that somebody may still want".repeat(100);
    std::fs::write(panel.database(), &foreign).unwrap();
    says(
        panel.started_again().await,
        "is damaged or is not a database; it was left as it is",
    );
    assert!(std::fs::read(panel.database()).unwrap() == foreign);
}

#[tokio::test]
async fn r_corrupt_damage_in_the_middle_is_noticed_at_the_start() {
    let (panel, _) = Panel::with_one_vps().await;
    panel.app.db.close().await;
    let mut bytes = std::fs::read(panel.database()).unwrap();
    for page in bytes.chunks_mut(4096).skip(1) {
        page[..200].fill(0xa5);
    }
    std::fs::write(panel.database(), &bytes).unwrap();
    says(panel.started_again().await, "damaged");
}

#[tokio::test]
async fn a_master_key_that_is_missing_wrong_or_exposed_stops_the_start_in_one_line() {
    let (panel, _) = Panel::with_one_vps().await;
    let file = panel.master_key_file();
    let right = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    says(panel.started_again().await, "KIWIDECK_MASTER_KEY_FILE");
    assert!(!file.exists(), "a new key was made over sealed ones");
    // Another panel's key.
    let other = Panel::start().await;
    std::fs::copy(other.master_key_file(), &file).unwrap();
    says(
        panel.started_again().await,
        "KIWIDECK_MASTER_KEY_FILE names the wrong file",
    );
    std::fs::write(&file, "no key at all").unwrap();
    says(panel.started_again().await, "does not hold a key");
    std::fs::write(&file, &right).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    says(panel.started_again().await, "chmod 600");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let again = panel.started_again().await.unwrap();
    again
        .sign_in(ADMIN)
        .await
        .open("/")
        .await
        .must_show("Web 1");
}

#[tokio::test]
async fn a_backup_under_way_opens_elsewhere_with_the_same_key_and_holds_no_master_key() {
    let (panel, _) = Panel::with_one_vps().await;
    panel
        .sign_in(ADMIN)
        .await
        .submit("/vps/1/call/restart", &[])
        .await
        .expect(303);
    let copy = panel.folder().join("copy.db");
    panel.app.db.copy_to(&copy).await.unwrap();
    assert!(
        panel.app.db.copy_to(&copy).await.is_err(),
        "it was written over"
    );
    let key = std::fs::read_to_string(panel.master_key_file()).unwrap();
    let bytes = std::fs::read(&copy).unwrap();
    assert!(!bytes.windows(20).any(|part| part == &key.as_bytes()[..20]));
    panel.app.db.close().await;
    for rest in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(panel.folder().join(format!("kiwideck.db{rest}")));
    }
    std::fs::rename(&copy, panel.database()).unwrap();
    let again = panel.started_again().await.unwrap();
    let admin = again.sign_in(ADMIN).await;
    admin.open("/audit").await.must_show("Restart Accepted");
    let sent = admin.submit("/vps/1/call/getRateLimitStatus", &[]).await;
    admin
        .follow(&sent)
        .await
        .expect(200)
        .must_show("Call budget: Answered");
}

#[tokio::test]
async fn the_audit_log_only_grows() {
    let (panel, _) = Panel::with_one_vps().await;
    panel
        .sign_in(ADMIN)
        .await
        .submit("/vps/1/call/restart", &[])
        .await
        .expect(303);
    let mut sql = panel.sql().await;
    for change in ["DELETE FROM audit", "UPDATE audit SET person = 'nobody'"] {
        let error = sql.execute(change).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{error}");
    }
}

#[tokio::test]
async fn a_removed_vps_or_person_stays_in_the_audit_log_by_name() {
    let panel = Panel::start().await;
    let vps = panel
        .add(Machine::kvm(100_001).labelled("Short-lived"))
        .await;
    let admin = panel.sign_in(ADMIN).await;
    admin
        .submit(&format!("/vps/{}/call/stop", vps.id), &[])
        .await
        .expect(303);
    let fields = [("confirm_name", "Short-lived")];
    admin
        .submit(&format!("/vps/{}/remove", vps.id), &fields)
        .await
        .expect(303);
    admin
        .open("/audit")
        .await
        .must_show("Short-lived Stop Accepted");
    let began = panel.count("SELECT min(at_ms) FROM audit").await;
    assert_eq!(began, BEGINNING_S * 1000);
}
