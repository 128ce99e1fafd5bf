//! Calls to identity providers: bounded in time and size, and never to addresses they have no business with.
//!
//! The address is judged after resolution and the connection goes to exactly the addresses that were judged, so that a
//! name which resolves to something else a moment later gains nothing. Redirects are answers, not orders.

mod address;

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Request, Response, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde_json::Value;
use url::{Host, Url};

use crate::time::Clock;
pub use address::{Networks, refusal};
use address::{Reach, reach};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);
const BODY_LIMIT: usize = 1024 * 1024;

/// The way out. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    /// Set-up fails where the machine has no certificate authorities: said at each call, not at start.
    ways: Result<Ways, String>,
    networks: Networks,
    clock: Clock,
}

#[derive(Clone)]
struct Ways {
    https: reqwest::Client,
    /// Plain http reaches private addresses only, and only where they are allowed.
    http: reqwest::Client,
}

/// The world outside as a client sees it; tests have one of their own.
#[derive(Clone)]
pub struct Outside {
    /// How long a call may take.
    pub patience: Duration,
    pub lookup: Arc<dyn Lookup>,
}

impl Default for Outside {
    fn default() -> Self {
        Self { patience: TOTAL_TIMEOUT, lookup: Arc::new(System) }
    }
}

/// Why nothing usable came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("it starts with http://, and only https:// is allowed")]
    NotHttps,
    #[error("it is not a URL that can be called")]
    BadUrl,
    #[error("there was no connection ({0})")]
    Unreachable(String),
    #[error("it leads to a private or reserved address, which Muster does not call")]
    PrivateAddress,
    #[error("it answered with status {0}")]
    Status(u16),
    #[error("the answer is not JSON")]
    NotJson,
    #[error("the answer is larger than 1 MiB")]
    TooLarge,
    #[error("it did not answer within 10 seconds")]
    TimedOut,
    #[error("it redirects to {0}, and redirects are not followed")]
    Redirected(String),
}

impl Client {
    /// With the private networks that are open to it.
    pub fn new(networks: Networks, clock: Clock) -> Self {
        Self::outside(networks, clock, &Outside::default())
    }

    /// As [`Client::new`], in a world of its own.
    pub fn outside(networks: Networks, clock: Clock, outside: &Outside) -> Self {
        let guard = |scheme| Guard { scheme, networks: networks.clone(), lookup: outside.lookup.clone() };
        let ways = build(guard(Scheme::HttpsOnly), outside)
            .and_then(|https| Ok(Ways { https, http: build(guard(Scheme::Any), outside)? }))
            .map_err(|error| reason(&error));
        Self { ways, networks, clock }
    }

    /// The clock by which the lifetimes in answers are judged.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Fetches a JSON document.
    ///
    /// # Errors
    /// [`FetchError`]; any status but 200 is one.
    pub async fn get_json(&self, url: &str) -> Result<Value, FetchError> {
        let request = Request::get(url)
            .header(header::ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(|_| FetchError::BadUrl)?;
        let response = self.send(request).await?;
        match response.status().as_u16() {
            200 => serde_json::from_slice(response.body()).map_err(|_| FetchError::NotJson),
            status => Err(FetchError::Status(status)),
        }
    }

    /// Sends any request; a status that says failure is an answer too. What `openidconnect` calls.
    ///
    /// # Errors
    /// [`FetchError`], also for every redirect.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, FetchError> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| FetchError::BadUrl)?;
        self.permits(&url)?;
        let ways = self.ways.as_ref().map_err(|reason| FetchError::Unreachable(reason.clone()))?;
        let way = if url.scheme() == "https" { &ways.https } else { &ways.http };
        let request = reqwest::Request::try_from(request).map_err(|_| FetchError::BadUrl)?;
        let response = way.execute(request).await.map_err(|error| failure(&error, &url))?;
        if response.status().is_redirection() {
            let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            return Err(FetchError::Redirected(to.unwrap_or("nowhere").to_string()));
        }
        read(response, &url).await
    }

    /// What can be said about a URL before its name is resolved.
    ///
    /// # Errors
    /// [`FetchError::BadUrl`], [`FetchError::NotHttps`] or [`FetchError::PrivateAddress`].
    pub fn permits(&self, url: &Url) -> Result<(), FetchError> {
        let plain = match url.scheme() {
            "https" => false,
            "http" if !self.networks.is_none() => true,
            "http" => return Err(FetchError::NotHttps),
            _ => return Err(FetchError::BadUrl),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::BadUrl);
        }
        // A literal address never passes the resolver: judged here.
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(FetchError::BadUrl),
        };
        match reach(literal) {
            Reach::Public if plain => Err(FetchError::NotHttps),
            Reach::Public => Ok(()),
            Reach::Private if self.networks.hold(literal) => Ok(()),
            Reach::Private | Reach::Never => Err(FetchError::PrivateAddress),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    HttpsOnly,
    Any,
}

