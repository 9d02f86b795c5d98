//! What KiwiVM or a VPS may say to harm the panel: characters that steer or turn, numbers at the edge,
//! replies that are wide, deep or long.

use crate::panel::{ADMIN, Panel};
use crate::visitor::Visitor;
use kiwideck::kiwivm::calls::{LIVE_INFO, SERVICE_INFO};
use kiwideck::shell::SENT_MAX_BYTES;
use kiwideck::simulator::Misbehaviour;
use kiwideck::transcript::Answer;
use serde_json::{Map, Value, json};

/// Colours, a title, a bell, and every character that turns the direction of reading.
const HOSTILE: &str = "\u{1b}[31m\u{1b}]0;t\u{7}\u{8}\u{9b}\u{7f}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}x";

fn says(panel: &Panel, call: &'static str, reply: &Value) {
    let body = Misbehaviour::Body(reply.to_string().into_bytes());
    panel.kiwivm.misbehave_times(call, body, usize::MAX);
}

fn steers_or_turns(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || (letter.is_control() && !matches!(letter, '\n' | '\t'))
}

/// The page of a reading that KiwiVM answers in this way.
async fn drawn(panel: &Panel, admin: &Visitor, reply: &Value) -> String {
    says(panel, "getServiceInfo", reply);
    let sent = admin.submit("/vps/1/call/getServiceInfo", &[]).await;
    let page = admin.follow(&sent).await.expect(200);
    page.must_show("Answered");
    page.body
}

/// What the other pages of a VPS are made of. Names that are sent back stand in hidden fields as they came;
/// here they are harmless.
fn lists() -> [(&'static str, Value); 7] {
    let case = json!({"record_id": 1, "flag": HOSTILE, "is_soft": 1, "evidence_record_id": 2, "evidence_data": HOSTILE});
    let snapshot =
        json!({"fileName": "a.tar.gz", "os": HOSTILE, "description": HOSTILE, "md5": HOSTILE});
    let mail = json!({"friendly_description": HOSTILE, "is_enabled": 1, "s_value": HOSTILE});
    [
        (
            "snapshot/list",
            json!({"error": 0, "snapshots": [snapshot]}),
        ),
        (
            "backup/list",
            json!({"error": 0, "backups": {"a".repeat(40): {"os": HOSTILE, "md5": HOSTILE}}}),
        ),
        (
            "migrate/getLocations",
            json!({"error": 0, "currentLocation": HOSTILE, "locations": ["X"], "descriptions": {"X": HOSTILE}}),
        ),
        (
            "getSuspensionDetails",
            json!({"error": 0, "suspensions": [case], "evidence": {"2": HOSTILE}}),
        ),
        (
            "getPolicyViolations",
            json!({"error": 0, "policy_violations": [case]}),
        ),
        (
            "getAuditLog",
            json!({"error": 0, "log_entries": [{"timestamp": 1_779_000_000, "type": HOSTILE, "summary": HOSTILE}]}),
        ),
        (
            "kiwivm/getNotificationPreferences",
            json!({"error": 0, "notificationEmail": HOSTILE, "email_preferences": {HOSTILE: {"1": mail}}}),
        ),
    ]
}

#[tokio::test]
async fn t_ansi_no_character_that_steers_or_turns_reaches_a_page_raw() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let reply = json!({
        "error": 0, "hostname": HOSTILE, "live_hostname": HOSTILE, "node_location": HOSTILE,
        "node_alias": HOSTILE, "plan": HOSTILE, "os": HOSTILE, "iso1": HOSTILE, "ve_status": HOSTILE,
        "vm_type": HOSTILE, "ip_addresses": [HOSTILE], "private_ip_addresses": [HOSTILE],
        "ptr": {HOSTILE: HOSTILE}, "ip_nullroutes": {HOSTILE: {"log": HOSTILE}}, HOSTILE: [{HOSTILE: HOSTILE}],
        "deep": [[[[[[[[HOSTILE]]]]]]]],
    });
    says(&panel, "getLiveServiceInfo", &reply);
    says(&panel, "getServiceInfo", &reply);
    panel.read_call(&vps, SERVICE_INFO).await;
    panel.read_call(&vps, LIVE_INFO).await;
    let mut pages = vec![("an action", drawn(&panel, &admin, &reply).await)];
    let templates = json!({"error": 0, "installed": HOSTILE, "templates": [HOSTILE]});
    says(&panel, "getAvailableOS", &templates);
    let keys = json!({"error": 0, "ssh_keys_veid": HOSTILE, "ssh_keys_user": HOSTILE});
    says(&panel, "getSshKeys", &keys);
    for (call, reply) in lists() {
        says(&panel, call, &reply);
    }
    let pages_of_the_vps = [
        "/",
        "/vps/1",
        "/vps/1/usage",
        "/vps/1/snapshots",
        "/vps/1/migrate",
        "/vps/1/abuse",
        "/vps/1/records",
        "/vps/1/notifications",
        "/vps/1/shell",
        "/vps/1/network",
        "/vps/1/system",
        "/vps/1/call/restart",
    ];
    for path in pages_of_the_vps {
        pages.push((path, admin.open(path).await.expect(200).body));
    }
    for (path, page) in pages {
        let found = page.find(steers_or_turns);
        assert!(
            found.is_none(),
            "{path}: {:?}",
            found.map(|at| page.split_at(at).1)
        );
    }
}

