//! Everything that a server lets out: what it answers, what it logs, what it stores.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt as _;
use muster::db::sql;
use tracing_subscriber::fmt::MakeWriter;

use super::TestApp;

/// What came out, in the order in which it did.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<Answered>>>);

/// One answer.
#[derive(Debug, Clone)]
pub struct Answered {
    pub to: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Heard {
    pub fn answers(&self) -> Vec<Answered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A layer around the whole router.
pub async fn hear(State(heard): State<Heard>, request: Request, next: Next) -> Response {
    let to = format!("{} {}", request.method(), request.uri().path());
    let (parts, body) = next.run(request).await.into_parts();
    let bytes = body.collect().await.expect("a whole body").to_bytes();
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let body = String::from_utf8_lossy(&bytes).into_owned();
    heard.0.lock().unwrap_or_else(PoisonError::into_inner).push(Answered { to, headers, body });
    Response::from_parts(parts, Body::from(bytes))
}

/// Keeps every line that is logged on this thread, at every level, until the guard is dropped.
#[derive(Clone, Default)]
pub struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    pub fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        let logged = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            .with_writer(logged.clone())
            .finish();
        (logged, tracing::subscriber::set_default(subscriber))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Logged {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Every value of every column of every table, with where it stands.
pub async fn stored(app: &TestApp) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (table, column) in app.columns().await {
        let mut tx = app.db.read().await.unwrap();
        let query = format!("SELECT CAST(\"{column}\" AS TEXT) FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
        let values: Vec<(String,)> = sql(&query).all(&mut tx).await.unwrap();
        found.extend(values.into_iter().map(|(value,)| (format!("{table}.{column}"), value)));
    }
    found
}
