//! Signing in: who is held back, when a session ends, and what its cookie is.

use crate::panel::{ADMIN, MANAGER, OPERATOR, PASSWORD, Panel, VIEWER, Wish};
use crate::visitor::{Sent, Visitor};
use kiwideck::actions;
use kiwideck::kiwivm::calls::find;
use kiwideck::model::audit::Who;
use kiwideck::model::{person, session};
use kiwideck::perform::{self, Order, PerformError};

const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;

async fn try_password(visitor: &Visitor, name: &str, password: &str) -> crate::answer::Answer {
    let fields = [("username", name), ("password", password)];
    visitor.submit("/sign-in", &fields).await
}

async fn is_signed_in(visitor: &Visitor) -> bool {
    visitor.open("/").await.status == 200
}

#[tokio::test]
async fn somebody_signs_in_comes_back_to_the_page_they_wanted_and_signs_out() {
    let (panel, vps) = Panel::with_one_vps().await;
    let (_, name) = panel.person(VIEWER).await;
    let visitor = panel.stranger();
    let wanted = format!("/vps/{}/call/getSshKeys", vps.id);
    let turned_away = visitor.open(&wanted).await.expect(303);
    let page = visitor.follow(&turned_away).await.expect(200);
    page.must_show("Sign in");
    assert_eq!(page.field("/sign-in", "next").unwrap(), wanted);
    let fields = [
        ("username", name.as_str()),
        ("password", PASSWORD),
        ("next", &wanted),
    ];
    let signed_in = visitor.submit("/sign-in", &fields).await.expect(303);
    visitor
        .follow(&signed_in)
        .await
        .expect(200)
        .must_show("SSH keys");
    visitor
        .open("/")
        .await
        .must_show(&format!("Signed in as {name}"));
    let thief = visitor.copied();
    let out = visitor.submit("/sign-out", &[]).await.expect(303);
    assert_eq!(out.location(), "/sign-in");
    assert!(visitor.cookie("kiwideck").is_none());
    assert!(!is_signed_in(&thief).await);
}

#[tokio::test]
async fn t_canon_a_name_is_the_same_however_it_is_typed() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(VIEWER).await;
    assert_eq!(name, "person-0");
    for typed in [
        "PERSON-0",
        "  person-0 ",
        "ｐｅｒｓｏｎ-0",
        "per\u{200b}son-0",
        "p\u{fe0f}e\u{34f}r\u{3164}s\u{2800}on-0\u{e0020}",
    ] {
        try_password(&panel.stranger(), typed, PASSWORD)
            .await
            .expect(303);
    }
}

#[tokio::test]
async fn t_enum_unknown_wrong_and_disabled_answer_alike_after_the_same_work() {
    let panel = Panel::start().await;
    let (_, known) = panel.person(ADMIN).await;
    let (disabled_id, disabled) = panel.person(VIEWER).await;
    person::set_disabled(&panel.app.db, disabled_id, Some(1), &panel.note())
        .await
        .unwrap();
    let cases = [
        ("nobody-at-all", PASSWORD),
        (&known, "a wrong password"),
        (&disabled, PASSWORD),
        ("", ""),
    ];
    let mut words = Vec::new();
    for (name, password) in cases {
        let before = panel.app.hasher.computed();
        let answer = try_password(&panel.stranger(), name, password)
            .await
            .expect(422);
        assert_eq!(panel.app.hasher.computed() - before, 1, "{name:?}");
        assert!(answer.header("set-cookie").is_none());
        assert_eq!(answer.field("/sign-in", "username").unwrap(), name);
        assert_eq!(answer.field("/sign-in", "password").unwrap(), "");
        words.push(answer.text());
    }
    assert!(
        words.iter().all(|text| text == &words[0]),
        "the words differ"
    );
}

#[tokio::test]
async fn t_login_dos_after_ten_wrong_passwords_the_wait_is_said_at_once() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(VIEWER).await;
    let guesser = panel.stranger().from("192.0.2.7");
    for _ in 0..10 {
        try_password(&guesser, &name, "wrong").await.expect(422);
    }
    let before = panel.app.hasher.computed();
    let held = try_password(&guesser, &name, PASSWORD).await.expect(429);
    assert_eq!(held.header("retry-after").unwrap(), "30");
    held.must_show("Too many wrong passwords. Wait 30");
    // Another name from there has to wait too.
    try_password(&guesser, "another", PASSWORD)
        .await
        .expect(429);
    assert_eq!(panel.app.hasher.computed(), before, "a hash was computed");
    // The person comes in from elsewhere.
    try_password(&panel.stranger().from("198.51.100.1"), &name, PASSWORD)
        .await
        .expect(303);
    panel.clock.turn(30);
    try_password(&guesser, &name, "wrong").await.expect(422);
    let held = try_password(&guesser, &name, "wrong").await.expect(429);
    assert_eq!(held.header("retry-after").unwrap(), "60", "the wait grows");
    panel.clock.turn(60);
    try_password(&guesser, &name, PASSWORD).await.expect(303);
}

