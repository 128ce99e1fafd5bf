//! Secrets that Muster gives out: a fixed beginning, 32 letters and digits, and 6 more that a scanner can check.
//!
//! The beginning and the check let tools that look for leaked secrets recognise one for certain.

use secrecy::SecretString;

use crate::vault::{self, BASE62};

/// A kind of secret, told by its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    start: &'static str,
}

/// A bearer token of a directory: sent with each call.
pub const SCIM: Form = Form { start: "mst_scim_" };
/// A secret of a directory's OAuth client: sent to the token endpoint.
pub const CLIENT_SECRET: Form = Form { start: "mst_secret_" };
/// What the token endpoint gives out: sent with each call of the next hour.
pub const ACCESS: Form = Form { start: "mst_access_" };

const RANDOM: usize = 32;
const CHECK: usize = 6;
/// How much of the random part is kept readable, for people to tell secrets apart.
const READABLE: usize = 7;

impl Form {
    /// Another kind, for another door.
    pub const fn starting(start: &'static str) -> Self {
        Self { start }
    }

    /// Makes a secret. Returns it, its prefix, and its hash: the secret is shown once, the other two are stored.
    pub fn mint(self) -> (SecretString, String, String) {
        let mut secret = format!("{}{}", self.start, vault::random_text(BASE62, RANDOM));
        secret.push_str(&check(&secret));
        let (prefix, hash) = (secret[..self.start.len() + READABLE].to_string(), vault::digest(&secret));
        (SecretString::from(secret), prefix, hash)
    }

    /// Whether this can be a secret of this form: its beginning, its length and its check are right.
    pub fn fits(self, text: &str) -> bool {
        let checked = self.start.len() + RANDOM;
        let plain = text.is_ascii() && text.len() == checked + CHECK && text.starts_with(self.start);
        plain && {
            let (body, sum) = text.split_at(checked);
            check(body) == sum
        }
    }

    /// Whether a prefix that was stored is of this form.
    pub fn begins(self, prefix: &str) -> bool {
        prefix.starts_with(self.start)
    }
}

/// Six letters and digits that follow from the text.
fn check(text: &str) -> String {
    let digest = vault::digest(text);
    let mut number = u64::from_str_radix(&digest[..15], 16).expect("15 hexadecimal digits");
    let mut sum = String::with_capacity(CHECK);
    for _ in 0..CHECK {
        let (rest, digit) = (number / 62, number % 62);
        sum.push(char::from(BASE62[digit as usize]));
        number = rest;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn a_token_is_recognised_and_a_changed_one_is_not() {
        let (token, prefix, hash) = SCIM.mint();
        let token = token.expose_secret();
        assert_eq!(token.len(), 47);
        assert!(SCIM.fits(token));
        assert!(token.starts_with(&prefix) && prefix.len() == 16);
        assert_eq!(hash, vault::digest(token));
        let last = if token.ends_with('a') { "b" } else { "a" };
        assert!(!SCIM.fits(&format!("{}{last}", &token[..46])));
        assert!(!SCIM.fits(&token[..46]));
        assert!(!SCIM.fits("mst_scim_ü"));
        assert!(!SCIM.fits(""));
    }

    #[test]
    fn forms_are_not_mistaken_for_each_other() {
        let forms = [SCIM, CLIENT_SECRET, ACCESS];
        for made in forms {
            let (secret, prefix, _) = made.mint();
            for asked in forms {
                assert_eq!(asked.fits(secret.expose_secret()), asked == made);
                assert_eq!(asked.begins(&prefix), asked == made);
            }
        }
    }
}
