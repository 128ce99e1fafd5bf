//! What a deletion takes away, in numbers, and the form that does it.

use leptos::prelude::*;

use super::Consequences;
use crate::access::roles::pages::with_number;
use crate::directory::users::User;
use crate::error::Problems;
use crate::ui::components::{ButtonLink, Card, Field, Notice, PageHeader, Submit};

#[derive(Debug, Clone)]
pub(super) struct DeletePage {
    /// The user's page.
    pub path: String,
    pub user: User,
    pub consequences: Consequences,
    pub typed: String,
    pub problems: Problems,
}

pub(super) fn delete_page(model: &DeletePage) -> AnyView {
    let problem = |field: &str| model.problems.of(field).map(str::to_string);
    let refusal = problem("").map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let (text, name) = (in_words(&model.consequences), model.user.display_name.clone());
    let left = (model.consequences.accounts > 0).then(|| {
        let accounts = with_number(model.consequences.accounts, "service account", "service accounts");
        format!("They answer for {accounts}, which go on and are listed for another person to take.")
    });
    let left = left.map(|left| view! { <p>{left}</p> });
    let (action, back, typed) = (format!("{}/delete", model.path), model.path.clone(), model.typed.clone());
    let (label, name_problem) = (format!("Type “{name}”"), problem("name"));
    view! {
        <PageHeader title=format!("Delete {name}")/>
        {refusal}
        <Card>
            <form method="post" action=action class="flex flex-col gap-4">
                <p>{text} " It cannot be undone; what happened stays in the activity."</p>
                {left}
                <Field label=label name="name" value=typed error=name_problem autocomplete="off" required=true/>
                <div class="flex flex-wrap gap-2">
                    <Submit label="Delete" kind="danger"/>
                    <ButtonLink href=back label="Keep" kind="secondary"/>
                </div>
            </form>
        </Card>
    }
    .into_any()
}

/// "Ends 2 sessions and 1 API key, takes away 3 roles and takes the account out of 1 group."
fn in_words(consequences: &Consequences) -> String {
    let number = |number: usize, one, many| with_number(number as i64, one, many);
    format!(
        "Ends {} and {}, takes away {}, and takes the account out of {}.",
        number(consequences.sessions, "session", "sessions"),
        number(consequences.api_keys, "API key", "API keys"),
        number(consequences.roles, "role", "roles"),
        number(consequences.groups, "group", "groups"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deletion_is_told_in_numbers() {
        let all = Consequences { sessions: 2, api_keys: 0, roles: 1, groups: 3, accounts: 0 };
        assert_eq!(
            in_words(&all),
            "Ends 2 sessions and 0 API keys, takes away 1 role, and takes the account out of 3 groups."
        );
    }
}
