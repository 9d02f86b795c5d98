//! Who may do what: the one policy. Pages, menu and `perform` all ask here. It looks at the person,
//! the VPS and the call, and at nothing else: not at the address, not at the time.

use super::person::{Person, Role};
use super::vps::Vps;
use crate::kiwivm::call::{Call, Class};
use std::collections::HashMap;

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

/// What a person may do to one VPS, all their grants together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Reads, changes, or everything.
    pub level: Level,
    /// Whether commands may be run as root; no level includes it.
    pub shell: bool,
}

impl Access {
    /// An admin's, everywhere.
    const FULL: Access = Access {
        level: Level::Manage,
        shell: true,
    };

    /// What two grants give together.
    fn with(self, other: Access) -> Access {
        Access {
            level: self.level.max(other.level),
            shell: self.shell || other.shell,
        }
    }

    /// Whether this is less than `other` in any way.
    #[must_use]
    pub fn lacks(self, other: Access) -> bool {
        self.with(other) != self
    }
}

/// What a member was given: everywhere, and VPS by VPS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    every: Option<Access>,
    vpses: HashMap<i64, Access>,
}

impl Granted {
    /// Adds a grant for one VPS, or, with none, for every VPS.
    pub fn add(&mut self, vps_id: Option<i64>, access: Access) {
        let known = match vps_id {
            Some(vps_id) => self.vpses.get(&vps_id).copied(),
            None => self.every,
        };
        let sum = known.map_or(access, |known| known.with(access));
        match vps_id {
            Some(vps_id) => drop(self.vpses.insert(vps_id, sum)),
            None => self.every = Some(sum),
        }
    }

    /// What was given for this VPS.
    #[must_use]
    pub fn at(&self, vps_id: i64) -> Option<Access> {
        let here = self.vpses.get(&vps_id).copied();
        match (self.every, here) {
            (Some(every), Some(here)) => Some(every.with(here)),
            (every, here) => every.or(here),
        }
    }
}

/// Why somebody may not make a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The person lacks this right.
    Right(Right),
    /// The VPS is protected, from everybody.
    Protected,
}

/// What this person may do to this VPS; none when it is out of their sight.
#[must_use]
pub fn access(person: &Person, vps_id: i64) -> Option<Access> {
    match person.role {
        Role::Admin => Some(Access::FULL),
        Role::Member => person.granted.at(vps_id),
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

/// Whether a call needs a fresh proof of who asks: what cannot be undone, what gives secrets away,
/// and everything run as root.
#[must_use]
pub const fn needs_proof(call: &Call) -> bool {
    matches!(needed(call), Right::Manage | Right::Shell)
}

/// Whether this person has this right on this VPS.
#[must_use]
pub fn has(person: &Person, vps_id: i64, right: Right) -> bool {
    let Some(access) = access(person, vps_id) else {
        return false;
    };
    match right {
        Right::View => access.level >= Level::View,
        Right::Operate => access.level >= Level::Operate,
        Right::Manage => access.level >= Level::Manage,
        Right::Shell => access.shell,
        Right::Admin => is_admin(person),
    }
}

/// Whether this person may make this call to this VPS; if not, why.
///
/// # Errors
/// The missing right, or that the VPS is protected.
pub fn may(person: &Person, call: &Call, vps: &Vps) -> Result<(), Denied> {
    require(person, vps.id, needed(call)).map_err(Denied::Right)?;
    if vps.is_protected && call.is_destroy() {
        return Err(Denied::Protected);
    }
    Ok(())
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
        let mut person = Person::sample(Role::Member);
        person.granted.add(Some(1), Access { level, shell });
        person
    }

    fn vps(id: i64, is_protected: bool) -> Vps {
        Vps {
            is_protected,
            ..Vps::sample(id)
        }
    }

    fn allowed(person: &Person, vps: &Vps) -> usize {
        let may = |call: &&Call| may(person, call, vps).is_ok();
        CALLS.iter().filter(may).count()
    }

    fn of_class(class: Class) -> usize {
        CALLS.iter().filter(|call| call.class == class).count()
    }

    #[test]
    fn each_level_may_do_what_its_name_says_and_no_more() {
        let rights = |level, shell| allowed(&member(level, shell), &vps(1, false));
        let guarded = CALLS.iter().filter(|call| call.guarded).count();
        let reads = of_class(Class::Read);
        let changes = of_class(Class::Change) - guarded;
        let destroys = of_class(Class::Destroy) + guarded;
        assert_eq!(rights(Level::View, false), reads);
        assert_eq!(rights(Level::Operate, false), reads + changes);
        assert_eq!(rights(Level::Manage, false), reads + changes + destroys);
        assert_eq!(rights(Level::Manage, true), CALLS.len());
        assert_eq!(rights(Level::View, true), reads + of_class(Class::Shell));
    }

    #[test]
    fn a_grant_for_one_vps_opens_no_other() {
        let member = member(Level::Manage, true);
        assert_eq!(allowed(&member, &vps(2, false)), 0);
        assert!(!has(&member, 2, Right::View));
    }

    #[test]
    fn several_grants_give_together_what_each_gives() {
        let mut member = member(Level::View, true);
        let operate = Access {
            level: Level::Operate,
            shell: false,
        };
        member.granted.add(None, operate);
        assert!(has(&member, 1, Right::Operate) && has(&member, 1, Right::Shell));
        assert!(has(&member, 2, Right::Operate) && !has(&member, 2, Right::Shell));
    }

    #[test]
    fn nobody_destroys_a_protected_vps_and_everything_else_goes_on() {
        let admin = Person::sample(Role::Admin);
        let spared = CALLS.len() - of_class(Class::Destroy);
        assert_eq!(allowed(&admin, &vps(1, true)), spared);
        let reinstall = find("reinstallOS").unwrap();
        assert_eq!(
            may(&admin, reinstall, &vps(1, true)),
            Err(Denied::Protected)
        );
    }

    #[test]
    fn a_refusal_names_the_missing_right() {
        let refusal =
            |level, shell, call| may(&member(level, shell), find(call).unwrap(), &vps(1, true));
        assert_eq!(
            refusal(Level::Operate, true, "reinstallOS"),
            Err(Denied::Right(Right::Manage))
        );
        assert_eq!(
            refusal(Level::Manage, false, "basicShell/exec"),
            Err(Denied::Right(Right::Shell))
        );
    }
}
