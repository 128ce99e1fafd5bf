//! Texts that are compared: folding, slugs, e-mail addresses.

use unicode_normalization::UnicodeNormalization;

/// The form in which names are compared: NFC, lower case by Unicode's rules, the same on every database.
pub fn fold(text: &str) -> String {
    text.nfc().collect::<String>().to_lowercase()
}

/// `"Acme, Inc."` → `"acme-inc"`: letters, digits and single hyphens, at most 60 of them; empty when nothing is left.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    // NFKD takes the accents off their letters; what is not ASCII after that is left out.
    for c in name.nfkd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)) {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 60 {
            break;
        }
    }
    slug.trim_end_matches('-').to_string()
}

/// An e-mail address as people type it, trimmed; `None` when it cannot be one.
pub fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let plausible = !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    plausible.then(|| text.to_string())
}

/// The text with everything after `limit` characters cut off, for labels in the log.
pub fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

/// A number as people read it: `2 000`, with spaces that no line breaks at.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain_letters() {
        assert_eq!(slug("Acme, Inc."), "acme-inc");
        assert_eq!(slug("Žižkov & Söhne"), "zizkov-sohne");
        assert_eq!(slug("日本"), "");
    }

    #[test]
    fn folding_joins_composed_and_decomposed() {
        assert_eq!(fold("É"), fold("e\u{301}"));
        assert_eq!(fold("ÜBER"), "über");
    }

    #[test]
    fn an_email_has_two_halves() {
        assert_eq!(email(" ada@example.com "), Some("ada@example.com".into()));
        assert_eq!(email("ada"), None);
        assert_eq!(email("ada@localhost"), None);
        assert_eq!(email("a da@example.com"), None);
    }

    #[test]
    fn numbers_are_read_in_threes() {
        assert_eq!([0, 999, 10_000, 1_234_567].map(grouped), ["0", "999", "10\u{202f}000", "1\u{202f}234\u{202f}567"]);
    }
}
