//! The view of an account.

use leptos::prelude::*;

use super::{Account, Held, Local};
use crate::sessions::list::{session_list, terminal_list};
use crate::time::Timestamp;
use crate::ui::components::{ButtonLink, Card, DataTable, EmptyState, Facts, PageHeader, Submit, When};

pub(super) fn account_page(account: &Account) -> impl IntoView + use<> {
    let title = account.user.display_name.clone();
    let dashboard = account.dashboard.clone();
    let dashboard = dashboard.map(|href| view! { <ButtonLink href=href label="To the dashboard" kind="secondary"/> });
    let facts = profile(account);
    let roles = roles(&account.roles, &account.now);
    let groups = groups(&account.groups);
    let local = account.local.as_ref().map(local);
    let sessions = session_list("/me", &account.sessions, &account.now, true);
    let terminals = terminal_list("/me", &account.terminals, &account.now, true);
    // One button for all others, where there are any.
    let others = (account.sessions.len() + account.terminals.len() > 1).then(|| {
        view! {
            <form method="post" action="/me/sessions/end-others" class="pt-4">
                <Submit label="End all others" kind="danger"/>
            </form>
        }
    });
    view! {
        <div class="wide flex flex-col gap-6">
            <PageHeader title=title lead=account.organization.clone()>
                {dashboard}
                <form method="post" action="/sign-out"><Submit label="Sign out" kind="secondary"/></form>
            </PageHeader>
            <Card title="Profile"><Facts rows=facts/></Card>
            <Card title="Roles">{roles}</Card>
            <Card title="Groups">{groups}</Card>
            {local}
            <Card title="Sessions">{sessions} {terminals} {others}</Card>
        </div>
    }
}

fn profile(account: &Account) -> Vec<(String, AnyView)> {
    let user = &account.user;
    let rows = [
        ("Name", Some(user.display_name.clone())),
        ("userName", Some(user.user_name.clone())),
        ("E-mail", user.email.clone()),
        ("Title", user.title.clone()),
        ("Department", user.department.clone()),
        ("Level", Some(user.level.label().to_string())),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?.into_any()))).collect()
}

fn roles(held: &[Held], now: &Timestamp) -> AnyView {
    if held.is_empty() {
        return view! { <EmptyState title="No roles yet">"An admin gives roles to you, or to a group that you are in."</EmptyState> }
            .into_any();
    }
    let rows: Vec<_> = held
        .iter()
        .map(|held| {
            let (role, now) = (held.role.clone(), now.clone());
            let why = held.why.clone();
            let until = match held.until.clone() {
                Some(at) => view! { <When at=at now=now/> }.into_any(),
                None => "No end".into_any(),
            };
            view! {
                <tr>
                    <td data-label="Role">{role}</td>
                    <td data-label="Why">{why}</td>
                    <td data-label="Ends">{until}</td>
                </tr>
            }
        })
        .collect();
    view! { <DataTable head=vec!["Role", "Why", "Ends"]>{rows}</DataTable> }.into_any()
}

fn local(local: &Local) -> AnyView {
    let app = if local.has_app { "set up" } else { "none" };
    let rows = vec![
        ("Authenticator app".to_string(), app.into_any()),
        ("Recovery codes left".to_string(), local.recovery_codes.to_string().into_any()),
    ];
    let codes = local
        .has_app
        .then(|| view! { <ButtonLink href="/me/recovery-codes" label="New recovery codes" kind="secondary"/> });
    let label = if local.has_app { "Another authenticator app" } else { "Set up an authenticator app" };
    view! {
        <Card title="Password and second step">
            <Facts rows=rows/>
            <p class="flex flex-wrap gap-2 pt-4">
                <ButtonLink href="/me/password" label="Change password" kind="secondary"/>
                <ButtonLink href="/me/authenticator" label=label kind="secondary"/>
                {codes}
            </p>
        </Card>
    }
    .into_any()
}

fn groups(names: &[String]) -> AnyView {
    if names.is_empty() {
        return view! { <EmptyState title="No groups">"Groups that you are put into appear here."</EmptyState> }
            .into_any();
    }
    let names: Vec<_> = names.iter().map(|name| view! { <li>{name.clone()}</li> }).collect();
    view! { <ul class="flex flex-col gap-1">{names}</ul> }.into_any()
}
