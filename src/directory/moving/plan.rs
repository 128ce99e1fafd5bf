//! Who is whom on both sides: decided before anything is done.

use std::collections::{BTreeMap, BTreeSet};

use crate::actor::Level;
use crate::id::UserId;

/// Somebody who is to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    pub id: UserId,
    pub name: String,
    pub user_name: String,
    pub user_name_key: String,
    pub level: Level,
}

/// Somebody of the new directory who may be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub old: UserId,
    pub new: UserId,
    pub new_user_name: String,
    pub new_level: Level,
    pub new_operator: bool,
}

/// The same person on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    pub person: Stay,
    pub new: UserId,
    pub new_user_name: String,
}

/// Somebody who stays where they are, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub person: Stay,
    pub reason: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub merged: Vec<Merge>,
    pub moved: Vec<Stay>,
    pub conflicts: Vec<Conflict>,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.merged.is_empty() && self.moved.is_empty()
    }
}

/// Matches by userName, then by e-mail address; what is not certain stays where it is. `people` come in the order in which they
/// are shown, and of two with one name the first has it.
pub(super) fn plan(people: Vec<Stay>, by_name: &[Match], by_email: &[Match]) -> Plan {
    let mut plan = Plan::default();
    let named: BTreeMap<&UserId, &Match> = by_name.iter().map(|found| (&found.old, found)).collect();
    let taken: BTreeSet<&UserId> = by_name.iter().map(|found| &found.new).collect();
    // Whoever is matched by name is out of the question for addresses, on both sides.
    let mailed: Vec<&Match> =
        by_email.iter().filter(|found| !named.contains_key(&found.old) && !taken.contains(&found.new)).collect();
    let mut of_old: BTreeMap<&UserId, Vec<&Match>> = BTreeMap::new();
    let mut of_new: BTreeMap<&UserId, usize> = BTreeMap::new();
    for found in mailed {
        of_old.entry(&found.old).or_default().push(found);
        *of_new.entry(&found.new).or_default() += 1;
    }
    let mut used: BTreeSet<UserId> = BTreeSet::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for person in people {
        let found = match (named.get(&person.id), of_old.get(&person.id).map(Vec::as_slice)) {
            (Some(found), _) => Ok(Some(*found)),
            (None, None) => Ok(None),
            (None, Some([found])) if of_new.get(&found.new) == Some(&1) => Ok(Some(*found)),
            (None, Some(_)) => Err("several people have this e-mail address, and none has this userName"),
        };
        let reason = match found {
            Err(reason) => Some(reason),
            Ok(Some(found)) if used.contains(&found.new) => {
                Some("somebody else of the same userName moves before them")
            }
            Ok(Some(found)) if found.new_level > person.level => {
                Some("the level is higher there: make both the same first")
            }
            Ok(Some(found)) if found.new_operator => Some("they are an operator there, and would be one no more"),
            Ok(None) if names.contains(&person.user_name_key) => {
                Some("somebody else of the same userName moves before them")
            }
            Ok(_) => None,
        };
        match (reason, found) {
            (Some(reason), _) => plan.conflicts.push(Conflict { person, reason: reason.to_string() }),
            (None, Ok(Some(found))) => {
                used.insert(found.new.clone());
                let (new, new_user_name) = (found.new.clone(), found.new_user_name.clone());
                plan.merged.push(Merge { person, new, new_user_name });
            }
            (None, _) => {
                names.insert(person.user_name_key.clone());
                plan.moved.push(person);
            }
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Stay {
        let (name, key) = (name.to_string(), name.to_lowercase());
        Stay { id: UserId::new(), name: name.clone(), user_name: name, user_name_key: key, level: Level::Member }
    }

    fn found(old: &Stay, new: &UserId) -> Match {
        let new_user_name = format!("{} there", old.user_name);
        Match { old: old.id.clone(), new: new.clone(), new_user_name, new_level: Level::Member, new_operator: false }
    }

    fn names(people: &[Stay]) -> Vec<&str> {
        people.iter().map(|person| person.name.as_str()).collect()
    }

    #[test]
    fn a_name_counts_before_an_address() {
        let (ada, eve) = (person("ada"), person("eve"));
        let (one, other) = (UserId::new(), UserId::new());
        let plan =
            plan(vec![ada.clone(), eve.clone()], &[found(&ada, &one)], &[found(&ada, &other), found(&eve, &one)]);
        assert_eq!(plan.merged.iter().map(|merge| &merge.new).collect::<Vec<_>>(), [&one]);
        assert_eq!(names(&plan.moved), ["eve"]);
        assert_eq!(plan.conflicts, []);
    }

    #[test]
    fn an_address_of_several_decides_nothing() {
        let (ada, eve) = (person("ada"), person("eve"));
        let (one, other) = (UserId::new(), UserId::new());
        let shared = plan(vec![ada.clone(), eve.clone()], &[], &[found(&ada, &one), found(&eve, &one)]);
        assert_eq!(shared.conflicts.len(), 2);
        let twice = plan(vec![ada.clone()], &[], &[found(&ada, &one), found(&ada, &other)]);
        assert_eq!((twice.conflicts.len(), twice.is_empty()), (1, true));
        let once = plan(vec![ada.clone()], &[], &[found(&ada, &one)]);
        assert_eq!(once.merged.len(), 1);
    }

    #[test]
    fn a_higher_level_there_is_not_taken_over_by_a_move() {
        let ada = person("ada");
        let above = Match { new_level: Level::Admin, ..found(&ada, &UserId::new()) };
        assert_eq!(plan(vec![ada], &[above], &[]).conflicts.len(), 1);
    }

    #[test]
    fn of_two_with_one_name_the_first_moves() {
        let (ada, other) = (person("ada"), person("Ada"));
        let plan = plan(vec![ada, other], &[], &[]);
        assert_eq!((names(&plan.moved), plan.conflicts.len()), (vec!["ada"], 1));
    }
}
