//! Who holds which role by the log alone: its events, one after the other. Nothing of Muster is asked here.

use std::collections::{BTreeMap, BTreeSet};

use muster::time::Timestamp;
use serde_json::Value;

/// An event, as whoever follows the log gets it.
#[derive(Debug, Clone)]
pub struct Told {
    pub kind: String,
    /// The id of whom or what it is about.
    pub about: String,
    pub before: Value,
    pub after: Value,
}

impl Told {
    /// The kind of event, and of those who moved, whether the new directory had them already.
    pub fn what(&self) -> String {
        let merged = if self.after["merged"].is_string() { " (merged)" } else { "" };
        format!("{}{merged}", self.kind)
    }
}

/// What the events so far come to.
#[derive(Debug, Default)]
pub struct Replay {
    users: BTreeMap<String, Standing>,
    /// Each group with its members, users and groups.
    groups: BTreeMap<String, BTreeSet<String>>,
    /// Each grant with its end, if it has one.
    grants: BTreeMap<Grant, Option<Timestamp>>,
    /// Set and alias, with whose it is and who said so.
    aliases: BTreeMap<(String, String), (String, String)>,
}

/// The two facts behind access.
#[derive(Debug)]
struct Standing {
    active: bool,
    suspended: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    /// A user or a group.
    holder: String,
    role: String,
    origin: String,
}

impl Replay {
    /// Takes the next event in. What has nothing to do with roles is passed over.
    pub fn follow(&mut self, told: &Told) -> Result<(), String> {
        let Told { kind, about, before, after } = told;
        let missing = |what: &str| format!("the log tells of {what}: {told:?}");
        match kind.as_str() {
            "user.created" => {
                let standing = Standing { active: after["active"] != Value::Bool(false), suspended: false };
                self.users.insert(about.clone(), standing);
            }
            "user.deactivated" | "user.reactivated" => {
                self.user(about).ok_or_else(|| missing("an unknown user"))?.active = flag(&after["active"])?;
            }
            // Whoever was deactivated when they were released is suspended instead.
            "user.released" => {
                self.user(about).ok_or_else(|| missing("an unknown user"))?.active |=
                    after["active"] == Value::Bool(true);
            }
            "user.suspended" | "user.suspension_lifted" => {
                self.user(about).ok_or_else(|| missing("an unknown user"))?.suspended = flag(&after["suspended"])?;
            }
            "user.deleted" => {
                self.users.remove(about).ok_or_else(|| missing("an unknown user"))?;
                self.aliases.retain(|_, (user, _)| user != about);
                self.grants.retain(|grant, _| grant.holder != *about);
            }
            "group.created" => {
                self.groups.insert(about.clone(), BTreeSet::new());
            }
            "group.deleted" => {
                self.groups.remove(about).ok_or_else(|| missing("an unknown group"))?;
                self.grants.retain(|grant, _| grant.holder != *about);
            }
            "group.member_added" => {
                let member = text(&after["member"]["id"])?;
                self.groups.get_mut(about).ok_or_else(|| missing("an unknown group"))?.insert(member);
            }
            "group.member_removed" => {
                let member = text(&before["member"]["id"])?;
                let members = self.groups.get_mut(about).ok_or_else(|| missing("an unknown group"))?;
                members.remove(&member).then_some(()).ok_or_else(|| missing("a member who was none"))?;
            }
            "role.granted" | "group.role_attached" | "role.extended" => {
                let until = after["expires_at"].as_str().and_then(Timestamp::parse);
                self.grants.insert(grant(about, after)?, until);
            }
            "role.revoked" | "group.role_detached" | "role.expired" => {
                self.grants.remove(&grant(about, before)?).ok_or_else(|| missing("a grant that was none"))?;
            }
            "user.alias_added" => {
                let (name, origin) = alias(after)?;
                self.aliases.insert(name, (about.clone(), origin));
            }
            "user.alias_removed" => {
                let removed = self.aliases.remove(&alias(before)?.0);
                removed.filter(|(user, _)| user == about).ok_or_else(|| missing("an alias that was none"))?;
            }
            "role.deleted" => self.grants.retain(|grant, _| grant.role != *about),
            _ => {}
        }
        Ok(())
    }

    fn user(&mut self, id: &str) -> Option<&mut Standing> {
        self.users.get_mut(id)
    }

