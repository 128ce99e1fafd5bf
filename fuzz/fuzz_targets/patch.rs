//! A line that says what is patched, then a line for each operation:
//!
//! ```text
//! User {"userName":"ada"}
//! replace emails[type eq "work"].value = "ada@work.example"
//! add = {"name.givenName":"Ada"}
//! remove members[value eq "u1"]
//! ```
//!
//! Laws: a body that was read reads back as it is; a PATCH either fails and leaves the document as it was, or makes a document
//! that reads back as it is and says truly whether it changed; a remove or replace that is sent twice does no more than once;
//! a PUT of what there is changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use muster_fuzz::{DEFAULTS, KINDS, first_line, value};
use muster_scim::{
    Document,
    error::ScimType,
    patch::{self, CreateMissing, Op, PATCH_OP_SCHEMA, PatchOptions, PatchRequest, Patched},
    schema::ResourceType,
};
use serde_json::{Value, json};

const MOST_OPERATIONS: usize = 8;

fuzz_target!(|text: &str| {
    let (line, rest) = first_line(text);
    let (name, body) = line.split_once(' ').unwrap_or((line, ""));
    let place = KINDS.iter().position(|kind| kind.name == name).unwrap_or(0);
    let kind = &KINDS[place];
    let sent = kind.read(&value(body)).map(|incoming| incoming.document);
    let start = sent.unwrap_or_else(|_| DEFAULTS[place].clone());
    reads_back(kind, &start);

    let operations: Vec<Value> = rest.lines().take(MOST_OPERATIONS).filter_map(operation).collect();
    for create_missing_elements in [CreateMissing::Canonical, CreateMissing::Any] {
        let options = PatchOptions { create_missing_elements };
        if let Some(request) = request(&Value::from(operations.clone())) {
            let _ = request.split_members();
            let _ = apply(kind, &start, &request, &options);
        }
        let mut document = start.clone();
        for operation in &operations {
            let Some(request) = request(&json!([operation])) else { continue };
            let Some(patched) = apply(kind, &document, &request, &options) else { continue };
            twice(kind, &patched.document, &request, &options);
            document = patched.document;
        }
    }
});

/// `op path = value`; of a value that is not there and of a path that is not there the sign tells.
fn operation(line: &str) -> Option<Value> {
    let (target, value_text) = match line.split_once('=') {
        Some((target, value)) => (target, Some(value.trim())),
        None => (line, None),
    };
    let (op, path) = target.trim().split_once(' ').unwrap_or((target.trim(), ""));
    let mut operation = json!({ "op": op });
    if !path.is_empty() {
        operation["path"] = path.into();
    }
    if let Some(text) = value_text {
        operation["value"] = value(text);
    }
    Some(operation)
}

fn request(operations: &Value) -> Option<PatchRequest> {
    PatchRequest::parse(&json!({ "schemas": [PATCH_OP_SCHEMA], "Operations": operations })).ok()
}

fn apply(kind: &ResourceType, document: &Document, request: &PatchRequest, options: &PatchOptions) -> Option<Patched> {
    let before = document.clone();
    let outcome = patch::apply(kind, document, request, options);
    assert_eq!(before, *document, "a document that is patched is not touched");
    let patched = outcome.ok()?;
    assert_eq!(patched.changed, patched.document != before, "{request:?}");
    reads_back(kind, &patched.document);
    Some(patched)
}

/// The document is canonical, and a PUT of it changes nothing.
fn reads_back(kind: &ResourceType, document: &Document) {
    let read = kind.read(&Value::Object(document.clone())).unwrap_or_else(|error| panic!("{document:?}: {error}"));
    assert!(read.ignored.is_empty(), "{:?} in {document:?}", read.ignored);
    assert_eq!(read.document, *document);
    assert_eq!(kind.merge_put(document, read).as_ref(), Ok(document));
}

fn twice(kind: &ResourceType, once: &Document, request: &PatchRequest, options: &PatchOptions) {
    let [operation] = &request.operations[..] else { return };
    // The keys of a value without path are paths, one of which may undo what another does.
    let names_one = operation.path.as_ref().is_some_and(|path| kind.resolve(&path.attr_path()).is_some());
    if operation.op == Op::Add || !names_one {
        return;
    }
    match patch::apply(kind, once, request, options) {
        Ok(again) => assert!(!again.changed, "{operation:?} made {once:?}, and then {:?}", again.document),
        // What a replace has changed its filter may no longer find.
        Err(error) => assert_eq!((operation.op, error.scim_type), (Op::Replace, Some(ScimType::NoTarget)), "{error}"),
    }
}