#[tokio::test]
async fn t_xff_spoofed_addresses_give_no_further_guess() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(VIEWER).await;
    let mut answers = Vec::new();
    for index in 0..1000 {
        let address = format!("203.0.{}.{}", index / 250, index % 250);
        let forwarded = format!("for={address}");
        let headers = [
            ("x-forwarded-for", address.as_str()),
            ("x-real-ip", &address),
            ("forwarded", &forwarded),
            ("cf-connecting-ip", &address),
        ];
        let fields = [("username", name.as_str()), ("password", "wrong")];
        answers.push(
            panel
                .stranger()
                .submit_with("/sign-in", &headers, &fields)
                .await
                .status,
        );
    }
    assert!(answers[..10].iter().all(|status| *status == 422));
    assert!(answers[10..].iter().all(|status| *status == 429));
}

#[tokio::test]
async fn t_xff_behind_a_trusted_proxy_the_right_most_strange_hop_counts() {
    let wish = Wish {
        settings: vec![("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8".to_owned())],
        ..Wish::default()
    };
    let panel = Panel::with(wish).await;
    let (_, name) = panel.person(VIEWER).await;
    let fields = [("username", name.as_str()), ("password", "wrong")];
    let guess = async |hops: String| {
        let headers = [("x-forwarded-for", hops.as_str())];
        panel
            .stranger()
            .submit_with("/sign-in", &headers, &fields)
            .await
            .status
            .as_u16()
    };
    for index in 0..10 {
        assert_eq!(
            guess(format!("198.51.100.{index}, 203.0.113.9, 10.1.2.3")).await,
            422
        );
    }
    assert_eq!(guess("198.51.100.200, 203.0.113.9".to_owned()).await, 429);
    assert_eq!(guess("203.0.113.10".to_owned()).await, 422);
}

#[tokio::test]
async fn t_fixation_each_sign_in_has_a_token_of_its_own_and_only_its_hash_is_kept() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(VIEWER).await;
    let visitor = panel.stranger();
    let chosen = "A".repeat(43);
    visitor.set_cookie("kiwideck", &chosen);
    try_password(&visitor, &name, PASSWORD).await.expect(303);
    let first = visitor.cookie("kiwideck").unwrap();
    try_password(&visitor, &name, PASSWORD).await.expect(303);
    let second = visitor.cookie("kiwideck").unwrap();
    assert!(
        first != chosen && second != first && first.len() >= 43,
        "a token was kept"
    );
    let bytes = std::fs::read(panel.folder().join("kiwideck.db-wal")).unwrap();
    for token in [first, second] {
        assert!(
            !bytes
                .windows(token.len())
                .any(|part| part == token.as_bytes())
        );
    }
}

#[tokio::test]
async fn a_cookie_says_how_it_is_bound() {
    let cases = [
        (Wish::default(), "kiwideck=", "Path=/", false),
        (
            Wish::at("https://ops.example.com/"),
            "__Host-kiwideck=",
            "Path=/",
            true,
        ),
        (
            Wish::at("https://ops.example.com/kiwi/"),
            "__Secure-kiwideck=",
            "Path=/kiwi/",
            true,
        ),
        (
            Wish::at("http://127.0.0.1:8080/kiwi"),
            "kiwideck=",
            "Path=/kiwi/",
            false,
        ),
    ];
    for (wish, name, path, secure) in cases {
        let panel = Panel::with(wish).await;
        let (_, person) = panel.person(VIEWER).await;
        let answer = try_password(&panel.stranger(), &person, PASSWORD)
            .await
            .expect(303);
        let cookie = answer.header("set-cookie").unwrap();
        let parts: Vec<&str> = cookie.split("; ").collect();
        assert!(parts[0].starts_with(name), "{name} at {path}");
        assert!(parts.contains(&"HttpOnly") && parts.contains(&"SameSite=Lax"));
        assert!(parts.contains(&path), "{path}");
        assert_eq!(parts.contains(&"Secure"), secure, "{path}");
        assert!(!cookie.contains("Domain") && !cookie.contains("Max-Age"));
    }
}

