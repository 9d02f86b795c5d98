//! What is given to people: for what, how much, until when; and that nothing else of the panel shows.

use crate::panel::{ADMIN, BEGINNING_S, MANAGER, NEWCOMER, Panel, VIEWER};
use crate::site;
use crate::visitor::Visitor;
use axum::http::Method;
use kiwideck::actions;
use kiwideck::model::access::{Access, Level};
use kiwideck::model::grant::Scope;
use kiwideck::model::vps::Vps;
use kiwideck::simulator::Machine;

const DAY_S: i64 = 24 * 3600;

const fn access(level: Level) -> Access {
    Access {
        level,
        shell: false,
    }
}

/// Two VPSes, `Web 1` with the tag web and `Db 1` with the tag db, both read.
async fn panel_with_two() -> (Panel, Vps, Vps) {
    let panel = Panel::start().await;
    let mut vpses = Vec::new();
    for (veid, label, tag) in [(100_001, "Web 1", "web"), (100_002, "Db 1", "db")] {
        let vps = panel.add(Machine::kvm(veid).labelled(label)).await;
        tag_with(&panel, &vps, tag).await;
        panel.read(&vps).await;
        vpses.push(panel.vps(vps.id).await);
    }
    let db = vpses.pop().unwrap();
    (panel, vpses.pop().unwrap(), db)
}

async fn tag_with(panel: &Panel, vps: &Vps, tags: &str) {
    let mut details = vps.details();
    details.tags = tags.split(',').map(str::to_owned).collect();
    kiwideck::model::vps::change(&panel.app.db, vps.id, &details, None, &panel.note())
        .await
        .unwrap();
}

/// Whether the VPS is there for this person.
async fn sees(visitor: &Visitor, vps: &Vps) -> bool {
    let page = visitor.open(&format!("/vps/{}", vps.id)).await;
    let listed = visitor.open("/").await.expect(200).shows(&vps.label);
    assert_eq!(page.status == 200, listed, "{}", vps.label);
    listed
}

async fn is_signed_in(visitor: &Visitor) -> bool {
    visitor.open("/account").await.status == 200
}

/// A member with this, signed in; with the row.
async fn member_with(panel: &Panel, scope: Scope, level: Level) -> (i64, Visitor) {
    let (id, name) = panel.person(NEWCOMER).await;
    panel.grant(id, &scope, access(level)).await;
    (id, panel.sign_in_as(&name).await)
}

#[tokio::test]
async fn a_grant_is_for_one_vps_for_a_tag_or_for_everything_to_come() {
    let (panel, web, db) = panel_with_two().await;
    let (_, newcomer) = {
        let (id, name) = panel.person(NEWCOMER).await;
        (id, panel.sign_in_as(&name).await)
    };
    assert!(!sees(&newcomer, &web).await && !sees(&newcomer, &db).await);
    let fleet = newcomer.open("/").await.expect(200);
    fleet.must_show("give you access to those that are here");
    let (_, one) = member_with(&panel, Scope::Vps(db.id), Level::View).await;
    assert!(!sees(&one, &web).await && sees(&one, &db).await);
    let (_, tagged) = member_with(&panel, Scope::Tag("WEB".into()), Level::View).await;
    assert!(sees(&tagged, &web).await && !sees(&tagged, &db).await);
    let (_, every) = member_with(&panel, Scope::Every, Level::View).await;
    let new = panel.add(Machine::kvm(100_003).labelled("New 1")).await;
    assert!(sees(&every, &web).await && sees(&every, &db).await && sees(&every, &new).await);
    assert!(!sees(&one, &new).await && !sees(&tagged, &new).await);
}

