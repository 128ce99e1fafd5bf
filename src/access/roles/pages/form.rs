//! The form of a role, for a new one and for a change.

use leptos::prelude::*;

use crate::access::roles::{Role, RoleForm};
use crate::error::Problems;
use crate::ui::components::{ButtonLink, Card, Field, Notice, PageHeader, Submit, TextArea, Tick};

/// What stands in the form, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub(in crate::access::roles) struct Typed {
    pub form: RoleForm,
    pub problems: Problems,
}

impl From<&Role> for Typed {
    fn from(role: &Role) -> Self {
        let form = RoleForm {
            name: role.name.clone(),
            description: role.description.clone(),
            permissions: role.permissions.join("\n"),
            idp_assignable: role.idp_assignable.then(|| "on".to_string()),
        };
        Self { form, problems: Problems::default() }
    }
}

#[derive(Debug, Clone)]
pub(in crate::access::roles) struct NewPage {
    /// `/o/acme`
    pub base: String,
    pub typed: Typed,
}

pub(in crate::access::roles) fn new_page(model: &NewPage) -> AnyView {
    let (action, back) = (format!("{}/roles/new", model.base), format!("{}/roles", model.base));
    let inputs = inputs(&model.typed);
    view! {
        <PageHeader title="New role" lead="Nobody holds it until you attach it to a group or give it to somebody."/>
        <Card>
            <form class="flex flex-col gap-4" method="post" action=action>
                {inputs}
                <div class="flex flex-wrap gap-2">
                    <Submit label="Create role"/>
                    <ButtonLink href=back label="Cancel" kind="secondary"/>
                </div>
            </form>
        </Card>
    }
    .into_any()
}

/// The three inputs, each with its problem.
pub(super) fn inputs(typed: &Typed) -> AnyView {
    let Typed { form: RoleForm { name, description, permissions, idp_assignable }, problems } = typed.clone();
    let problem = |field| problems.of(field).map(str::to_string);
    let (name_problem, description_problem) = (problem("name"), problem("description"));
    let permissions_problem = problem("permissions");
    let refusal = problem("").map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    view! {
        {refusal}
        <Field label="Name" name="name" value=name error=name_problem required=true autocomplete="off"
            help="The key that programs ask for is made from it once, and stays when you rename the role."/>
        <Field label="Description" name="description" value=description error=description_problem autocomplete="off"
            help="For the people who give this role. May be empty."/>
        <TextArea label="Permissions" name="permissions" value=permissions error=permissions_problem placeholder="posts:write"
            help="One a line, as your product names them, without spaces. May be empty."/>
        <Tick label="The identity provider may assign this role to people" name="idp_assignable" ticked=idp_assignable.is_some()
            help="Then a role of this name or key in a person's SCIM profile grants it. Otherwise such a profile grants nothing."/>
    }
    .into_any()
}
