//! What a grant is, and what may be typed about its end.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::macros::format_description;
use time::{Duration, PrimitiveDateTime};

use crate::access::roles::GroupRef;
use crate::error::Problems;
use crate::events::Subject;
use crate::id::{GrantId, OrganizationId, RoleId, UserId};
use crate::time::Timestamp;

/// A role, as a grant or an event names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RoleRef {
    pub id: RoleId,
    pub key: String,
    pub name: String,
}

/// One reason why a role is held.
#[derive(Debug, Clone)]
pub struct Grant {
    pub id: GrantId,
    pub organization_id: OrganizationId,
    pub role: RoleRef,
    pub holder: Holder,
    /// `direct`, `scim:<directory>` or `group`.
    pub origin: String,
    pub expires_at: Option<Timestamp>,
    pub reason: Option<String>,
    pub granted_by: String,
    pub created_at: Timestamp,
}

/// Who has the grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    User { id: UserId, name: String },
    Group(GroupRef),
}

impl Holder {
    pub fn name(&self) -> &str {
        match self {
            Self::User { name, .. } => name,
            Self::Group(group) => &group.name,
        }
    }
}

impl Grant {
    /// The grant as events keep it.
    pub fn told(&self) -> Value {
        let mut told = json!({ "grant_id": self.id, "origin": self.origin, "role": self.role });
        if let Some(until) = &self.expires_at {
            told["expires_at"] = json!(until);
        }
        if let Some(reason) = &self.reason {
            told["reason"] = json!(reason);
        }
        told
    }

    pub fn subject(&self) -> Subject {
        match &self.holder {
            Holder::User { id, name } => Subject::user(id, name),
            Holder::Group(group) => Subject::group(&group.id, &group.name),
        }
    }

    /// It has ended, also where no job has removed it yet.
    pub fn has_ended(&self, now: &Timestamp) -> bool {
        self.expires_at.as_ref().is_some_and(|until| until <= now)
    }
}

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TermsForm {
    /// One of [`LASTS`].
    pub lasts: String,
    /// With `until`: the moment in UTC, as a browser's field gives it.
    pub until: String,
    pub why: String,
}

/// The same, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    pub expires_at: Option<Timestamp>,
    pub reason: Option<String>,
}

/// For how long a role is given: the value in the form, and its words.
pub(super) const LASTS: [(&str, &str); 6] = [
    ("for-ever", "For good"),
    ("hour", "1 hour"),
    ("8-hours", "8 hours"),
    ("day", "1 day"),
    ("week", "1 week"),
    ("until", "Until the moment below"),
];

const REASON_LIMIT: usize = 500;

impl TermsForm {
    /// What the form says, with a problem at each field that cannot be taken.
    pub fn read(&self, now: &Timestamp) -> (Terms, Problems) {
        let mut problems = Problems::default();
        let expires_at = match self.lasts.as_str() {
            "for-ever" => None,
            "hour" => Some(now.plus(Duration::HOUR)),
            "8-hours" => Some(now.plus(Duration::hours(8))),
            "day" => Some(now.plus(Duration::DAY)),
            "week" => Some(now.plus(Duration::WEEK)),
            "until" => {
                let until = moment(&self.until);
                if until.is_none() {
                    problems.add("until", "Give a day and a time in UTC, as in 2026-12-24T18:00.");
                } else if until.as_ref().is_some_and(|until| until <= now) {
                    problems.add("until", "This moment has passed. Choose one to come.");
                }
                until
            }
            _ => {
                problems.add("lasts", "Choose for how long.");
                None
            }
        };
        let reason = Some(self.why.trim().to_string()).filter(|reason| !reason.is_empty());
        if reason.as_ref().is_some_and(|reason| reason.chars().count() > REASON_LIMIT) {
            problems.add("why", format!("At most {REASON_LIMIT} characters."));
        }
        (Terms { expires_at, reason }, problems)
    }
}

/// What a field for a day and a time sends, with or without seconds.
fn moment(text: &str) -> Option<Timestamp> {
    let minutes = format_description!("[year]-[month]-[day]T[hour]:[minute]");
    let seconds = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let text = text.trim();
    let parsed = PrimitiveDateTime::parse(text, minutes).or_else(|_| PrimitiveDateTime::parse(text, seconds)).ok()?;
    Some(Timestamp::from_datetime(parsed.assume_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lasts: &str, until: &str) -> (Terms, Problems) {
        let now = Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap();
        TermsForm { lasts: lasts.into(), until: until.into(), why: " On call ".into() }.read(&now)
    }

    #[test]
    fn an_end_is_a_distance_or_a_moment() {
        let end = |lasts, until| read(lasts, until).0.expires_at.map(|at| at.to_string());
        assert_eq!(end("for-ever", ""), None);
        assert_eq!(end("8-hours", "").unwrap(), "2026-11-22T20:00:00.000Z");
        assert_eq!(end("until", "2026-12-24T18:30").unwrap(), "2026-12-24T18:30:00.000Z");
        assert_eq!(end("until", "2026-12-24T18:30:15").unwrap(), "2026-12-24T18:30:15.000Z");
        assert_eq!(read("day", "").0.reason.unwrap(), "On call");
    }

    #[test]
    fn each_problem_stands_at_its_field() {
        assert!(read("until", "2026-11-22T12:00").1.of("until").unwrap().starts_with("This moment has passed"));
        assert!(read("until", "tomorrow").1.of("until").unwrap().starts_with("Give a day"));
        assert!(read("", "").1.of("lasts").is_some());
        let now = Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap();
        let long = TermsForm { lasts: "day".into(), until: String::new(), why: "x".repeat(501) };
        assert_eq!(long.read(&now).1.of("why"), Some("At most 500 characters."));
    }
}
