//! The store of the table, as every machine knows it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use leafwise_counting::CountingStore;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use url::Url;

/// The URL of the store.
pub const STORE: &str = "tables://store/";

/// The files of a folder, each request for which takes so long at least.
///
/// # Errors
///
/// Returns an error if there is no such folder.
pub fn open(folder: &Path, delay: Duration) -> Result<Arc<CountingStore>> {
    let files = LocalFileSystem::new_with_prefix(folder)?;
    Ok(Arc::new(CountingStore::new(Arc::new(files), delay)))
}

/// What a process needs to read the store. Nothing is kept of lists of files and their metadata, so
/// that what is read does not depend on earlier queries.
///
/// # Errors
///
/// Returns DataFusion's error.
pub fn runtime(store: &Arc<CountingStore>) -> Result<Arc<RuntimeEnv>> {
    let runtime = RuntimeEnvBuilder::new()
        .with_metadata_cache_limit(0)
        .with_object_list_cache_limit(0)
        .build_arc()?;
    let url = Url::parse(STORE).map_err(|error| DataFusionError::External(Box::new(error)))?;
    let store = Arc::clone(store) as Arc<dyn ObjectStore>;
    runtime.register_object_store(&url, store);
    Ok(runtime)
}
