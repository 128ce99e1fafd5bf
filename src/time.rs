//! Moments in time, and the clock that everything takes them from.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

const FORMAT: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// A moment in UTC with milliseconds, kept as `2026-11-22T13:48:43.123Z`.
///
/// The width is fixed, so that the order of the texts is the order of the moments on every database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    pub fn from_datetime(at: OffsetDateTime) -> Self {
        let utc = at.to_offset(time::UtcOffset::UTC);
        Self(utc.format(FORMAT).expect("a moment in the years 0 to 9999 has this form"))
    }

    /// Reads the text form that [`Timestamp::as_str`] gives.
    pub fn parse(text: &str) -> Option<Self> {
        PrimitiveDateTime::parse(text, FORMAT).ok().map(|at| Self::from_datetime(at.assume_utc()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn datetime(&self) -> OffsetDateTime {
        PrimitiveDateTime::parse(&self.0, FORMAT).expect("made by from_datetime").assume_utc()
    }

    pub fn plus(&self, by: Duration) -> Self {
        Self::from_datetime(self.datetime() + by)
    }

    /// How long ago `self` was, seen from `now`.
    pub fn until(&self, now: &Timestamp) -> Duration {
        now.datetime() - self.datetime()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the present moment comes from: the system, or a test's hand.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    /// Milliseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::advance`] moves it.
    pub fn manual(start: &Timestamp) -> Self {
        let millis = start.datetime().unix_timestamp_nanos() / 1_000_000;
        Self(Source::Manual(Arc::new(AtomicI64::new(millis as i64))))
    }

    /// Moves a manual clock; the system's clock cannot be moved and stays.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(millis) = &self.0 {
            millis.fetch_add(by.whole_milliseconds() as i64, Ordering::SeqCst);
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_datetime(self.datetime())
    }

    /// How much time has passed since some moment of this process: it never goes back, whatever is done to the system's
    /// clock, and measures what has to be waited for.
    pub fn monotonic(&self) -> std::time::Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.0 {
            Source::System => START.elapsed(),
            Source::Manual(millis) => std::time::Duration::from_millis(millis.load(Ordering::SeqCst).unsigned_abs()),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    pub fn datetime(&self) -> OffsetDateTime {
        match &self.0 {
            Source::System => OffsetDateTime::now_utc(),
            Source::Manual(millis) => {
                let nanos = i128::from(millis.load(Ordering::SeqCst)) * 1_000_000;
                OffsetDateTime::from_unix_timestamp_nanos(nanos).expect("a moment in range")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn the_order_of_texts_is_the_order_of_moments() {
        let early = Timestamp::from_datetime(datetime!(2026-11-22 13:48:43 UTC));
        let late = Timestamp::from_datetime(datetime!(2026-11-22 13:48:43.010 UTC));
        assert_eq!(early.as_str(), "2026-11-22T13:48:43.000Z");
        assert!(early < late);
        assert_eq!(Timestamp::parse(late.as_str()), Some(late));
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let start = Timestamp::parse("2026-11-22T00:00:00.000Z").unwrap();
        let clock = Clock::manual(&start);
        assert_eq!(clock.now(), start);
        clock.advance(Duration::minutes(5));
        assert_eq!(clock.now().as_str(), "2026-11-22T00:05:00.000Z");
    }
}
