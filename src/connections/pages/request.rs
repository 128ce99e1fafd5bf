//! `/o/{organization}/connections/{id}/requests/{request}`: one call, why it failed first.

use std::borrow::Cow;

use leptos::prelude::*;
use url::form_urlencoded;

use super::requests::{answer_badge, capitalized, took};
use crate::provisioning::inspector::{Recorded, RecordedBody};
use crate::time::Timestamp;
use crate::ui::components::{Card, Facts, Notice, PageHeader, When};

#[derive(Clone)]
pub struct RequestPage {
    pub call: Recorded,
    pub now: Timestamp,
}

pub fn request_page(model: &RequestPage) -> impl IntoView + use<> {
    let call = &model.call;
    let title = match call.understood.as_str() {
        "" => format!("{} {}", call.method, call.path),
        summary => capitalized(summary),
    };
    let (badge, facts) = (answer_badge(call.status), facts(model));
    view! {
        <PageHeader title=title>{badge}</PageHeader>
        <div class="stack">
            {failure(call)}
            <Card title="The request"><Facts rows=facts/></Card>
            {body("What was sent", &call.request, "Nothing was sent.")}
            {body("What was answered", &call.response, "The answer has no body.")}
        </div>
    }
}

fn failure(call: &Recorded) -> Option<AnyView> {
    let reason = call.reason.as_deref().map(capitalized)?;
    let advice = call.advice.as_deref().map(|advice| view! { <p>{capitalized(advice)}</p> });
    Some(view! { <Notice kind="bad"><p class="font-medium">{reason}</p> {advice}</Notice> }.into_any())
}

fn facts(model: &RequestPage) -> Vec<(String, AnyView)> {
    let call = &model.call;
    let (at, now, exact) = (call.at.clone(), model.now.clone(), call.at.to_string());
    let when = view! { <When at=at now=now/> " " <span class="mono text-muted">{exact}</span> };
    let asked = view! { <code class="break-all">{format!("{} {}", call.method, call.path)}</code> };
    let token = match &call.token_prefix {
        Some(prefix) => view! { <code>{format!("{prefix}…")}</code> }.into_any(),
        None => "none of this directory".into_any(),
    };
    let ignored = match call.ignored.is_empty() {
        true => view! { <span class="text-muted">"nothing"</span> }.into_any(),
        false => view! { <code class="break-words">{call.ignored.join(", ")}</code> }.into_any(),
    };
    let mut rows = vec![
        ("When".to_string(), when.into_any()),
        ("Asked".to_string(), asked.into_any()),
        ("Answered".to_string(), format!("{} after {}", call.status, took(call.duration_us)).into_any()),
        ("Ignored".to_string(), ignored),
        ("Token".to_string(), token),
        ("Caller".to_string(), view! { <span class="break-all">{call.user_agent.clone()}</span> }.into_any()),
        ("Id".to_string(), view! { <code class="break-all">{call.id.to_string()}</code> }.into_any()),
    ];
    if let Some(kind) = call.scim_type.clone() {
        rows.insert(3, ("Kind of error".to_string(), view! { <code>{kind}</code> }.into_any()));
    }
    if let Some(query) = call.query.as_deref().filter(|query| !query.is_empty()) {
        rows.insert(2, ("With".to_string(), parameters(query)));
    }
    rows
}

/// The query as people read it, a line for each parameter.
fn parameters(query: &str) -> AnyView {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let lines: Vec<_> = pairs
        .map(|(name, value)| view! { <li><code class="break-words">{format!("{name} = {value}")}</code></li> })
        .collect();
    view! { <ul>{lines}</ul> }.into_any()
}

fn body(title: &'static str, body: &RecordedBody, nothing: &'static str) -> AnyView {
    let cut = body.truncated.then(|| {
        let text = match &body.text {
            Some(_) => format!("It was {} long; this is its beginning.", size(body.bytes)),
            None => format!("It was {} long and was refused unread.", size(body.bytes)),
        };
        view! { <p class="text-muted">{text}</p> }
    });
    let content = match &body.text {
        // Whoever scrolls by keys must be able to come here.
        Some(text) => {
            view! { <pre tabindex="0" role="region" aria-label=title>{pretty(text).into_owned()}</pre> }.into_any()
        }
        None if body.truncated => ().into_any(),
        None => view! { <p class="text-muted">{nothing}</p> }.into_any(),
    };
    view! { <Card title=title>{cut} {content}</Card> }.into_any()
}

fn pretty(text: &str) -> Cow<'_, str> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(json) => serde_json::to_string_pretty(&json).map_or(Cow::Borrowed(text), Cow::Owned),
        Err(_) => Cow::Borrowed(text),
    }
}

fn size(bytes: i64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
