//! Links that let somebody in: invitations and new passwords.

use crate::answer::Answer;
use crate::log::Log;
use crate::panel::{ADMIN, NEWCOMER, PASSWORD, Panel, VIEWER, Wish};
use crate::visitor::{Sent, Visitor};
use axum::http::Method;

const GOOD: &str = "a good long password";

/// The path of the link that a page shows.
fn path(page: &Answer) -> String {
    let link = page.inside("code").remove(0);
    let at = link.find("/join/").unwrap();
    link[at..].to_owned()
}

async fn invite(admin: &Visitor, fields: &[(&str, &str)]) -> String {
    path(&admin.submit("/people", fields).await.expect(200))
}

/// Opens a link as a browser does: the address, and where it leads.
async fn arrive(visitor: &Visitor, link: &str) -> Answer {
    let answer = visitor.open(link).await.expect(303);
    visitor.follow(&answer).await
}

fn chosen<'a>(name: &'a str, password: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("username", name),
        ("password", password),
        ("repeated", password),
    ]
}

#[tokio::test]
async fn an_invited_person_chooses_name_and_password_and_is_in() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let fields = [
        ("username", "Grace"),
        ("role", "member"),
        ("scope", "vps:1"),
        ("level", "operate"),
        ("ends", "week"),
    ];
    let link = invite(&admin, &fields).await;
    let people = admin.open("/people").await.expect(200);
    people
        .must_show("grace invited until")
        .must_show("Web 1: Operate");
    let guest = panel.stranger();
    let page = arrive(&guest, &link).await.expect(200);
    page.must_show("You are invited").must_show("as Member");
    assert_eq!(page.field("/join", "username"), Some("grace".into()));
    assert!(!page.body.contains(&link["/join/".len()..]));
    let done = guest.submit("/join", &chosen("Grace Hopper", GOOD)).await;
    assert_eq!(done.expect(303).location(), "/");
    assert!(guest.cookie("kiwideck-link").is_none());
    let fleet = guest.open("/").await.expect(200);
    fleet
        .must_show("Signed in as grace hopper")
        .must_show("Web 1");
    guest
        .open(&format!("/vps/{}/call/restart", vps.id))
        .await
        .expect(200);
    let fields = [("username", "grace hopper"), ("password", GOOD)];
    let again = panel.stranger().submit("/sign-in", &fields).await;
    again.expect(303);
    let log = admin.open("/audit").await.expect(200);
    log.must_show("Person invited").must_show("Invitation used");
}

#[tokio::test]
async fn opening_a_link_uses_nothing_up() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let link = invite(&admin, &[("username", "grace")]).await;
    let preview = panel.stranger();
    for method in [Method::GET, Method::HEAD] {
        let sent = Sent {
            method,
            path: &link,
            ..Sent::default()
        };
        preview.send(sent).await.expect(303);
    }
    arrive(&preview, &link).await.expect(200);
    let guest = panel.stranger();
    arrive(&guest, &link).await.expect(200);
    guest
        .submit("/join", &chosen("grace", GOOD))
        .await
        .expect(303);
}

#[tokio::test]
async fn t_enum_an_invited_name_answers_like_an_unknown_one() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    invite(&admin, &[("username", "grace")]).await;
    let hashes = panel.app.hasher.computed();
    for name in ["grace", "nobody"] {
        for password in ["", GOOD] {
            let fields = [("username", name), ("password", password)];
            let refused = panel.stranger().submit("/sign-in", &fields).await;
            refused.expect(422).must_show("Name or password is wrong");
        }
    }
    assert_eq!(panel.app.hasher.computed() - hashes, 4);
}

