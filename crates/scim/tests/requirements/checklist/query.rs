//! Rows 17 to 19 and 21: filters and lists (RFC 7644 section 3.4.2).

use muster_scim::{
    Document,
    error::ScimType::InvalidFilter,
    filter::{Filter, MAX_CONDITIONS, MAX_DEPTH, MAX_LENGTH},
    list::{ListRequest, list_response},
    schema::ResourceType,
};
use serde_json::{Value, json};

use crate::support::{CORE, ENTERPRISE, kind, things, user};

/// The user of RFC 7643 section 8.2, in short.
fn babs() -> Document {
    let mut babs = user(json!({
        "userName": "bjensen@example.com", "externalId": "701984", "active": true, "userType": "Employee",
        "name": { "formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara" },
        "emails": [
            { "value": "bjensen@example.com", "type": "work", "primary": true },
            { "value": "babs@jensen.org", "type": "home" },
        ],
        "addresses": [
            { "type": "work", "streetAddress": "100 Universal City Plaza", "country": "USA" },
            { "type": "home", "streetAddress": "456 Hollywood Blvd", "country": "USA" },
        ],
        ENTERPRISE: { "employeeNumber": "701984", "manager": { "value": "26118915" } },
    }));
    babs.insert("id".into(), json!("2819c223"));
    let meta =
        json!({ "resourceType": "User", "created": "2010-01-23T04:56:22Z", "lastModified": "2011-05-13T04:42:34Z" });
    babs.insert("meta".into(), meta);
    babs
}

fn holds(kind: &ResourceType, document: &Document, text: &str) -> bool {
    let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    filter.check(kind).unwrap_or_else(|error| panic!("{text}: {error}"));
    let again = Filter::parse(&filter.to_string()).unwrap_or_else(|error| panic!("{filter}: {error}"));
    assert_eq!(again, filter, "{text} reads back as another filter");
    filter.matches(kind, document)
}

#[track_caller]
fn table(cases: &[(&str, bool)]) {
    for (text, expected) in cases {
        assert_eq!(holds(&ResourceType::user(), &babs(), text), *expected, "{text}");
    }
}

/// Table 3, "Attribute Operators"; "Attribute operators used in filters are case insensitive."
#[test]
fn row_17_filter_operators() {
    table(&[
        ("name.familyName eq \"Jensen\"", true),
        ("name.familyName eq \"Jense\"", false),
        ("name.familyName ne \"Jense\"", true),
        ("name.familyName ne \"Jensen\"", false),
        ("name.familyName co \"ens\"", true),
        ("name.familyName co \"ensx\"", false),
        ("name.familyName sw \"Je\"", true),
        ("name.familyName sw \"en\"", false),
        ("name.familyName ew \"sen\"", true),
        ("name.familyName ew \"Jens\"", false),
        ("name.familyName gt \"Jensem\"", true),
        ("name.familyName gt \"Jensen\"", false),
        ("name.familyName ge \"Jensen\"", true),
        ("name.familyName lt \"Jenseo\"", true),
        ("name.familyName lt \"Jensen\"", false),
        ("name.familyName le \"Jensen\"", true),
        ("name.familyName pr", true),
        ("name.middleName pr", false),
        ("name.familyName EQ \"Jensen\"", true),
        ("name.familyName Pr AND NOT (title pR)", true),
        ("title pr Or userType Co \"EMP\"", true),
    ]);
}

/// The examples of figure 2 that speak of a user.
#[test]
fn row_17_the_filters_of_figure_2() {
    table(&[
        ("userName eq \"bjensen\"", false),
        ("name.familyName co \"O'Malley\"", false),
        ("userName sw \"B\"", true),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"B\"", true),
        ("title pr", false),
        ("meta.lastModified gt \"2011-05-13T04:42:34Z\"", false),
        ("meta.lastModified ge \"2011-05-13T04:42:34Z\"", true),
        ("meta.lastModified lt \"2011-05-13T04:42:34Z\"", false),
        ("meta.lastModified le \"2011-05-13T04:42:34Z\"", true),
        ("title pr and userType eq \"Employee\"", false),
        ("title pr or userType eq \"Intern\"", false),
        ("schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"", true),
        ("schemas eq \"urn:ietf:params:scim:schemas:core:2.0:Group\"", false),
        ("userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")", true),
        ("userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")", false),
        ("userType eq \"Employee\" and (emails.type eq \"work\")", true),
        ("userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.com\"]", true),
        (
            "emails[type eq \"work\" and value co \"@example.com\"] or ims[type eq \"xmpp\" and value co \"@foo.com\"]",
            true,
        ),
    ]);
}