#[tokio::test]
async fn t_ansi_a_choice_is_sent_exactly_as_kiwivm_named_it() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let reply = json!({"error": 0, "templates": ["deb\u{202e}ian\u{7}"]});
    says(&panel, "getAvailableOS", &reply);
    let page = admin.open("/vps/1/call/reinstallOS").await.expect(200);
    assert_eq!(page.choices("os"), ["deb\u{202e}ian\u{7}"]);
    page.must_show("debian");
}

#[tokio::test]
async fn r_fault_numbers_at_the_edge_are_drawn() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    for edge in [
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(-1),
        json!(1e300),
    ] {
        let names = [
            "data_next_reset",
            "monthly_data_multiplier",
            "plan_disk",
            "plan_ram",
            "plan_swap",
            "ve_used_disk_space_b",
            "ve_disk_quota_gb",
            "mem_available_kb",
            "swap_total_kb",
            "swap_available_kb",
            "ssh_port",
            "suspend_at",
            "timestamp",
            "purgesIn",
            "last_status_update_s_ago",
            "total_abuse_points",
        ];
        let mut reply: Map<String, Value> = names
            .map(|name| (name.to_owned(), edge.clone()))
            .into_iter()
            .collect();
        // Without these two nobody asks when the counter starts again.
        reply.insert("data_counter".into(), 1.into());
        reply.insert("plan_monthly_data".into(), 10.into());
        let route = json!({"nullroute_timestamp": edge, "nullroute_duration_s": edge});
        reply.insert("ip_nullroutes".into(), json!({"192.0.2.1": route}));
        reply.insert("error".into(), 0.into());
        let reply = Value::Object(reply);
        panel.kiwivm.behave();
        says(&panel, "getLiveServiceInfo", &reply);
        panel.read_call(&vps, LIVE_INFO).await;
        drawn(&panel, &admin, &reply).await;
        let pages = [
            "/",
            "/?sort=transfer",
            "/vps/1",
            "/vps/1/network",
            "/vps/1/system",
            "/vps/1/call/stop",
        ];
        for path in pages {
            admin.open(path).await.expect(200);
        }
    }
}

#[tokio::test]
async fn r_fault_a_wide_reply_is_drawn_in_part() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    // Every object has names of its own: as one table that would be 54 million cells.
    let object = |row: usize| -> Map<String, Value> {
        let names = (0..1500).map(|column| (format!("{row}-{column}"), 0.into()));
        names.collect()
    };
    let rows: Vec<Value> = (0..190).map(|row| object(row).into()).collect();
    is_bounded(&drawn(&panel, &admin, &json!({"error": 0, "data": rows})).await);
}

