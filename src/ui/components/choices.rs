//! One of a few, each explained.

use leptos::prelude::*;

/// One radio button of [`Choices`]; `help` may be empty.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub help: String,
}

#[component]
pub fn Choices(
    #[prop(into)] legend: String,
    name: &'static str,
    #[prop(into)] value: String,
    options: Vec<Choice>,
) -> impl IntoView {
    let rows: Vec<_> = options
        .into_iter()
        .map(|choice| {
            let checked = choice.value == value;
            let help = (!choice.help.is_empty()).then(|| view! { <span class="choice-help">{choice.help}</span> });
            view! {
                <label class="choice">
                    <input type="radio" name=name value=choice.value checked=checked/>
                    <span class="choice-text"><span class="choice-label">{choice.label}</span> {help}</span>
                </label>
            }
        })
        .collect();
    view! { <fieldset class="choices"><legend class="label">{legend}</legend> {rows}</fieldset> }.into_any()
}
