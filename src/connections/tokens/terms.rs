//! How long tokens live: what their forms offer.

use time::macros::format_description;
use time::{Date, Duration};

use crate::time::Timestamp;

/// When a new token ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    Never,
    Quarter,
    Year,
    OnDate,
}

impl Expiry {
    pub const ALL: [Self; 4] = [Self::Never, Self::Quarter, Self::Year, Self::OnDate];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Quarter => "90-days",
            Self::Year => "1-year",
            Self::OnDate => "date",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Never => "Never",
            Self::Quarter => "In 90 days",
            Self::Year => "In 1 year",
            Self::OnDate => "At the end of this day (UTC)",
        }
    }

    /// The moment that a form's two fields mean; a form without them means never.
    ///
    /// # Errors
    /// What is wrong with the date.
    pub fn parse(choice: &str, date: &str, now: &Timestamp) -> Result<Option<Timestamp>, &'static str> {
        let choice = Self::ALL.into_iter().find(|one| one.as_str() == choice).unwrap_or(Self::Never);
        match choice {
            Self::Never => Ok(None),
            Self::Quarter => Ok(Some(now.plus(Duration::days(90)))),
            Self::Year => Ok(Some(now.plus(Duration::days(365)))),
            Self::OnDate => end_of(date, now).map(Some),
        }
    }
}

fn end_of(date: &str, now: &Timestamp) -> Result<Timestamp, &'static str> {
    let date = Date::parse(date.trim(), format_description!("[year]-[month]-[day]"));
    let date = date.map_err(|_| "Enter the last day, such as 2027-12-31.")?;
    let end = date.next_day().filter(|end| end.year() < 10_000).ok_or("Enter a day that is not so far away.")?;
    let end = Timestamp::from_datetime(end.midnight().assume_utc());
    if end <= *now { Err("This day is over. Enter a later one.") } else { Ok(end) }
}

/// How long the old token goes on beside the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    Day,
    Hour,
    Week,
    None,
}

impl Overlap {
    pub const ALL: [Self; 4] = [Self::Day, Self::Hour, Self::Week, Self::None];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Hour => "1h",
            Self::Week => "7d",
            Self::None => "now",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Day => "For 24 hours",
            Self::Hour => "For 1 hour",
            Self::Week => "For 7 days",
            Self::None => "Not at all: it ends now",
        }
    }

    /// `None` where the old token is revoked at once.
    pub fn lasts(self) -> Option<Duration> {
        match self {
            Self::Day => Some(Duration::days(1)),
            Self::Hour => Some(Duration::hours(1)),
            Self::Week => Some(Duration::days(7)),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_works_through_its_last_day() {
        let now = Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap();
        let end =
            |choice: &str, date: &str| Expiry::parse(choice, date, &now).map(|end| end.map(|end| end.to_string()));
        assert_eq!(end("date", "2026-11-22"), Ok(Some("2026-11-23T00:00:00.000Z".into())));
        assert_eq!(end("90-days", ""), Ok(Some("2027-02-20T12:00:00.000Z".into())));
        assert_eq!([end("never", "2020-01-01"), end("", "")], [Ok(None), Ok(None)]);
        for wrong in ["2026-11-21", "", "tomorrow", "9999-12-31", "2026-02-30"] {
            assert!(end("date", wrong).is_err(), "{wrong}");
        }
    }
}