#[tokio::test]
async fn a_grant_gives_its_level_and_the_shell_apart() {
    let (panel, web, db) = panel_with_two().await;
    let (id, member) = member_with(&panel, Scope::Tag("web".into()), Level::Operate).await;
    let page = |vps: &Vps, rest: &str| format!("/vps/{}{rest}", vps.id);
    let sent = member.submit(&page(&web, "/call/restart"), &[]).await;
    sent.expect(303);
    let refused = member.open(&page(&web, "/call/reinstallOS")).await;
    refused.expect(403).must_show("“Manage”");
    member.open(&page(&web, "/shell")).await.expect(403);
    let shell = Access {
        level: Level::View,
        shell: true,
    };
    panel.grant(id, &Scope::Vps(db.id), shell).await;
    member.open(&page(&db, "/shell")).await.expect(200);
    member.open(&page(&web, "/shell")).await.expect(403);
    member.open(&page(&db, "/call/restart")).await.expect(403);
    // Together they give both.
    panel.grant(id, &Scope::Vps(web.id), shell).await;
    member.open(&page(&web, "/shell")).await.expect(200);
    member.open(&page(&web, "/call/restart")).await.expect(200);
}

#[tokio::test]
async fn a_grant_ends_by_itself_and_can_be_renewed_or_removed() {
    let (panel, web, _) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, name) = panel.person(NEWCOMER).await;
    let member = panel.sign_in_as(&name).await;
    let path = format!("/people/{id}");
    let fields = [("scope", "vps:1"), ("level", "view"), ("ends", "today")];
    let given = admin.submit(&format!("{path}/grants"), &fields).await;
    let page = admin.follow(&given.expect(303)).await.expect(200);
    page.must_show("until Thu 28 May 2026");
    assert!(sees(&member, &web).await);
    // The day ends at midnight in the admin's time zone, UTC.
    let midnight_s = (BEGINNING_S / DAY_S + 1) * DAY_S;
    panel.clock.turn(midnight_s - BEGINNING_S - 1);
    assert!(sees(&member, &web).await);
    panel.clock.turn(1);
    assert!(!sees(&member, &web).await && is_signed_in(&member).await);
    let page = admin.open(&path).await.expect(200);
    page.must_show("ended Thu 28 May 2026").must_show("Renew");
    page.must_show("Nothing now.");
    let access = admin.open("/vps/1/access").await.expect(200);
    assert!(!access.inside("td").contains(&name));
    // Renewing gives, and so signs nobody out, even with less than it was.
    let grant = format!("{path}/grants/1");
    let form = admin.open(&grant).await.expect(200);
    assert_eq!(form.field(&grant, "ends"), Some("today".into()));
    let admin = panel.sign_in(ADMIN).await;
    let fields = [("level", "view"), ("ends", "friday")];
    admin.submit(&grant, &fields).await.expect(303);
    assert!(is_signed_in(&member).await && sees(&member, &web).await);
    panel.clock.turn(8 * DAY_S);
    let admin = panel.sign_in(ADMIN).await;
    admin
        .submit(&format!("{grant}/take"), &[])
        .await
        .expect(303);
    assert_eq!(panel.count("SELECT count(*) FROM grant").await, 0);
}

#[tokio::test]
async fn a_tag_that_comes_or_goes_takes_its_grants_along() {
    let (panel, web, db) = panel_with_two().await;
    let (_, member) = member_with(&panel, Scope::Tag("web".into()), Level::View).await;
    tag_with(&panel, &db, "db,Web").await;
    assert!(sees(&member, &db).await);
    tag_with(&panel, &web, "other").await;
    assert!(!sees(&member, &web).await && sees(&member, &db).await);
}

#[tokio::test]
async fn a_removed_vps_takes_its_grants_along() {
    let (panel, web, _) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, _) = member_with(&panel, Scope::Vps(web.id), Level::Manage).await;
    let fields = [("confirm_name", "Web 1")];
    admin.submit("/vps/1/remove", &fields).await.expect(303);
    assert_eq!(panel.count("SELECT count(*) FROM grant").await, 0);
    let page = admin.open(&format!("/people/{id}")).await.expect(200);
    page.must_show("Nothing now.");
}

