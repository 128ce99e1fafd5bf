//! How service accounts look: the list, those that nobody answers for, the form.

use leptos::prelude::*;

use super::model::{Listed, ServiceForm};
use super::{Answerable, PER_PAGE};
use crate::access::roles::pages::with_number;
use crate::directory::users::pages::status_badge;
use crate::error::Problems;
use crate::time::Timestamp;
use crate::ui::components::{
    Badge, ButtonLink, Card, DataTable, EmptyState, Field, Notice, PageHeader, Pager, Submit, When,
};

#[derive(Debug, Clone)]
pub(super) struct ListPage {
    /// `/o/acme`
    pub base: String,
    pub accounts: Vec<Listed>,
    /// Those that nobody answers for any more, on whichever page they stand.
    pub without: Vec<Listed>,
    pub page: u64,
    pub total: u64,
    pub now: Timestamp,
}

pub(super) fn list_page(model: &ListPage) -> AnyView {
    let new = format!("{}/service-accounts/new", model.base);
    let (without, list) = (without(model), list(model));
    view! {
        <PageHeader title="Service accounts" lead="Programs that call the API with keys and hold roles. A person answers for each.">
            <ButtonLink href=new label="New service account"/>
        </PageHeader>
        <div class="flex flex-col gap-4">{without} {list}</div>
    }
    .into_any()
}

/// Somebody is to take them: the person who answered for each has lost the access.
fn without(model: &ListPage) -> Option<AnyView> {
    let rows: Vec<_> = model
        .without
        .iter()
        .map(|account| {
            let (href, formerly) = (account_href(model, account), formerly(account.answerable.as_ref()));
            let action = format!("{}/service-accounts/{}/take-over", model.base, account.id);
            view! {
                <tr>
                    <td data-label="Name"><a class="link" href=href>{account.name.clone()}</a></td>
                    <td data-label="Who answered">{formerly}</td>
                    <td data-label=""><form method="post" action=action><Submit label="Take over" kind="secondary"/></form></td>
                </tr>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <Card title="Nobody answers for these any more">
                <Notice kind="warn">"They go on as before, with their keys and roles. Take one over, or name another person on its page."</Notice>
                <DataTable head=vec!["Name", "Who answered", ""]>{rows}</DataTable>
            </Card>
        }
        .into_any()
    })
}

fn formerly(answerable: Option<&Answerable>) -> String {
    answerable
        .map_or("nobody that is known".to_string(), |person| format!("{}, who may not sign in any more", person.name))
}

fn list(model: &ListPage) -> AnyView {
    if model.total == 0 {
        return view! {
            <EmptyState title="No service accounts yet">
                <p>"A program that needs to know who may do what gets an account of its own here: it can be given roles, joins groups, and calls the API with keys that end."</p>
            </EmptyState>
        }
        .into_any();
    }
    let rows: Vec<_> = model.accounts.iter().map(|account| row(model, account)).collect();
    let (page, total, href) = (model.page, model.total, format!("{}/service-accounts", model.base));
    view! {
        <DataTable head=vec!["Name", "Status", "Who answers", "Keys", "Last call"]>{rows}</DataTable>
        <Pager page=page total=total per_page=PER_PAGE href=href/>
    }
    .into_any()
}

fn row(model: &ListPage, account: &Listed) -> AnyView {
    let status = status_badge(&account.status, account.suspended_by.as_deref(), None);
    let answers = match &account.answerable {
        Some(person) if person.is_here => {
            let href = format!("{}/users/{}", model.base, person.id);
            view! { <a class="link" href=href>{person.name.clone()}</a> }.into_any()
        }
        _ => view! { <Badge kind="warn" label="Nobody"/> }.into_any(),
    };
    let last = match account.last_used_at.clone() {
        Some(at) => view! { <When at=at now=model.now.clone()/> }.into_any(),
        None => view! { <span class="text-muted">"never"</span> }.into_any(),
    };
    view! {
        <tr>
            <td data-label="Name"><a class="row-link" href=account_href(model, account)>{account.name.clone()}</a></td>
            <td data-label="Status">{status}</td>
            <td data-label="Who answers">{answers}</td>
            <td data-label="Keys">{with_number(account.keys, "key", "keys")}</td>
            <td data-label="Last call">{last}</td>
        </tr>
    }
    .into_any()
}

fn account_href(model: &ListPage, account: &Listed) -> String {
    format!("{}/users/{}", model.base, account.id)
}

#[derive(Debug, Clone)]
pub(super) struct FormPage {
    pub action: String,
    pub is_new: bool,
    pub form: ServiceForm,
    pub problems: Problems,
}

impl FormPage {
    pub fn title(&self) -> &'static str {
        if self.is_new { "New service account" } else { "Change the service account" }
    }
}

pub(super) fn form_page(model: &FormPage) -> AnyView {
    let problem = |field: &str| model.problems.of(field).map(str::to_string);
    let refusal = problem("").map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let (name, answerable) = (model.form.name.clone(), model.form.answerable.clone());
    let (name_problem, answerable_problem) = (problem("name"), problem("answerable"));
    let (action, title) = (model.action.clone(), model.title());
    let label = if model.is_new { "Make the account" } else { "Save" };
    view! {
        <PageHeader title=title lead="A program that signs in nowhere. It calls the API with keys, which you make on its page."/>
        {refusal}
        <Card>
            <form method="post" action=action class="flex flex-col gap-4">
                <Field label="Name" name="name" value=name error=name_problem autocomplete="off" required=true
                    help="What the program is, such as “Billing import”."/>
                <Field label="Who answers for it" name="answerable" value=answerable error=answerable_problem autocomplete="off"
                    required=true help="The userName, e-mail address or id of a person here. When they lose their access, the account is listed for another to take."/>
                <div><Submit label=label/></div>
            </form>
        </Card>
    }
    .into_any()
}
