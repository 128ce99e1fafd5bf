//! `GET /Users`, `GET /` and `POST /.search` (RFC 7644 sections 3.4.2 and 3.4.3), by index and by cursor (RFC 9865).

use muster_scim::error::ScimError;
use muster_scim::list::{Cursor, ListRequest, cursor_list_response, list_response};
use muster_scim::schema::ResourceType;
use muster_scim::{Document, list};
use serde_json::Value;

use super::with_keeper;
use crate::db::Tx;
use crate::directory::Selection;
use crate::provisioning::answer::{Answer, ScimResult};
use crate::provisioning::auth::Caller;
use crate::provisioning::catalog::Kind;
use crate::provisioning::endpoint::Endpoint;
use crate::provisioning::endpoints::Roles;
use crate::provisioning::error::Failure;
use crate::provisioning::query::{DEFAULT_RESULTS, MAX_RESULTS, MAX_SCANNED, Part, Start, too_many};

/// How long a cursor is good for, in seconds: what ServiceProviderConfig says as `cursorTimeout`.
pub const CURSOR_TIMEOUT: i64 = 3600;

/// The resources of these kinds, one kind behind the other.
pub async fn list(tx: &mut Tx, caller: &Caller, kinds: &[&Kind], request: &ListRequest) -> ScimResult {
    let parts = parts(kinds, request)?;
    let mut total = 0;
    let mut counts = Vec::with_capacity(parts.len());
    for (kind, part) in &parts {
        let count = with_keeper!(
            kind,
            E => count::<E>(tx, caller, &kind.resource_type, part).await?,
            roles => roles(tx, caller, &kind.resource_type, part).await?.len() as u64,
        );
        total += count;
        counts.push(count);
    }
    let limit = request.count.unwrap_or(DEFAULT_RESULTS).min(MAX_RESULTS);
    if request.cursor.is_some() {
        return by_cursor(tx, caller, &parts, request, total, limit).await;
    }
    let mut offset = request.start_index.saturating_sub(1);
    let mut resources = Vec::new();
    for ((kind, part), count) in parts.iter().zip(counts) {
        let room = limit - resources.len() as u64;
        if room > 0 && offset < count {
            let found = page(tx, caller, kind, part, Start::Offset(offset), room).await?;
            resources.extend(found.into_iter().map(|document| shown(kind, part, &document)));
        }
        offset = offset.saturating_sub(count);
    }
    Ok(Answer::ok(list_response(total, request.start_index, resources)))
}

/// What the request means for each kind. A kind that does not know an attribute of the filter has nothing to say to a query
/// that spans several; if none knows it, the filter is wrong.
fn parts<'k>(kinds: &[&'k Kind], request: &ListRequest) -> Result<Vec<(&'k Kind, Part)>, ScimError> {
    let mut refusal = None;
    let mut parts = Vec::new();
    for kind in kinds {
        match Part::of(&kind.resource_type, request) {
            Ok(part) => parts.push((*kind, part)),
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    match refusal.filter(|_| parts.is_empty()) {
        Some(refusal) => Err(refusal),
        None => Ok(parts),
    }
}

async fn by_cursor(
    tx: &mut Tx,
    caller: &Caller,
    parts: &[(&Kind, Part)],
    request: &ListRequest,
    total: u64,
    limit: u64,
) -> ScimResult {
    let now = tx.now().datetime().unix_timestamp();
    let cursor = match request.cursor.as_deref() {
        None | Some("") => None,
        Some(text) => Some(list::Cursor::decode(text)?),
    };
    if let Some(cursor) = &cursor {
        cursor.check(request, now)?;
    }
    let first = cursor.as_ref().map_or(0, |cursor| cursor.kind);
    let mut resources = Vec::new();
    let mut next = None;
    for (number, (kind, part)) in parts.iter().enumerate().skip(first) {
        let room = limit - resources.len() as u64;
        let start = match &cursor {
            Some(cursor) if number == first && !cursor.id.is_empty() => Start::After(cursor),
            _ => Start::Offset(0),
        };
        // One more than is shown tells whether there is a next page.
        let found = page(tx, caller, kind, part, start, room + 1).await?;
        let more = found.len() as u64 > room;
        let mut last = None;
        for document in found.into_iter().take(usize::try_from(room).unwrap_or(usize::MAX)) {
            resources.push(shown(kind, part, &document));
            last = Some(document);
        }
        if more {
            // Where nothing of this kind was shown, for want of room, it begins on the next page, behind no id.
            let cursor = Cursor {
                kind: number,
                key: last.as_ref().and_then(|document| part.sort_key(&kind.resource_type, document)),
                id: last.as_ref().and_then(|document| document["id"].as_str()).unwrap_or_default().to_string(),
                query: request.fingerprint(),
                expires: now + CURSOR_TIMEOUT,
            };
            next = (limit > 0).then(|| cursor.encode());
            break;
        }
    }
    Ok(Answer::ok(cursor_list_response(total, next.as_deref(), None, resources)))
}

fn shown(kind: &Kind, part: &Part, document: &Document) -> Value {
    part.projection.apply(&kind.resource_type, document).into()
}

async fn count<E: Endpoint>(tx: &mut Tx, caller: &Caller, kind: &ResourceType, part: &Part) -> Result<u64, Failure> {
    if part.is_scan() && E::count(tx, caller, kind, &|sql| sql).await? > MAX_SCANNED {
        return Err(too_many().into());
    }
    let scope = caller.scope(kind, E::TABLE, tx.dialect());
    Ok(E::count(tx, caller, kind, &|sql| part.narrow(&scope, sql)).await?)
}

/// Whole resources of one kind.
async fn page(
    tx: &mut Tx,
    caller: &Caller,
    kind: &Kind,
    part: &Part,
    start: Start<'_>,
    limit: u64,
) -> Result<Vec<Document>, Failure> {
    let kind_of = &kind.resource_type;
    with_keeper!(
        kind,
        E => rows::<E>(tx, caller, kind_of, part, start, limit).await,
        roles => {
            let found = roles(tx, caller, kind_of, part).await?;
            let behind = match start {
                Start::Offset(offset) => usize::try_from(offset).unwrap_or(usize::MAX),
                Start::After(cursor) => found.iter().position(|role| role["id"] == cursor.id.as_str()).map_or(0, |at| at + 1),
            };
            Ok(found.into_iter().skip(behind).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
        },
    )
}

async fn rows<E: Endpoint>(
    tx: &mut Tx,
    caller: &Caller,
    kind: &ResourceType,
    part: &Part,
    start: Start<'_>,
    limit: u64,
) -> Result<Vec<Document>, Failure> {
    let scope = caller.scope(kind, E::TABLE, tx.dialect());
    let selection = Selection {
        narrow: &|sql| part.resume(&scope, start, part.narrow(&scope, sql)),
        order: &|sql| part.order(&scope, sql),
        limit,
        offset: if let Start::Offset(offset) = start { offset } else { 0 },
    };
    let rows = match limit {
        0 => Vec::new(),
        _ => E::page(tx, caller, kind, &selection).await?,
    };
    let wants = |name: &str| part.projection.wants(kind, name);
    Ok(E::complete(tx, caller, kind, &rows, &wants).await?)
}

async fn roles(tx: &mut Tx, caller: &Caller, kind: &ResourceType, part: &Part) -> Result<Vec<Document>, Failure> {
    Ok(part.select(kind, Roles::all(tx, caller, kind).await?))
}
