//! Where somebody wanted to go before they had to sign in.

use url::Url;
use url::form_urlencoded::byte_serialize;

/// A path of ours with its query: never another site, whatever a browser makes of slashes and backslashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTo(String);

impl ReturnTo {
    pub fn parse(text: &str) -> Option<Self> {
        let odd = |c: char| c == '\\' || c.is_control() || c.is_whitespace();
        if !text.starts_with('/') || text.starts_with("//") || text.contains(odd) || text.len() > 2000 {
            return None;
        }
        // Asked of the same parser that browsers have.
        let here = Url::parse("https://muster.invalid/").ok()?;
        let there = here.join(text).ok()?;
        let path = there.path();
        // `/x/..//y` becomes `//y` on the way: judged after that.
        let away = there.origin() != here.origin() || path.starts_with("//");
        let circle =
            path == "/sign-in" || path.starts_with("/sign-in/") || path == "/sign-out" || path.starts_with("/auth/");
        if away || circle {
            return None;
        }
        let query = there.query().map(|query| format!("?{query}")).unwrap_or_default();
        Some(Self(format!("{path}{query}")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `path` with those of the pairs that have a value as its query.
pub(crate) fn with_query(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let mut address = path.to_string();
    for (name, value) in pairs.iter().filter_map(|(name, value)| value.map(|value| (name, value))) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.extend(byte_serialize(value.as_bytes()));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_returned_to() {
        for good in ["/", "/me", "/o/acme/users?q=ada%20l&page=2"] {
            assert_eq!(ReturnTo::parse(good).map(|path| path.0).as_deref(), Some(good));
        }
        for bad in [
            "",
            "me",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/x/..//evil.example",
            "/sign-in",
            "/sign-in/acme",
            "/sign-out",
            "/auth/start/1",
            "javascript:alert(1)",
        ] {
            assert_eq!(ReturnTo::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_query_is_made_of_what_there_is() {
        let pairs = [("email", Some("ada+x@example.com")), ("return_to", None)];
        assert_eq!(with_query("/sign-in/acme", &pairs), "/sign-in/acme?email=ada%2Bx%40example.com");
    }
}
