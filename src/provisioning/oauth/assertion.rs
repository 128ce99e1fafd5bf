//! A client assertion (RFC 7523 section 3): a JWT by which an Entra tenant vouches for its provisioning service.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::error::Refusal;
use crate::time::Timestamp;

/// Servers whose clocks differ by this much still understand each other.
const SKEW: i64 = 60;
/// Entra's tokens live for up to a day.
const LONGEST: i64 = 24 * 60 * 60;
const MOST_CHARACTERS: usize = 16 * 1024;

/// An assertion that was taken apart; nothing of it is believed yet.
#[derive(Debug)]
pub struct Assertion<'a> {
    key_id: String,
    algorithm: CoreJwsSigningAlgorithm,
    /// Header and claims as they were sent: what is signed.
    signed: &'a str,
    claims: &'a str,
    signature: Vec<u8>,
}

/// What the claims must say.
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub tenant_id: &'a str,
    pub audience: &'a str,
    pub subject: &'a str,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    jti: Option<String>,
    /// Entra's: the tenant.
    tid: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl<'a> Assertion<'a> {
    pub fn parse(text: &'a str) -> Result<Self, Refusal> {
        if text.len() > MOST_CHARACTERS {
            return Err(Refusal::request("the assertion is longer than 16 KiB"));
        }
        let no_jwt = || Refusal::request("client_assertion is no signed JWT: three parts of base64url joined by dots");
        let (signed, signature) = text.rsplit_once('.').ok_or_else(no_jwt)?;
        let (header, claims) = signed.split_once('.').filter(|(_, claims)| !claims.contains('.')).ok_or_else(no_jwt)?;
        let header: Header = json(header).ok_or_else(no_jwt)?;
        // RFC 7515 section 4.1.11: what must be understood and is not, makes the whole invalid.
        if header.crit.is_some() {
            return Err(Refusal::client("the assertion has critical extensions (crit), which are not understood here"));
        }
        Ok(Self {
            algorithm: algorithm(&header.alg)?,
            key_id: header.kid.ok_or_else(|| Refusal::client("the assertion does not name its key (kid)"))?,
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| no_jwt())?,
            signed,
            claims,
        })
    }

    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The claims, if the key signed them and they say what is expected.
    ///
    /// # Errors
    /// `invalid_client`; what was expected is not told, for anybody may ask.
    pub fn verify(
        &self,
        key: &CoreJsonWebKey,
        expected: &Expected<'_>,
        now: OffsetDateTime,
    ) -> Result<Claims, Refusal> {
        key.verify_signature(&self.algorithm, self.signed.as_bytes(), &self.signature)
            .map_err(|_| Refusal::client("the signature of the assertion is wrong"))?;
        let claims: Claims = json(self.claims).ok_or_else(|| {
            Refusal::client("the claims of the assertion cannot be read: iss, sub, aud and exp must be there")
        })?;
        claims.name(expected)?;
        claims.are_valid_at(now.unix_timestamp())?;
        Ok(claims)
    }
}

/// What is signed with a shared secret, or not at all, is never accepted.
fn algorithm(name: &str) -> Result<CoreJwsSigningAlgorithm, Refusal> {
    match name {
        "RS256" => Ok(CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
        "ES256" => Ok(CoreJwsSigningAlgorithm::EcdsaP256Sha256),
        _ => Err(Refusal::client("the assertion is signed in a way (alg) that is not accepted: RS256 and ES256 are")),
    }
}

fn json<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

impl Claims {
    fn name(&self, expected: &Expected<'_>) -> Result<(), Refusal> {
        let wrong = |description| Err(Refusal::client(description));
        if self.iss != expected.issuer {
            return wrong(
                "the issuer (iss) of the assertion is not the tenant that is entered in Muster: check the tenant ID; version 1 tokens of sts.windows.net are not accepted",
            );
        }
        if self.tid.as_deref().is_some_and(|tid| !tid.eq_ignore_ascii_case(expected.tenant_id)) {
            return wrong(
                "the tenant (tid) of the assertion is not the one that is entered in Muster: check the tenant ID",
            );
        }
        if !self.aud.names(expected.audience) {
            return wrong(
                "the audience (aud) of the assertion is not the one that is entered in Muster: check the application ID and the form of the audience",
            );
        }
        if self.sub != expected.subject {
            return wrong(
                "the subject (sub) of the assertion is not the one that is entered in Muster: check the subject",
            );
        }
        Ok(())
    }

    fn are_valid_at(&self, now: i64) -> Result<(), Refusal> {
        let wrong = |description| Err(Refusal::client(description));
        let (now, skew, longest) = (now as f64, SKEW as f64, LONGEST as f64);
        if self.exp <= now - skew {
            return wrong("the assertion has expired (exp)");
        }
        if self.nbf.is_some_and(|nbf| nbf > now + skew) {
            return wrong("the assertion is not valid yet (nbf): check the clocks");
        }
        if self.iat.is_some_and(|iat| iat > now + skew) {
            return wrong("the assertion was issued in the future (iat): check the clocks");
        }
        if self.exp - self.iat.unwrap_or(now) > longest + skew {
            return wrong("the assertion is valid for too long: at most 24 hours are accepted");
        }
        Ok(())
    }

    /// The assertion's own id with the moment after which it is refused anyhow. RFC 7523 section 3: "The JWT MAY contain a
    /// jti"; without one, as in Entra's access tokens, an assertion may come again until it expires.
    pub fn once(self) -> Option<(String, Timestamp)> {
        let end = OffsetDateTime::from_unix_timestamp(self.exp as i64 + SKEW + 1).ok()?;
        self.jti.map(|jti| (jti, Timestamp::from_datetime(end + Duration::minutes(1))))
    }
}

impl Audience {
    fn names(&self, expected: &str) -> bool {
        match self {
            Self::One(audience) => audience == expected,
            Self::Several(audiences) => audiences.iter().any(|audience| audience == expected),
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
        let signature = URL_SAFE_NO_PAD
            .decode("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
            .unwrap();
        let expected = Expected { issuer: "joe", tenant_id: "", audience: "", subject: "" };
        let refusal = |algorithm: &str, signature: Vec<u8>| {
            let claims = signed.split_once('.').unwrap().1;
            let algorithm = super::algorithm(algorithm).unwrap();
            let assertion = Assertion { key_id: String::new(), algorithm, signed, claims, signature };
            assertion.verify(&key, &expected, OffsetDateTime::UNIX_EPOCH).unwrap_err()
        };
        // Its claims are none of an assertion, which is found out behind the signature only.
        assert_eq!(
            refusal("ES256", signature.clone()),
            Refusal::client("the claims of the assertion cannot be read: iss, sub, aud and exp must be there")
        );
        let mut changed = signature.clone();
        changed[0] ^= 1;
        let wrong = Refusal::client("the signature of the assertion is wrong");
        assert_eq!([refusal("ES256", changed), refusal("RS256", signature)], [wrong.clone(), wrong]);
    }
}
