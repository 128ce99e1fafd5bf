//! JSON that was cut off.

/// The text up to its last complete value, with everything closed that was open there. Of a list, the element that was
/// begun is left out: half a member is none. `None` where nothing was opened.
pub(super) fn mend(text: &str) -> Option<String> {
    // What is open, and where the text could end when it was opened.
    let mut open: Vec<(char, Option<End>)> = Vec::new();
    let mut end = None;
    let (mut in_string, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = in_string,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '{' | '[' => {
                open.push((if c == '{' { '}' } else { ']' }, end));
                end = end.or(Some(End { at: at + 1, depth: 1 }));
            }
            '}' | ']' => {
                open.pop().filter(|(closing, _)| *closing == c)?;
                end = match open.as_slice() {
                    [.., (']', _), ('}', before)] => *before,
                    open => Some(End { at: at + 1, depth: open.len() }),
                };
            }
            ',' if !matches!(open.as_slice(), [.., (']', _), ('}', _)]) => end = Some(End { at, depth: open.len() }),
            _ => {}
        }
    }
    let End { at, depth } = end?;
    let mut mended = text[..at].to_string();
    mended.extend(open[..depth].iter().rev().map(|(closing, _)| closing));
    Some(mended)
}

/// Where a text may end, and how much is open there.
#[derive(Clone, Copy)]
struct End {
    at: usize,
    depth: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn what_is_whole_is_kept() {
        assert_eq!(mend(r#"{"a":1,"b":[{"c":"x"},{"c":"y"#).unwrap(), r#"{"a":1,"b":[{"c":"x"}]}"#);
        assert_eq!(mend(r#"{"b":[{"c":{"d":1}},{"c":{"d":1},"e"#).unwrap(), r#"{"b":[{"c":{"d":1}}]}"#);
        assert_eq!(mend(r#"{"b":[{"c":[1,2],"e"#).unwrap(), "{}");
        assert_eq!(mend(r#"{"b":[{"c":"x","d":{"e":1,"f":2"#).unwrap(), r#"{"b":[{"c":"x","d":{"e":1}}]}"#);
        assert_eq!(mend(r#"{"a":"br,ack{et","b"#).unwrap(), r#"{"a":"br,ack{et"}"#);
        assert_eq!(mend(r#"{"a":"quo\"te,","b":2"#).unwrap(), r#"{"a":"quo\"te,"}"#);
        assert_eq!(mend(r#"{"a":1}"#).unwrap(), r#"{"a":1}"#);
        assert_eq!(mend("{]"), None);
        assert_eq!(mend("plain text"), None);
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i32>().prop_map(Value::from),
            "[a-z,{}\\[\\]\"\\\\]{0,6}".prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::btree_map("[a-z,:\"]{1,4}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_cut_object_is_json_again(value in json(), cut in 0.0..1.0_f64) {
            let text = serde_json::json!({ "it": value }).to_string();
            let mut end = 1 + (text.len() as f64 * cut) as usize;
            while !text.is_char_boundary(end.min(text.len())) { end += 1; }
            let mended = mend(&text[..end.min(text.len())]).unwrap();
            prop_assert!(serde_json::from_str::<Value>(&mended).is_ok(), "{mended}");
        }
    }
}
