//! Extractors that pages put before themselves: who is signed in, and whether they belong here.

use axum::extract::{FromRequestParts, OptionalFromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use tower_sessions::Session;
use tower_sessions::session::Id;

use super::return_to::with_query;
use super::sign_in::actor_of;
use super::{Refusal, ReturnTo, ending, lost, store};
use crate::actor::{Actor, Level};
use crate::app::App;
use crate::directory::users::{self, User};
use crate::error::{Error, Result};
use crate::id::{OrganizationId, UserId};
use crate::organizations::{self, Organization};
use crate::ui::errors::PageError;
use crate::ui::{Flash, Frame, Nav};

/// Somebody is signed in; otherwise the browser is sent to sign in and comes back. `Option<SignedIn>` sends nobody away.
pub struct SignedIn {
    pub actor: Actor,
    pub user: User,
    pub organization: Organization,
}

impl SignedIn {
    /// Whether the person runs this installation, and so acts as an admin in every organization: an admin or owner of the home
    /// organization who was made an operator.
    pub fn is_operator(&self) -> bool {
        self.organization.home && self.user.operator && self.user.level >= Level::Admin
    }

    /// Whether the person acts as an admin there, by their level or as an operator.
    pub fn is_admin_of(&self, organization: &Organization) -> bool {
        self.is_operator() || (self.organization.id == organization.id && self.user.level >= Level::Admin)
    }

    /// An operator in another organization: an admin there and never an owner, under a name that says so.
    fn visit(self, organization: Organization) -> OrganizationAdmin {
        let actor = Actor::Person {
            user: self.user.id.clone(),
            organization: organization.id.clone(),
            level: Level::Admin,
            name: format!("{} (operator)", self.user.display_name),
        };
        let user = User { level: Level::Admin, ..self.user };
        OrganizationAdmin { actor, user, organization, operator: true }
    }
}

/// An admin or owner of the organization in the path `/o/{organization}/…`, or an operator.
///
/// To everybody else a foreign and an unknown organization give the same 404; a renamed slug redirects; members are sent to `/me`.
pub struct OrganizationAdmin {
    pub actor: Actor,
    /// Their level is what they may do here.
    pub user: User,
    pub organization: Organization,
    /// Whether they may go to other organizations.
    pub operator: bool,
}

impl OrganizationAdmin {
    /// The rail and header for a page of this organization.
    pub fn frame(&self, active: Nav) -> Frame {
        Frame {
            organization_slug: self.organization.slug.clone(),
            organization_name: self.organization.name.clone(),
            person: self.user.display_name.clone(),
            level: if self.user.organization_id == self.organization.id { self.user.level.label() } else { "Operator" },
            switch: self.operator,
            active,
            crumbs: Vec::new(),
        }
    }
}

/// What a browser meets whose session does not let it in.
enum Outside {
    /// Nobody was signed in.
    Stranger,
    /// Somebody was, until their session was ended: what they are told.
    Ended(String),
}

/// Who this session belongs to. Asked of the database at every request: no cache outlives a deactivation.
async fn current(parts: &Parts, app: &App) -> Result<Result<SignedIn, Outside>> {
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(Err(Outside::Stranger)) };
    // Reading a session that is gone forgets its id.
    let asking = session.id();
    let user = session.get::<UserId>(store::USER).await.map_err(lost)?;
    let organization = session.get::<OrganizationId>(store::ORGANIZATION).await.map_err(lost)?;
    let (Some(user), Some(organization)) = (user, organization) else {
        return Ok(Err(outside(app, asking).await?));
    };
    let mut tx = app.db.read().await?;
    let organization = organizations::find(&mut tx, &organization).await?;
    let user = match &organization {
        Some(organization) => users::find(&mut tx, &organization.id, &user).await?,
        None => None,
    };
    drop(tx);
    match (user.filter(User::may_sign_in), organization) {
        (Some(user), Some(organization)) => Ok(Ok(SignedIn { actor: actor_of(&user), user, organization })),
        _ => {
            session.flush().await.map_err(lost)?;
            Ok(Err(Outside::Stranger))
        }
    }
}

