//! A server for tests of what calls out: real HTTP on loopback.

use axum::Router;

/// Serves what is made for its address until the test ends. Returns that address, `http://127.0.0.1:…`.
pub(crate) async fn serve(router: impl FnOnce(&str) -> Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let router = router(&base);
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}
