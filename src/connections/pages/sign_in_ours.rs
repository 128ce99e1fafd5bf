//! The Sign-in tab's own doors: what a provider is told of us, the key, the test, and who was refused.

use leptos::prelude::*;

use super::super::model::{Connection, SignIn};
use crate::events::Event;
use crate::sso::ClientAuthentication;
use crate::time::Timestamp;
use crate::ui::components::{ButtonLink, Card, CopyValue, Select, Submit, When};

/// How Muster shows the provider who it is.
pub fn client_authentication(connection: &Connection, chosen: &str, error: Option<String>) -> impl IntoView + use<> {
    let label = |method: ClientAuthentication| match method {
        ClientAuthentication::Basic => "Client secret in the header (client_secret_basic)",
        ClientAuthentication::Post => "Client secret in the body (client_secret_post)",
        ClientAuthentication::PrivateKeyJwt => "A key of Muster's, no secret (private_key_jwt)",
    };
    let offered = ClientAuthentication::offered(connection.provider, connection.metadata.as_ref());
    let mut options = vec![(String::new(), "As the provider offers".to_string())];
    options.extend(offered.into_iter().map(|method| (method.as_str().to_string(), label(method).to_string())));
    let chosen = chosen.to_string();
    view! {
        <Select
            label="How Muster shows who it is" name="client_authentication" value=chosen options=options error=error
            help="With a key of Muster's there is no secret that could leak or expire."
        />
    }
}

/// Where the provider finds our key, and the button that makes another.
pub fn key(connection: &Connection, keys_uri: &str, action: String) -> Option<impl IntoView + use<>> {
    if connection.client_authentication != Some(ClientAuthentication::PrivateKeyJwt) {
        return None;
    }
    let keys_uri = keys_uri.to_string();
    Some(view! {
        <Card title="Muster's key".to_string()>
            <CopyValue label="JWKS URL" value=keys_uri />
            <form method="post" action=action class="stack">
                <p class="text-muted">"A new key signs from now on. The former one stays published for a day, so that nobody is kept out."</p>
                <Submit label="Make a new key".to_string() kind="secondary" />
            </form>
        </Card>
    })
}

/// The real way through the provider, without a sign-in at its end.
pub fn test(connection: &Connection, logout_uri: &str) -> Option<impl IntoView + use<>> {
    if connection.sign_in != SignIn::On {
        return None;
    }
    let href = format!("/auth/test/{}", connection.id);
    let logout_uri = logout_uri.to_string();
    Some(view! {
        <Card title="Try it".to_string()>
            <p class="text-muted">"Goes to the provider and back as a sign-in does, and shows what it says of you and whom that would be here. You stay who you are."</p>
            <ButtonLink href=href label="Test sign-in" kind="secondary" />
            <CopyValue label="Back-channel logout URI, where the provider offers it" value=logout_uri />
        </Card>
    })
}

/// Who came and was not let in: the reason, and the externalId that was looked for.
pub fn refused(events: &[Event], now: &Timestamp, activity: &str) -> Option<impl IntoView + use<>> {
    if events.is_empty() {
        return None;
    }
    let rows: Vec<_> = events
        .iter()
        .map(|event| {
            let fact = |name: &str| {
                let value = event.after.as_ref().and_then(|after| after.get(name)).and_then(|value| value.as_str());
                value.map(str::to_string)
            };
            let code = fact("code").unwrap_or_default();
            let expected = fact("Expected externalId")
                .map(|id| view! { <span>"expected externalId "<code class="mono">{id}</code></span> });
            let reason = fact("Reason").map(|reason| view! { <span class="text-muted">{reason}</span> });
            let href = format!("{activity}/{}", event.id);
            view! {
                <li class="flex flex-col gap-1">
                    <span class="flex gap-2"><a class="link" href=href><code>{code}</code></a> <When at=event.at.clone() now=now.clone() /></span>
                    {expected}
                    {reason}
                </li>
            }
        })
        .collect();
    Some(view! {
        <Card title="Refused at sign-in".to_string()>
            <ul class="flex flex-col gap-3">{rows}</ul>
        </Card>
    })
}
