//! Which part of a result is a page (RFC 7644 section 3.4.2.4), and how much is looked through for it.

use muster_scim::Document;
use muster_scim::error::ScimError;
use muster_scim::filter::Filter;
use muster_scim::list::ListRequest;
use muster_scim::schema::ResourceType;

/// The most resources on a page: what ServiceProviderConfig says as `filter.maxResults`.
pub const MAX_RESULTS: u64 = 200;
const DEFAULT_RESULTS: u64 = 100;
/// How many resources a filter that no index serves looks at.
pub const MAX_SCANNED: u64 = 10_000;

/// A page: how many at most, after how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub limit: u64,
    pub offset: u64,
}

impl Window {
    pub fn of(request: &ListRequest) -> Self {
        Self {
            limit: request.count.unwrap_or(DEFAULT_RESULTS).min(MAX_RESULTS),
            offset: request.start_index.saturating_sub(1),
        }
    }

    /// The resources among all candidates that satisfy the filter: how many, and those on this page.
    pub fn among<T>(
        self,
        kind: &ResourceType,
        filter: &Filter,
        candidates: impl IntoIterator<Item = (T, Document)>,
    ) -> (u64, Vec<T>) {
        let mut total = 0_u64;
        let mut page = Vec::new();
        for (resource, document) in candidates {
            if !filter.matches(kind, &document) {
                continue;
            }
            if total >= self.offset && (page.len() as u64) < self.limit {
                page.push(resource);
            }
            total += 1;
        }
        (total, page)
    }
}

/// RFC 7644 section 3.4.2.2: 400 `tooMany`, rather than a scan of everything.
pub fn too_many(indexed: &str) -> ScimError {
    ScimError::too_many(format!(
        "the filter would have to look at more than {MAX_SCANNED} resources: join to it, with \"and\", an \"eq\" on one of {indexed}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(query: &[(&str, &str)]) -> Window {
        Window::of(&ListRequest::from_pairs(query.iter().copied()).unwrap())
    }

    #[test]
    fn odd_numbers_mean_what_the_rfc_says() {
        assert_eq!(window(&[]), Window { limit: 100, offset: 0 });
        assert_eq!(window(&[("startIndex", "0"), ("count", "-5")]), Window { limit: 0, offset: 0 });
        assert_eq!(window(&[("startIndex", "-9"), ("count", "0")]), Window { limit: 0, offset: 0 });
        assert_eq!(window(&[("startIndex", "101"), ("count", "100000")]), Window { limit: 200, offset: 100 });
    }
}
