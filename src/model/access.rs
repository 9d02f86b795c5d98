//! Who may do what: the one policy. Pages, menu and `perform` all ask here. Today a member's level
//! holds for every VPS; grants for one VPS or one tag will be looked up in [`grant`] and nowhere else.

use super::person::{Person, Role};
use crate::kiwivm::call::{Call, Class};

/// What a member may do, each including the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Reads.
    View,
    /// Changes.
    Operate,
    /// Destroys, and sees one-time secrets.
    Manage,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Level; 3] = [Level::View, Level::Operate, Level::Manage];

    /// As it stands in forms and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Level::View => "view",
            Level::Operate => "operate",
            Level::Manage => "manage",
        }
    }

    /// The message id of its name.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Level::View => "right-view",
            Level::Operate => "right-operate",
            Level::Manage => "right-manage",
        }
    }

    /// The level of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.word() == word)
    }
}

/// One thing a person may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// See a VPS and read from it.
    View,
    /// Change what can be changed back.
    Operate,
    /// Destroy, and see secrets.
    Manage,
    /// Run commands as root.
    Shell,
    /// People, VPSes, keys and settings.
    Admin,
}

impl Right {
    /// The message id of its name.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Right::View => "right-view",
            Right::Operate => "right-operate",
            Right::Manage => "right-manage",
            Right::Shell => "right-shell",
            Right::Admin => "right-admin",
        }
    }
}

/// What a person was given for one VPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Reads, changes, or everything.
    pub level: Level,
    /// Whether commands may be run as root; no level includes it.
    pub shell: bool,
}

/// What this person was given for this VPS.
#[must_use]
pub fn grant(person: &Person, _vps_id: i64) -> Grant {
    match person.role {
        Role::Admin => Grant {
            level: Level::Manage,
            shell: true,
        },
        Role::Member => Grant {
            level: person.level,
            shell: person.shell,
        },
    }
}

/// The right a call needs.
#[must_use]
pub const fn needed(call: &Call) -> Right {
    match call.class {
        Class::Read => Right::View,
        Class::Change if call.guarded => Right::Manage,
        Class::Change => Right::Operate,
        Class::Destroy => Right::Manage,
        Class::Shell => Right::Shell,
    }
}

/// Whether this person has this right on this VPS.
#[must_use]
pub fn has(person: &Person, vps_id: i64, right: Right) -> bool {
    let grant = grant(person, vps_id);
    match right {
        Right::View => grant.level >= Level::View,
        Right::Operate => grant.level >= Level::Operate,
        Right::Manage => grant.level >= Level::Manage,
        Right::Shell => grant.shell,
        Right::Admin => is_admin(person),
    }
}

/// Whether this person may do this call to this VPS; if not, which right is missing.
///
/// # Errors
/// The missing right.
pub fn may(person: &Person, call: &Call, vps_id: i64) -> Result<(), Right> {
    require(person, vps_id, needed(call))
}

/// The right, or the error that names it.
///
/// # Errors
/// The missing right.
pub fn require(person: &Person, vps_id: i64, right: Right) -> Result<(), Right> {
    if has(person, vps_id, right) {
        Ok(())
    } else {
        Err(right)
    }
}

/// Whether this person looks after people, VPSes and keys.
#[must_use]
pub fn is_admin(person: &Person) -> bool {
    person.role == Role::Admin
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kiwivm::calls::{CALLS, find};

    fn member(level: Level, shell: bool) -> Person {
        Person::sample(Role::Member, level, shell)
    }

    #[test]
    fn each_level_may_do_what_its_name_says_and_no_more() {
        let rights = |level, shell| {
            CALLS
                .iter()
                .filter(|call| may(&member(level, shell), call, 1).is_ok())
                .count()
        };
        let class = |class| CALLS.iter().filter(|call| call.class == class).count();
        let guarded = CALLS.iter().filter(|call| call.guarded).count();
        let reads = class(Class::Read);
        let changes = class(Class::Change) - guarded;
        let destroys = class(Class::Destroy) + guarded;
        assert_eq!(rights(Level::View, false), reads);
        assert_eq!(rights(Level::Operate, false), reads + changes);
        assert_eq!(rights(Level::Manage, false), reads + changes + destroys);
        assert_eq!(rights(Level::Manage, true), CALLS.len());
        assert_eq!(rights(Level::View, true), reads + class(Class::Shell));
    }

    #[test]
    fn a_refusal_names_the_missing_right() {
        let reinstall = find("reinstallOS").unwrap();
        assert_eq!(
            may(&member(Level::Operate, true), reinstall, 1),
            Err(Right::Manage)
        );
        let exec = find("basicShell/exec").unwrap();
        assert_eq!(
            may(&member(Level::Manage, false), exec, 1),
            Err(Right::Shell)
        );
    }
}
