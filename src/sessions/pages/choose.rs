//! `/sign-in`: where somebody signs in, by the domain of their e-mail address or by the name of their organization. The only
//! organization is not asked for.
//!
//! Only domains are looked at, never people: an address that nobody has is answered as one that somebody has.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use crate::db::Db;
use crate::error::Result;
use crate::organizations::domains::{self, DomainName};
use crate::organizations::{self, Organization};
use crate::sessions::guard::SignedIn;
use crate::sessions::return_to::with_query;
use crate::sessions::{ReturnTo, landing};
use crate::sso;
use crate::text;
use crate::ui::components::{Field, PageHeader, Submit};
use crate::ui::errors::PageResult;
use crate::ui::{Head, Ui};

#[derive(Deserialize)]
pub struct Asked {
    login_hint: Option<String>,
    /// `organization`: ask for its name at once.
    by: Option<String>,
    return_to: Option<String>,
}

/// What was typed. The form by e-mail has no `organization`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    email: String,
    organization: Option<String>,
    #[serde(default)]
    return_to: String,
}

pub async fn show(State(db): State<Db>, signed_in: Option<SignedIn>, Query(asked): Query<Asked>, ui: Ui) -> PageResult {
    let return_to = asked.return_to.as_deref().and_then(ReturnTo::parse);
    if let Some(SignedIn { user, organization, .. }) = signed_in {
        return Ok(Redirect::to(&landing(&user, &organization, return_to.as_ref())).into_response());
    }
    let typed = Typed {
        email: asked.login_hint.unwrap_or_default(),
        organization: asked.by.filter(|by| by == "organization").map(|_| String::new()),
        return_to: return_to.map(|path| path.as_str().to_string()).unwrap_or_default(),
    };
    match &all(&db).await?[..] {
        [] => Ok(Redirect::to("/setup").into_response()),
        [only] => Ok(to(only, &typed)),
        _ => Ok(answer(ui, StatusCode::OK, typed, None).await),
    }
}

pub async fn choose(State(db): State<Db>, ui: Ui, Form(typed): Form<Typed>) -> PageResult {
    let all = all(&db).await?;
    let found = match (&all[..], &typed.organization) {
        ([only], _) => Ok(to(only, &typed)),
        (all, Some(name)) => by_name(all, name).map(|organization| to(organization, &typed)),
        (_, None) => by_domain(&db, &typed).await?,
    };
    match found {
        Ok(response) => Ok(response),
        Err(problem) => {
            // An address that leads nowhere: the name is asked for instead.
            let asks = problem.asks_for_organization.then(String::new);
            let typed = Typed { organization: typed.organization.clone().or(asks), ..typed };
            Ok(answer(ui, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(problem)).await)
        }
    }
}

/// Why nothing was found; stands at the field of the form that comes next.
struct Problem {
    text: String,
    asks_for_organization: bool,
}

/// Home realm discovery: the organization that has proven the domain, and its provider at once where there is only one.
async fn by_domain(db: &Db, typed: &Typed) -> Result<Result<Response, Problem>> {
    let Some(domain) = DomainName::of_email(&typed.email) else {
        let text = "Enter your whole e-mail address, such as you@example.com.".to_string();
        return Ok(Err(Problem { text, asks_for_organization: false }));
    };
    let mut tx = db.read().await?;
    let organization = match domains::holder(&mut tx, &domain).await? {
        Some(holder) => organizations::find(&mut tx, &holder).await?,
        None => None,
    };
    let Some(organization) = organization else {
        let text = format!("{} does not say where you sign in. Enter the name of your organization.", domain.unicode());
        return Ok(Err(Problem { text, asks_for_organization: true }));
    };
    match &sso::offers(&mut tx, &organization.id).await?[..] {
        [only] => {
            let return_to = ReturnTo::parse(&typed.return_to);
            let pairs =
                [("login_hint", Some(typed.email.trim())), ("return_to", return_to.as_ref().map(ReturnTo::as_str))];
            Ok(Ok(Redirect::to(&with_query(&format!("/auth/start/{}", only.id), &pairs)).into_response()))
        }
        _ => Ok(Ok(to(&organization, typed))),
    }
}

