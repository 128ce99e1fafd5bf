//! Service accounts on a user's page: the keys of one, who answers for it, and for how many a person answers.

use leptos::prelude::*;

use super::user::UserPage;
use crate::access::roles::pages::with_number;
use crate::api_keys::pages::key_list;
use crate::ui::components::{Card, Notice, Submit};

pub(super) fn keys(model: &UserPage) -> AnyView {
    key_list(&model.path(), &model.keys, &model.now)
}

pub(super) fn service(model: &UserPage) -> AnyView {
    let answers = model.answerable.as_ref();
    let name = answers.map(|person| {
        let href = format!("{}/users/{}", model.base, person.id);
        view! { <p><a class="link" href=href>{person.name.clone()}</a></p> }
    });
    let gone = match answers {
        Some(person) if person.is_here => None,
        Some(person) => Some(format!("{} may not sign in any more: nobody answers for this account.", person.name)),
        None => Some("Nobody answers for this account.".to_string()),
    };
    let take = gone.map(|gone| {
        let action = format!("{}/service-accounts/{}/take-over", model.base, model.user.id);
        view! {
            <Notice kind="warn">{gone}</Notice>
            <form class="pt-4" method="post" action=action><Submit label="Take over" kind="secondary"/></form>
        }
    });
    view! { {name} {take} }.into_any()
}

/// Nothing for whoever answers for none.
pub(super) fn who(model: &UserPage) -> Option<AnyView> {
    let text = format!("{} answers for {}. ", model.user.display_name, number(model.answers_for));
    let href = format!("{}/service-accounts", model.base);
    (model.answers_for > 0).then(|| {
        view! { <Card title="Service accounts"><p>{text} <a class="link" href=href>"See them"</a></p></Card> }
            .into_any()
    })
}

fn number(accounts: i64) -> String {
    with_number(accounts, "service account", "service accounts")
}
