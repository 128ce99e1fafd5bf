use muster_scim::{
    compare,
    filter::{AttrPath, CompareOp, CompareValue, Filter},
    path::Path,
    schema::ResourceType,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{ada, try_patch, user};

fn attr_path() -> impl Strategy<Value = AttrPath> {
    let urn = proptest::option::of(Just("urn:ietf:params:scim:schemas:core:2.0:User".to_owned()));
    (urn, "[a-zA-Z][a-zA-Z0-9_-]{0,8}", proptest::option::of("[a-zA-Z][a-zA-Z0-9]{0,8}"))
        .prop_map(|(schema, attribute, sub)| AttrPath { schema, attribute, sub })
}

fn condition() -> impl Strategy<Value = Filter> {
    use CompareOp::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
    let op = prop::sample::select(vec![Eq, Ne, Co, Sw, Ew, Gt, Ge, Lt, Le]);
    let value = prop_oneof![
        Just(CompareValue::Null),
        any::<bool>().prop_map(CompareValue::Bool),
        any::<i64>().prop_map(|number| CompareValue::Number(number.into())),
        any::<f64>().prop_filter_map("finite", |number| serde_json::Number::from_f64(number).map(CompareValue::Number)),
        any::<String>().prop_map(CompareValue::String),
    ];
    prop_oneof![
        attr_path().prop_map(Filter::Present),
        (attr_path(), op, value).prop_map(|(path, op, value)| Filter::Compare { path, op, value }),
    ]
}

fn tree(leaf: impl Strategy<Value = Filter> + 'static) -> impl Strategy<Value = Filter> {
    leaf.prop_recursive(4, 24, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone().prop_map(|(left, right)| Filter::And(Box::new(left), Box::new(right))),
            two.prop_map(|(left, right)| Filter::Or(Box::new(left), Box::new(right))),
            inner.prop_map(|inner| Filter::Not(Box::new(inner))),
        ]
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let parent = attr_path().prop_map(|path| AttrPath { sub: None, ..path });
    let value_path = (parent, tree(condition().boxed()))
        .prop_map(|(path, inner)| Filter::ValuePath { path, filter: Box::new(inner) });
    tree(prop_oneof![condition(), value_path].boxed())
}

fn email() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec!["work", "home", "other"]);
    (prop::sample::select(vec!["a@x", "b@x", "c@x", ""]), kind, any::<bool>())
        .prop_map(|(value, kind, primary)| json!({ "value": value, "type": kind, "primary": primary }))
}

fn operation() -> impl Strategy<Value = Value> {
    let op = prop::sample::select(vec!["add", "replace", "remove"]);
    let path = prop::sample::select(vec![
        "emails",
        "emails[type eq \"work\"]",
        "emails[type eq \"home\"].primary",
        "emails[type eq \"other\"].value",
        "emails[primary eq true]",
        "emails.primary",
        "emails.type",
    ]);
    let value = prop_oneof![
        email(),
        prop::collection::vec(email(), 0..3).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(json!("b@x")),
        Just(json!("")),
    ];
    (op, path, value).prop_map(|(op, path, value)| json!({ "op": op, "path": path, "value": value }))
}

proptest! {
    #[test]
    fn a_filter_reads_back_from_its_text(filter in filter()) {
        prop_assume!(filter.to_string().len() < muster_scim::filter::MAX_LENGTH);
        prop_assert_eq!(Filter::parse(&filter.to_string()).unwrap(), filter);
    }

    #[test]
    fn no_text_upsets_a_parser(text in any::<String>()) {
        let _ = Filter::parse(&text);
        let _ = Path::parse(&text);
    }

    #[test]
    fn no_name_upsets_its_key(text in any::<String>()) {
        let key = compare::user_name_key(&text);
        prop_assert_eq!(compare::user_name_key(&key), key);
        let folded = compare::fold(&text);
        prop_assert_eq!(compare::fold(&folded), folded);
    }

    #[test]
    fn no_almost_filter_upsets_anything(words in prop::collection::vec(prop::sample::select(vec![
        "(", ")", "[", "]", "not", "and", "or", "eq", "pr", "gt", "userName", "emails", "type", ".value", "\"a\"", "\"", "true", "1", "é", "\\", ":", "urn:",
    ]), 0..24)) {
        let text = words.join(" ");
        if let Ok(filter) = Filter::parse(&text) {
            let _ = filter.check(&ResourceType::user());
            let _ = filter.matches(&ResourceType::user(), &ada());
            prop_assert_eq!(Filter::parse(&filter.to_string()).unwrap(), filter);
        }
        let _ = Path::parse(&words.concat());
    }

    #[test]
    fn no_body_upsets_the_reader(key in "[a-zA-Z.:\\[\\]]{0,12}", text in any::<String>(), number in any::<f64>()) {
        for value in [json!(text), json!(number), json!([text]), json!({ key.as_str(): text })] {
            let _ = ResourceType::user().read(&json!({ "userName": "a", key.as_str(): value, "name": value, "emails": value }));
        }
    }

    #[test]
    fn adding_twice_is_adding_once(emails in prop::collection::vec(email(), 1..4), more in prop::collection::vec(email(), 1..3)) {
        let Ok(start) = ResourceType::user().read(&json!({ "userName": "a", "emails": emails })) else { return Ok(()) };
        let add = json!([{ "op": "add", "path": "emails", "value": more }]);
        let Ok(once) = try_patch(&start.document, add.clone()) else { return Ok(()) };
        let twice = try_patch(&once.document, add).unwrap();
        prop_assert!(!twice.changed, "{:?} became {:?}", once.document, twice.document);
    }

    #[test]
    fn at_most_one_value_is_primary_and_the_outcome_can_be_read(operations in prop::collection::vec(operation(), 1..6)) {
        let mut document = user(json!({ "userName": "a" }));
        for operation in operations {
            let Ok(patched) = try_patch(&document, json!([operation])) else { continue };
            document = patched.document;
            let emails = document.get("emails").and_then(Value::as_array).cloned().unwrap_or_default();
            prop_assert!(emails.iter().filter(|email| email["primary"] == true).count() <= 1, "{:?}", emails);
            prop_assert!(ResourceType::user().read(&document.clone().into()).is_ok());
        }
    }
}
