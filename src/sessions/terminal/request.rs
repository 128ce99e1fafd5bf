//! What `muster login` asks for, as its browser brings it (RFC 6749 section 4.1.1).

use serde::Deserialize;
use url::{Host, Url};

use super::{CLIENT_ID, pkce};
use crate::sessions::return_to::with_query;
use crate::text;

/// The parameters as they stand in the address, and again in the form of the confirmation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Parameters {
    pub response_type: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub state: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
    /// Ours: what the machine calls itself, for the confirmation and the lists.
    pub device: String,
}

/// The same, checked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub redirect_uri: String,
    pub state: String,
    pub challenge: String,
    pub device: String,
}

/// Why a request is not taken up.
#[derive(Debug)]
pub(super) enum Problem {
    /// Nobody can be told but the person: the browser is sent nowhere.
    Here(&'static str),
    /// The command is told, at its loopback address.
    Back(String),
}

impl Parameters {
    /// # Errors
    /// [`Problem`]. RFC 6749 section 4.1.2.1: with another client or redirect URI the server "MUST NOT automatically redirect
    /// the user-agent to the invalid redirection URI".
    pub fn check(&self) -> Result<Asked, Problem> {
        if self.client_id != CLIENT_ID {
            return Err(Problem::Here(
                "The program that asks is not Muster's own command, the only one that is known here.",
            ));
        }
        if !is_loopback(&self.redirect_uri) {
            return Err(Problem::Here(
                "The answer was to be sent to another machine. Muster sends it to the machine that this browser runs on, and nowhere else.",
            ));
        }
        if self.response_type != "code" {
            return Err(self.back("unsupported_response_type", "only the response type code is offered"));
        }
        if self.state.is_empty() || self.state.len() > 200 {
            return Err(self.back("invalid_request", "state is missing, or longer than 200 characters"));
        }
        // RFC 7636 section 4.3: without a method it would be plain.
        if self.code_challenge_method != "S256" || !pkce::is_challenge(&self.code_challenge) {
            return Err(self.back("invalid_request", "a code_challenge with the method S256 is needed"));
        }
        Ok(Asked {
            redirect_uri: self.redirect_uri.clone(),
            state: self.state.clone(),
            challenge: self.code_challenge.clone(),
            device: device(&self.device),
        })
    }

    fn back(&self, error: &str, description: &str) -> Problem {
        let state = Some(self.state.as_str()).filter(|state| !state.is_empty() && state.len() <= 200);
        let pairs = [("error", Some(error)), ("error_description", Some(description)), ("state", state)];
        Problem::Back(with_query(&self.redirect_uri, &pairs))
    }
}

/// RFC 8252 section 7.3: the loopback addresses themselves, any port. Section 8.3: not `localhost`, which may be another
/// machine's name.
fn is_loopback(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        Some(Host::Domain(_)) | None => false,
    };
    let port = url.port().map(|port| format!(":{port}"));
    // Put together again: nothing else stands in it, and nothing was made the same on the way.
    here && port.is_some_and(|port| text == format!("http://{}{port}/callback", url.host_str().unwrap_or_default()))
}

/// A name that a person can read, whatever was sent.
fn device(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    match plain.trim() {
        "" => "a computer without a name".to_string(),
        name => text::shorten(name, 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_answered() {
        for good in ["http://127.0.0.1:10000/callback", "http://127.0.0.1:1/callback", "http://[::1]:4711/callback"] {
            assert!(is_loopback(good), "{good}");
        }
        for bad in [
            "http://localhost:10000/callback",
            "http://127.0.0.1/callback",
            "https://127.0.0.1:10000/callback",
            "http://127.0.0.1:10000/callback?x=1",
            "http://127.0.0.1:10000/callback#x",
            "http://127.0.0.1:10000/other",
            "http://127.0.0.1:10000/../callback",
            "http://user@127.0.0.1:10000/callback",
            "http://127.1:10000/callback",
            "http://127.0.0.2:10000/callback",
            "http://127.0.0.1.evil.example:10000/callback",
            "http://evil.example:10000/callback",
            "muster://callback",
            "",
        ] {
            assert!(!is_loopback(bad), "{bad}");
        }
    }

    #[test]
    fn a_device_is_a_readable_name() {
        assert_eq!(device(" ada\u{1b}[31m-laptop\n"), "ada[31m-laptop");
        assert_eq!(device("\n"), "a computer without a name");
        assert_eq!(device(&"x".repeat(300)).chars().count(), 61);
    }
}
