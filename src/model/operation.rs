//! The long operations that keep a VPS locked: what KiwiVM told of each, and what was known of the VPS
//! before and after. Whether one succeeded nobody tells: the facts are compared, and no more is said.

use super::Database;
use crate::kiwivm::error::Lock;
use crate::kiwivm::reply::ServiceInfo;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};

/// So many operations of a VPS are kept; the oldest go first.
const OF_A_VPS_MAX: i64 = 50;
/// So many addresses and names are kept of a reply: many times what a VPS has.
const ADDRESSES_MAX: usize = 64;
/// A name of the DNS is no longer.
const NAME_MAX_CHARS: usize = 255;
/// So much is kept of any other text.
const TEXT_MAX_CHARS: usize = 200;
/// A reply that was on its way at the end may still tell of it so much later.
const LATE_S: i64 = 30;

/// A long operation, under way or ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Operation {
    /// When it was first seen, in Unix seconds.
    pub seen_at_s: i64,
    /// When KiwiVM last told of it.
    pub told_at_s: i64,
    /// What KiwiVM said then.
    pub lock: Lock,
    /// The calls that inform are refused too: when they answer again, it has ended.
    pub is_told_by_info: bool,
    /// When its end was noticed; none while it goes on.
    pub ended_at_s: Option<i64>,
    /// What was known before it.
    pub before: Facts,
    /// What was read first after its end.
    pub after: Facts,
}

/// What a long operation may change, as far as known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// When it was read; none: never.
    pub read_at_s: Option<i64>,
    /// The location in words.
    pub location: Option<String>,
    /// IPv4 first.
    pub addresses: Vec<String>,
    /// The reverse names that are set, by address.
    pub names: Vec<(String, String)>,
    /// The template it was installed from.
    pub os: Option<String>,
    /// The panel's name of the VPS.
    pub hostname: Option<String>,
    /// The plan's id.
    pub plan: Option<String>,
    /// How many snapshots are listed.
    pub snapshots: Option<usize>,
}

/// What is otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says it")]
pub enum Change {
    Location {
        from: String,
        to: String,
    },
    Addresses {
        gone: Vec<String>,
        come: Vec<String>,
    },
    Os {
        from: String,
        to: String,
    },
    Hostname {
        from: String,
        to: String,
    },
    Plan {
        from: String,
        to: String,
    },
    Snapshots {
        from: usize,
        to: usize,
    },
}

impl Facts {
    /// The facts in this reply, as many and as long as those of a VPS can be.
    #[must_use]
    pub fn of(read_at_s: i64, service: &ServiceInfo) -> Facts {
        let text = |text: &Option<String>| Some(cut(text.as_ref()?, TEXT_MAX_CHARS));
        let address = |ip: &String| cut(ip, TEXT_MAX_CHARS);
        let name = |(ip, name): (&String, &Option<String>)| {
            Some((address(ip), cut(name.as_ref()?, NAME_MAX_CHARS)))
        };
        let addresses = service.ip_addresses.iter().map(address);
        let names = service.ptr.iter().filter_map(name);
        Facts {
            read_at_s: Some(read_at_s),
            location: text(&service.node_datacenter).or_else(|| text(&service.node_location)),
            addresses: addresses.take(ADDRESSES_MAX).collect(),
            names: names.take(ADDRESSES_MAX).collect(),
            os: text(&service.os),
            hostname: text(&service.hostname),
            plan: text(&service.plan),
            snapshots: None,
        }
    }

    /// The IPv4 addresses.
    pub fn ipv4(&self) -> impl Iterator<Item = &str> {
        let addresses = self.addresses.iter().map(String::as_str);
        addresses.filter(|address| !address.contains(':'))
    }
}

impl Operation {
    /// KiwiVM tells for the first time that one runs.
    #[must_use]
    pub fn begun(at_s: i64, (lock, by_info): (Lock, bool), before: Facts) -> Operation {
        Operation {
            seen_at_s: at_s,
            told_at_s: at_s,
            lock,
            is_told_by_info: by_info,
            before,
            ..Operation::default()
        }
    }

