//! The aliases of one user: a part of their page.

use leptos::prelude::*;

use super::model::{Alias, AliasForm, Origin};
use crate::directory::{Origins, Source};
use crate::error::Problems;
use crate::ui::components::{DataTable, Field, Notice, Submit};

/// What that part shows.
#[derive(Debug, Clone, Default)]
pub(in crate::directory::users) struct AliasesPart {
    pub aliases: Vec<Alias>,
    /// A form that was refused.
    pub form: AliasForm,
    pub problems: Problems,
}

/// `path` is the user's page.
pub(in crate::directory::users) fn alias_card(
    part: &AliasesPart,
    path: &str,
    base: &str,
    source: &Source,
    origins: &Origins,
) -> AnyView {
    let problem = |field: &str| part.problems.of(field).map(str::to_string);
    let refusal = problem("").map(|refusal| view! { <Notice kind="bad">{refusal}</Notice> });
    let rows: Vec<_> = part.aliases.iter().map(|alias| row(alias, path, base, source, origins)).collect();
    let list = if rows.is_empty() {
        view! { <p class="text-muted">"No aliases. Other systems can be told by them who this is."</p> }.into_any()
    } else {
        view! { <DataTable head=vec!["Set", "Alias", "From", ""]>{rows}</DataTable> }.into_any()
    };
    let action = format!("{path}/aliases");
    let (set, alias) = (part.form.set.clone(), part.form.alias.clone());
    let (set_problem, alias_problem) = (problem("set"), problem("alias"));
    view! {
        {refusal}
        {list}
        <form class="field-row pt-4" method="post" action=action>
            <Field label="Set" name="set" value=set error=set_problem autocomplete="off" placeholder="rdp"/>
            <Field label="Alias" name="alias" value=alias error=alias_problem autocomplete="off" placeholder="alice-admin"/>
            <Submit label="Add" kind="secondary"/>
        </form>
    }
    .into_any()
}

/// What their directory sends is read-only, and leads there.
fn row(alias: &Alias, path: &str, base: &str, source: &Source, origins: &Origins) -> AnyView {
    let from = match &alias.origin {
        Origin::Hand => "set here".into_any(),
        Origin::Directory(id) => {
            let source = Source::Directory(id.clone());
            let name = format!("{}, by SCIM", origins.name(&source));
            match origins.of(&source) {
                Some(origin) => {
                    let href = format!("{base}/connections/{}", origin.connection);
                    view! { <a class="link" href=href>{name}</a> }.into_any()
                }
                None => name.into_any(),
            }
        }
    };
    let end = match alias.origin.is_of(source) {
        true => view! { <span class="text-muted">"changes there"</span> }.into_any(),
        false => {
            let action = format!("{path}/aliases/{}/remove", alias.id);
            view! { <form method="post" action=action><Submit label="Remove" kind="secondary"/></form> }.into_any()
        }
    };
    view! {
        <tr>
            <td data-label="Set"><span class="wrap-anywhere">{alias.set.clone()}</span></td>
            <td data-label="Alias"><span class="wrap-anywhere">{alias.alias.clone()}</span></td>
            <td data-label="From">{from}</td>
            <td data-label="">{end}</td>
        </tr>
    }
    .into_any()
}
