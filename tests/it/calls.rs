//! All 45 calls from their form to KiwiVM and back: for each level, in both languages.

use crate::answer::Answer;
use crate::examples::{Examples, is_kept, typed};
use crate::panel::{
    ADMIN, MANAGER, MANAGER_WITH_SHELL, OPERATOR, Panel, Standing, VIEWER, VIEWER_WITH_SHELL,
};
use crate::visitor::Visitor;
use kiwideck::i18n::Language;
use kiwideck::kiwivm::call::{Call, Class};
use kiwideck::kiwivm::calls::CALLS;
use kiwideck::model::access::{self, Right};
use kiwideck::model::vps::Vps;
use kiwideck::simulator::Machine;

#[tokio::test]
async fn an_admin_makes_every_call_from_its_form() {
    walk(ADMIN, |_| true).await;
}

#[tokio::test]
async fn a_viewer_makes_every_read_and_nothing_else() {
    walk(VIEWER, |call| call.is_read()).await;
}

#[tokio::test]
async fn a_viewer_with_the_shell_reads_and_runs_commands() {
    walk(VIEWER_WITH_SHELL, |call| {
        call.is_read() || call.class == Class::Shell
    })
    .await;
}

#[tokio::test]
async fn an_operator_reads_and_changes_what_can_be_changed_back() {
    walk(OPERATOR, |call| {
        call.is_read() || (call.class == Class::Change && !call.guarded)
    })
    .await;
}

#[tokio::test]
async fn a_manager_makes_every_call_but_the_shells() {
    walk(MANAGER, |call| call.class != Class::Shell).await;
}

#[tokio::test]
async fn a_manager_with_the_shell_makes_every_call() {
    walk(MANAGER_WITH_SHELL, |_| true).await;
}

/// Every call in both languages, as somebody of this standing.
async fn walk(standing: Standing, may: impl Fn(&Call) -> bool) {
    let panel = Panel::start().await;
    let examples = Examples::on(&panel).await;
    for language in Language::ALL {
        // What a VPS used is asked for once in five minutes, and a proof holds no longer.
        panel.clock.turn(5 * 60);
        let visitor = panel.sign_in(standing).await;
        let walk = Walk {
            panel: &panel,
            examples: &examples,
            visitor: visitor.speaking(language),
        };
        for call in CALLS {
            if may(call) {
                walk.makes(call).await;
            } else {
                walk.is_refused(call).await;
            }
        }
    }
}

struct Walk<'a> {
    panel: &'a Panel,
    examples: &'a Examples,
    visitor: Visitor,
}

impl Walk<'_> {
    async fn makes(&self, call: &'static Call) {
        let vps = self.examples.vps_for(call);
        let path = format!("/vps/{}/call/{}", vps.id, call.name);
        let page = self.visitor.open(&path).await.expect(200);
        self.looks_right(call, vps, &page);
        let parameters = self.examples.parameters(call, &page).await;
        let fields = form(call, vps, &parameters);
        self.panel.kiwivm.forget_heard();
        let sent = self.visitor.submit(&path, &borrowed(&fields)).await;
        self.heard_once(call, vps, &parameters);
        let result = self.visitor.follow(&sent.expect(303)).await.expect(200);
        let outcome = if call.is_read() {
            "outcome-answered"
        } else {
            "outcome-accepted"
        };
        result.must_show(&headline(&self.visitor, call, outcome));
        result.must_show(&self.visitor.says("action-raw").text());
    }

    /// Its heading, what it does and loses, and exactly its parameters.
    fn looks_right(&self, call: &Call, vps: &Vps, page: &Answer) {
        let id = format!("call-{}", call.slug());
        page.must_show(&self.visitor.says(&id).text());
        page.must_show(call.name);
        assert!(page.headings().contains(&vps.label), "{}", call.name);
        if let Some(loss) = call.loses {
            page.must_show(&self.visitor.says(loss.message()).text());
        }
        let mut wanted: Vec<&str> = call.parameters.iter().map(|one| one.name).collect();
        if call.is_destroy() {
            wanted.push("confirm_name");
        }
        let fields = page.form(
            &self
                .visitor
                .url(&format!("/vps/{}/call/{}", vps.id, call.name)),
        );
        let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        names.dedup();
        assert_eq!(names, [vec!["action"], wanted].concat(), "{}", call.name);
    }

    /// KiwiVM heard this call, these parameters, and nothing else.
    fn heard_once(&self, call: &Call, vps: &Vps, parameters: &[(&str, String)]) {
        let heard = self.panel.kiwivm.heard();
        assert_eq!(self.panel.heard(), [call.name]);
        assert_eq!(heard[0].method, "POST");
        assert_eq!(heard[0].veid, vps.veid);
        let wanted: Vec<(String, String)> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.replace("\r\n", "\n")))
            .collect();
        assert!(
            heard[0].parameters == wanted,
            "{} took other parameters",
            call.name
        );
    }

    async fn is_refused(&self, call: &'static Call) {
        let vps = self.examples.vps_for(call);
        let path = format!("/vps/{}/call/{}", vps.id, call.name);
        let rows = self.panel.count("SELECT count(*) FROM audit").await;
        self.panel.kiwivm.forget_heard();
        let words = self.visitor.says(access::needed(call).message()).text();
        self.visitor.open(&path).await.expect(403).must_show(&words);
        let parameters: Vec<(&str, String)> = call
            .parameters
            .iter()
            .map(|one| (one.name, typed(one.name).to_owned()))
            .collect();
        let fields = form(call, vps, &parameters);
        let sent = self.visitor.submit(&path, &borrowed(&fields)).await;
        sent.expect(403).must_show(&words);
        assert!(self.panel.heard().is_empty(), "{} was sent", call.name);
        let now = self.panel.count("SELECT count(*) FROM audit").await;
        assert_eq!(rows, now, "{} was written", call.name);
    }
}

