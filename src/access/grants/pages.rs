//! How direct grants look: giving a role, one grant with its end, and the lists on other pages.

use leptos::prelude::*;

use super::model::{Grant, Holder, LASTS, TermsForm};
use crate::access::roles::pages::{reasons, with_number};
use crate::access::roles::{Role, Why};
use crate::error::Problems;
use crate::time::Timestamp;
use crate::ui::components::{
    ButtonLink, Card, DataTable, EmptyState, Facts, Field, Notice, PageHeader, Select, Submit, When,
};

/// Giving a role to one person.
#[derive(Debug, Clone)]
pub(super) struct GivePage {
    /// `/o/acme`
    pub base: String,
    /// `/o/acme/users/{id}`
    pub person: String,
    pub name: String,
    pub may_sign_in: bool,
    /// Roles that the person was not given yet.
    pub roles: Vec<Role>,
    pub role_id: String,
    pub terms: TermsForm,
    pub problems: Problems,
}

pub(super) fn give_page(model: &GivePage) -> AnyView {
    let title = format!("Give {} a role", model.name);
    if model.roles.is_empty() {
        let (new, every) =
            (format!("{}/roles/new", model.base), format!("{} was given every role there is. ", model.name));
        return view! {
            <PageHeader title=title/>
            <EmptyState title="There is no role left to give">
                <p>{every} <a class="link" href=new>"Create a role"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    let idle = (!model.may_sign_in).then(|| {
        let text = format!("{} may not sign in now. The role is kept, and held when they may again.", model.name);
        view! { <Notice kind="info">{text}</Notice> }
    });
    let problem = |field: &str| model.problems.of(field).map(str::to_string);
    let refusal = problem("").map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let options = model.roles.iter().map(|role| (role.id.to_string(), role.name.clone())).collect();
    let (role_problem, why_problem) = (problem("role_id"), problem("why"));
    let lasts = lasts(&model.terms, &model.problems);
    let (action, back) = (format!("{}/grants", model.person), model.person.clone());
    let (role, why) = (model.role_id.clone(), model.terms.why.clone());
    view! {
        <PageHeader title=title lead="Given directly, whatever groups say. Nobody's identity provider takes it away."/>
        {idle}
        <Card>
            <form class="flex flex-col gap-4" method="post" action=action>
                {refusal}
                <Select label="Role" name="role_id" value=role options=options error=role_problem/>
                {lasts}
                <Field label="Why" name="why" value=why error=why_problem autocomplete="off"
                    help="For the other admins and the log. May be empty."/>
                <div class="flex flex-wrap gap-2">
                    <Submit label="Give the role"/>
                    <ButtonLink href=back label="Cancel" kind="secondary"/>
                </div>
            </form>
        </Card>
    }
    .into_any()
}

/// For how long: a distance, or a moment.
fn lasts(terms: &TermsForm, problems: &Problems) -> AnyView {
    let options = LASTS.map(|(value, label)| (value.to_string(), label.to_string())).to_vec();
    let (lasts, until) = (terms.lasts.clone(), terms.until.clone());
    let problem = |field: &str| problems.of(field).map(str::to_string);
    let (lasts_problem, until_problem) = (problem("lasts"), problem("until"));
    view! {
        <Select label="For how long" name="lasts" value=lasts options=options error=lasts_problem/>
        <Field label="Until (UTC)" name="until" kind="datetime-local" value=until error=until_problem autocomplete="off"
            help="Only with “Until the moment below”. It ends by itself at that second."/>
    }
    .into_any()
}

/// One grant: what it is, a later end, the end now.
#[derive(Debug, Clone)]
pub(super) struct GrantPage {
    /// `/o/acme`
    pub base: String,
    /// `/o/acme/users/{id}`
    pub person: String,
    pub grant: Grant,
    /// Other reasons for which the person holds the role.
    pub others: Vec<Why>,
    pub terms: TermsForm,
    pub problems: Problems,
    pub now: Timestamp,
}

pub(super) fn grant_page(model: &GrantPage) -> AnyView {
    let grant = &model.grant;
    let title = format!("{} for {}", grant.role.name, grant.holder.name());
    let mut facts = vec![
        ("Given by".to_string(), grant.granted_by.clone().into_any()),
        ("Given".to_string(), view! { <When at=grant.created_at.clone() now=model.now.clone()/> }.into_any()),
        ("Ends".to_string(), until(grant, &model.now)),
    ];
    if let Some(reason) = grant.reason.clone() {
        facts.push(("Why".to_string(), reason.into_any()));
    }
    let (extension, end) = (extension(model), end(model));
    view! {
        <PageHeader title=title/>
        <div class="flex flex-col gap-4">
            <Card title="The grant"><Facts rows=facts/></Card>
            {extension}
            <Card title="End it now">{end}</Card>
        </div>
    }
    .into_any()
}

fn extension(model: &GrantPage) -> Option<AnyView> {
    model.grant.expires_at.as_ref()?;
    let refusal = model.problems.of("").map(str::to_string);
    let refusal = refusal.map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let action = format!("{}/grants/{}/extend", model.person, model.grant.id);
    let lasts = lasts(&model.terms, &model.problems);
    Some(
        view! {
            <Card title="Extend it">
                <form class="flex flex-col gap-4" method="post" action=action>
                    {refusal}
                    <p class="text-muted">"Counted from now."</p>
                    {lasts}
                    <div><Submit label="Extend" kind="secondary"/></div>
                </form>
            </Card>
        }
        .into_any(),
    )
}

fn end(model: &GrantPage) -> AnyView {
    let (name, role) = (model.grant.holder.name().to_string(), model.grant.role.name.clone());
    let consequence = match model.others.is_empty() {
        true => view! { <p>{name} " loses the role " {role} " at once."</p> }.into_any(),
        false => {
            let why = reasons(&model.base, &model.others, &model.now);
            view! { <p>{name} " keeps the role " {role} ":"</p> {why} }.into_any()
        }
    };
    let action = format!("{}/grants/{}/end", model.person, model.grant.id);
    view! {
        <form class="flex flex-col gap-4" method="post" action=action>
            {consequence}
            <div><Submit label="End now" kind="danger"/></div>
        </form>
    }
    .into_any()
}

fn until(grant: &Grant, now: &Timestamp) -> AnyView {
    match grant.expires_at.clone() {
        Some(at) => {
            let exact = at.to_string();
            view! { <When at=at now=now.clone()/> " " <span class="mono text-muted">{exact}</span> }.into_any()
        }
        None => "never".into_any(),
    }
}

/// What was given to one person here, with the way to the form; `person` is where their page is.
pub fn grants_of_user(person: &str, grants: &[Grant], now: &Timestamp) -> AnyView {
    let rows: Vec<_> = grants
        .iter()
        .map(|grant| {
            let href = format!("{person}/grants/{}", grant.id);
            view! {
                <tr>
                    <td data-label="Given directly">{grant.role.name.clone()}</td>
                    {terms_cells(grant, now)}
                    <td data-label=""><a class="link" href=href>"Extend or end"</a></td>
                </tr>
            }
        })
        .collect();
    let list = (!rows.is_empty())
        .then(|| view! { <DataTable head=vec!["Given directly", "Ends", "Why", "By", ""]>{rows}</DataTable> });
    let new = format!("{person}/grants");
    view! { {list} <p class="pt-4"><ButtonLink href=new label="Give a role" kind="secondary"/></p> }.into_any()
}

/// To whom a role was given here; `total` may be more than are listed. Nothing where it was given to nobody.
pub fn grants_of_role(base: &str, grants: &[Grant], total: i64, now: &Timestamp) -> Option<AnyView> {
    let rows: Vec<_> = grants
        .iter()
        .filter_map(|grant| {
            let Holder::User { id, name } = &grant.holder else { return None };
            let (person, name) = (format!("{base}/users/{id}"), name.clone());
            let href = format!("{person}/grants/{}", grant.id);
            Some(view! {
                <tr>
                    <td data-label="Person"><a class="link" href=person>{name}</a></td>
                    {terms_cells(grant, now)}
                    <td data-label=""><a class="link" href=href>"Extend or end"</a></td>
                </tr>
            })
        })
        .collect();
    let more = total - grants.len() as i64;
    let more = (more > 0).then(|| {
        let text = format!("And {}.", with_number(more, "more person", "more people"));
        view! { <p class="text-muted pt-2">{text}</p> }
    });
    (!rows.is_empty())
        .then(|| view! { <DataTable head=vec!["Person", "Ends", "Why", "By", ""]>{rows}</DataTable> {more} }.into_any())
}

fn terms_cells(grant: &Grant, now: &Timestamp) -> AnyView {
    let reason = match grant.reason.clone() {
        Some(reason) => reason.into_any(),
        None => view! { <span class="text-muted">"no reason given"</span> }.into_any(),
    };
    let until = match grant.expires_at.clone() {
        Some(at) => view! { <When at=at now=now.clone()/> }.into_any(),
        None => "never".into_any(),
    };
    view! {
        <td data-label="Ends">{until}</td>
        <td data-label="Why">{reason}</td>
        <td data-label="By">{grant.granted_by.clone()}</td>
    }
    .into_any()
}

/// What ends within a day, for the overview; nothing where nothing does.
pub fn ending_soon(base: &str, grants: &[Grant], now: &Timestamp) -> Option<AnyView> {
    let items: Vec<_> = grants
        .iter()
        .map(|grant| {
            let (who, href) = match &grant.holder {
                Holder::User { id, name } => (name.clone(), format!("{base}/users/{id}/grants/{}", grant.id)),
                Holder::Group(group) => (group.name.clone(), format!("{base}/groups/{}", group.id)),
            };
            let (role, at) = (grant.role.name.clone(), grant.expires_at.clone());
            let at = at.map(|at| view! { <When at=at now=now.clone()/> });
            view! { <li class="py-2"><a class="link" href=href>{who} ": " {role}</a> ", ends " {at}</li> }
        })
        .collect();
    (!items.is_empty())
        .then(|| view! { <Card title="Expiring soon"><ul class="divide-y divide-line">{items}</ul></Card> }.into_any())
}