    /// KiwiVM tells of it once more: it goes on. What KiwiVM leaves out it has said before.
    #[must_use]
    pub fn told(&self, at_s: i64, (lock, by_info): (Lock, bool)) -> Operation {
        let former = &self.lock;
        Operation {
            told_at_s: at_s,
            lock: Lock {
                operation: lock.operation.or_else(|| former.operation.clone()),
                percent: lock.percent.or(former.percent),
                progress: lock.progress.or_else(|| former.progress.clone()),
                last_update_age_s: lock.last_update_age_s,
            },
            is_told_by_info: self.is_told_by_info || by_info,
            ended_at_s: None,
            after: Facts::default(),
            ..self.clone()
        }
    }

    /// Whether KiwiVM tells of this one: it goes on, or its end was taken for granted a moment ago.
    #[must_use]
    pub fn is_told_of(&self, lock: &Lock, now_s: i64) -> bool {
        let titles = self.lock.operation.as_ref().zip(lock.operation.as_ref());
        let is_same = titles.map(|(ours, theirs)| ours == theirs);
        match self.ended_at_s {
            None => is_same != Some(false),
            Some(ended_at_s) => is_same == Some(true) && now_s - ended_at_s < LATE_S,
        }
    }

    /// The same, over.
    #[must_use]
    pub fn ended(&self, at_s: i64) -> Operation {
        Operation {
            ended_at_s: Some(at_s),
            ..self.clone()
        }
    }

