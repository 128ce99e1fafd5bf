//! How values are compared (RFC 7643 section 2.2, RFC 7644 sections 3.4.2.2 and 5): once, here.
//!
//! ```
//! use muster_scim::{compare, filter::{CompareOp, CompareValue}, schema::ResourceType};
//! use serde_json::json;
//!
//! assert_eq!(compare::user_name_key("Ada@Example.COM"), "ada@example.com");
//! let users = ResourceType::user();
//! let created = users.attribute("meta.created").expect("an attribute").leaf();
//! let (one, other) = (json!("2026-01-31T09:00:00+01:00"), json!("2026-01-31T08:00:00Z"));
//! assert_eq!(compare::value_key(created, &one), compare::value_key(created, &other));
//! let wanted = CompareValue::String("2026-01-31T08:30:00Z".into());
//! assert!(compare::value_key(created, &one) < compare::wanted_key(created, CompareOp::Lt, &wanted));
//! ```

use precis_profiles::{UsernameCaseMapped, precis_core::profile::PrecisFastInvocation};
use serde_json::{Number, Value};
use time::{OffsetDateTime, UtcOffset, macros::format_description};
use unicode_normalization::UnicodeNormalization;

use crate::{
    filter::{CompareOp, CompareValue},
    json,
    resource::parse_date_time,
    schema::{Attribute, AttributeType},
};

/// A string in Unicode normalisation form C, which RFC 7644 section 5 asks for: how every string is stored.
#[must_use]
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// The key under which two strings of an attribute that is not `caseExact` are equal (RFC 7643 section 2.2):
/// form C and Unicode lower case.
#[must_use]
pub fn fold(text: &str) -> String {
    let composed: String = text.nfc().collect();
    composed.to_lowercase().nfc().collect()
}

/// The key under which two user names are one: RFC 7644 section 5 asks for PRECIS, here the
/// `UsernameCaseMapped` profile of RFC 8265. Where that refuses the name (a space, say), [`fold`]:
/// a user name is never refused for its characters.
#[must_use]
pub fn user_name_key(text: &str) -> String {
    let prepared = nfc(text);
    match UsernameCaseMapped::enforce(prepared.as_str()) {
        Ok(key) => key.into_owned(),
        Err(_) => fold(text),
    }
}

/// The key of one value of an attribute: a text whose order, byte by byte, is the order of the values (RFC 7644
/// section 3.4.2.2). Strings by `caseExact`, numbers by size, moments by time. A database that keeps these keys compares
/// as this crate does. `None` for a value that is not of the attribute's type.
#[must_use]
pub fn value_key(attribute: &Attribute, value: &Value) -> Option<String> {
    match attribute.kind {
        AttributeType::Boolean => json::as_bool(value).map(|flag| flag.to_string()),
        AttributeType::Integer | AttributeType::Decimal => value.as_number().map(number_key),
        AttributeType::DateTime => value.as_str().and_then(parse_date_time).map(moment_key),
        AttributeType::String | AttributeType::Reference | AttributeType::Binary => {
            value.as_str().map(|text| key(attribute, text))
        }
        AttributeType::Complex => None,
    }
}

/// The key that a filter's value is compared by (RFC 7644 section 3.4.2.2): see [`value_key`]. `None` if it is not of the attribute's type.
#[must_use]
pub fn wanted_key(attribute: &Attribute, op: CompareOp, wanted: &CompareValue) -> Option<String> {
    match wanted {
        CompareValue::Null => None,
        CompareValue::Bool(flag) => value_key(attribute, &Value::Bool(*flag)),
        CompareValue::Number(number) => value_key(attribute, &Value::Number(number.clone())),
        // A part of a moment is a part of its key, which has no zone.
        CompareValue::String(part) if attribute.kind == AttributeType::DateTime && op.is_substring() => {
            Some(part.strip_suffix('Z').unwrap_or(part).to_owned())
        }
        CompareValue::String(text) => value_key(attribute, &Value::String(text.clone())),
    }
}

/// UTC with nanoseconds, without the zone.
fn moment_key(at: OffsetDateTime) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:9]");
    at.to_offset(UtcOffset::UTC).format(form).unwrap_or_default()
}

/// The bits of an IEEE number, turned so that their order is the numbers'. Whole numbers that are too long for its 53 bits
/// follow in full.
fn number_key(number: &Number) -> String {
    let size = number.as_f64().unwrap_or_default() + 0.0;
    let bits = size.to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    #[expect(clippy::cast_possible_truncation, reason = "a whole number within these bounds fits")]
    let whole = whole.or_else(|| (size.fract() == 0.0 && size.abs() < 1e19).then_some(size as i128));
    match whole.filter(|whole| whole.unsigned_abs() >= 1 << 53) {
        Some(whole) => format!("{ordered:016x}{:020}", whole + (1 << 64)),
        None => format!("{ordered:016x}"),
    }
}

/// The key under which strings of this attribute are compared: by `caseExact` (RFC 7643 section 2.2).
#[must_use]
pub fn key(attribute: &Attribute, text: &str) -> String {
    if attribute.name.eq_ignore_ascii_case("userName") {
        user_name_key(text)
    } else if attribute.case_exact || attribute.kind == AttributeType::Binary {
        nfc(text)
    } else {
        fold(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_user_name_in_another_case_or_composition_is_one() {
        for (one, other) in [
            ("Ada@Example.COM", "ada@example.com"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("\u{dc}ber", "u\u{308}BER"),
            ("Ada Lovelace", "ada lovelace"),
            ("\u{ff21}da", "ada"),
        ] {
            assert_eq!(user_name_key(one), user_name_key(other), "{one} and {other}");
        }
        assert_ne!(user_name_key("ada"), user_name_key("adam"));
    }

    #[test]
    fn the_order_of_keys_is_the_order_of_numbers() {
        let numbers = [
            "-1e300",
            "-9007199254740993",
            "-9007199254740992",
            "-2.5",
            "-1",
            "0",
            "0.5",
            "1",
            "9007199254740993",
            "9007199254740994",
            "1e300",
        ];
        let keys: Vec<_> = numbers.iter().map(|text| number_key(&text.parse().unwrap())).collect();
        assert!(keys.is_sorted_by(|one, other| one < other), "{keys:?}");
        for (one, other) in [("5", "5.0"), ("0", "-0.0"), ("1e17", "100000000000000000")] {
            assert_eq!(number_key(&one.parse().unwrap()), number_key(&other.parse().unwrap()), "{one} and {other}");
        }
    }

    #[test]
    fn the_order_of_keys_is_the_order_of_moments() {
        let moments =
            ["2026-01-31T08:00:00Z", "2026-01-31T08:00:00.5Z", "2026-01-31T10:00:01+01:00", "2026-01-31T10:00:00Z"];
        let keys: Vec<_> = moments.iter().map(|text| moment_key(parse_date_time(text).unwrap())).collect();
        assert!(keys.is_sorted_by(|one, other| one < other), "{keys:?}");
    }
}
