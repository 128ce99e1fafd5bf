//! The forms of groups: making one, renaming and deleting one, finding whom to add.

use leptos::prelude::*;

use super::model::{Candidate, Target};
use super::store::FOUND;
use crate::access::roles::Attached;
use crate::access::roles::pages::with_number;
use crate::directory::groups::MemberKind;
use crate::directory::groups::listing::Listed;
use crate::directory::{Origins, Source};
use crate::error::Problems;
use crate::ui::components::{Card, DataTable, Field, Notice, PageHeader, SearchForm, Submit};

#[derive(Debug, Clone)]
pub(super) struct NewPage {
    pub action: String,
    pub name: String,
    pub problems: Problems,
}

pub(super) fn new_page(model: &NewPage) -> AnyView {
    let (problem, name) = (model.problems.of("name").map(str::to_string), model.name.clone());
    let action = model.action.clone();
    view! {
        <PageHeader title="New group" lead="For people and service accounts whom no identity provider puts together. Whoever is in it holds its roles."/>
        <Card>
            <form method="post" action=action class="flex flex-col gap-4">
                <Field label="Name" name="name" value=name error=problem autocomplete="off" required=true/>
                <div><Submit label="Make the group"/></div>
            </form>
        </Card>
    }
    .into_any()
}

#[derive(Debug, Clone)]
pub(super) struct EditPage {
    /// `/o/acme`
    pub base: String,
    pub group: Listed,
    pub origins: Origins,
    pub roles: Vec<Attached>,
    pub typed: String,
    pub problems: Problems,
}

pub(super) fn edit_page(model: &EditPage) -> AnyView {
    let title = format!("Edit {}", model.group.name);
    let refusal = refusal(&model.problems);
    if model.group.source.is_managed() {
        let text = "its name and members are read-only here and change there. Its roles are yours.";
        let lock = managed_notice(&model.base, &model.origins, &model.group.source, text);
        return view! { <PageHeader title=title/> {refusal} {lock} }.into_any();
    }
    let path = format!("{}/groups/{}", model.base, model.group.id);
    let (rename, delete) = (format!("{path}/edit"), format!("{path}/delete"));
    let (problem, typed) = (model.problems.of("name").map(str::to_string), model.typed.clone());
    let text = in_words(&model.group, &model.roles);
    view! {
        <PageHeader title=title/>
        {refusal}
        <div class="flex flex-col gap-4">
            <Card title="Name">
                <form method="post" action=rename class="flex flex-col gap-4">
                    <Field label="Name" name="name" value=typed error=problem autocomplete="off" required=true/>
                    <div><Submit label="Rename"/></div>
                </form>
            </Card>
            <Card title="Delete">
                <details>
                    <summary class="link">"Delete this group…"</summary>
                    <form method="post" action=delete class="flex flex-col gap-2 pt-2">
                        <p>{text}</p>
                        <div><Submit label="Delete group" kind="danger"/></div>
                    </form>
                </details>
            </Card>
        </div>
    }
    .into_any()
}

/// "3 people and 1 group leave it and stay. Editor: 2 people lose the role."
fn in_words(group: &Listed, roles: &[Attached]) -> String {
    let members = match group.groups {
        0 => with_number(group.people, "person", "people"),
        groups => {
            format!("{} and {}", with_number(group.people, "person", "people"), with_number(groups, "group", "groups"))
        }
    };
    let mut text = format!("It goes with its memberships and its roles; its members stay: {members}.");
    for attached in roles {
        text.push_str(&format!(" {}: {}", attached.grant.role.name, attached.reach.consequence()));
    }
    text
}

#[derive(Debug, Clone)]
pub(super) struct AddPage {
    /// `/o/acme`
    pub base: String,
    pub group: Target,
    pub origins: Origins,
    pub q: String,
    pub found: Vec<Candidate>,
    pub problems: Problems,
}

pub(super) fn add_page(model: &AddPage) -> AnyView {
    let path = format!("{}/groups/{}", model.base, model.group.id);
    let refusal = refusal(&model.problems);
    let text = "who of its people is in it, is decided there. Local people and service accounts that you add stay in it whatever it sends, and it does not see them.";
    let lock = (model.group.source.is_managed())
        .then(|| managed_notice(&model.base, &model.origins, &model.group.source, text));
    let rows: Vec<_> = model.found.iter().map(|candidate| row(model, &path, candidate)).collect();
    let list = if rows.is_empty() {
        view! { <p class="text-muted">"Nobody fits who can be added here."</p> }.into_any()
    } else {
        view! { <DataTable head=vec!["Name", "userName", "Source", ""]>{rows}</DataTable> }.into_any()
    };
    let more = (model.found.len() as i64 >= FOUND).then(|| {
        view! { <p class="text-muted">"Only the first are shown: search for the one you mean."</p> }
    });
    view! {
        <PageHeader title=format!("Add a member to {}", model.group.name)/>
        {refusal}
        {lock}
        <div class="flex flex-col gap-4">
            <SearchForm action=format!("{path}/members/add") value=model.q.clone() label="Search users and local groups" placeholder="Name, userName or e-mail"/>
            {list}
            {more}
        </div>
    }
    .into_any()
}

fn row(model: &AddPage, path: &str, candidate: &Candidate) -> AnyView {
    let kind = match (candidate.kind, candidate.is_service) {
        (MemberKind::Group, _) => Some("Group"),
        (MemberKind::User, true) => Some("Service account"),
        (MemberKind::User, false) => None,
    };
    let kind = kind.map(|kind| view! { <span class="block text-muted">{kind}</span> });
    let deed = match candidate.is_member {
        true => view! { <span class="text-muted">"in it already"</span> }.into_any(),
        false => view! {
            <form method="post" action=format!("{path}/members")>
                <input type="hidden" name="member_id" value=candidate.id.clone()/>
                <input type="hidden" name="q" value=model.q.clone()/>
                <Submit label="Add" kind="secondary"/>
            </form>
        }
        .into_any(),
    };
    view! {
        <tr>
            <td data-label="Name"><div>{candidate.name.clone()} {kind}</div></td>
            <td data-label="userName"><span class="wrap-anywhere">{candidate.detail.clone()}</span></td>
            <td data-label="Source">{model.origins.name(&candidate.source).to_string()}</td>
            <td data-label="">{deed}</td>
        </tr>
    }
    .into_any()
}

fn refusal(problems: &Problems) -> Option<AnyView> {
    let refusal = problems.of("").map(str::to_string);
    refusal.map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> }.into_any())
}

/// "Managed by Acme Okta: …", with the way to the connection.
pub(in crate::directory::groups) fn managed_notice(
    base: &str,
    origins: &Origins,
    source: &Source,
    text: &str,
) -> AnyView {
    let text = format!("Managed by {}: {text}", origins.name(source));
    let link = origins.of(source).map(|origin| {
        let href = format!("{base}/connections/{}", origin.connection);
        view! { " " <a class="link" href=href>"See the connection"</a> }
    });
    view! { <Notice kind="info">{text} {link}</Notice> }.into_any()
}
