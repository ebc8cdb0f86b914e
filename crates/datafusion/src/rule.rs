//! The rule of the optimizer by which an index computes aggregates, and finds the first rows.
//!
//! A rule cannot wait for an index to be read, but a table can when it is scanned. So the rule
//! only says to the table what is wanted: it puts another table in its place.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::{TableType, provider_as_source, source_as_provider};
use datafusion::execution::SessionState;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, LogicalPlanBuilder, Sort, TableScan};
use datafusion::optimizer::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::PhysicalExpr;
use datafusion::physical_plan::expressions::Column as PhysicalColumn;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};

use crate::error::IndexError;
use crate::index::TableIndex;
use crate::key::{self, CellType};
use crate::scan;
use crate::table::{IndexedTable, Top, Wanted};

/// The name that a table of aggregates has in a plan.
const NAME: &str = "by_index";

/// A rule of the optimizer: `count`, `min` and `max` over an [`IndexedTable`] are computed by an
/// index, without a request for a Parquet file, and `ORDER BY .. LIMIT` reads only rows that may be
/// among the first.
///
/// An aggregate is computed so if there is no `GROUP BY`, the index has all files of the table in
/// their present state, and the filters are about its columns alone. Otherwise, and for
/// floating-point numbers, the query is planned as it would be without the rule.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use datafusion::execution::SessionStateBuilder;
/// use datafusion::prelude::SessionContext;
/// use leafwise_datafusion::ByIndex;
///
/// let state = SessionStateBuilder::new()
///     .with_default_features()
///     .with_optimizer_rule(Arc::new(ByIndex))
///     .build();
/// let context = SessionContext::new_with_state(state);
/// # let _ = context;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ByIndex;

impl OptimizerRule for ByIndex {
    fn name(&self) -> &str {
        "by_index"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let other = match &plan {
            LogicalPlan::Aggregate(aggregate) => by_index(aggregate)?,
            LogicalPlan::Sort(sort) => limited(sort)?,
            _ => None,
        };
        Ok(other.map_or_else(|| Transformed::no(plan), Transformed::yes))
    }
}

/// The rows of an indexed table that fulfil filters.
struct Rows {
    table: IndexedTable,
    filters: Vec<Expr>,
    /// Whether the table is told all filters when it is scanned.
    are_told: bool,
    /// The columns of the table that were asked for.
    columns: Vec<String>,
}

impl Rows {
    /// Those that a plan makes, if it does nothing else with them than compute other columns than
    /// these.
    fn of(mut plan: &LogicalPlan, mut columns: Vec<String>) -> Result<Option<Rows>> {
        let mut filters = Vec::new();
        loop {
            plan = match plan {
                LogicalPlan::Projection(projection) => {
                    let is_plain = |expr: &Expr| matches!(expr, Expr::Column(_));
                    // A filter of a computed column has another meaning below.
                    if !filters.is_empty() && !projection.expr.iter().all(is_plain) {
                        return Ok(None);
                    }
                    for column in &mut columns {
                        match origin(column, &projection.expr) {
                            Some(origin) => *column = origin,
                            None => return Ok(None),
                        }
                    }
                    &projection.input
                }
                LogicalPlan::Filter(filter) => {
                    filters.extend(split_conjunction_owned(filter.predicate.clone()));
                    &filter.input
                }
                LogicalPlan::SubqueryAlias(alias) => &alias.input,
                LogicalPlan::TableScan(scan) => {
                    // Those that differ each time, as with `random()`, are not.
                    let are_told = filters.iter().all(|it| scan.filters.contains(it));
                    filters.extend(scan.filters.iter().cloned());
                    return Ok(open_table(scan)?.map(|table| Rows {
                        table,
                        filters,
                        are_told,
                        columns,
                    }));
                }
                _ => return Ok(None),
            };
        }
    }
}

/// The column that a projection passes on under a name.
fn origin(name: &str, projection: &[Expr]) -> Option<String> {
    projection.iter().find_map(|expr| match expr {
        Expr::Column(column) if column.name == name => Some(column.name.clone()),
        Expr::Alias(alias) if alias.name == name => match &*alias.expr {
            Expr::Column(column) => Some(column.name.clone()),
            _ => None,
        },
        _ => None,
    })
}

/// The indexed table that a scan is of, if nothing is wanted of it yet.
fn open_table(scan: &TableScan) -> Result<Option<IndexedTable>> {
    // Tables of other sources have no provider.
    let Ok(table) = source_as_provider(&scan.source) else {
        return Ok(None);
    };
    let table = table.downcast_ref::<IndexedTable>();
    let is_open = |table: &&IndexedTable| table.wanted == Wanted::Rows && scan.fetch.is_none();
    Ok(table.filter(is_open).cloned())
}

/// A plan with another table in the place of an indexed one.
fn with_table(plan: LogicalPlan, table: &IndexedTable) -> Result<LogicalPlan> {
    let replaced = plan.transform_down(|plan| match plan {
        LogicalPlan::TableScan(scan) => {
            let scan = TableScan {
                source: provider_as_source(Arc::new(table.clone())),
                ..scan
            };
            Ok(Transformed::yes(LogicalPlan::TableScan(scan)))
        }
        plan => Ok(Transformed::no(plan)),
    });
    Ok(replaced?.data)
}

