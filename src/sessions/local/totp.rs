//! Codes of an authenticator app (RFC 6238): six digits by SHA-1, a new one every thirty seconds, which is what all apps know.

use qrcodegen::{QrCode, QrCodeEcc};
use secrecy::{ExposeSecret as _, SecretString};
use time::OffsetDateTime;
use totp_rs::{Algorithm, TOTP};

use crate::error::{Error, Result};
use crate::vault;

const STEP: i64 = 30;
/// RFC 6238 section 5.2: one step either way, for clocks that differ and people who type slowly.
const SKEW: i64 = 1;

/// A new secret: RFC 4226 section 4 recommends 160 bits. In base32, as people type it.
pub fn new_secret() -> Result<SecretString> {
    let totp = totp(vault::random_bytes::<20>().to_vec(), None, String::new())?;
    Ok(SecretString::from(totp.get_secret_base32()))
}

/// The step whose code this is, where it is one that may be taken now.
///
/// # Errors
/// [`Error::Internal`] for a secret that is none.
pub fn step_of(secret: &SecretString, code: &str, now: OffsetDateTime) -> Result<Option<i64>> {
    let totp = totp(decode(secret)?, None, String::new())?;
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let current = now.unix_timestamp() / STEP;
    // All are compared, so that the time tells nothing of which one it is.
    let mut found = None;
    for step in current - SKEW..=current + SKEW {
        if vault::same(&totp.generate((step * STEP).unsigned_abs()), &digits) {
            found = Some(step);
        }
    }
    Ok(found)
}

/// Whether this looks like a code of an app: six digits, with a space perhaps.
pub fn is_code(text: &str) -> bool {
    let letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    letters.len() == 6 && letters.iter().all(char::is_ascii_digit)
}

/// What an authenticator app reads: the `otpauth:` address as a QR code.
pub struct Qr {
    /// Modules a side, with the quiet zone.
    pub size: i32,
    /// The dark modules as the path of an SVG.
    pub path: String,
}

/// The QR code for a secret of this account.
pub fn qr(secret: &SecretString, organization: &str, account: &str) -> Result<Qr> {
    const QUIET: i32 = 4;
    // The label is "issuer:account": no other colon may stand in it.
    let plain = |text: &str| text.replace(':', " ");
    let issuer = format!("Muster {}", plain(organization));
    let address = totp(decode(secret)?, Some(issuer), plain(account))?.get_url();
    let code = QrCode::encode_text(&address, QrCodeEcc::Medium).map_err(|error| Error::internal(error.to_string()))?;
    let modules = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
    let dark = modules.filter(|(x, y)| code.get_module(*x, *y));
    let path = dark.map(|(x, y)| format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET)).collect();
    Ok(Qr { size: code.size() + 2 * QUIET, path })
}

/// The secret in groups of four, to be typed.
pub fn grouped(secret: &SecretString) -> String {
    let letters: Vec<char> = secret.expose_secret().chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn decode(secret: &SecretString) -> Result<Vec<u8>> {
    let secret = totp_rs::Secret::Encoded(secret.expose_secret().to_string());
    secret.to_bytes().map_err(|_| Error::internal("the secret of an authenticator app is no base32"))
}

fn totp(secret: Vec<u8>, issuer: Option<String>, account: String) -> Result<TOTP> {
    TOTP::new(Algorithm::SHA1, 6, SKEW as u8, STEP as u64, secret, issuer, account)
        .map_err(|error| Error::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret is "12345678901234567890"; the codes' last six digits.
    fn rfc() -> SecretString {
        SecretString::from("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    }

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap()
    }

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        for (seconds, code) in [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (2000000000, "279037")]
        {
            assert_eq!(step_of(&rfc(), code, at(seconds)).unwrap(), Some(seconds / 30), "{code}");
        }
    }

    #[test]
    fn one_step_either_way_and_no_more() {
        // "287082" is the code of step 1: seconds 30 to 59.
        for (seconds, taken) in [(0, true), (30, true), (59, true), (89, true), (90, false), (1000, false)] {
            let step = step_of(&rfc(), "287 082", at(seconds)).unwrap();
            assert_eq!(step, taken.then_some(1), "{seconds}");
        }
    }

    #[test]
    fn a_secret_has_160_bits_and_a_code_to_scan() {
        let secret = new_secret().unwrap();
        assert_eq!(decode(&secret).unwrap().len(), 20);
        assert_eq!(grouped(&secret).len(), 32 + 7);
        let qr = qr(&secret, "Acme: Engines", "ada@example.com").unwrap();
        assert!(qr.size > 30 && qr.path.starts_with("M4 4h1v1h-1z"), "the corner is dark");
        assert!(is_code(" 123 456 ") && !is_code("12345") && !is_code("ABCD-EFGH-JKMN-PQRS"));
    }
}
