//! From a model to an HTML answer.

use std::sync::Arc;

use any_spawner::Executor;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::flash::{Flash, Message};
use super::layout::{Document, Frame};

/// What a page needs of the request that it answers: an extractor.
pub struct Ui {
    request: Request,
    flash: Flash,
}

/// What a page says about itself.
#[derive(Clone)]
pub struct Head {
    /// The title in the browser's tab, without the product's name.
    pub title: String,
    /// The rail and the header; `None` for pages outside an organization (sign-in, set-up).
    pub frame: Option<Frame>,
}

impl Head {
    /// A page that stands alone, such as sign-in.
    pub fn plain(title: impl Into<String>) -> Self {
        Self { title: title.into(), frame: None }
    }

    pub fn framed(title: impl Into<String>, frame: Frame) -> Self {
        Self { title: title.into(), frame: Some(frame) }
    }
}

impl Ui {
    /// Renders `body` inside the document, on the server, with islands for the browser to wake.
    pub async fn page<V>(
        self,
        status: StatusCode,
        head: Head,
        body: impl Fn() -> V + Clone + Send + Sync + 'static,
    ) -> Response
    where
        V: IntoView + 'static,
    {
        // Erased here, so that the machinery below is compiled once and not for every page.
        self.render(status, head, Arc::new(move || body().into_any())).await
    }

    async fn render(self, status: StatusCode, head: Head, body: Arc<dyn Fn() -> AnyView + Send + Sync>) -> Response {
        // Leptos' own routes would do this; the second and later calls change nothing.
        let _ = Executor::init_tokio();
        let message = self.flash.take().await;
        let app = move || {
            set_policy();
            Document(head.clone(), message.clone(), body())
        };
        let render = leptos_axum::render_app_async_with_context(|| {}, app);
        let mut response = render(self.request).await;
        *response.status_mut() = status;
        // Pages hold what only their reader may see: nobody keeps copies.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// [`Ui::page`] with 200.
    pub async fn ok<V>(self, head: Head, body: impl Fn() -> V + Clone + Send + Sync + 'static) -> Response
    where
        V: IntoView + 'static,
    {
        self.page(StatusCode::OK, head, body).await
    }
}

/// Scripts run by the nonce of this answer only; WASM may be compiled; nothing is loaded from elsewhere.
/// No `form-action`: browsers hold it against redirects too, and signing in and out by a form ends at the provider.
fn set_policy() {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    );
    let value = HeaderValue::from_str(&policy).expect("a nonce is base64");
    expect_context::<ResponseOptions>().insert_header(header::CONTENT_SECURITY_POLICY, value);
}

/// The names under which cargo-leptos puts the browser's files.
pub(super) fn leptos_options() -> LeptosOptions {
    LeptosOptions::builder().output_name("muster").site_pkg_dir("pkg").build()
}

impl<S: Send + Sync> FromRequestParts<S> for Ui {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let flash = Flash::from_request_parts(parts, state).await?;
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = parts.uri.clone();
        *request.headers_mut() = parts.headers.clone();
        Ok(Self { request, flash })
    }
}

/// A message that is shown once, on the next page.
pub(super) type ShownMessage = Option<Message>;
