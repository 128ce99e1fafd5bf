//! Whose request it is, when proxies stand between: the nearest address that is none of the configured proxies'.
//!
//! Anybody can write `X-Forwarded-For`. What counts is what our own proxies added at its end, so it is read from the
//! right: the peer, then each address in turn, for as long as the last one is a trusted proxy's. The first that is not is
//! the client; what stands to the left of it, the client wrote.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

use crate::config::Config;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Extractor: the client's address. `None` inside only where nothing is known of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub Option<IpAddr>);

impl ClientAddress {
    /// What one client is taken for: an IPv4 address, or the /64 of which it may choose any IPv6 address that it likes.
    pub fn household(&self) -> String {
        match self.0 {
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            None => "unknown".to_string(),
        }
    }
}

impl std::fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(address) => address.fmt(f),
            None => f.write_str("an unknown address"),
        }
    }
}

/// A layer around everything: finds the address once, for all who ask.
pub async fn note(State(config): State<Arc<Config>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let peer = ConnectInfo::<SocketAddr>::from_request_parts(&mut parts, &()).await.ok();
    let address = peer.map(|ConnectInfo(peer)| find(&config.trusted_proxies, peer.ip(), &parts.headers));
    parts.extensions.insert(ClientAddress(address));
    next.run(Request::from_parts(parts, body)).await
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(Self(None)))
    }
}

/// The nearest address on the way here that is no trusted proxy's.
fn find(proxies: &[IpNet], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let peer = peer.to_canonical();
    let usual = lines(headers, &X_FORWARDED_FOR);
    let standard = lines(headers, &header::FORWARDED);
    let by = |hops: Vec<Option<IpAddr>>| walk(proxies, peer, hops);
    match (usual.is_empty(), standard.is_empty()) {
        (true, true) => peer,
        (false, true) => by(split(&usual).map(|hop| address(&hop)).collect()),
        (true, false) => by(split(&standard).map(|hop| forwarded_for(&hop)).collect()),
        (false, false) => {
            // A proxy adds to one of the two and lets the other pass as the client wrote it. Which one, is not known here:
            // where they differ, somebody lies, and what is sure is the connection.
            let one = by(split(&usual).map(|hop| address(&hop)).collect());
            let other = by(split(&standard).map(|hop| forwarded_for(&hop)).collect());
            if one == other { one } else { peer }
        }
    }
}

fn walk(proxies: &[IpNet], peer: IpAddr, hops: Vec<Option<IpAddr>>) -> IpAddr {
    let trusted = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        match hop {
            Some(address) if trusted(&nearest) => nearest = address,
            // What is not trusted says nothing about others, and what cannot be read is no address.
            _ => break,
        }
    }
    nearest
}

/// Several lines of a name are one list (RFC 9110 section 5.3).
fn lines(headers: &HeaderMap, name: &HeaderName) -> String {
    let lines: Vec<_> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    lines.join(",")
}

fn split(list: &str) -> impl Iterator<Item = String> + '_ {
    list.split(',').map(|item| item.trim().to_string())
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let found = bare.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    found.map(|address| address.to_canonical())
}

/// RFC 7239 section 4: `for="[2001:db8::1]:4711";proto=https`; `unknown` and `_hidden` are no addresses.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    address(node.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, headers: &[(&str, &str)]) -> String {
        let proxies = ["10.0.0.0/8".parse().unwrap(), "2001:db8:ffff::/48".parse().unwrap()];
        let pairs = headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()));
        let mut map = HeaderMap::new();
        pairs.for_each(|(name, value)| {
            map.append(name, value);
        });
        find(&proxies, peer.parse().unwrap(), &map).to_string()
    }

    #[test]
    fn the_client_is_the_nearest_who_is_no_proxy_of_ours() {
        const FOR: &str = "x-forwarded-for";
        for (what, peer, headers, expected) in [
            ("no header", "10.0.0.1", &[][..], "10.0.0.1"),
            ("somebody's own word", "198.51.100.7", &[(FOR, "203.0.113.9")], "198.51.100.7"),
            ("a proxy's word", "10.0.0.1", &[(FOR, "203.0.113.9")], "203.0.113.9"),
            ("what the client wrote before it", "10.0.0.1", &[(FOR, "192.0.2.66, 203.0.113.9")], "203.0.113.9"),
            ("two proxies", "10.0.0.1", &[(FOR, "192.0.2.66, 203.0.113.9, 10.0.0.2")], "203.0.113.9"),
            ("two lines", "10.0.0.1", &[(FOR, "192.0.2.66, 203.0.113.9"), (FOR, "10.0.0.2")], "203.0.113.9"),
            ("a stranger's proxy", "10.0.0.1", &[(FOR, "203.0.113.9, 198.51.100.1")], "198.51.100.1"),
            ("a call by the proxy itself", "10.0.0.1", &[(FOR, "10.0.0.2")], "10.0.0.2"),
            ("garbage", "10.0.0.1", &[(FOR, "203.0.113.9, nonsense")], "10.0.0.1"),
            ("garbage behind a proxy", "10.0.0.1", &[(FOR, "'; DROP TABLE, 10.0.0.2")], "10.0.0.2"),
            ("nothing between commas", "10.0.0.1", &[(FOR, ",,")], "10.0.0.1"),
            ("with a port", "10.0.0.1", &[(FOR, "203.0.113.9:4711")], "203.0.113.9"),
            ("IPv6", "2001:db8:ffff::1", &[(FOR, "2001:db8::9")], "2001:db8::9"),
            ("IPv6 in brackets", "10.0.0.1", &[(FOR, "[2001:db8::9]")], "2001:db8::9"),
            ("IPv6 with a port", "10.0.0.1", &[(FOR, "[2001:db8::9]:4711")], "2001:db8::9"),
            ("IPv4 in IPv6", "::ffff:10.0.0.1", &[(FOR, "::ffff:203.0.113.9")], "203.0.113.9"),
            ("the standard's header", "10.0.0.1", &[("forwarded", "for=203.0.113.9;proto=https")], "203.0.113.9"),
            (
                "the standard's header, IPv6 with a port, by two proxies",
                "10.0.0.1",
                &[("forwarded", "for=192.0.2.66, For=\"[2001:db8::9]:4711\";by=_x, for=10.0.0.2")],
                "2001:db8::9",
            ),
            ("a hidden name", "10.0.0.1", &[("forwarded", "for=_hidden")], "10.0.0.1"),
            ("both, alike", "10.0.0.1", &[(FOR, "203.0.113.9"), ("forwarded", "for=203.0.113.9")], "203.0.113.9"),
            (
                "both, one of them a lie",
                "10.0.0.1",
                &[(FOR, "203.0.113.9"), ("forwarded", "for=192.0.2.66")],
                "10.0.0.1",
            ),
        ] {
            assert_eq!(found(peer, headers), expected, "{what}");
        }
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        let household = |text: &str| ClientAddress(text.parse().ok()).household();
        assert_eq!(household("2001:db8:1:2:3:4:5:6"), household("2001:db8:1:2:ffff::"));
        assert_ne!(household("2001:db8:1:2::"), household("2001:db8:1:3::"));
        assert_ne!(household("192.0.2.1"), household("192.0.2.2"));
    }
}
