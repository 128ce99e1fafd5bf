//! The invitation's form, and the link that is shown once.

use leptos::prelude::*;

use super::InvitationForm;
use crate::actor::Level;
use crate::error::Problems;
use crate::sessions::local::links::Purpose;
use crate::ui::components::{ButtonLink, Card, Choice, Choices, Field, Notice, PageHeader, Secret, Submit};

#[derive(Debug, Clone)]
pub(super) struct InvitePage {
    /// `/o/acme`
    pub base: String,
    /// The viewer's.
    pub level: Level,
    pub sso_required: bool,
    pub form: InvitationForm,
    pub problems: Problems,
}

#[derive(Debug, Clone)]
pub(super) struct LinkPage {
    /// The person's page.
    pub href: String,
    pub name: String,
    pub purpose: Purpose,
    pub address: String,
}

pub(super) fn invite_page(model: &InvitePage) -> AnyView {
    let problem = |field: &str| model.problems.of(field).map(str::to_string);
    let (name, email) = (model.form.name.clone(), model.form.email.clone());
    let (name_problem, email_problem) = (problem("name"), problem("email"));
    let sso = model.sso_required.then(|| {
        view! {
            <Notice kind="warn">
                "Single sign-on is required here: somebody who is invited can use a password as an owner only. Settings → Sign-in changes that."
            </Notice>
        }
    });
    let (level, action) = (levels(model, problem("level")), format!("{}/users/invite", model.base));
    view! {
        <PageHeader title="Invite a person" lead="For people whom no identity provider sends. You get a link to send to them; they choose a password."/>
        {sso}
        <Card>
            <form method="post" action=action class="flex flex-col gap-4">
                <Field label="Name" name="name" value=name error=name_problem autocomplete="off" required=true/>
                <Field label="E-mail" name="email" kind="email" value=email error=email_problem autocomplete="off"
                    help="What they sign in with." required=true/>
                {level}
                <div><Submit label="Make the invitation"/></div>
            </form>
        </Card>
    }
    .into_any()
}

/// Admins invite members only: there is nothing to choose.
fn levels(model: &InvitePage, problem: Option<String>) -> AnyView {
    if model.level < Level::Owner {
        let problem = problem.map(|problem| view! { <Notice kind="bad">{problem}</Notice> });
        return view! { {problem} <input type="hidden" name="level" value="member"/> }.into_any();
    }
    let choice = |level: Level, help: &str| Choice {
        value: level.as_str().to_string(),
        label: level.label().to_string(),
        help: help.to_string(),
    };
    let options = vec![
        choice(Level::Member, "Sees their own account only."),
        choice(Level::Admin, "Reads and changes people, groups, roles and connections."),
        choice(Level::Owner, "Also makes admins and owners: a second break-glass owner is a good idea."),
    ];
    let value = model.form.level.clone();
    view! { <Choices legend="What this person may do in Muster" name="level" value=value options=options error=problem/> }
        .into_any()
}

pub(super) fn link_page(model: &LinkPage) -> AnyView {
    let (title, what) = match model.purpose {
        Purpose::Invitation => (format!("{} is invited", model.name), "choose a password"),
        Purpose::LostPassword => (format!("A link for {}", model.name), "choose another password"),
    };
    let text = format!(
        "Send this link to {}, by a way that only they read. It lets whoever has it {what}, once, within {}. A newer link takes its place.",
        model.name,
        model.purpose.lifetime_words()
    );
    let (address, href) = (model.address.clone(), model.href.clone());
    view! {
        <PageHeader title=title/>
        <Card>
            <div class="flex flex-col gap-4">
                <p>{text}</p>
                <Secret label="Link" value=address/>
                <div><ButtonLink href=href label="I have stored it: to the person" kind="secondary"/></div>
            </div>
        </Card>
    }
    .into_any()
}
