//! How roles and their reasons look on the wire.

use serde_json::{Value, json};

use crate::access::roles::{EffectiveRole, Way, Why};
use crate::time::Timestamp;

/// A role as a program asks for it. `until` is absent where a reason has no end.
pub fn role(held: &EffectiveRole) -> Value {
    let mut role = json!({
        "id": held.role.id, "key": held.role.key, "name": held.role.name, "permissions": held.role.permissions,
    });
    if let Some(until) = until(&held.via) {
        role["until"] = json!(until);
    }
    role
}

/// The same with every reason.
pub fn role_with_reasons(held: &EffectiveRole) -> Value {
    let mut role = role(held);
    role["why"] = held.via.iter().map(why).collect();
    role
}

/// The role is held as long as one of its reasons holds.
fn until(via: &[Why]) -> Option<&Timestamp> {
    let ends: Option<Vec<&Timestamp>> = via.iter().map(|why| why.until.as_ref()).collect();
    ends?.into_iter().max()
}

fn why(why: &Why) -> Value {
    let mut reason = match &why.way {
        Way::Direct => json!({ "way": "direct" }),
        Way::Directory => json!({ "way": "directory" }),
        Way::Groups(path) => {
            let groups: Vec<_> = path.iter().map(|group| json!({ "id": group.id, "name": group.name })).collect();
            json!({ "way": "groups", "groups": groups })
        }
    };
    reason["grant_id"] = json!(why.grant);
    if let Some(until) = &why.until {
        reason["until"] = json!(until);
    }
    reason
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::GrantId;

    #[test]
    fn a_role_ends_with_its_last_reason_and_not_at_all_where_one_has_no_end() {
        let at = |day: &str| Timestamp::parse(&format!("2026-11-{day}T12:00:00.000Z"));
        let why = |until| Why { grant: GrantId::new(), way: Way::Direct, until };
        assert_eq!(until(&[why(at("22")), why(at("24")), why(at("23"))]), at("24").as_ref());
        assert_eq!(until(&[why(at("22")), why(None)]), None);
    }
}
