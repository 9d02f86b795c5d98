//! The lists of a VPS's pages with no, one and several rows, on KVM and on OpenVZ, and after their own
//! call alone has failed.

use crate::missing;
use crate::panel::{ADMIN, Panel};
use crate::visitor::Visitor;
use kiwideck::kiwivm::call::Call;
use kiwideck::kiwivm::calls::{
    AUDIT_LOG, AVAILABLE_OS, BACKUP_LIST, FREE_PRIVATE_ADDRESSES, LOCATIONS,
    NOTIFICATION_PREFERENCES, POLICY_VIOLATIONS, SERVICE_INFO, SNAPSHOT_LIST, SSH_KEYS,
    SUSPENSION_DETAILS,
};
use kiwideck::model::vps::Vps;
use kiwideck::simulator::{Machine, Misbehaviour};
use serde_json::{Map, Value, json};

const HOUR_S: i64 = 3600;
const AGAIN: usize = usize::MAX;

/// One list of one reply, and the page that shows it.
struct List {
    call: &'static Call,
    field: &'static str,
    page: &'static str,
    /// The field's value with so many entries.
    holds: fn(usize) -> Value,
    /// What the page shows of the entry at this place.
    row: fn(usize) -> String,
    /// What it says of none; nothing where other rows stand beside them.
    none: &'static str,
}

const LISTS: &[List] = &[
    List {
        call: SNAPSHOT_LIST,
        field: "snapshots",
        page: "/snapshots",
        holds: |count| {
            list(
                count,
                |at| json!({"fileName": format!("file-{at}"), "os": row(at)}),
            )
        },
        row,
        none: "KiwiVM keeps no snapshot",
    },
    List {
        call: BACKUP_LIST,
        field: "backups",
        page: "/snapshots",
        holds: |count| map(count, |at| (format!("{at:040x}"), json!({"os": row(at)}))),
        row,
        none: "KiwiVM lists no backup",
    },
    List {
        call: SERVICE_INFO,
        field: "ip_addresses",
        page: "/network",
        holds: |count| list(count, |at| json!(address(at))),
        row: address,
        none: "KiwiVM lists no address.",
    },
    List {
        call: SERVICE_INFO,
        field: "private_ip_addresses",
        page: "/network",
        holds: |count| list(count, |at| json!(address(at))),
        row: address,
        none: "No private address is assigned.",
    },
    List {
        call: SERVICE_INFO,
        field: "ip_nullroutes",
        page: "/network",
        holds: |count| map(count, |at| (address(at), json!({"log": row(at)}))),
        row,
        none: "No address is null-routed.",
    },
    List {
        call: SERVICE_INFO,
        field: "ip_addresses",
        page: "",
        holds: |count| list(count, |at| json!(address(at))),
        row: address,
        none: "",
    },
    List {
        call: AVAILABLE_OS,
        field: "templates",
        page: "/system",
        holds: |count| list(count, |at| json!(row(at))),
        row,
        none: "KiwiVM lists no template.",
    },
    List {
        call: SSH_KEYS,
        field: "ssh_keys_veid",
        page: "/system",
        holds: |count| json!((0..count).map(row).collect::<Vec<_>>().join("\n")),
        row,
        none: "None.",
    },
    List {
        call: SSH_KEYS,
        field: "ssh_keys_user",
        page: "/system",
        holds: |count| json!((0..count).map(row).collect::<Vec<_>>().join("\n")),
        row,
        none: "None.",
    },
    List {
        call: LOCATIONS,
        field: "locations",
        page: "/migrate",
        holds: |count| list(count, |at| json!(row(at))),
        row,
        none: "KiwiVM lists no other location",
    },
    List {
        call: SUSPENSION_DETAILS,
        field: "suspensions",
        page: "/abuse",
        holds: |count| list(count, |at| json!({"record_id": at, "flag": row(at)})),
        row,
        none: "No open case",
    },
    List {
        call: POLICY_VIOLATIONS,
        field: "policy_violations",
        page: "/abuse",
        holds: |count| list(count, |at| json!({"record_id": at, "flag": row(at)})),
        row,
        none: "No open case",
    },
    List {
        call: AUDIT_LOG,
        field: "log_entries",
        page: "/records",
        holds: |count| list(count, |at| json!({"summary": row(at)})),
        row,
        none: "",
    },
    List {
        call: NOTIFICATION_PREFERENCES,
        field: "email_preferences",
        page: "/notifications",
        holds: |count| {
            let mail = |at| json!({"mail": {"friendly_description": row(at), "is_enabled": 1}});
            map(count, |at| (format!("Category {at}"), mail(at)))
        },
        row,
        none: "KiwiVM lists no e-mails",
    },
];

