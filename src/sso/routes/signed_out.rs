//! `GET /auth/signed-out/{connection}`: signed out here, and perhaps there too.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect};
use leptos::prelude::*;
use tower_sessions::Session;

use super::find;
use crate::app::App;
use crate::sessions::just_left;
use crate::sso::logout::end_session_request;
use crate::ui::components::{ButtonLink, PageHeader};
use crate::ui::errors::PageResult;
use crate::ui::{Head, Ui};

/// An offer and no redirect: who signs out of Muster on their own machine need not want to be signed out of everything else.
/// And a link, because a Content-Security-Policy may refuse a form's way to another site.
pub async fn show(State(app): State<App>, Path(connection): Path<String>, session: Session, ui: Ui) -> PageResult {
    let asked = find(&app, &connection).await?;
    let home = format!("/sign-in/{}", asked.organization.slug);
    let left = just_left(&session).await?.filter(|left| left.connection == asked.half.id);
    let Some(left) = left else { return Ok(Redirect::to(&home).into_response()) };
    let hint = left.hint.as_deref();
    let there = end_session_request(&asked.half, &asked.organization, hint, &app.config.public_url)?;
    let Some(there) = there else { return Ok(Redirect::to(&home).into_response()) };
    let name = asked.half.name;
    Ok(ui.ok(Head::plain("Signed out"), move || page(&name, there.as_str(), &home)).await)
}

fn page(name: &str, there: &str, home: &str) -> impl IntoView + use<> {
    let lead =
        format!("{name} still knows you in this browser: whoever uses it next can sign in again without asking you.");
    let label = format!("Sign out of {name} too");
    let (there, home) = (there.to_string(), home.to_string());
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="You are signed out"/>
            <p class="text-muted">{lead}</p>
            <div class="flex flex-col gap-2">
                <ButtonLink href=there label=label/>
                <ButtonLink href=home label="Back to sign-in" kind="secondary"/>
            </div>
        </div>
    }
}
