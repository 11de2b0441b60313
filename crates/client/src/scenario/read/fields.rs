//! A table that is taken apart key by key; what is left over was not known.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::error::{FormatError, Place};

/// A table of a scenario.
pub(super) struct Fields<'s> {
    pub(super) source: Source<'s>,
    span: Range<usize>,
    left: DeTable<'s>,
    known: Vec<&'static str>,
}

/// The text that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'s>(pub(super) &'s str);

impl<'s> Source<'s> {
    pub(super) fn error(self, span: &Range<usize>, problem: impl Into<String>) -> FormatError {
        FormatError { place: Place::at(self.0, span.start), problem: problem.into() }
    }

    pub(super) fn told(self, error: &toml::de::Error, span: &Range<usize>) -> FormatError {
        self.error(&error.span().unwrap_or_else(|| span.clone()), error.message())
    }

    pub(super) fn read<'de, T: Deserialize<'de>>(self, value: Spanned<DeValue<'de>>) -> Result<T, FormatError> {
        let span = value.span();
        T::deserialize(ValueDeserializer::from(value)).map_err(|error| self.told(&error, &span))
    }
}

impl<'s> Fields<'s> {
    pub(super) fn new(source: Source<'s>, table: DeTable<'s>, span: Range<usize>) -> Self {
        Self { source, span, left: table, known: Vec::new() }
    }

    /// The table that a value is.
    pub(super) fn of(source: Source<'s>, value: Spanned<DeValue<'s>>, what: &str) -> Result<Self, FormatError> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(table) => Ok(Self::new(source, table, span)),
            other => Err(source.error(&span, format!("{what} is a table, not a value of type {}", other.type_str()))),
        }
    }

    /// The value of a key as it stands there.
    pub(super) fn value(&mut self, key: &'static str) -> Option<Spanned<DeValue<'s>>> {
        self.known.push(key);
        self.left.remove(key)
    }

    pub(super) fn take<T: Deserialize<'s>>(&mut self, key: &'static str) -> Result<Option<T>, FormatError> {
        self.value(key).map(|value| self.source.read(value)).transpose()
    }

    pub(super) fn need<T: Deserialize<'s>>(&mut self, key: &'static str) -> Result<T, FormatError> {
        self.take(key)?.ok_or_else(|| self.error(format!("`{key}` is missing here")))
    }

    /// The tables that a key holds; none if it is not there.
    pub(super) fn tables(&mut self, key: &'static str) -> Result<Vec<Fields<'s>>, FormatError> {
        let source = self.source;
        self.items(key)?.into_iter().map(|item| Fields::of(source, item, &format!("each `{key}`"))).collect()
    }

    /// The items of the list that a key holds; none if it is not there.
    pub(super) fn items(&mut self, key: &'static str) -> Result<Vec<Spanned<DeValue<'s>>>, FormatError> {
        let Some(value) = self.value(key) else { return Ok(Vec::new()) };
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(items) => Ok(items.iter().cloned().collect()),
            other => {
                Err(self.source.error(&span, format!("`{key}` is a list, not a value of type {}", other.type_str())))
            }
        }
    }

    /// The text that a key holds, which stays there.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.left.get(key).and_then(|value| value.get_ref().as_str())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.left.contains_key(key)
    }

    /// An error about the table.
    pub(super) fn error(&self, problem: impl Into<String>) -> FormatError {
        self.source.error(&self.span, problem)
    }

    /// Refuses what nobody took.
    pub(super) fn finish(self) -> Result<(), FormatError> {
        let first = self.left.keys().min_by_key(|key| key.span().start);
        first.map_or(Ok(()), |key| {
            let known = self.known.join("`, `");
            let problem = format!("`{}` is not known here; what may stand here is `{known}`", key.get_ref());
            Err(self.source.error(&key.span(), problem))
        })
    }
}
