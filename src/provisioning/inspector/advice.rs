//! An error's detail, taken apart: why it failed, and what to do.

/// `reason: advice` at the last colon that is not within quotes; an error that gives no advice has none.
pub(super) fn split(detail: &str) -> (&str, Option<&str>) {
    let mut quoted = false;
    let mut colon = None;
    for (at, c) in detail.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted && detail[at..].starts_with(": ") => colon = Some(at),
            _ => {}
        }
    }
    match colon.map(|at| (detail[..at].trim(), detail[at + 1..].trim())) {
        Some((reason, advice)) if !reason.is_empty() && !advice.is_empty() => (reason, Some(advice)),
        _ => (detail, None),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn the_last_colon_divides() {
        assert_eq!(
            split("the bearer token was revoked: make a new one in Muster and enter it here"),
            ("the bearer token was revoked", Some("make a new one in Muster and enter it here"))
        );
        assert_eq!(split("Operations[0]: no path: name one"), ("Operations[0]: no path", Some("name one")));
        assert_eq!(split("the name \"a: b\" is taken"), ("the name \"a: b\" is taken", None));
        assert_eq!(split("\"a: b\" is taken: choose \"c: d\""), ("\"a: b\" is taken", Some("choose \"c: d\"")));
        assert_eq!(split("urn:x:y is unknown"), ("urn:x:y is unknown", None));
        assert_eq!(split("something: "), ("something: ", None));
        assert_eq!(split(""), ("", None));
    }
}