#[tokio::test]
async fn t_revoke_what_is_taken_or_lowered_signs_out_at_once_and_what_is_given_does_not() {
    let (panel, web, _) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let more: &[(&str, &str)] = &[("level", "manage"), ("shell", "1")];
    let lower: &[(&str, &str)] = &[("level", "view")];
    let sooner: &[(&str, &str)] = &[("level", "operate"), ("ends", "month")];
    let same: &[(&str, &str)] = &[("level", "operate")];
    for (rest, fields, stays) in [
        ("", more, true),
        ("", same, true),
        ("", lower, false),
        ("", sooner, false),
        ("/take", &[][..], false),
    ] {
        let (id, member) = member_with(&panel, Scope::Vps(web.id), Level::Operate).await;
        let grant_id = panel.count("SELECT max(id) FROM grant").await;
        let path = format!("/people/{id}/grants/{grant_id}{rest}");
        admin.submit(&path, fields).await.expect(303);
        assert_eq!(is_signed_in(&member).await, stays, "{rest} {fields:?}");
    }
    let (id, member) = member_with(&panel, Scope::Vps(web.id), Level::Operate).await;
    let fields = [("scope", "tag:db"), ("level", "view")];
    let path = format!("/people/{id}/grants");
    admin.submit(&path, &fields).await.expect(303);
    assert!(is_signed_in(&member).await);
}

#[tokio::test]
async fn t_idor_a_vps_out_of_sight_answers_like_one_that_is_not_there() {
    let (panel, web, db) = panel_with_two().await;
    for level in [Level::View, Level::Manage] {
        let (_, member) = member_with(&panel, Scope::Vps(web.id), level).await;
        for route in site::private() {
            if !route.pattern.starts_with("/vps/{id}") {
                continue;
            }
            let path = route.path(&db);
            let unknown = path.replacen("/vps/2", "/vps/9", 1);
            for method in route.methods() {
                let (hidden, missing) = match method {
                    Method::GET => (member.open(&path).await, member.open(&unknown).await),
                    _ => (
                        member.submit(&path, &[]).await,
                        member.submit(&unknown, &[]).await,
                    ),
                };
                assert_eq!(hidden.status, missing.status, "{method} {path}");
                let same = hidden.text().replace("VPS 2", "VPS 9");
                let (same, there) = (without_number(&same), without_number(&missing.text()));
                assert_eq!(same, there, "{method} {path}");
                assert!(!hidden.body.contains("Db 1"), "{method} {path}");
            }
        }
    }
    assert!(panel.heard().is_empty());
}

/// An error page without its request number.
fn without_number(text: &str) -> String {
    let end = text.find("Request").unwrap_or(text.len());
    text[..end].to_owned()
}

#[tokio::test]
async fn t_idor_nothing_of_a_vps_out_of_sight_is_on_any_page() {
    let (panel, web, db) = panel_with_two().await;
    let manager = panel.sign_in(MANAGER).await;
    for vps in [&web, &db] {
        let path = format!("/vps/{}/call/getRateLimitStatus", vps.id);
        manager.submit(&path, &[]).await.expect(303);
    }
    let ip = panel.app.readings.of(db.id);
    let ip = ip.service().unwrap().1.ip_addresses[0].clone();
    let (_, member) = member_with(&panel, Scope::Vps(web.id), Level::Manage).await;
    for page in site::crawl(&panel, &member).await {
        for hidden in ["Db 1", ip.as_str(), "100002", "/vps/2"] {
            assert!(!page.body.contains(hidden), "{hidden} in {}", page.asked);
        }
        assert_eq!(page.status, 200, "{}", page.asked);
    }
    let fleet = member.open("/?tag=db").await.expect(200);
    fleet.must_show("One VPS");
    assert!(!fleet.choices("tag").contains(&"db".to_owned()));
    let log = member.open("/audit?vps=2").await.expect(200);
    log.must_show("Nothing is recorded here");
}

#[tokio::test]
async fn t_idor_an_action_shows_no_more_of_a_vps_that_went_out_of_sight() {
    let (panel, web, _) = panel_with_two().await;
    let (id, name) = panel.person(NEWCOMER).await;
    let scope = Scope::Vps(web.id);
    panel.grant(id, &scope, access(Level::Manage)).await;
    let member = panel.sign_in_as(&name).await;
    let action = actions::new_id().unwrap();
    let path = "/vps/1/call/resetRootPassword";
    let sent = member.submit(path, &[("action", &action)]).await;
    member.follow(&sent).await.expect(200).must_show("VEID");
    let ended = "UPDATE grant SET ends_at = 1";
    sqlx::query(ended)
        .execute(&mut panel.sql().await)
        .await
        .unwrap();
    let page = member.open(&format!("/actions/{action}")).await.expect(200);
    page.must_not_show("VEID").must_not_show("100001");
    let reveal = format!("/actions/{action}/reveal");
    member.submit(&reveal, &[]).await.expect(403);
}

