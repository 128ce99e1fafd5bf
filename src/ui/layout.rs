//! The document and the frame around a page.

use leptos::hydration::HydrationScripts;
use leptos::prelude::*;

use super::page::{Head, ShownMessage, leptos_options};

/// The rail and header of a page inside an organization.
#[derive(Debug, Clone)]
pub struct Frame {
    pub organization_slug: String,
    pub organization_name: String,
    /// Who is signed in, as shown in the rail.
    pub person: String,
    pub level: &'static str,
    pub active: Nav,
    pub crumbs: Vec<Crumb>,
}

/// A step on the way to this page.
#[derive(Debug, Clone)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

impl Frame {
    /// The same frame with this entry of the rail marked.
    pub fn at(mut self, active: Nav) -> Self {
        self.active = active;
        self
    }

    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href: href.into() });
        self
    }

    /// `/o/acme` + `/users`.
    pub fn path(&self, rest: &str) -> String {
        format!("/o/{}{rest}", self.organization_slug)
    }
}

/// The entries of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    Overview,
    Users,
    Groups,
    Roles,
    Connections,
    Activity,
}

impl Nav {
    pub const ALL: [Self; 6] =
        [Self::Overview, Self::Users, Self::Groups, Self::Roles, Self::Connections, Self::Activity];

    pub fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Users => "Users",
            Self::Groups => "Groups",
            Self::Roles => "Roles",
            Self::Connections => "Connections",
            Self::Activity => "Activity",
        }
    }

    /// Behind `/o/{organization}`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Users => "/users",
            Self::Groups => "/groups",
            Self::Roles => "/roles",
            Self::Connections => "/connections",
            Self::Activity => "/activity",
        }
    }
}

/// The whole document. A plain function: leptos components cannot take a generic body by value.
#[expect(non_snake_case, reason = "reads like the component it stands for")]
pub(super) fn Document<V: IntoView + 'static>(head: Head, message: ShownMessage, body: V) -> impl IntoView {
    let title = format!("{} · Muster", head.title);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg"/>
                <link rel="stylesheet" href="/pkg/muster.css"/>
                <HydrationScripts options=leptos_options() islands=true/>
            </head>
            <body>
                {message.map(|message| view! { <p role="status">{message.text}</p> })}
                <main>{body}</main>
            </body>
        </html>
    }
}
