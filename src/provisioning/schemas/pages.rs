//! The page of an organization's own schemas.

use leptos::prelude::*;

use super::SchemaDocument;
use super::routes::SchemaForm;
use crate::error::Problems;
use crate::ui::components::{Card, DataTable, EmptyState, PageHeader, Select, Submit, TextArea};

#[derive(Clone)]
pub struct SchemasPage {
    /// `/o/acme`
    pub base: String,
    pub documents: Vec<SchemaDocument>,
    pub form: SchemaForm,
    pub problems: Problems,
}

pub fn schemas_page(model: &SchemasPage) -> AnyView {
    let list = if model.documents.is_empty() {
        view! {
            <EmptyState title="No schemas of your own".to_string()>
                <p>"Users, their enterprise extension and groups are always there. Add a schema when your provider sends more than these know."</p>
            </EmptyState>
        }
        .into_any()
    } else {
        let rows = model.documents.iter().map(|document| row(&model.base, document)).collect_view();
        view! { <DataTable head=vec!["Name", "Kind", ""]>{rows}</DataTable> }.into_any()
    };
    let form = form(model);
    view! {
        <PageHeader title="Schemas".to_string()
            lead="What your directories know beside users and groups: extensions, and resource types of your own." />
        <div class="stack">{list} {form}</div>
    }
    .into_any()
}

fn row(base: &str, document: &SchemaDocument) -> impl IntoView + use<> {
    let action = format!("{base}/schemas/{}/remove", document.id);
    view! {
        <tr>
            <td data-label="Name"><code class="mono break-all">{document.name.clone()}</code></td>
            <td data-label="Kind">{document.kind.label()}</td>
            <td data-label="">
                <form method="post" action=action><Submit label="Remove".to_string() kind="danger" /></form>
            </td>
        </tr>
    }
}

fn form(model: &SchemasPage) -> impl IntoView + use<> {
    let action = format!("{}/schemas", model.base);
    let error = model.problems.of("document").map(str::to_string);
    let SchemaForm { document, extends } = model.form.clone();
    let options = [("", "Nothing: it is used by a resource type"), ("user", "Users"), ("group", "Groups")];
    let options = options.map(|(value, label)| (value.to_string(), label.to_string())).to_vec();
    view! {
        <Card title="Add a schema or a resource type".to_string()>
            <form method="post" action=action class="form">
                <TextArea label="JSON" name="document" value=document error=error placeholder="{ \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:Schema\"], … }"
                    help="As RFC 7643 writes them: section 7 for a schema, section 6 for a resource type. One of the same name is replaced." />
                <Select label="The schema extends" name="extends" value=extends options=options />
                <div class="form-actions"><Submit label="Add".to_string() /></div>
            </form>
        </Card>
    }
}
