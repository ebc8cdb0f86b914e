//! From filters to the files and rows that are read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::catalog::memory::DataSourceExec;
use datafusion::common::stats::Precision;
use datafusion::common::{Result, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::ParquetRowSelection;
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfig, FileScanConfigBuilder, FileSource, ParquetSource,
};
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use futures_util::TryStreamExt;
use futures_util::future::try_join_all;

use crate::about::FileState;
use crate::error::IndexError;
use crate::filter::{self, Keys};
use crate::index::{Hits, TableIndex};
use crate::interval::{Interval, after, intersection};
use crate::key::CellType;
use crate::selection::select;
use crate::source::{IndexedSource, Report};
use crate::table::{IndexedTable, Shared, Top, folder, is_local, relative};

/// The number of rows of a page that writers of Parquet mostly choose.
const PAGE_ROWS: u64 = 20_000;

/// When the table is read as it would be without an index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// If more than this part of its pages would be read.
    pub(crate) read_max: f64,
    /// If an index has found more rows than these.
    pub(crate) rows_max: u64,
}

impl Default for Limits {
    /// A thousand scattered rows of ten million are on most pages: reading them alone took 1.6
    /// times as long as reading all. The rows that were found are listed in memory: several
    /// million, which follow each other if they are on few pages, so that statistics find them too.
    fn default() -> Limits {
        Limits {
            read_max: 0.5,
            rows_max: 4 << 20,
        }
    }
}

/// As many rows of an index show how near each other the rows are that it has found.
const SAMPLE_ROWS: u64 = 16 << 10;

/// Of more keys than these, as many from their middle are looked for first if all of them may have
/// too many rows: they show how far from each other the rows are. Looking for a thousand scattered
/// keys of ten million reads most of the index, and took as long as reading two columns.
const SAMPLE_KEYS: usize = 64;

/// Rows that another index has found are worth reading, to intersect, if they are no more than as
/// many times those of the first one: a row of a table costs a page, one of an index a few bytes.
const OTHERS_MAX: u64 = 256;

/// The rows that indexes have found.
pub(crate) struct Matches {
    indexes: Vec<IndexMatches>,
    /// Why the table is read without an index.
    error: Option<String>,
}

struct IndexMatches {
    index: Arc<TableIndex>,
    /// The number of rows, and the rows of each file, by its number.
    count: u64,
    rows: HashMap<usize, Vec<u64>>,
}

impl Matches {
    /// Those of indexes that cannot be read.
    pub(crate) fn none(error: &IndexError) -> Matches {
        Matches {
            indexes: Vec::new(),
            error: Some(error.to_string()),
        }
    }
}

/// Looks for the rows that fulfil filters; `None` if no index knows anything about these, or if the
/// rows are too many.
pub(crate) async fn find(
    table: &IndexedTable,
    filters: &[Expr],
) -> Result<Option<Matches>, IndexError> {
    let groups = by_columns(table.shared.indexes()).into_iter();
    let found = groups.filter_map(|indexes| {
        let keys = filter::keys(filters, &indexes[0].about().columns)?;
        Some(async move { find_keys(indexes, &keys, table.limits).await })
    });
    let found: Vec<Option<Vec<Candidate<'_>>>> = try_join_all(found).await?;
    let mut groups: Vec<Vec<Candidate<'_>>> = found.into_iter().flatten().collect();
    groups.sort_by_key(|group| count(group));
    let Some(first) = groups.first() else {
        return Ok(None);
    };
    let most = count(first).saturating_mul(OTHERS_MAX);
    let most = most.min(table.limits.rows_max);
    groups.retain(|group| count(group) <= most);
    let mut is_one_worth_it = false;
    for group in &groups {
        is_one_worth_it = is_one_worth_it || is_worth_it(group, table.limits).await?;
    }
    if !is_one_worth_it && !may_be_worth_it_together(&groups, table.limits) {
        return Ok(None);
    }
    let read = groups
        .iter()
        .flatten()
        .map(|(index, hits)| read(index, hits));
    let indexes = try_join_all(read).await?;
    if !is_one_worth_it && pages_in_common(&indexes) as f64 > most_together(&groups, table.limits) {
        return Ok(None);
    }
    Ok(Some(Matches {
        indexes,
        error: None,
    }))
}

