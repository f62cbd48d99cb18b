//! The files that scenarios share, bases and tables: each is read once, however many scenarios and variants name it.

use std::cell::OnceCell;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use toml::de::DeTable;
use toml::de::DeValue;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Sources;
use crate::plan::HostSpec;
use crate::scenario::raw::BaseRaw;

/// The shared files that were read so far.
pub(crate) struct SharedFiles<'s> {
    pub(crate) sources: &'s Sources,
    bases: RefCell<BTreeMap<String, Rc<Base>>>,
    tables: RefCell<BTreeMap<String, Rc<Vec<Row<'s>>>>>,
}

/// A base, and its hosts as the first plan on it made them.
pub(crate) struct Base {
    pub(crate) raw: BaseRaw,
    pub(crate) hosts: OnceCell<Arc<Vec<HostSpec>>>,
}

/// A row of a table: where it is in the file, and its cells.
pub(crate) struct Row<'s> {
    pub(crate) span: Range<usize>,
    pub(crate) cells: BTreeMap<String, DeValue<'s>>,
}

impl<'s> SharedFiles<'s> {
    /// None was read yet.
    pub(crate) fn of(sources: &'s Sources) -> Self {
        Self {
            sources,
            bases: RefCell::default(),
            tables: RefCell::default(),
        }
    }

    /// A base; nothing where there is no such file.
    pub(crate) fn base(&self, path: &str) -> Result<Option<Rc<Base>>, Diagnostic> {
        if let Some(known) = self.bases.borrow().get(path) {
            return Ok(Some(Rc::clone(known)));
        }
        let Some(text) = self.sources.text(path) else {
            return Ok(None);
        };
        let raw = toml::from_str(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
        let base = Rc::new(Base {
            raw,
            hosts: OnceCell::new(),
        });
        self.bases.borrow_mut().insert(path.to_owned(), Rc::clone(&base));
        Ok(Some(base))
    }

    /// The rows of a table; nothing where there is no such file.
    pub(crate) fn table(&self, path: &str) -> Result<Option<Rc<Vec<Row<'s>>>>, Diagnostic> {
        if let Some(known) = self.tables.borrow().get(path) {
            return Ok(Some(Rc::clone(known)));
        }
        let Some(text) = self.sources.text(path) else {
            return Ok(None);
        };
        let rows = Rc::new(rows(path, text)?);
        self.tables.borrow_mut().insert(path.to_owned(), Rc::clone(&rows));
        Ok(Some(rows))
    }
}

fn rows<'s>(path: &str, text: &'s str) -> Result<Vec<Row<'s>>, Diagnostic> {
    let parsed = DeTable::parse(text).map_err(|error| Diagnostic::from_toml(path, text, &error))?;
    let rows = parsed
        .into_inner()
        .into_iter()
        .find(|(key, _)| key.get_ref() == "row");
    let Some(DeValue::Array(rows)) = rows.map(|(_, rows)| rows.into_inner()) else {
        return Err(Diagnostic::at(path, text, 0..0, "a table has `[[row]]` entries"));
    };
    let row = |row: toml::Spanned<DeValue<'s>>| {
        let span = row.span();
        let DeValue::Table(row) = row.into_inner() else {
            return None;
        };
        let cells = row
            .into_iter()
            .map(|(name, value)| (name.get_ref().to_string(), value.into_inner()))
            .collect();
        Some(Row { span, cells })
    };
    Ok(rows.into_iter().filter_map(row).collect())
}
