//! Queries of indexed tables that are sent to another machine before they are planned.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::{DataFusionError, Result, TableReference, plan_datafusion_err};
use datafusion::datasource::file_format::FileFormatFactory;
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{
    AggregateUDF, Extension, HigherOrderUDF, LogicalPlan, ScalarUDF, WindowUDF,
};
use datafusion_proto::bytes::{
    logical_plan_from_bytes_with_extension_codec, logical_plan_to_bytes_with_extension_codec,
};
use datafusion_proto::logical_plan::{DefaultLogicalExtensionCodec, LogicalExtensionCodec};
use object_store::path::Path;
use serde::{Deserialize, Serialize};

use crate::rule::{self, Aggregates};
use crate::scan::Limits;
use crate::table::{IndexedTable, Wanted};

/// What the bytes of a table begin with, and of a table of aggregates. No message of Protocol
/// Buffers begins so: the first byte would be the end of a group.
const TABLE: &[u8] = b"leafwise table 1\n";
const AGGREGATES: &[u8] = b"leafwise aggregates 1\n";

/// Sends queries of an [`IndexedTable`] to the machine that makes plans of them.
///
/// The machine that sends them and the one that gets them need it, both with the table's store
/// registered: the table is sent as its URL, its columns, and the paths of its indexes, which the
/// other machine opens when it makes the plan. They have to be in the store of the table. If one
/// cannot be opened, the table is read without indexes, and the plan says so.
///
/// It is put around another codec, which has all other tables. With Ballista, this is
/// `BallistaLogicalExtensionCodec`, and client, scheduler and executors have it. Here it is
/// DataFusion's:
///
/// ```
/// use std::sync::Arc;
///
/// use datafusion_proto::logical_plan::DefaultLogicalExtensionCodec;
/// use leafwise_datafusion::TableCodec;
///
/// let codec = TableCodec::new(Arc::new(DefaultLogicalExtensionCodec {}));
/// # let _ = codec;
/// ```
#[derive(Clone, Debug)]
pub struct TableCodec {
    others: Arc<dyn LogicalExtensionCodec>,
}

impl TableCodec {
    /// Puts it around another codec.
    #[must_use]
    pub fn new(others: Arc<dyn LogicalExtensionCodec>) -> TableCodec {
        TableCodec { others }
    }
}

impl Default for TableCodec {
    /// Knows no other tables than DataFusion's and its own.
    fn default() -> TableCodec {
        TableCodec::new(Arc::new(DefaultLogicalExtensionCodec {}))
    }
}

/// A table as it is sent. Its columns are part of DataFusion's form of a scan.
#[derive(Serialize, Deserialize)]
struct SentTable {
    url: String,
    /// Which of the files at the URL.
    pattern: Option<String>,
    /// The columns whose values are the names of folders.
    folder_columns: Vec<String>,
    indexes: Vec<String>,
    wanted: Wanted,
    /// The bits of a number that may be infinite, which JSON does not know.
    read_max: u64,
    rows_max: u64,
}

impl SentTable {
    fn of(table: &IndexedTable) -> SentTable {
        let shared = &table.shared;
        let folder_columns = &shared.plain.options().table_partition_cols;
        SentTable {
            url: shared.url.to_string(),
            pattern: shared.url.get_glob().as_ref().map(ToString::to_string),
            folder_columns: folder_columns
                .iter()
                .map(|(name, _)| name.clone())
                .collect(),
            indexes: shared.paths.iter().map(ToString::to_string).collect(),
            wanted: table.wanted.clone(),
            read_max: table.limits.read_max.to_bits(),
            rows_max: table.limits.rows_max,
        }
    }

