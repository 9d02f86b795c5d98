//! The second factor: adding it, showing it, losing it; and what it keeps out.

use crate::answer::Answer;
use crate::log::Log;
use crate::panel::{ADMIN, PASSWORD, Panel, VIEWER};
use crate::phone::{APP, FACTOR, Phone, enrol, shown_codes, shown_seed};
use crate::site;
use crate::visitor::{Sent, Visitor};
use kiwideck::model::{audit, person};

pub(crate) const STEP: &str = "/sign-in/factor";

/// What a person has been told and nobody has put away, the newest first.
pub(crate) async fn notices(panel: &Panel, person_id: i64) -> Vec<String> {
    sqlx::query_scalar("SELECT what FROM notice WHERE person_id = ? ORDER BY id DESC")
        .bind(person_id)
        .fetch_all(&mut panel.sql().await)
        .await
        .unwrap()
}

/// Somebody new with an app: the row, the name, a browser that is signed in, the app, the codes.
pub(crate) async fn somebody(panel: &Panel) -> (i64, String, Visitor, Phone, Vec<String>) {
    let (id, name) = panel.person(VIEWER).await;
    let visitor = panel.sign_in_as(&name).await;
    let (phone, codes) = enrol(&visitor, panel).await;
    (id, name, visitor, phone, codes)
}

/// A new browser in which the password was right.
pub(crate) async fn half_way(panel: &Panel, name: &str) -> Visitor {
    let visitor = panel.stranger();
    to_half_way(&visitor, name).await;
    visitor
}

async fn to_half_way(visitor: &Visitor, name: &str) -> Answer {
    let fields = [
        ("username", name),
        ("password", PASSWORD),
        ("next", "/audit"),
    ];
    let answer = visitor.submit("/sign-in", &fields).await.expect(303);
    assert_eq!(answer.location(), "/sign-in/factor?next=%2Faudit");
    answer
}

async fn show(visitor: &Visitor, code: &str) -> Answer {
    visitor
        .submit(STEP, &[("code", code), ("next", "/audit")])
        .await
}

pub(crate) async fn is_signed_in(visitor: &Visitor) -> bool {
    visitor.open("/").await.status == 200
}

#[tokio::test]
async fn somebody_adds_an_app_and_signs_in_by_password_and_code() {
    let panel = Panel::start().await;
    let (_, name, first, phone, codes) = somebody(&panel).await;
    assert_eq!(codes.len(), 10);
    let page = first.open(FACTOR).await.expect(200);
    page.must_show("Move to another app").must_show("10 left");
    first.open("/account").await.must_show("Manage");
    let visitor = panel.stranger();
    let step = to_half_way(&visitor, &name).await;
    let page = visitor.follow(&step).await.expect(200);
    page.must_show("Second factor").must_show("One-time code");
    assert_eq!(page.field(STEP, "next").unwrap(), "/audit");
    let spaced = format!(" {} {} ", &phone.code()[..3], &phone.code()[3..]);
    let done = show(&visitor, &spaced).await.expect(303);
    assert_eq!(done.location(), "/audit");
    visitor.follow(&done).await.expect(200);
    assert!(visitor.cookie("kiwideck-pending").is_none());
    assert_eq!(panel.count("SELECT count(*) FROM pending_sign_in").await, 0);
    visitor.open(STEP).await.expect(303);
}

#[tokio::test]
async fn the_seed_stays_the_same_until_it_is_confirmed_and_is_forgotten_after_ten_minutes() {
    let panel = Panel::start().await;
    let (here, there) = (panel.sign_in(VIEWER).await, panel.sign_in(VIEWER).await);
    let phone = Phone::reads(&here, &panel).await;
    assert_eq!(phone.seed, shown_seed(&here.open(APP).await));
    assert_ne!(phone.seed, shown_seed(&there.open(APP).await));
    let wrong = here.submit(APP, &[("code", &*phone.wrong_code())]).await;
    assert_eq!(phone.seed, shown_seed(&wrong.expect(422)));
    here.open(FACTOR)
        .await
        .must_show("Add an authenticator app")
        .must_not_show("Move to");
    assert_eq!(panel.count("SELECT count(*) FROM totp").await, 0);
    let kept = || {
        let seed = panel.app.factors.enrolment(1, panel.clock.now_s()).unwrap();
        seed.base32().reveal().to_owned()
    };
    assert_eq!(phone.seed, kept());
    panel.clock.turn(600);
    assert_ne!(phone.seed, kept());
}

