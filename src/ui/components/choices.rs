//! One of a few, each explained.

use leptos::prelude::*;

use super::Maybe;
use super::field::Around;

/// One radio button of [`Choices`]; `help` may be empty.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub help: String,
}

/// With an error, the choice that is made takes the focus, else the first one.
#[component]
pub fn Choices(
    #[prop(into)] legend: String,
    name: &'static str,
    #[prop(into)] value: String,
    options: Vec<Choice>,
    #[prop(optional, into)] error: Maybe,
) -> impl IntoView {
    let around = Around::new(name, error, Maybe::default());
    let focused = options.iter().position(|choice| choice.value == value).unwrap_or(0);
    let rows: Vec<_> = options
        .into_iter()
        .enumerate()
        .map(|(n, choice)| {
            let checked = choice.value == value;
            let autofocus = around.is_wrong() && n == focused;
            let help = (!choice.help.is_empty()).then(|| view! { <span class="choice-help">{choice.help}</span> });
            view! {
                <label class="choice">
                    <input type="radio" name=name value=choice.value checked=checked autofocus=autofocus/>
                    <span class="choice-text"><span class="choice-label">{choice.label}</span> {help}</span>
                </label>
            }
        })
        .collect();
    let (invalid, described_by) = (around.invalid(), around.described_by());
    // A plain group cannot be invalid; a group of radio buttons can.
    view! {
        <fieldset class="choices" role="radiogroup" aria-invalid=invalid aria-describedby=described_by>
            <legend class="label">{legend}</legend>
            {rows}
            {around.notes()}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(value: &'static str, error: Option<&str>) -> String {
        let choice = |value: &str| Choice { value: value.to_string(), label: value.to_string(), help: String::new() };
        let options = vec![choice("okta"), choice("entra")];
        view! { <Choices legend="Provider" name="provider" value=value options=options error=error/> }.to_html()
    }

    #[test]
    fn an_error_is_tied_to_the_group_and_takes_the_focus_to_it() {
        let wrong = html("", Some("Choose one."));
        assert!(wrong.contains("aria-describedby=\"field-provider-error\""), "{wrong}");
        assert!(wrong.contains("id=\"field-provider-error\"") && wrong.contains("aria-invalid=\"true\""), "{wrong}");
        let focused = |html: &str, value: &str| {
            let input = html.split("<input").find(|input| input.contains(&format!("value=\"{value}\""))).unwrap();
            input.split('>').next().unwrap().contains("autofocus")
        };
        assert!(focused(&wrong, "okta") && !focused(&wrong, "entra"), "{wrong}");
        assert!(focused(&html("entra", Some("Not this one.")), "entra"));
        let right = html("okta", None);
        assert!(!right.contains("autofocus") && !right.contains("aria-"), "{right}");
    }
}
