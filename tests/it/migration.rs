//! The page for moving a VPS: what each location leaves of the transfer, what to do before, and what the
//! last move changed.

use crate::missing;
use crate::panel::{ADMIN, MANAGER, OPERATOR, Panel, VIEWER, web_1};
use crate::visitor::Visitor;
use kiwideck::kiwivm::calls::{LIVE_INFO, LOCATIONS, SERVICE_INFO};
use kiwideck::model::vps::Vps;
use kiwideck::simulator::{Machine, Misbehaviour, Operation};
use serde_json::json;

/// Without multipliers, as in 2016.
const OLD: &str = include_str!("../fixtures/migrate_getLocations.2016.json");

/// A panel with this machine, its locations read.
async fn panel_with(machine: Machine) -> (Panel, Vps, String) {
    let (panel, vps) = Panel::of(machine).await;
    panel.read_call(&vps, LOCATIONS).await;
    panel.kiwivm.forget_heard();
    let path = format!("/vps/{}/migrate", vps.id);
    (panel, vps, path)
}

async fn answered_with(panel: &Panel, vps: &Vps, body: String) {
    panel
        .kiwivm
        .misbehave(LOCATIONS.name, Misbehaviour::Body(body.into_bytes()));
    panel.read_call(vps, LOCATIONS).await;
}

fn forms(page: &crate::answer::Answer) -> Vec<String> {
    let mut forms = page.addresses();
    forms.retain(|address| address.contains("/call/migrate/start?"));
    forms
}

async fn pass(panel: &Panel, seconds: i64) {
    for _ in 0..seconds / 2 {
        panel.clock.turn(2);
        panel.tick().await;
    }
}

#[tokio::test]
async fn each_location_says_what_it_leaves_of_the_months_transfer() {
    let mut machine = web_1().transfer_used(0.5);
    machine.transfer.bytes_per_s = 0;
    let (panel, vps, path) = panel_with(machine).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(&path).await.expect(200);
    let tables = page.inside("table");
    assert_eq!(tables.len(), 5, "{tables:?}");
    assert!(tables[0].starts_with("US "), "{}", tables[0]);
    let all = tables.join("\n");
    for words in [
        "Fremont, California USCA_FMT × 0.33 1000 GiB → 330 GiB less Migrate",
        "Osaka (Softbank) JPOS_1 × 3 1000 GiB → 2.93 TiB more Migrate",
        "USCA_9 × 1 1000 GiB → 1000 GiB the same Migrate",
    ] {
        assert!(all.contains(words), "{words} is not in {all}");
    }
    assert!(!all.contains("USCA_6"), "where it is it cannot go");
    page.must_show("US: Los Angeles, California (DC6 CT CN2GIA-E, CMIN2, CUP) USCA_6");
    page.must_show("1000 GiB / 1.95 TiB");
    assert!(panel.heard().is_empty());
    // The form is filled in, and still wants the name.
    let forms = forms(&page);
    assert_eq!(forms.len(), 15);
    let form = manager.open(&forms[0]).await.expect(200);
    let target = format!("/vps/{}/call/migrate/start", vps.id);
    assert_eq!(form.field(&target, "location").as_deref(), Some("USCA_9"));
    assert_eq!(form.field(&target, "confirm_name").as_deref(), Some(""));
}

#[tokio::test]
async fn before_a_move_the_page_names_what_is_lost() {
    let (panel, vps, path) = panel_with(web_1().ipv6_subnets(1)).await;
    let machine = panel.kiwivm.machine(100_001).unwrap();
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(&path).await.expect(200);
    page.must_show("Take a snapshot")
        .must_show("DNS records")
        .must_show("Firewalls and licences")
        .must_show(&format!("host-100001.example.com {}", machine.addresses[0]))
        .must_not_show("The panel runs here");
    let copies: Vec<String> = page
        .tags()
        .iter()
        .filter_map(|tag| tag.attribute("data-copy").map(str::to_owned))
        .collect();
    assert!(copies.contains(&machine.addresses[0]), "{copies:?}");
    let snapshots = format!("/vps/{}/snapshots", vps.id);
    let mut leading = page.addresses();
    leading.retain(|address| *address == snapshots);
    assert_eq!(leading.len(), 2, "the tab, and the button of the list");
    let admin = panel.sign_in(ADMIN).await;
    let fields = [
        ("label", "Web 1"),
        ("veid", "100001"),
        ("is_panel_host", "1"),
    ];
    admin
        .submit(&format!("/vps/{}/edit", vps.id), &fields)
        .await
        .expect(303);
    admin.open(&path).await.must_show("The panel runs here");
}

