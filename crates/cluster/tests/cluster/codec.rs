//! Plans and queries that are sent.

use std::sync::Arc;

use datafusion::catalog::memory::DataSourceExec;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::physical_plan::parquet::ParquetRowSelection;
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::SessionContext;
use datafusion_proto::bytes::{
    logical_plan_from_bytes_with_extension_codec, logical_plan_to_bytes,
    logical_plan_to_bytes_with_extension_codec, physical_plan_from_bytes_with_extension_codec,
    physical_plan_to_bytes, physical_plan_to_bytes_with_extension_codec,
};
use datafusion_proto::physical_plan::{
    AsExecutionPlan, DefaultPhysicalProtoConverter, PhysicalExtensionCodec,
    PhysicalProtoConverterExtension,
};
use datafusion_proto::protobuf::physical_plan_node::PhysicalPlanType;
use leafwise_cluster::flights;
use leafwise_datafusion::{BuildOptions, IndexedTable, PlanCodec, TableCodec, build_index};

use crate::table::{QUERIES, Table, answer, lines, register_indexed, register_plain, url};

async fn plan(session: &SessionContext, query: &str) -> Arc<dyn ExecutionPlan> {
    let frame = session.sql(query).await.unwrap();
    frame.create_physical_plan().await.unwrap()
}

fn text(plan: &Arc<dyn ExecutionPlan>) -> String {
    displayable(plan.as_ref()).indent(true).to_string()
}

