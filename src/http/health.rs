//! `GET /health`: whether this process answers and its database does.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::db::{Db, sql};

pub async fn health(State(db): State<Db>) -> impl IntoResponse {
    let answered = match db.read().await {
        Ok(mut tx) => sql("SELECT COUNT(*) FROM installation").count(&mut tx).await.is_ok(),
        Err(_) => false,
    };
    match answered {
        true => (StatusCode::OK, "ok\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
