//! Documents that say for how long they may be kept (RFC 9111).

use axum::http::{HeaderMap, Request, header};
use serde_json::Value;
use time::Duration;

use super::client::{Client, FetchError};

/// What says nothing is kept for this long.
const USUAL: Duration = Duration::hours(1);
/// What wants to be asked for each time is asked for no oftener than this: people sign in often.
const SHORTEST: Duration = Duration::minutes(1);
const LONGEST: Duration = Duration::hours(24);

/// A JSON document, and how long it is good for from now on.
pub struct Document {
    pub json: Value,
    pub lifetime: Duration,
}

/// # Errors
/// [`FetchError`]; any status but 200 is one.
pub async fn fetch(client: &Client, url: &str) -> Result<Document, FetchError> {
    let request = Request::get(url).header(header::ACCEPT, "application/json").body(Vec::new());
    let response = client.send(request.map_err(|_| FetchError::BadUrl)?).await?;
    if response.status().as_u16() != 200 {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    let json = serde_json::from_slice(response.body()).map_err(|_| FetchError::NotJson)?;
    Ok(Document { json, lifetime: lifetime(response.headers()) })
}

fn lifetime(headers: &HeaderMap) -> Duration {
    let lines = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
    let directives: Vec<String> =
        lines.flat_map(|line| line.split(',')).map(|directive| directive.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|directive| directive == "no-store" || directive.starts_with("no-cache")) {
        return SHORTEST;
    }
    let max_age = directives.iter().find_map(|directive| directive.strip_prefix("max-age="));
    let Some(max_age) = max_age.and_then(|seconds| seconds.trim_matches('"').parse::<u32>().ok()) else {
        return USUAL;
    };
    // RFC 9111 section 4.2.3: a cache on the way says how old its copy is.
    let age = headers.get(header::AGE).and_then(|age| age.to_str().ok()?.parse::<u32>().ok()).unwrap_or(0);
    Duration::seconds(i64::from(max_age) - i64::from(age)).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_the_documents_own_within_bounds() {
        for (control, age, minutes) in [
            (None, None, 60),
            (Some("public, max-age=600"), None, 10),
            (Some("Max-Age=\"600\""), Some("300"), 5),
            (Some("max-age=0"), None, 1),
            (Some("max-age=600"), Some("6000"), 1),
            (Some("no-cache, no-store, max-age=600"), None, 1),
            (Some("max-age=31536000"), None, 24 * 60),
            (Some("max-age=soon"), None, 60),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(control) = control {
                headers.insert(header::CACHE_CONTROL, control.parse().unwrap());
            }
            if let Some(age) = age {
                headers.insert(header::AGE, age.parse().unwrap());
            }
            assert_eq!(lifetime(&headers).whole_minutes(), minutes, "{control:?} {age:?}");
        }
    }
}