/// Why this browser's session is gone, if it was ended and did not end by itself.
async fn outside(app: &App, asking: Option<Id>) -> Result<Outside> {
    let Some(id) = asking else { return Ok(Outside::Stranger) };
    let mut tx = app.db.read().await?;
    let Some((organization, user)) = ending::was(&mut tx, &store::id_hash(&id)).await? else {
        return Ok(Outside::Stranger);
    };
    let user = users::find(&mut tx, &organization, &user).await?;
    let organization = organizations::find(&mut tx, &organization).await?;
    let (Some(user), Some(organization)) = (user, organization) else {
        return Ok(Outside::Ended("Your account was deleted. You are signed out; ask an admin for help.".to_string()));
    };
    let refusal = Refusal::of_person(&user, &organization, None);
    Ok(Outside::Ended(refusal.map_or_else(|| ENDED.to_string(), Refusal::into_text)))
}

const ENDED: &str = "You were signed out: the session was ended, here or elsewhere, or what you may do has changed. Sign in again to go on.";

impl OptionalFromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Self::Rejection> {
        let current = current(parts, app).await.map_err(|error| PageError(error).into_response())?;
        Ok(current.ok())
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        if is_poll(parts) && ended(parts, app).await.map_err(|error| PageError(error).into_response())? {
            return Err((StatusCode::UNAUTHORIZED, "signed out\n").into_response());
        }
        match current(parts, app).await.map_err(|error| PageError(error).into_response())? {
            Ok(signed_in) => Ok(signed_in),
            Err(outside) => {
                if let Outside::Ended(text) = outside {
                    Flash::of(parts).bad(text).await;
                }
                Err(Redirect::to(&sign_in_path(parts)).into_response())
            }
        }
    }
}

/// A script of a page asks, no person: it is told in a word, and the reason waits for the page that loads anew.
fn is_poll(parts: &Parts) -> bool {
    parts.headers.get("sec-fetch-dest").is_some_and(|destination| destination == "empty")
}

/// Whether this browser's session was ended, without touching the session: its cookie stays for the page to come.
async fn ended(parts: &Parts, app: &App) -> Result<bool> {
    let Some(id) = parts.extensions.get::<Session>().and_then(Session::id) else { return Ok(false) };
    Ok(ending::was(&mut app.db.read().await?, &store::id_hash(&id)).await?.is_some())
}

/// Only what can be asked for again is come back to: a form that was sent is not.
fn sign_in_path(parts: &Parts) -> String {
    let asked = parts.uri.path_and_query().map(|asked| asked.as_str());
    let asked = asked.filter(|_| parts.method == Method::GET).and_then(ReturnTo::parse);
    with_query("/sign-in", &[("return_to", asked.as_ref().map(ReturnTo::as_str))])
}

impl FromRequestParts<App> for OrganizationAdmin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let signed_in = <SignedIn as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let slug = organization_in_path(parts).await;
        if slug.as_deref() != Some(&signed_in.organization.slug) {
            return match elsewhere(app, &signed_in, slug).await {
                Ok(Elsewhere::Visited(organization)) => Ok(signed_in.visit(organization)),
                Ok(Elsewhere::Renamed(organization)) => {
                    Err(Redirect::temporary(&renamed(parts, &organization.slug)).into_response())
                }
                Err(error) => Err(PageError(error).into_response()),
            };
        }
        if signed_in.user.level < Level::Admin {
            return Err(Redirect::to("/me").into_response());
        }
        let operator = signed_in.is_operator();
        let SignedIn { actor, user, organization } = signed_in;
        Ok(Self { actor, user, organization, operator })
    }
}

async fn organization_in_path(parts: &mut Parts) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    params.iter().find(|(name, _)| *name == "organization").map(|(_, slug)| slug.to_string())
}

/// What a path means that does not name the person's own organization.
enum Elsewhere {
    /// An operator's way to another organization.
    Visited(Organization),
    Renamed(Organization),
}

/// Its former name perhaps, else none that they may know of. An operator knows them all.
async fn elsewhere(app: &App, signed_in: &SignedIn, slug: Option<String>) -> Result<Elsewhere> {
    let Some(slug) = slug else { return Err(Error::NotFound("organization")) };
    let mut tx = app.db.read().await?;
    let operator = signed_in.is_operator();
    if operator && let Some(organization) = organizations::find_by_slug(&mut tx, &slug).await? {
        return Ok(Elsewhere::Visited(organization));
    }
    let former = organizations::former_slug(&mut tx, &slug).await?;
    let known = former.filter(|former| operator || former.id == signed_in.organization.id);
    known.map(Elsewhere::Renamed).ok_or(Error::NotFound("organization"))
}

/// `/o/{former}/users?q=a` with the present slug.
fn renamed(parts: &Parts, slug: &str) -> String {
    let rest = parts.uri.path().splitn(4, '/').nth(3).map(|rest| format!("/{rest}")).unwrap_or_default();
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("/o/{slug}{rest}{query}")
}
