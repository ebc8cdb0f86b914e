//! Tables that are named by their paths: `SELECT .. FROM 'flights/*.parquet'`.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{DynamicFileCatalog, TableProvider, UrlTableFactory};
use datafusion::common::{Result, plan_datafusion_err, plan_err};
use datafusion::datasource::dynamic_file::DynamicListTableFactory;
use datafusion::execution::SessionState;
use datafusion::prelude::SessionContext;

use crate::error::IndexError;
use crate::rule::ByIndex;
use crate::table::IndexedTable;

/// Makes paths and URLs the names of tables, whose indexes are used.
///
/// Parquet files are an [`IndexedTable`] with all indexes that are in the folder; other files, as
/// CSV, are the tables that [`SessionContext::enable_url_table`] makes of them. The rule
/// [`ByIndex`] is added. The stores of URLs have to be registered.
///
/// # Examples
///
/// ```
/// use datafusion::prelude::SessionContext;
/// use leafwise_datafusion::with_tables_by_path;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> datafusion::error::Result<()> {
/// let context = with_tables_by_path(SessionContext::new());
/// let query = "SELECT * FROM 'flights/*.parquet' WHERE date = '2013-05-01'";
/// // No such folder here.
/// assert!(context.sql(query).await.is_err());
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn with_tables_by_path(context: SessionContext) -> SessionContext {
    let factory = Arc::new(Factory {
        others: DynamicListTableFactory::default(),
    });
    let tables = Arc::clone(&factory) as Arc<dyn UrlTableFactory>;
    let catalog = DynamicFileCatalog::new(
        Arc::clone(context.state_ref().read().catalog_list()),
        tables,
    );
    let session_id = context.session_id();
    let context: SessionContext = context
        .into_state_builder()
        .with_session_id(session_id)
        .with_catalog_list(Arc::new(catalog))
        .with_optimizer_rule(Arc::new(ByIndex))
        .build()
        .into();
    let session = factory.others.session_store();
    session.with_state(context.state_weak_ref());
    context
}

/// Makes tables of paths.
#[derive(Debug)]
struct Factory {
    /// Tables of other files than Parquet.
    others: DynamicListTableFactory,
}

impl Factory {
    fn session(&self) -> Result<SessionState> {
        let session = self.others.session_store().get_session().upgrade();
        let state = session.and_then(|session| {
            let session = session.read();
            session.as_any().downcast_ref::<SessionState>().cloned()
        });
        state.ok_or_else(|| plan_datafusion_err!("the session has ended"))
    }
}

#[async_trait]
impl UrlTableFactory for Factory {
    async fn try_new(&self, url: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let session = self.session()?;
        match IndexedTable::open(&session, url).await {
            Ok(table) => Ok(Some(Arc::new(table))),
            Err(IndexError::NoFiles(_)) => match self.others.try_new(url).await? {
                // A path. Of a name, DataFusion says that there is no such table.
                None if url.contains(['/', '*', '.']) => {
                    plan_err!("there are no files at {url}")
                }
                table => Ok(table),
            },
            Err(error) => Err(error.into()),
        }
    }
}
