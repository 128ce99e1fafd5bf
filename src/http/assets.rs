//! CSS, WASM, fonts and icons: embedded in a release binary, read from disk in a development build.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

/// What cargo-leptos makes: `muster.js`, `muster.wasm`, `muster.css`.
#[derive(RustEmbed)]
#[folder = "target/site/pkg"]
#[allow_missing = true]
struct Package;

#[derive(RustEmbed)]
#[folder = "public"]
struct Public;

pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/pkg/{*path}", get(package))
        .route("/fonts/{*path}", get(font))
        .route("/favicon.svg", get(favicon))
}

async fn package(Path(path): Path<String>, headers: HeaderMap) -> Response {
    // The names stay the same from build to build: the browser asks again, and mostly hears 304.
    answer(Package::get(&path), &path, &headers, "no-cache")
}

async fn font(Path(path): Path<String>, headers: HeaderMap) -> Response {
    answer(Public::get(&format!("fonts/{path}")), &path, &headers, "public, max-age=31536000, immutable")
}

async fn favicon(headers: HeaderMap) -> Response {
    answer(Public::get("favicon.svg"), "favicon.svg", &headers, "public, max-age=86400")
}

fn answer(file: Option<rust_embed::EmbeddedFile>, path: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let Some(file) = file else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let hash = file.metadata.sha256_hash();
    let etag = format!("\"{:016x}\"", u64::from_be_bytes(hash[..8].try_into().expect("8 bytes")));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    let kind = mime_guess::from_path(path).first_or_octet_stream().to_string();
    let headers = [(header::CONTENT_TYPE, kind), (header::ETAG, etag), (header::CACHE_CONTROL, cache.to_string())];
    (headers, file.data).into_response()
}
