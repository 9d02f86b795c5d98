//! The browsers in which people have signed in before, and what a sign-in leaves in them.

use crate::factor::{notices, somebody};
use crate::panel::{PASSWORD, Panel, VIEWER, Wish};
use crate::phone::FACTOR;

#[tokio::test]
async fn t_login_dos_nobody_locks_a_person_out_of_a_browser_they_know() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(VIEWER).await;
    let known = panel.sign_in_as(&name).await;
    known.submit("/sign-out", &[]).await.expect(303);
    let fields = [("username", name.as_str()), ("password", "wrong")];
    for _ in 0..11 {
        panel.stranger().submit("/sign-in", &fields).await;
    }
    let right = [("username", name.as_str()), ("password", PASSWORD)];
    panel
        .stranger()
        .submit("/sign-in", &right)
        .await
        .expect(429);
    known.submit("/sign-in", &right).await.expect(303);
    // A known browser is no way to guess for long, nor to guess at another name.
    let thief = known.copied();
    for _ in 0..10 {
        thief.submit("/sign-in", &fields).await.expect(422);
    }
    thief.submit("/sign-in", &fields).await.expect(429);
    let (_, other) = panel.person(VIEWER).await;
    let fields = [("username", other.as_str()), ("password", "wrong")];
    thief.submit("/sign-in", &fields).await.expect(429);
}

#[tokio::test]
async fn a_sign_in_from_a_new_browser_is_told_but_the_first_is_not() {
    let panel = Panel::start().await;
    let (id, name) = panel.person(VIEWER).await;
    let here = panel.sign_in_as(&name).await;
    let device = here.cookie("kiwideck-device").unwrap();
    assert_eq!(notices(&panel, id).await, [""; 0]);
    let fields = [("username", name.as_str()), ("password", PASSWORD)];
    here.submit("/sign-in", &fields).await.expect(303);
    assert_eq!(here.cookie("kiwideck-device").unwrap(), device);
    assert_eq!(notices(&panel, id).await, [""; 0]);
    let there = panel.stranger().from("203.0.113.9");
    there.set_cookie("kiwideck-device", "one that somebody chose");
    let answer = there.submit("/sign-in", &fields).await.expect(303);
    assert_eq!(notices(&panel, id).await, ["new-device"]);
    assert_eq!(
        panel
            .count("SELECT count(*) FROM audit WHERE what = 'new-device'")
            .await,
        1
    );
    assert_eq!(there.cookie("kiwideck-device").unwrap().len(), 43);
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    let cookie = cookies[1].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
        assert!(cookie.contains(part), "{part}");
    }
    // Another person at the same browser: new to them, and theirs alone.
    let (_, other) = panel.person(VIEWER).await;
    let fields = [("username", other.as_str()), ("password", PASSWORD)];
    here.submit("/sign-in", &fields).await.expect(303);
    assert_eq!(here.cookie("kiwideck-device").unwrap(), device);
}

#[tokio::test]
async fn the_cookies_of_half_a_sign_in_are_bound_like_the_sessions() {
    let panel = Panel::with(Wish::at("https://ops.example.com/kiwi/")).await;
    let (_, name, ..) = somebody(&panel).await;
    let fields = [("username", name.as_str()), ("password", PASSWORD)];
    let answer = panel
        .stranger()
        .submit("/sign-in", &fields)
        .await
        .expect(303);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Secure-kiwideck-pending="));
    for part in [
        "HttpOnly",
        "SameSite=Lax",
        "Path=/kiwi/",
        "Secure",
        "Max-Age=600",
    ] {
        assert!(cookie.contains(part), "{part}");
    }
}

#[tokio::test]
async fn t_enum_somebody_invited_answers_like_nobody() {
    let panel = Panel::start().await;
    let (_, invited) = panel.person(VIEWER).await;
    sqlx::query("UPDATE person SET joined_at = NULL")
        .execute(&mut panel.sql().await)
        .await
        .unwrap();
    let mut words = Vec::new();
    for name in ["nobody-at-all", &invited] {
        let before = panel.app.hasher.computed();
        let fields = [("username", name), ("password", PASSWORD)];
        let answer = panel
            .stranger()
            .submit("/sign-in", &fields)
            .await
            .expect(422);
        assert_eq!(panel.app.hasher.computed() - before, 1);
        assert!(answer.header("set-cookie").is_none());
        words.push(answer.text());
    }
    assert_eq!(words[0], words[1]);
}

#[tokio::test]
async fn passkeys_are_offered_only_where_the_panel_has_a_name() {
    for (wish, offered) in [
        (Wish::default(), false),
        (Wish::at("https://192.0.2.1/"), false),
        (Wish::at("https://ops.example.com/"), true),
        (Wish::at("http://localhost:8080/kiwi/"), true),
    ] {
        let panel = Panel::with(wish).await;
        let visitor = panel.sign_in(VIEWER).await;
        let stranger = panel.stranger();
        let page = stranger.open("/sign-in").await.expect(200);
        assert_eq!(page.shows("Sign in with a passkey"), offered);
        visitor.open(FACTOR).await.expect(200);
        let status = if offered { 200 } else { 404 };
        let path = "/account/second-factor/passkeys/question";
        let question = visitor.submit(path, &[]).await.expect(status);
        stranger
            .submit("/sign-in/passkey/question", &[])
            .await
            .expect(status);
        if offered {
            assert_eq!(question.header("content-type").unwrap(), "application/json");
            assert!(question.body.contains("\"userVerification\":\"required\""));
        }
        let fields = [("passkey", "{}"), ("name", "Laptop")];
        visitor
            .submit("/account/second-factor/passkeys", &fields)
            .await
            .expect(422);
        let entered = stranger.submit("/sign-in/passkey", &fields).await;
        entered.expect(if offered { 422 } else { 404 });
    }
}

#[tokio::test]
async fn t_login_dos_strangers_with_passkeys_fill_no_log_and_leave_room_for_the_questions_of_others()
 {
    const QUESTION: &str = "/sign-in/passkey/question";
    const ENTER: &str = "/sign-in/passkey";
    let panel = Panel::with(Wish::at("https://ops.example.com/")).await;
    let rows = async || panel.count("SELECT count(*) FROM audit").await;
    let before = rows().await;
    let said = [("passkey", "{}")];
    for _ in 0..10 {
        panel.stranger().submit(ENTER, &said).await.expect(422);
    }
    assert_eq!(rows().await, before, "a row although nothing was asked");
    let held = panel.stranger().submit(ENTER, &said).await.expect(429);
    assert_eq!(held.header("retry-after").unwrap(), "30");
    let elsewhere = panel.stranger().from("203.0.113.9");
    elsewhere.submit(QUESTION, &[]).await.expect(200);
    elsewhere.submit(ENTER, &said).await.expect(422);
    elsewhere.submit(ENTER, &said).await.expect(422);
    assert_eq!(rows().await, before + 1);
    let greedy = panel.stranger().from("198.51.100.1");
    for _ in 0..30 {
        greedy.submit(QUESTION, &[]).await.expect(200);
    }
    let held = greedy.submit(QUESTION, &[]).await.expect(429);
    assert_eq!(held.header("retry-after").unwrap(), "30");
    elsewhere.submit(QUESTION, &[]).await.expect(200);
}
