//! Plans that are sent to other machines.
//!
//! DataFusion's own form of a scan leaves out what an index has found: the rows of each file would
//! be lost without a word, and the whole table read. So such scans have a form of their own, which
//! is DataFusion's with the rows added to it.

use std::fmt::{self, Formatter};
use std::sync::Arc;

use datafusion::catalog::memory::DataSourceExec;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err, plan_datafusion_err};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::ParquetRowSelection;
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfig, FileScanConfigBuilder, ParquetSource,
};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};
use datafusion::physical_expr_common::physical_expr::proto_decode::PhysicalExprDecodeCtx;
use datafusion::physical_expr_common::physical_expr::proto_encode::PhysicalExprEncodeCtx;
use datafusion::physical_plan::proto::ExecutionPlanEncodeCtx;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties,
    SendableRecordBatchStream,
};
use datafusion_proto::physical_plan::{
    DefaultPhysicalExtensionCodec, PhysicalExtensionCodec, PhysicalProtoConverterExtension,
};
use datafusion_proto::protobuf::PhysicalPlanNode;

use crate::selection::{self, put_number, take_number};
use crate::source::{IndexedSource, Report};

/// What the bytes of a scan begin with. No message of Protocol Buffers begins so: the first byte
/// would be the end of a group.
const SCAN: &[u8] = b"leafwise scan 1\n";

/// Sends plans that read rows which an index has found, with these rows.
///
/// Each machine of a cluster needs it: those that make plans, and those that run parts of them. It
/// is put around another codec, which has all other plans.
///
/// # Examples
///
/// With datafusion-distributed, both the coordinator's session and the workers' are built with
/// `with_distributed_user_codec(PlanCodec::default())`. With Ballista, scheduler and executors have
/// it around `BallistaPhysicalExtensionCodec`. Here it is around DataFusion's:
///
/// ```
/// use std::sync::Arc;
///
/// use datafusion_proto::physical_plan::DefaultPhysicalExtensionCodec;
/// use leafwise_datafusion::PlanCodec;
///
/// let codec = PlanCodec::new(Arc::new(DefaultPhysicalExtensionCodec {}));
/// # let _ = codec;
/// ```
#[derive(Clone, Debug)]
pub struct PlanCodec {
    others: Arc<dyn PhysicalExtensionCodec>,
}

impl PlanCodec {
    /// Puts it around another codec.
    #[must_use]
    pub fn new(others: Arc<dyn PhysicalExtensionCodec>) -> PlanCodec {
        PlanCodec { others }
    }
}

impl Default for PlanCodec {
    /// Knows no other plans than DataFusion's and its own.
    fn default() -> PlanCodec {
        PlanCodec::new(Arc::new(DefaultPhysicalExtensionCodec {}))
    }
}

impl PhysicalExtensionCodec for PlanCodec {
    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        proto_converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        match node.downcast_ref::<SentExec>() {
            Some(scan) => scan.encode(buf),
            None => self.others.try_encode(node, buf, proto_converter),
        }
    }

    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        ctx: &TaskContext,
        proto_converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(bytes) = buf.strip_prefix(SCAN) else {
            return self.others.try_decode(buf, inputs, ctx, proto_converter);
        };
        let plan = SentScan::parse(bytes).and_then(|scan| scan.restore(inputs));
        plan.ok_or_else(|| plan_datafusion_err!("the plan of an indexed scan is damaged"))
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

    fn try_encode_expr(
        &self,
        node: &Arc<dyn PhysicalExpr>,
        buf: &mut Vec<u8>,
        ctx: &PhysicalExprEncodeCtx<'_>,
    ) -> Result<()> {
        self.others.try_encode_expr(node, buf, ctx)
    }

    fn try_decode_expr(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn PhysicalExpr>],
        ctx: &PhysicalExprDecodeCtx<'_>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        self.others.try_decode_expr(buf, inputs, ctx)
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

/// The files that a plan reads, if that is all it does.
fn scan_of(plan: &Arc<dyn ExecutionPlan>) -> Option<&FileScanConfig> {
    let exec = plan.downcast_ref::<DataSourceExec>()?;
    exec.data_source().downcast_ref::<FileScanConfig>()
}

/// Encodes a scan of an [`IndexedSource`].
pub(crate) fn encode(
    config: &FileScanConfig,
    source: &IndexedSource,
    context: &ExecutionPlanEncodeCtx<'_>,
) -> Result<PhysicalPlanNode> {
    let plain = FileScanConfigBuilder::from(config.clone())
        .with_source(Arc::new(source.parquet().clone()))
        .build();
    let sent: Arc<dyn ExecutionPlan> = Arc::new(SentExec {
        config: config.clone(),
        report: source.report().clone(),
        plain: DataSourceExec::from_data_source(plain),
    });
    context.encode_child(&sent)
}

