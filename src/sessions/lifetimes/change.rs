//! Changing how long sessions last.

use std::ops::RangeInclusive;

use serde::Deserialize;
use serde_json::{Value, json};
use time::Duration;

use super::{Lifetime, Lifetimes, store};
use crate::actor::Actor;
use crate::db::Tx;
use crate::error::{Problems, Result};
use crate::events::{self, NewEvent, Subject};
use crate::organizations::Organization;

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LifetimesForm {
    pub member_idle_minutes: String,
    pub member_absolute_hours: String,
    pub admin_idle_minutes: String,
    pub admin_absolute_hours: String,
}

/// What can be chosen: minutes without a request, and hours in all. Whoever may change others is asked again within a day.
struct Bounds {
    idle_minutes: RangeInclusive<i64>,
    absolute_hours: RangeInclusive<i64>,
}

const MEMBERS: Bounds = Bounds { idle_minutes: 5..=10_080, absolute_hours: 1..=720 };
const ADMINS: Bounds = Bounds { idle_minutes: 5..=480, absolute_hours: 1..=24 };

impl LifetimesForm {
    /// The form with what holds now.
    pub fn of(lifetimes: &Lifetimes) -> Self {
        let Lifetimes { members, admins } = lifetimes;
        Self {
            member_idle_minutes: members.idle.whole_minutes().to_string(),
            member_absolute_hours: members.absolute.whole_hours().to_string(),
            admin_idle_minutes: admins.idle.whole_minutes().to_string(),
            admin_absolute_hours: admins.absolute.whole_hours().to_string(),
        }
    }

    /// # Errors
    /// [`crate::error::Error::Invalid`] with the problems at their fields.
    fn read(&self) -> Result<Lifetimes> {
        let mut problems = Problems::default();
        let mut pair = |idle: (&'static str, &str), absolute: (&'static str, &str), bounds: &Bounds| {
            let idle_minutes = number(&mut problems, idle, &bounds.idle_minutes, "minutes");
            let absolute_hours = number(&mut problems, absolute, &bounds.absolute_hours, "hours");
            let lifetime =
                Lifetime { idle: Duration::minutes(idle_minutes), absolute: Duration::hours(absolute_hours) };
            if problems.is_empty() && lifetime.idle > lifetime.absolute {
                problems
                    .add(idle.0, "This is longer than a session lasts in all. Make it shorter, or the other longer.");
            }
            lifetime
        };
        let members = pair(
            ("member_idle_minutes", &self.member_idle_minutes),
            ("member_absolute_hours", &self.member_absolute_hours),
            &MEMBERS,
        );
        let admins = pair(
            ("admin_idle_minutes", &self.admin_idle_minutes),
            ("admin_absolute_hours", &self.admin_absolute_hours),
            &ADMINS,
        );
        problems.into_result()?;
        Ok(Lifetimes { members, admins })
    }
}

fn number(
    problems: &mut Problems,
    (field, text): (&'static str, &str),
    bounds: &RangeInclusive<i64>,
    unit: &str,
) -> i64 {
    match text.trim().parse::<i64>().ok().filter(|number| bounds.contains(number)) {
        Some(number) => number,
        None => {
            problems.add(field, format!("Use a whole number of {unit} from {} to {}.", bounds.start(), bounds.end()));
            *bounds.start()
        }
    }
}

/// Keeps another choice; it holds for sessions that are open too. What is as it was is no event.
///
/// # Errors
/// [`crate::error::Error::Forbidden`] for all but owners; [`crate::error::Error::Invalid`] for what is out of bounds.
pub async fn change_lifetimes(
    tx: &mut Tx,
    actor: &Actor,
    organization: &Organization,
    form: &LifetimesForm,
) -> Result<()> {
    actor.require_owner(&organization.id)?;
    let after = form.read()?;
    let before = store::find(tx, &organization.id).await?;
    if before == after {
        return Ok(());
    }
    store::save(tx, &organization.id, &after).await?;
    let event = NewEvent {
        organization: &organization.id,
        kind: "organization.session_lifetimes_changed",
        subject: Subject::organization(&organization.id, &organization.name),
        before: Some(told(&before)),
        after: Some(told(&after)),
    };
    events::record(tx, actor, event).await
}

fn told(lifetimes: &Lifetimes) -> Value {
    let pair = |one: &Lifetime| json!({ "idle_minutes": one.idle.whole_minutes(), "absolute_minutes": one.absolute.whole_minutes() });
    json!({ "members": pair(&lifetimes.members), "admins": pair(&lifetimes.admins) })
}