/// As it stands over the page of an action.
fn headline(visitor: &Visitor, call: &Call, outcome: &str) -> String {
    let name = visitor.says(&format!("call-{}", call.slug()));
    let headline = visitor.says("action-headline").with("call", name);
    headline.with("outcome", visitor.says(outcome)).text()
}

/// A filled-in form, with fields that no form of ours has.
fn form(
    call: &Call,
    vps: &Vps,
    parameters: &[(&'static str, String)],
) -> Vec<(&'static str, String)> {
    let mut fields = parameters.to_vec();
    if call.is_destroy() {
        fields.push(("confirm_name", vps.label.clone()));
    }
    for extra in ["veid", "api_key", "undeclared"] {
        fields.push((extra, "100009".to_owned()));
    }
    fields
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

#[tokio::test]
async fn without_a_required_parameter_nothing_is_sent_and_what_was_typed_stays() {
    let panel = Panel::start().await;
    let examples = Examples::on(&panel).await;
    let admin = panel.sign_in(ADMIN).await;
    for call in CALLS {
        let vps = examples.vps_for(call);
        let path = format!("/vps/{}/call/{}", vps.id, call.name);
        let page = admin.open(&path).await.expect(200);
        let parameters = examples.parameters(call, &page).await;
        for missing in call.parameters.iter().filter(|one| one.required) {
            let mut fields = form(call, vps, &parameters);
            fields.retain(|(name, _)| *name != missing.name);
            panel.kiwivm.forget_heard();
            let again = admin.submit(&path, &borrowed(&fields)).await.expect(422);
            assert!(panel.heard().is_empty(), "{} was sent", call.name);
            again.must_show(&admin.says("form-missing").text());
            keeps_what_was_typed(call, &again, &fields, &path);
        }
    }
    assert_eq!(
        panel
            .count("SELECT count(*) FROM audit WHERE phase <> 'event'")
            .await,
        0
    );
}

fn keeps_what_was_typed(call: &Call, again: &Answer, fields: &[(&str, String)], path: &str) {
    for parameter in call.parameters {
        let typed = fields.iter().find(|(name, _)| *name == parameter.name);
        let Some((name, typed)) = typed else { continue };
        let kept = again.field(path, name).unwrap_or_default();
        if is_kept(parameter) {
            assert_eq!(
                kept.replace("\r\n", "\n"),
                typed.replace("\r\n", "\n"),
                "{}",
                call.name
            );
        } else {
            assert!(
                kept.is_empty() && !again.body.contains(typed.as_str()),
                "{}",
                call.name
            );
        }
    }
}

#[tokio::test]
async fn an_optional_parameter_that_stays_empty_is_not_sent() {
    let panel = Panel::start().await;
    let examples = Examples::on(&panel).await;
    let admin = panel.sign_in(ADMIN).await;
    for call in CALLS {
        for optional in call.parameters.iter().filter(|one| !one.required) {
            let vps = examples.vps_for(call);
            let path = format!("/vps/{}/call/{}", vps.id, call.name);
            panel.kiwivm.forget_heard();
            admin
                .submit(&path, &[(optional.name, "")])
                .await
                .expect(303);
            assert_eq!(panel.kiwivm.heard()[0].parameters, [], "{}", call.name);
        }
    }
}

#[tokio::test]
async fn a_destroying_call_wants_the_label_typed() {
    let panel = Panel::start().await;
    let examples = Examples::on(&panel).await;
    let admin = panel.sign_in(ADMIN).await;
    for call in CALLS.iter().filter(|call| call.is_destroy()) {
        let vps = examples.vps_for(call);
        let path = format!("/vps/{}/call/{}", vps.id, call.name);
        let page = admin.open(&path).await.expect(200);
        page.must_show(&format!("Type {} to confirm", vps.label));
        let parameters = examples.parameters(call, &page).await;
        panel.kiwivm.forget_heard();
        for typed in ["", "web 1 ", "Web", "confirm"] {
            let mut fields = borrowed(&parameters);
            fields.push(("confirm_name", typed));
            let again = admin.submit(&path, &fields).await.expect(422);
            again.must_show(&format!("This is not the label {}", vps.label));
        }
        admin
            .submit(&path, &borrowed(&parameters))
            .await
            .expect(422);
        assert!(panel.heard().is_empty(), "{} was sent", call.name);
    }
}

#[tokio::test]
async fn a_link_to_a_form_can_choose_but_neither_confirm_nor_type() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{}/call/reinstallOS", vps.id);
    let page = admin
        .open(&format!("{path}?os=debian-12-x86_64&confirm_name=Web+1"))
        .await
        .expect(200);
    assert_eq!(page.field(&path, "os").unwrap(), "debian-12-x86_64");
    assert_eq!(page.field(&path, "confirm_name").unwrap(), "");
    let path = format!("/vps/{}/call/basicShell/exec", vps.id);
    let page = admin.open(&format!("{path}?command=reboot")).await;
    assert_eq!(page.expect(200).field(&path, "command").unwrap(), "");
}

#[tokio::test]
async fn malformed_parameters_are_faults_beside_their_field() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let odd: [(&str, &str, &str, &str); 9] = [
        ("snapshot/toggleSticky", "sticky", "maybe", "call-flag-odd"),
        (
            "cloneFromExternalServer",
            "externalServerSSHport",
            "70000",
            "call-port-odd",
        ),
        (
            "cloneFromExternalServer",
            "externalServerSSHport",
            "ssh",
            "call-port-odd",
        ),
        (
            "kiwivm/setNotificationPreferences",
            "json_notification_preferences",
            "[1]",
            "call-json-odd",
        ),
        ("setHostname", "newHostname", "a\nb", "call-one-line"),
        ("setHostname", "newHostname", "a b", "hostname-space"),
        ("setPTR", "ptr", "192.0.2.1", "hostname-address"),
        (
            "updateSshKeys",
            "ssh_keys",
            "-----BEGIN PRIVATE KEY-----",
            "ssh-keys-private",
        ),
        ("basicShell/exec", "command", "echo \0", "call-no-nul"),
    ];
    for (call, name, value, words) in odd {
        let path = format!("/vps/{}/call/{call}", vps.id);
        let again = admin.submit(&path, &[(name, value)]).await.expect(422);
        again.must_show(&admin.says(words).text());
    }
    assert!(
        panel
            .heard()
            .iter()
            .all(|call| !odd.iter().any(|(odd, ..)| odd == call))
    );
}

#[tokio::test]
async fn what_only_kvm_has_is_refused_by_kiwivm_on_an_ovz_and_the_page_says_so() {
    let panel = Panel::start().await;
    let vps = panel.add(Machine::ovz(100_002).labelled("Old mail")).await;
    let admin = panel.sign_in(ADMIN).await;
    for (call, fields) in [
        ("iso/mount", vec![("iso", "systemrescue.iso")]),
        ("iso/unmount", vec![]),
        ("privateIp/assign", vec![]),
    ] {
        let path = format!("/vps/{}/call/{call}", vps.id);
        panel.kiwivm.forget_heard();
        let sent = admin.submit(&path, &fields).await;
        let result = admin.follow(&sent).await.expect(200);
        result.must_show(": Refused");
        result.must_show("KiwiVM refused: “");
        assert_eq!(panel.heard(), [call]);
    }
}

#[tokio::test]
async fn the_panels_own_host_asks_once_more_before_what_interrupts_it() {
    let (panel, mut vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let edit = format!("/vps/{}/edit", vps.id);
    let fields = [
        ("label", "Web 1"),
        ("veid", vps.veid.as_str()),
        ("is_panel_host", "1"),
    ];
    admin.submit(&edit, &fields).await.expect(303);
    vps = panel.vps(vps.id).await;
    for call in CALLS
        .iter()
        .filter(|call| call.disturbs() && call.parameters.is_empty())
    {
        let path = format!("/vps/{}/call/{}", vps.id, call.name);
        admin
            .open(&path)
            .await
            .expect(200)
            .must_show("The panel itself runs on this VPS");
        let again = admin.submit(&path, &[]).await.expect(422);
        again.must_show(&admin.says("confirm-host-needed").text());
        assert!(panel.heard().is_empty());
    }
    let restart = format!("/vps/{}/call/restart", vps.id);
    admin
        .submit(&restart, &[("confirm_host", "1")])
        .await
        .expect(303);
    assert_eq!(panel.heard(), ["restart"]);
}

#[tokio::test]
async fn a_member_sees_which_right_a_call_needs_and_no_link_to_it() {
    let (panel, vps) = Panel::with_one_vps().await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer
        .open(&format!("/vps/{}/calls", vps.id))
        .await
        .expect(200);
    let right = viewer.says(Right::Manage.message());
    page.must_show(&format!("needs the right “{right}”"));
    let addresses = page.addresses();
    for call in CALLS {
        let path = format!("/vps/{}/call/{}", vps.id, call.name);
        assert_eq!(addresses.contains(&path), call.is_read(), "{}", call.name);
    }
}

/// The page made for a call, as the list of all calls links to it.
const SERVED: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "start",
            "stop",
            "restart",
            "kill",
            "getServiceInfo",
            "getLiveServiceInfo",
            "getRateLimitStatus",
        ],
    ),
    (
        "/system",
        &[
            "getAvailableOS",
            "reinstallOS",
            "resetRootPassword",
            "getSshKeys",
            "updateSshKeys",
            "setHostname",
            "iso/mount",
            "iso/unmount",
        ],
    ),
    (
        "/shell",
        &["basicShell/cd", "basicShell/exec", "shellScript/exec"],
    ),
    (
        "/snapshots",
        &[
            "snapshot/list",
            "snapshot/create",
            "snapshot/restore",
            "snapshot/delete",
            "snapshot/toggleSticky",
            "snapshot/export",
            "snapshot/import",
            "backup/list",
            "backup/copyToSnapshot",
        ],
    ),
    (
        "/network",
        &[
            "setPTR",
            "ipv6/add",
            "ipv6/delete",
            "privateIp/getAvailableIps",
            "privateIp/assign",
            "privateIp/delete",
        ],
    ),
    (
        "/migrate",
        &[
            "migrate/getLocations",
            "migrate/start",
            "cloneFromExternalServer",
        ],
    ),
    ("/usage", &["getUsageGraphs", "getRawUsageStats"]),
    ("/records", &["getAuditLog"]),
    (
        "/abuse",
        &[
            "getSuspensionDetails",
            "unsuspend",
            "getPolicyViolations",
            "resolvePolicyViolation",
        ],
    ),
    (
        "/notifications",
        &[
            "kiwivm/getNotificationPreferences",
            "kiwivm/setNotificationPreferences",
        ],
    ),
];

#[tokio::test]
async fn each_of_the_45_calls_leads_to_the_page_made_for_it() {
    let (panel, vps) = Panel::of(Machine::kvm(100_001)).await;
    let admin = panel.sign_in(ADMIN).await;
    let calls: Vec<_> = SERVED.iter().flat_map(|(_, calls)| *calls).collect();
    assert_eq!(calls.len(), 45);
    let list = admin.open(&format!("/vps/{}/calls", vps.id)).await;
    let list = list.expect(200);
    for (page, calls) in SERVED {
        let target = format!("class=\"call-page\" href=\"/vps/{}{page}\"", vps.id);
        for call in *calls {
            let form = format!("href=\"/vps/{}/call/{call}\"", vps.id);
            let mut entries = list.body.split("<li").skip(1);
            let entry = entries.find(|entry| entry.contains(&form)).expect(call);
            assert!(entry.contains(&target), "{call}: {entry}");
        }
    }
}