#[tokio::test]
async fn t_2fa_state_half_a_sign_in_opens_nothing() {
    let (panel, vps) = Panel::with_one_vps().await;
    let (_, name, ..) = somebody(&panel).await;
    let half = half_way(&panel, &name).await;
    // As a session's too, in case somebody takes the one for the other.
    half.set_cookie("kiwideck", &half.cookie("kiwideck-pending").unwrap());
    let form = ("content-type", "application/x-www-form-urlencoded");
    let origin = ("origin", "http://127.0.0.1:8080");
    for route in site::private() {
        for method in route.methods() {
            let path = route.path(&vps);
            let sent = Sent {
                method,
                path: &path,
                headers: &[form, origin],
                ..Sent::default()
            };
            let answer = half.send(sent).await.expect(303);
            let target = answer.location();
            assert_eq!(target.split('?').next(), Some("/sign-in"), "{path}");
        }
    }
    half.open("/").await.expect(303);
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn t_2fa_state_half_a_sign_in_ends_by_leaving_by_time_and_with_the_password() {
    let panel = Panel::start().await;
    let (id, name, _, phone, _) = somebody(&panel).await;
    let left = half_way(&panel, &name).await;
    let thief = left.copied();
    left.submit("/sign-in/factor/leave", &[]).await.expect(303);
    assert!(left.cookie("kiwideck-pending").is_none());
    let late = half_way(&panel, &name).await;
    panel.clock.turn(600);
    for gone in [&thief, &late] {
        assert_eq!(
            show(gone, &phone.code()).await.expect(303).location(),
            "/sign-in"
        );
        assert!(!is_signed_in(gone).await);
    }
    let old = half_way(&panel, &name).await;
    person::set_password(&panel.app.db, id, "another hash", &panel.note())
        .await
        .unwrap();
    show(&old, &phone.code()).await.expect(303);
    assert!(!is_signed_in(&old).await);
}

#[tokio::test]
async fn t_2fa_state_the_password_is_no_second_factor() {
    let panel = Panel::start().await;
    let (_, name, ..) = somebody(&panel).await;
    let half = half_way(&panel, &name).await;
    let answer = half.submit(STEP, &[("password", PASSWORD)]).await;
    answer.expect(422).must_show("That is not right");
    half.submit(STEP, &[])
        .await
        .expect(422)
        .must_show("Required");
    assert!(!is_signed_in(&half).await);
}

#[tokio::test]
async fn t_fixation_the_second_factor_gives_a_new_token_and_ends_the_one_before() {
    let panel = Panel::start().await;
    let (_, name, visitor, phone, _) = somebody(&panel).await;
    let before = visitor.copied();
    to_half_way(&visitor, &name).await;
    let pending = visitor.cookie("kiwideck-pending").unwrap();
    show(&visitor, &phone.code()).await.expect(303);
    let after = visitor.cookie("kiwideck").unwrap();
    assert_ne!(before.cookie("kiwideck").unwrap(), after);
    assert_ne!(pending, after);
    assert!(!is_signed_in(&before).await);
    assert!(is_signed_in(&visitor).await);
}

#[tokio::test]
async fn t_totp_a_code_works_once() {
    let panel = Panel::start().await;
    let (_, name, _, phone, _) = somebody(&panel).await;
    let (here, there) = (half_way(&panel, &name).await, half_way(&panel, &name).await);
    let code = phone.code();
    let (one, other) = tokio::join!(show(&here, &code), show(&there, &code));
    let mut answers = [one.status.as_u16(), other.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 422]);
    let again = half_way(&panel, &name).await;
    show(&again, &code).await.expect(422);
    // An older one that was never used is no better.
    show(&again, &phone.code_in(-1)).await.expect(422);
    panel.clock.turn(30);
    show(&again, &phone.code()).await.expect(303);
}

#[tokio::test]
async fn t_totp_the_code_that_turned_it_on_does_not_sign_in() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(VIEWER).await;
    let visitor = panel.sign_in_as(&name).await;
    let phone = Phone::reads(&visitor, &panel).await;
    let code = phone.code();
    visitor.submit(APP, &[("code", &*code)]).await.expect(200);
    let half = half_way(&panel, &name).await;
    show(&half, &code).await.expect(422);
}

