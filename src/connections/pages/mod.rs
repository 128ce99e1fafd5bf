//! The connections' pages.

mod leave;
mod list;
mod local_people;
mod new;
mod oauth;
mod overview;
mod provisioning;
mod request;
mod requests;
mod rotate;
mod settings;
mod sign_in;
mod sign_in_ours;
mod tokens;

pub use list::{ListPage, Listed, list_page};
pub use new::{NewPage, new_page};
pub use oauth::{OauthPage, oauth_page};
pub use overview::{OverviewPage, overview_page};
pub use provisioning::{ProvisioningPage, provisioning_page};
pub use request::{RequestPage, request_page};
pub use requests::{RequestsPage, requests_page};
pub use rotate::{RotatePage, rotate_page};
pub use settings::{SettingsPage, settings_page};
pub use sign_in::{SignInPage, sign_in_page};
pub use tokens::TokensPart;

use leptos::prelude::*;

use super::guide::{Line, Step};
use super::model::{Connection, SignIn, SyncMode};
use crate::ui::components::{Badge, CopyValue, Tabs};

/// The tabs of one connection.
fn tabs(base: &str, active: &str) -> impl IntoView + use<> {
    let tab = |label: &str, rest: &str| (label.to_string(), format!("{base}{rest}"), active == rest);
    let halves = [tab("Sign-in", "/sign-in"), tab("Provisioning", "/provisioning")];
    let more = [tab("Requests", "/requests"), tab("Settings", "/settings")];
    let items: Vec<_> = std::iter::once(tab("Overview", "")).chain(halves).chain(more).collect();
    view! { <Tabs items=items /> }
}

fn sign_in_badge(state: SignIn) -> impl IntoView {
    match state {
        SignIn::On => view! { <Badge kind="good" label="Sign-in on".to_string() /> },
        SignIn::Draft => view! { <Badge kind="warn" label="Sign-in is a draft".to_string() /> },
        SignIn::Off => view! { <Badge kind="muted" label="Sign-in off".to_string() /> },
    }
}

fn sync_badge(connection: &Connection) -> impl IntoView + use<> {
    match connection.sync_mode {
        SyncMode::Scim => view! { <Badge kind="good" label="SCIM on".to_string() /> },
        SyncMode::OnSignIn => view! { <Badge kind="accent" label="Synced at sign-in".to_string() /> },
        SyncMode::None => view! { <Badge kind="muted" label="No sync".to_string() /> },
    }
}

/// The numbered steps in the other console, with a copy button for every value that goes there.
fn steps(steps: Vec<Step>) -> impl IntoView {
    let items = steps.into_iter().map(|step| {
        let lines = step.lines.into_iter().map(|line| match line {
            Line::Text(text) => view! { <p class="text-muted">{text}</p> }.into_any(),
            Line::Paste { field, value } => view! { <CopyValue label=field.to_string() value=value /> }.into_any(),
        });
        view! {
            <li class="step">
                <h3 class="font-medium">{step.title}</h3>
                <div class="flex flex-col gap-2 mt-1">{lines.collect_view()}</div>
            </li>
        }
    });
    view! { <ol class="steps">{items.collect_view()}</ol> }
}
