//! One host name: cookies, redirect URIs and the guides' values all belong to the public URL's.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::config::Config;

/// A GET that arrives under another host name is sent to the public URL's.
pub async fn redirect(State(config): State<Arc<Config>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let expected = config.public_url.split_once("://").map(|(_, host)| host);
    if request.method() == Method::GET && host.is_some() && host != expected {
        let path = request.uri().path_and_query().map(|path| path.as_str()).unwrap_or("/");
        return Redirect::temporary(&format!("{}{path}", config.public_url)).into_response();
    }
    next.run(request).await
}