#[tokio::test]
async fn t_revoke_what_an_admin_changes_about_a_person_signs_them_out_at_once() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let changes: [(&str, &[(&str, &str)]); 2] = [("", &[("role", "admin")]), ("/disable", &[])];
    for (rest, fields) in changes {
        let (id, name) = panel.person(MANAGER).await;
        let (here, there) = (panel.sign_in_as(&name).await, panel.sign_in_as(&name).await);
        admin
            .submit(&format!("/people/{id}{rest}"), fields)
            .await
            .expect(303);
        assert!(
            !is_signed_in(&here).await && !is_signed_in(&there).await,
            "{rest}"
        );
    }
    assert!(is_signed_in(&admin).await);
}

#[tokio::test]
async fn t_revoke_ones_own_new_password_ends_all_other_sessions() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(OPERATOR).await;
    let (here, there) = (panel.sign_in_as(&name).await, panel.sign_in_as(&name).await);
    let thief = here.copied();
    let new = "a new and good password";
    let wrong = [("present", "wrong"), ("password", new), ("repeated", new)];
    let answer = here.submit("/account/password", &wrong).await.expect(422);
    answer.must_show("This is not your current password");
    assert!(!answer.body.contains(new));
    let right = [("present", PASSWORD), ("password", new), ("repeated", new)];
    here.submit("/account/password", &right).await.expect(303);
    assert!(is_signed_in(&here).await);
    assert!(!is_signed_in(&there).await && !is_signed_in(&thief).await);
    try_password(&panel.stranger(), &name, PASSWORD)
        .await
        .expect(422);
    try_password(&panel.stranger(), &name, new)
        .await
        .expect(303);
}

#[tokio::test]
async fn the_present_password_cannot_be_guessed_with_a_stolen_session() {
    let panel = Panel::start().await;
    let thief = panel.sign_in(VIEWER).await;
    let new = "a new and good password";
    for guess in 0..12 {
        let guess = format!("guess {guess}");
        let fields = [
            ("present", guess.as_str()),
            ("password", new),
            ("repeated", new),
        ];
        let answer = thief.submit("/account/password", &fields).await.expect(422);
        if guess == "guess 11" {
            answer.must_show("Too many wrong passwords");
        }
    }
}

#[tokio::test]
async fn a_session_ends_after_eight_idle_hours_and_a_timer_does_not_keep_it() {
    let (panel, vps) = Panel::with_one_vps().await;
    let (watching, working) = (panel.sign_in(VIEWER).await, panel.sign_in(VIEWER).await);
    panel.clock.turn(5 * HOUR_S);
    // Requests of a page that refreshes itself, with htmx and without.
    watching.poll("/").await.expect(200);
    watching
        .open(&format!("/vps/{}?again=1", vps.id))
        .await
        .expect(200);
    // A form is a person's, whatever stands in its address.
    working
        .submit("/theme?again=1", &[("theme", "dark")])
        .await
        .expect(303);
    panel.clock.turn(4 * HOUR_S);
    watching.poll("/").await.expect(401);
    assert!(!is_signed_in(&watching).await);
    assert!(is_signed_in(&working).await);
    panel.clock.turn(8 * HOUR_S + 1);
    assert!(!is_signed_in(&working).await);
}

#[tokio::test]
async fn a_session_ends_after_seven_days_whatever_is_done_in_it() {
    let panel = Panel::start().await;
    let busy = panel.sign_in(VIEWER).await;
    for _ in 0..(7 * DAY_S / (7 * HOUR_S)) {
        panel.clock.turn(7 * HOUR_S);
        assert!(is_signed_in(&busy).await);
    }
    panel.clock.turn(HOUR_S);
    assert!(!is_signed_in(&busy).await);
}

#[tokio::test]
async fn r_clock_a_clock_that_is_far_off_makes_no_endless_session() {
    let panel = Panel::start().await;
    let visitor = panel.sign_in(VIEWER).await;
    panel.clock.turn(-HOUR_S);
    assert!(is_signed_in(&visitor).await, "a small correction ends it");
    panel.clock.turn(-3 * 365 * DAY_S);
    assert!(!is_signed_in(&visitor).await);
}

