use muster_scim::{
    error::ScimType,
    filter::{Filter, MAX_DEPTH},
    schema::ResourceType,
};
use serde_json::json;

use crate::support::{ENTERPRISE, ada, kind};

#[test]
fn precedence_is_grouping_not_and_or() {
    for (text, grouped) in [
        ("title pr or title pr and title pr", "title pr or (title pr and title pr)"),
        ("title pr and title pr or title pr", "(title pr and title pr) or title pr"),
        ("not (title pr) and title pr", "(not (title pr)) and title pr"),
        ("TITLE PR OR title Pr", "TITLE pr or title pr"),
    ] {
        assert_eq!(Filter::parse(text).unwrap(), Filter::parse(grouped).unwrap(), "{text}");
    }
    assert_ne!(
        Filter::parse("(title pr or title pr) and title pr").unwrap(),
        Filter::parse("title pr or title pr and title pr").unwrap()
    );
}

#[test]
fn a_filter_matches_as_the_rfc_says() {
    let users = ResourceType::user();
    let mut ada = ada();
    ada.insert("id".into(), json!("1A"));
    ada.insert("meta".into(), json!({ "created": "2026-01-31T08:00:00Z", "resourceType": "User" }));
    let manager = format!("{ENTERPRISE}:manager.value eq \"m1\"");
    let department = format!("{}:department eq \"engines\"", ENTERPRISE.to_lowercase());
    for (text, expected) in [
        ("userName eq \"ADA@example.com\"", true),
        ("userName eq \"ada@example.co\"", false),
        ("userName sw \"Ada@\"", true),
        ("userName ew \".COM\"", true),
        ("userName co \"EXAMPLE\"", true),
        ("userName ne \"ada@example.com\"", false),
        ("id eq \"1A\"", true),
        ("id eq \"1a\"", false),
        ("name.familyName gt \"aaa\"", true),
        ("name.familyName lt \"aaa\"", false),
        ("emails eq \"ada@home.example\"", true),
        ("emails.value ew \"home.example\"", true),
        ("emails.type eq \"fax\"", false),
        ("emails[type eq \"work\" and value co \"home\"]", false),
        ("emails[type eq \"home\" and value co \"home\"]", true),
        ("emails[type eq \"work\"].value eq \"ada@work.example\"", true),
        ("emails[type eq \"home\"].value eq \"ada@work.example\"", false),
        ("emails[not (type eq \"work\")]", true),
        ("emails.type eq \"work\" and emails.value co \"home\"", true),
        ("active eq true", true),
        ("active eq \"True\"", true),
        ("active eq \"False\"", false),
        ("active ne false", true),
        ("title pr", false),
        ("emails pr", true),
        ("name.givenName pr", true),
        ("title ne \"x\"", true),
        ("title eq null", true),
        ("title ne null", false),
        ("userName eq null", false),
        ("not (title pr)", true),
        ("id eq \"1A\" and manager eq \"m1\"", true),
        ("id eq \"1A\" and manager eq \"m2\"", false),
        (manager.as_str(), true),
        (department.as_str(), true),
        ("schemas eq \"urn:ietf:params:scim:schemas:core:2.0:User\"", true),
        ("meta.created eq \"2026-01-31T09:00:00+01:00\"", true),
        ("meta.created gt \"2026-01-31T07:59:59.999Z\"", true),
        ("meta.created lt \"2026-01-31T08:00:00Z\"", false),
        ("meta.created le \"2026-01-31T08:00:00Z\"", true),
    ] {
        let filter = Filter::parse(text).unwrap();
        filter.check(&users).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.matches(&users, &ada), expected, "{text}");
    }
}

#[test]
fn strings_may_hold_escapes_and_any_script() {
    for (text, value) in [
        (r#"title eq "a\"b\\c""#, "a\"b\\c"),
        (r#"title eq "\u00e9\ud83d\ude00""#, "\u{e9}\u{1f600}"),
        (r#"title eq "日本 (語) [x]""#, "日本 (語) [x]"),
    ] {
        let filter = Filter::parse(text).unwrap();
        let document = crate::support::document(json!({ "title": value }));
        assert!(filter.matches(&ResourceType::user(), &document), "{text}");
    }
}

#[test]
fn a_wrong_filter_is_invalid_filter() {
    for text in [
        "",
        "   ",
        "userName",
        "userName eq",
        "userName is \"a\"",
        "userName eq a",
        "userName eq \"a",
        "eq \"a\"",
        "userName eq \"a\" and",
        "userName eq \"a\" userName eq \"b\"",
        "(userName pr",
        "userName pr)",
        "not userName pr",
        "emails[type eq \"work\"",
        "emails[]",
        "emails[type[x pr]]",
        "emails.type[x pr]",
        "1a eq 1",
        "userName eq \"\\x\"",
        "userName eq \"\\ud800\"",
        "userName eq 1e999",
        "[",
        "]",
        "\"a\" eq \"a\"",
        "name..givenName pr",
    ] {
        assert_eq!(kind(Filter::parse(text)), ScimType::InvalidFilter, "{text}");
    }
}

#[test]
fn a_filter_that_makes_no_sense_names_what_is_wrong() {
    for (text, part) in [
        ("colour eq \"red\"", "\"colour\""),
        ("emails[colour eq \"red\"]", "\"colour\""),
        ("active gt true", "no order"),
        ("active co \"r\"", "looks into strings"),
        ("x509Certificates.value gt \"a\"", "no order"),
        ("name gt \"a\"", "no order"),
        ("emails gt \"a\"", "no order"),
        ("name eq \"a\"", "name.givenName"),
        ("userName eq true", "not with true"),
        ("userName eq 5", "string"),
        ("active eq \"maybe\"", "true or false"),
        ("meta.created gt \"yesterday\"", "date"),
        ("userName gt null", "null goes with eq"),
        ("userName[value eq \"a\"]", "brackets"),
        ("password eq \"secret\"", "write-only"),
    ] {
        let error = Filter::parse(text).unwrap().check(&ResourceType::user()).unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidFilter), "{text}");
        assert!(error.detail.contains(part), "{text}: {}", error.detail);
    }
}

#[test]
fn long_deep_and_wide_filters_are_refused_before_they_hurt() {
    let long = format!("title eq \"{}\"", "a".repeat(9000));
    let deep = |levels| format!("{}title pr{}", "(".repeat(levels), ")".repeat(levels));
    let nots = format!("{}title pr{}", "not (".repeat(1000), ")".repeat(1000));
    let wide = vec!["a pr"; 900].join(" or ");
    for text in [long, deep(MAX_DEPTH + 1), deep(4000), "(".repeat(8000), "a[".repeat(4000), nots, wide] {
        assert_eq!(kind(Filter::parse(&text)), ScimType::InvalidFilter);
    }
    assert!(Filter::parse(&deep(MAX_DEPTH)).is_ok());
}
