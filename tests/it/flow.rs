//! How one thing leads to the next: after a change, after a reply, after a switch of language.

use crate::panel::{ADMIN, MANAGER, OPERATOR, Panel, VIEWER, web_1};
use crate::site;
use kiwideck::kiwivm::call::Call;
use kiwideck::kiwivm::calls::{CALLS, find};
use kiwideck::simulator::{Machine, Misbehaviour, Operation};

const DAY_S: i64 = 86_400;

/// A panel with this machine, read once.
async fn panel_with(machine: Machine) -> (Panel, i64) {
    let (panel, vps) = Panel::of(machine).await;
    (panel, vps.id)
}

#[tokio::test]
async fn after_a_change_the_overview_comes_again_until_the_new_state_is_read() {
    let (panel, id) = panel_with(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    let overview = format!("/vps/{id}");
    let page = admin.open(&overview).await.expect(200);
    assert!(!page.body.contains("hx-trigger"));
    let sent = admin.submit(&format!("{overview}/call/stop"), &[]).await;
    let result = admin.follow(&sent).await.expect(200);
    result.must_show("Watch what it does");
    let page = admin.open(&overview).await.expect(200);
    page.must_show("The new state is being read.");
    assert!(page.body.contains("<noscript><meta http-equiv=\"refresh\""));
    panel.clock.turn(3);
    panel.tick().await;
    let part = admin.poll(&overview).await.expect(200);
    part.must_show("Stopped")
        .must_not_show("The new state is being read.");
    assert!(!part.body.contains("hx-trigger"), "it goes on asking");
    assert!(!part.body.contains("<html"), "a part is no whole page");
}

#[tokio::test]
async fn a_locked_vps_comes_again_as_a_part_and_reloads_only_without_javascript() {
    let busy = Operation::reinstall("debian-13-x86_64", 0);
    let (panel, id) = panel_with(web_1().locked(busy, 30)).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{id}")).await.expect(200);
    assert!(page.body.contains("hx-trigger=\"every 5s\""));
    let bare = page
        .body
        .replace("<noscript><meta http-equiv=\"refresh\"", "");
    assert!(!bare.contains("http-equiv=\"refresh\""));
}

#[tokio::test]
async fn the_form_of_a_call_waits_for_its_choices_without_touching_the_rest() {
    let (panel, id) = panel_with(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    panel.kiwivm.misbehave("getAvailableOS", Misbehaviour::Hang);
    let path = format!("/vps/{id}/call/reinstallOS");
    let page = admin.open(&path).await.expect(200);
    page.must_show(&admin.says("call-choices-asking").text());
    let asking: Vec<_> = page
        .tags()
        .into_iter()
        .filter(|tag| tag.attribute("hx-get").is_some())
        .collect();
    assert_eq!(asking.len(), 1);
    assert_eq!(asking[0].attribute("hx-select"), Some("#field-os"));
    let bare = page
        .body
        .replace("<noscript><meta http-equiv=\"refresh\"", "");
    assert!(!bare.contains("http-equiv=\"refresh\""));
}

#[tokio::test]
async fn a_path_that_only_takes_forms_leads_to_the_page_with_the_form() {
    let (panel, id) = panel_with(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    let action = "0".repeat(32);
    for (path, page) in [
        (
            format!("/actions/{action}/reveal"),
            format!("/actions/{action}"),
        ),
        (format!("/vps/{id}/remove"), format!("/vps/{id}/edit")),
        (format!("/vps/{id}/refresh?x=1"), format!("/vps/{id}")),
        ("/people/1/link".into(), "/people/1".into()),
        ("/people/1/grants".into(), "/people/1".into()),
        (
            "/people/1/grants/2/take".into(),
            "/people/1/grants/2".into(),
        ),
        ("/people/1/disable".into(), "/people/1".into()),
        ("/people/1/enable".into(), "/people/1".into()),
        ("/account/password".into(), "/account".into()),
        ("/account/time-zone".into(), "/account".into()),
        ("/vps/import/save".into(), "/vps/import".into()),
        ("/sign-out".into(), "/".into()),
        ("/language".into(), "/".into()),
    ] {
        let answer = admin.open(&path).await.expect(303);
        assert_eq!(answer.location(), page, "{path}");
    }
    // The rule holds for every route: the page it leads to is there.
    for route in site::forms_only() {
        let vps = panel.vps(id).await;
        let answer = admin.open(&route.path(&vps)).await.expect(303);
        let status = admin.follow(&answer).await.status;
        let unknown = ["/actions/", "/snippets/{id}"];
        let is_unknown = route.pattern.contains("{grant}")
            || unknown.iter().any(|start| route.pattern.starts_with(start));
        assert_eq!(status.as_u16(), if is_unknown { 404 } else { 200 });
    }
}

#[tokio::test]
async fn the_page_with_a_secret_has_no_switch_that_would_lose_it() {
    let (panel, id) = panel_with(web_1()).await;
    let manager = panel.sign_in(MANAGER).await;
    let path = format!("/vps/{id}/call/resetRootPassword");
    let sent = manager.submit(&path, &[]).await;
    let result = manager.follow(&sent).await.expect(200);
    assert!(result.addresses().contains(&"/language".to_owned()));
    let reveal = format!("{}/reveal", sent.location());
    let shown = manager.submit(&reveal, &[]).await.expect(200);
    shown.must_show("Shown once");
    assert!(!shown.addresses().contains(&"/language".to_owned()));
    assert!(!shown.addresses().contains(&"/theme".to_owned()));
    assert!(shown.addresses().contains(&"/sign-out".to_owned()));
}

#[tokio::test]
async fn a_soft_suspension_leads_from_its_reason_to_its_end() {
    let (panel, id) = panel_with(web_1().suspended(true)).await;
    let operator = panel.sign_in(OPERATOR).await;
    let overview = operator.open(&format!("/vps/{id}")).await.expect(200);
    overview
        .must_show("See why")
        .must_show("It is suspended; KiwiVM refuses until that ends.");
    let why = format!("/vps/{id}/abuse");
    assert!(overview.addresses().contains(&why));
    let page = operator.open(&why).await.expect(200);
    let target = format!("/vps/{id}/call/unsuspend");
    assert_eq!(page.field(&target, "record_id").unwrap(), "11852");
    // The reply itself leads there too.
    let call = format!("/vps/{id}/call/getSuspensionDetails");
    let sent = operator.submit(&call, &[]).await;
    let result = operator.follow(&sent).await.expect(200);
    result.must_show("Soft case").must_show("See “Abuse”");
    assert!(result.addresses().contains(&why));
    // Whoever may only look gets no button.
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&why).await.expect(200);
    assert!(!page.addresses().contains(&target));
}

#[tokio::test]
async fn a_hard_suspension_leads_to_support() {
    let (panel, id) = panel_with(web_1().suspended(false)).await;
    let operator = panel.sign_in(OPERATOR).await;
    let form = format!("/vps/{id}/call/unsuspend");
    let page = operator.open(&format!("/vps/{id}/abuse")).await;
    page.must_show("Only the provider’s support can end this case.");
    assert!(!page.addresses().contains(&form));
    let page = operator.open(&form).await.expect(200);
    page.must_show(&operator.says("case-only-hard").text());
}

#[tokio::test]
async fn a_suspension_for_used_up_transfer_says_when_it_comes_back() {
    let (panel, id) = panel_with(web_1().exhausted()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{id}")).await.expect(200);
    page.must_show("Suspended: the monthly transfer is used up; it returns on ");
    page.must_show("2026.").must_show("See usage");
    page.must_not_show("Until ");
    let chinese = viewer.in_chinese().open(&format!("/vps/{id}")).await;
    chinese.must_show("自动恢复。").must_show("查看用量");
}

#[tokio::test]
async fn a_button_that_would_be_refused_is_off_with_its_reason() {
    let stopped = web_1().stopped();
    let suspended = web_1().suspended(true);
    for (machine, off, why) in [
        (stopped, 3, "power-stopped"),
        (suspended, 4, "power-suspended"),
    ] {
        let (panel, id) = panel_with(machine).await;
        let admin = panel.sign_in(ADMIN).await;
        let page = admin.open(&format!("/vps/{id}")).await.expect(200);
        assert_eq!(disabled(&page), off, "{why}");
        page.must_show(&admin.says(why).text());
    }
    let panel = Panel::start().await;
    let mut machine = web_1();
    let vps = panel.add(machine.clone()).await;
    machine.key = "private_TESTanotherkey0000000000".to_owned();
    panel.kiwivm.add(machine);
    panel.read(&vps).await;
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.open(&format!("/vps/{}", vps.id)).await.expect(200);
    // The four of the power, and the one that asks for the screen.
    assert_eq!(disabled(&page), 5);
    page.must_show("KiwiVM does not accept the key.")
        .must_show("Store the key again");
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(&format!("/vps/{}", vps.id)).await.expect(200);
    page.must_show("Key refused")
        .must_not_show("Store the key again");
}

fn disabled(page: &crate::answer::Answer) -> usize {
    let tags = page.tags();
    let buttons = tags.iter().filter(|tag| tag.name == "button");
    buttons
        .filter(|button| button.attribute("disabled").is_some())
        .count()
}

#[tokio::test]
async fn whoever_may_not_is_led_back_to_the_vps() {
    let (panel, id) = panel_with(web_1().stopped()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let overview = viewer.open(&format!("/vps/{id}")).await.expect(200);
    let start = format!("/vps/{id}/call/start");
    assert!(!overview.addresses().contains(&start));
    let refused = viewer.open(&start).await.expect(403);
    assert!(refused.addresses().contains(&format!("/vps/{id}")));
    let missing = viewer.open("/vps/99/call/start").await.expect(404);
    assert!(!missing.addresses().contains(&"/vps/99".to_owned()));
}

#[tokio::test]
async fn a_refusal_for_a_lock_tells_the_progress_and_kiwivms_words() {
    let busy = Operation::reinstall("debian-13-x86_64", 0);
    let (panel, id) = panel_with(web_1().locked(busy, 30)).await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{id}/call/setHostname");
    let sent = admin.submit(&path, &[("newHostname", "web.example")]).await;
    let result = admin.follow(&sent).await.expect(200);
    result
        .must_show("locked by a long operation: OS Reinstall: debian-13-x86_64, ")
        .must_show("% done. KiwiVM did not carry this out (788888).")
        .must_show("Code 788888")
        .must_show("VE is currently locked, try again in a few minutes")
        .must_show("More about the error OS Reinstall: debian-13-x86_64")
        .must_show("Watch progress");
}

#[tokio::test]
async fn only_calls_that_lock_speak_of_a_long_operation() {
    let (panel, id) = panel_with(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    let mount = format!("/vps/{id}/call/iso/mount");
    let isos = admin.open(&mount).await.expect(200).choices("iso");
    let sent = admin.submit(&mount, &[("iso", isos[0].as_str())]).await;
    let result = admin.follow(&sent).await.expect(200);
    result
        .must_show(": Accepted")
        .must_show("stop it, then start it")
        .must_not_show("A long operation may still be running.");
    assert!(
        !result.headings().contains(&"Reply".to_owned()),
        "an empty card"
    );
    assert!(result.addresses().contains(&format!("/vps/{id}/call/stop")));
    let create = format!("/vps/{id}/call/snapshot/create");
    let sent = admin.submit(&create, &[("description", "")]).await;
    let result = admin.follow(&sent).await.expect(200);
    result.must_show("A long operation may still be running.");
}

#[test]
fn the_calls_that_lock_are_those_of_the_provider() {
    let locking: Vec<&str> = CALLS
        .iter()
        .filter(|call| call.locks)
        .map(|call| call.name)
        .collect();
    assert_eq!(
        locking,
        [
            "reinstallOS",
            "snapshot/create",
            "snapshot/restore",
            "snapshot/import",
            "backup/copyToSnapshot",
            "migrate/start",
            "cloneFromExternalServer",
        ]
    );
    assert!(find("start").is_some_and(|call: &Call| !call.locks));
}

#[tokio::test]
async fn the_fleet_shows_two_matters_and_counts_from_the_third_on() {
    let panel = Panel::start().await;
    let two = web_1().cpu_throttled().disk_throttled();
    let three = Machine::kvm(100_002)
        .labelled("Web 2")
        .cpu_throttled()
        .disk_throttled()
        .violating(DAY_S);
    for machine in [two, three] {
        let vps = panel.add(machine).await;
        panel.read(&vps).await;
    }
    let viewer = panel.sign_in(VIEWER).await;
    let fleet = viewer.open("/").await.expect(200);
    let cells = fleet.inside("td");
    assert!(cells.contains(&"CPU throttled Disk throttled".to_owned()));
    assert!(cells.contains(&"Policy violation CPU throttled +1".to_owned()));
}

#[tokio::test]
async fn what_the_panel_did_itself_is_done_and_not_accepted() {
    let (panel, id) = panel_with(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    admin
        .submit(&format!("/vps/{id}/call/stop"), &[])
        .await
        .expect(303);
    let log = admin.open("/audit").await.expect(200);
    log.must_show("Signed in Done").must_show("Stop Accepted");
}
