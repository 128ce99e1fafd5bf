//! A key of our own: by it Muster shows a provider who it is.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::error::{Error, Result};

/// RSA with 2048 bits, for RS256: what every provider takes.
pub struct SigningKey {
    id: String,
    pair: RsaKeyPair,
}

impl SigningKey {
    /// Makes a key. It takes a moment of the processor: not for a thread that serves requests.
    pub fn generate(id: &str) -> Result<Self> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| unusable())?;
        Ok(Self { id: id.to_string(), pair })
    }

    /// Reads what [`SigningKey::private`] wrote.
    pub fn open(id: &str, private: &SecretString) -> Result<Self> {
        let der = STANDARD.decode(private.expose_secret()).map_err(|_| unusable())?;
        let pair = RsaKeyPair::from_pkcs8(&der).map_err(|_| unusable())?;
        Ok(Self { id: id.to_string(), pair })
    }

    /// The private half, as base64 of PKCS#8: to be sealed.
    pub fn private(&self) -> Result<SecretString> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| unusable())?;
        Ok(SecretString::from(STANDARD.encode(der.as_ref())))
    }

    /// The public half, as a JSON Web Key (RFC 7517).
    pub fn public(&self) -> Value {
        json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id,
            "n": URL_SAFE_NO_PAD.encode(modulus(self.pair.public_key().as_ref())),
            "e": "AQAB",
        })
    }

    /// Signs the claims.
    pub fn sign(&self, claims: &Value) -> Result<String> {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.id });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .map_err(|_| unusable())?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// RFC 8017 A.1.1, `SEQUENCE { INTEGER n, INTEGER e }`: for 2048 bits and e = 65537 each part has its fixed place. Before `n`
/// stand nine bytes of tags and lengths, the last a zero for its sign.
fn modulus(public: &[u8]) -> &[u8] {
    &public[9..9 + 256]
}

fn unusable() -> Error {
    Error::internal("a signing key cannot be used")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::Jwt;

    #[test]
    fn what_is_signed_is_verified_with_the_public_half_after_sealing_and_opening() {
        let made = SigningKey::generate("one").unwrap();
        let key = SigningKey::open("one", &made.private().unwrap()).unwrap();
        assert_eq!(made.public(), key.public());
        let token = key.sign(&json!({ "iss": "muster" })).unwrap();
        let public = serde_json::from_value(key.public()).unwrap();
        let claims: Value = Jwt::parse(&token).unwrap().claims(&public).unwrap();
        assert_eq!(claims, json!({ "iss": "muster" }));
        assert!(!key.public().to_string().contains("\"d\""), "the private half stays here");
    }
}