#[tokio::test]
async fn a_link_that_is_wrong_used_replaced_or_over_leads_to_one_same_page() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let first = invite(&admin, &[("username", "grace")]).await;
    let made = admin.submit("/people/2/link", &[]).await.expect(200);
    let used = path(&made);
    let guest = panel.stranger();
    arrive(&guest, &used).await.expect(200);
    guest
        .submit("/join", &chosen("grace", GOOD))
        .await
        .expect(303);
    let over = invite(&admin, &[("username", "late")]).await;
    panel.clock.turn(24 * 3600);
    let wrong = format!("/join/{}", "A".repeat(43));
    let mut bodies = Vec::new();
    for link in [&first, &used, &over, &wrong, "/join/x", "/join/..%2Fetc"] {
        let visitor = panel.stranger();
        let page = arrive(&visitor, link).await.expect(404);
        page.must_show("This link does not work")
            .must_show("Ask an admin for a new one");
        bodies.push(page.body);
        let sent = visitor.submit("/join", &chosen("eve", GOOD)).await;
        sent.expect(404).must_show("This link does not work");
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "the pages differ");
    assert_eq!(panel.count("SELECT count(*) FROM person").await, 3);
}

#[tokio::test]
async fn what_was_typed_wrong_comes_back_and_the_link_still_works() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let (_, taken) = panel.person(VIEWER).await;
    let link = invite(&admin, &[("username", "grace")]).await;
    let guest = panel.stranger();
    arrive(&guest, &link).await.expect(200);
    let hashes = panel.app.hasher.computed();
    for (name, password, repeated, words) in [
        ("Lin", "short", "short", "At least 10 characters"),
        ("Lin", GOOD, "another", "The two are not the same"),
        ("(x", GOOD, GOOD, "A name does not begin with a bracket"),
        (&taken, GOOD, GOOD, "This name is taken; choose another"),
    ] {
        let fields = [
            ("username", name),
            ("password", password),
            ("repeated", repeated),
        ];
        let again = guest.submit("/join", &fields).await.expect(422);
        again.must_show(words);
        assert_eq!(again.field("/join", "username"), Some(name.into()));
        assert!(!again.body.contains(GOOD));
    }
    assert_eq!(panel.app.hasher.computed(), hashes, "a hash for nothing");
    guest
        .submit("/join", &chosen("Lin", GOOD))
        .await
        .expect(303);
}

#[tokio::test]
async fn t_revoke_a_new_password_by_link_ends_the_present_one_and_all_sessions() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, name) = panel.person(VIEWER).await;
    let here = panel.sign_in_as(&name).await;
    let made = admin.submit(&format!("/people/{id}/link"), &[]).await;
    let made = made.expect(200);
    made.must_show(&format!("A new password for {name}"));
    here.open("/").await.expect(200);
    let visitor = panel.stranger();
    let page = arrive(&visitor, &path(&made)).await.expect(200);
    page.must_show("Choose a new password");
    // The name is fixed, whatever is sent.
    visitor
        .submit("/join", &chosen("eve", GOOD))
        .await
        .expect(303);
    visitor
        .open("/")
        .await
        .must_show(&format!("Signed in as {name}"));
    here.open("/").await.expect(303);
    let old = [("username", name.as_str()), ("password", PASSWORD)];
    panel.stranger().submit("/sign-in", &old).await.expect(422);
    admin.open("/audit").await.must_show("Password reset");
}

#[tokio::test]
async fn t_revoke_a_disabled_person_has_no_link_and_gets_none() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, _) = panel.person(VIEWER).await;
    let made = admin.submit(&format!("/people/{id}/link"), &[]).await;
    let disable = format!("/people/{id}/disable");
    admin.submit(&disable, &[]).await.expect(303);
    arrive(&panel.stranger(), &path(&made)).await.expect(404);
    let none = admin.submit(&format!("/people/{id}/link"), &[]).await;
    none.expect(303);
    let enable = format!("/people/{id}/enable");
    admin.submit(&enable, &[]).await.expect(303);
    arrive(&panel.stranger(), &path(&made)).await.expect(404);
}

#[tokio::test]
async fn a_password_from_elsewhere_ends_the_link() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, name) = panel.person(VIEWER).await;
    let person = panel.sign_in_as(&name).await;
    let made = admin.submit(&format!("/people/{id}/link"), &[]).await;
    let fields = [
        ("present", PASSWORD),
        ("password", GOOD),
        ("repeated", GOOD),
    ];
    let changed = person.submit("/account/password", &fields).await;
    changed.expect(303);
    arrive(&panel.stranger(), &path(&made)).await.expect(404);
}

