//! The keys that tenants publish: fetched when one is asked for that is not known, at most once a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet};
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex as AsyncMutex;

use super::error::Refusal;
use crate::http::client::{Client, FetchError};

/// Published keys are asked for again after this time: one that was withdrawn must not be good for ever.
const FRESH: Duration = Duration::hours(1);
/// While they cannot be fetched, the last ones serve for this long.
const USABLE: Duration = Duration::hours(24);
/// A caller that makes up key ids makes us ask no oftener.
const PAUSE: Duration = Duration::minutes(1);

/// What is known of each address that publishes keys; there are no more of them than directories.
pub struct PublishedKeys {
    client: Client,
    /// One caller asks an address, the others wait for its answer.
    known: Mutex<HashMap<String, Arc<AsyncMutex<Known>>>>,
}

#[derive(Default)]
struct Known {
    keys: CoreJsonWebKeySet,
    fetched_at: Option<OffsetDateTime>,
    asked_at: Option<OffsetDateTime>,
}

impl PublishedKeys {
    pub fn new(client: Client) -> Self {
        Self { client, known: Mutex::default() }
    }

    /// The key of that id which the address publishes.
    ///
    /// # Errors
    /// `invalid_client` where there is no such key, 503 where none can be had.
    pub async fn find(&self, url: &str, id: &str) -> Result<CoreJsonWebKey, Refusal> {
        let known = self.known(url);
        let mut known = known.lock().await;
        let now = self.client.clock().datetime();
        if (known.key(id).is_none() || !known.is_younger(FRESH, now)) && known.may_ask(now) {
            known.asked_at = Some(now);
            match self.fetch(url).await {
                Ok(keys) => *known = Known { keys, fetched_at: Some(now), asked_at: Some(now) },
                Err(error) => tracing::warn!(%error, url, "the keys that a tenant publishes could not be read"),
            }
        }
        if !known.is_younger(USABLE, now) {
            return Err(Refusal::unavailable(
                "the keys that the tenant publishes cannot be read from here at the moment: try again",
            ));
        }
        let unknown = || {
            Refusal::client(
                "the assertion is signed with a key (kid) that the tenant does not publish: check the tenant ID in Muster",
            )
        };
        known.key(id).cloned().ok_or_else(unknown)
    }

    fn known(&self, url: &str) -> Arc<AsyncMutex<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(url.to_string()).or_default().clone()
    }

    async fn fetch(&self, url: &str) -> Result<CoreJsonWebKeySet, FetchError> {
        let document = self.client.get_json(url).await?;
        serde_json::from_value(document).map_err(|_| FetchError::NotJson)
    }
}

impl Known {
    fn key(&self, id: &str) -> Option<&CoreJsonWebKey> {
        self.keys.keys().iter().find(|key| key.key_id().is_some_and(|own| own.as_str() == id))
    }

    fn is_younger(&self, than: Duration, now: OffsetDateTime) -> bool {
        self.fetched_at.is_some_and(|at| now - at < than)
    }

    fn may_ask(&self, now: OffsetDateTime) -> bool {
        self.asked_at.is_none_or(|at| now - at >= PAUSE)
    }
}
