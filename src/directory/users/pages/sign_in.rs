//! How one person signs in: a part of their page.

use leptos::prelude::*;

use super::user::UserPage;
use crate::directory::Source;
use crate::directory::users::detail::SignInLink;
use crate::sso::links::Waiting;
use crate::ui::components::{Facts, Notice, Submit, When};

pub(super) fn sign_in(model: &UserPage) -> AnyView {
    let last = match model.user.last_sign_in_at.clone() {
        Some(at) => view! { <When at=at now=model.now.clone()/> }.into_any(),
        None => "never".into_any(),
    };
    let password = if model.has_password { "set" } else { "none" };
    let mut rows = vec![("Last sign-in".to_string(), last), ("Password".to_string(), password.into_any())];
    for link in &model.links {
        rows.push((format!("Link to {}", link.connection_name), link_view(model, link)));
    }
    view! { {waiting(model)} <Facts rows=rows/> {unlinked(model)} {password_link(model)} }.into_any()
}

/// A link to choose a password, for local people; an owner's is made by owners.
fn password_link(model: &UserPage) -> Option<AnyView> {
    let local = model.user.source == Source::Local && model.user.may_sign_in();
    if !local || !model.may_let_in() || model.is_self() {
        return None;
    }
    let (text, label) = match model.has_password {
        true => ("A lost password: a link, good once within 24 hours, to choose another.", "Make a password link"),
        false => ("No password yet: a link, good once within seven days, to choose one.", "Make another invitation"),
    };
    let action = format!("{}/password-link", model.path());
    let form = view! {
        <form method="post" action=action class="flex flex-wrap items-center justify-between gap-3 pt-4">
            <span class="text-muted">{text}</span>
            <Submit label=label kind="secondary"/>
        </form>
    };
    Some(form.into_any())
}

/// A subject that the directory says and nobody has confirmed: what it means, and the form that lets it in.
fn waiting(model: &UserPage) -> Option<AnyView> {
    let Waiting { present, subject } = model.waiting.clone()?;
    let (origin, name) = (model.origin().unwrap_or("The identity provider").to_string(), &model.user.display_name);
    let so_far = match &present {
        Some(present) => view! { "Sign-in still goes by " <code class="mono">{present.clone()}</code> "." }.into_any(),
        None => "Nobody signs in by it yet.".into_any(),
    };
    let consequence = match present {
        Some(_) => format!(
            "Once confirmed, whoever signs in there under the new one is {name} here, and the former one no longer."
        ),
        None => format!("Once confirmed, whoever signs in there under it is {name} here."),
    };
    let refusal = model.refused.link.0.first().map(|problem| problem.message.clone());
    let refusal = refusal.map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let form = match model.may_let_in() {
        true => confirm_form(model, subject.clone()),
        false => view! { <p class="text-muted">"Only an owner confirms this for an owner."</p> }.into_any(),
    };
    let waiting = view! {
        {refusal}
        <Notice kind="warn">
            <p><strong>"A sign-in link waits for confirmation"</strong></p>
            <p>{origin} " now says this person's externalId is " <code class="mono">{subject}</code> ". " {so_far}</p>
            <p>{consequence} " Make sure that it is the same person."</p>
            {form}
        </Notice>
    };
    Some(waiting.into_any())
}

/// It names the subject that is shown: another one that arrives meanwhile is not confirmed with it.
fn confirm_form(model: &UserPage, subject: String) -> AnyView {
    let action = format!("{}/link", model.path());
    view! {
        <form class="pt-2" method="post" action=action>
            <input type="hidden" name="subject" value=subject/>
            <Submit label="Confirm" kind="secondary"/>
        </form>
    }
    .into_any()
}

fn unlinked(model: &UserPage) -> Option<AnyView> {
    let unlinked = model.links.is_empty() && model.waiting.is_none() && model.user.source.is_managed();
    let text = "No sign-in link: this person cannot sign in through the identity provider yet. The link is made from the \
                externalId that the provider sends, once the connection's sign-in is on.";
    unlinked.then(|| view! { <p class="text-muted">{text}</p> }.into_any())
}

fn link_view(model: &UserPage, link: &SignInLink) -> AnyView {
    let href = format!("{}/connections/{}", model.base, link.connection);
    let state = match link.pinned_at.clone() {
        Some(at) => {
            let now = model.now.clone();
            view! { "pinned " <When at=at now=now/> ": does not follow externalId any more" }.into_any()
        }
        None => "follows externalId until the first sign-in".into_any(),
    };
    view! {
        <code class="mono break-all">{link.subject.clone()}</code>
        <span class="block text-muted wrap-anywhere">"at " <a class="link" href=href>{link.issuer.clone()}</a> ", " {state}</span>
    }
    .into_any()
}
