//! The rows of both tables, newest first, and how long a snapshot is still kept. It asks nobody.

use super::Known;
use crate::kiwivm::reply::{Backup, Reply, Snapshot};
use crate::web::page::Page;

/// So many rows are drawn; the rest is counted.
const ROWS_MAX: usize = 300;
/// What is purged sooner is a warning.
const SOON_S: i64 = 3 * 86_400;
/// From a reading older than this a countdown is only about right.
const OLD_S: i64 = 3600;
/// The community infers that KiwiVM takes so many sticky ones a VPS; its documents do not say.
const STICKY_MAX: usize = 2;

/// The snapshots of a VPS, as they were last listed.
pub(super) struct Snapshots {
    pub(super) known: Known,
    pub(super) rows: Vec<Row>,
    pub(super) count: usize,
    /// All sizes together; unknown when one of them is.
    pub(super) total_bytes: Option<u64>,
    sticky_count: usize,
    /// Those without a file name: nothing can be done with them.
    pub(super) unnamed: usize,
}

/// One snapshot, and when it goes.
pub(super) struct Row {
    pub(super) snapshot: Snapshot,
    purge: Purge,
    is_old: bool,
}

/// When a snapshot is purged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purge {
    Never,
    In { wait_s: i64 },
    Past,
    Unknown,
}

impl Snapshots {
    pub(super) fn of(known: Known, now_s: i64) -> Snapshots {
        let mut snapshots = known.read(Reply::snapshots);
        snapshots.sort_by_key(|snapshot| std::cmp::Reverse(snapshot.made_s));
        let is_sticky = |snapshot: &&Snapshot| snapshot.sticky == Some(true);
        Snapshots {
            count: snapshots.len(),
            total_bytes: total(snapshots.iter().map(|snapshot| snapshot.size_bytes)),
            sticky_count: snapshots.iter().filter(is_sticky).count(),
            unnamed: known.read(Reply::unnamed_snapshots),
            rows: snapshots
                .into_iter()
                .take(ROWS_MAX)
                .map(|snapshot| Row::of(snapshot, known.at_s.unwrap_or(now_s), now_s))
                .collect(),
            known,
        }
    }

    pub(super) fn is_sticky_full(&self) -> bool {
        self.sticky_count >= STICKY_MAX
    }

    pub(super) fn more(&self) -> usize {
        self.count - self.rows.len()
    }
}

fn total(mut sizes: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    sizes.try_fold(0_u64, |total, bytes| total.checked_add(bytes?))
}

impl Row {
    fn of(snapshot: Snapshot, read_at_s: i64, now_s: i64) -> Row {
        Row {
            purge: purge(&snapshot, read_at_s, now_s),
            is_old: now_s.saturating_sub(read_at_s) > OLD_S,
            snapshot,
        }
    }

    pub(super) fn is_sticky(&self) -> bool {
        self.snapshot.sticky == Some(true)
    }

    /// What the switch beside it does.
    pub(super) fn switch(&self) -> &'static str {
        if self.is_sticky() {
            "snapshots-unstick"
        } else {
            "snapshots-stick"
        }
    }

    /// Its description, or what else tells it from the others.
    pub(super) fn name(&self) -> String {
        let Snapshot {
            description,
            file_name,
            ..
        } = &self.snapshot;
        let day = self.snapshot.day().unwrap_or(file_name);
        description.clone().unwrap_or_else(|| day.to_owned())
    }

    /// When it is purged, in words.
    pub(super) fn purged(&self, page: &Page) -> String {
        match self.purge {
            Purge::Never => page.say("snapshots-never").text(),
            Purge::Unknown => page.say("snapshots-unknown").text(),
            Purge::Past => page.say("snapshots-past").text(),
            Purge::In { wait_s } if self.is_old => page
                .say("snapshots-about")
                .with("time", page.duration(wait_s))
                .text(),
            Purge::In { wait_s } => page.duration(wait_s),
        }
    }

    /// Whether it goes within days, or may be gone.
    pub(super) fn is_urgent(&self) -> bool {
        match self.purge {
            Purge::In { wait_s } => wait_s < SOON_S,
            Purge::Past => true,
            Purge::Never | Purge::Unknown => false,
        }
    }

    /// Whether KiwiVM gives a link that nobody on the way can read.
    pub(super) fn has_link(&self) -> bool {
        self.snapshot.download_link_ssl.is_some()
    }
}

