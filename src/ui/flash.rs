//! A message that survives one redirect: kept in the session, shown once.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

const KEY: &str = "flash";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    /// What happened went well; otherwise it is a refusal.
    pub good: bool,
    pub text: String,
}

/// Extractor: leaves a message for the next page.
#[derive(Clone)]
pub struct Flash(Option<Session>);

impl Flash {
    /// For a guard, which has the request in parts.
    pub fn of(parts: &Parts) -> Self {
        Self(parts.extensions.get::<Session>().cloned())
    }

    pub async fn good(&self, text: impl Into<String>) {
        self.leave(Message { good: true, text: text.into() }).await;
    }

    pub async fn bad(&self, text: impl Into<String>) {
        self.leave(Message { good: false, text: text.into() }).await;
    }

    async fn leave(&self, message: Message) {
        if let Some(session) = &self.0
            && let Err(error) = session.insert(KEY, message).await
        {
            // The change itself is done; only the word about it is lost.
            tracing::warn!(%error, "a message for the next page was lost");
        }
    }

    pub(super) async fn take(&self) -> Option<Message> {
        match &self.0 {
            Some(session) => session.remove(KEY).await.ok().flatten(),
            None => None,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Flash {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}