#[tokio::test]
async fn an_invitation_can_be_taken_back_until_it_is_used() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let link = invite(&admin, &[("username", "grace")]).await;
    let page = admin.open("/people/2").await.expect(200);
    page.must_show("Not here yet")
        .must_show("Take the invitation back");
    admin.submit("/people/2/withdraw", &[]).await.expect(303);
    arrive(&panel.stranger(), &link).await.expect(404);
    admin.open("/people/2").await.expect(404);
    let (id, name) = panel.person(NEWCOMER).await;
    let withdraw = format!("/people/{id}/withdraw");
    admin.submit(&withdraw, &[]).await.expect(303);
    admin.open("/people").await.must_show(&name);
}

#[tokio::test]
async fn somebody_else_in_the_same_browser_is_told_that_their_session_ends() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let link = invite(&admin, &[("username", "grace")]).await;
    let page = arrive(&admin, &link).await.expect(200);
    page.must_show("This browser is signed in as person-0");
    admin
        .submit("/join", &chosen("grace", GOOD))
        .await
        .expect(303);
    admin.open("/").await.must_show("Signed in as grace");
    assert_eq!(panel.count("SELECT count(*) FROM session").await, 1);
}

#[tokio::test]
async fn two_who_use_one_link_at_once_do_not_both_come_in() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let link = invite(&admin, &[("username", "grace")]).await;
    let (one, other) = (panel.stranger(), panel.stranger());
    arrive(&one, &link).await.expect(200);
    arrive(&other, &link).await.expect(200);
    let (for_one, for_other) = (chosen("one", GOOD), chosen("other", GOOD));
    let (one, other) = futures_util::future::join(
        one.submit("/join", &for_one),
        other.submit("/join", &for_other),
    )
    .await;
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
}

#[tokio::test]
async fn t_login_dos_links_cannot_be_guessed_for_long() {
    let panel = Panel::start().await;
    panel.sign_in(ADMIN).await;
    let guesser = panel.stranger();
    for guess in 0..10_u8 {
        let letter = char::from(b'A' + guess).to_string();
        guesser.set_cookie("kiwideck-link", &letter.repeat(43));
        guesser.open("/join").await.expect(404);
    }
    let held = guesser.open("/join").await.expect(429);
    held.must_show("Too many tries");
    assert_eq!(held.header("retry-after").unwrap(), "30");
}

#[tokio::test]
async fn t_login_dos_who_tries_links_and_set_up_codes_holds_back_nobody_who_signs_in() {
    let panel = Panel::start().await;
    let guesser = panel.stranger();
    let fields = [("code", "wrong"), ("username", "eve")];
    for _ in 0..10 {
        guesser.submit("/setup", &fields).await.expect(422);
    }
    guesser.submit("/setup", &fields).await.expect(429);
    let (_, name) = panel.person(VIEWER).await;
    guesser.set_cookie("kiwideck-link", &"A".repeat(43));
    for _ in 0..10 {
        guesser.open("/join").await.expect(404);
    }
    guesser.open("/join").await.expect(429);
    panel.sign_in_as(&name).await.open("/").await.expect(200);
}

#[tokio::test]
async fn t_enum_a_link_does_not_tell_the_names_of_others() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let (_, taken) = panel.person(VIEWER).await;
    let link = invite(&admin, &[("username", "grace")]).await;
    let guest = panel.stranger();
    arrive(&guest, &link).await.expect(200);
    for _ in 0..20 {
        let again = guest.submit("/join", &chosen("lin", "short")).await;
        again.expect(422);
    }
    for _ in 0..10 {
        let again = guest.submit("/join", &chosen(&taken, "short")).await;
        again.expect(422).must_show("This name is taken");
    }
    for name in [&*taken, "lin"] {
        let held = guest.submit("/join", &chosen(name, "short")).await;
        held.expect(429).must_show("Too many tries");
    }
    panel.clock.turn(30);
    guest
        .submit("/join", &chosen("lin", GOOD))
        .await
        .expect(303);
}