fn build(guard: Guard, outside: &Outside) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .https_only(guard.scheme == Scheme::HttpsOnly)
        .dns_resolver(Arc::new(guard))
        .redirect(reqwest::redirect::Policy::none())
        // A proxy would resolve names for us, and reach what we refuse.
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(outside.patience)
        .user_agent(concat!("Muster/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Where names are looked up.
pub trait Lookup: Send + Sync + 'static {
    fn lookup(&self, name: String) -> Found;
}

/// The addresses of a name, sooner or later.
pub type Found = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// A test says what names resolve to, and when to something else.
impl<F: Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static> Lookup for F {
    fn lookup(&self, name: String) -> Found {
        let found = self(&name);
        Box::pin(async move { Ok(found) })
    }
}

/// The system's resolver.
struct System;

impl Lookup for System {
    fn lookup(&self, name: String) -> Found {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Judges each address of a name at the moment when a connection is made: the connection goes to no other.
struct Guard {
    scheme: Scheme,
    networks: Networks,
    lookup: Arc<dyn Lookup>,
}

impl Guard {
    fn allows(scheme: Scheme, networks: &Networks, address: IpAddr) -> bool {
        match reach(address) {
            // Plain http stays at home.
            Reach::Public => scheme == Scheme::HttpsOnly,
            Reach::Private => networks.hold(address),
            Reach::Never => false,
        }
    }
}

/// The resolver's refusal, found again in the chain of causes.
#[derive(Debug, thiserror::Error)]
#[error("no address of that name may be called")]
struct Refused;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (scheme, networks, found) = (self.scheme, self.networks.clone(), self.lookup.lookup(name.as_str().into()));
        Box::pin(async move {
            let found = found.await?.into_iter();
            let allowed: Vec<SocketAddr> = found
                .filter(|address| Self::allows(scheme, &networks, *address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if allowed.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

async fn read(mut response: reqwest::Response, url: &Url) -> Result<Response<Vec<u8>>, FetchError> {
    let mut answer = Response::new(Vec::new());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    // Counted after decompression: a small answer may unfold to a large one.
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error, url))? {
        if answer.body().len() + chunk.len() > BODY_LIMIT {
            return Err(FetchError::TooLarge);
        }
        answer.body_mut().extend_from_slice(&chunk);
    }
    Ok(answer)
}

fn failure(error: &reqwest::Error, url: &Url) -> FetchError {
    if causes(error).any(|cause| cause.is::<Refused>()) {
        // Plain http finds private addresses only: what it did not find is public.
        return if url.scheme() == "http" { FetchError::NotHttps } else { FetchError::PrivateAddress };
    }
    if error.is_timeout() { FetchError::TimedOut } else { FetchError::Unreachable(reason(error)) }
}

/// The innermost cause says what happened; the outer ones only that it happened.
fn reason(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| "unknown reason".to_string(), ToString::to_string)
}

fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::http::StatusCode;
    use axum::response::IntoResponse;
    use axum::routing::get;

    use super::*;
    use crate::http::testing::serve;

    fn strict() -> Client {
        Client::new(Networks::none(), Clock::system())
    }

    fn lenient() -> Client {
        Client::new(Networks::all_private(), Clock::system())
    }

    async fn answering(answer: impl IntoResponse + Clone + Send + Sync + 'static) -> String {
        serve(|_| Router::new().route("/", get(async move || answer.clone()))).await
    }

    #[tokio::test]
    async fn only_https_to_public_addresses() {
        for (url, expected) in [
            ("http://example.com/", FetchError::NotHttps),
            ("https://127.0.0.1/", FetchError::PrivateAddress),
            ("https://2130706433/", FetchError::PrivateAddress),
            ("https://[::1]/", FetchError::PrivateAddress),
            ("https://[::ffff:10.0.0.1]/", FetchError::PrivateAddress),
            ("https://169.254.169.254/latest/meta-data", FetchError::PrivateAddress),
            ("https://localhost/", FetchError::PrivateAddress),
            ("https://ada:secret@example.com/", FetchError::BadUrl),
            ("ftp://example.com/", FetchError::BadUrl),
            ("nonsense", FetchError::BadUrl),
        ] {
            assert_eq!(strict().get_json(url).await, Err(expected), "{url}");
        }
    }

    #[tokio::test]
    async fn private_addresses_may_be_allowed_but_plain_http_stays_at_home() {
        let url = answering("{\"a\": 1}").await;
        assert_eq!(lenient().get_json(&url).await, Ok(serde_json::json!({ "a": 1 })));
        let by_name = url.replace("127.0.0.1", "localhost");
        assert!(lenient().get_json(&by_name).await.is_ok());
        assert_eq!(lenient().get_json("http://8.8.8.8/").await, Err(FetchError::NotHttps));
        assert_eq!(lenient().get_json("http://0.0.0.0/").await, Err(FetchError::PrivateAddress));
    }

    #[tokio::test]
    async fn odd_answers_are_named() {
        let to = "http://127.0.0.1/elsewhere";
        for (url, expected) in [
            (answering((StatusCode::FOUND, [(header::LOCATION, to)])).await, FetchError::Redirected(to.into())),
            (answering(StatusCode::NOT_FOUND).await, FetchError::Status(404)),
            (answering("<html>").await, FetchError::NotJson),
            (answering(vec![b' '; BODY_LIMIT + 1]).await, FetchError::TooLarge),
        ] {
            assert_eq!(lenient().get_json(&url).await, Err(expected));
        }
        assert!(matches!(lenient().get_json("http://127.0.0.1:1/").await, Err(FetchError::Unreachable(_))));
    }
    /// A name that resolves to the next of these each time it is looked up, and to the last one for ever.
    struct Script(std::sync::Mutex<Vec<Vec<IpAddr>>>);

    impl Script {
        fn of(answers: &[&[&str]]) -> Arc<Self> {
            let parse = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
            Arc::new(Self(std::sync::Mutex::new(answers.iter().map(parse).collect())))
        }
    }

    impl Lookup for Script {
        fn lookup(&self, _name: String) -> Found {
            let mut answers = self.0.lock().unwrap();
            let now = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
            Box::pin(async move { Ok(now) })
        }
    }

    async fn resolved(guard: &Guard) -> Option<Vec<String>> {
        let found = guard.resolve("idp.example.com".parse().unwrap()).await.ok()?;
        Some(found.map(|address| address.ip().to_string()).collect())
    }

    #[tokio::test]
    async fn a_name_that_moves_to_a_private_address_is_refused_when_it_does() {
        let lookup = Script::of(&[&["8.8.8.8"], &["8.8.8.8", "10.0.0.1"], &["10.0.0.1"], &["169.254.169.254"]]);
        let guard = Guard { scheme: Scheme::HttpsOnly, networks: Networks::none(), lookup };
        assert_eq!(resolved(&guard).await.unwrap(), ["8.8.8.8"]);
        assert_eq!(resolved(&guard).await.unwrap(), ["8.8.8.8"], "the private one of two is not used");
        assert_eq!(resolved(&guard).await, None);
        assert_eq!(resolved(&guard).await, None);
    }

    #[tokio::test]
    async fn a_name_is_judged_anew_at_every_call() {
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let answer = async move || {
            counted.fetch_add(1, Ordering::SeqCst);
            "{}"
        };
        let base = serve(|_| Router::new().route("/", get(answer))).await;
        let url = format!("{}/", base.replace("127.0.0.1", "idp.example.com"));
        let home = Networks::of(vec!["127.0.0.0/8".parse().unwrap()]);
        let leading = |found: &str| Outside { lookup: Script::of(&[&[found]]), ..Outside::default() };
        let client = |found: &str| Client::outside(home.clone(), Clock::system(), &leading(found));
        assert!(client("127.0.0.1").get_json(&url).await.is_ok());
        // Another private network than the listed one, and never a link-local one.
        for elsewhere in ["10.0.0.1", "169.254.169.254", "fe80::1"] {
            let found = client(elsewhere).get_json(&url.replace("http:", "https:")).await;
            assert_eq!(found, Err(FetchError::PrivateAddress));
        }
        let strict = Client::outside(Networks::none(), Clock::system(), &leading("127.0.0.1"));
        let tls = url.replace("http:", "https:");
        assert_eq!(strict.get_json(&tls).await, Err(FetchError::PrivateAddress));
        assert_eq!(calls.load(Ordering::SeqCst), 1, "only the first call arrived");
    }

    #[tokio::test]
    async fn listed_networks_are_open_and_no_others() {
        let client = Client::new(Networks::of(vec!["10.1.0.0/16".parse().unwrap()]), Clock::system());
        let permits = |url: &str| client.permits(&Url::parse(url).unwrap());
        assert_eq!(permits("http://10.1.2.3/"), Ok(()));
        assert_eq!(permits("https://[::ffff:10.1.2.3]/"), Ok(()));
        for closed in ["https://10.2.0.1/", "http://127.0.0.1/", "http://169.254.169.254/", "http://100.100.100.200/"] {
            assert_eq!(permits(closed), Err(FetchError::PrivateAddress), "{closed}");
        }
        let metadata = Url::parse("http://169.254.169.254/").unwrap();
        assert_eq!(lenient().permits(&metadata), Err(FetchError::PrivateAddress));
    }
}
