//! Tables that SQL creates: `CREATE EXTERNAL TABLE flights STORED AS INDEXED LOCATION 'flights/'`.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider, TableProviderFactory};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::CreateExternalTable;

use crate::table::IndexedTable;

/// Makes tables with indexes of `CREATE EXTERNAL TABLE`.
///
/// A table is what [`IndexedTable::open`] makes of its location, with the indexes that are in its
/// folder. The files say which columns it has. Clauses that would change that are errors: columns,
/// `PARTITIONED BY`, `WITH ORDER`, `OPTIONS`.
///
/// # Examples
///
/// A session knows the factory by a name of its own, here `INDEXED`; by the name `PARQUET`, all
/// tables of Parquet files have indexes.
///
/// ```
/// use std::sync::Arc;
///
/// use datafusion::execution::SessionStateBuilder;
/// use datafusion::prelude::SessionContext;
/// use leafwise_datafusion::{ByIndex, IndexedTableFactory};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> datafusion::error::Result<()> {
/// let state = SessionStateBuilder::new()
///     .with_default_features()
///     .with_table_factory("INDEXED".to_string(), Arc::new(IndexedTableFactory))
///     .with_optimizer_rule(Arc::new(ByIndex))
///     .build();
/// let context = SessionContext::new_with_state(state);
/// # let folder = tempfile::tempdir()?;
/// # let files = folder.path().display();
/// let copy = format!("COPY (SELECT 7 AS delay) TO '{files}/0.parquet'");
/// context.sql(&copy).await?.collect().await?;
/// let create = format!("CREATE EXTERNAL TABLE flights STORED AS INDEXED LOCATION '{files}/'");
/// context.sql(&create).await?;
/// let late = context.sql("SELECT * FROM flights WHERE delay > 5").await?;
/// assert_eq!(late.count().await?, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct IndexedTableFactory;

#[async_trait]
impl TableProviderFactory for IndexedTableFactory {
    async fn create(
        &self,
        session: &dyn Session,
        table: &CreateExternalTable,
    ) -> Result<Arc<dyn TableProvider>> {
        let clauses = [
            ("columns", !table.schema.fields().is_empty()),
            ("PARTITIONED BY", !table.table_partition_cols.is_empty()),
            ("WITH ORDER", !table.order_exprs.is_empty()),
            ("OPTIONS", !table.options.is_empty()),
            ("UNBOUNDED", table.unbounded),
        ];
        if let Some((clause, _)) = clauses.iter().find(|(_, is_there)| *is_there) {
            return plan_err!(
                "{clause} cannot be given for {}: its files have what there is to know, and \
                 folders such as `year=2013` are columns by themselves",
                table.name
            );
        }
        let [location] = &table.locations[..] else {
            return plan_err!(
                "{} has {} locations instead of one: a folder, a pattern or a file",
                table.name,
                table.locations.len()
            );
        };
        Ok(Arc::new(IndexedTable::open(session, location).await?))
    }
}
