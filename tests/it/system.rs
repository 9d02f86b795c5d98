//! The page of a VPS's hostname, ISO, SSH keys, root password and templates.

use crate::answer::Answer;
use crate::missing;
use crate::panel::{ADMIN, MANAGER, OPERATOR, PASSWORD, Panel, VIEWER};
use kiwideck::kiwivm::calls::{AVAILABLE_OS, CALLS, LIVE_INFO, SERVICE_INFO, SSH_KEYS};
use kiwideck::model::vps::Vps;
use kiwideck::simulator::{Machine, Misbehaviour};
use serde_json::{Value, json};

const ONE: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaSw601QLuAPAILOu5mzYiHEjI06gxucUPArdc/9DHt one";
const ONE_FINGERPRINT: &str = "SHA256:hA/Or20GTGdVLLL7N3U9N5K3GmEqH6JLSopKLDqqrVE";
const TWO: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID/EzP50WHDiwNmfcfMP8GVsje3UHMHX09N2sNvmheLz two@example.com";
/// Nobody's: cut off, so that it opens nothing.
const PRIVATE_BODY: &str = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW";
const PAGE: &str = "/vps/1/system";
const KEYS: &str = "/vps/1/call/updateSshKeys";

fn web_1() -> Machine {
    Machine::kvm(100_001)
        .labelled("Web 1")
        .named("web-1.example.com")
}

async fn panel_with(machine: Machine) -> (Panel, Vps) {
    let panel = Panel::start().await;
    let vps = panel.add(machine).await;
    for call in [AVAILABLE_OS, SSH_KEYS] {
        panel.read_call(&vps, call).await;
    }
    panel.read(&vps).await;
    (panel, vps)
}

fn with_keys(keys: &str) -> Machine {
    let mut machine = web_1();
    machine.ssh_keys = keys.to_owned();
    machine
}

fn leads_to(page: &Answer, path: &str) -> bool {
    page.addresses().iter().any(|address| address == path)
}

