//! The extension of SCIM's user by which providers send aliases. Its URN is a connection's choice, so that a tenant that was
//! mapped for another product moves without being mapped again.

use std::sync::LazyLock;

use muster_scim::schema::{ResourceType, Schema};
use serde_json::{Map, Value};

use super::store;
use crate::db::Tx;
use crate::error::Result;
use crate::id::DirectoryId;

/// The URN where a connection has chosen no other.
pub const SCHEMA: &str = "urn:muster:params:scim:schemas:extension:2.0:User";
/// URNs that begin like this are Muster's own.
const SPACE: &str = "urn:muster:params:scim:";
const ATTRIBUTE: &str = "identityAliases";

static EXTENSION: LazyLock<Schema> = LazyLock::new(|| {
    let text = serde_json::from_str(include_str!("schema.json")).expect("the embedded schema is JSON");
    Schema::parse(&text).expect("the embedded schema is valid")
});

/// The schema under this URN.
pub fn schema(urn: &str) -> Schema {
    Schema { id: urn.to_string(), ..EXTENSION.clone() }
}

/// Whether a URN lies in the space that is Muster's own.
pub fn is_of_muster(urn: &str) -> bool {
    urn.get(..SPACE.len()).is_some_and(|start| start.eq_ignore_ascii_case(SPACE))
}

/// Whether it is the schema of aliases, whatever its URN is here.
pub(in crate::directory) fn is_of_aliases(schema: &Schema) -> bool {
    schema.attributes == EXTENSION.attributes
}

/// The entries that a document holds, as they were sent.
pub(super) fn entries(kind: &ResourceType, document: &Map<String, Value>) -> Vec<String> {
    let urn = kind.extensions.iter().map(|extension| &extension.schema).find(|schema| is_of_aliases(schema));
    let sent = urn.and_then(|schema| document.get(&schema.id)?.get(ATTRIBUTE)?.as_array());
    sent.into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
}

/// Another URN for a directory: what was sent under the former one is kept under this one.
pub async fn rename_schema(tx: &mut Tx, directory: &DirectoryId, former: &str, urn: &str) -> Result<()> {
    let (from, to) = (format!("{former}:{ATTRIBUTE}"), format!("{urn}:{ATTRIBUTE}"));
    let mut after = None;
    loop {
        let people = store::documents_with(tx, directory, &from, after.as_ref()).await?;
        let Some((last, _)) = people.last() else { break };
        after = Some(last.clone());
        for (id, mut document) in people {
            rename(&mut document, former, urn);
            store::save_document(tx, &id, &document).await?;
        }
    }
    store::rename_values(tx, directory, &from, &to).await
}

fn rename(document: &mut Map<String, Value>, former: &str, urn: &str) {
    if let Some(sent) = document.shift_remove(former) {
        document.insert(urn.to_string(), sent);
    }
    let schemas = document.get_mut("schemas").and_then(Value::as_array_mut);
    for schema in schemas.into_iter().flatten().filter(|schema| schema.as_str() == Some(former)) {
        *schema = urn.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_known_under_any_urn() {
        assert!(is_of_aliases(&schema("urn:example:moved")) && schema(SCHEMA) == *EXTENSION);
        assert!(!is_of_aliases(&Schema::enterprise_user()));
        assert!(is_of_muster("URN:Muster:params:scim:x") && !is_of_muster("urn:example:x") && !is_of_muster(""));
    }
}
