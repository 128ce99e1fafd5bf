//! Addresses of lists, with their filters.

/// The path with these parameters; empty values are left out.
pub fn link(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path.to_string(),
        query => format!("{path}?{query}"),
    }
}

/// The page's number as it stands in an address; 1 when it is no number.
pub fn page_number(text: &str) -> u64 {
    text.parse().unwrap_or(1).clamp(1, 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_filters_are_left_out() {
        assert_eq!(link("/o/acme/users", &[("q", ""), ("status", "")]), "/o/acme/users");
        assert_eq!(link("/o/acme/users", &[("q", "a&b"), ("status", "active")]), "/o/acme/users?q=a%26b&status=active");
    }

    #[test]
    fn what_is_no_page_is_the_first() {
        assert_eq!([page_number("3"), page_number("0"), page_number("x")], [3, 1, 1]);
    }
}
