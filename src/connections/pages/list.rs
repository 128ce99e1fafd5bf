//! `/o/{organization}/connections`

use leptos::prelude::*;

use super::super::model::{Connection, Directory};
use super::{sign_in_badge, sync_badge};
use crate::time::Timestamp;
use crate::ui::components::{ButtonLink, DataTable, EmptyState, PageHeader, When};

#[derive(Clone)]
pub struct ListPage {
    /// `/o/acme/connections`
    pub base: String,
    /// `/o/acme`
    pub organization: String,
    pub connections: Vec<Listed>,
    pub now: Timestamp,
}

#[derive(Clone)]
pub struct Listed {
    pub connection: Connection,
    pub directory: Option<Directory>,
}

pub fn list_page(model: &ListPage) -> impl IntoView + use<> {
    let (new, schemas) = (format!("{}/new", model.base), format!("{}/schemas", model.organization));
    let body = if model.connections.is_empty() {
        view! {
            <EmptyState title="No connections yet".to_string()>
                <p>"Connect Okta, Microsoft Entra ID or another provider: its people and groups arrive here, and sign in with it."</p>
            </EmptyState>
        }
        .into_any()
    } else {
        let rows = model.connections.iter().map(|listed| row(&model.base, listed, &model.now)).collect_view();
        view! { <DataTable head=vec!["Connection", "Provider", "Sign-in", "Sync", "Last request"]>{rows}</DataTable> }
            .into_any()
    };
    view! {
        <PageHeader title="Connections".to_string() lead="Identity providers: who signs in with them, and whom they send.">
            <ButtonLink href=schemas label="Schemas".to_string() kind="secondary" />
            <ButtonLink href=new label="Add a connection".to_string() />
        </PageHeader>
        {body}
    }
}

fn row(base: &str, listed: &Listed, now: &Timestamp) -> impl IntoView + use<> {
    let connection = &listed.connection;
    let last = match listed.directory.as_ref().and_then(|directory| directory.last_request_at.clone()) {
        Some(at) => view! { <When at=at now=now.clone() /> }.into_any(),
        None => view! { <span class="text-muted">"none yet"</span> }.into_any(),
    };
    view! {
        <tr>
            <td data-label="Connection"><a class="row-link" href=format!("{base}/{}", connection.id)>{connection.name.clone()}</a></td>
            <td data-label="Provider">{connection.provider.label()}</td>
            <td data-label="Sign-in">{sign_in_badge(connection.sign_in)}</td>
            <td data-label="Sync">{sync_badge(connection)}</td>
            <td data-label="Last request">{last}</td>
        </tr>
    }
}