#[tokio::test]
async fn t_idor_another_persons_grant_answers_like_one_that_is_not_there() {
    let (panel, web, _) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let (first, _) = member_with(&panel, Scope::Vps(web.id), Level::View).await;
    let (second, _) = member_with(&panel, Scope::Vps(web.id), Level::View).await;
    let of_second = panel.count("SELECT max(id) FROM grant").await;
    admin
        .open(&format!("/people/{second}/grants/{of_second}"))
        .await
        .expect(200);
    for grant in [of_second, 77] {
        let path = format!("/people/{first}/grants/{grant}");
        let page = admin.open(&path).await.expect(404);
        page.must_show("There is no such page");
        admin.submit(&path, &[]).await.expect(404);
        let take = format!("{path}/take");
        admin.submit(&take, &[]).await.expect(404);
    }
    admin.submit("/people/77/grants", &[]).await.expect(404);
    admin.submit("/people/77/link", &[]).await.expect(404);
    admin.submit("/people/77/withdraw", &[]).await.expect(404);
    assert_eq!(panel.count("SELECT count(*) FROM grant").await, 2);
}

#[tokio::test]
async fn t_authz_matrix_whoever_manages_a_vps_reads_who_else_may_do_something_there() {
    let (panel, web, _) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let (_, manager) = member_with(&panel, Scope::Vps(web.id), Level::Manage).await;
    let (_, viewer) = member_with(&panel, Scope::Tag("web".into()), Level::View).await;
    let (_, nobody) = panel.person(NEWCOMER).await;
    let path = "/vps/1/access";
    let page = manager.open(path).await.expect(200);
    page.must_show("person-1 Manage this VPS");
    page.must_show("person-2 View tag web");
    page.must_show("person-0 Manage, with shell Admin");
    assert!(!page.body.contains(&nobody));
    let addresses = page.addresses();
    assert!(!addresses.iter().any(|address| address.contains("/people")));
    assert!(addresses.contains(&path.to_owned()), "the tab");
    viewer.open(path).await.expect(403).must_show("“Manage”");
    let fields = [("person", "3"), ("level", "manage")];
    manager.submit(path, &fields).await.expect(403);
    let overview = viewer.open("/vps/1").await.expect(200);
    assert!(!overview.addresses().contains(&path.to_owned()));
    let form = admin.open(path).await.expect(200);
    assert!(form.body.contains(&nobody));
    let again = admin.submit(path, &[("level", "view")]).await.expect(422);
    again.must_show("Required");
    let fields = [("person", "4"), ("level", "operate"), ("ends", "week")];
    let given = admin.submit(path, &fields).await.expect(303);
    let page = admin.follow(&given).await.expect(200);
    page.must_show(&format!("{nobody} Operate this VPS until Thu 4 Jun 2026"));
}

#[tokio::test]
async fn a_person_page_says_what_they_may_do_and_why() {
    let (panel, web, db) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, _) = member_with(&panel, Scope::Tag("web".into()), Level::Operate).await;
    let page = admin.open(&format!("/people/{id}")).await.expect(200);
    page.must_show("Web 1 Operate tag web");
    panel
        .grant(id, &Scope::Vps(web.id), access(Level::Manage))
        .await;
    panel.grant(id, &Scope::Every, access(Level::View)).await;
    let page = admin.open(&format!("/people/{id}")).await.expect(200);
    page.must_show("Web 1 Manage every VPS View tag web Operate this VPS Manage");
    page.must_show("Db 1 View every VPS");
    assert!(page.addresses().contains(&format!("/vps/{}", db.id)));
}

