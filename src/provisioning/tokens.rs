//! Bearer tokens: `mst_scim_`, 32 letters and digits, and 6 more that a scanner can check.
//!
//! The fixed beginning and the check let tools that look for leaked secrets recognise one for certain.

use secrecy::SecretString;

use crate::vault::{self, BASE62};

const START: &str = "mst_scim_";
const RANDOM: usize = 32;
const CHECK: usize = 6;
/// How much of a token is kept readable, for people to tell tokens apart.
const PREFIX: usize = 16;

/// Makes a token. Returns it, its prefix, and its hash: the token is shown once, the other two are stored.
pub fn mint() -> (SecretString, String, String) {
    let mut token = format!("{START}{}", vault::random_text(BASE62, RANDOM));
    token.push_str(&check(&token));
    let (prefix, hash) = (token[..PREFIX].to_string(), vault::digest(&token));
    (SecretString::from(token), prefix, hash)
}

/// Whether this can be a token of ours: its form and its check are right.
pub fn well_formed(text: &str) -> bool {
    let plain = text.is_ascii() && text.len() == START.len() + RANDOM + CHECK && text.starts_with(START);
    plain && {
        let (body, sum) = text.split_at(START.len() + RANDOM);
        check(body) == sum
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
        let (token, prefix, hash) = mint();
        let token = token.expose_secret();
        assert_eq!(token.len(), 47);
        assert!(well_formed(token));
        assert!(token.starts_with(&prefix) && prefix.len() == 16);
        assert_eq!(hash, vault::digest(token));
        let last = if token.ends_with('a') { "b" } else { "a" };
        assert!(!well_formed(&format!("{}{last}", &token[..46])));
        assert!(!well_formed(&token[..46]));
        assert!(!well_formed("mst_scim_ü"));
        assert!(!well_formed(""));
    }
}
