//! The answer's way back: a server on the loopback address, for one answer (RFC 8252 section 7.3).

use std::net::Ipv4Addr;
use std::str::FromStr;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::vault;

/// The port that Muster's command is known by; nothing depends on it.
const USUAL: u16 = 10_000;
/// Signing in may take somebody's password, second factor and a phone call.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Port {
    /// 10000, or any where that is taken.
    #[default]
    Usual,
    Any,
    This(u16),
}

impl FromStr for Port {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<u16>() {
            _ if text == "any" => Ok(Self::Any),
            Ok(port) if port > 0 => Ok(Self::This(port)),
            _ => Err("use a port from 1 to 65535, or any".to_string()),
        }
    }
}

pub(super) struct Loopback {
    listener: TcpListener,
    port: u16,
}

#[derive(Deserialize)]
struct Answer {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

#[derive(Clone)]
struct Waiting {
    state: String,
    tell: mpsc::Sender<Result<String, String>>,
}

impl Loopback {
    pub async fn listen(port: Port) -> Result<Self, String> {
        let bind = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let bound = match port {
            Port::This(port) => bind(port).await,
            Port::Any => bind(0).await,
            Port::Usual => match bind(USUAL).await {
                Ok(listener) => Ok(listener),
                Err(_) => bind(0).await,
            },
        };
        let listener = bound
            .map_err(|error| format!("cannot listen for the browser's answer: {error}; choose another with --port"))?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        Ok(Self { listener, port })
    }

    pub fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}/callback", self.port)
    }

    /// Waits for the code that comes with this state. What comes with another one is turned away and changes nothing.
    pub async fn code(self, state: String) -> Result<String, String> {
        let (tell, mut told) = mpsc::channel(1);
        let (stop, stopped) = oneshot::channel::<()>();
        let router = Router::new().route("/callback", get(callback)).with_state(Waiting { state, tell });
        let server = axum::serve(self.listener, router).with_graceful_shutdown(async {
            let _ = stopped.await;
        });
        let serving = tokio::spawn(async move { server.await });
        let answer = tokio::time::timeout(PATIENCE, told.recv()).await;
        let _ = stop.send(());
        // So that the browser still gets its page; one that keeps its connection open is not waited for.
        let _ = tokio::time::timeout(Duration::from_secs(1), serving).await;
        match answer {
            Ok(Some(answer)) => answer,
            Ok(None) => Err("the browser's answer was lost: run muster login again".to_string()),
            Err(_) => Err("nobody answered in the browser within 10 minutes: run muster login again".to_string()),
        }
    }
}

async fn callback(State(waiting): State<Waiting>, Query(answer): Query<Answer>) -> Response {
    if !answer.state.is_some_and(|state| vault::same(&state, &waiting.state)) {
        return page(StatusCode::BAD_REQUEST, "This answer belongs to no sign-in that is under way here.");
    }
    let (outcome, text) = match (answer.code, answer.error.as_deref()) {
        (Some(code), None) => (Ok(code), "Signed in. You can close this window and go back to the terminal."),
        (_, Some("access_denied")) => (
            Err("you said no in the browser: nobody is signed in".to_string()),
            "Not signed in. You can close this window.",
        ),
        (_, error) => {
            let said = answer.error_description.as_deref().or(error).unwrap_or("no code came");
            (
                Err(format!("the server refused: {said}")),
                "Not signed in. The terminal says why; you can close this window.",
            )
        }
    };
    // A second answer finds nobody who waits.
    let _ = waiting.tell.try_send(outcome);
    page(StatusCode::OK, text)
}

/// The code stands in this page's address: it goes nowhere from here.
fn page(status: StatusCode, text: &str) -> Response {
    let html =
        format!("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Muster</title><p>{text}</p></html>\n");
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ];
    (status, headers, html).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_numbers_or_any() {
        assert_eq!("any".parse(), Ok(Port::Any));
        assert_eq!("10000".parse(), Ok(Port::This(10_000)));
        for bad in ["0", "65536", "", "some"] {
            assert!(bad.parse::<Port>().is_err(), "{bad}");
        }
    }
}
