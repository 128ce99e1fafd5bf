//! Metadata whose lifetime is over: asked for again by the next sign-in, and compared with what the connection trusts.

use axum::http::StatusCode;

use super::{DiscoveryInput, DiscoveryProblem, Metadata, discover};
use crate::app::App;
use crate::error::Result;
use crate::sessions::Refusal;
use crate::sso::connection::SignInHalf;
use crate::sso::store;

/// The half with metadata that are good now. What is out of date is not used: a provider that is down signs nobody in, and
/// whoever is signed in stays so.
pub async fn refresh(app: &App, mut half: SignInHalf) -> Result<Result<SignInHalf, Refusal>> {
    let known = match &half.metadata {
        Some(known) if half.on && !known.is_good(&app.db.clock().now()) => known.clone(),
        _ => return Ok(Ok(half)),
    };
    let input = DiscoveryInput {
        provider: half.provider,
        address: half.address.clone().or_else(|| Some(known.issuer.clone())),
        tenant_id: known.tenant_id.clone(),
    };
    match discover(&app.client, &input).await {
        Err(problem) => Ok(Err(refusal(&half.name, &problem))),
        Ok(found) if found.issuer != known.issuer => Ok(Err(another_issuer(&half.name, &found, &known))),
        Ok(found) => {
            let mut tx = app.db.write().await?;
            store::save_metadata(&mut tx, &half.id, &found).await?;
            tx.commit().await?;
            half.metadata = Some(found);
            Ok(Ok(half))
        }
    }
}

fn refusal(name: &str, problem: &DiscoveryProblem) -> Refusal {
    let (code, what) = match problem.code {
        "discovery_issuer_mismatch" => ("sign_in_discovery_issuer", "says of itself that it is another one"),
        "discovery_private_address" | "discovery_endpoint_private" | "discovery_not_https" => {
            ("sign_in_provider_address", "is at an address that is not called")
        }
        "discovery_unreachable" | "discovery_timed_out" | "discovery_status" => {
            ("sign_in_provider_unreachable", "cannot be reached from here at the moment. Try again in a few minutes")
        }
        "discovery_redirected" => ("sign_in_answer_redirected", "sends us elsewhere, and we do not follow"),
        "discovery_too_large" => ("sign_in_answer_too_large", "answered with more than we read"),
        _ => ("sign_in_discovery_unusable", "describes itself in a way that cannot be used"),
    };
    let text = format!(
        "{name} {what}. Nothing was changed; whoever is signed in stays so. Tell an admin if it happens again."
    );
    Refusal::new(code, StatusCode::BAD_GATEWAY, text).fact("Reason", problem.message.clone())
}

fn another_issuer(name: &str, found: &Metadata, known: &Metadata) -> Refusal {
    let text = format!("{name} says of itself that it is another one. Nobody is signed in by it; tell an admin.");
    Refusal::new("sign_in_discovery_issuer", StatusCode::BAD_GATEWAY, text)
        .fact("Expected issuer", &known.issuer)
        .fact("Found issuer", &found.issuer)
}
