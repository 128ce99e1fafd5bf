//! The server as the command sees it.

use std::fmt;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::{Host, Url};

use crate::sessions::terminal::CLIENT_ID;
use crate::time::Timestamp;

pub struct Server {
    /// Without a slash at the end.
    address: String,
    client: Client,
}

/// Whose token it is, as the server says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Identity {
    pub user: Person,
    pub level: String,
    pub organization: Organization,
    pub device: String,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    pub name: String,
    #[serde(rename = "userName")]
    pub user_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Organization {
    pub slug: String,
    pub name: String,
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
}

#[derive(Deserialize)]
struct Refused {
    error_description: String,
}

impl Server {
    /// # Errors
    /// One line, for what is no address of a server, and for plain http to another machine: codes and tokens would be read
    /// on the way.
    pub fn at(address: &str) -> Result<Self, String> {
        let wrong = |reason: &str| format!("--server: \"{address}\" {reason}");
        let url = Url::parse(address).map_err(|_| wrong("is not a URL, such as https://muster.example.com"))?;
        let here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" => {}
            "http" if here => {}
            _ => return Err(wrong("must start with https://")),
        }
        let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if !plain {
            return Err(wrong("must end after the host and port"));
        }
        // A token is sent to this host and to no other.
        let client = Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(30));
        let client = if here { client.no_proxy() } else { client };
        let client = client.build().map_err(|error| format!("calls cannot be made from here: {error}"))?;
        Ok(Self { address: address.trim_end_matches('/').to_string(), client })
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// A page's address with its query.
    pub(super) fn page(&self, path: &str, query: &[(&str, &str)]) -> Result<String, String> {
        let page = Url::parse_with_params(&format!("{}{path}", self.address), query);
        page.map(Into::into).map_err(|error| error.to_string())
    }

    pub(super) async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<SecretString, String> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT_ID),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", redirect_uri),
        ];
        let granted: Granted = self.read(self.send(self.form("/cli/token", &fields)?).await?).await?;
        Ok(granted.access_token)
    }

    /// # Errors
    /// One line, also where the sign-in has ended.
    pub async fn whoami(&self, token: &SecretString) -> Result<Identity, String> {
        let request = self.client.get(format!("{}/cli/whoami", self.address)).bearer_auth(token.expose_secret());
        self.read(self.send(request).await?).await
    }

    /// # Errors
    /// One line, where the server did not take it.
    pub async fn revoke(&self, token: &SecretString) -> Result<(), String> {
        let fields = [("token", token.expose_secret()), ("client_id", CLIENT_ID)];
        let answer = self.send(self.form("/cli/revoke", &fields)?).await?;
        match answer.status().is_success() {
            true => Ok(()),
            false => Err(self.refusal(answer).await),
        }
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<RequestBuilder, String> {
        let body = serde_urlencoded::to_string(fields).map_err(|error| error.to_string())?;
        let request = self.client.post(format!("{}{path}", self.address));
        Ok(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, String> {
        let answer = request.send().await;
        // The request itself is not repeated in the error: it holds a code or a token.
        answer.map_err(|error| format!("{} does not answer: {}; try again", self.address, error.without_url()))
    }

    async fn read<T: for<'de> Deserialize<'de>>(&self, answer: Response) -> Result<T, String> {
        if !answer.status().is_success() {
            return Err(self.refusal(answer).await);
        }
        answer.json().await.map_err(|_| format!("{} answered, but not as a Muster server does", self.address))
    }

    async fn refusal(&self, answer: Response) -> String {
        let status = answer.status();
        match answer.json::<Refused>().await {
            Ok(refused) => refused.error_description,
            Err(_) => format!("{} answered with status {status}; is it a Muster server?", self.address),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, level, organization, device, expires_at } = self;
        writeln!(f, "{} ({})", user.name, user.user_name)?;
        writeln!(f, "{level} of {} ({})", organization.name, organization.slug)?;
        let until = expires_at.as_str().get(..16).unwrap_or(expires_at.as_str()).replace('T', " ");
        write!(f, "signed in on {device} until {until} UTC")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_travel_by_https_or_stay_on_this_machine() {
        for good in
            ["https://muster.example.com", "https://muster.example.com/", "http://localhost:3000", "http://[::1]:3000"]
        {
            assert!(Server::at(good).is_ok(), "{good}");
        }
        for bad in ["http://muster.example.com", "muster.example.com", "https://example.com/muster", "ftp://localhost"]
        {
            assert!(Server::at(bad).is_err(), "{bad}");
        }
    }
}
