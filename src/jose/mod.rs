//! Signed tokens (JSON Web Signature, RFC 7515): read and checked here whoever sends them, and the keys to both.
//!
//! A token is taken apart first and believed last: its claims come out only together with the key that signed them.

mod keys;
mod signing;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeyType, CoreJwsSigningAlgorithm};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use keys::{NoKey, PublishedKeys};
pub use signing::SigningKey;

/// Servers whose clocks differ by this many seconds still understand each other.
pub const SKEW: i64 = 60;
const MOST_CHARACTERS: usize = 16 * 1024;

/// A signed token that was taken apart; nothing of it is believed yet.
#[derive(Debug)]
pub struct Jwt<'a> {
    pub key_id: Option<String>,
    /// `typ`: what the token says that it is for.
    pub kind: Option<String>,
    algorithm: CoreJwsSigningAlgorithm,
    /// Header and claims as they were sent: what is signed.
    signed: &'a str,
    claims: &'a str,
    signature: Vec<u8>,
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    TooLong,
    /// Not three parts of base64url.
    NoJwt,
    /// RFC 7515 section 4.1.11: what must be understood and is not, makes the whole invalid.
    Critical,
    /// Signed with a shared secret, or not at all, or in a way that is not spoken here.
    Algorithm,
    Signature,
    /// The claims are no JSON object of the form that was asked for.
    Claims,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

impl<'a> Jwt<'a> {
    /// # Errors
    /// [`Fault`], before any key is asked for.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        if text.len() > MOST_CHARACTERS {
            return Err(Fault::TooLong);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Fault::NoJwt)?;
        let (header, claims) =
            signed.split_once('.').filter(|(_, claims)| !claims.contains('.')).ok_or(Fault::NoJwt)?;
        let header: Header = json(header).ok_or(Fault::NoJwt)?;
        if header.crit.is_some() {
            return Err(Fault::Critical);
        }
        let algorithm = algorithm(&header.alg)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Fault::NoJwt)?;
        Ok(Self { key_id: header.kid, kind: header.typ, algorithm, signed, claims, signature })
    }

    /// The claims, if the key signed them.
    ///
    /// # Errors
    /// [`Fault::Signature`], then [`Fault::Claims`].
    pub fn claims<T: DeserializeOwned>(&self, key: &CoreJsonWebKey) -> Result<T, Fault> {
        key.verify_signature(&self.algorithm, self.signed.as_bytes(), &self.signature).map_err(|_| Fault::Signature)?;
        json(self.claims).ok_or(Fault::Claims)
    }

    /// Whether a key is of the kind that this token's algorithm needs.
    fn fits(&self, key: &CoreJsonWebKey) -> bool {
        let needed = match self.algorithm {
            CoreJwsSigningAlgorithm::EcdsaP256Sha256 => CoreJsonWebKeyType::EllipticCurve,
            _ => CoreJsonWebKeyType::RSA,
        };
        *key.key_type() == needed
    }
}

/// A public key must never serve as a shared secret: what is signed with one is not looked at.
fn algorithm(name: &str) -> Result<CoreJwsSigningAlgorithm, Fault> {
    match name {
        "RS256" => Ok(CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
        "ES256" => Ok(CoreJwsSigningAlgorithm::EcdsaP256Sha256),
        _ => Err(Fault::Algorithm),
    }
}

fn json<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// `aud`: one name or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub fn names(&self, expected: &str) -> bool {
        match self {
            Self::One(audience) => audience == expected,
            Self::Several(audiences) => audiences.iter().any(|audience| audience == expected),
        }
    }

    /// Whether it is for this one and nobody else.
    pub fn is_only(&self, expected: &str) -> bool {
        match self {
            Self::One(audience) => audience == expected,
            Self::Several(audiences) => audiences.iter().all(|audience| audience == expected) && !audiences.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515 appendix A.3.
    #[test]
    fn es256_is_checked_as_the_rfc_shows() {
        let key: CoreJsonWebKey = serde_json::from_value(serde_json::json!({
            "kty": "EC", "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }))
        .unwrap();
        let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let read = |text: &str| Jwt::parse(text).unwrap().claims::<Value>(&key);
        assert_eq!(read(&format!("{signed}.{signature}")).unwrap()["iss"], "joe");
        assert_eq!(read(&format!("{signed}.A{}", &signature[1..])), Err(Fault::Signature));
        // The same bytes under the name of another algorithm.
        let rs256 = format!("eyJhbGciOiJSUzI1NiJ9.{}", signed.split_once('.').unwrap().1);
        assert_eq!(read(&format!("{rs256}.{signature}")), Err(Fault::Signature));
    }

    #[test]
    fn what_is_no_signed_token_is_told_apart() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = |header: &str| format!("{}.{}.AAAA", part(header), part("{}"));
        for (text, fault) in [
            ("a.b".to_string(), Fault::NoJwt),
            ("a.b.c.d".to_string(), Fault::NoJwt),
            (token("{}"), Fault::NoJwt),
            (token(r#"{"alg":"none"}"#), Fault::Algorithm),
            (token(r#"{"alg":"HS256"}"#), Fault::Algorithm),
            (token(r#"{"alg":"RS256","crit":["exp"]}"#), Fault::Critical),
            ("a".repeat(MOST_CHARACTERS + 1), Fault::TooLong),
        ] {
            assert_eq!(Jwt::parse(&text).unwrap_err(), fault, "{text}");
        }
    }
}
