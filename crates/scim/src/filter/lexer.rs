//! Text to tokens.

use serde_json::Value;

use super::MAX_LENGTH;
use crate::error::{Result, ScimError};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    /// A name, an operator, a number or one of true, false and null.
    Word(&'a str),
    /// A string, unescaped.
    Text(String),
}

impl Token<'_> {
    pub(super) fn show(&self) -> String {
        match self {
            Token::Open => "\"(\"".into(),
            Token::Close => "\")\"".into(),
            Token::OpenBracket => "\"[\"".into(),
            Token::CloseBracket => "\"]\"".into(),
            Token::Word(word) => format!("\"{word}\""),
            Token::Text(text) => format!("the string {}", Value::from(text.as_str())),
        }
    }
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>> {
    if text.len() > MAX_LENGTH {
        return Err(ScimError::invalid_filter(format!(
            "the filter is {} bytes long, at most {MAX_LENGTH} are read: ask several times",
            text.len()
        )));
    }
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '[' => (Token::OpenBracket, 1),
            ']' => (Token::CloseBracket, 1),
            '"' => string(rest)?,
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"'));
                let length = end.unwrap_or(rest.len());
                (Token::Word(&rest[..length]), length)
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// RFC 7644 section 3.4.2.2: a string value follows the JSON grammar of RFC 7159, so that JSON's parser reads it.
fn string(rest: &str) -> Result<(Token<'static>, usize)> {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let closes = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        closes
    });
    let Some((end, _)) = end else {
        return Err(ScimError::invalid_filter(format!("the string {rest} is not closed: add a double quote")));
    };
    let literal = &rest[..=end];
    match serde_json::from_str(literal) {
        Ok(text) => Ok((Token::Text(text), literal.len())),
        Err(error) => Err(ScimError::invalid_filter(format!(
            "{literal} is no JSON string ({error}): escape \" and \\ with a backslash, control characters as \\uXXXX"
        ))),
    }
}
