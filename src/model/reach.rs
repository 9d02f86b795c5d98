//! What a person may do where, and which of their grants give it. What they give together is the
//! policy's word; here are its reasons.

use super::access::{self, Access};
use super::grant::Grant;
use super::person::Person;
use super::vps::Vps;

/// VPSes that a person may do the same with, for the same reasons.
#[derive(Clone, Debug)]
pub struct Reach<'a> {
    /// In the order they were given.
    pub vpses: Vec<&'a Vps>,
    /// Level and shell.
    pub access: Access,
    /// The grants that give it; none for an admin.
    pub by: Vec<&'a Grant>,
}

/// What a person may do with these VPSes now, alike ones together.
#[must_use]
pub fn of_person<'a>(
    person: &Person,
    grants: &'a [Grant],
    vpses: &'a [Vps],
    now_s: i64,
) -> Vec<Reach<'a>> {
    let mut reaches: Vec<Reach<'a>> = Vec::new();
    for vps in vpses {
        let Some(access) = access::access(person, vps.id) else {
            continue;
        };
        let by = reasons(person, grants, vps, now_s);
        let alike = |reach: &&mut Reach<'_>| reach.access == access && same(&reach.by, &by);
        match reaches.iter_mut().find(alike) {
            Some(reach) => reach.vpses.push(vps),
            None => reaches.push(Reach {
                vpses: vec![vps],
                access,
                by,
            }),
        }
    }
    reaches
}

/// The grants of a person that give something on a VPS now.
#[must_use]
pub fn reasons<'a>(person: &Person, grants: &'a [Grant], vps: &Vps, now_s: i64) -> Vec<&'a Grant> {
    let gives = |grant: &&Grant| {
        grant.person_id == person.id && grant.holds(now_s) && grant.is_for(vps.id, &vps.tags)
    };
    if access::is_admin(person) {
        return Vec::new();
    }
    grants.iter().filter(gives).collect()
}

fn same(one: &[&Grant], other: &[&Grant]) -> bool {
    let ids = |grants: &[&Grant]| grants.iter().map(|grant| grant.id).collect::<Vec<_>>();
    ids(one) == ids(other)
}

/// A VPS as it is before something changes. One to come has the number 0 and no tags.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// Its row.
    pub vps_id: i64,
    /// What it carries.
    pub tags: &'a [String],
    /// When.
    pub now_s: i64,
}

/// Whether a grant lets its person do more with a VPS than each of their others does, or for longer.
#[must_use]
pub fn gains(person: &Person, grant: &Grant, all: &[Grant], before: Before<'_>) -> bool {
    let covers = |other: &Grant| {
        other.person_id == grant.person_id
            && other.holds(before.now_s)
            && other.is_for(before.vps_id, before.tags)
            && !other.given.access.lacks(grant.given.access)
            && other.lasts_as_long_as(grant)
    };
    !access::is_admin(person) && !all.iter().any(covers)
}

#[cfg(test)]
mod tests {
    use super::super::access::Level;
    use super::super::grant::{Given, Scope};
    use super::super::person::Role;
    use super::*;

    fn grant(id: i64, scope: Scope, level: Level) -> Grant {
        let access = Access {
            level,
            shell: false,
        };
        Grant {
            id,
            person_id: 1,
            person: "ada".into(),
            scope,
            vps: None,
            given: Given {
                access,
                ends_at: None,
            },
        }
    }

    fn vps(id: i64, tags: &[&str]) -> Vps {
        Vps {
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Vps::sample(id)
        }
    }

    #[test]
    fn vpses_stand_together_that_are_given_alike_by_the_same_grants() {
        let grants = [
            grant(1, Scope::Tag("Web".into()), Level::Operate),
            grant(2, Scope::Vps(3), Level::Manage),
        ];
        let vpses = [
            vps(1, &["web"]),
            vps(2, &["db"]),
            vps(3, &["WEB"]),
            vps(4, &["web", "db"]),
        ];
        let mut person = Person::sample(Role::Member);
        for (vps_id, grant) in [(1, 0), (3, 0), (4, 0), (3, 1)] {
            person.granted.add(Some(vps_id), grants[grant].given.access);
        }
        let reaches = of_person(&person, &grants, &vpses, 0);
        let shown: Vec<(Vec<i64>, Level, usize)> = reaches
            .iter()
            .map(|reach| {
                let ids = reach.vpses.iter().map(|vps| vps.id).collect();
                (ids, reach.access.level, reach.by.len())
            })
            .collect();
        assert_eq!(
            shown,
            [(vec![1, 4], Level::Operate, 1), (vec![3], Level::Manage, 2)]
        );
    }

    #[test]
    fn a_grant_gains_nothing_for_whoever_may_do_as_much_for_as_long_already() {
        let operate = grant(1, Scope::Tag("web".into()), Level::Operate);
        let member = Person::sample(Role::Member);
        let gained_beside = |others: &[Grant]| {
            let before = Before {
                vps_id: 1,
                tags: &[],
                now_s: 1000,
            };
            gains(&member, &operate, others, before)
        };
        let until = |ends_at, scope| {
            let mut grant = grant(2, scope, Level::Manage);
            grant.given.ends_at = ends_at;
            [grant]
        };
        assert!(gained_beside(&[]));
        assert!(gained_beside(&[grant(2, Scope::Vps(1), Level::View)]));
        assert!(gained_beside(&until(None, Scope::Vps(2))));
        assert!(gained_beside(&until(Some(1000), Scope::Every)));
        assert!(gained_beside(&until(Some(5000), Scope::Every)), "it ends");
        assert!(!gained_beside(&until(None, Scope::Every)));
        let admin = Person::sample(Role::Admin);
        let before = Before {
            vps_id: 1,
            tags: &[],
            now_s: 1000,
        };
        assert!(!gains(&admin, &operate, &[], before));
    }
}