/// KiwiVM counts from its reply, so this counts on from when it was read.
fn purge(snapshot: &Snapshot, read_at_s: i64, now_s: i64) -> Purge {
    match (snapshot.sticky, snapshot.purges_in_s) {
        (Some(true), _) => Purge::Never,
        // A sticky one is sent with 0: unless it is said not to be sticky, 0 tells nothing.
        (None, Some(i64::MIN..=0)) | (_, None) => Purge::Unknown,
        (_, Some(wait_s)) => {
            let passed_s = now_s.saturating_sub(read_at_s).max(0);
            match wait_s.saturating_sub(passed_s) {
                wait_s @ 1.. => Purge::In { wait_s },
                _ => Purge::Past,
            }
        }
    }
}

/// The backups of a VPS, as they were last listed.
pub(super) struct Backups {
    pub(super) known: Known,
    pub(super) rows: Vec<Backup>,
    pub(super) more: usize,
}

impl Backups {
    pub(super) fn of(known: Known) -> Backups {
        let mut rows = known.read(Reply::backups);
        rows.sort_by_key(|backup| std::cmp::Reverse(backup.timestamp_s));
        let more = rows.len().saturating_sub(ROWS_MAX);
        rows.truncate(ROWS_MAX);
        Backups { known, rows, more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_S: i64 = 86_400;

    fn snapshot(sticky: Option<bool>, purges_in_s: Option<i64>) -> Snapshot {
        Snapshot {
            sticky,
            purges_in_s,
            ..Snapshot::default()
        }
    }

    #[test]
    fn a_countdown_goes_on_from_when_it_was_read() {
        let kept = snapshot(Some(false), Some(5 * DAY_S));
        let at = |now_s| purge(&kept, 1000, now_s);
        assert_eq!(at(1000), Purge::In { wait_s: 5 * DAY_S });
        assert_eq!(at(1000 + DAY_S), Purge::In { wait_s: 4 * DAY_S });
        assert_eq!(at(999 + 5 * DAY_S), Purge::In { wait_s: 1 });
        assert_eq!(at(1000 + 5 * DAY_S), Purge::Past);
        // A clock that was set back adds no day.
        assert_eq!(at(0), Purge::In { wait_s: 5 * DAY_S });
    }

    #[test]
    fn a_sticky_one_is_never_purged_and_what_is_not_said_is_unknown() {
        let of = |sticky, purges_in_s| purge(&snapshot(sticky, purges_in_s), 1000, 1000);
        assert_eq!(of(Some(true), Some(0)), Purge::Never);
        assert_eq!(of(Some(true), None), Purge::Never);
        assert_eq!(of(Some(false), None), Purge::Unknown);
        assert_eq!(of(None, None), Purge::Unknown);
        assert_eq!(of(None, Some(0)), Purge::Unknown);
        assert_eq!(of(Some(false), Some(0)), Purge::Past);
        assert_eq!(of(None, Some(60)), Purge::In { wait_s: 60 });
    }

    #[test]
    fn the_last_three_days_are_urgent() {
        let urgent =
            |sticky, wait_s| Row::of(snapshot(sticky, Some(wait_s)), 1000, 1000).is_urgent();
        assert!(urgent(Some(false), 3 * DAY_S - 1));
        assert!(!urgent(Some(false), 3 * DAY_S));
        assert!(urgent(Some(false), 0));
        assert!(!urgent(Some(true), 0));
    }

    #[test]
    fn a_total_is_unknown_when_a_size_is_unknown_or_too_large() {
        assert_eq!(total([Some(2), Some(3)].into_iter()), Some(5));
        assert_eq!(total([Some(2), None].into_iter()), None);
        assert_eq!(total([Some(u64::MAX), Some(1)].into_iter()), None);
    }
}
