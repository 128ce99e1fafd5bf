//! Extractors that pages put before themselves: who is signed in, and whether they belong here.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;

use crate::actor::Actor;
use crate::app::App;
use crate::directory::users::User;
use crate::organizations::Organization;
use crate::ui::{Frame, Nav};

/// Somebody is signed in; otherwise the browser is sent to sign in and comes back.
pub struct SignedIn {
    pub actor: Actor,
    pub user: User,
    pub organization: Organization,
}

/// An admin or owner of the organization in the path `/o/{organization}/…`.
///
/// A foreign and an unknown organization give the same 404; a renamed slug redirects; members are sent to `/me`.
pub struct OrganizationAdmin {
    pub actor: Actor,
    pub user: User,
    pub organization: Organization,
}

impl OrganizationAdmin {
    /// The rail and header for a page of this organization.
    pub fn frame(&self, active: Nav) -> Frame {
        Frame {
            organization_slug: self.organization.slug.clone(),
            organization_name: self.organization.name.clone(),
            person: self.user.display_name.clone(),
            level: self.user.level.label(),
            active,
            crumbs: Vec::new(),
        }
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(_parts: &mut Parts, _app: &App) -> Result<Self, Self::Rejection> {
        todo!()
    }
}

impl FromRequestParts<App> for OrganizationAdmin {
    type Rejection = Response;

    async fn from_request_parts(_parts: &mut Parts, _app: &App) -> Result<Self, Self::Rejection> {
        todo!()
    }
}
