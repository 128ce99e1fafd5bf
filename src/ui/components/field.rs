//! One input with its label, its help and what is wrong with it.

use leptos::prelude::*;

use super::{Icon, Maybe};
use crate::islands::Reveal;

/// `kind` is `text` (also when left out), `email`, `password` or `url`. A password is never filled in again.
///
/// The first field with an error takes the focus.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(optional)] kind: &'static str,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] error: Maybe,
    #[prop(optional, into)] help: Maybe,
    #[prop(optional)] required: bool,
    #[prop(optional)] autocomplete: &'static str,
    #[prop(optional, into)] placeholder: String,
) -> impl IntoView {
    let kind = if kind.is_empty() { "text" } else { kind };
    let secret = kind == "password";
    let code = matches!(kind, "url");
    let around = Around::new(name, error, help);
    let value = (!secret && !value.is_empty()).then_some(value);
    let reveal = secret.then(|| view! { <Reveal target=around.id.clone()/> });
    let input = view! {
        <span class="input-row">
            <input
                class="input"
                class:mono=code
                type=kind
                id=around.id.clone()
                name=name
                value=value
                required=required
                autocomplete=given(autocomplete)
                placeholder=given(placeholder)
                spellcheck=(kind != "text").then_some("false")
                aria-invalid=around.invalid()
                aria-describedby=around.described_by()
                autofocus=around.is_wrong()
            />
            {reveal}
        </span>
    };
    around.view(label, input.into_any())
}

#[component]
pub fn TextArea(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] error: Maybe,
    #[prop(optional, into)] help: Maybe,
    #[prop(optional)] required: bool,
    #[prop(optional)] autocomplete: &'static str,
    #[prop(optional, into)] placeholder: String,
) -> impl IntoView {
    let around = Around::new(name, error, help);
    let input = view! {
        <textarea
            class="input"
            rows="4"
            id=around.id.clone()
            name=name
            required=required
            autocomplete=given(autocomplete)
            placeholder=given(placeholder)
            aria-invalid=around.invalid()
            aria-describedby=around.described_by()
            autofocus=around.is_wrong()
        >
            {escape(&value)}
        </textarea>
    };
    around.view(label, input.into_any())
}

/// A drop-down list; `options` are values and labels.
#[component]
pub fn Select(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(into)] value: String,
    options: Vec<(String, String)>,
    #[prop(optional, into)] error: Maybe,
    #[prop(optional, into)] help: Maybe,
) -> impl IntoView {
    let around = Around::new(name, error, help);
    let options: Vec<_> = options
        .into_iter()
        .map(|(option, label)| {
            let selected = option == value;
            view! { <option value=option selected=selected>{label}</option> }
        })
        .collect();
    let input = view! {
        <span class="input-row">
            <select
                class="input"
                id=around.id.clone()
                name=name
                aria-invalid=around.invalid()
                aria-describedby=around.described_by()
                autofocus=around.is_wrong()
            >
                {options}
            </select>
            {Icon::Down.view()}
        </span>
    };
    around.view(label, input.into_any())
}

/// What stands around an input, whatever its kind.
pub(super) struct Around {
    id: String,
    error: Option<String>,
    help: Option<String>,
}

impl Around {
    pub fn new(name: &str, error: Maybe, help: Maybe) -> Self {
        Self { id: format!("field-{name}"), error: error.0, help: help.0 }
    }

    pub fn is_wrong(&self) -> bool {
        self.error.is_some()
    }

    pub fn invalid(&self) -> Option<&'static str> {
        self.is_wrong().then_some("true")
    }

    pub fn described_by(&self) -> Option<String> {
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        let help = self.help.as_ref().map(|_| format!("{}-help", self.id));
        let ids: Vec<_> = error.into_iter().chain(help).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn view(self, label: String, input: AnyView) -> AnyView {
        let id = self.id.clone();
        let notes = self.notes();
        view! { <div class="field"><label class="label" for=id>{label}</label> {input} {notes}</div> }.into_any()
    }

    /// The error and the help, under the ids that [`Around::described_by`] names.
    pub fn notes(self) -> AnyView {
        let Self { id, error, help } = self;
        let error_id = format!("{id}-error");
        let help_id = format!("{id}-help");
        let error = error
            .map(|error| view! { <p class="field-error" id=error_id>{Icon::Warning.view()} <span>{error}</span></p> });
        let help = help.map(|help| view! { <p class="field-help" id=help_id>{help}</p> });
        view! { {error} {help} }.into_any()
    }
}

fn given(text: impl Into<String>) -> Option<String> {
    Some(text.into()).filter(|text| !text.is_empty())
}

/// Leptos 0.8 writes the children of a `<textarea>` as they are. A line feed is put first, because browsers drop one there.
fn escape(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_into_a_textarea_cannot_end_it() {
        let html = view! { <TextArea label="Note" name="note" value="</textarea><script>&"/> }.to_html();
        assert!(html.contains("&lt;/textarea>&lt;script>&amp;</textarea>"), "{html}");
    }

    #[test]
    fn an_error_is_tied_to_its_field() {
        let html = view! { <Field label="Name" name="name" value="x" error="Too short." help="Any name."/> }.to_html();
        assert!(html.contains("aria-describedby=\"field-name-error field-name-help\""), "{html}");
        assert!(html.contains("aria-invalid=\"true\"") && html.contains("autofocus"), "{html}");
    }

    #[test]
    fn a_password_is_never_filled_in_again() {
        let html = view! { <Field label="Secret" name="secret" kind="password" value="hunter2"/> }.to_html();
        assert!(!html.contains("hunter2"), "{html}");
    }
}
