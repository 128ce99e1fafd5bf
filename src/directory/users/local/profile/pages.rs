//! The form of a local person's profile; for others, why there is none.

use leptos::prelude::*;

use super::ProfileForm;
use crate::directory::Origins;
use crate::directory::users::User;
use crate::error::Problems;
use crate::ui::components::{ButtonLink, Card, Field, Notice, PageHeader, Submit};

#[derive(Debug, Clone)]
pub(super) struct EditPage {
    /// `/o/acme`
    pub base: String,
    pub user: User,
    pub origins: Origins,
    pub form: ProfileForm,
    pub problems: Problems,
}

pub(super) fn edit_page(model: &EditPage) -> AnyView {
    let refusal = model.problems.of("").map(str::to_string);
    let refusal = refusal.map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let body = if model.user.source.is_managed() { managed(model) } else { form(model) };
    view! {
        <PageHeader title=format!("Edit {}", model.user.display_name)/>
        {refusal}
        <Card>{body}</Card>
    }
    .into_any()
}

fn managed(model: &EditPage) -> AnyView {
    let name = model.origins.name(&model.user.source).to_string();
    let text = format!("Managed by {name}: the profile is read-only here and changes there.");
    let link = model.origins.of(&model.user.source).map(|origin| {
        let href = format!("{}/connections/{}", model.base, origin.connection);
        view! { <ButtonLink href=href label=format!("See {name}") kind="secondary"/> }
    });
    view! { <div class="flex flex-col gap-4"><p>{text}</p> <div>{link}</div></div> }.into_any()
}

fn form(model: &EditPage) -> AnyView {
    let problem = |field: &str| model.problems.of(field).map(str::to_string);
    let ProfileForm { name, given_name, family_name, email, title, department } = model.form.clone();
    let action = format!("{}/users/{}/edit", model.base, model.user.id);
    let help = match model.user.email.as_deref() {
        Some(email) if email == model.user.user_name => "What they sign in with: the userName follows it.",
        _ => "They sign in with this, or with their userName, which stays.",
    };
    view! {
        <form method="post" action=action class="flex flex-col gap-4">
            <Field label="Name" name="name" value=name error=problem("name") autocomplete="off" required=true/>
            <Field label="Given name" name="given_name" value=given_name error=problem("given_name") autocomplete="off"/>
            <Field label="Family name" name="family_name" value=family_name error=problem("family_name") autocomplete="off"/>
            <Field label="E-mail" name="email" kind="email" value=email error=problem("email") autocomplete="off"
                help=help required=true/>
            <Field label="Title" name="title" value=title error=problem("title") autocomplete="off"/>
            <Field label="Department" name="department" value=department error=problem("department") autocomplete="off"/>
            <div><Submit label="Save"/></div>
        </form>
    }
    .into_any()
}
