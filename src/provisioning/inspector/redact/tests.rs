use proptest::prelude::*;
use serde_json::json;

use super::*;

const SECRET: &str = "correct-Horse7-\"battery\"-staple";

fn stored(body: &str) -> String {
    let mut redactor = Redactor::default();
    let clean = redactor.body(body.as_bytes(), false);
    redactor.mask(&clean.text.unwrap_or_default())
}

#[test]
fn secrets_go_by_their_names_at_any_depth() {
    let body = json!({
        "userName": "ada", "Password": "hunter22", "nested": [{ "client_secret": ["a1b2c3"] }],
        "urn:x:User:accessToken": { "deep": 1234567, "flag": true }, "changePassword": { "supported": false },
        "roles": [{ "value": "{\"token\":\"inside\",\"id\":\"25\"}" }],
    });
    let wanted = json!({
        "userName": "ada", "Password": REMOVED, "nested": [{ "client_secret": [REMOVED] }],
        "urn:x:User:accessToken": { "deep": REMOVED, "flag": true }, "changePassword": { "supported": false },
        "roles": [{ "value": "{\"token\":\"[removed]\",\"id\":\"25\"}" }],
    });
    assert_eq!(stored(&body.to_string()), wanted.to_string());
}

#[test]
fn operations_lose_the_values_of_passwords() {
    for operation in [
        json!({ "op": "replace", "path": "password", "value": SECRET }),
        json!({ "value": SECRET, "op": "Replace", "PATH": "urn:ietf:params:scim:schemas:core:2.0:User:Password" }),
        json!({ "op": "replace", "value": { "password": SECRET } }),
        json!({ "op": "replace", "value": { "urn:ietf:params:scim:schemas:core:2.0:User": { "password": SECRET } } }),
        json!({ "op": "replace", "value": SECRET }),
        json!({ "op": "add", "value": [{ "value": SECRET }] }),
        json!({ "op": "add", "value": { "value": SECRET } }),
    ] {
        let text = stored(&json!({ "Operations": [operation] }).to_string());
        assert!(!text.contains("Horse7") && text.contains(REMOVED), "{text}");
    }
    let kept = json!({ "Operations": [
        { "op": "add", "path": "members", "value": [{ "value": "1" }] },
        { "op": "replace", "value": { "emails": [{ "value": "ada@example.com", "type": "work" }] } },
    ]});
    assert_eq!(stored(&kept.to_string()), kept.to_string());
}

#[test]
fn forms_lose_their_secrets_and_broken_json_that_speaks_of_one_is_not_kept() {
    assert_eq!(
        stored("grant_type=client_credentials&client_id=a&client_secret=s%2Bs"),
        format!("grant_type=client_credentials&client_id=a&client_secret={REMOVED}")
    );
    for broken in [r#"{"password":"hunter22",}"#, r#"{"pass\u0077ord":"hunter22",}"#, "Bearer token hunter22"] {
        assert!(stored(broken).starts_with("[not kept"), "{broken}");
    }
    assert_eq!(stored(r#"{"userName":"ada",}"#), r#"{"userName":"ada",}"#);
    assert!(Redactor::default().body(b"plain, and more of it", true).text.unwrap().starts_with("[not kept"));
}

#[test]
fn queries_keep_filters_but_no_secrets() {
    let query = |text: &str| Redactor::default().query(text);
    assert_eq!(query("filter=userName+eq+%22ada%22&count=2"), "filter=userName+eq+%22ada%22&count=2");
    assert_eq!(query("access_token=x&aadOptscim062020"), format!("access_token={REMOVED}&aadOptscim062020"));
    assert_eq!(query("filter=password%20eq%20%22hunter22%22"), format!("filter={REMOVED}"));
}

#[test]
fn what_was_removed_is_masked_wherever_it_is_quoted() {
    let mut redactor = Redactor::default();
    redactor.body(json!({ "password": SECRET }).to_string().as_bytes(), false);
    for quote in [SECRET, "correct-Horse7-\\\"battery\\\"-staple", "correct-Horse7-…"] {
        let masked = redactor.mask(&format!("\"password\" is {quote}: choose another"));
        assert!(masked.contains(REMOVED) && !masked.contains("Horse7"), "{masked}");
    }
    let token = "mst_scim_0123456789abcdefghijABCDEFGHIJ0123456789";
    assert_eq!(redactor.mask(&format!("agent/{token} mst_scim_x")), "agent/mst_[removed] mst_scim_x");
    assert_eq!(redactor.mask("a\0b"), "a\u{fffd}b");
}

proptest! {
    /// Wherever a secret stands among other things, and wherever the body is cut off, nothing of it is kept.
    #[test]
    fn no_part_of_a_secret_is_kept(
        key in prop::sample::select(vec!["password", "PassWord", "client_secret", "clientAssertion", "token", "authorization"]),
        place in 0..5_usize,
        before in prop::collection::vec("[a-z,{}\\[\\]\":\\\\]{0,8}", 0..6),
        cut in 0.0..1.0_f64,
        pretty in any::<bool>(),
    ) {
        const MARK: &str = "Zx9Zx9Zx9Zx9Zx9Zx9";
        let noise = json!({ "displayName": before });
        let body = match place {
            0 => json!({ "a": noise, key: MARK, "z": noise }),
            1 => json!({ "Operations": [noise, { "op": "replace", "path": key, "value": MARK }, noise] }),
            2 => json!({ "Operations": [noise, { "value": MARK, "op": "replace", "path": key }, noise] }),
            3 => json!({ "operations": [{ "op": "add", "value": { "x": noise, key: { "value": [MARK] } } }] }),
            _ => json!({ "x": [[{ "y": noise, "schema": { key: [noise, MARK] } }]] }),
        };
        let text = if pretty { serde_json::to_string_pretty(&body).unwrap() } else { body.to_string() };
        let end = (text.len() as f64 * cut) as usize;
        for (bytes, cut) in [(text.as_bytes(), false), (&text.as_bytes()[..end], true)] {
            let mut redactor = Redactor::default();
            let stored = redactor.body(bytes, cut).text.unwrap_or_default();
            prop_assert!(!stored.contains("Zx9"), "{stored}");
            prop_assert!(!redactor.mask(&text).contains("Zx9Zx9Zx9Zx9") || cut);
        }
    }
}