#[tokio::test]
async fn t_hash_dos_an_endless_password_is_not_hashed() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(VIEWER).await;
    let before = panel.app.hasher.computed();
    let stranger = panel.stranger();
    for (long, status) in [("x".repeat(2_000), 422), ("x".repeat(900_000), 413)] {
        try_password(&stranger, &name, &long).await.expect(status);
    }
    assert_eq!(panel.app.hasher.computed(), before);
}

#[tokio::test]
async fn a_head_request_is_answered_without_a_body() {
    let panel = Panel::start().await;
    panel.person(ADMIN).await;
    let sent = Sent {
        method: axum::http::Method::HEAD,
        path: "/sign-in",
        ..Sent::default()
    };
    let answer = panel.stranger().send(sent).await.expect(200);
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn t_revoke_a_sign_in_under_way_does_not_outlive_the_password() {
    let panel = Panel::start().await;
    let (id, _) = panel.person(VIEWER).await;
    let old = person::password_hash(&panel.app.db, id)
        .await
        .unwrap()
        .unwrap();
    person::set_password(&panel.app.db, id, "another hash", &panel.note())
        .await
        .unwrap();
    let proved = session::Proved {
        person_id: id,
        password_hash: &old,
    };
    let origin = session::Origin::default();
    let token = session::begin(&panel.app.db, proved, &origin, &panel.note()).await;
    assert!(token.unwrap().is_none());
    assert_eq!(panel.count("SELECT count(*) FROM session").await, 0);
}

#[tokio::test]
async fn t_revoke_the_gate_asks_again_whether_the_session_holds() {
    let (panel, vps) = Panel::with_one_vps().await;
    let (id, name) = panel.person(ADMIN).await;
    let person = person::find(&panel.app.db, id, panel.clock.now_s())
        .await
        .unwrap()
        .unwrap();
    let order = Order {
        action: actions::new_id().unwrap(),
        who: Who {
            person: name,
            ..Who::default()
        },
        person,
        session_id: 12345,
        is_current: true,
        vps,
        call: find("restart").unwrap(),
        parameters: Vec::new(),
        noted: None,
    };
    let refused = perform::perform(&panel.app, order).await;
    assert!(matches!(refused, Err(PerformError::SignedOut)));
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn t_login_dos_an_endless_name_costs_no_work_and_is_not_written_down() {
    let panel = Panel::start().await;
    let before = panel.app.hasher.computed();
    let answer = try_password(&panel.stranger(), &"ﷺ".repeat(500), "some password").await;
    answer.expect(422);
    assert_eq!(panel.app.hasher.computed(), before);
    assert_eq!(panel.count("SELECT count(*) FROM audit").await, 0);
}

#[tokio::test]
async fn t_secret_leak_a_password_typed_as_a_name_is_not_written_down() {
    let panel = Panel::start().await;
    let typed = "my secret password 7";
    try_password(&panel.stranger(), typed, "x")
        .await
        .expect(422);
    let written = panel
        .count("SELECT count(*) FROM audit WHERE parameters LIKE '%secret password%' OR person LIKE '%secret password%'")
        .await;
    assert_eq!(written, 0);
    assert_eq!(panel.count("SELECT count(*) FROM audit").await, 1);
}

#[tokio::test]
async fn whoever_was_signed_out_is_told_and_whoever_left_is_not() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, name) = panel.person(VIEWER).await;
    let stranger = panel.stranger();
    let turned_away = stranger.open("/").await.expect(303);
    let page = stranger.follow(&turned_away).await.expect(200);
    page.must_not_show("You were signed out");
    let member = panel.sign_in_as(&name).await;
    let role = [("role", "admin")];
    admin
        .submit(&format!("/people/{id}"), &role)
        .await
        .expect(303);
    let sent = member
        .submit("/account/time-zone", &[("time_zone", "UTC")])
        .await
        .expect(303);
    assert_eq!(sent.location(), "/sign-in?ended=1");
    let page = member.follow(&sent).await.expect(200);
    page.must_show("You were signed out");
    let opened = member.open("/audit").await.expect(303);
    assert_eq!(opened.location(), "/sign-in?ended=1&next=%2Faudit");
    let member = panel.sign_in_as(&name).await;
    member.submit("/sign-out", &[]).await.expect(303);
    let left = member.open("/").await.expect(303);
    assert_eq!(left.location(), "/sign-in?next=%2F");
}
