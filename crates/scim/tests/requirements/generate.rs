//! Random users and random filters that a user can satisfy: few values, so that they often meet. Also used by the tests of
//! the server's SQL.

use muster_scim::filter::{AttrPath, CompareOp, CompareValue, Filter};
use muster_scim::schema::ResourceType;
use proptest::prelude::*;
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Texts that differ in case, composition, length and in what `LIKE` would take as a wildcard.
const TEXTS: &[&str] =
    &["a", "A", "ab", "aB%", "_b", "b\\", "é", "e\u{301}", "É", "ß", "SS", "İ", "x y", "\"q\"", "日本"];
const TYPES: &[&str] = &["work", "WORK", "home", "other"];

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(TEXTS).prop_map(str::to_owned)
}

fn kind() -> impl Strategy<Value = String> {
    prop::sample::select(TYPES).prop_map(str::to_owned)
}

fn element() -> impl Strategy<Value = Value> {
    let (text, kind) = (|| proptest::option::of(text()), proptest::option::of(kind()));
    (text(), kind, text())
        .prop_map(|(value, kind, display)| json!({ "value": value, "type": kind, "display": display }))
}

fn elements() -> impl Strategy<Value = Value> {
    (prop::collection::vec(element(), 0..4), 0..4_usize).prop_map(|(mut elements, primary)| {
        if let Some(element) = elements.get_mut(primary) {
            element["primary"] = true.into();
        }
        Value::from(elements)
    })
}

/// A body for `POST /Users` without a userName.
pub fn body() -> impl Strategy<Value = Value> {
    let optional = || proptest::option::of(text());
    let core = (optional(), optional(), optional(), optional(), proptest::option::of(any::<bool>()));
    (core, elements(), elements(), optional(), optional()).prop_map(
        |((display, given, external, title, active), emails, roles, department, manager)| {
            json!({
                "externalId": external,
                "displayName": display,
                "name": { "givenName": given },
                "title": title,
                "active": active,
                "emails": emails,
                "roles": roles,
                ENTERPRISE: { "department": department, "manager": { "value": manager } },
            })
        },
    )
}

fn path(text: &str) -> AttrPath {
    AttrPath::parse(text).expect("a path")
}

fn string_op() -> impl Strategy<Value = CompareOp> {
    use CompareOp::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
    prop::sample::select(vec![Eq, Eq, Ne, Co, Sw, Ew, Gt, Ge, Lt, Le])
}

fn comparison(names: &'static [&'static str]) -> impl Strategy<Value = Filter> {
    let value = prop_oneof![
        8 => text().prop_map(CompareValue::String),
        2 => kind().prop_map(CompareValue::String),
        1 => Just(CompareValue::String(String::new())),
        1 => Just(CompareValue::String("a\0b".to_owned())),
    ];
    let strings = (prop::sample::select(names), string_op(), value).prop_map(|(name, op, value)| Filter::Compare {
        path: path(name),
        op,
        value,
    });
    let null = (prop::sample::select(names), prop::sample::select(vec![CompareOp::Eq, CompareOp::Ne]))
        .prop_map(|(name, op)| Filter::Compare { path: path(name), op, value: CompareValue::Null });
    let present = prop::sample::select(names).prop_map(|name| Filter::Present(path(name)));
    prop_oneof![6 => strings, 1 => null, 1 => present]
}

fn flag(name: &'static str) -> impl Strategy<Value = Filter> {
    (prop::sample::select(vec![CompareOp::Eq, CompareOp::Ne]), any::<bool>())
        .prop_map(move |(op, flag)| Filter::Compare { path: path(name), op, value: CompareValue::Bool(flag) })
}

fn tree(leaf: BoxedStrategy<Filter>) -> impl Strategy<Value = Filter> {
    leaf.prop_recursive(3, 12, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone().prop_map(|(left, right)| Filter::And(left.into(), right.into())),
            two.prop_map(|(left, right)| Filter::Or(left.into(), right.into())),
            inner.prop_map(|inner| Filter::Not(inner.into())),
        ]
    })
}

/// A filter that passes `Filter::check` for users.
pub fn filter() -> impl Strategy<Value = Filter> {
    let names = &[
        "externalId",
        "displayName",
        "TITLE",
        "name.givenName",
        "emails",
        "emails.value",
        "emails.type",
        "roles.display",
        "schemas",
        "meta.resourceType",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "manager.value",
        "urn:ietf:params:scim:schemas:core:2.0:User:displayName",
    ];
    let within = prop_oneof![4 => comparison(&["value", "type", "display"]), 1 => flag("primary")];
    let value_path = (prop::sample::select(vec!["emails", "roles"]), tree(within.boxed()))
        .prop_map(|(name, filter)| Filter::ValuePath { path: path(name), filter: filter.into() });
    // "emails ge" is refused: a complex attribute has no order.
    let ordered = |filter: &Filter| filter.check(&ResourceType::user()).is_ok();
    let leaf = prop_oneof![5 => comparison(names).prop_filter("has an order", ordered), 1 => flag("active"), 1 => flag("emails.primary"), 2 => value_path];
    tree(leaf.boxed())
}
