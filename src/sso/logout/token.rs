//! A logout token: whether it is this provider's, for us, for now, a logout, and nothing else (Back-Channel Logout 1.0,
//! section 2.6).

use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

use crate::jose::{Audience, Jwt, NoKey, PublishedKeys, SKEW};
use crate::sso::Provider;
use crate::sso::connection::Ready;
use crate::time::Timestamp;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A logout token that is believed.
pub struct LogoutToken {
    pub whom: Whom,
    /// Its own id, and the moment after which it is refused anyhow: it is good for one logout.
    pub id: String,
    pub end: Timestamp,
}

/// Whose sessions end.
pub enum Whom {
    /// One session, by the provider's name for it.
    Session(String),
    /// All of a person's.
    Person(String),
}

/// The token, or what is wrong with it: for the provider's engineer, as `error_description`.
pub async fn check(
    keys: &PublishedKeys,
    ready: &Ready,
    text: &str,
    now: OffsetDateTime,
) -> Result<LogoutToken, &'static str> {
    let jwt = Jwt::parse(text).map_err(|_| "the logout token is no JWT signed by RS256 or ES256")?;
    // (RFC 8725 3.11) A token that says it is something else is no logout token.
    let kind = jwt.kind.as_deref().map(str::to_ascii_lowercase);
    if !matches!(kind.as_deref(), None | Some("logout+jwt" | "application/logout+jwt" | "jwt")) {
        return Err("the token is of another kind (typ)");
    }
    let key = keys.find(&ready.metadata.jwks_uri, &jwt).await.map_err(|reason| match reason {
        NoKey::Unknown => "the logout token is signed with a key (kid) that is not published",
        NoKey::Unavailable(_) => "the published keys cannot be read at the moment: try again",
    })?;
    let claims: Map<String, Value> = jwt.claims(&key).map_err(|_| "the signature is wrong")?;
    let string = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if string("iss") != Some(ready.metadata.issuer.as_str()) {
        return Err("the issuer (iss) is another one");
    }
    let audience = claims.get("aud").and_then(|aud| serde_json::from_value::<Audience>(aud.clone()).ok());
    if !audience.is_some_and(|audience| audience.names(&ready.client_id)) {
        return Err("the audience (aud) is another application");
    }
    let end = lifetime(&claims, now)?;
    if !claims.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object) {
        return Err("the token is no logout (events)");
    }
    // (7) So that an ID token can never be passed off as a logout token.
    if claims.contains_key("nonce") {
        return Err("a logout token must not have a nonce");
    }
    let id = string("jti").ok_or("the token has no id (jti)")?.to_string();
    let person = match ready.provider {
        Provider::Entra => string("oid").or(string("sub")),
        Provider::Okta | Provider::Generic => string("sub"),
    };
    let whom = match (string("sid"), person) {
        (Some(session), _) => Whom::Session(session.to_string()),
        (None, Some(person)) => Whom::Person(person.to_string()),
        (None, None) => return Err("the token names neither a person (sub) nor a session (sid)"),
    };
    Ok(LogoutToken { whom, id, end })
}

fn lifetime(claims: &Map<String, Value>, now: OffsetDateTime) -> Result<Timestamp, &'static str> {
    let moment = |name: &str| claims.get(name).and_then(Value::as_f64);
    let (Some(issued), Some(end)) = (moment("iat"), moment("exp")) else {
        return Err("the token does not say when it was made (iat) and ends (exp)");
    };
    let (seconds, skew) = (now.unix_timestamp() as f64, SKEW as f64);
    if end <= seconds - skew {
        return Err("the token has expired (exp)");
    }
    if issued > seconds + skew {
        return Err("the token was issued in the future (iat)");
    }
    let end = OffsetDateTime::from_unix_timestamp(end as i64).map_err(|_| "the end (exp) is no moment")?;
    // As long as an ID of a token is remembered, and no longer: a token for years would be remembered for years.
    match end - now > Duration::days(1) {
        true => Err("the token is good for too long (exp)"),
        false => Ok(Timestamp::from_datetime(end + Duration::seconds(SKEW + 1))),
    }
}
