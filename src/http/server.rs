//! Listening: to so many at once, to none for ever, and stopping without cutting anybody off.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tower::ServiceBuilder;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// How long a client may take, and how many there may be.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of a request, the wait for the next one on the same connection included.
    pub head: Duration,
    /// For the next piece of a body. How long the whole may take, the areas decide (`in_time`).
    pub body: Duration,
    /// For the requests under way when the server is told to stop.
    pub stop: Duration,
    /// What comes on top of these waits in the system's queue.
    pub connections: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            // Longer than proxies keep an idle connection for (nginx: 60 s): the side that sends should be the one that closes.
            head: Duration::from_secs(65),
            body: Duration::from_secs(20),
            stop: Duration::from_secs(60),
            connections: 4096,
        }
    }
}

/// No honest head is longer, or has more fields: 431 (RFC 6585 section 5) for others.
const MOST_HEAD_BYTES: usize = 32 * 1024;
const MOST_HEAD_FIELDS: usize = 64;
/// Where the system has no socket left, asking again at once would only keep a processor busy.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until SIGINT or SIGTERM; requests under way are answered first.
pub async fn serve(listener: TcpListener, router: Router) -> std::io::Result<()> {
    serve_until(listener, router, Patience::default(), stop()).await;
    Ok(())
}

/// Serves until the future is ready; requests under way are answered first.
pub async fn serve_until(listener: TcpListener, router: Router, patience: Patience, stop: impl Future<Output = ()>) {
    let (open, room) = (GracefulShutdown::new(), Arc::new(Semaphore::new(patience.connections)));
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async {
            let place = room.clone().acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let serving = connection(stream, peer, router.clone(), patience, open.watcher());
                tokio::spawn(async move {
                    serving.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(patience.stop, open.shutdown()).await.is_err() {
        tracing::warn!("stopping: some requests took too long and were given up");
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, patience: Patience, watcher: Watcher) {
    let service = ServiceBuilder::new()
        .map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        })
        .layer(RequestBodyTimeoutLayer::new(patience.body))
        .service(router);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_headers(MOST_HEAD_FIELDS)
        .max_buf_size(MOST_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    if let Err(error) = watcher.watch(connection).await {
        // Clients that go away and clients that are too slow: nothing that anybody has to do something about.
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn stop() {
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened for");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping: answering what is under way");
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;

    const SHORT: Duration = Duration::from_millis(150);

    /// A server with little patience, which counts bodies; dropping the sender stops it.
    async fn start() -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let slow = || async {
            tokio::time::sleep(SHORT).await;
            "at last"
        };
        let length = |body: axum::body::Bytes| async move { body.len().to_string() };
        let router = Router::new().route("/", post(length).get(slow));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let patience = Patience { head: SHORT, body: SHORT, stop: Duration::from_secs(5), connections: 2 };
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move { stopped.await.unwrap_or_default() };
        let server = tokio::spawn(serve_until(listener, router, patience, stopped));
        (address, stop, server)
    }

    async fn send(address: SocketAddr, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// All that comes until the server closes.
    async fn rest(mut stream: TcpStream) -> String {
        let mut text = String::new();
        let all = stream.read_to_string(&mut text);
        tokio::time::timeout(Duration::from_secs(5), all).await.expect("the server closes").unwrap_or_default();
        text
    }

    #[tokio::test]
    async fn half_a_head_is_not_waited_for() {
        let (address, _stop, _server) = start().await;
        let half = send(address, "GET / HTTP/1.1\r\nHost: muster.exam").await;
        let answer = rest(half).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let (address, _stop, _server) = start().await;
        let half = send(address, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf").await;
        let answer = rest(half).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }

    #[tokio::test]
    async fn a_head_that_is_too_large_is_refused() {
        let (address, _stop, _server) = start().await;
        let long = format!("GET / HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", "a".repeat(2 * MOST_HEAD_BYTES));
        let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-A: b\r\n".repeat(MOST_HEAD_FIELDS + 1));
        for head in [long, many] {
            let answer = rest(send(address, &head).await).await;
            let refused = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.as_str();
            assert!(answer.starts_with(&format!("HTTP/1.1 {refused}")), "{answer}");
        }
    }

    #[tokio::test]
    async fn no_more_are_served_at_once_than_there_is_room_for() {
        let (address, _stop, _server) = start().await;
        let request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\na";
        let (one, two) = (send(address, "").await, send(address, "").await);
        tokio::time::sleep(Duration::from_millis(30)).await;
        let mut third = send(address, request).await;
        let early = tokio::time::timeout(Duration::from_millis(50), third.readable()).await;
        assert!(early.is_err(), "the third waits");
        let mut text = String::new();
        third.read_to_string(&mut text).await.unwrap();
        assert!(text.starts_with("HTTP/1.1 200"), "and is served when the idle ones were dropped: {text}");
        drop((one, two));
    }

    #[tokio::test]
    async fn what_is_under_way_is_answered_before_the_server_stops() {
        let (address, stop, server) = start().await;
        let under_way = send(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        tokio::time::sleep(SHORT / 3).await;
        drop(stop);
        assert!(rest(under_way).await.ends_with("at last"));
        server.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