/// A plan for the first rows, if an index may know these.
fn limited(sort: &Sort) -> Result<Option<LogicalPlan>> {
    let (Some(count), Some(first)) = (sort.fetch, sort.expr.first()) else {
        return Ok(None);
    };
    let Expr::Column(column) = &first.expr else {
        return Ok(None);
    };
    let rows = Rows::of(&sort.input, vec![column.name.clone()])?;
    // A filter that the table does not know may leave none of the first rows.
    let Some(rows) = rows.filter(|rows| rows.are_told) else {
        return Ok(None);
    };
    let table = IndexedTable {
        wanted: Wanted::Top(Top {
            column: rows.columns[0].clone(),
            count,
            is_descending: !first.asc,
            are_nulls_first: first.nulls_first,
        }),
        ..rows.table
    };
    Ok(Some(LogicalPlan::Sort(Sort {
        expr: sort.expr.clone(),
        input: Arc::new(with_table(LogicalPlan::clone(&sort.input), &table)?),
        fetch: sort.fetch,
    })))
}

/// A call of an aggregate function over all rows.
#[derive(Clone, Debug)]
enum Call {
    CountRows,
    /// Of the cells of a column that are not null.
    Count(String),
    Min(String),
    Max(String),
}

/// A plan for an aggregate, if an index may know its result.
fn by_index(aggregate: &Aggregate) -> Result<Option<LogicalPlan>> {
    let Some(aggregates) = aggregates(aggregate)? else {
        return Ok(None);
    };
    let has_index = |call: &Call| call.has_index(&aggregates.table);
    if !aggregates.calls.iter().all(has_index) {
        return Ok(None);
    }
    let columns = aggregate.schema.iter().map(|(qualifier, field)| {
        let column = Expr::Column(Column::new(Some(NAME), field.name()));
        column.alias_qualified(qualifier.cloned(), field.name())
    });
    let columns: Vec<Expr> = columns.collect();
    let scan = LogicalPlanBuilder::scan(NAME, provider_as_source(Arc::new(aggregates)), None)?;
    Ok(Some(scan.project(columns)?.build()?))
}

/// The aggregates that another machine wants, by the plan that computes them without an index;
/// `None` if that is no such aggregate.
#[cfg(feature = "proto")]
pub(crate) fn restored(otherwise: LogicalPlan) -> Result<Option<Aggregates>> {
    let mut leaf = &otherwise;
    while let [input] = leaf.inputs()[..] {
        leaf = input;
    }
    let LogicalPlan::TableScan(scan) = leaf else {
        return Ok(None);
    };
    let table = source_as_provider(&scan.source)?;
    let Some(table) = table.downcast_ref::<IndexedTable>() else {
        return Ok(None);
    };
    let table = IndexedTable {
        wanted: Wanted::Rows,
        ..table.clone()
    };
    match with_table(otherwise, &table)? {
        LogicalPlan::Aggregate(aggregate) => aggregates(&aggregate),
        _ => Ok(None),
    }
}

/// The calls of an aggregate, if they are of the kinds that an index may compute.
fn aggregates(aggregate: &Aggregate) -> Result<Option<Aggregates>> {
    if !aggregate.group_expr.is_empty() || aggregate.aggr_expr.is_empty() {
        return Ok(None);
    }
    let calls: Option<Vec<Call>> = aggregate.aggr_expr.iter().map(call).collect();
    let Some(calls) = calls else {
        return Ok(None);
    };
    let columns = calls.iter().map(Call::column);
    let columns = columns.flatten().map(str::to_string).collect();
    let Some(rows) = Rows::of(&aggregate.input, columns)? else {
        return Ok(None);
    };
    let mut columns = rows.columns.into_iter();
    let calls = calls.into_iter().map(|call| call.of(&mut columns));
    let calls: Vec<Call> = calls.collect();
    let plain = IndexedTable {
        wanted: Wanted::Plain,
        ..rows.table.clone()
    };
    Ok(Some(Aggregates {
        schema: Arc::clone(aggregate.schema.inner()),
        otherwise: with_table(LogicalPlan::Aggregate(aggregate.clone()), &plain)?,
        table: rows.table,
        filters: rows.filters,
        calls,
    }))
}

/// The call that an expression is, if an index may know its result.
fn call(expr: &Expr) -> Option<Call> {
    let function = match expr {
        Expr::Alias(alias) => return call(&alias.expr),
        Expr::AggregateFunction(function) => function,
        _ => return None,
    };
    let AggregateFunction { func, params } = function;
    if params.distinct || params.filter.is_some() || !params.order_by.is_empty() {
        return None;
    }
    match (func.name(), &params.args[..]) {
        ("count", [Expr::Literal(value, _)]) if !value.is_null() => Some(Call::CountRows),
        ("count", [Expr::Column(column)]) => Some(Call::Count(column.name.clone())),
        ("min", [Expr::Column(column)]) => Some(Call::Min(column.name.clone())),
        ("max", [Expr::Column(column)]) => Some(Call::Max(column.name.clone())),
        _ => None,
    }
}

