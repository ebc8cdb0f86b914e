//! Object stores of URLs that a query names.

use std::sync::Arc;

use datafusion::error::DataFusionError;
use datafusion::execution::object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use object_store::ObjectStore;
use url::Url;

use crate::location::Location;
use crate::remote::store;

/// A runtime that knows the stores of URLs.
pub(super) fn runtime() -> Result<Arc<RuntimeEnv>, DataFusionError> {
    let stores = Stores(DefaultObjectStoreRegistry::new());
    RuntimeEnvBuilder::new()
        .with_object_store_registry(Arc::new(stores))
        .build_arc()
}

/// The stores that are open; others are opened when a query names them.
#[derive(Debug)]
struct Stores(DefaultObjectStoreRegistry);

impl ObjectStoreRegistry for Stores {
    fn register_store(
        &self,
        url: &Url,
        store: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        self.0.register_store(url, store)
    }

    fn get_store(&self, url: &Url) -> datafusion::error::Result<Arc<dyn ObjectStore>> {
        if let Ok(store) = self.0.get_store(url) {
            return Ok(store);
        }
        // It is that of a host or of a bucket, without a path.
        let Location::Remote(own) = Location::parse(url.as_str().into()) else {
            return self.0.get_store(url);
        };
        let store = store(&own).map_err(DataFusionError::from)?;
        self.0.register_store(url, Arc::clone(&store));
        Ok(store)
    }
}