    /// Whether it has ended and what the VPS is like since was read.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.ended_at_s.is_some() && self.after.read_at_s.is_some()
    }

    /// When KiwiVM itself last looked at it.
    #[must_use]
    pub fn said_at_s(&self) -> i64 {
        let age_s = self.lock.last_update_age_s.unwrap_or(0).max(0);
        self.told_at_s.saturating_sub(age_s)
    }

    /// Whether it took the VPS to another location, or to other addresses.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        let moves =
            |change: &Change| matches!(change, Change::Location { .. } | Change::Addresses { .. });
        self.changes().iter().any(moves)
    }

    /// What is known to have changed. What is not known on both sides is not compared.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let (before, after) = (&self.before, &self.after);
        let differing = |from: &Option<String>, to: &Option<String>| {
            let both = from.clone().zip(to.clone());
            both.filter(|(from, to)| from != to)
        };
        let location = differing(&before.location, &after.location);
        let os = differing(&before.os, &after.os);
        let hostname = differing(&before.hostname, &after.hostname);
        let plan = differing(&before.plan, &after.plan);
        let snapshots = before.snapshots.zip(after.snapshots);
        [
            location.map(|(from, to)| Change::Location { from, to }),
            self.addresses(),
            os.map(|(from, to)| Change::Os { from, to }),
            hostname.map(|(from, to)| Change::Hostname { from, to }),
            plan.map(|(from, to)| Change::Plan { from, to }),
            snapshots
                .filter(|(from, to)| from != to)
                .map(|(from, to)| Change::Snapshots { from, to }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn addresses(&self) -> Option<Change> {
        let (before, after) = (&self.before.addresses, &self.after.addresses);
        if before.is_empty() || after.is_empty() {
            return None;
        }
        let lacking = |some: &[String], others: &[String]| -> Vec<String> {
            let some = some.iter().filter(|ip| !others.contains(ip));
            some.cloned().collect()
        };
        let (gone, come) = (lacking(before, after), lacking(after, before));
        (!gone.is_empty() || !come.is_empty()).then_some(Change::Addresses { gone, come })
    }

    /// The reverse names whose addresses are gone.
    #[must_use]
    pub fn lost_names(&self) -> Vec<&(String, String)> {
        let addresses = &self.after.addresses;
        let names = self.before.names.iter();
        names
            .filter(|(ip, _)| !addresses.is_empty() && !addresses.contains(ip))
            .collect()
    }
}

fn cut(text: &str, at_most_chars: usize) -> String {
    text.chars().take(at_most_chars).collect()
}

struct Row {
    vps_id: i64,
    seen_at: i64,
    told_at: i64,
    title: Option<String>,
    progress: Option<String>,
    percent: Option<i64>,
    is_told_by_info: bool,
    ended_at: Option<i64>,
    facts_before: String,
    facts_after: String,
}

impl From<Row> for Operation {
    fn from(row: Row) -> Operation {
        Operation {
            seen_at_s: row.seen_at,
            told_at_s: row.told_at,
            lock: Lock {
                operation: row.title,
                percent: row.percent.and_then(|percent| u8::try_from(percent).ok()),
                progress: row.progress,
                last_update_age_s: None,
            },
            is_told_by_info: row.is_told_by_info,
            ended_at_s: row.ended_at,
            before: serde_json::from_str(&row.facts_before).unwrap_or_default(),
            after: serde_json::from_str(&row.facts_after).unwrap_or_default(),
        }
    }
}

/// Keeps what is known of an operation.
///
/// # Errors
/// SQLite's.
pub async fn keep(db: &Database, vps_id: i64, operation: &Operation) -> Result<(), sqlx::Error> {
    let before = serde_json::to_string(&operation.before).unwrap_or_default();
    let after = serde_json::to_string(&operation.after).unwrap_or_default();
    let mut transaction = db.begin().await?;
    sqlx::query!(
        "INSERT INTO operation (vps_id, seen_at, told_at, title, progress, percent, is_told_by_info,
             ended_at, facts_before, facts_after)
         SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM vps WHERE id = ?
         ON CONFLICT (vps_id, seen_at) DO UPDATE SET told_at = excluded.told_at, title = excluded.title,
             progress = excluded.progress, percent = excluded.percent,
             is_told_by_info = excluded.is_told_by_info, ended_at = excluded.ended_at,
             facts_after = excluded.facts_after",
        operation.seen_at_s,
        operation.told_at_s,
        operation.lock.operation,
        operation.lock.progress,
        operation.lock.percent,
        operation.is_told_by_info,
        operation.ended_at_s,
        before,
        after,
        vps_id
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "DELETE FROM operation WHERE vps_id = ?1 AND id <=
             (SELECT id FROM operation WHERE vps_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        vps_id,
        OF_A_VPS_MAX
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

/// The operations of a VPS, newest first.
///
/// # Errors
/// SQLite's.
pub async fn of_vps(db: &Database, vps_id: i64) -> Result<Vec<Operation>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT vps_id, seen_at, told_at, title, progress, percent,
               is_told_by_info AS "is_told_by_info: bool", ended_at, facts_before, facts_after
           FROM operation WHERE vps_id = ? ORDER BY id DESC"#,
        vps_id
    )
    .fetch_all(&db.reader)
    .await?;
    Ok(rows.into_iter().map(Operation::from).collect())
}

/// The newest operation of a VPS that took it to another location or to other addresses. No older one is
/// read.
///
/// # Errors
/// SQLite's.
pub async fn last_moved(db: &Database, vps_id: i64) -> Result<Option<Operation>, sqlx::Error> {
    let mut rows = sqlx::query_as!(
        Row,
        r#"SELECT vps_id, seen_at, told_at, title, progress, percent,
               is_told_by_info AS "is_told_by_info: bool", ended_at, facts_before, facts_after
           FROM operation WHERE vps_id = ? ORDER BY id DESC"#,
        vps_id
    )
    .fetch(&db.reader);
    while let Some(row) = rows.try_next().await? {
        let operation = Operation::from(row);
        if operation.has_moved() {
            return Ok(Some(operation));
        }
    }
    Ok(None)
}

/// The newest operation of every VPS, for the start: (VPS, operation).
///
/// # Errors
/// SQLite's.
pub async fn newest(db: &Database) -> Result<Vec<(i64, Operation)>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT vps_id, seen_at, told_at, title, progress, percent,
               is_told_by_info AS "is_told_by_info: bool", ended_at, facts_before, facts_after
           FROM operation WHERE id IN (SELECT max(id) FROM operation GROUP BY vps_id)"#,
    )
    .fetch_all(&db.reader)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.vps_id, Operation::from(row)))
        .collect())
}

#[cfg(test)]
mod tests;