    /// Each group with each member.
    pub fn memberships(&self) -> BTreeSet<(String, String)> {
        let pairs = |(group, members): (&String, &BTreeSet<String>)| -> Vec<(String, String)> {
            members.iter().map(|member| (group.clone(), member.clone())).collect()
        };
        self.groups.iter().flat_map(pairs).collect()
    }

    /// Holder, role, origin and end of each grant.
    pub fn grants(&self) -> BTreeSet<(String, String, String, Option<String>)> {
        let told = |(grant, until): (&Grant, &Option<Timestamp>)| {
            let Grant { holder, role, origin } = grant;
            (holder.clone(), role.clone(), origin.clone(), until.as_ref().map(Timestamp::to_string))
        };
        self.grants.iter().map(told).collect()
    }

    /// Set, alias, whose and origin of each alias.
    pub fn aliases(&self) -> BTreeSet<(String, String, String, String)> {
        let told = |((set, alias), (user, origin)): (&(String, String), &(String, String))| {
            (set.clone(), alias.clone(), user.clone(), origin.clone())
        };
        self.aliases.iter().map(told).collect()
    }

    /// The roles that this user holds now: granted to them, or to a group that they are in, or that such a group is in.
    pub fn roles_of(&self, user: &str, now: &Timestamp) -> BTreeSet<&str> {
        if !self.users.get(user).is_some_and(|standing| standing.active && !standing.suspended) {
            return BTreeSet::new();
        }
        let mut holders = BTreeSet::from([user]);
        loop {
            let around =
                self.groups.iter().filter(|(_, members)| members.iter().any(|one| holders.contains(one.as_str())));
            let more: Vec<&str> = around.map(|(id, _)| id.as_str()).filter(|id| !holders.contains(id)).collect();
            if more.is_empty() {
                break;
            }
            holders.extend(more);
        }
        let live = |until: &Option<Timestamp>| until.as_ref().is_none_or(|until| until > now);
        let held = self.grants.iter().filter(|(grant, until)| holders.contains(grant.holder.as_str()) && live(until));
        held.map(|(grant, _)| grant.role.as_str()).collect()
    }
}

fn grant(holder: &str, side: &Value) -> Result<Grant, String> {
    Ok(Grant { holder: holder.to_string(), role: text(&side["role"]["id"])?, origin: text(&side["origin"])? })
}

/// Set and alias, and the origin.
fn alias(side: &Value) -> Result<((String, String), String), String> {
    let alias = &side["alias"];
    Ok(((text(&alias["set"])?, text(&alias["alias"])?), text(&alias["origin"])?))
}

fn text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_string).ok_or_else(|| "an event leaves out what is needed to follow it".to_string())
}

fn flag(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| "an event leaves out what is needed to follow it".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(kind: &str, about: &str, before: Value, after: Value) -> Told {
        Told { kind: kind.into(), about: about.into(), before, after }
    }

    #[test]
    fn roles_come_through_groups_within_groups_until_their_end() {
        let noon = Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap();
        let mut log = Replay::default();
        let grant = json!({ "role": { "id": "editor" }, "origin": "group", "expires_at": "2026-11-22T12:00:00.001Z" });
        for (kind, about, after) in [
            ("user.created", "ada", json!({ "active": true })),
            ("group.created", "team", json!({})),
            ("group.created", "division", json!({})),
            ("group.member_added", "team", json!({ "member": { "id": "ada" } })),
            ("group.member_added", "division", json!({ "member": { "id": "team" } })),
            ("group.role_attached", "division", grant),
        ] {
            log.follow(&told(kind, about, Value::Null, after)).unwrap();
        }
        assert_eq!(log.roles_of("ada", &noon), BTreeSet::from(["editor"]));
        assert!(log.roles_of("ada", &Timestamp::parse("2026-11-22T12:00:00.001Z").unwrap()).is_empty());
        log.follow(&told("user.suspended", "ada", Value::Null, json!({ "suspended": true }))).unwrap();
        assert!(log.roles_of("ada", &noon).is_empty());
    }

    #[test]
    fn what_the_log_never_told_is_missed() {
        let gone = told("group.member_removed", "team", json!({ "member": { "id": "ada" } }), Value::Null);
        assert!(Replay::default().follow(&gone).is_err());
    }
}