/// Whether the rows that all indexes have in common are few, if none of the filters depends on
/// another.
fn may_be_worth_it_together(groups: &[Vec<Candidate<'_>>], limits: Limits) -> bool {
    let rows = |group: &[Candidate<'_>]| group.iter().map(|(index, _)| index.rows()).sum::<u64>();
    let parts = groups
        .iter()
        .map(|group| count(group) as f64 / rows(group).max(1) as f64);
    let all_rows = groups.iter().map(|group| rows(group)).max().unwrap_or(0);
    groups.len() > 1 && parts.product::<f64>() * all_rows as f64 <= most_together(groups, limits)
}

/// As many pages are read by several indexes together at most.
fn most_together(groups: &[Vec<Candidate<'_>>], limits: Limits) -> f64 {
    let most = groups.iter().map(|group| most_pages(group, limits));
    most.fold(0.0, f64::max)
}

/// As many pages are read by an index at most.
fn most_pages(group: &[Candidate<'_>], limits: Limits) -> f64 {
    let all_pages: u64 = group.iter().map(|(index, _)| pages(index)).sum();
    all_pages as f64 * limits.read_max
}

/// The number of pages that have rows which all indexes have in common that know their file.
fn pages_in_common(found: &[IndexMatches]) -> usize {
    let files = found.iter().flat_map(|it| &it.index.about().files);
    let paths: HashSet<&str> = files.map(|file| &*file.path).collect();
    let rows = |path: &str| {
        let known = found
            .iter()
            .filter_map(|it| Some((it, it.index.tracked(path)?.0)));
        let rows = known.map(|(it, number)| it.rows.get(&number).cloned().unwrap_or_default());
        rows.reduce(|one, other| common(&one, &other))
    };
    let pages = paths.into_iter().filter_map(rows);
    pages.map(|rows| different_pages(&rows)).sum()
}

/// An index, and what it has found.
type Candidate<'s> = (&'s Arc<TableIndex>, Hits);

/// Indexes of the same columns, which may be of parts of the files.
fn by_columns(indexes: &[Arc<TableIndex>]) -> Vec<Vec<&Arc<TableIndex>>> {
    let mut groups: Vec<Vec<&Arc<TableIndex>>> = Vec::new();
    for index in indexes {
        let columns = &index.about().columns;
        let is_same = |group: &&mut Vec<&Arc<TableIndex>>| group[0].about().columns == *columns;
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups
}

/// Looks for keys in indexes of the same columns; `None` if some of the keys show that the rows of
/// all are on too many pages.
async fn find_keys<'s>(
    indexes: Vec<&'s Arc<TableIndex>>,
    keys: &Keys,
    limits: Limits,
) -> Result<Option<Vec<Candidate<'s>>>, IndexError> {
    let all_pages = indexes.iter().map(|index| pages(index)).sum::<u64>() as f64;
    let (count, most) = (keys.intervals.len(), all_pages * limits.read_max);
    if count > SAMPLE_KEYS && count as f64 > most {
        let middle = (count - SAMPLE_KEYS) / 2;
        let some = Keys {
            intervals: keys.intervals[middle..middle + SAMPLE_KEYS].to_vec(),
            are_exact: false,
        };
        let samples = indexes
            .iter()
            .map(|index| async { index.sample(&index.find(&some).await?, SAMPLE_ROWS).await });
        let samples = try_join_all(samples).await?;
        let rows = samples.iter().map(Vec::len).sum::<usize>() as f64;
        let different: usize = samples.iter().map(|rows| different_pages(rows)).sum();
        let among = pages_of_random_rows(different as f64, rows, all_pages);
        let all_rows = rows * count as f64 / SAMPLE_KEYS as f64;
        if different_pages_of_random_rows(among, all_rows) > most {
            return Ok(None);
        }
    }
    let find = indexes
        .into_iter()
        .map(|index| async move { Ok::<_, IndexError>((index, index.find(keys).await?)) });
    Ok(Some(try_join_all(find).await?))
}

/// The number of pages that have rows, if each of the rows may be on any of these pages.
fn different_pages_of_random_rows(pages: f64, rows: f64) -> f64 {
    match pages > 1.0 {
        true => pages * (1.0 - (1.0 - 1.0 / pages).powf(rows)),
        false => pages,
    }
}

/// The number of pages, at most a greatest one, of which that many rows are on that many different
/// ones.
fn pages_of_random_rows(different: f64, rows: f64, greatest: f64) -> f64 {
    let (mut low, mut high) = (different, greatest);
    while high - low > 1.0 {
        let middle = (low + high) / 2.0;
        match different_pages_of_random_rows(middle, rows) < different {
            true => low = middle,
            false => high = middle,
        }
    }
    high
}

/// The number of rows that were found.
fn count(group: &[Candidate<'_>]) -> u64 {
    group.iter().map(|(_, hits)| hits.count).sum()
}

/// The rows that may be among the first ones; `None` if an index cannot tell these.
pub(crate) async fn find_top(
    table: &IndexedTable,
    session: &dyn Session,
    filters: &[Expr],
    top: &Top,
) -> Result<Option<Matches>, IndexError> {
    let shared = &table.shared;
    let candidate = shared.indexes().iter().find_map(|index| {
        let columns = &index.about().columns;
        let [(name, data_type)] = &columns[..] else {
            return None;
        };
        let is_ordered = !matches!(CellType::of(data_type), Some(CellType::Float { .. }));
        let has_nulls = index.entries() < index.rows();
        let keys = exact_keys(filters, index)?;
        // Filters leave no nulls.
        let are_nulls_behind = !top.are_nulls_first || !has_nulls || !filters.is_empty();
        (*name == top.column && is_ordered && are_nulls_behind).then_some((index, keys))
    });
    let Some((index, mut keys)) = candidate else {
        return Ok(None);
    };
    // Rows that are gone would stand for others.
    if coverage(shared, session, index).await?.has_gone {
        return Ok(None);
    }
    let hits = index.find(&keys).await?;
    let last = index
        .end_keys(&hits, top.count as u64, top.is_descending)
        .await?;
    let Some(last) = last else {
        return Ok(None);
    };
    let up_to = match top.is_descending {
        false => Interval {
            start: Vec::new(),
            end: Some(after(&last)),
        },
        true => Interval {
            start: last,
            end: None,
        },
    };
    keys.intervals = intersection(&keys.intervals, &[up_to]);
    let hits = index.find(&keys).await?;
    if hits.count > table.limits.rows_max {
        return Ok(None);
    }
    let found = [(index, hits)];
    if !is_worth_it(&found, table.limits).await? {
        return Ok(None);
    }
    let [(index, hits)] = found;
    Ok(Some(Matches {
        indexes: vec![read(index, &hits).await?],
        error: None,
    }))
}

/// The keys of the rows that fulfil filters, and of no others; `None` if an index cannot tell.
pub(crate) fn exact_keys(filters: &[Expr], index: &TableIndex) -> Option<Keys> {
    if filters.is_empty() {
        return Some(Keys {
            intervals: vec![Interval::ALL],
            are_exact: true,
        });
    }
    filter::keys(filters, &index.about().columns).filter(|keys| keys.are_exact)
}

/// How the files that there are differ from those of an index.
pub(crate) struct Coverage {
    /// Whether there are files that the index does not have in this state.
    pub(crate) has_unknown: bool,
    /// Whether the index has files, or states of these, that are no longer there.
    pub(crate) has_gone: bool,
}

/// Compares the files that there are with those of an index.
pub(crate) async fn coverage(
    shared: &Shared,
    session: &dyn Session,
    index: &TableIndex,
) -> Result<Coverage, IndexError> {
    let url = &shared.url;
    let store = session.runtime_env().object_store(url)?;
    let ending = &shared.plain.options().file_extension;
    let mut files = url.list_all_files(session, &store, ending).await?;
    let folder = folder(url);
    let (mut known, mut has_unknown) = (0, false);
    while let Some(file) = files.try_next().await? {
        if file.size == 0 {
            continue;
        }
        let state = FileState::of(&file, is_local(url));
        match index.tracked(relative(&folder, &file.location)) {
            Some((_, tracked)) if tracked.state.difference(&state).is_none() => known += 1,
            _ => has_unknown = true,
        }
    }
    Ok(Coverage {
        has_unknown,
        has_gone: known < index.about().files.len(),
    })
}

/// Whether much less is read if only pages are that have rows that were found.
async fn is_worth_it(group: &[Candidate<'_>], limits: Limits) -> Result<bool, IndexError> {
    let most = most_pages(group, limits);
    if count(group) as f64 <= most {
        return Ok(true);
    }
    let mut read = 0.0;
    for (index, hits) in group {
        // Rows that follow each other begin a new page now and then.
        let sample = index.sample(hits, SAMPLE_ROWS).await?;
        let begun = different_pages(&sample).saturating_sub(1);
        read += hits.count as f64 * begun as f64 / sample.len().max(1) as f64;
    }
    Ok(read <= most)
}

/// The number of pages that rows of an index are on.
fn pages(index: &TableIndex) -> u64 {
    index.rows().div_ceil(PAGE_ROWS)
}

/// The number of different pages that rows are on, in ascending order.
fn different_pages(rows: &[u64]) -> usize {
    let pages = rows.chunk_by(|one, other| one / PAGE_ROWS == other / PAGE_ROWS);
    pages.count()
}

async fn read(index: &Arc<TableIndex>, hits: &Hits) -> Result<IndexMatches, IndexError> {
    let rows = index.rows_of(hits).await?;
    Ok(IndexMatches {
        index: Arc::clone(index),
        count: hits.count,
        rows: index.by_file(&rows).into_iter().collect(),
    })
}

/// What is read of a file.
enum Part {
    Whole(String),
    /// Some rows, how many there are altogether, and how long the metadata is.
    Rows(Vec<u64>, u64, usize),
}

/// Makes a plan that reads the whole table read only the rows that were found, and the files that
/// no index knows.
pub(crate) fn narrow(
    shared: &Shared,
    plan: Arc<dyn ExecutionPlan>,
    found: Matches,
    partitions: usize,
) -> Result<Arc<dyn ExecutionPlan>> {
    // Without files, it is another plan.
    let Some(exec) = plan.downcast_ref::<DataSourceExec>() else {
        return Ok(plan);
    };
    let Some(config) = exec.data_source().downcast_ref::<FileScanConfig>() else {
        return Ok(plan);
    };
    let Some(parquet) = config.file_source().downcast_ref::<ParquetSource>() else {
        return Ok(plan);
    };
    let folder = folder(&shared.url);
    let names = |it: &IndexMatches| (it.index.name(), it.count);
    let mut report = Report {
        indexes: found.indexes.iter().map(names).collect(),
        ..Report::default()
    };
    let mut keep = |file: PartitionedFile| -> Option<PartitionedFile> {
        report.all_files += 1;
        let path = relative(&folder, file.path()).to_string();
        let state = FileState::of(&file.object_meta, is_local(&shared.url));
        let (rows, total, metadata) = match part(&found, &path, &state) {
            Part::Rows(rows, total, metadata) => (rows, total, metadata),
            Part::Whole(why) => {
                report.whole.push((path, why));
                return Some(file);
            }
        };
        if rows.is_empty() {
            return None;
        }
        report.rows += rows.len() as u64;
        report.files += 1;
        let file = file.with_extension(ParquetRowSelection::new(select(&rows, total)));
        Some(file.with_metadata_size_hint(metadata))
    };
    let groups = config.file_groups.iter().map(|group| {
        let files = group.iter().cloned();
        FileGroup::new(files.filter_map(&mut keep).collect())
    });
    let mut groups: Vec<FileGroup> = groups.collect();
    if config.output_partitioning.is_none() {
        groups = spread(groups, partitions);
    }
    let mut source = parquet.clone();
    let mut statistics = Statistics::new_unknown(parquet.table_schema().table_schema());
    if report.whole.is_empty() {
        // The index has said more than they could.
        source = source.with_bloom_filter_on_read(false);
        let rows = usize::try_from(report.rows).unwrap_or(usize::MAX);
        statistics.num_rows = Precision::Inexact(rows);
    }
    let config = FileScanConfigBuilder::from(config.clone())
        .with_source(Arc::new(IndexedSource::new(source, report)))
        .with_file_groups(groups)
        .with_statistics(statistics)
        .build();
    Ok(DataSourceExec::from_data_source(config))
}

/// The part of a file that is read.
fn part(found: &Matches, path: &str, state: &FileState) -> Part {
    let mut all: Option<(Vec<u64>, u64, usize)> = None;
    let mut why = None;
    for IndexMatches { index, rows, .. } in &found.indexes {
        let Some((number, file)) = index.tracked(path) else {
            why = Some(format!("is not in {}", index.name()));
            continue;
        };
        if let Some(difference) = file.state.difference(state) {
            why = Some(format!("{difference} since {} was built", index.name()));
            continue;
        }
        let own = rows.get(&number).cloned().unwrap_or_default();
        all = Some(match all {
            None => (own, file.rows, file.metadata as usize),
            Some((others, total, metadata)) => (common(&others, &own), total, metadata),
        });
    }
    match (all, why) {
        (Some((rows, total, metadata)), _) => Part::Rows(rows, total, metadata),
        (None, Some(why)) => Part::Whole(why),
        (None, None) => Part::Whole(found.error.clone().unwrap_or_default()),
    }
}

/// The rows that are in both of two ascending sequences.
fn common(one: &[u64], other: &[u64]) -> Vec<u64> {
    let mut others = other.iter().copied().peekable();
    let is_in_other = |row: &&u64| {
        while others.next_if(|other| other < row).is_some() {}
        others.peek() == Some(row)
    };
    one.iter().filter(is_in_other).copied().collect()
}

/// The same files in at most as many groups, none of which is empty if there are files.
fn spread(groups: Vec<FileGroup>, partitions: usize) -> Vec<FileGroup> {
    let files: Vec<_> = groups.into_iter().flat_map(FileGroup::into_inner).collect();
    let count = partitions.min(files.len()).max(1);
    let mut spread = vec![Vec::new(); count];
    for (number, file) in files.into_iter().enumerate() {
        spread[number % count].push(file);
    }
    spread.into_iter().map(FileGroup::new).collect()
}

#[cfg(test)]
mod tests {
    use super::{common, different_pages, different_pages_of_random_rows, pages_of_random_rows};

    #[test]
    fn rows_of_two_indexes_are_those_of_both() {
        assert_eq!(common(&[1, 3, 5, 9], &[0, 3, 4, 9, 11]), [3, 9]);
        assert!(common(&[1, 3], &[]).is_empty());
        assert!(common(&[], &[1, 3]).is_empty());
    }

    #[test]
    fn pages_of_rows_are_estimated() {
        assert_eq!(different_pages(&[]), 0);
        assert_eq!(different_pages(&[0, 19_999, 20_000, 70_000]), 3);
        assert_eq!(different_pages_of_random_rows(1.0, 9.0), 1.0);
        assert_eq!(different_pages_of_random_rows(500.0, 0.0), 0.0);
        let different = different_pages_of_random_rows(500.0, 1000.0);
        assert!((432.0..433.0).contains(&different), "{different}");
        // Rows that are all on different pages may be on any page.
        assert_eq!(pages_of_random_rows(64.0, 64.0, 500.0), 500.0);
        for pages in [40.0, 200.0, 450.0] {
            let different = different_pages_of_random_rows(pages, 64.0);
            let estimated = pages_of_random_rows(different, 64.0, 500.0);
            assert!(
                (pages..pages + 1.0).contains(&estimated),
                "{pages}: {estimated}"
            );
        }
        assert_eq!(pages_of_random_rows(0.0, 0.0, 1.0), 1.0);
    }
}