#[tokio::test]
async fn r_fault_a_deep_reply_is_drawn_in_part() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let mut deep = json!([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for _ in 0..4 {
        deep = json!([deep, deep, deep, deep, deep, deep, deep, deep, deep, deep]);
    }
    is_bounded(&drawn(&panel, &admin, &json!({"error": 0, "data": deep})).await);
}

#[tokio::test]
async fn r_fault_a_long_text_is_drawn_in_part() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let long = "<".repeat(3 * 1024 * 1024);
    let page = drawn(&panel, &admin, &json!({"error": 0, "data": long})).await;
    assert!(page.contains('…'));
    assert!(page.len() < 4 * 1024 * 1024, "{}", page.len());
}

#[tokio::test]
async fn a_command_that_is_too_long_is_not_sent() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let longest = format!("#{}", "x".repeat(SENT_MAX_BYTES - 1024));
    let fields = [("command", longest.as_str())];
    admin.submit("/vps/1/shell", &fields).await.expect(303);
    panel.kiwivm.forget_heard();
    let fields = [("command", longest.repeat(2))];
    let fields = fields
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    admin.submit("/vps/1/shell", &fields).await.expect(413);
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn an_odd_directory_stays_in_the_panel_and_none_is_taken_from_a_form() {
    const ODD: &str = "/tmp/a\nb\u{202e}";
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let path = "/vps/1/shell";
    admin.submit(path, &[("command", "true")]).await.expect(303);
    let session_id = panel.count("SELECT id FROM session").await;
    let transcript = || panel.app.transcripts.find(session_id, vps.id);
    let action = transcript().entries[0].action.clone();
    let answer = Answer::written("", Some(0), 1);
    let key = (session_id, vps.id);
    panel
        .app
        .transcripts
        .answer(key, &action, answer, Some(ODD));
    let page = admin.open(path).await.expect(200);
    let shown = page.field(path, "cwd").unwrap();
    assert!(shown.starts_with('#') && !shown.contains("tmp"), "{shown}");
    let runs = "/vps/1/shell/runs";
    let form = admin.open(runs).await.expect(200);
    assert_eq!(form.field(runs, "cwd").unwrap(), shown);
    let long = format!("/{}", "x".repeat(4096));
    for cwd in ["", &shown, "/tmp/a\r\nb", "/etc\u{202e}", &long] {
        let fields = [("command", "pwd"), ("cwd", cwd)];
        admin.submit(path, &fields).await.expect(303);
        assert_eq!(
            transcript().entries.last().unwrap().directory,
            ODD,
            "{cwd:?}"
        );
    }
    let fields = [("command", "pwd"), ("cwd", "/etc")];
    admin.submit(path, &fields).await.expect(303);
    assert_eq!(transcript().entries.last().unwrap().directory, "/etc");
    // Another page has led the conversation elsewhere: this one still means what it showed.
    let answer = Answer::written("", Some(0), 1);
    panel
        .app
        .transcripts
        .answer(key, &action, answer, Some("/etc"));
    let fields = [("command", "pwd"), ("cwd", shown.as_str())];
    admin.submit(path, &fields).await.expect(303);
    assert_eq!(transcript().entries.last().unwrap().directory, ODD);
    // Once nobody knows what it showed, nothing runs.
    panel.app.transcripts.forget(session_id);
    panel.kiwivm.forget_heard();
    let page = admin.submit(path, &fields).await.expect(409);
    page.must_show("Nothing was run");
    let fields = [("script", "reboot"), ("cwd", shown.as_str())];
    admin.submit(runs, &fields).await.expect(409);
    assert_eq!(panel.heard(), [""; 0]);
}

#[track_caller]
fn is_bounded(page: &str) {
    let cells =
        page.matches("<td").count() + page.matches("<dd").count() + page.matches("<li").count();
    assert!((1_000..6_000).contains(&cells), "{cells} cells");
    assert!(page.len() < 2 * 1024 * 1024, "{}", page.len());
    assert!(page.contains(" more<"), "what is left out is not counted");
}