#[tokio::test]
async fn t_totp_five_guesses_are_looked_at_however_many_come_and_a_restart_forgets_none() {
    let panel = Panel::start().await;
    let (id, name, _, phone, codes) = somebody(&panel).await;
    let half = half_way(&panel, &name).await;
    let wrong = phone.wrong_code();
    let guesses = (0..20).map(|_| show(&half, &wrong));
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 422);
    assert_eq!(looked_at.count(), 5);
    let held = answers.iter().find(|answer| answer.status == 429).unwrap();
    assert_eq!(held.header("retry-after").unwrap(), "900");
    assert_eq!(notices(&panel, id).await, ["codes-guessed", "factor-added"]);
    let panel = panel.started_again().await.unwrap();
    let half = half_way(&panel, &name).await;
    show(&half, &phone.code()).await.expect(429);
    // Whoever knows the password alone does not keep the person out.
    show(&half, &codes[0]).await.expect(303);
    // One guess after each wait, until one is right.
    let half = half_way(&panel, &name).await;
    panel.clock.turn(900);
    let half = match half.open(STEP).await.status.as_u16() {
        200 => half,
        _ => half_way(&panel, &name).await,
    };
    show(&half, &wrong).await.expect(422);
    show(&half, &phone.code()).await.expect(429);
    panel.clock.turn(900);
    let half = half_way(&panel, &name).await;
    show(&half, &phone.code()).await.expect(303);
    let half = half_way(&panel, &name).await;
    show(&half, &wrong).await.expect(422);
    show(&half, &wrong).await.expect(422);
}

#[tokio::test]
async fn t_totp_what_is_no_code_costs_no_guess() {
    let panel = Panel::start().await;
    let (_, name, _, phone, _) = somebody(&panel).await;
    let half = half_way(&panel, &name).await;
    for typed in [
        "12345",
        "1234567",
        "１２３４５６",
        "abcdef",
        "12345a",
        "0x1234",
    ] {
        show(&half, typed).await.expect(422);
    }
    show(&half, &phone.code()).await.expect(303);
}

#[tokio::test]
async fn a_recovery_code_works_once_and_the_person_is_told() {
    let panel = Panel::start().await;
    let (id, name, first, _, codes) = somebody(&panel).await;
    let half = half_way(&panel, &name).await;
    show(&half, "abcd-efgh-ijkm-npqr").await.expect(422);
    show(&half, &codes[3].to_uppercase()).await.expect(303);
    let again = half_way(&panel, &name).await;
    show(&again, &codes[3]).await.expect(422);
    assert!(
        notices(&panel, id)
            .await
            .contains(&"recovery-code-used".to_owned())
    );
    first.open(FACTOR).await.must_show("9 left");
    for code in &codes[4..10] {
        show(&half_way(&panel, &name).await, code).await.expect(303);
    }
    assert!(
        notices(&panel, id)
            .await
            .contains(&"recovery-codes-few".to_owned())
    );
    first.open(FACTOR).await.must_show("3 left");
}

#[tokio::test]
async fn t_totp_of_many_who_use_one_recovery_code_at_once_one_comes_in() {
    let panel = Panel::start().await;
    let (_, name, first, _, codes) = somebody(&panel).await;
    let mut halves = Vec::new();
    for _ in 0..8 {
        halves.push(half_way(&panel, &name).await);
    }
    let shown = halves.iter().map(|half| show(half, &codes[0]));
    let answers = futures_util::future::join_all(shown).await;
    let inside = answers.iter().filter(|answer| answer.status == 303);
    assert_eq!(inside.count(), 1);
    let used = "SELECT count(*) FROM audit WHERE what = 'recovery-code-used'";
    assert_eq!(panel.count(used).await, 1);
    first.open(FACTOR).await.must_show("9 left");
}

#[tokio::test]
async fn a_right_password_without_the_second_factor_stands_in_the_log() {
    let panel = Panel::start().await;
    let (id, name, first, ..) = somebody(&panel).await;
    half_way(&panel, &name).await;
    let rows: Vec<(i64, String, String)> =
        sqlx::query_as("SELECT person_id, person, outcome FROM audit WHERE what = 'sign-in-half'")
            .fetch_all(&mut panel.sql().await)
            .await
            .unwrap();
    assert_eq!(rows, [(id, name, "accepted".to_owned())]);
    first.open("/audit").await.must_show("Password right");
    let page = first.in_chinese().open("/audit").await;
    page.must_show("密码正确");
}

