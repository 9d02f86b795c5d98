//! The first admin, and what admins do with people.

use crate::panel::{ADMIN, NEWCOMER, PASSWORD, Panel, VIEWER};
use kiwideck::model::access::{Access, Level};
use kiwideck::model::grant::Scope;
use kiwideck::model::person;
use kiwideck::simulator::Machine;
use std::collections::HashSet;

const GOOD: &str = "a good long password";

fn access(level: Level, shell: bool) -> Access {
    Access { level, shell }
}

#[tokio::test]
async fn the_first_start_asks_for_the_code_once_and_then_the_page_is_gone() {
    let panel = Panel::start().await;
    let visitor = panel.stranger();
    let start = visitor.open("/").await.expect(303);
    let start = visitor.follow(&start).await.expect(303);
    visitor
        .follow(&start)
        .await
        .expect(200)
        .must_show("Set up Kiwideck");
    let code = panel.app.setup_code.reveal().to_owned();
    let form = |code: &str, name: &str, repeated: &str| {
        [
            ("code", code),
            ("username", name),
            ("password", GOOD),
            ("repeated", repeated),
        ]
        .map(|(name, value)| (name, value.to_owned()))
    };
    for (fields, words) in [
        (
            form("abcde-fghij-kmnpq-rstuv", "Ada", GOOD),
            "This is not the code of this start",
        ),
        (form("", "Ada", GOOD), "This is not the code of this start"),
        (form(&code, " ", GOOD), "Required"),
        (form(&code, "Ada", "another"), "The two are not the same"),
    ] {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let again = visitor.submit("/setup", &fields).await.expect(422);
        again.must_show(words);
        assert!(
            !again.body.contains(&code) && !again.body.contains(GOOD),
            "a secret came back"
        );
    }
    let typed = code.to_uppercase().replace('-', " ");
    let fields = form(&typed, "Ada", GOOD);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let done = visitor.submit("/setup", &fields).await.expect(303);
    visitor
        .follow(&done)
        .await
        .expect(200)
        .must_show("Add a VPS")
        .must_show("Signed in as ada");
    visitor.open("/setup").await.expect(404);
    panel.stranger().submit("/setup", &fields).await.expect(404);
    visitor.open("/audit").await.must_show("First admin made");
    assert_eq!(panel.count("SELECT count(*) FROM person").await, 1);
}

#[tokio::test]
async fn t_login_dos_the_set_up_code_cannot_be_guessed_for_long() {
    let panel = Panel::start().await;
    let guesser = panel.stranger();
    let fields = [
        ("code", "aaaaa"),
        ("username", "eve"),
        ("password", GOOD),
        ("repeated", GOOD),
    ];
    for _ in 0..10 {
        guesser.submit("/setup", &fields).await.expect(422);
    }
    let held = guesser.submit("/setup", &fields).await.expect(429);
    assert_eq!(held.header("retry-after").unwrap(), "30");
    assert_eq!(panel.count("SELECT count(*) FROM person").await, 0);
}

#[tokio::test]
async fn two_who_use_the_code_at_once_do_not_both_become_admin() {
    let panel = Panel::start().await;
    let code = panel.app.setup_code.reveal();
    let (one, other) = (panel.stranger(), panel.stranger());
    let fields = |name| {
        [
            ("code", code),
            ("username", name),
            ("password", GOOD),
            ("repeated", GOOD),
        ]
    };
    let (for_one, for_other) = (fields("one"), fields("other"));
    let (one, other) = futures_util::future::join(
        one.submit("/setup", &for_one),
        other.submit("/setup", &for_other),
    )
    .await;
    let statuses: HashSet<u16> = [one.status.as_u16(), other.status.as_u16()].into();
    assert_eq!(statuses, HashSet::from([303, 404]));
}

#[tokio::test]
async fn while_somebody_is_alone_people_and_access_stay_out_of_sight() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let tab = format!("/vps/{}/access", vps.id);
    let addresses = |page: &crate::answer::Answer| page.addresses();
    let fleet = admin.open("/").await.expect(200);
    assert!(!addresses(&fleet).contains(&"/people".to_owned()));
    let overview = admin.open(&format!("/vps/{}", vps.id)).await.expect(200);
    assert!(!addresses(&overview).contains(&tab));
    let account = admin.open("/account").await.expect(200);
    account.must_show("Share this panel: invite somebody");
    assert!(addresses(&account).contains(&"/people".to_owned()));
    panel.person(VIEWER).await;
    let fleet = admin.open("/").await.expect(200);
    assert!(addresses(&fleet).contains(&"/people".to_owned()));
    let overview = admin.open(&format!("/vps/{}", vps.id)).await.expect(200);
    assert!(addresses(&overview).contains(&tab));
    let account = admin.open("/account").await.expect(200);
    account.must_not_show("Share this panel");
}

