//! From where somebody signs in: shown in the list of sessions.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::http::client_address::ClientAddress;
use crate::text;

/// Extractor: the browser's address and what it calls itself.
#[derive(Debug, Clone)]
pub struct Device {
    pub address: Option<String>,
    pub user_agent: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Device {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, state).await?;
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self {
            address: address.map(|address| address.to_string()),
            user_agent: user_agent.map(|user_agent| text::shorten(user_agent, 300)),
        })
    }
}

/// What a browser is called in lists.
pub(super) fn describe_or_unknown(user_agent: Option<&str>) -> String {
    user_agent.map_or_else(|| "Unknown browser".to_string(), describe)
}

/// "Firefox on Linux" of a User-Agent header: enough to tell one's own devices apart.
fn describe(user_agent: &str) -> String {
    // The order matters: Edge and Opera say Chrome too, and Chrome says Safari.
    let browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_string(),
        (None, None) => text::shorten(user_agent, 40),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36";
        assert_eq!(describe(chrome), "Chrome on Linux");
        assert_eq!(describe(&format!("{chrome} Edg/142.0")), "Edge on Linux");
        assert_eq!(describe("curl/8.5.0"), "curl/8.5.0");
    }
}