#[tokio::test]
async fn a_form_that_gives_keeps_what_was_chosen_and_says_what_is_wrong() {
    let (panel, _, _) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, _) = panel.person(NEWCOMER).await;
    let path = format!("/people/{id}/grants");
    for (scope, ends, date, words) in [
        ("", "", "", "Choose what it is for"),
        ("vps:77", "", "", "Choose what it is for"),
        ("tag:nowhere", "", "", "Choose what it is for"),
        (
            "every",
            "today",
            "2026-06-01",
            "Choose from the list or name a day",
        ),
        ("every", "", "2026-05-27", "This day is over"),
        ("every", "", "soon", "This is not a date"),
        ("every", "never", "", "This is not a date"),
    ] {
        let fields = [
            ("scope", scope),
            ("level", "operate"),
            ("shell", "1"),
            ("ends", ends),
            ("end_date", date),
        ];
        let again = admin.submit(&path, &fields).await.expect(422);
        again.must_show(words);
        assert_eq!(again.field(&path, "level"), Some("operate".into()));
        assert_eq!(again.field(&path, "shell"), Some("1".into()));
        assert_eq!(again.field(&path, "end_date"), Some(date.into()));
        if scope == "every" {
            assert_eq!(again.field(&path, "scope"), Some("every".into()));
        }
    }
    assert_eq!(panel.count("SELECT count(*) FROM grant").await, 0);
    let fields = [("scope", "every"), ("end_date", "2026-05-28")];
    admin.submit(&path, &fields).await.expect(303);
    let midnight_s = (BEGINNING_S / DAY_S + 1) * DAY_S;
    let ends_at = panel.count("SELECT ends_at FROM grant").await;
    assert_eq!(ends_at, midnight_s);
}

#[tokio::test]
async fn an_end_is_the_end_of_a_day_where_the_admin_is_and_said_where_the_reader_is() {
    let (panel, _, _) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let zone = [("time_zone", "Asia/Shanghai")];
    admin.submit("/account/time-zone", &zone).await.expect(303);
    let (id, _) = panel.person(NEWCOMER).await;
    let path = format!("/people/{id}");
    let fields = [("scope", "every"), ("level", "view"), ("ends", "today")];
    admin
        .submit(&format!("{path}/grants"), &fields)
        .await
        .expect(303);
    // There it is Friday already, and ends at 16:00 UTC.
    let page = admin.open(&path).await.expect(200);
    page.must_show("until Fri 29 May 2026");
    let chinese = admin.in_chinese().open(&path).await.expect(200);
    chinese.must_show("至 2026年5月29日 周五");
    let other = panel.sign_in(ADMIN).await;
    let page = other.open(&path).await.expect(200);
    page.must_show("until Fri 29 May 2026, 16:00");
    // Changing something else leaves the end as it is.
    let grant = format!("{path}/grants/1");
    let form = other.open(&grant).await.expect(200);
    assert_eq!(form.field(&grant, "ends"), Some("keep".into()));
    let before = panel.count("SELECT ends_at FROM grant").await;
    let fields = [("level", "operate"), ("ends", "keep")];
    other.submit(&grant, &fields).await.expect(303);
    assert_eq!(panel.count("SELECT ends_at FROM grant").await, before);
}

#[tokio::test]
async fn tags_that_let_somebody_in_are_confirmed_before_they_are_saved() {
    let (panel, _, db) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let (_, member) = member_with(&panel, Scope::Tag("web".into()), Level::View).await;
    let path = "/vps/2/edit";
    admin
        .open(path)
        .await
        .expect(200)
        .must_not_show("has access by tag");
    admin
        .open("/vps/1/edit")
        .await
        .expect(200)
        .must_show("One person has access by tag web");
    let fields = [
        ("label", "Db 1"),
        ("veid", "100002"),
        ("tags", "db, Web"),
        ("note", "typed"),
    ];
    let again = admin.submit(path, &fields).await.expect(422);
    again.must_show("These tags give one person access: person-1");
    assert_eq!(again.field(path, "note"), Some("typed".into()));
    assert!(!sees(&member, &db).await);
    let proof = proof(&again.body);
    let confirmed = [&fields[..], &[("confirm_access", proof.as_str())]].concat();
    admin.submit(path, &confirmed).await.expect(303);
    assert!(sees(&member, &db).await);
    // What gives nobody anything new is saved at once.
    admin.submit(path, &fields).await.expect(303);
    let off = [("label", "Db 1"), ("veid", "100002"), ("tags", "db")];
    admin.submit(path, &off).await.expect(303);
    // What was confirmed for other tags is not confirmed for these.
    let wrong = [&fields[..], &[("confirm_access", "1")]].concat();
    admin.submit(path, &wrong).await.expect(422);
}

