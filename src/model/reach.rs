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

/// Whether a grant lets a person do more with a VPS than they may now. None is a VPS to come.
#[must_use]
pub fn gains(person: &Person, grant: &Grant, vps_id: Option<i64>) -> bool {
    // No row has the number 0: only what is given everywhere holds there.
    let now = access::access(person, vps_id.unwrap_or(0));
    now.is_none_or(|now| now.lacks(grant.given.access))
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
    fn a_grant_gains_nothing_for_whoever_may_do_as_much_already() {
        let operate = grant(1, Scope::Tag("web".into()), Level::Operate);
        let mut person = Person::sample(Role::Member);
        assert!(gains(&person, &operate, Some(1)) && gains(&person, &operate, None));
        person.granted.add(Some(1), operate.given.access);
        assert!(!gains(&person, &operate, Some(1)) && gains(&person, &operate, None));
        person.granted.add(None, operate.given.access);
        assert!(!gains(&person, &operate, None));
        assert!(!gains(&Person::sample(Role::Admin), &operate, Some(1)));
    }
}
