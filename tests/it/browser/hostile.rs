//! A VPS, and a KiwiVM, that say markup wherever they say anything.

use super::chromium::Scripts;
use super::panel::{Panel, Vps};
use super::person::Person;
use kiwideck::clock::Clock;
use kiwideck::kiwivm::calls::CALLS;
use kiwideck::simulator::{AuditEntry, Machine, Simulator};
use std::net::{Ipv4Addr, SocketAddr};

const CANARY: &str = "<img src=x onerror=document.title='pwned'>\"'</script></textarea>";
/// What a person reads of it.
const SEEN: &str = "<img src=x onerror=";

#[tokio::test]
async fn t_xss_up_markup_from_kiwivm_is_text_on_every_page() {
    let simulator = Simulator::new(Clock::system());
    simulator.add(Machine::kvm(100_101).snapshot(CANARY, 4).ipv6_subnets(1));
    simulator.add(Machine::kvm(100_301).suspended(true).violating(3600));
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (address, _task) = simulator.listen(anywhere).await.unwrap();
    let panel = Panel::start(&format!("http://{address}/v1"));
    let person = Person::at(panel, Scripts::On).await;
    person.set_up().await;
    for (veid, name) in [(100_101, "one"), (100_301, "two")] {
        simulator.alter(veid, disguise);
        person.adds_a_hostile_one(&simulator, veid, name).await;
    }
    person.asks_everything_about("/vps/1").await;
    person.asks_about_the_suspension_of("/vps/2").await;
    person.runs_the_canary_in("/vps/1").await;
    for path in [
        "/vps/1",
        "/vps/1/usage",
        "/vps/1/snapshots",
        "/vps/2/snapshots/import?source=1",
        "/vps/1/network",
        "/vps/1/system",
        "/vps/1/migrate",
        "/vps/1/operations",
        "/vps/1/edit",
        "/vps/labels",
        "/audit",
        "/vps/1/audit",
        "/vps/1/records",
        "/vps/1/notifications",
        "/vps/2/abuse",
        "/",
    ] {
        person.open(path).await;
        person.is_unharmed().await;
    }
    person.browser.close().await;
}

/// Markup in everything that KiwiVM only passes on.
fn disguise(machine: &mut Machine) {
    let canary = || CANARY.to_owned();
    machine.hostname = canary();
    machine.live_hostname = canary();
    machine.email = canary();
    machine.os = canary();
    machine.node_alias = canary();
    machine.plan.name = canary();
    machine.ssh_keys = canary();
    machine.account_ssh_keys = canary();
    machine.iso_chosen = Some(canary());
    machine.iso_mounted = Some(canary());
    machine.addresses.push(canary());
    machine.private_addresses.push(canary());
    machine.ptr.insert(canary(), Some(canary()));
    machine.audit.push_back(AuditEntry {
        at_s: machine.made_at_s,
        requestor: Ipv4Addr::new(203, 0, 113, 9),
        kind: 1,
        summary: canary(),
    });
    disguise_lists(machine);
}

fn disguise_lists(machine: &mut Machine) {
    for snapshot in &mut machine.snapshots {
        snapshot.os = CANARY.to_owned();
        snapshot.md5 = CANARY.to_owned();
    }
    for backup in &mut machine.backups {
        backup.os = CANARY.to_owned();
    }
    for suspension in &mut machine.suspensions {
        suspension.flag = CANARY.to_owned();
        suspension.evidence = CANARY.to_owned();
    }
    for violation in &mut machine.violations {
        violation.flag = CANARY.to_owned();
        violation.evidence = CANARY.to_owned();
    }
}

/// As one word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

impl Person {
    /// Ends at its overview.
    async fn adds_a_hostile_one(&self, simulator: &Simulator, veid: u32, name: &str) {
        let vps = Vps {
            veid: veid.to_string(),
            key: simulator.vps(veid).unwrap().key.reveal().to_owned(),
            label: format!("{name} <img src=x onerror=\"document.title='pwned'\">"),
        };
        self.add(&vps).await;
        self.browser.sees("Operating system").await;
        self.browser.sees(SEEN).await;
        self.is_unharmed().await;
    }

    async fn asks_everything_about(&self, vps: &str) {
        for call in CALLS.iter().filter(|call| call.is_read()) {
            self.open(&format!("{vps}/call/{}", call.name)).await;
            self.submit().await;
            self.browser.sees("Raw reply").await;
            self.is_unharmed().await;
        }
        // Forms with choices that KiwiVM lists.
        for call in ["snapshot/restore", "setPTR", "migrate/start"] {
            self.open(&format!("{vps}/call/{call}")).await;
            self.is_unharmed().await;
        }
    }

    async fn asks_about_the_suspension_of(&self, vps: &str) {
        for call in ["getSuspensionDetails", "getPolicyViolations"] {
            self.open(&format!("{vps}/call/{call}")).await;
            self.submit().await;
            self.browser.sees("Raw reply").await;
            assert!(
                self.browser
                    .text_of("section.card")
                    .await
                    .unwrap()
                    .contains(SEEN)
            );
            self.is_unharmed().await;
        }
        for call in ["unsuspend", "resolvePolicyViolation", "restart"] {
            self.open(&format!("{vps}/call/{call}")).await;
            self.is_unharmed().await;
        }
    }

    async fn runs_the_canary_in(&self, vps: &str) {
        self.open(&format!("{vps}/shell")).await;
        let command = format!("echo {}", quoted(CANARY));
        self.browser.write("#command", &command).await;
        self.browser.click(".prompt button").await;
        // It comes by a script, without a new page.
        self.browser.attribute(".entry-output", "id").await;
        let output = self.browser.text_of(".entry-output").await.unwrap();
        assert_eq!(output, CANARY);
        self.is_unharmed().await;
    }

    /// Nothing of the canary ran, or became an element.
    pub(crate) async fn is_unharmed(&self) {
        let url = self.browser.url().await;
        assert_ne!(self.browser.title().await, "pwned", "at {url}");
        assert_eq!(self.browser.count("img, [onerror]").await, 0, "at {url}");
        self.is_content().await;
    }
}