#[tokio::test]
async fn after_a_move_old_and_new_stand_side_by_side() {
    let (panel, vps, path) = panel_with(web_1()).await;
    let old = panel.kiwivm.machine(100_001).unwrap().addresses[0].clone();
    let admin = panel.sign_in(ADMIN).await;
    admin
        .open(&path)
        .await
        .expect(200)
        .must_not_show("The last move");
    let form = format!("/vps/{}/call/migrate/start", vps.id);
    let fields = [("location", "JPOS_1"), ("confirm_name", "Web 1")];
    let sent = admin.submit(&form, &fields).await;
    let result = admin.follow(&sent).await.expect(200);
    result
        .must_show("Migrate: Accepted")
        .must_show("New addresses");
    pass(&panel, 10).await;
    let page = admin.open(&path).await.expect(200);
    page.must_show("Locked: Migration: JPOS_1")
        .must_show("Not now: A long operation runs");
    assert!(forms(&page).is_empty());
    pass(&panel, 170).await;
    let new = panel.kiwivm.machine(100_001).unwrap().addresses[0].clone();
    assert_ne!(old, new);
    for panel in [&panel, &panel.started_again().await.unwrap()] {
        let admin = panel.sign_in(ADMIN).await;
        let page = admin.open(&path).await.expect(200);
        page.must_show("The last move")
            .must_show(&format!("Addresses {old} {new}"))
            .must_show("Reverse names that went with the old addresses:")
            .must_show(&format!("host-100001.example.com {old}"))
            .must_show("Japan: Osaka (Softbank) JPOS_1")
            .must_show("Ended: Migration: JPOS_1");
        // Where it was it can go again.
        assert!(forms(&page).iter().any(|form| form.ends_with("USCA_6")));
    }
}

#[tokio::test]
async fn without_multipliers_what_is_left_is_unknown() {
    let (panel, vps, path) = panel_with(web_1()).await;
    answered_with(&panel, &vps, OLD.to_owned()).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(&path).await.expect(200);
    assert_eq!(forms(&page).len(), 4);
    page.must_show("Fremont, California (IPv4+IPv6) USCA_FMT Unknown Unknown Migrate")
        .must_not_show("less");
}

#[tokio::test]
async fn no_location_one_and_hundreds_are_listed() {
    let (panel, vps, path) = panel_with(web_1()).await;
    let manager = panel.sign_in(MANAGER).await;
    for (count, regions) in [(0, 0), (1, 1), (300, 1)] {
        let ids: Vec<String> = (0..count).map(|number| format!("XX_{number}")).collect();
        let mut all = vec!["USCA_6".to_owned()];
        all.extend(ids);
        let body = json!({"error": 0, "currentLocation": "USCA_6", "locations": all});
        answered_with(&panel, &vps, body.to_string()).await;
        let page = manager.open(&path).await.expect(200);
        assert_eq!(forms(&page).len(), count);
        assert_eq!(page.inside("table").len(), regions);
        assert_eq!(page.shows("KiwiVM lists no other location"), count == 0);
    }
}

#[tokio::test]
async fn an_odd_id_reaches_the_form_as_it_came() {
    let (panel, vps, path) = panel_with(web_1()).await;
    let manager = panel.sign_in(MANAGER).await;
    let odd = "A&B=<c> d";
    let body = json!({
        "error": 0, "currentLocation": "X", "locations": ["X", odd],
        "descriptions": {odd: "<b>US</b>: <i>Odd</i>"}, "dataTransferMultipliers": {odd: 2},
    });
    answered_with(&panel, &vps, body.to_string()).await;
    let page = manager.open(&path).await.expect(200);
    assert!(!page.body.contains("<i>Odd"));
    let form = manager.open(&forms(&page)[0]).await.expect(200);
    let target = format!("/vps/{}/call/migrate/start", vps.id);
    assert_eq!(form.field(&target, "location").as_deref(), Some(odd));
}

#[tokio::test]
async fn a_failed_list_leaves_the_old_one_with_its_age_and_the_reason() {
    let (panel, vps, path) = panel_with(web_1()).await;
    panel.clock.turn(300);
    panel
        .kiwivm
        .misbehave(LOCATIONS.name, Misbehaviour::Html(502));
    panel.read_call(&vps, LOCATIONS).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(&path).await.expect(200);
    page.must_show("as of 5 minutes ago")
        .must_show("The last reading failed")
        .must_show("HTTP status 502");
    assert_eq!(forms(&page).len(), 15);
    // Asking again asks for what the page shows.
    panel.kiwivm.forget_heard();
    let asked = format!("/vps/{}/refresh", vps.id);
    let back = manager.submit(&asked, &[("section", "migrate")]).await;
    assert_eq!(back.location(), path);
    let mut heard = panel.heard();
    heard.sort();
    assert_eq!(heard, ["getServiceInfo", "migrate/getLocations"]);
    manager.open(&path).await.must_show("as of just now");
}

