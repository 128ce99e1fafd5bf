//! Pages of local sign-in, each with its handler.

pub(super) mod authenticator;
pub(super) mod code;
pub(super) mod link;
pub(super) mod me_factor;
pub(super) mod me_password;

use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;
use tower_sessions::Session;

use super::pending::Pending;
use crate::app::App;
use crate::error::Result;
use crate::organizations::Organization;
use crate::sessions::pages::sign_in::{Found, find};
use crate::ui::Flash;
use crate::ui::components::{Notice, PageHeader, Secret};

/// The organization of the address, and who has proved to know the password in this browser a moment ago.
async fn pending(app: &App, slug: &str, session: &Session) -> Result<(Organization, Option<Pending>)> {
    let (Found::Here(organization) | Found::Renamed(organization)) = find(&app.db, slug).await?;
    let pending = Pending::of(session, app.db.clock(), &organization.id).await?;
    Ok((organization, pending))
}

/// The ten minutes are over, or nothing was begun here.
async fn again(organization: &Organization, flash: &Flash) -> Response {
    flash
        .bad("That took longer than ten minutes, or began in another browser. Nothing was changed; sign in again.")
        .await;
    Redirect::to(&format!("/sign-in/{}", organization.slug)).into_response()
}

/// Recovery codes, this once.
fn codes_page(codes: &[String], lead: &'static str, on: &str, label: &'static str) -> AnyView {
    let (codes, on) = (codes.join("\n"), on.to_string());
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="Store these recovery codes" lead=lead/>
            <Notice kind="info">
                "Each works once, in the place of a code of your authenticator app. Keep them where you keep your other secrets, not on the same phone."
            </Notice>
            <Secret label="Recovery codes" value=codes/>
            <p><a class="button button-primary" href=on>{label}</a></p>
        </div>
    }
    .into_any()
}
