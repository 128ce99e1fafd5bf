//! How strings are compared: once, here.

use precis_profiles::{UsernameCaseMapped, precis_core::profile::PrecisFastInvocation};
use unicode_normalization::UnicodeNormalization;

use crate::schema::{Attribute, AttributeType};

/// A string in Unicode normalisation form C: how every string is stored.
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

/// The key under which values of this attribute are compared.
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
}