#[tokio::test]
async fn nothing_was_ever_read_and_the_page_asks_once() {
    let panel = Panel::start().await;
    let vps = panel.add(web_1()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let path = format!("/vps/{}/migrate", vps.id);
    let page = viewer.open(&path).await.expect(200);
    page.must_show("Fremont, California");
    viewer.open(&path).await.expect(200);
    let mut heard = panel.heard();
    heard.sort();
    assert_eq!(heard, ["getServiceInfo", "migrate/getLocations"]);
}

#[tokio::test]
async fn who_may_not_move_it_sees_why() {
    let (panel, vps, path) = panel_with(web_1()).await;
    for standing in [VIEWER, OPERATOR] {
        let person = panel.sign_in(standing).await;
        let page = person.open(&path).await.expect(200);
        assert!(forms(&page).is_empty());
        page.must_show("Not now: needs the right “Manage”");
        assert!(page.body.contains("aria-describedby=\"why-migrate\""));
    }
    let admin = panel.sign_in(ADMIN).await;
    let protection = format!("/vps/{}/protection", vps.id);
    admin
        .submit(&protection, &[("protect", "1")])
        .await
        .expect(303);
    let page = admin.open(&path).await.expect(200);
    assert!(forms(&page).is_empty());
    page.must_show("Not now: this VPS is protected");
}

#[tokio::test]
async fn a_blocked_address_is_explained_before_and_after() {
    let (panel, vps, path) = panel_with(web_1().address_blocked()).await;
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.open(&path).await.expect(200);
    page.must_show("When KiwiVM refuses with 734152")
        .must_show("Waiting helps");
    let form = format!("/vps/{}/call/migrate/start", vps.id);
    let fields = [("location", "USCA_FMT"), ("confirm_name", "Web 1")];
    let sent = admin.submit(&form, &fields).await;
    admin
        .follow(&sent)
        .await
        .must_show("Migrate: Refused")
        .must_show("(734152)")
        .must_show("blocked or null-routed")
        .must_show("sending it again does not");
    assert_eq!(panel.kiwivm.heard_count("migrate/start"), 1);
}

#[tokio::test]
async fn cloning_is_offered_on_openvz_alone() {
    let clone = "/call/cloneFromExternalServer";
    let offers = |page: &crate::answer::Answer| {
        page.addresses()
            .iter()
            .any(|address| address.ends_with(clone))
    };
    let (panel, _, path) = panel_with(Machine::ovz(100_001).labelled("Old 1")).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(&path).await.expect(200);
    assert!(offers(&page));
    page.must_show("What is lost: Every byte on the disk");
    let viewer = panel.sign_in(VIEWER).await;
    assert!(!offers(&viewer.open(&path).await.expect(200)));

    let (panel, vps, path) = panel_with(web_1()).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(&path).await.expect(200);
    assert!(!offers(&page));
    page.must_show("This works on OpenVZ plans only.");
    // What it is is not known: the sentence, and the form.
    let mut reply = missing::reply(&panel, &vps, SERVICE_INFO).await;
    reply.as_object_mut().unwrap().remove("vm_type");
    panel.clock.turn(10);
    let body = Misbehaviour::Body(reply.to_string().into_bytes());
    panel.kiwivm.misbehave(SERVICE_INFO.name, body);
    panel.read_call(&vps, SERVICE_INFO).await;
    let page = manager.open(&path).await.expect(200);
    assert!(offers(&page));
    page.must_show("This works on OpenVZ plans only.");
}

#[tokio::test]
async fn the_page_stands_without_any_one_field() {
    for machine in [web_1(), Machine::ovz(100_001).labelled("Web 1")] {
        let (panel, vps, path) = panel_with(machine.ipv6_subnets(1)).await;
        let manager = panel.sign_in(MANAGER).await;
        for call in [LOCATIONS, SERVICE_INFO, LIVE_INFO] {
            missing::stands(&panel, (&manager, &path), (&vps, call)).await;
        }
    }
}

#[tokio::test]
async fn locked_from_the_first_reading_on_the_page_stands() {
    let busy = Operation::reinstall("debian-13-x86_64", 0);
    let panel = Panel::start().await;
    let vps = panel.add(web_1().locked(busy, 30)).await;
    let manager: Visitor = panel.sign_in(MANAGER).await;
    let page = manager
        .open(&format!("/vps/{}/migrate", vps.id))
        .await
        .expect(200);
    page.must_show("Locked: OS Reinstall: debian-13-x86_64")
        .must_show("The locations are not known yet")
        .must_not_show("KiwiVM lists no other location")
        .must_show("Unknown");
}

#[tokio::test]
async fn the_page_speaks_chinese() {
    let (panel, _, path) = panel_with(web_1()).await;
    let manager = panel.sign_in(MANAGER).await.in_chinese();
    let page = manager.open(&path).await.expect(200);
    page.must_show("机房迁移")
        .must_show("流量系数")
        .must_show("变少")
        .must_show("迁移前的检查")
        .must_show("仅支持 OpenVZ 套餐。");
}

#[tokio::test]
async fn what_is_unknown_of_the_plan_is_being_asked_or_says_why_it_is_not_known() {
    for (misbehaviour, words) in [
        (Misbehaviour::Hang, "KiwiVM is being asked."),
        (Misbehaviour::Html(502), "HTTP status 502"),
    ] {
        let panel = Panel::start().await;
        let vps = panel.add(web_1()).await;
        panel.read_call(&vps, LOCATIONS).await;
        panel.kiwivm.misbehave(SERVICE_INFO.name, misbehaviour);
        let viewer = panel.sign_in(VIEWER).await;
        let path = format!("/vps/{}/migrate", vps.id);
        viewer.open(&path).await.expect(200).must_show(words);
    }
}
