//! The keys that others publish: kept for as long as they say, and asked for again when a token names one that is not known,
//! at most once a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet, CoreJsonWebKeyUse};
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex as AsyncMutex;

use super::Jwt;
use crate::http::cached;
use crate::http::client::{Client, FetchError};

/// A caller that makes up key ids makes us ask no oftener.
const PAUSE: Duration = Duration::minutes(1);

/// What is known of each address that publishes keys; there are no more of them than connections and directories.
#[derive(Clone)]
pub struct PublishedKeys {
    client: Client,
    /// One caller asks an address, the others wait for its answer.
    known: Arc<Mutex<HashMap<String, Arc<AsyncMutex<Known>>>>>,
}

/// Why there is no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoKey {
    /// The address publishes none that the token could be signed with.
    Unknown,
    /// The address cannot be asked, and what it said before is not good any longer.
    Unavailable(FetchError),
}

#[derive(Default)]
struct Known {
    keys: CoreJsonWebKeySet,
    /// When the keys' lifetime ends: one that was withdrawn must not be good for ever.
    good_until: Option<OffsetDateTime>,
    asked_at: Option<OffsetDateTime>,
    problem: Option<FetchError>,
}

impl PublishedKeys {
    pub fn new(client: Client) -> Self {
        Self { client, known: Arc::default() }
    }

    /// The key that the address publishes and the token names.
    ///
    /// # Errors
    /// [`NoKey`].
    pub async fn find(&self, url: &str, token: &Jwt<'_>) -> Result<CoreJsonWebKey, NoKey> {
        let known = self.known(url);
        let mut known = known.lock().await;
        let now = self.client.clock().datetime();
        if (!known.is_good(now) || known.key(token).is_none()) && known.may_ask(now) {
            known.ask(&self.client, url, now).await;
        }
        if !known.is_good(now) {
            let problem = known.problem.clone().unwrap_or(FetchError::NotJson);
            return Err(NoKey::Unavailable(problem));
        }
        known.key(token).cloned().ok_or(NoKey::Unknown)
    }

    fn known(&self, url: &str) -> Arc<AsyncMutex<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(url.to_string()).or_default().clone()
    }
}

impl Known {
    async fn ask(&mut self, client: &Client, url: &str, now: OffsetDateTime) {
        self.asked_at = Some(now);
        match fetch(client, url).await {
            Ok((keys, lifetime)) => {
                *self = Self { keys, good_until: Some(now + lifetime), asked_at: Some(now), problem: None };
            }
            Err(error) => {
                tracing::warn!(%error, url, "published keys could not be read");
                self.problem = Some(error);
            }
        }
    }

    /// OpenID Connect Core 10.1: a token need not name its key where there is only one that it can be.
    fn key(&self, token: &Jwt<'_>) -> Option<&CoreJsonWebKey> {
        let signs = |key: &&CoreJsonWebKey| key.key_use().is_none_or(|usage| *usage == CoreJsonWebKeyUse::Signature);
        let named = |key: &&CoreJsonWebKey| match &token.key_id {
            Some(id) => key.key_id().is_some_and(|own| own.as_str() == id),
            None => true,
        };
        let mut fitting = self.keys.keys().iter().filter(|key| token.fits(key)).filter(signs).filter(named);
        fitting.next().filter(|_| fitting.next().is_none())
    }

    fn is_good(&self, now: OffsetDateTime) -> bool {
        self.good_until.is_some_and(|end| now < end)
    }

    fn may_ask(&self, now: OffsetDateTime) -> bool {
        self.asked_at.is_none_or(|at| now - at >= PAUSE)
    }
}

async fn fetch(client: &Client, url: &str) -> Result<(CoreJsonWebKeySet, Duration), FetchError> {
    let document = cached::fetch(client, url).await?;
    let keys = serde_json::from_value(document.json).map_err(|_| FetchError::NotJson)?;
    Ok((keys, document.lifetime))
}