/// By the name in addresses, else by a name that only one has.
fn by_name<'a>(all: &'a [Organization], name: &str) -> Result<&'a Organization, Problem> {
    let wanted = text::fold(name.trim());
    let found = all.iter().find(|organization| organization.slug == wanted).or_else(|| only_named(all, &wanted));
    found.ok_or_else(|| {
        let text = match wanted.as_str() {
            "" => "Enter the name of your organization.",
            _ => "There is no organization of that name here. Check the spelling, or ask your admin for the sign-in address.",
        };
        Problem { text: text.into(), asks_for_organization: true }
    })
}

fn only_named<'a>(all: &'a [Organization], wanted: &str) -> Option<&'a Organization> {
    let mut named = all.iter().filter(|organization| text::fold(&organization.name) == wanted);
    named.next().filter(|_| named.next().is_none())
}

async fn all(db: &Db) -> Result<Vec<Organization>> {
    let mut tx = db.read().await?;
    organizations::all(&mut tx).await
}

fn to(organization: &Organization, typed: &Typed) -> Response {
    let email = Some(typed.email.trim()).filter(|email| !email.is_empty());
    let return_to = ReturnTo::parse(&typed.return_to);
    let pairs = [("email", email), ("return_to", return_to.as_ref().map(ReturnTo::as_str))];
    Redirect::to(&with_query(&format!("/sign-in/{}", organization.slug), &pairs)).into_response()
}

async fn answer(ui: Ui, status: StatusCode, typed: Typed, problem: Option<Problem>) -> Response {
    let problem = problem.map(|problem| problem.text);
    let view = move || match &typed.organization {
        None => email_page(&typed, problem.clone()).into_any(),
        Some(name) => organization_page(&typed, name, problem.clone()).into_any(),
    };
    ui.page(status, Head::plain("Sign in"), view).await
}

fn email_page(typed: &Typed, problem: Option<String>) -> impl IntoView + use<> {
    let Typed { email, return_to, .. } = typed.clone();
    let other = other_way(&return_to, Some("organization"));
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="Sign in" lead="Your e-mail address says where."/>
            <form method="post" action="/sign-in" class="flex flex-col gap-4">
                <input type="hidden" name="return_to" value=return_to/>
                <Field
                    label="E-mail" name="email" kind="email" value=email error=problem autocomplete="username"
                    placeholder="you@example.com" required=true
                />
                <Submit label="Continue"/>
            </form>
            <p class="text-sm"><a class="link" href=other>"Enter the name of your organization instead"</a></p>
        </div>
    }
}

fn organization_page(typed: &Typed, name: &str, problem: Option<String>) -> impl IntoView + use<> {
    let (name, Typed { email, return_to, .. }) = (name.to_string(), typed.clone());
    let other = other_way(&return_to, None);
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="Sign in" lead="Where you sign in depends on your organization."/>
            <form method="post" action="/sign-in" class="flex flex-col gap-4">
                <input type="hidden" name="return_to" value=return_to/>
                <input type="hidden" name="email" value=email/>
                <Field
                    label="Organization" name="organization" value=name error=problem autocomplete="organization"
                    help="Its name, or the last part of its sign-in address." required=true
                />
                <Submit label="Continue"/>
            </form>
            <p class="text-sm"><a class="link" href=other>"Enter your e-mail address instead"</a></p>
        </div>
    }
}

/// The other form, with the wish kept.
fn other_way(return_to: &str, by: Option<&str>) -> String {
    let return_to = ReturnTo::parse(return_to);
    with_query("/sign-in", &[("by", by), ("return_to", return_to.as_ref().map(ReturnTo::as_str))])
}
