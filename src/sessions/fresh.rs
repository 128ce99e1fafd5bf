//! Whether somebody signed in a moment ago: what decides who may sign in at all is changed by nobody who only found a
//! browser open.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use time::Duration;
use tower_sessions::Session;

use super::{lost, store};
use crate::app::App;
use crate::time::Timestamp;
use crate::ui::errors::PageError;

const FRESH: Duration = Duration::minutes(10);

/// Extractor: how long ago this session's sign-in was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recency {
    /// Within ten minutes.
    Fresh,
    Stale,
}

impl FromRequestParts<App> for Recency {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let Some(session) = parts.extensions.get::<Session>() else { return Ok(Self::Stale) };
        let at = session.get::<Timestamp>(store::SIGNED_IN_AT).await.map_err(|error| PageError(lost(error)))?;
        Ok(match at {
            Some(at) if at.until(&app.db.clock().now()) <= FRESH => Self::Fresh,
            _ => Self::Stale,
        })
    }
}
