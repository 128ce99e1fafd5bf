//! Groups and who may become their members, as far as that is ours to decide.

use serde_json::{Value, json};

use crate::directory::Source;
use crate::directory::groups::MemberKind;
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId};

/// A group that is changed.
#[derive(Debug, Clone)]
pub struct Target {
    pub id: GroupId,
    pub organization: OrganizationId,
    pub name: String,
    pub source: Source,
}

impl Target {
    /// # Errors
    /// [`Error::Forbidden`] with the reason, for a group that is not ours.
    pub(super) fn require_local(&self) -> Result<()> {
        match self.source.is_managed() {
            true => Err(Error::forbidden(format!(
                "An identity provider manages the group {}. Nothing was changed here; change it there, and it arrives here.",
                self.name
            ))),
            false => Ok(()),
        }
    }
}

/// Somebody who is, or is to be, a member.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: String,
    pub kind: MemberKind,
    pub name: String,
    /// A userName, to tell people of one name apart; empty for groups.
    pub detail: String,
    pub is_service: bool,
    pub source: Source,
    pub is_member: bool,
}

impl Candidate {
    /// Whether an admin may put them there.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the reason.
    pub(super) fn may_join(&self, group: &Target) -> Result<()> {
        let (name, into) = (&self.name, &group.name);
        let refusal = match (self.kind, self.source.is_managed(), group.source.is_managed()) {
            (MemberKind::User, _, false) | (MemberKind::User, false, true) | (MemberKind::Group, false, false) => {
                return Ok(());
            }
            (MemberKind::User, true, true) => format!(
                "{name} comes from an identity provider, and so does the group {into}: who of its people is in it, is decided there. Nothing was changed; put {name} into the group there."
            ),
            (MemberKind::Group, ..) => format!(
                "Groups are nested within one source only: {name} and {into} are not both local. Nothing was changed."
            ),
        };
        Err(Error::forbidden(refusal))
    }

    /// What an event says of a membership of ours.
    pub(super) fn told(&self) -> Value {
        json!({ "member": { "kind": self.kind.as_str(), "id": self.id, "name": self.name }, "source": "local" })
    }
}

const NAME_LIMIT: usize = 255;

/// A name as it is kept.
///
/// # Errors
/// [`Error::Invalid`] at `name`.
pub(super) fn read_name(typed: &str) -> Result<String> {
    let name = typed.trim();
    match name.chars().count() {
        0 => Err(Error::invalid("name", "Give the group a name.")),
        1..=NAME_LIMIT if !name.chars().any(char::is_control) => Ok(name.to_string()),
        _ => Err(Error::invalid("name", format!("At most {NAME_LIMIT} characters, without line breaks."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::DirectoryId;

    #[test]
    fn who_may_join_depends_on_whose_both_are() {
        let okta = || Source::Directory(DirectoryId::new());
        let may = |kind, member: Source, group: Source| {
            let group =
                Target { id: GroupId::new(), organization: OrganizationId::new(), name: "G".into(), source: group };
            let (name, detail) = ("M".to_string(), String::new());
            let id = String::new();
            let member = Candidate { id, kind, name, detail, is_service: false, source: member, is_member: false };
            member.may_join(&group).is_ok()
        };
        assert!(may(MemberKind::User, Source::Local, Source::Local) && may(MemberKind::User, okta(), Source::Local));
        assert!(may(MemberKind::User, Source::Local, okta()) && !may(MemberKind::User, okta(), okta()));
        assert!(may(MemberKind::Group, Source::Local, Source::Local));
        assert!(!may(MemberKind::Group, Source::Local, okta()) && !may(MemberKind::Group, okta(), Source::Local));
    }

    #[test]
    fn a_name_may_be_what_people_call_things() {
        for name in ["a/b", "\"quoted\"", "🦀 crabs", &"é".repeat(255)] {
            assert_eq!(read_name(name).unwrap(), name);
        }
        assert!(read_name(" ").is_err() && read_name(&"x".repeat(256)).is_err() && read_name("a\nb").is_err());
    }
}
