//! `xsd:dateTime` (RFC 7643 section 2.3.5).

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The moment that an `xsd:dateTime` (RFC 7643 section 2.3.5) names; without a time zone it is taken as UTC. `None`
/// if it is not one.
#[must_use]
pub fn parse(text: &str) -> Option<OffsetDateTime> {
    let parsed = OffsetDateTime::parse(text, &Rfc3339);
    parsed.or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_equal_across_offsets_and_fractions() {
        let moment = parse("2026-01-31T08:00:00Z");
        assert!(moment.is_some());
        for same in ["2026-01-31T09:00:00+01:00", "2026-01-31T08:00:00.000Z", "2026-01-31T08:00:00"] {
            assert_eq!(parse(same), moment, "{same}");
        }
        for wrong in ["", "2026-01-31", "yesterday", "2026-13-31T08:00:00Z"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