/// The value of the box that confirms.
fn proof(body: &str) -> String {
    let rest = body.split("name=\"confirm_access\" value=\"").nth(1);
    rest.unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_table_of_labels_and_the_import_ask_too() {
    let (panel, web, db) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let (_, member) = member_with(&panel, Scope::Tag("web".into()), Level::View).await;
    let page = admin.open("/vps/labels").await.expect(200);
    page.must_show("One person has access by tag web");
    let fields = [
        ("vps", "1"),
        ("veid", "100001"),
        ("label", "Web 1"),
        ("tags", "web"),
        ("vps", "2"),
        ("veid", "100002"),
        ("label", "Db 1"),
        ("tags", "web"),
    ];
    let again = admin.submit("/vps/labels", &fields).await.expect(422);
    again.must_show("These tags give one person access");
    let confirmed = proof(&again.body);
    let confirmed = [&fields[..], &[("confirm_access", confirmed.as_str())]].concat();
    admin.submit("/vps/labels", &confirmed).await.expect(303);
    assert!(sees(&member, &web).await && sees(&member, &db).await);
    let csv = "VEID,API_KEY,LABEL,TAGS\n100009,private_TESTimportedImported0009,New 1,web\n";
    let preview = admin.upload("/vps/import", csv.as_bytes()).await;
    let preview = preview.expect(200);
    let import = preview.field("/vps/import/save", "import").unwrap();
    let fields = [
        ("import", import.as_str()),
        ("take-100009", "1"),
        ("label-100009", "New 1"),
        ("tags-100009", "web"),
    ];
    let again = admin.submit("/vps/import/save", &fields).await.expect(422);
    again.must_show("These tags give one person access");
    let confirmed = proof(&again.body);
    let confirmed = [&fields[..], &[("confirm_access", confirmed.as_str())]].concat();
    admin
        .submit("/vps/import/save", &confirmed)
        .await
        .expect(303);
    assert_eq!(panel.count("SELECT count(*) FROM vps").await, 3);
}

#[tokio::test]
async fn who_leaves_is_shown_with_what_to_rotate() {
    let (panel, _, _) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, name) = panel.person(VIEWER).await;
    let all = Access {
        level: Level::Manage,
        shell: true,
    };
    panel.grant(id, &Scope::Every, all).await;
    let member = panel.sign_in_as(&name).await;
    let path = format!("/people/{id}");
    let page = admin.open(&path).await.expect(200);
    page.must_not_show("secrets to rotate");
    let command = [("command", "uptime")];
    member.submit("/vps/1/shell", &command).await.expect(303);
    let sent = member.submit("/vps/2/call/resetRootPassword", &[]).await;
    sent.expect(303);
    member.submit("/vps/1/call/restart", &[]).await.expect(303);
    panel.settle().await;
    let page = admin.open(&path).await.expect(200);
    page.must_show("2 VPSes whose secrets to rotate when they leave");
    page.must_show("Web 1 ran commands as root");
    page.must_show("Db 1 saw secrets");
    let addresses = page.addresses();
    for wanted in ["/vps/1/call/resetRootPassword", "/vps/2/edit"] {
        assert!(addresses.contains(&wanted.to_owned()), "{wanted}");
    }
    let disable = format!("{path}/disable");
    let done = admin.submit(&disable, &[]).await.expect(303);
    assert_eq!(done.location(), format!("{path}?saved=1#leaving-title"));
    let page = admin.follow(&done).await.expect(200);
    page.must_show("Saved.").must_show("Rotate these");
    page.must_show("disabled").must_show("Nothing now.");
    assert_eq!(page.headings()[1], "Disable, and what to rotate");
    // Nothing is left to give to them, nor to take from their sign-in.
    for gone in ["/grants", "", "/link", "/factor/reset"] {
        let gone = format!("{path}{gone}");
        assert!(!page.addresses().contains(&gone), "{gone}");
    }
    let mine = admin.open("/people/1").await.expect(200);
    mine.must_not_show("secrets to rotate");
    let key = [
        ("label", "Db 1"),
        ("veid", "100002"),
        ("api_key", "private_TESTanotherAnother000001"),
        ("anyway", "1"),
    ];
    admin.submit("/vps/2/edit", &key).await.expect(303);
    let mine = admin.open("/people/1").await.expect(200);
    mine.must_show("Db 1 typed the API key");
}

