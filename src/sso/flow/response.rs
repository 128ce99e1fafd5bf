//! The authorization response: what the browser brings back.

use axum::http::StatusCode;
use serde::Deserialize;

use super::Pending;
use crate::id::ConnectionId;
use crate::sessions::Refusal;
use crate::sso::Metadata;
use crate::text;

/// The query of the callback.
#[derive(Default, Deserialize)]
pub struct Answer {
    pub code: Option<String>,
    pub state: Option<String>,
    pub iss: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
}

/// Checks an answer against what this browser began; `pending` has been taken from its session by the answer's state.
/// Returns the code with the request that it answers.
pub fn check_answer<'a>(
    answer: &Answer,
    pending: Option<&'a Pending>,
    connection: &ConnectionId,
    metadata: &Metadata,
) -> Result<(String, &'a Pending), Refusal> {
    let bad = |code, text: &str| Refusal::new(code, StatusCode::BAD_REQUEST, text);
    let Some(pending) = pending else {
        return Err(bad(
            "sign_in_state_unknown",
            "This browser did not begin this sign-in, or it was finished already, or it took longer than 15 minutes. Start again.",
        ));
    };
    // Two connections whose answers are mixed up: the path says one, the state another.
    if pending.connection != *connection {
        return Err(bad(
            "sign_in_wrong_connection",
            "The answer came to another connection than the one that asked. Start again; tell an admin if it happens again.",
        ));
    }
    // RFC 9207 2.4: compared when present, and required where the provider says that it sends it.
    match &answer.iss {
        Some(issuer) if *issuer != metadata.issuer => {
            return Err(bad(
                "sign_in_wrong_issuer",
                "The answer comes from another identity provider than the one that was asked. Start again; tell an admin if it happens again.",
            )
            .fact("Expected issuer", &metadata.issuer)
            .fact("Found issuer", text::shorten(issuer, 300)));
        }
        None if metadata.iss_parameter_supported => {
            return Err(bad(
                "sign_in_issuer_missing",
                "The answer does not say which identity provider it comes from, though this one always does. Start again; tell an admin if it happens again.",
            ));
        }
        _ => {}
    }
    if let Some(error) = &answer.error {
        return Err(provider_error(error, answer.error_description.as_deref()));
    }
    answer.code.clone().filter(|code| !code.is_empty()).map(|code| (code, pending)).ok_or_else(|| {
        bad("sign_in_code_missing", "The identity provider's answer holds neither a code nor an error. Start again; tell an admin if it happens again.")
    })
}

/// RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6.
fn provider_error(error: &str, description: Option<&str>) -> Refusal {
    let text = match error {
        "access_denied" => {
            "The identity provider did not let you in: the sign-in was cancelled, or this application is not assigned to you there. Ask whoever manages it to assign you."
        }
        "login_required" | "interaction_required" | "consent_required" => {
            "The identity provider wants to ask you something first. Start again."
        }
        "temporarily_unavailable" | "server_error" => {
            "The identity provider cannot sign anybody in at the moment. Try again in a few minutes."
        }
        _ => {
            "The identity provider refused the request. An admin should compare the client ID and the redirect URI there with the connection's page here."
        }
    };
    let refusal =
        Refusal::new("sign_in_provider_error", StatusCode::FORBIDDEN, text).fact("Error", text::shorten(error, 100));
    match description {
        Some(description) => refusal.fact("The identity provider says", text::shorten(description, 300)),
        None => refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sso::flow::Purpose;
    use crate::time::Timestamp;

    fn metadata() -> Metadata {
        Metadata {
            issuer: "https://id.example.com".into(),
            authorization_endpoint: String::new(),
            token_endpoint: String::new(),
            jwks_uri: String::new(),
            userinfo_endpoint: None,
            end_session_endpoint: None,
            algorithms: vec!["RS256".into()],
            code_challenge_methods: Vec::new(),
            token_endpoint_auth_methods: Vec::new(),
            iss_parameter_supported: true,
            tenant_id: None,
            groups_scope: false,
            good_until: None,
        }
    }

    #[test]
    fn each_wrong_answer_has_its_code() {
        let asked = ConnectionId::new();
        let now = Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap();
        let pending = Pending::new(asked.clone(), None, Purpose::SignIn, now);
        let good =
            || Answer { code: Some("c".into()), iss: Some("https://id.example.com".into()), ..Answer::default() };
        let check = |answer: Answer| {
            check_answer(&answer, Some(&pending), &asked, &metadata())
                .map(|(code, _)| code)
                .map_err(|refusal| refusal.code)
        };
        assert_eq!(check(good()).as_deref(), Ok("c"));
        assert_eq!(check(Answer { iss: None, ..good() }), Err("sign_in_issuer_missing"));
        assert_eq!(
            check(Answer { iss: Some("https://id.example.com/".into()), ..good() }),
            Err("sign_in_wrong_issuer")
        );
        assert_eq!(check(Answer { code: None, ..good() }), Err("sign_in_code_missing"));
        assert_eq!(check(Answer { error: Some("access_denied".into()), ..good() }), Err("sign_in_provider_error"));
        let refused = |pending, connection: &ConnectionId| {
            check_answer(&good(), pending, connection, &metadata())
                .map(|(code, _)| code)
                .map_err(|refusal| refusal.code)
        };
        assert_eq!(refused(None, &asked), Err("sign_in_state_unknown"));
        assert_eq!(refused(Some(&pending), &ConnectionId::new()), Err("sign_in_wrong_connection"));
    }
}
