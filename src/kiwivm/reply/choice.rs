//! What a person may choose for a parameter: the lists in the replies of other calls, each value
//! with what helps to recognise it. The labels hold facts and no words of ours.

use super::{Backup, Locations, Reply, Snapshot};
use crate::kiwivm::call::Source;
use crate::kiwivm::loose::TEXT_MAX_CHARS;
use crate::kiwivm::printable::printable;

const KIB: u64 = 1024;
const SEPARATOR: &str = " · ";

/// One value that a parameter may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent, as KiwiVM named it.
    pub value: String,
    /// What a person reads; KiwiVM's own text, fit to be shown, but only data.
    pub label: String,
}

impl Choice {
    /// The value, fit to be shown, unless the label says it already.
    #[must_use]
    pub fn value_beside_label(&self) -> Option<String> {
        Some(shown(&self.value)).filter(|value| *value != self.label)
    }
}

fn shown(text: &str) -> String {
    printable(text, TEXT_MAX_CHARS)
}

/// The choices of this source in the reply of [`Source::call`], in KiwiVM's order.
#[must_use]
pub fn choices(source: Source, reply: &Reply) -> Vec<Choice> {
    match source {
        Source::Templates => plain(reply.available_os().templates),
        Source::Isos => plain(reply.view().exacts("available_isos")),
        Source::Addresses => plain(reply.view().exacts("ip_addresses")),
        Source::Ipv6 => plain(ipv6(reply)),
        Source::PrivateAddresses => plain(reply.view().exacts("private_ip_addresses")),
        Source::FreePrivateAddresses => plain(reply.view().exacts("available_ips")),
        Source::Snapshots => reply.snapshots().iter().map(snapshot).collect(),
        Source::Backups => reply.backups().iter().filter_map(backup).collect(),
        Source::Locations => locations(&reply.locations()),
        Source::Suspensions => suspensions(reply),
        Source::Violations => violations(reply),
    }
}

/// The same without those that do not print as they are: a page that offers a few leaves them to the
/// call's own page.
#[must_use]
pub fn plain_choices(source: Source, reply: &Reply) -> Vec<Choice> {
    let mut choices = choices(source, reply);
    choices.retain(|choice| shown(&choice.value) == choice.value);
    choices
}

fn plain(values: Vec<String>) -> Vec<Choice> {
    let choice = |value: String| Choice {
        label: shown(&value),
        value,
    };
    values.into_iter().map(choice).collect()
}

fn ipv6(reply: &Reply) -> Vec<String> {
    let mut addresses = reply.view().exacts("ip_addresses");
    addresses.retain(|address| address.contains(':'));
    addresses
}

fn snapshot(snapshot: &Snapshot) -> Choice {
    let facts = [
        snapshot.description.clone(),
        snapshot.os.clone(),
        snapshot.day().map(str::to_owned),
        snapshot.size_bytes.map(size),
    ];
    labelled(&snapshot.file_name, facts)
}

fn backup(backup: &Backup) -> Option<Choice> {
    let facts = [
        backup.timestamp_s.and_then(day),
        backup.os.clone(),
        backup.size_bytes.map(size),
    ];
    Some(labelled(backup.token.as_deref()?, facts))
}

fn locations(locations: &Locations) -> Vec<Choice> {
    let elsewhere = |id: &&String| Some(id.as_str()) != locations.current.as_deref();
    let choice = |id: &String| {
        let facts = [
            Some(id.clone()),
            locations.descriptions.get(id).cloned(),
            locations
                .multipliers
                .get(id)
                .map(|multiplier| format!("×{multiplier}")),
        ];
        labelled(id, facts)
    };
    locations
        .list
        .iter()
        .filter(elsewhere)
        .map(choice)
        .collect()
}

/// Cases known to be hard are left out: only support ends them.
fn suspensions(reply: &Reply) -> Vec<Choice> {
    let cases = reply.suspensions().cases.into_iter();
    cases
        .filter(|case| case.soft != Some(false))
        .filter_map(|case| matter(case.record_id, case.flag, case.abuse_points))
        .collect()
}

fn violations(reply: &Reply) -> Vec<Choice> {
    let violations = reply.policy_violations().violations.into_iter();
    violations
        .filter(|violation| violation.soft != Some(false))
        .filter_map(|case| matter(case.record_id, case.flag, case.abuse_points))
        .collect()
}

fn matter(id: Option<String>, flag: Option<String>, abuse_points: Option<u64>) -> Option<Choice> {
    let id = id?;
    let points = abuse_points.map(|points| format!("+{points}"));
    Some(labelled(&id, [Some(format!("#{id}")), flag, points]))
}

/// The value with the known facts as its label; without any, the value is its own.
fn labelled<const N: usize>(value: &str, facts: [Option<String>; N]) -> Choice {
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let label = match facts.is_empty() {
        true => shown(value),
        false => shown(&facts.join(SEPARATOR)),
    };
    Choice {
        value: value.to_owned(),
        label,
    }
}

fn day(unix_s: i64) -> Option<String> {
    let time = jiff::Timestamp::from_second(unix_s).ok()?;
    Some(time.strftime("%Y-%m-%d").to_string())
}

#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn size(bytes: u64) -> String {
    let (unit_bytes, unit) = match bytes {
        0..1_048_576 => (KIB, "KiB"),
        1_048_576..1_073_741_824 => (KIB * KIB, "MiB"),
        _ => (KIB * KIB * KIB, "GiB"),
    };
    format!("{:.1} {unit}", bytes as f64 / unit_bytes as f64)
}
