//! Signing out with a provider: from here to there (RP-Initiated Logout 1.0), and from there to here (Back-Channel Logout
//! 1.0, [`token`]).

mod token;

use serde_json::json;
use url::Url;

use super::connection::{Ready, SignInHalf};
use super::store;
use crate::actor::Actor;
use crate::db::Tx;
use crate::directory::users;
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::{ConnectionId, UserId};
use crate::organizations::Organization;
use crate::sessions;
use crate::vault;

pub(super) use token::{LogoutToken, Whom, check};

/// Whether the provider of a connection can be asked to sign somebody out there.
pub async fn can_sign_out(tx: &mut Tx, connection: &ConnectionId) -> Result<bool> {
    let half = store::find_half(tx, connection).await?;
    Ok(half.and_then(|half| half.metadata).is_some_and(|metadata| metadata.end_session_endpoint.is_some()))
}

/// Where the provider signs somebody out and sends them back to us. The ID token of the sign-in, which the specification
/// recommends as a hint, is not kept for it: the client's id and the person's name there say the same.
pub(super) fn end_session_request(
    half: &SignInHalf,
    organization: &Organization,
    hint: Option<&str>,
    public_url: &str,
) -> Result<Option<Url>> {
    let endpoint = half.metadata.as_ref().and_then(|metadata| metadata.end_session_endpoint.as_deref());
    let (Some(endpoint), Some(client_id)) = (endpoint, half.client_id.as_deref()) else { return Ok(None) };
    let mut url = Url::parse(endpoint).map_err(Error::internal)?;
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_id", client_id)
        .append_pair("post_logout_redirect_uri", &format!("{public_url}/sign-in/{}", organization.slug))
        .append_pair("state", &vault::random_text(vault::BASE62, 24));
    if let Some(hint) = hint {
        query.append_pair("logout_hint", hint);
    }
    drop(query);
    Ok(Some(url))
}

/// Does what a logout token says. Whoever has no session here is signed out already.
///
/// # Errors
/// [`Error::Conflict`] where the token was obeyed before.
pub(super) async fn obey(tx: &mut Tx, ready: &Ready, token: &LogoutToken) -> Result<()> {
    if !store::use_once(tx, &ready.id, &vault::digest(&token.id), &token.end).await? {
        return Err(Error::conflict("the logout token was used before (jti)"));
    }
    match &token.whom {
        Whom::Session(sid) => {
            let mut ended = sessions::end_provider_session(tx, &ready.id, sid).await?;
            let all = ended.len() as u64;
            ended.sort();
            ended.dedup();
            for user in &ended {
                record(tx, ready, user, all, "session").await?;
            }
            Ok(())
        }
        Whom::Person(subject) => {
            let link = store::find_link(tx, &ready.id, &ready.metadata.issuer, subject).await?;
            let Some(link) = link else { return Ok(()) };
            let ended = sessions::end_sign_ins(tx, &link.user_id).await?;
            match ended.sessions + ended.cli_tokens {
                0 => Ok(()),
                _ => record(tx, ready, &link.user_id, ended.sessions, "person").await,
            }
        }
    }
}

async fn record(tx: &mut Tx, ready: &Ready, user: &UserId, ended: u64, by: &str) -> Result<()> {
    let Some(user) = users::find(tx, &ready.organization_id, user).await? else { return Ok(()) };
    let event = NewEvent {
        organization: &ready.organization_id,
        kind: "sign_in.ended_by_provider",
        subject: Subject::user(&user.id, &user.display_name),
        before: None,
        after: Some(json!({
            "sessions_ended": ended, "by": by, "connection": { "id": ready.id, "name": ready.name },
        })),
    };
    events::record(tx, &Actor::System, event).await
}
