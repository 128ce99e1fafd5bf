//! The two lists, for `/me` and for a person's page. `base` is where their forms are sent below.

use leptos::prelude::*;

use super::{Open, Terminal};
use crate::time::Timestamp;
use crate::ui::components::{Badge, DataTable, EmptyState, Submit, When};

/// Open sessions, each with a button where `may_end`.
pub fn session_list(base: &str, open: &[Open], now: &Timestamp, may_end: bool) -> AnyView {
    if open.is_empty() {
        return view! { <EmptyState title="No open sessions">"Whoever signs in through a browser appears here."</EmptyState> }
            .into_any();
    }
    let rows: Vec<_> = open
        .iter()
        .map(|open| {
            let this = open.this.then(|| view! { " " <Badge kind="accent" label="This browser"/> });
            let by = open.connection.clone().unwrap_or_else(|| "Password".to_string());
            let (since, seen) = (open.since.clone(), open.last_seen.clone());
            let end = may_end.then(|| end_button(format!("{base}/sessions/{}/end", open.id)));
            view! {
                <tr>
                    <td data-label="Browser"><div>{open.device.clone()} {this}</div></td>
                    <td data-label="Address">{address(&open.address)}</td>
                    <td data-label="Signed in with">{by}</td>
                    <td data-label="Since"><When at=since now=now.clone()/></td>
                    <td data-label="Last seen"><When at=seen now=now.clone()/></td>
                    <td data-label="">{end}</td>
                </tr>
            }
        })
        .collect();
    view! { <DataTable head=vec!["Browser", "Address", "Signed in with", "Since", "Last seen", ""]>{rows}</DataTable> }
        .into_any()
}

/// Sign-ins from a terminal; nothing where there are none.
pub fn terminal_list(base: &str, terminals: &[Terminal], now: &Timestamp, may_end: bool) -> Option<AnyView> {
    let rows: Vec<_> = terminals
        .iter()
        .map(|terminal| {
            let when = |at: Timestamp| view! { <When at=at now=now.clone()/> }.into_any();
            let used = terminal.last_used.clone().map_or_else(|| "not yet".into_any(), when);
            let end = may_end.then(|| end_button(format!("{base}/terminals/{}/end", terminal.id)));
            view! {
                <tr>
                    <td data-label="Terminal on">{terminal.device.clone()}</td>
                    <td data-label="Address">{address(&terminal.address)}</td>
                    <td data-label="Since">{when(terminal.since.clone())}</td>
                    <td data-label="Last used">{used}</td>
                    <td data-label="Ends">{when(terminal.expires.clone())}</td>
                    <td data-label="">{end}</td>
                </tr>
            }
        })
        .collect();
    let head = vec!["Terminal on", "Address", "Since", "Last used", "Ends", ""];
    (!rows.is_empty()).then(|| view! { <DataTable head=head>{rows}</DataTable> }.into_any())
}

fn address(known: &Option<String>) -> String {
    known.clone().unwrap_or_else(|| "—".to_string())
}

fn end_button(action: String) -> AnyView {
    view! { <form method="post" action=action><Submit label="End" kind="secondary"/></form> }.into_any()
}
