//! The machines of the demo, one an interesting state, and plausible ones in any number.

use super::chance::Chance;
use super::machine::{Machine, Plan};
use super::operation::Operation;
use super::places::{PLACES, TEMPLATES};

const GIB: u64 = 1 << 30;
const MIB: u64 = 1 << 20;
const DAY_S: i64 = 86_400;

/// Two keys that nobody has the other half of.
const TEAM_KEYS: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaSw601QLuAPAILOu5mzYiHEjI06gxucUPArdc/9DHt ops@example.com\nfrom=\"192.0.2.0/24\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID/EzP50WHDiwNmfcfMP8GVsje3UHMHX09N2sNvmheLz deploy@example.com";

/// The demo: every state a person may meet.
pub(super) fn demo() -> Vec<Machine> {
    let mut machines = healthy();
    machines.extend(near_or_over_the_quota());
    machines.extend(in_trouble());
    machines.extend(slowed_down());
    machines.extend(rich());
    let remembered = |machine: Machine| {
        machine
            .noted("VPS created", 60)
            .noted("KiwiVM login", 12)
            .noted("VPS restarted", 12)
    };
    machines.into_iter().map(remembered).collect()
}

fn healthy() -> Vec<Machine> {
    vec![
        Machine::kvm(100_101)
            .named("web-1.example.com")
            .labelled("Web 1")
            .aged_days(700)
            .ipv6_subnets(1)
            .private_address("10.8.101.2")
            .ssh_keys(TEAM_KEYS)
            .snapshot("before upgrade", 4),
        Machine::ovz(100_102)
            .named("mail.example.com")
            .labelled("Mail (OpenVZ)")
            .aged_days(730),
        Machine::kvm(100_103)
            .named("staging.example.com")
            .labelled("Staging, switched off")
            .located("EUNL_9")
            .stopped(),
        Machine::kvm(100_104)
            .named("cheap.example.com")
            .labelled("Archive (multiplier 0.33)")
            .located("USCA_FMT")
            .transfer_used(0.41),
        Machine::kvm(100_105)
            .named("tokyo.example.com")
            .labelled("东京线路 (multiplier 3)")
            .located("JPTY_1")
            .transfer_used(0.62),
    ]
}

fn near_or_over_the_quota() -> Vec<Machine> {
    vec![
        Machine::kvm(100_201)
            .named("downloads.example.com")
            .labelled("Downloads, 93 % used")
            .located("USCA_9")
            .transfer_used(0.93),
        Machine::kvm(100_202)
            .named("mirror.example.com")
            .labelled("Mirror, transfer used up")
            .exhausted(),
    ]
}

fn in_trouble() -> Vec<Machine> {
    vec![
        Machine::kvm(100_301)
            .named("forum.example.com")
            .labelled("Forum, suspended (soft)")
            .suspended(true),
        Machine::kvm(100_302)
            .named("shop.example.com")
            .labelled("Shop, suspended (support only)")
            .suspended(false),
        Machine::kvm(100_303)
            .named("newsletter.example.com")
            .labelled("Newsletter, policy violation")
            .violating(30 * 3600),
        Machine::kvm(100_304)
            .named("game.example.com")
            .labelled("Game server, null-routed")
            .located("USNY_8")
            .null_routed(5400),
        Machine::kvm(100_305)
            .named("proxy.example.com")
            .labelled("Proxy, IP blocked")
            .address_blocked(),
    ]
}

fn slowed_down() -> Vec<Machine> {
    let moving = Operation::migrate("USCA_6", vec!["203.0.113.77".to_owned()], 0);
    vec![
        Machine::kvm(100_401)
            .named("build.example.com")
            .labelled("Build, CPU throttled")
            .cpu_throttled(),
        Machine::kvm(100_402)
            .named("database.example.com")
            .labelled("Database, disk throttled")
            .disk_throttled(),
        Machine::kvm(100_403)
            .named("moving.example.com")
            .labelled("Being migrated")
            .located("USCA_2")
            .locked(
                Operation {
                    lasts_s: 1800,
                    ..moving
                },
                60,
            ),
    ]
}

fn rich() -> Vec<Machine> {
    vec![
        Machine::kvm(100_501)
            .named("snapshots.example.com")
            .labelled("Many snapshots")
            .snapshot("nightly", 29)
            .snapshot("before the migration", 25)
            .sticky()
            .snapshot("迁移之前的快照", 21)
            .encoded()
            .snapshot("升级前", 14)
            .sticky()
            .snapshot("weekly", 7)
            .encoded()
            .snapshot("", 2)
            .snapshot("a description that is rather longer than most people would ever write into such a field", 1),
        Machine::kvm(100_502)
            .named("ipv6.example.com")
            .labelled("Many IPv6 subnets")
            .located("CABC_6")
            .ipv6_subnets(14),
    ]
}

/// This many machines, mostly in good health, the same on every run.
pub(super) fn plausible(count: usize) -> Vec<Machine> {
    (200_001..).take(count).map(plausible_one).collect()
}

fn plausible_one(veid: u32) -> Machine {
    let mut chance = Chance::seeded(u64::from(veid) << 20);
    let mut machine = match chance.below(8) {
        0 => Machine::ovz(veid),
        _ => Machine::kvm(veid),
    };
    let roles = [
        "web", "db", "cache", "proxy", "mail", "build", "backup", "vpn",
    ];
    let role = roles[chance.below(roles.len() as u64) as usize];
    let place = &PLACES[chance.below(PLACES.len() as u64) as usize];
    if chance.below(3) > 0 {
        machine.plan = plan(&mut chance);
        machine.disk_used_bytes = machine.plan.disk_bytes / 100 * (8 + chance.below(85));
    }
    machine.os = TEMPLATES[chance.below(TEMPLATES.len() as u64) as usize].to_owned();
    let machine = machine
        .located(place.id)
        .named(&format!("{role}-{}.example.com", veid - 200_000))
        .labelled(&format!("{role} {}", veid - 200_000))
        .transfer_used(chance.fraction().powi(2))
        .aged_days(30 + i64::try_from(chance.below(700)).unwrap_or(0));
    befall(machine, chance.below(40))
}

fn plan(chance: &mut Chance) -> Plan {
    let size = 1 << chance.below(4);
    Plan {
        name: format!("kvmv5-{}g-{}m-{}g", 10 * size, 512 * size, 500 * size),
        disk_bytes: (10 * size + 1) * GIB,
        ram_bytes: 520 * size * MIB,
        swap_bytes: 132 * size * MIB,
        monthly_data_bytes: 500 * size * GIB,
        max_ipv6s: 3,
    }
}

/// One in five has something the matter with it.
fn befall(machine: Machine, fate: u64) -> Machine {
    match fate {
        0 | 1 => machine.stopped(),
        2 => machine.suspended(true),
        3 => machine.violating(2 * DAY_S),
        4 => machine.null_routed(7200),
        5 => machine.cpu_throttled(),
        6 => machine.exhausted(),
        7 => machine.snapshot("weekly", 6),
        _ => machine,
    }
}
