//! Proof Key for Code Exchange (RFC 7636), S256 alone: `plain` protects from nobody who sees the request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::vault;

/// Section 4.2: `BASE64URL-ENCODE(SHA256(ASCII(code_verifier)))`.
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Whether this can be a challenge: 32 bytes, encoded so.
pub(super) fn is_challenge(text: &str) -> bool {
    text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// Section 4.1: 43 to 128 characters, whose challenge is this one.
pub(super) fn fits(verifier: &str, expected: &str) -> bool {
    (43..=128).contains(&verifier.len()) && vault::same(&challenge(verifier), expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_fits() {
        let (verifier, expected) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(challenge(verifier), expected);
        assert!(is_challenge(expected) && fits(verifier, expected));
        assert!(!fits(&verifier.replace('d', "e"), expected));
        assert!(!is_challenge(verifier.split_at(42).0));
    }
}
