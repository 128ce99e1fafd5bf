//! Tokens to tree, by recursive descent: or, and, not, grouping (RFC 7644 section 3.4.2.2, figure 1).

use std::{iter::Peekable, str::FromStr, vec::IntoIter};

use serde_json::Number;

use super::{
    AttrPath, CompareOp, CompareValue, Filter, MAX_CONDITIONS, MAX_DEPTH,
    lexer::{Token, tokens},
};
use crate::error::{Result, ScimError};

impl Filter {
    /// Reads a filter (RFC 7644 section 3.4.2.2, figure 1).
    ///
    /// # Errors
    /// `invalidFilter`, saying what was expected: the syntax is wrong, or the filter exceeds
    /// [`MAX_LENGTH`](super::MAX_LENGTH), [`MAX_DEPTH`] or [`MAX_CONDITIONS`].
    pub fn parse(text: &str) -> Result<Filter> {
        parse(text, Inside::Resource)
    }

    /// Reads what stands in the brackets of a path: its names are sub-attributes, and no brackets may nest.
    pub(crate) fn parse_value_filter(text: &str) -> Result<Filter> {
        parse(text, Inside::Element)
    }
}

impl FromStr for Filter {
    type Err = ScimError;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Resource,
    Element,
}

fn parse(text: &str, inside: Inside) -> Result<Filter> {
    let mut parser = Parser { tokens: tokens(text)?.into_iter().peekable(), depth: 0, conditions: 0 };
    let filter = parser.or(inside)?;
    match parser.tokens.next() {
        None => Ok(filter),
        Some(token) => Err(ScimError::invalid_filter(format!(
            "{} was not expected after a complete condition: join conditions with and, or",
            token.show()
        ))),
    }
}

struct Parser<'a> {
    tokens: Peekable<IntoIter<Token<'a>>>,
    depth: usize,
    conditions: usize,
}

impl Parser<'_> {
    fn or(&mut self, inside: Inside) -> Result<Filter> {
        let mut left = self.and(inside)?;
        while self.takes_word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and(inside)?));
        }
        Ok(left)
    }

    fn and(&mut self, inside: Inside) -> Result<Filter> {
        let mut left = self.term(inside)?;
        while self.takes_word("and") {
            left = Filter::And(Box::new(left), Box::new(self.term(inside)?));
        }
        Ok(left)
    }

    fn term(&mut self, inside: Inside) -> Result<Filter> {
        match self.tokens.next() {
            Some(Token::Open) => self.group(inside),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("not") && self.takes(&Token::Open) => {
                Ok(Filter::Not(Box::new(self.group(inside)?)))
            }
            Some(Token::Word(word)) => self.condition(attr_path(word)?, inside),
            other => Err(unexpected(other.as_ref(), "an attribute name")),
        }
    }

    /// What follows an opening parenthesis.
    fn group(&mut self, inside: Inside) -> Result<Filter> {
        self.enter()?;
        let filter = self.or(inside)?;
        self.expect(&Token::Close, "\")\"")?;
        self.depth -= 1;
        Ok(filter)
    }

    fn condition(&mut self, path: AttrPath, inside: Inside) -> Result<Filter> {
        if !self.takes(&Token::OpenBracket) {
            return self.comparison(path);
        }
        if inside == Inside::Element || path.sub.is_some() {
            return Err(ScimError::invalid_filter(format!(
                "\"{path}[\": brackets follow the name of a multi-valued attribute and do not nest"
            )));
        }
        self.enter()?;
        let mut filter = self.or(Inside::Element)?;
        self.expect(&Token::CloseBracket, "\"]\"")?;
        self.depth -= 1;
        if let Some(sub) = self.sub_attribute() {
            let about_sub = self.comparison(attr_path(&sub)?)?;
            filter = Filter::And(Box::new(filter), Box::new(about_sub));
            // Its canonical text may need parentheses that this text did without.
            if self.depth + 1 + filter.nesting() > MAX_DEPTH {
                return Err(too_deep());
            }
        }
        Ok(Filter::ValuePath { path, filter: Box::new(filter) })
    }

    /// `.value` right after a closing bracket.
    fn sub_attribute(&mut self) -> Option<String> {
        let token = self.tokens.next_if(|token| matches!(token, Token::Word(word) if word.starts_with('.')))?;
        match token {
            Token::Word(word) => Some(word[1..].to_owned()),
            _ => None,
        }
    }

    fn comparison(&mut self, path: AttrPath) -> Result<Filter> {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            return Err(ScimError::invalid_filter(format!(
                "the filter has more than {MAX_CONDITIONS} conditions: ask several times"
            )));
        }
        let word = match self.tokens.next() {
            Some(Token::Word(word)) => word,
            other => return Err(unexpected(other.as_ref(), &format!("an operator after \"{path}\""))),
        };
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(path));
        }
        let op = CompareOp::ALL.into_iter().find(|op| op.as_str().eq_ignore_ascii_case(word)).ok_or_else(|| {
            ScimError::invalid_filter(format!(
                "\"{word}\" is no operator: use eq, ne, co, sw, ew, pr, gt, ge, lt or le after \"{path}\""
            ))
        })?;
        let value = match self.tokens.next() {
            Some(Token::Text(text)) => CompareValue::String(text),
            Some(Token::Word(word)) => scalar(word)?,
            other => return Err(unexpected(other.as_ref(), &format!("a value after \"{path} {}\"", op.as_str()))),
        };
        Ok(Filter::Compare { path, op, value })
    }

    fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep());
        }
        Ok(())
    }

    fn takes(&mut self, token: &Token<'_>) -> bool {
        self.tokens.next_if(|next| next == token).is_some()
    }

    fn takes_word(&mut self, keyword: &str) -> bool {
        self.tokens.next_if(|next| matches!(next, Token::Word(word) if word.eq_ignore_ascii_case(keyword))).is_some()
    }

    fn expect(&mut self, token: &Token<'_>, name: &str) -> Result<()> {
        match self.tokens.next() {
            Some(next) if next == *token => Ok(()),
            other => Err(unexpected(other.as_ref(), name)),
        }
    }
}

fn too_deep() -> ScimError {
    ScimError::invalid_filter(format!("the filter nests more than {MAX_DEPTH} levels deep"))
}

fn attr_path(word: &str) -> Result<AttrPath> {
    AttrPath::parse(word).map_err(|error| ScimError::invalid_filter(error.detail))
}

fn scalar(word: &str) -> Result<CompareValue> {
    if word.eq_ignore_ascii_case("true") {
        return Ok(CompareValue::Bool(true));
    }
    if word.eq_ignore_ascii_case("false") {
        return Ok(CompareValue::Bool(false));
    }
    if word.eq_ignore_ascii_case("null") {
        return Ok(CompareValue::Null);
    }
    number(word).map(CompareValue::Number).ok_or_else(|| {
        ScimError::invalid_filter(format!(
            "{word} is no value: put strings into double quotes; otherwise a number, true, false or null"
        ))
    })
}

/// JSON's grammar, read to the last digit: serde_json alone is content with the nearest float but one.
fn number(word: &str) -> Option<Number> {
    let number: Number = serde_json::from_str(word).ok()?;
    if number.is_f64() { Number::from_f64(word.parse().ok()?) } else { Some(number) }
}

fn unexpected(found: Option<&Token<'_>>, expected: &str) -> ScimError {
    let found = found.map_or_else(|| "the end".to_owned(), Token::show);
    ScimError::invalid_filter(format!("the filter has {found} where {expected} was expected"))
}