impl Call {
    fn column(&self) -> Option<&str> {
        match self {
            Call::CountRows => None,
            Call::Count(name) | Call::Min(name) | Call::Max(name) => Some(name),
        }
    }

    /// The same of the next one of some columns, if it is of a column.
    fn of(self, columns: &mut impl Iterator<Item = String>) -> Call {
        match self {
            Call::CountRows => Call::CountRows,
            Call::Count(name) => Call::Count(columns.next().unwrap_or(name)),
            Call::Min(name) => Call::Min(columns.next().unwrap_or(name)),
            Call::Max(name) => Call::Max(columns.next().unwrap_or(name)),
        }
    }

    /// Whether a table has an index that may know the result.
    fn has_index(&self, table: &IndexedTable) -> bool {
        table.indexes().iter().any(|index| self.is_for(index))
    }

    fn is_for(&self, index: &TableIndex) -> bool {
        let Some(column) = self.column() else {
            return true;
        };
        let [(name, data_type)] = &index.about().columns[..] else {
            return false;
        };
        // The index has its own order of what is no number.
        let is_float = matches!(CellType::of(data_type), Some(CellType::Float { .. }));
        name == column && (!is_float || matches!(self, Call::Count(_)))
    }

    /// The result by an index; `None` if none can tell.
    async fn result(
        &self,
        table: &IndexedTable,
        session: &dyn Session,
        filters: &[Expr],
    ) -> Result<Option<ScalarValue>, IndexError> {
        let candidates = table.indexes().iter().filter(|index| self.is_for(index));
        for index in candidates {
            let Some(keys) = scan::exact_keys(filters, index) else {
                continue;
            };
            let coverage = scan::coverage(&table.shared, session, index).await?;
            if coverage.has_unknown || coverage.has_gone {
                continue;
            }
            if let (Call::CountRows, true) = (self, filters.is_empty()) {
                return Ok(Some(count(index.rows())));
            }
            let hits = index.find(&keys).await?;
            let is_last = match self {
                Call::CountRows | Call::Count(_) => return Ok(Some(count(hits.count))),
                Call::Min(_) => false,
                Call::Max(_) => true,
            };
            let data_type = &index.about().columns[0].1;
            return Ok(Some(match index.end_key(&hits, is_last).await? {
                Some(key) => key::value(&key, data_type)?,
                None => ScalarValue::try_from(data_type)?,
            }));
        }
        Ok(None)
    }
}

fn count(rows: u64) -> ScalarValue {
    ScalarValue::from(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// The results of aggregate functions, as a table of one row.
#[derive(Debug)]
pub(crate) struct Aggregates {
    table: IndexedTable,
    filters: Vec<Expr>,
    calls: Vec<Call>,
    schema: SchemaRef,
    /// What computes them if indexes cannot.
    otherwise: LogicalPlan,
}

impl Aggregates {
    /// What computes them if indexes cannot.
    #[cfg(feature = "proto")]
    pub(crate) fn otherwise(&self) -> &LogicalPlan {
        &self.otherwise
    }

    /// All of them; `None` if indexes cannot tell one.
    async fn find(&self, session: &dyn Session) -> Result<Option<Vec<ArrayRef>>, IndexError> {
        self.table.shared.open(session).await?;
        let mut columns = Vec::new();
        for (call, field) in self.calls.iter().zip(self.schema.fields()) {
            let Some(result) = call.result(&self.table, session, &self.filters).await? else {
                return Ok(None);
            };
            columns.push(result.cast_to(field.data_type())?.to_array()?);
        }
        Ok(Some(columns))
    }
}

impl Aggregates {
    /// The plan that computes them without an index. A planner of the session, that of an
    /// engine which distributes plans, would take it for a whole query.
    async fn plan_otherwise(&self, session: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(state) = session.as_any().downcast_ref::<SessionState>() else {
            return session.create_physical_plan(&self.otherwise).await;
        };
        let plan = state.optimize(&self.otherwise)?;
        let planner = DefaultPhysicalPlanner::default();
        planner.create_physical_plan(&plan, state).await
    }
}

#[async_trait]
impl TableProvider for Aggregates {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let results = self.find(session).await.unwrap_or_else(|error| {
            log::warn!("an aggregate is computed without an index: {error}");
            None
        });
        let plan: Arc<dyn ExecutionPlan> = match results {
            None => self.plan_otherwise(session).await?,
            Some(columns) => {
                let row = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
                let rows = vec![vec![row]];
                MemorySourceConfig::try_new_exec(&rows, Arc::clone(&self.schema), None)?
            }
        };
        let Some(projection) = projection else {
            return Ok(plan);
        };
        let fields = projection.iter().map(|number| {
            let name = self.schema.field(*number).name();
            (
                Arc::new(PhysicalColumn::new(name, *number)) as Arc<dyn PhysicalExpr>,
                name.clone(),
            )
        });
        Ok(Arc::new(ProjectionExec::try_new(
            fields.collect::<Vec<_>>(),
            plan,
        )?))
    }
}