/// What only KVM has.
const KVM_LISTS: &[List] = &[
    List {
        call: SERVICE_INFO,
        field: "available_isos",
        page: "/system",
        holds: |count| list(count, |at| json!(row(at))),
        row,
        none: "KiwiVM lists no ISO image.",
    },
    List {
        call: FREE_PRIVATE_ADDRESSES,
        field: "available_ips",
        page: "/network",
        holds: |count| list(count, |at| json!(address(at))),
        row: address,
        none: "KiwiVM lists no free address.",
    },
];

fn row(at: usize) -> String {
    format!("entry-{at}-here")
}

fn address(at: usize) -> String {
    format!("198.51.100.{}", 101 + at)
}

fn list(count: usize, entry: fn(usize) -> Value) -> Value {
    (0..count).map(entry).collect()
}

fn map(count: usize, entry: impl Fn(usize) -> (String, Value)) -> Value {
    // As PHP sends it.
    match count {
        0 => json!([]),
        _ => (0..count).map(entry).collect::<Map<_, _>>().into(),
    }
}

/// A VPS of which everything was read, and whoever may see all of it.
struct Scene {
    panel: Panel,
    vps: Vps,
    admin: Visitor,
}

impl Scene {
    async fn set(machine: Machine) -> Scene {
        let (panel, vps) = Panel::of(machine.labelled("Web 1")).await;
        let admin = panel.sign_in(ADMIN).await;
        Scene { panel, vps, admin }
    }

    /// KiwiVM answers with so many entries from now on.
    async fn holds(&self, list: &List, whole: &Value, count: usize) {
        let mut reply = whole.clone();
        reply[list.field] = (list.holds)(count);
        // An address that has a name has a row, listed or not.
        reply["ptr"] = json!([]);
        let body = Misbehaviour::Body(reply.to_string().into_bytes());
        let kiwivm = &self.panel.kiwivm;
        kiwivm.behave();
        kiwivm.misbehave_times(list.call.name, body, AGAIN);
        self.panel.clock.turn(1);
        self.panel.read_call(&self.vps, list.call).await;
    }

    /// The page shows so many of the entries, and not one more.
    async fn shows(&self, list: &List, count: usize) {
        let path = format!("/vps/{}{}", self.vps.id, list.page);
        let page = self.admin.open(&path).await.expect(200);
        self.panel.settle().await;
        let what = format!("{path}: {} with {count}", list.field);
        for at in 0..count {
            assert!(page.shows(&(list.row)(at)), "{what} lacks {at}");
        }
        assert!(!page.shows(&(list.row)(count)), "{what} has one more");
        if count == 0 {
            assert!(page.shows(list.none), "{what} does not say {}", list.none);
        }
    }

    /// The call fails, and only it: what was read stays, with its age and the reason.
    async fn keeps(&self, list: &List, count: usize) {
        let kiwivm = &self.panel.kiwivm;
        kiwivm.behave();
        kiwivm.misbehave_times(list.call.name, Misbehaviour::Html(502), AGAIN);
        self.panel.clock.turn(HOUR_S);
        self.panel.read_call(&self.vps, list.call).await;
        self.shows(list, count).await;
        let path = format!("/vps/{}{}", self.vps.id, list.page);
        let page = self.admin.open(&path).await.expect(200);
        page.must_show("1 hour ago").must_show("502");
    }
}

#[tokio::test]
async fn every_list_is_shown_with_none_one_and_several_entries_and_stays_when_its_call_fails() {
    for list in LISTS {
        holds_true(Machine::ovz(100_001), list).await;
    }
    for list in LISTS.iter().chain(KVM_LISTS) {
        holds_true(Machine::kvm(100_001), list).await;
    }
}

async fn holds_true(machine: Machine, list: &List) {
    let scene = Scene::set(machine).await;
    let whole = missing::reply(&scene.panel, &scene.vps, list.call).await;
    for count in [0, 1, 3] {
        scene.holds(list, &whole, count).await;
        scene.shows(list, count).await;
    }
    scene.keeps(list, 3).await;
}
