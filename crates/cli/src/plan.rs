//! How the rows are found that a command asks for: by a scan of the table, or by indexes.

use leafwise::file::Found;

use crate::error::Error;
use crate::index::{self, Index};
use crate::query::Query;
use crate::run::Order;
use crate::select::Condition;

/// A condition whose column may have an index.
pub(crate) struct Opened {
    pub(crate) condition: Condition,
    pub(crate) index: Option<Index>,
}

impl Opened {
    /// What the index of the column finds, if there is one.
    fn search(&self) -> Result<Option<(&Index, Vec<Found>)>, Error> {
        let search = |index| Ok((index, Index::search(index, &self.condition.query)?));
        self.index.as_ref().map(search).transpose()
    }
}

/// How the rows are found.
pub(crate) enum Plan<'i> {
    /// All rows of the table are looked at.
    Scan,
    /// The index of the key has them in the order in which they are printed.
    InOrder(&'i Index, Candidates),
    /// The rows of its first keys are looked at, until a key has rows that fulfil the conditions.
    FirstKey(&'i Index, Candidates),
    /// The rows at these places, which ascend, are sorted.
    Sorted(&'i Index, Vec<u64>),
}

/// Rows that may be looked for.
pub(crate) struct Candidates {
    pub(crate) found: Vec<Found>,
    /// The places of the rows, in order, that fulfil those conditions whose columns have an index;
    /// `None` if there is none.
    pub(crate) allowed: Option<Vec<u64>>,
}

impl Candidates {
    /// Those of some places that are allowed.
    pub(crate) fn retain(&self, places: &mut Vec<u64>) {
        if let Some(allowed) = &self.allowed {
            places.retain(|place| allowed.binary_search(place).is_ok());
        }
    }
}

impl<'i> Plan<'i> {
    /// Finds the way for a query with conditions that all hold, and others of which one holds
    /// instead of the query. If only rows of the first key are looked for in an order, and the
    /// index alone says which one it is, the query becomes one for it.
    ///
    /// Lists of places take no more than that many bytes of memory: a longer one is not made.
    pub(crate) fn new(
        index: Option<&'i Index>,
        query: &mut Query,
        (all, any): (&[Opened], &[Opened]),
        first: Option<Order>,
        memory: usize,
    ) -> Result<Plan<'i>, Error> {
        let Some(index) = index else {
            return Ok(Plan::Scan);
        };
        let fits = |count: u64| count <= memory as u64 / size_of::<u64>() as u64;
        let found = index.search(query)?;
        let mut candidates = Candidates {
            found,
            allowed: None,
        };
        for condition in all {
            if let Some((other, found)) = condition.search()?
                && fits(index::count(&found))
            {
                let mut places = other.places(&found)?;
                candidates.retain(&mut places);
                candidates.allowed = Some(places);
            }
        }
        if !any.is_empty() {
            let found = candidates.found.as_slice();
            let others = any.iter().map(Opened::search);
            let others = others.collect::<Result<Option<Vec<_>>, Error>>()?;
            let counts = others
                .iter()
                .flatten()
                .map(|(_, found)| index::count(found));
            let count = index::count(found) + counts.sum::<u64>();
            let Some(others) = others.filter(|_| fits(count)) else {
                return Ok(Plan::Scan);
            };
            let mut places = index.places(found)?;
            for (other, found) in others {
                places.extend(other.places(&found)?);
            }
            places.sort_unstable();
            places.dedup();
            candidates.retain(&mut places);
            return Ok(Plan::Sorted(index, places));
        }
        if candidates.allowed.as_ref().is_some_and(Vec::is_empty) {
            candidates.found.clear();
        }
        match first {
            None => Ok(Plan::InOrder(index, candidates)),
            Some(order) if all.is_empty() => {
                (*query, candidates.found) = index.first(&candidates.found, order)?;
                Ok(Plan::InOrder(index, candidates))
            }
            Some(_) => Ok(Plan::FirstKey(index, candidates)),
        }
    }
}