    fn restore(self, schema: &SchemaRef, context: &TaskContext) -> Result<IndexedTable> {
        let mut url = ListingTableUrl::parse(&self.url)?;
        if let Some(pattern) = &self.pattern {
            url = url.with_glob(pattern)?;
        }
        let paths = self.indexes.iter().map(Path::parse);
        let paths = paths.collect::<Result<Vec<_>, _>>();
        let paths = paths.map_err(|error| damaged(&error))?;
        let columns = &self.folder_columns;
        let limits = Limits {
            read_max: f64::from_bits(self.read_max),
            rows_max: self.rows_max,
        };
        IndexedTable::restored(context, url, schema, columns, paths, self.wanted, limits)
    }
}

impl LogicalExtensionCodec for TableCodec {
    fn try_encode_table_provider(
        &self,
        table_ref: &TableReference,
        node: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        if let Some(aggregates) = node.downcast_ref::<Aggregates>() {
            let plan = logical_plan_to_bytes_with_extension_codec(aggregates.otherwise(), self)?;
            buf.extend(AGGREGATES);
            buf.extend(plan);
            return Ok(());
        }
        let Some(table) = node.downcast_ref::<IndexedTable>() else {
            return self.others.try_encode_table_provider(table_ref, node, buf);
        };
        buf.extend(TABLE);
        serde_json::to_writer(buf, &SentTable::of(table))
            .map_err(|error| plan_datafusion_err!("a table cannot be sent: {error}"))
    }

    fn try_decode_table_provider(
        &self,
        buf: &[u8],
        table_ref: &TableReference,
        schema: SchemaRef,
        ctx: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        if let Some(bytes) = buf.strip_prefix(AGGREGATES) {
            let plan = logical_plan_from_bytes_with_extension_codec(bytes, ctx, self)?;
            let aggregates = rule::restored(plan)?.ok_or_else(|| damaged(&"it is no aggregate"))?;
            return Ok(Arc::new(aggregates));
        }
        let Some(bytes) = buf.strip_prefix(TABLE) else {
            return self
                .others
                .try_decode_table_provider(buf, table_ref, schema, ctx);
        };
        let sent: SentTable = serde_json::from_slice(bytes).map_err(|error| damaged(&error))?;
        Ok(Arc::new(sent.restore(&schema, ctx)?))
    }

    fn try_encode(&self, node: &Extension, buf: &mut Vec<u8>) -> Result<()> {
        self.others.try_encode(node, buf)
    }

    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[LogicalPlan],
        ctx: &TaskContext,
    ) -> Result<Extension> {
        self.others.try_decode(buf, inputs, ctx)
    }

    fn try_encode_file_format(
        &self,
        buf: &mut Vec<u8>,
        node: Arc<dyn FileFormatFactory>,
    ) -> Result<()> {
        self.others.try_encode_file_format(buf, node)
    }

    fn try_decode_file_format(
        &self,
        buf: &[u8],
        ctx: &TaskContext,
    ) -> Result<Arc<dyn FileFormatFactory>> {
        self.others.try_decode_file_format(buf, ctx)
    }

    fn try_encode_udf(&self, node: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.others.try_encode_udf(node, buf)
    }

    fn try_decode_udf(&self, name: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.others.try_decode_udf(name, buf)
    }

    fn try_encode_higher_order_function(
        &self,
        node: &HigherOrderUDF,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        self.others.try_encode_higher_order_function(node, buf)
    }

    fn try_decode_higher_order_function(
        &self,
        name: &str,
        buf: &[u8],
    ) -> Result<Arc<HigherOrderUDF>> {
        self.others.try_decode_higher_order_function(name, buf)
    }

    fn try_encode_udaf(&self, node: &AggregateUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.others.try_encode_udaf(node, buf)
    }

    fn try_decode_udaf(&self, name: &str, buf: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.others.try_decode_udaf(name, buf)
    }

    fn try_encode_udwf(&self, node: &WindowUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.others.try_encode_udwf(node, buf)
    }

    fn try_decode_udwf(&self, name: &str, buf: &[u8]) -> Result<Arc<WindowUDF>> {
        self.others.try_decode_udwf(name, buf)
    }
}

fn damaged(why: &dyn std::fmt::Display) -> DataFusionError {
    plan_datafusion_err!("the bytes of an indexed table are damaged: {why}")
}
