//! How long sessions last: an organization's choice, one pair for members and one for admins and owners.
//!
//! Nothing of it is kept with a session. Each request asks for the person's present level and the organization's present
//! choice, so that a change of either holds at once.

mod change;
mod store;

pub use change::{LifetimesForm, change_lifetimes};
pub use store::find as lifetimes;

use time::Duration;

use crate::actor::Level;
use crate::time::Timestamp;

/// What ends a session by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Since the last request.
    pub idle: Duration,
    /// Since the sign-in.
    pub absolute: Duration,
}

/// An organization's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    pub members: Lifetime,
    pub admins: Lifetime,
}

/// A browser in which nobody is signed in yet: long enough for a provider's second factor, and no longer.
pub(super) const STRANGER: Lifetime = Lifetime { idle: Duration::hours(1), absolute: Duration::hours(1) };

impl Lifetimes {
    pub fn of(&self, level: Level) -> Lifetime {
        match level {
            Level::Member => self.members,
            Level::Admin | Level::Owner => self.admins,
        }
    }
}

impl Lifetime {
    /// When a session ends that nobody uses any more.
    pub fn end(&self, since: &Timestamp, last_seen: &Timestamp) -> Timestamp {
        since.plus(self.absolute).min(last_seen.plus(self.idle))
    }

    /// A session is open now if it was last seen after the first and began after the second.
    pub(super) fn limits(&self, now: &Timestamp) -> (Timestamp, Timestamp) {
        (now.plus(-self.idle), now.plus(-self.absolute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whichever_comes_first_ends_a_session() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let lifetime = Lifetime { idle: Duration::hours(1), absolute: Duration::hours(12) };
        let since = at("2026-11-22T08:00:00.000Z");
        assert_eq!(lifetime.end(&since, &at("2026-11-22T09:00:00.000Z")), at("2026-11-22T10:00:00.000Z"));
        assert_eq!(lifetime.end(&since, &at("2026-11-22T19:30:00.000Z")), at("2026-11-22T20:00:00.000Z"));
    }
}
