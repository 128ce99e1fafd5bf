//! What is said of a provider that does not answer as it should.

use axum::http::StatusCode;

use crate::http::client::FetchError;
use crate::sessions::Refusal;
use crate::sso::connection::Ready;
use crate::text;

pub(super) fn failed(code: &'static str, ready: &Ready, what: &str) -> Refusal {
    let text = format!("{} {what}. Nothing was changed; tell an admin if it happens again.", ready.name);
    Refusal::new(code, StatusCode::BAD_GATEWAY, text)
}

/// A call that brought nothing usable: each way of failing has its own code, and the fact names the endpoint.
pub(super) fn unanswered(ready: &Ready, endpoint: &'static str, error: &FetchError) -> Refusal {
    let (code, what) = match error {
        FetchError::Unreachable(_) | FetchError::Status(500..) => {
            ("sign_in_provider_unreachable", "cannot be reached from here at the moment. Try again in a few minutes")
        }
        FetchError::TimedOut => ("sign_in_provider_timed_out", "did not answer in time. Try again in a few minutes"),
        FetchError::TooLarge => ("sign_in_answer_too_large", "answered with more than we read"),
        FetchError::Redirected(_) => ("sign_in_answer_redirected", "sends us elsewhere, and we do not follow"),
        FetchError::PrivateAddress | FetchError::NotHttps | FetchError::BadUrl => {
            ("sign_in_provider_address", "is at an address that is not called")
        }
        FetchError::Status(_) | FetchError::NotJson => {
            ("sign_in_answer_unreadable", "gave an answer that cannot be read")
        }
    };
    failed(code, ready, what).fact("Reason", text::shorten(&format!("{endpoint}: {error}"), 300))
}
