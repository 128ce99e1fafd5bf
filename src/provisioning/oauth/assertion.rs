//! A client assertion (RFC 7523 section 3): a JWT by which an Entra tenant vouches for its provisioning service.

use openidconnect::core::CoreJsonWebKey;
use serde::Deserialize;
use time::{Duration, OffsetDateTime};

use super::error::Refusal;
use crate::jose::{Audience, Fault, Jwt, SKEW};
use crate::time::Timestamp;

/// Entra's tokens live for up to a day.
const LONGEST: i64 = 24 * 60 * 60;

/// An assertion that was taken apart; nothing of it is believed yet.
#[derive(Debug)]
pub struct Assertion<'a> {
    pub jwt: Jwt<'a>,
}

/// What the claims must say.
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub tenant_id: &'a str,
    pub audience: &'a str,
    pub subject: &'a str,
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

impl<'a> Assertion<'a> {
    pub fn parse(text: &'a str) -> Result<Self, Refusal> {
        let jwt = Jwt::parse(text).map_err(refusal)?;
        if jwt.key_id.is_none() {
            return Err(Refusal::client("the assertion does not name its key (kid)"));
        }
        Ok(Self { jwt })
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
        let claims: Claims = self.jwt.claims(key).map_err(refusal)?;
        claims.name(expected)?;
        claims.are_valid_at(now.unix_timestamp())?;
        Ok(claims)
    }
}

fn refusal(fault: Fault) -> Refusal {
    match fault {
        Fault::TooLong => Refusal::request("the assertion is longer than 16 KiB"),
        Fault::NoJwt => Refusal::request("client_assertion is no signed JWT: three parts of base64url joined by dots"),
        Fault::Critical => {
            Refusal::client("the assertion has critical extensions (crit), which are not understood here")
        }
        Fault::Algorithm => {
            Refusal::client("the assertion is signed in a way (alg) that is not accepted: RS256 and ES256 are")
        }
        Fault::Signature => Refusal::client("the signature of the assertion is wrong"),
        Fault::Claims => {
            Refusal::client("the claims of the assertion cannot be read: iss, sub, aud and exp must be there")
        }
    }
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
