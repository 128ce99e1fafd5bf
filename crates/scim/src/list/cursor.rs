//! Cursors (RFC 9865): where a page ended, so that the next one begins behind it whatever was deleted in between.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::ListRequest;
use crate::error::{Result, ScimError};

/// Where a page ended (RFC 9865 section 2). On the wire it is opaque and URL-safe.
///
/// ```
/// use muster_scim::list::{Cursor, ListRequest};
///
/// let request = ListRequest::from_pairs([("cursor", ""), ("filter", "active eq true")])?;
/// let cursor = Cursor { kind: 0, key: Some("ada".into()), id: "7".into(), query: request.fingerprint(), expires: 1_800_000_000 };
/// assert_eq!(Cursor::decode(&cursor.encode())?, cursor);
/// # Ok::<(), muster_scim::error::ScimError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Among which of the resource types that the query spans, counted from 0.
    pub kind: usize,
    /// The last resource's key of the attribute that is sorted by (see [`crate::index`]).
    pub key: Option<String>,
    /// The last resource's id.
    pub id: String,
    /// The query, see [`ListRequest::fingerprint`].
    pub query: String,
    /// Until when it may be used, in seconds since 1970.
    pub expires: i64,
}

impl Cursor {
    /// The text that goes over the wire.
    #[must_use]
    pub fn encode(&self) -> String {
        let parts = json!([self.kind, self.key, self.id, self.query, self.expires]);
        URL_SAFE_NO_PAD.encode(parts.to_string())
    }

    /// Reads what [`Cursor::encode`] wrote.
    ///
    /// # Errors
    /// `invalidCursor` for anything else (RFC 9865 section 2.1).
    pub fn decode(text: &str) -> Result<Self> {
        let decode = || {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let Value::Array(parts) = serde_json::from_slice(&bytes).ok()? else { return None };
            let [kind, key, id, query, expires] = parts.as_slice() else { return None };
            Some(Self {
                kind: usize::try_from(kind.as_u64()?).ok()?,
                key: match key {
                    Value::Null => None,
                    key => Some(key.as_str()?.to_owned()),
                },
                id: id.as_str()?.to_owned(),
                query: query.as_str()?.to_owned(),
                expires: expires.as_i64()?,
            })
        };
        // Not every database takes U+0000, and no cursor of ours holds it.
        let clean =
            |cursor: &Self| !cursor.id.contains('\0') && !cursor.key.as_ref().is_some_and(|key| key.contains('\0'));
        decode().filter(clean).ok_or_else(|| {
            ScimError::invalid_cursor("the cursor is not one that was given out here: begin again with an empty cursor")
        })
    }

    /// Whether the cursor goes on with this query, now.
    ///
    /// # Errors
    /// `invalidCursor` if it was given out for another query; `expiredCursor` if its time is over.
    pub fn check(&self, request: &ListRequest, now: i64) -> Result<()> {
        if self.query != request.fingerprint() {
            return Err(ScimError::invalid_cursor(
                "the cursor belongs to a query with another filter or order: begin again with an empty cursor",
            ));
        }
        if self.expires <= now {
            return Err(ScimError::expired_cursor("the cursor has expired: begin again with an empty cursor"));
        }
        Ok(())
    }
}

impl ListRequest {
    /// What a cursor (RFC 9865) must not be carried across: the filter and the order.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let filter = self.filter.as_ref().map(ToString::to_string).unwrap_or_default();
        let order = self.sort_by.as_ref().map(ToString::to_string).unwrap_or_default();
        let text = format!("{filter}\n{}\n{}", order.to_ascii_lowercase(), self.descending);
        // FNV-1a: it tells queries apart by accident, not against malice; a foreign cursor reaches nothing more.
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        format!("{hash:016x}")
    }
}
