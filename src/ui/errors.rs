//! The translator from [`Error`] to a page.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

use super::components::{ButtonLink, PageHeader};
use super::page::{Head, Ui};
use crate::error::Error;

/// What a page's handler returns when it fails; [`render`] makes the page of it.
pub struct PageError(pub Error);

pub type PageResult = Result<Response, PageError>;

impl<E: Into<Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// What the person is told.
#[derive(Clone)]
struct Told {
    status: StatusCode,
    title: &'static str,
    text: String,
    /// In seconds, where waiting helps.
    retry_after: Option<u64>,
}

impl PageError {
    fn retry_after(&self) -> Option<u64> {
        match &self.0 {
            Error::TooMany(refused) => Some(refused.seconds),
            _ => None,
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, title, text) = match &self.0 {
            Error::NotFound(what) => (
                StatusCode::NOT_FOUND,
                "Not found",
                format!("There is no such {what} here, or it is not yours to see. Check the address, or go back."),
            ),
            Error::Conflict(text) => (StatusCode::CONFLICT, "That is taken", text.clone()),
            Error::Forbidden(text) => (StatusCode::FORBIDDEN, "Not allowed", text.clone()),
            Error::LastBreakGlassOwner { .. } | Error::AdoptionWaits(_) => {
                (StatusCode::CONFLICT, "Not changed", self.0.to_string())
            }
            Error::Invalid(problems) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "That cannot be taken", problems.to_string())
            }
            Error::Unavailable(text) => (StatusCode::SERVICE_UNAVAILABLE, "Not available now", text.clone()),
            Error::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "Wait a moment", self.0.to_string()),
            Error::Internal(_) => {
                tracing::error!(error = %self.0, "a page failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something went wrong here",
                    "The fault is ours and has been logged. Nothing was changed; try again, and tell your administrator if it happens again.".to_string(),
                )
            }
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Told { status, title, text, retry_after: self.retry_after() });
        response
    }
}

/// A layer around all pages: turns a handler's [`PageError`] into a page.
pub async fn render(ui: Ui, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Told>() {
        Some(told) => {
            let body = told.clone();
            let mut page = ui.page(told.status, Head::plain(told.title), move || error_page(&body)).await;
            if let Some(seconds) = told.retry_after {
                page.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            page
        }
        None => response,
    }
}

/// A page that takes longer has lost its reader; what was under way is undone, for nothing of it was committed.
const PATIENCE: Duration = Duration::from_secs(50);

/// A layer around all pages: none takes for ever, whoever it waits for.
pub async fn in_time(request: Request, next: Next) -> Response {
    within(PATIENCE, request, next).await
}

async fn within(patience: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => PageError(Error::Unavailable(
            "This took too long and was given up. Look whether something was changed, then try again.".into(),
        ))
        .into_response(),
    }
}

/// The answer to an address that leads nowhere.
pub async fn not_found() -> PageError {
    PageError(Error::NotFound("page"))
}

fn error_page(told: &Told) -> impl IntoView + use<> {
    let text = told.text.clone();
    view! {
        <div class="flex flex-col gap-2">
            <p class="font-mono text-xs text-muted">{told.status.as_u16()}</p>
            <PageHeader title=told.title lead=text/>
        </div>
        <ButtonLink href="/" label="To the start page" kind="secondary"/>
    }
}