#[tokio::test]
async fn t_canon_nobody_is_called_what_looks_like_another_persons_name() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let (_, name) = panel.person(VIEWER).await;
    assert_eq!(name, "person-1");
    let link = invite(&admin, &[("username", "grace")]).await;
    let guest = panel.stranger();
    arrive(&guest, &link).await.expect(200);
    for (typed, words) in [
        ("\u{440}erson-1", "A name has letters of one script"),
        ("person-l", "This name looks like another person’s"),
        ("per\u{115f}son\u{fe0f}-1", "This name is taken"),
    ] {
        let again = guest.submit("/join", &chosen(typed, GOOD)).await;
        again.expect(422).must_show(words);
        let again = admin.submit("/people", &[("username", typed)]).await;
        again.expect(422).must_show(words);
    }
    // What an invited person is called already is no hindrance.
    guest
        .submit("/join", &chosen("grace", GOOD))
        .await
        .expect(303);
}

#[tokio::test]
async fn of_ten_who_use_one_link_at_once_one_comes_in_and_the_others_are_told_why_not() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let link = invite(&admin, &[("username", "grace")]).await;
    let guest = panel.stranger();
    arrive(&guest, &link).await.expect(200);
    let fields = chosen("grace", GOOD);
    let guests: Vec<Visitor> = (0..10).map(|_| guest.copied()).collect();
    let sent = guests.iter().map(|guest| guest.submit("/join", &fields));
    let answers = futures_util::future::join_all(sent).await;
    let (inside, outside): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == 303);
    assert_eq!(inside.len(), 1);
    for answer in outside {
        assert_eq!(answer.status, 404);
        answer.must_show("This link does not work");
    }
}

#[tokio::test]
async fn the_link_and_its_cookie_say_where_the_panel_is() {
    let wish = Wish::at("https://ops.example.com/kiwi/");
    let panel = Panel::with(wish).await;
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.submit("/people", &[("username", "grace")]).await;
    let link = page.expect(200).inside("code").remove(0);
    let token = link.strip_prefix("https://ops.example.com/kiwi/join/");
    let answer = panel
        .stranger()
        .open(&format!("/join/{}", token.unwrap()))
        .await
        .expect(303);
    assert_eq!(answer.location(), "/kiwi/join");
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Secure-kiwideck-link="));
    for part in [
        "HttpOnly",
        "SameSite=Lax",
        "Secure",
        "Path=/kiwi/join",
        "Max-Age=1800",
    ] {
        assert!(cookie.split("; ").any(|known| known == part), "{part}");
    }
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.submit("/people", &[("username", "grace")]).await;
    let link = page.inside("code").remove(0);
    assert!(link.starts_with("http://127.0.0.1:8080/join/"));
}

#[tokio::test]
async fn t_secret_leak_the_token_of_a_link_is_in_no_log_page_or_database() {
    let (log, _guard) = Log::begin();
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let link = invite(&admin, &[("username", "grace")]).await;
    let token = &link["/join/".len()..];
    let guest = panel.stranger();
    let mut pages = vec![
        arrive(&guest, &link).await,
        guest.open(&format!("{link}/more")).await.expect(404),
        guest.open(&format!("{link}?x=1")).await.expect(303),
        guest.at_host("evil.example").open(&link).await.expect(421),
        guest.submit(&link, &[]).await.expect(405),
        guest.submit_with(&link, &[("origin", "null")], &[]).await,
        admin.open(&format!("{link}/more")).await.expect(404),
        admin.open("/people").await,
        admin.open("/people/2").await,
        admin.open("/audit").await,
    ];
    pages.push(guest.submit("/join", &chosen("grace", "short")).await);
    pages.push(guest.submit("/join", &chosen("grace", GOOD)).await);
    pages.push(arrive(&guest, &link).await);
    for page in pages {
        assert!(!page.body.contains(token), "it is on {}", page.title());
    }
    assert!(log.text().contains("/join"), "nothing was logged");
    assert!(!log.text().contains(token), "it is in the log");
    for file in ["kiwideck.db", "kiwideck.db-wal"] {
        let bytes = std::fs::read(panel.folder().join(file)).unwrap();
        let holds = bytes
            .windows(token.len())
            .any(|part| part == token.as_bytes());
        assert!(!holds, "it is in {file}");
    }
}