#[tokio::test]
async fn recovery_codes_are_guessed_no_faster_than_passwords() {
    let panel = Panel::start().await;
    let (_, name, ..) = somebody(&panel).await;
    let half = half_way(&panel, &name).await;
    for _ in 0..10 {
        show(&half, "abcd-efgh-ijkm-npqr").await.expect(422);
    }
    let held = show(&half, "abcd-efgh-ijkm-npqr").await.expect(429);
    assert_eq!(held.header("retry-after").unwrap(), "30");
}

#[tokio::test]
async fn new_recovery_codes_end_the_old_ones() {
    let panel = Panel::start().await;
    let (_, name, first, _, old) = somebody(&panel).await;
    let page = first
        .submit("/account/second-factor/codes", &[])
        .await
        .expect(200);
    page.must_show("shown only now")
        .must_show("I have kept them");
    assert_eq!(page.header("cache-control").unwrap(), "no-store");
    let new = shown_codes(&page);
    let half = half_way(&panel, &name).await;
    show(&half, &old[0]).await.expect(422);
    show(&half, &new[0]).await.expect(303);
}

#[tokio::test]
async fn a_factor_is_changed_only_with_a_fresh_proof() {
    let panel = Panel::start().await;
    let (_, _, visitor, phone, _) = somebody(&panel).await;
    panel.clock.turn(301);
    let asked = visitor.open(APP).await.expect(303);
    assert!(asked.location().starts_with("/prove?next="));
    for path in [
        APP,
        "/account/second-factor/app/remove",
        "/account/second-factor/codes",
    ] {
        let held = visitor.submit(path, &[("code", &*phone.code())]).await;
        assert!(held.expect(303).location().starts_with("/prove/"));
    }
    assert_eq!(panel.count("SELECT count(*) FROM totp").await, 1);
}

#[tokio::test]
async fn without_a_factor_the_password_is_enough_again() {
    let panel = Panel::start().await;
    let (_, name, visitor, ..) = somebody(&panel).await;
    let gone = visitor
        .submit("/account/second-factor/app/remove", &[])
        .await;
    assert_eq!(gone.expect(303).location(), FACTOR);
    for table in ["totp", "recovery_code", "pending_sign_in"] {
        let query = match table {
            "totp" => "SELECT count(*) FROM totp",
            "recovery_code" => "SELECT count(*) FROM recovery_code",
            _ => "SELECT count(*) FROM pending_sign_in",
        };
        assert_eq!(panel.count(query).await, 0, "{table}");
    }
    panel.sign_in_as(&name).await.open("/").await.expect(200);
}

#[tokio::test]
async fn t_secret_leak_the_seed_and_the_recovery_codes_are_on_their_page_alone() {
    let (log, _guard) = Log::begin();
    let (panel, _) = Panel::with_one_vps().await;
    let (_, name) = panel.person(ADMIN).await;
    let visitor = panel.sign_in_as(&name).await;
    let (phone, codes) = enrol(&visitor, &panel).await;
    let half = half_way(&panel, &name).await;
    let mut pages = vec![
        half.open(STEP).await,
        show(&half, &phone.wrong_code()).await,
    ];
    pages.push(show(&half, &phone.code()).await.expect(303));
    pages.push(
        show(&half_way(&panel, &name).await, &codes[0])
            .await
            .expect(303),
    );
    // A crawl would look at the enrolment page, which shows a seed: another one by now.
    pages.extend(site::crawl(&panel, &half).await);
    let groups: Vec<&str> = (0..8).map(|at| &phone.seed[4 * at..4 * at + 4]).collect();
    let mut canaries = vec![phone.seed.clone(), groups.join(" ")];
    canaries.extend(
        codes
            .iter()
            .flat_map(|code| [code.clone(), code.replace('-', "")]),
    );
    let mut places: Vec<(String, String)> = pages
        .iter()
        .map(|page| {
            (
                page.asked.clone(),
                format!("{:?}{}", page.headers, page.body),
            )
        })
        .collect();
    places.push(("the log".to_owned(), log.text()));
    for file in ["kiwideck.db", "kiwideck.db-wal"] {
        let bytes = std::fs::read(panel.folder().join(file)).unwrap();
        places.push((
            file.to_owned(),
            String::from_utf8_lossy(&bytes).into_owned(),
        ));
    }
    for (place, text) in &places {
        for (index, canary) in canaries.iter().enumerate() {
            assert!(!text.contains(canary), "secret {index} is in {place}");
        }
    }
    let entries = audit::page(&panel.app.db, &audit::Search::default(), audit::PAGE)
        .await
        .unwrap();
    assert!(
        entries
            .iter()
            .any(|entry| entry.what == "recovery-code-used")
    );
}