#[tokio::test]
async fn what_somebody_has_already_is_changed_and_not_given_again() {
    let (panel, web, _) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    let (id, _) = member_with(&panel, Scope::Vps(web.id), Level::Manage).await;
    panel
        .grant(id, &Scope::Tag("WEB".into()), access(Level::Operate))
        .await;
    let (person, here) = (format!("/people/{id}"), format!("/vps/{}/access", web.id));
    let number = id.to_string();
    let there = format!("{person}/grants/1");
    let from_here = format!("{there}?next=%2Fvps%2F{}%2Faccess", web.id);
    for (path, field, value, words, way) in [
        (
            format!("{person}/grants"),
            "scope",
            "vps:1",
            "Manage",
            there,
        ),
        (
            format!("{person}/grants"),
            "scope",
            "tag:web",
            "Operate",
            format!("{person}/grants/2"),
        ),
        (here.clone(), "person", number.as_str(), "Manage", from_here),
    ] {
        let fields = [(field, value), ("level", "view")];
        let again = admin.submit(&path, &fields).await.expect(422);
        again.must_show(&format!("They have {words} here already (no end)"));
        assert!(again.addresses().contains(&way), "{way}");
        assert!(again.addresses().contains(&format!("#{field}")));
    }
    let page = admin.open(&person).await.expect(200);
    page.must_show("Web 1 Manage");
    // Where it has ended, giving renews it.
    let fields = [("level", "operate"), ("ends", "today"), ("next", &here)];
    let changed = admin.submit(&format!("{person}/grants/1"), &fields).await;
    assert_eq!(
        changed.expect(303).location(),
        format!("{here}?saved=1#main")
    );
    panel.clock.turn(2 * DAY_S);
    let admin = panel.sign_in(ADMIN).await;
    let fields = [("person", number.as_str()), ("level", "view")];
    let given = admin.submit(&here, &fields).await.expect(303);
    admin.follow(&given).await.must_show("Saved.");
}

#[tokio::test]
async fn every_fault_leads_to_its_field_and_every_description_is_there() {
    let (panel, web, _) = panel_with_two().await;
    let admin = panel.sign_in(ADMIN).await;
    panel.person(VIEWER).await;
    let call = format!("/vps/{}/call/reinstallOS", web.id);
    for path in [
        "/people",
        "/people/2/grants",
        "/people/1/disable",
        "/vps/1/access",
        "/vps/new",
        "/vps/1/remove",
        "/account/password",
        &call,
    ] {
        let again = admin.submit(path, &[]).await.expect(422);
        let tags = again.tags();
        let is_there = |id: &str| tags.iter().any(|tag| tag.attribute("id") == Some(id));
        let faults = again.addresses().into_iter();
        let faults: Vec<String> = faults
            .filter_map(|address| Some(address.strip_prefix('#')?.to_owned()))
            .filter(|field| field != "main")
            .collect();
        assert!(!faults.is_empty(), "{path} leads nowhere");
        let described = tags
            .iter()
            .filter_map(|tag| tag.attribute("aria-describedby"));
        let described = described.flat_map(|ids| ids.split(' ').map(str::to_owned));
        for id in described.chain(faults) {
            assert!(is_there(&id), "{path} has no #{id}");
        }
    }
}
