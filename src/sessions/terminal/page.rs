//! The question whether a terminal may act as the person.

use leptos::prelude::*;

use super::TOKEN_LIFETIME;
use super::request::Parameters;
use crate::ui::components::{ButtonLink, Notice, PageHeader};

pub(super) fn confirm_page(
    parameters: &Parameters,
    device: &str,
    name: &str,
    organization: &str,
) -> impl IntoView + use<> {
    let lead = format!("The command muster login on “{device}” wants to act as you.");
    let gets = format!(
        "It will know who you are at {organization}, {name}, and may do what you may do, for {} hours or until you end it under My account.",
        TOKEN_LIFETIME.whole_hours()
    );
    let Parameters { response_type, client_id, redirect_uri, state, code_challenge, code_challenge_method, device } =
        parameters.clone();
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="Sign in from a terminal?" lead=lead/>
            <p>{gets}</p>
            <Notice kind="warn">
                "Allow it only if you have just typed this command yourself, on that computer. If a link or somebody else brought you here, say no."
            </Notice>
            <form method="post" action="/cli/authorize" class="flex flex-wrap gap-2">
                <input type="hidden" name="response_type" value=response_type/>
                <input type="hidden" name="client_id" value=client_id/>
                <input type="hidden" name="redirect_uri" value=redirect_uri/>
                <input type="hidden" name="state" value=state/>
                <input type="hidden" name="code_challenge" value=code_challenge/>
                <input type="hidden" name="code_challenge_method" value=code_challenge_method/>
                <input type="hidden" name="device" value=device/>
                <button type="submit" name="decision" value="allow" class="button button-primary">"Allow"</button>
                <button type="submit" name="decision" value="deny" class="button button-secondary">"No"</button>
            </form>
        </div>
    }
}

pub(super) fn problem_page(text: &'static str) -> impl IntoView + use<> {
    view! {
        <div class="flex flex-col gap-6">
            <PageHeader title="No terminal was signed in"/>
            <Notice kind="bad">{text}</Notice>
            <p>"Nothing was given away. To sign in from a terminal, type " <code>"muster login"</code> " there yourself."</p>
            <ButtonLink href="/me" label="To my account" kind="secondary"/>
        </div>
    }
}
