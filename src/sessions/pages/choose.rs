//! `/sign-in`: which organization. The only one is not asked for.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use crate::db::Db;
use crate::error::Result;
use crate::organizations::{self, Organization};
use crate::sessions::guard::SignedIn;
use crate::sessions::return_to::with_query;
use crate::sessions::{ReturnTo, landing};
use crate::text;
use crate::ui::components::{Field, PageHeader, Submit};
use crate::ui::errors::PageResult;
use crate::ui::{Head, Ui};

#[derive(Deserialize)]
pub struct Asked {
    return_to: Option<String>,
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    organization: String,
    #[serde(default)]
    return_to: String,
}

pub async fn show(State(db): State<Db>, signed_in: Option<SignedIn>, Query(asked): Query<Asked>, ui: Ui) -> PageResult {
    let return_to = asked.return_to.as_deref().and_then(ReturnTo::parse);
    if let Some(SignedIn { user, organization, .. }) = signed_in {
        return Ok(Redirect::to(&landing(&user, &organization, return_to.as_ref())).into_response());
    }
    let typed =
        Typed { return_to: return_to.map(|path| path.as_str().to_string()).unwrap_or_default(), ..Typed::default() };
    match &all(&db).await?[..] {
        [] => Ok(Redirect::to("/setup").into_response()),
        [only] => Ok(to(only, &typed)),
        _ => Ok(ui.ok(Head::plain("Sign in"), move || choose_page(&typed, None)).await),
    }
}

pub async fn choose(State(db): State<Db>, ui: Ui, Form(typed): Form<Typed>) -> PageResult {
    let all = all(&db).await?;
    let wanted = text::fold(typed.organization.trim());
    let meant = match &all[..] {
        [only] => Some(only),
        // By the name in addresses, else by a name that only one has.
        _ => all.iter().find(|organization| organization.slug == wanted).or_else(|| only_named(&all, &wanted)),
    };
    if let Some(organization) = meant {
        return Ok(to(organization, &typed));
    }
    let problem = match wanted.as_str() {
        "" => "Enter the name of your organization.",
        _ => {
            "There is no organization of that name here. Check the spelling, or ask your admin for the sign-in address."
        }
    };
    let view = move || choose_page(&typed, Some(problem));
    Ok(ui.page(StatusCode::UNPROCESSABLE_ENTITY, Head::plain("Sign in"), view).await)
}

async fn all(db: &Db) -> Result<Vec<Organization>> {
    let mut tx = db.read().await?;
    organizations::all(&mut tx).await
}

fn only_named<'a>(all: &'a [Organization], wanted: &str) -> Option<&'a Organization> {
    let mut named = all.iter().filter(|organization| text::fold(&organization.name) == wanted);
    named.next().filter(|_| named.next().is_none())
}

fn to(organization: &Organization, typed: &Typed) -> Response {
    let email = Some(typed.email.trim()).filter(|email| !email.is_empty());
    let return_to = ReturnTo::parse(&typed.return_to);
    let pairs = [("email", email), ("return_to", return_to.as_ref().map(ReturnTo::as_str))];
    Redirect::to(&with_query(&format!("/sign-in/{}", organization.slug), &pairs)).into_response()
}

fn choose_page(typed: &Typed, problem: Option<&'static str>) -> impl IntoView + use<> {
    let Typed { email, organization, return_to } = typed.clone();
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="Sign in" lead="Where you sign in depends on your organization."/>
            <form method="post" action="/sign-in" class="flex flex-col gap-4">
                <input type="hidden" name="return_to" value=return_to/>
                <Field label="E-mail" name="email" kind="email" value=email autocomplete="username" placeholder="you@example.com"/>
                <Field
                    label="Organization"
                    name="organization"
                    value=organization
                    error=problem
                    autocomplete="organization"
                    help="Its name, or the last part of its sign-in address."
                    required=true
                />
                <Submit label="Continue"/>
            </form>
        </div>
    }
}