/// A scan on its way: DataFusion encodes the scan below in its own form, and the codec what that
/// leaves out.
#[derive(Debug)]
struct SentExec {
    config: FileScanConfig,
    report: Report,
    plain: Arc<dyn ExecutionPlan>,
}

impl SentExec {
    fn encode(&self, buf: &mut Vec<u8>) -> Result<()> {
        let report = serde_json::to_vec(&self.report).map_err(|error| {
            plan_datafusion_err!("what an index has found cannot be sent: {error}")
        })?;
        buf.extend(SCAN);
        put_number(buf, report.len() as u64);
        buf.extend(report);
        put_number(buf, self.config.file_groups.len() as u64);
        for group in &self.config.file_groups {
            put_number(buf, group.len() as u64);
            for file in group.iter() {
                let metadata = file.metadata_size_hint.map_or(0, |size| size as u64 + 1);
                put_number(buf, metadata);
                match file.extension::<ParquetRowSelection>() {
                    None => put_number(buf, 0),
                    Some(rows) => {
                        let rows = selection::encode(rows.selection());
                        put_number(buf, rows.len() as u64 + 1);
                        buf.extend(rows);
                    }
                }
            }
        }
        Ok(())
    }
}

impl DisplayAs for SentExec {
    fn fmt_as(&self, _t: DisplayFormatType, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name())
    }
}

impl ExecutionPlan for SentExec {
    fn name(&self) -> &'static str {
        "SentExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.plain.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.plain]
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        internal_err!("a scan is not changed on its way")
    }

    fn execute(
        &self,
        _partition: usize,
        _context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        internal_err!("a scan is not run on its way")
    }
}

/// What DataFusion's form leaves out of a scan.
struct SentScan {
    report: Report,
    groups: Vec<Vec<SentFile>>,
}

/// What DataFusion's form leaves out of a file.
struct SentFile {
    metadata_size_hint: Option<usize>,
    rows: Option<ParquetRowSelection>,
}

impl SentScan {
    /// `None` if the bytes are no scan.
    fn parse(mut bytes: &[u8]) -> Option<SentScan> {
        let length = take_number(&mut bytes)?;
        let report = serde_json::from_slice(take(&mut bytes, length)?).ok()?;
        // Nothing is reserved for numbers that may be wrong.
        let mut groups = Vec::new();
        for _ in 0..take_number(&mut bytes)? {
            let mut files = Vec::new();
            for _ in 0..take_number(&mut bytes)? {
                files.push(SentFile::parse(&mut bytes)?);
            }
            groups.push(files);
        }
        bytes.is_empty().then_some(SentScan { report, groups })
    }

    /// The scan in DataFusion's form with what that leaves out; `None` if it is another one.
    fn restore(self, inputs: &[Arc<dyn ExecutionPlan>]) -> Option<Arc<dyn ExecutionPlan>> {
        let [plain] = inputs else {
            return None;
        };
        let config = scan_of(plain)?;
        let parquet = config.file_source().downcast_ref::<ParquetSource>()?;
        if self.groups.len() != config.file_groups.len() {
            return None;
        }
        let pairs = self.groups.iter().zip(&config.file_groups);
        let groups = pairs.map(|(sent, group)| {
            let is_same = sent.len() == group.len();
            let pairs = is_same.then(|| sent.iter().zip(group.iter()))?;
            let files = pairs.map(|(sent, file)| sent.restore(file.clone()));
            Some(FileGroup::new(files.collect()))
        });
        let groups = groups.collect::<Option<Vec<_>>>()?;
        let source = IndexedSource::restored(parquet.clone(), self.report);
        let config = FileScanConfigBuilder::from(config.clone())
            .with_source(Arc::new(source))
            .with_file_groups(groups)
            .build();
        Some(DataSourceExec::from_data_source(config))
    }
}

impl SentFile {
    fn parse(bytes: &mut &[u8]) -> Option<SentFile> {
        let metadata_size_hint = match take_number(bytes)? {
            0 => None,
            size => Some(usize::try_from(size - 1).ok()?),
        };
        let rows = match take_number(bytes)? {
            0 => None,
            length => {
                let rows = selection::decode(take(bytes, length - 1)?)?;
                Some(ParquetRowSelection::new(rows))
            }
        };
        Some(SentFile {
            metadata_size_hint,
            rows,
        })
    }

    fn restore(&self, mut file: PartitionedFile) -> PartitionedFile {
        file.metadata_size_hint = self.metadata_size_hint;
        match &self.rows {
            None => file,
            Some(rows) => file.with_extension(rows.clone()),
        }
    }
}

fn take<'b>(bytes: &mut &'b [u8], length: u64) -> Option<&'b [u8]> {
    bytes.split_off(..usize::try_from(length).ok()?)
}