/// Has KiwiVM answer this to a call from now on, and has it read.
async fn says(panel: &Panel, vps: &Vps, (call, reply): (&'static str, Value)) {
    let body = Misbehaviour::Body(reply.to_string().into_bytes());
    panel.kiwivm.misbehave_times(call, body, usize::MAX);
    panel.clock.turn(60);
    let call = kiwideck::kiwivm::calls::find(call).unwrap();
    panel.read_call(vps, call).await;
}

#[tokio::test]
async fn the_hostname_is_changed_here_and_the_guest_keeps_its_own() {
    let (panel, _) = panel_with(web_1()).await;
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open(PAGE).await.expect(200);
    let call = "/vps/1/call/setHostname";
    assert_eq!(
        page.field(call, "newHostname").unwrap(),
        "web-1.example.com"
    );
    let form = [("stay", "1"), ("newHostname", "web-2.example.com.")];
    let sent = operator.submit(call, &form).await.expect(303);
    let page = operator.follow(&sent).await.expect(200);
    page.must_show("Change hostname: Accepted")
        .must_show("In KiwiVM web-2.example.com")
        .must_show("In the system inside web-1.example.com")
        .must_show("The running system keeps its own");
    let wrong = [("newHostname", "web_2")];
    let again = operator.submit(call, &wrong).await.expect(422);
    assert_eq!(again.field(call, "newHostname").unwrap(), "web_2");
    assert_eq!(
        again.choices("newHostname").len(),
        0,
        "a hostname is typed, not chosen"
    );
}

#[tokio::test]
async fn an_iso_takes_effect_after_a_full_stop_and_start_and_the_page_says_so_with_the_buttons() {
    let (panel, _) = panel_with(web_1()).await;
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open(PAGE).await.expect(200);
    page.must_show("Drive 1 nothing")
        .must_not_show("stop it, then start it");
    let isos = page.choices("iso");
    assert!(isos.len() > 2);
    let form = [("stay", "1"), ("iso", isos[0].as_str())];
    let sent = operator.submit("/vps/1/call/iso/mount", &form).await;
    let page = operator.follow(&sent).await.expect(200);
    page.must_show("stop it, then start it")
        .must_show("Drive 1 nothing")
        .must_show("It is running already");
    assert!(leads_to(&page, "/vps/1/call/stop"));
    assert!(!leads_to(&page, "/vps/1/call/start"));
    for call in ["stop", "start"] {
        operator.submit(&format!("/vps/1/call/{call}"), &[]).await;
        panel.clock.turn(60);
    }
    let page = operator.open(PAGE).await.expect(200);
    page.must_show(&format!("Drive 1 {}", isos[0]))
        .must_not_show("stop it, then start it");
    let form = [("stay", "1")];
    let sent = operator.submit("/vps/1/call/iso/unmount", &form).await;
    let page = operator.follow(&sent).await.expect(200);
    page.must_show("stop it, then start it");
}

#[tokio::test]
async fn iso_images_are_not_offered_to_a_container() {
    let (panel, _) = panel_with(Machine::ovz(100_002).labelled("Old mail")).await;
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.open(PAGE).await.expect(200);
    page.must_show("ISO images are for KVM plans");
    assert!(!leads_to(&page, "/vps/1/call/iso/mount"));
    page.must_show("In the system inside host-100002.example.com");
}

#[tokio::test]
async fn the_keys_of_the_vps_win_over_the_accounts_and_each_is_described() {
    let (panel, _) = panel_with(web_1()).await;
    let viewer = panel.sign_in(VIEWER).await;
    viewer
        .open(PAGE)
        .await
        .must_show("This VPS has no keys of its own, so those of the account are put in")
        .must_show("account@example.com");
    let options = format!("from=\"192.0.2.0/24\" {TWO}");
    let (panel, vps) = panel_with(with_keys(&format!("{ONE}\n{options}\nssh-rsa broken"))).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(PAGE).await.expect(200);
    page.must_show("The keys of this VPS win")
        .must_show("ED25519 256 bits · one")
        .must_show(ONE_FINGERPRINT)
        .must_show("from=\"192.0.2.0/24\"")
        .must_show("Not readable as a public key ssh-rsa broken");
    let none = json!({"error": 0, "ssh_keys_veid": "", "ssh_keys_user": null});
    says(&panel, &vps, ("getSshKeys", none)).await;
    let page = viewer.open(PAGE).await.expect(200);
    page.must_show("No keys are stored");
}

#[tokio::test]
async fn keys_are_stored_one_a_line_by_a_manager_who_has_proved_who_they_are() {
    let (panel, _) = panel_with(with_keys(ONE)).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(PAGE).await.expect(200);
    assert_eq!(page.field(KEYS, "ssh_keys").unwrap(), ONE);
    let typed = format!("{ONE}\r\n\r\n  from=\"192.0.2.7\" {TWO}  \r\n");
    let form = [("stay", "1"), ("ssh_keys", typed.as_str())];
    panel.clock.turn(3600);
    let held = manager.submit(KEYS, &form).await.expect(303);
    assert!(held.location().starts_with("/prove/"));
    assert!(panel.heard().is_empty());
    let proof = [("password", PASSWORD)];
    let sent = manager.submit(&held.location(), &proof).await.expect(303);
    assert!(sent.location().starts_with("/vps/1/system?done="));
    let wanted = format!("{ONE}\nfrom=\"192.0.2.7\" {TWO}");
    assert_eq!(panel.kiwivm.heard()[0].parameters[0].1, wanted);
    let page = manager.follow(&sent).await.expect(200);
    assert_eq!(page.field(KEYS, "ssh_keys").unwrap(), wanted);
    // An empty list clears it.
    let form = [("stay", "1"), ("ssh_keys", " \r\n")];
    let sent = manager.submit(KEYS, &form).await.expect(303);
    manager
        .follow(&sent)
        .await
        .must_show("This VPS has no keys of its own");
}

#[tokio::test]
async fn t_secret_leak_a_line_that_is_no_key_is_named_and_only_keys_come_back() {
    let (panel, _) = panel_with(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    // A private key can be broken into pieces that no longer look like one.
    for odd in [
        "ssh-ed25519 AAAA broken",
        "b3BlbnNza C1rZXktd jEAAAAA BG5vb",
    ] {
        let typed = format!("{ONE}\r\n\r\n{odd}\r\n{TWO}");
        let form = [("stay", "1"), ("ssh_keys", typed.as_str())];
        let again = admin.submit(KEYS, &form).await.expect(422);
        again
            .must_show("Line 3 is not a public SSH key")
            .must_show("left empty here")
            .must_not_show(odd);
        let kept = again.field(KEYS, "ssh_keys").unwrap();
        assert_eq!(kept.replace("\r\n", "\n"), format!("{ONE}\n\n\n{TWO}"));
    }
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn t_secret_leak_a_private_key_pasted_by_mistake_is_kept_nowhere() {
    let (panel, _) = panel_with(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    // Without a fresh proof a good list would be held until there is one.
    panel.clock.turn(3600);
    let whole = format!(
        "{ONE}\n-----BEGIN OPENSSH PRIVATE KEY-----\n{PRIVATE_BODY}\n-----END OPENSSH PRIVATE KEY-----"
    );
    let (one, other) = PRIVATE_BODY.split_at(35);
    let broken = format!("{one} {other}");
    let comment = format!("{ONE} {PRIVATE_BODY}");
    for typed in [whole.as_str(), PRIVATE_BODY, &broken, &comment] {
        let form = [("stay", "1"), ("ssh_keys", typed)];
        let again = admin.submit(KEYS, &form).await.expect(422);
        again.must_show("This looks like a private key");
        assert_eq!(again.field(KEYS, "ssh_keys").unwrap(), "");
        assert!(!again.body.contains(&PRIVATE_BODY[..24]));
    }
    assert!(panel.heard().is_empty());
    assert_eq!(
        panel
            .count("SELECT count(*) FROM audit WHERE what = 'updateSshKeys'")
            .await,
        0
    );
    for name in std::fs::read_dir(panel.folder()).unwrap() {
        let bytes = std::fs::read(name.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains(&PRIVATE_BODY[..24]));
    }
}

#[tokio::test]
async fn t_secret_leak_a_private_key_that_kiwivm_keeps_is_neither_shown_nor_offered_for_editing() {
    let kept = format!("{ONE}\n-----BEGIN OPENSSH PRIVATE KEY-----\n{PRIVATE_BODY}");
    let (panel, _) = panel_with(with_keys(&kept)).await;
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.open(PAGE).await.expect(200);
    page.must_show("a line here that looks like a private key");
    assert!(!page.body.contains(&PRIVATE_BODY[..24]));
    assert_eq!(page.field(KEYS, "ssh_keys").unwrap(), ONE);
    let viewer = panel.sign_in(VIEWER).await;
    let sent = viewer.submit("/vps/1/call/getSshKeys", &[]).await;
    let reply = viewer.follow(&sent).await.expect(200);
    reply.must_show("***");
    assert!(reply.body.contains(ONE), "a public key is no secret");
    assert!(!reply.body.contains(&PRIVATE_BODY[..24]));
    let kept = kiwideck::model::reading::find(&panel.app.db, 1, "getSshKeys");
    let (_, kept) = kept.await.unwrap().reply.unwrap();
    assert!(kept.contains(ONE) && !kept.contains(&PRIVATE_BODY[..24]));
}

#[tokio::test]
async fn a_long_list_of_keys_is_edited_whole() {
    let many: Vec<String> = (0..300).map(|number| format!("{ONE}-{number}")).collect();
    let (panel, _) = panel_with(with_keys(&many.join("\n"))).await;
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.open(PAGE).await.expect(200);
    assert_eq!(page.field(KEYS, "ssh_keys").unwrap(), many.join("\n"));
}

#[tokio::test]
async fn keys_that_are_not_known_are_not_offered_for_editing() {
    let (panel, vps) = panel_with(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    let reply = json!({"error": 0, "ssh_keys_user": ONE});
    says(&panel, &vps, ("getSshKeys", reply)).await;
    let page = admin.open(PAGE).await.expect(200);
    page.must_show("KiwiVM does not say.");
    assert!(!page.body.contains("name=\"ssh_keys\""));
    assert!(leads_to(&page, KEYS), "the call's own page takes them");
}

#[tokio::test]
async fn the_root_password_is_reset_while_the_vps_runs_and_shown_once() {
    let (panel, _) = panel_with(web_1()).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(PAGE).await.expect(200);
    let call = "/vps/1/call/resetRootPassword";
    let action = page.field(call, "action").unwrap();
    let sent = manager.submit(call, &[("action", &action)]).await;
    assert_eq!(sent.location(), format!("/actions/{action}"));
    let page = manager.follow(&sent).await.expect(200);
    page.must_show("The reply holds a secret");
    let (panel, _) = panel_with(web_1().stopped()).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(PAGE).await.expect(200);
    page.must_show("It is stopped. Start it first");
    assert!(!leads_to(&page, call));
}

#[tokio::test]
async fn a_template_is_searched_for_and_leads_to_the_form_with_it_chosen() {
    let (panel, _) = panel_with(web_1()).await;
    let manager = panel.sign_in(MANAGER).await;
    let page = manager.open(PAGE).await.expect(200);
    page.must_show("11 of 11 templates")
        .must_show("debian-12-x86_64 installed");
    let page = manager.open(&format!("{PAGE}?q=Debian+13")).await;
    page.must_show("1 of 11 templates")
        .must_not_show("ubuntu-24.04-x86_64");
    let path = "/vps/1/call/reinstallOS?os=debian-13-x86_64";
    assert!(leads_to(&page, path));
    let form = manager.open(path).await.expect(200);
    let call = "/vps/1/call/reinstallOS";
    assert_eq!(form.field(call, "os").unwrap(), "debian-13-x86_64");
    assert_eq!(form.field(call, "confirm_name").unwrap(), "");
    let page = manager.open(&format!("{PAGE}?q=%3Cb%3E")).await.expect(200);
    page.must_show("No template fits this search");
    assert!(page.addresses().contains(&format!("{PAGE}#reinstall")));
}

#[tokio::test]
async fn hundreds_of_templates_are_folded_by_family_and_odd_ones_are_text() {
    let (panel, vps) = panel_with(web_1()).await;
    let manager = panel.sign_in(MANAGER).await;
    let mut templates: Vec<String> = (0..400)
        .map(|number| format!("{}-{number}", ["debian", "ubuntu"][number % 2]))
        .collect();
    templates.push("<b>\u{202e}&os=x".to_owned());
    let reply = json!({"error": 0, "installed": "ubuntu-1", "templates": templates});
    says(&panel, &vps, ("getAvailableOS", reply)).await;
    let page = manager.open(PAGE).await.expect(200);
    page.must_show("401 of 401 templates")
        .must_show("debian 200")
        .must_show("<b>&os=x");
    let open = page.tags().into_iter();
    let open = open.filter(|tag| tag.name == "details" && tag.attribute("open").is_some());
    assert_eq!(open.count(), 1, "that of the installed one");
    let odd = "/vps/1/call/reinstallOS?os=%3Cb%3E%E2%80%AE%26os%3Dx";
    assert!(leads_to(&page, odd));
    let form = manager.open(odd).await.expect(200);
    assert_eq!(
        form.field("/vps/1/call/reinstallOS", "os").unwrap(),
        "<b>\u{202e}&os=x"
    );
    for (reply, words) in [
        (
            json!({"error": 0, "templates": []}),
            "KiwiVM lists no template",
        ),
        (
            json!({"error": 0, "templates": ["alpine"]}),
            "1 of one template",
        ),
    ] {
        panel.kiwivm.behave();
        says(&panel, &vps, ("getAvailableOS", reply)).await;
        manager.open(PAGE).await.expect(200).must_show(words);
    }
}

#[tokio::test]
async fn what_a_person_may_not_do_to_the_system_is_not_offered_and_the_page_says_why() {
    let (panel, _) = panel_with(web_1()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(PAGE).await.expect(200);
    let needs = |id| format!("needs the right “{}”", viewer.says(id).text());
    for call in ["Change hostname", "Mount ISO"] {
        page.must_show(&format!("{call}: {}", needs("right-operate")));
    }
    for call in ["Change SSH keys", "Reinstall"] {
        page.must_show(&format!("{call}: {}", needs("right-manage")));
    }
    page.must_show("debian-13-x86_64");
    for call in CALLS.iter().filter(|call| !call.is_read()) {
        let path = format!("/vps/1/call/{}", call.name);
        let offered = page.addresses();
        assert!(!offered.iter().any(|one| one.starts_with(&path)), "{path}");
    }
}

#[tokio::test]
async fn a_protected_vps_offers_no_reinstall() {
    let (panel, _) = panel_with(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    let fields = [("protect", "1")];
    admin.submit("/vps/1/protection", &fields).await.expect(303);
    let page = admin.open(PAGE).await.expect(200);
    page.must_show("Reinstall: this VPS is protected");
    assert!(!page.body.contains("reinstallOS?os="));
    assert!(leads_to(&page, KEYS));
}

#[tokio::test]
async fn a_failed_call_leaves_the_last_keys_and_templates_with_the_reason() {
    let (panel, vps) = panel_with(with_keys(ONE)).await;
    let admin = panel.sign_in(ADMIN).await;
    panel.clock.turn(3600);
    panel
        .kiwivm
        .misbehave_times("getSshKeys", Misbehaviour::Html(502), usize::MAX);
    let form = [("section", "system")];
    let sent = admin.submit("/vps/1/refresh", &form).await.expect(303);
    assert_eq!(sent.location(), PAGE);
    let page = admin.follow(&sent).await.expect(200);
    page.must_show(ONE_FINGERPRINT)
        .must_show("as of 1 hour ago")
        .must_show("HTTP status 502");
    drop(vps);
}

#[tokio::test]
async fn a_page_that_was_never_read_asks_once_for_each_of_its_calls() {
    let panel = Panel::start().await;
    panel.add(web_1()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open(PAGE).await.expect(200);
    page.must_show("debian-13-x86_64")
        .must_show("In the system inside Unknown");
    let mut heard = panel.heard();
    heard.sort();
    assert_eq!(heard, ["getAvailableOS", "getServiceInfo", "getSshKeys"]);
    panel.kiwivm.forget_heard();
    viewer.open(PAGE).await.expect(200);
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn the_system_page_stands_without_any_one_field() {
    for machine in [
        with_keys(ONE),
        Machine::ovz(100_001).labelled("Web 1").stopped(),
    ] {
        let (panel, vps) = panel_with(machine).await;
        let admin = panel.sign_in(ADMIN).await;
        for call in [LIVE_INFO, SERVICE_INFO, AVAILABLE_OS, SSH_KEYS] {
            missing::stands(&panel, (&admin, PAGE), (&vps, call)).await;
        }
    }
}

#[tokio::test]
async fn the_system_page_speaks_chinese() {
    let (panel, _) = panel_with(with_keys(ONE).stopped()).await;
    let admin = panel.sign_in(ADMIN).await.in_chinese();
    let page = admin.open(PAGE).await.expect(200);
    page.must_show("以这台 VPS 的公钥为准")
        .must_show("256 位")
        .must_show("请先开机")
        .must_show("11 个，共 11 个系统模板");
}
