//! Versions of a resource (RFC 7644 section 3.14, RFC 9110 section 8.8.3).
//!
//! ```
//! use muster_scim::etag;
//!
//! let current = etag::weak(3);
//! assert_eq!(current, "W/\"3\"");
//! assert!(etag::if_match("W/\"2\", W/\"3\"", &current), "go on");
//! assert!(!etag::if_match("W/\"2\"", &current), "412");
//! assert!(etag::if_none_match("W/\"3\"", &current), "304");
//! ```

use std::fmt::Display;

/// The weak entity-tag of a version, as it stands in `ETag` and in `meta.version`: `W/"3"` (RFC 7644 section 3.14).
#[must_use]
pub fn weak(version: impl Display) -> String {
    format!("W/\"{version}\"")
}

/// Whether a request with this `If-Match` header may go on; if not, the answer is 412.
///
/// RFC 9110 asks for a strong comparison, under which no weak tag would ever match; RFC 7644 section 3.14
/// uses weak tags with `If-Match`, so that the comparison here is weak.
#[must_use]
pub fn if_match(header: &str, current: &str) -> bool {
    lists(header, current)
}

/// Whether `If-None-Match` names the current version: then a read is answered by 304, a write by 412 (RFC 7644 section
/// 3.14).
#[must_use]
pub fn if_none_match(header: &str, current: &str) -> bool {
    lists(header, current)
}

fn lists(header: &str, current: &str) -> bool {
    header.split(',').map(str::trim).any(|tag| tag == "*" || opaque(tag) == opaque(current))
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/")).unwrap_or(tag).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_matches_weakly_in_a_list_or_by_a_star() {
        let current = weak(3);
        assert_eq!(current, "W/\"3\"");
        for header in ["W/\"3\"", "\"3\"", "W/\"2\", W/\"3\"", "*"] {
            assert!(if_match(header, &current) && if_none_match(header, &current), "{header}");
        }
        for header in ["W/\"2\"", "", "\"33\""] {
            assert!(!if_match(header, &current), "{header}");
        }
    }
}