/// "Filters MUST be evaluated using the following order of operations, in order of precedence: 1. Grouping operators
/// 2. Logical operators - where "not" takes precedence over "and", which takes precedence over "or"".
#[test]
fn row_17_precedence() {
    // T and F by what they say of the user.
    for (formula, expected) in [
        ("T or F and F", true),
        ("(T or F) and F", false),
        ("F and F or T", true),
        ("F and (F or T)", false),
        ("not (T) or T", true),
        ("not (T or T)", false),
        ("not (F) and not (F)", true),
        ("T and not (T) or F", false),
        ("not (not (T))", true),
        ("not (T and F) and T", true),
        ("F or F or T and T", true),
        ("((((T))))", true),
        ("NOT(F)and(T)", true),
    ] {
        let text = formula.replace('T', "userName pr").replace('F', "title pr").replace("NOuserName pr", "NOT");
        assert_eq!(holds(&ResourceType::user(), &babs(), &text), expected, "{formula}");
    }
}

/// The comparison value "is built on JSON Data Interchange format ABNF rules": escapes, any script.
#[test]
fn row_17_strings_are_json() {
    let title = |title: &str| user(json!({ "userName": "a", "title": title }));
    for (literal, value) in [
        (r#""a\"b""#, "a\"b"),
        (r#""a\\b""#, "a\\b"),
        (r#""a\/b""#, "a/b"),
        (r#""\u0041\t""#, "A\t"),
        (r#""\ud83d\ude00""#, "\u{1f600}"),
        (r#""é""#, "e\u{301}"),
        (r#""] and title pr""#, "] and title pr"),
        (r#""(or)""#, "(or)"),
        (r#"" ""#, " "),
        (r#""Ünïcode ÄÖÜ""#, "ünïcode äöü"),
    ] {
        assert!(holds(&ResourceType::user(), &title(value), &format!("title eq {literal}")), "{literal}");
        assert!(holds(&ResourceType::user(), &title(value), &format!("title sw {literal}")), "{literal}");
        assert!(!holds(&ResourceType::user(), &title(value), &format!("title ne {literal}")), "{literal}");
    }
    for wrong in [r#""a"#, r#""\x""#, r#""\u12""#, r#""\ud83d""#, "\"\u{1}\"", "'a'", "a", "\"a\"b"] {
        assert_eq!(kind(Filter::parse(&format!("title eq {wrong}"))), InvalidFilter, "{wrong}");
    }
}

/// Section 3.10: a name may follow a schema's URN and a colon; the URN of an extension leads into it.
#[test]
fn row_17_urn_qualified_names() {
    for (text, expected) in [
        (format!("{CORE}:name.familyName eq \"jensen\""), true),
        (format!("{}:USERNAME sw \"bj\"", CORE.to_uppercase()), true),
        (format!("{CORE}:emails[type eq \"home\" and value ew \"jensen.org\"]"), true),
        (format!("{CORE}:id eq \"2819c223\""), true),
        (format!("{CORE}:meta.resourceType eq \"User\""), true),
        (format!("{ENTERPRISE}:employeeNumber eq \"701984\""), true),
        (format!("{ENTERPRISE}:manager.value eq \"26118915\""), true),
        (format!("{ENTERPRISE}:manager eq \"26118915\""), true),
        (format!("{ENTERPRISE}:manager pr and not ({ENTERPRISE}:department pr)"), true),
        ("id eq \"2819c223\" and manager eq \"26118915\"".to_owned(), true),
    ] {
        assert_eq!(holds(&ResourceType::user(), &babs(), &text), expected, "{text}");
    }
    for text in
        [format!("{ENTERPRISE}:userName pr"), format!("{CORE}:department pr"), "urn:example:x:userName pr".into()]
    {
        assert_eq!(kind(Filter::parse(&text).unwrap().check(&ResourceType::user())), InvalidFilter, "{text}");
    }
}

/// Null: "unassigned" and null are one state (RFC 7643 section 2.5), so that `eq null` is the opposite of `pr`.
#[test]
fn row_17_comparison_with_null() {
    table(&[
        ("title eq null", true),
        ("title ne null", false),
        ("userName eq null", false),
        ("userName ne NULL", true),
        ("emails eq null", false),
        ("ims eq null", true),
        ("ims.value eq null", true),
        ("emails[display eq null]", true),
        ("emails[value eq null]", false),
        ("ims[value eq null]", false),
        ("not (title eq null)", false),
    ]);
    for op in ["co", "sw", "ew", "gt", "ge", "lt", "le"] {
        let filter = Filter::parse(&format!("title {op} null")).unwrap();
        assert_eq!(kind(filter.check(&ResourceType::user())), InvalidFilter, "{op}");
    }
}

/// "the filter matches if any of the values of the specified attribute match the specified criterion"; without
/// sub-attribute, "value" is meant; a value path binds its conditions to one element.
#[test]
fn row_18_multi_valued_attributes() {
    table(&[
        ("emails.type eq \"home\" and emails.value eq \"bjensen@example.com\"", true),
        ("emails[type eq \"home\" and value eq \"bjensen@example.com\"]", false),
        ("emails[type eq \"home\"].value eq \"bjensen@example.com\"", false),
        ("emails[type eq \"work\"].value eq \"bjensen@example.com\"", true),
        ("emails[type eq \"work\"].primary eq true", true),
        ("emails[type eq \"fax\" or type eq \"home\"].value sw \"babs\"", true),
        ("emails[type eq \"home\"].display pr", false),
        ("emails eq \"babs@jensen.org\"", true),
        ("emails.value eq \"babs@jensen.org\"", true),
        ("emails ne \"babs@jensen.org\"", true),
        ("not (emails eq \"babs@jensen.org\")", false),
        ("emails[not (type eq \"work\") and not (type eq \"home\")]", false),
        ("addresses[country eq \"usa\" and streetAddress sw \"456\"]", true),
        ("addresses[type eq \"work\" and streetAddress sw \"456\"]", false),
        ("emails pr", true),
        ("ims pr", false),
        ("ims[type eq \"xmpp\"]", false),
        ("not (ims[type eq \"xmpp\"])", true),
        ("title ne \"x\"", true),
        ("ims ne \"x\"", true),
    ]);
    let tagged = things().read(&json!({ "label": "l", "tags": ["red", "Blue"] })).unwrap().document;
    for (text, expected) in [
        ("tags eq \"blue\"", true),
        ("tags[value eq \"red\"]", true),
        ("tags[value sw \"b\" and value ew \"d\"]", false),
        ("tags co \"u\" and tags co \"d\"", true),
        ("tags eq \"green\"", false),
    ] {
        assert_eq!(holds(&things(), &tagged, text), expected, "{text}");
    }
}

/// "Boolean and Binary attributes SHALL cause a failed response (HTTP status code 400) with "scimType" of
/// "invalidFilter"" with an order; so do complex ones, unknown names and values of the wrong type.
#[test]
fn row_19_what_has_no_order_is_not_ordered() {
    let subject = things();
    for op in ["gt", "ge", "lt", "le"] {
        for condition in [
            format!("flag {op} true"),
            format!("flag {op} \"true\""),
            format!("data {op} \"aGVsbG8=\""),
            format!("parts {op} \"a\""),
            format!("owner {op} \"a\""),
            format!("parts[primary {op} true]"),
        ] {
            let error = Filter::parse(&condition).unwrap().check(&subject).unwrap_err();
            assert_eq!((error.status, error.scim_type), (400, Some(InvalidFilter)), "{condition}");
        }
    }
    for condition in [
        "size co 1",
        "size sw 1",
        "ratio ew 5",
        "flag co true",
        "size eq \"7\"",
        "ratio eq true",
        "label eq 7",
        "at eq 7",
        "at gt \"tomorrow\"",
        "flag eq 1",
        "flag eq \"si\"",
        "secret eq \"s\"",
        "secret pr",
        "nothing pr",
        "owner.nothing pr",
        "parts[nothing pr]",
        "parts[parts.value pr]",
        "label.value eq \"a\"",
        "size[value eq 1]",
        "tags[type eq \"a\"]",
    ] {
        assert_eq!(kind(Filter::parse(condition).unwrap().check(&subject)), InvalidFilter, "{condition}");
    }
}

/// "for DateTime types, it is a chronological comparison. For integer attributes, it is a comparison by numeric
/// value"; strings go by caseExact.
#[test]
fn row_19_values_are_compared_by_their_type() {
    let thing = |name: &str, value: Value| things().read(&json!({ "label": "l", name: value })).unwrap().document;
    for (name, value, text, expected) in [
        ("at", json!("2011-05-13T04:42:34Z"), "at eq \"2011-05-13T06:42:34+02:00\"", true),
        ("at", json!("2011-05-13T04:42:34Z"), "at eq \"2011-05-12T20:42:34-08:00\"", true),
        ("at", json!("2011-05-13T04:42:34Z"), "at eq \"2011-05-13T04:42:34.000\"", true),
        ("at", json!("2011-05-13T04:42:34Z"), "at gt \"2011-05-13T06:42:33+02:00\"", true),
        ("at", json!("2011-05-13T04:42:34+02:00"), "at lt \"2011-05-13T03:00:00Z\"", true),
        ("at", json!("2011-05-13T04:42:34Z"), "at ne \"2011-05-13T06:42:34+02:00\"", false),
        ("at", json!("2011-05-13T04:42:34Z"), "at sw \"2011-05\"", true),
        ("size", json!(10), "size gt 9", true),
        ("size", json!(10), "size eq 10.0", true),
        ("size", json!(9_007_199_254_740_993_i64), "size gt 9007199254740992", true),
        ("size", json!(-1), "size lt 0", true),
        ("ratio", json!(0.5), "ratio ge 0.5", true),
        ("ratio", json!(2), "ratio le 2.5e0", true),
        ("exact", json!("Abc"), "exact eq \"abc\"", false),
        ("exact", json!("Abc"), "exact gt \"ABC\"", true),
        ("label", json!("Abc"), "label eq \"aBC\"", true),
        ("label", json!("b"), "label gt \"A\"", true),
        ("data", json!("aGVsbG8="), "data eq \"aGVsbG8=\"", true),
        ("data", json!("aGVsbG8="), "data eq \"AGVSBG8=\"", false),
        ("flag", json!(true), "flag ne false", true),
    ] {
        assert_eq!(holds(&things(), &thing(name, value), text), expected, "{text}");
    }
}

/// Long, deep and wide filters are refused as `invalidFilter` too, before they cost anything.
#[test]
fn row_19_a_filter_has_limits() {
    let nested = |levels: usize, inner: &str| format!("{}{inner}{}", "not (".repeat(levels), ")".repeat(levels));
    let conditions = |count: usize| vec!["a pr"; count].join(" and ");
    let value_path = "emails[type eq \"a\" or type eq \"b\"].value pr";
    for (text, accepted) in [
        (nested(MAX_DEPTH, "a pr"), true),
        (nested(MAX_DEPTH + 1, "a pr"), false),
        (nested(MAX_DEPTH - 2, value_path), true),
        (nested(MAX_DEPTH, value_path), false),
        (conditions(MAX_CONDITIONS), true),
        (conditions(MAX_CONDITIONS + 1), false),
        (format!("a eq \"{}\"", "b".repeat(MAX_LENGTH - 7)), true),
        (format!("a eq \"{}\"", "b".repeat(MAX_LENGTH - 6)), false),
    ] {
        assert_eq!(Filter::parse(&text).is_ok(), accepted, "{}…", &text[..40]);
        if accepted {
            let filter = Filter::parse(&text).unwrap();
            assert_eq!(
                Filter::parse(&filter.to_string()).unwrap(),
                filter,
                "what is accepted can be written and read again"
            );
        }
    }
    // Whatever is accepted at the edge must be within the limits when it is written in canonical form too.
    let edge = nested(MAX_DEPTH - 1, value_path);
    if let Ok(filter) = Filter::parse(&edge) {
        assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }
}

/// Section 3.4.2.4, table 6: "A value less than 1 SHALL be interpreted as 1", "A negative value SHALL be interpreted
/// as "0""; table 7.
#[test]
fn row_21_pages() {
    for (start_index, count, expected) in [
        ("1", "10", (1, Some(10))),
        ("0", "0", (1, Some(0))),
        ("-1", "-1", (1, Some(0))),
        ("101", "+5", (101, Some(5))),
        ("1", "99999999999999999999", (1, Some(i64::MAX as u64))),
    ] {
        let request = ListRequest::from_pairs([("startIndex", start_index), ("count", count)]).unwrap();
        assert_eq!((request.start_index, request.count), expected, "{start_index} {count}");
    }
    let past_the_end = list_response(100, 101, vec![]);
    assert_eq!(past_the_end["itemsPerPage"], 0);
    assert_eq!(past_the_end["totalResults"], 100);
    assert_eq!(past_the_end["Resources"], json!([]));
}