/// The scans of a plan.
fn scans(plan: &Arc<dyn ExecutionPlan>) -> Vec<Arc<dyn ExecutionPlan>> {
    let mut scans = Vec::new();
    plan.apply(|node| {
        if node.is::<DataSourceExec>() {
            scans.push(Arc::clone(node));
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .unwrap();
    scans
}

/// The files that a plan reads, with what is read of them.
fn files(plan: &Arc<dyn ExecutionPlan>) -> Vec<PartitionedFile> {
    let scans = scans(plan);
    let configs = scans.iter().filter_map(|scan| {
        let exec = scan.downcast_ref::<DataSourceExec>()?;
        exec.data_source().downcast_ref::<FileScanConfig>()
    });
    let groups = configs.flat_map(|config| &config.file_groups);
    groups.flat_map(|group| group.iter().cloned()).collect()
}

#[tokio::test]
async fn plans_are_sent_with_the_rows_of_each_file() {
    let table = Table::write().await;
    table.add_file();
    let (session, _) = table.session();
    register_indexed(&session).await;
    let context = session.task_ctx();
    let codec = PlanCodec::default();
    for (query, most) in QUERIES {
        let plan = plan(&session, query).await;
        let bytes = physical_plan_to_bytes_with_extension_codec(Arc::clone(&plan), &codec);
        let bytes = bytes.unwrap();
        let sent = physical_plan_from_bytes_with_extension_codec(&bytes, &context, &codec);
        let sent = sent.unwrap();
        assert_eq!(text(&sent), text(&plan));
        let (files, sent) = (files(&plan), files(&sent));
        assert_eq!(files.len(), sent.len());
        let has_rows = |file: &PartitionedFile| file.extension::<ParquetRowSelection>().is_some();
        assert_eq!(files.iter().any(has_rows), most > 0, "{query}");
        for (file, sent) in files.iter().zip(&sent) {
            let rows = |file: &PartitionedFile| {
                let rows = file.extension::<ParquetRowSelection>();
                rows.map(|rows| rows.selection().clone())
            };
            assert_eq!(rows(file), rows(sent));
            assert_eq!(file.metadata_size_hint, sent.metadata_size_hint);
        }
    }
}

#[tokio::test]
async fn nobody_sends_a_plan_without_its_rows() {
    let table = Table::write().await;
    let (session, _) = table.session();
    register_indexed(&session).await;
    let query = QUERIES[0].0;
    assert!(physical_plan_to_bytes(plan(&session, query).await).is_err());
    let frame = session.sql(query).await.unwrap();
    assert!(logical_plan_to_bytes(frame.logical_plan()).is_err());
}

#[tokio::test]
async fn damaged_plans_are_errors() {
    let table = Table::write().await;
    let (session, _) = table.session();
    register_indexed(&session).await;
    let context = session.task_ctx();
    let (codec, converter) = (PlanCodec::default(), DefaultPhysicalProtoConverter {});
    let plan = plan(&session, QUERIES[1].0).await;
    let scan = scans(&plan).remove(0);
    let node = converter.execution_plan_to_proto(&scan, &codec).unwrap();
    let Some(PhysicalPlanType::Extension(extension)) = node.physical_plan_type else {
        panic!("a scan of its own form");
    };
    let plain = extension.inputs[0]
        .try_into_physical_plan(&context, &codec)
        .unwrap();
    let (bytes, inputs) = (extension.node, [plain]);
    let decode = |bytes: &[u8]| codec.try_decode(bytes, &inputs, &context, &converter);
    assert!(decode(&bytes).is_ok());
    for length in 0..bytes.len() {
        assert!(decode(&bytes[..length]).is_err(), "{length}");
    }
    assert!(decode(&[&bytes[..], &[0]].concat()).is_err());
    assert!(codec.try_decode(&bytes, &[], &context, &converter).is_err());
    for at in 0..bytes.len() {
        for other in [0, 0x7f, 0xff, bytes[at] ^ 1] {
            let mut damaged = bytes.clone();
            damaged[at] = other;
            // Some bytes are those of names, or numbers of rows, which may be any.
            let _ = decode(&damaged);
        }
    }
    // A file that has become another one is not read in the places of the first.
    flights::write(&table.files(), 0..1, 500).unwrap();
    let bytes = physical_plan_to_bytes_with_extension_codec(plan, &codec).unwrap();
    let sent = physical_plan_from_bytes_with_extension_codec(&bytes, &context, &codec).unwrap();
    assert!(collect(sent, context).await.is_err());
}

#[tokio::test]
async fn queries_are_sent_with_the_indexes_of_their_tables() {
    let table = Table::write().await;
    let (here, _) = table.session();
    register_indexed(&here).await;
    let (there, _) = table.session();
    let codec = TableCodec::default();
    for (query, _) in QUERIES {
        let frame = here.sql(query).await.unwrap();
        let optimized = frame.clone().into_optimized_plan().unwrap();
        let bytes = logical_plan_to_bytes_with_extension_codec(&optimized, &codec).unwrap();
        let context = there.task_ctx();
        let sent = logical_plan_from_bytes_with_extension_codec(&bytes, &context, &codec);
        let sent = sent.unwrap();
        let sent = there.state().create_physical_plan(&sent).await.unwrap();
        let expected = frame.create_physical_plan().await.unwrap();
        assert_eq!(text(&sent), text(&expected));
        for damaged in [&bytes[..bytes.len() / 2], &bytes[1..]] {
            // A part may be a query itself.
            let _ = logical_plan_from_bytes_with_extension_codec(damaged, &context, &codec);
        }
    }
}

/// The answer to a query that was sent to another session before it was planned, and its plan.
async fn answer_there(
    here: &SessionContext,
    there: &SessionContext,
    query: &str,
) -> (Vec<String>, String) {
    let codec = TableCodec::default();
    let frame = here.sql(query).await.unwrap();
    let optimized = frame.into_optimized_plan().unwrap();
    let bytes = logical_plan_to_bytes_with_extension_codec(&optimized, &codec).unwrap();
    let context = there.task_ctx();
    let sent = logical_plan_from_bytes_with_extension_codec(&bytes, &context, &codec).unwrap();
    let plan = there.state().create_physical_plan(&sent).await.unwrap();
    let batches = collect(Arc::clone(&plan), context).await.unwrap();
    (lines(query, &batches), text(&plan))
}

#[tokio::test]
async fn an_index_that_is_gone_is_missed() {
    let table = Table::write().await;
    let ((here, _), (there, _)) = (table.session(), table.session());
    register_indexed(&here).await;
    std::fs::remove_file(table.files().join("flight.lwx")).unwrap();
    let (plain, _) = table.session();
    register_plain(&plain).await;
    for (query, _) in QUERIES {
        let expected = answer(&plain, query).await.unwrap();
        let (sent, plan) = answer_there(&here, &there, query).await;
        assert_eq!(sent, expected, "{query}");
        assert!(!plan.contains("index_rows=1 "), "{plan}");
    }
    let (_, plan) = answer_there(&here, &there, QUERIES[0].0).await;
    assert!(
        plan.contains("scanned_whole=12") && plan.contains("flight.lwx"),
        "{plan}"
    );
}

#[tokio::test]
async fn tables_are_sent_with_their_folders_and_patterns() {
    let folder = tempfile::tempdir().unwrap();
    let files = ["part=one", "part=two"].map(|name| folder.path().join(name));
    for (number, files) in files.iter().enumerate() {
        flights::write(files, number..number + 1, 20_000).unwrap();
    }
    let all = (format!("{}/", folder.path().display()), folder.path());
    let one = (
        format!("{}/*.parquet", files[0].display()),
        files[0].as_path(),
    );
    let columns = ["flight".to_string()];
    for ((table, folder), has_parts) in [(all, true), (one, false)] {
        let (here, there) = (SessionContext::new(), SessionContext::new());
        let (index, options) = (folder.join("flight.lwx"), BuildOptions::default());
        build_index(&here.state(), &table, &columns, &index, &options)
            .await
            .unwrap();
        let opened = IndexedTable::open(&here.state(), &table).await.unwrap();
        here.register_table("flights", Arc::new(opened)).unwrap();
        for (row, is_there) in [(7, true), (20_007, has_parts)] {
            let query = format!(
                "SELECT * FROM flights WHERE flight = {}",
                flights::flight(row)
            );
            let expected = answer(&here, &query).await.unwrap();
            assert_eq!(expected.len() > 4, is_there);
            assert_eq!(expected.iter().any(|line| line.contains("part")), has_parts);
            let (sent, plan) = answer_there(&here, &there, &query).await;
            assert_eq!(sent, expected, "{query}");
            assert_eq!(plan.contains("index_rows=1 in 1"), is_there, "{plan}");
        }
    }
}

#[tokio::test]
async fn a_table_is_sent_with_its_limits() {
    let table = Table::write().await;
    let ((here, _), (there, _)) = (table.session(), table.session());
    register_indexed(&here).await;
    let (_, plan) = answer_there(&here, &there, QUERIES[0].0).await;
    assert!(plan.contains("index_rows=1 "), "{plan}");
    let limited = IndexedTable::open(&here.state(), &url()).await.unwrap();
    here.deregister_table("flights").unwrap();
    here.register_table("flights", Arc::new(limited.with_rows_max(0)))
        .unwrap();
    let (_, plan) = answer_there(&here, &there, QUERIES[0].0).await;
    assert!(!plan.contains("index_rows="), "{plan}");
}