#[tokio::test]
async fn the_list_says_what_everybody_may_reach_and_when_they_were_here() {
    let (panel, vps) = Panel::with_one_vps().await;
    let second = panel.add(Machine::kvm(100_002).labelled("Web 2")).await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, name) = panel.person(NEWCOMER).await;
    let people = admin.open("/people").await.expect(200);
    people.must_show(&format!("{name} Member nothing now never"));
    let operate = access(Level::Operate, false);
    for vps in [&vps, &second] {
        panel.grant(id, &Scope::Vps(vps.id), operate).await;
    }
    panel
        .grant(id, &Scope::Tag("web".into()), access(Level::View, true))
        .await;
    panel.sign_in_as(&name).await;
    panel.clock.turn(3600);
    let people = admin.open("/people").await.expect(200);
    people.must_show("tag web: View, with shell");
    people.must_show("2 VPSes: Operate");
    people.must_show("1 hour ago");
    people.must_show("Admin Everything");
}

#[tokio::test]
async fn names_of_any_kind_stand_as_they_are() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let longest = "名".repeat(64);
    for (typed, kept) in [
        (longest.as_str(), longest.as_str()),
        ("o'\"<b>ren</b>", "o'\"<b>ren</b>"),
        ("\u{202e}eve\u{202c}", "eve"),
    ] {
        let shown = admin.submit("/people", &[("username", typed)]).await;
        shown.expect(200).must_show(&format!("{kept} is invited"));
        admin.open("/people").await.must_show(kept);
    }
    let too_long = format!("{longest}名");
    let again = admin.submit("/people", &[("username", &too_long)]).await;
    again.expect(422).must_show("At most 64 characters");
    let again = admin.submit("/people", &[("username", " ")]).await;
    again.expect(422).must_show("Required");
}
#[tokio::test]
async fn the_last_admin_can_be_neither_disabled_nor_demoted() {
    let panel = Panel::start().await;
    let (first, name) = panel.person(ADMIN).await;
    let admin = panel.sign_in_as(&name).await;
    let (second, _) = panel.person(ADMIN).await;
    admin
        .submit(&format!("/people/{second}/disable"), &[])
        .await
        .expect(303);
    let demoted = [("role", "member")];
    for (path, fields) in [("", &demoted[..]), ("/disable", &[])] {
        let again = admin
            .submit(&format!("/people/{first}{path}"), fields)
            .await
            .expect(422);
        again.must_show("This is the last admin");
    }
    let kept = person::find(&panel.app.db, first, panel.clock.now_s())
        .await
        .unwrap()
        .unwrap();
    assert!(kept.disabled_at.is_none() && kept.role.word() == "admin");
    // With the second back the first may go.
    admin
        .submit(&format!("/people/{second}/enable"), &[])
        .await
        .expect(303);
    admin
        .submit(&format!("/people/{first}"), &demoted)
        .await
        .expect(303);
    assert!(admin.open("/").await.status == 303, "the session went on");
}

#[tokio::test]
async fn a_disabled_person_can_come_back() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, name) = panel.person(VIEWER).await;
    admin
        .submit(&format!("/people/{id}/disable"), &[])
        .await
        .expect(303);
    admin.open("/people").await.must_show("disabled");
    let fields = [("username", name.as_str()), ("password", PASSWORD)];
    panel
        .stranger()
        .submit("/sign-in", &fields)
        .await
        .expect(422);
    admin
        .open(&format!("/people/{id}"))
        .await
        .expect(200)
        .must_show("Enable");
    admin
        .submit(&format!("/people/{id}/enable"), &[])
        .await
        .expect(303);
    panel.sign_in_as(&name).await;
}

#[tokio::test]
async fn each_person_has_a_time_zone_of_their_own() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{}", vps.id);
    let before = admin.open(&path).await.expect(200);
    let fields = [("time_zone", "Asia/Shanghai")];
    let saved = admin
        .submit("/account/time-zone", &fields)
        .await
        .expect(303);
    let account = admin.follow(&saved).await.expect(200);
    account.must_show("Saved.");
    assert_eq!(
        account.field("/account/time-zone", "time_zone"),
        Some("".into()),
        "the option has its words as value"
    );
    assert!(
        account
            .body
            .contains("<option selected>Asia/Shanghai</option>")
    );
    assert_ne!(times(&before), times(&admin.open(&path).await));
    let again = admin
        .submit("/account/time-zone", &[("time_zone", "Mars/Olympus")])
        .await
        .expect(422);
    again.must_show("There is no such time zone");
}

/// The exact times of a page, as a person reads them.
fn times(page: &crate::answer::Answer) -> Vec<String> {
    let times = page.tags().into_iter().filter(|tag| tag.name == "time");
    times
        .filter_map(|tag| tag.attribute("title").map(str::to_owned))
        .collect()
}
