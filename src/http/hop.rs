//! The last hop before us. This server speaks plain http: TLS ends in a proxy, and only a trusted one's word counts that
//! it did.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName};

use crate::config::Config;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Why a request is not taken as one that came by https.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// Nobody whose word counts sent it.
    NotFromAProxy,
    /// A trusted proxy says nothing, or says that it was plain http.
    NotByHttps,
}

/// # Errors
/// [`Plain`] where the public URL is https and the request cannot be seen to have come so.
pub fn require_https(config: &Config, peer: IpAddr, headers: &HeaderMap) -> Result<(), Plain> {
    if !config.is_https() {
        return Ok(());
    }
    // A socket that listens for both families shows IPv4 as ::ffff:192.0.2.1.
    let peer = peer.to_canonical();
    if !config.trusted_proxies.iter().any(|network| network.contains(&peer)) {
        return Err(Plain::NotFromAProxy);
    }
    // Proxies in a row each add their own word, to the line or as a line: one plain hop is enough to be overheard.
    let mut hops = headers.get_all(FORWARDED_PROTO).iter().flat_map(|line| line.to_str().unwrap_or("?").split(','));
    let by_https = |hop: &str| hop.trim().eq_ignore_ascii_case("https");
    match hops.next().is_some_and(by_https) && hops.all(by_https) {
        true => Ok(()),
        false => Err(Plain::NotByHttps),
    }
}
