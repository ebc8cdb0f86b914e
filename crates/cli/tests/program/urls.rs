//! Tables and indexes at URLs, with the feature `remote`, on a server that counts requests.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::LazyLock;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use leafwise_remote::{Fault, Request, Server};

use crate::common::{Run, leafwise, run};
use crate::index::Indexed;

const ROWS: u64 = 20_000;

/// A table of a megabyte, and indexes of two of its columns.
struct Files {
    local: Indexed,
    served: Vec<(&'static str, Vec<u8>)>,
}

static FILES: LazyLock<Files> = LazyLock::new(|| {
    let mut table = String::from("id,name,note\n");
    for row in 0..ROWS {
        let (id, name) = (row * 7919 % ROWS, row % 1000);
        writeln!(table, "{id},n{name},{}", "x".repeat(40)).unwrap();
    }
    let local = Indexed::new("t.csv", &table);
    local.index(&["--key", "id"], "20000 rows by 20000 different keys");
    local.index(&["--key", "name"], "20000 rows by 1000 different keys");
    let names = ["t.csv", "t.csv.id.lwx", "t.csv.name.lwx"];
    let served = names.map(|name| (name, fs::read(local.path().with_file_name(name)).unwrap()));
    let served = served.into();
    Files { local, served }
});

fn row(id: u64) -> String {
    let row = (0..ROWS).find(|row| row * 7919 % ROWS == id).unwrap();
    format!("{id},n{},{}", row % 1000, "x".repeat(40))
}

/// A server of the table and its indexes.
fn serve(fault: impl Fn(usize, &Request) -> Fault + Send + Sync + 'static) -> Server {
    Server::of_files(FILES.served.clone(), true, fault).unwrap()
}

/// The same, with a fault of all requests for a file.
fn serve_with(name: &'static str, fault: Fault) -> Server {
    serve(move |_, request| match request.path.ends_with(name) {
        true => fault,
        false => Fault::None,
    })
}

/// A server of one table without an index.
fn serve_one(name: &str, table: impl AsRef<[u8]>) -> Server {
    let files = [(name, table.as_ref().to_vec())];
    Server::of_files(files, true, |_, _| Fault::None).unwrap()
}

fn url(server: &Server, name: &str) -> String {
    format!("{}/some%20folder/{name}", server.url())
}

fn get(server: &Server, arguments: &[&str]) -> Run {
    run(&[&["get", &url(server, "t.csv")], arguments].concat())
}

const HEADER: &str = "id,name,note";

#[test]
fn a_look_up_takes_few_requests_in_three_round_trips() {
    // Each response takes a while: requests that come before it are of the same round.
    let delay = 500;
    let server = serve(move |_, _| Fault::Delay(delay));
    get(&server, &["id", "10000"]).prints(&[HEADER, &row(10_000)]);
    let requests = server.requests();
    let paths = |end: &str| requests.iter().filter(|it| it.path.ends_with(end)).count();
    assert!(paths("id.lwx") <= 3 && paths("t.csv") == 3, "{requests:?}");
    let mut rounds = vec![requests[0].time];
    for request in &requests {
        if request.time - rounds[rounds.len() - 1] >= Duration::from_millis(delay) {
            rounds.push(request.time);
        }
    }
    assert_eq!(rounds.len(), 3, "{requests:?}");
    // The first two of the table go out at the same time; the one for the row names its state.
    let of_table = requests.iter().filter(|it| it.path.ends_with("t.csv"));
    let if_match: Vec<_> = of_table.map(|it| it.if_match.as_deref()).collect();
    assert_eq!(if_match, [None, None, Some("\"first\"")]);
}

#[test]
fn answers_are_those_of_a_local_table() {
    let server = serve(|_, _| Fault::None);
    for (command, arguments, requests_max) in [
        ("get", &["name", "n7", "n8", "n999"][..], 45),
        ("get", &["name", "n7", "--and", "id", "..9000"], 45),
        // Rows of one key, far from each other, stay in the order of the table.
        (
            "get",
            &[
                "name", "-", "--or", "id", "433", "--or", "id", "5433", "--or", "id", "10433",
            ],
            16,
        ),
        ("range", &["id", "5..300"], 320),
        ("range", &["id", "19990..", "--reverse", "--limit", "3"], 8),
        ("min", &["id"], 8),
        ("max", &["name", "--count"], 8),
        ("count", &["name", "n7..n8"], 6),
        // These read the whole table, after a look for an index.
        ("get", &["name,id", "n8,3352", "--or", "note", "y.."], 8),
        ("get", &["id,name", "7919"], 8),
        ("get", &[":2", "n8", "--no-index", "--columns", "id"], 2),
    ] {
        let before = server.requests().len();
        let remote = run(&[&[command, &url(&server, "t.csv")], arguments].concat());
        let local = FILES.local.run(command, arguments);
        assert_eq!(remote.text(), local.text(), "{arguments:?} {remote:?}");
        assert_eq!((remote.code, local.code), (0, 0), "{remote:?}");
        let requests = server.requests().len() - before;
        assert!(requests <= requests_max, "{requests} for {arguments:?}");
    }
    for (command, arguments) in [
        ("export", &["--limit", "9"][..]),
        ("verify", &["--table"]),
        ("stat", &["--format", "json"]),
    ] {
        let index = FILES.local.path().with_file_name("t.csv.id.lwx");
        let local = run(&[&[command, index.to_str().unwrap()], arguments].concat());
        let remote = run(&[&[command, &url(&server, "t.csv.id.lwx")], arguments].concat());
        assert_eq!(remote.text(), local.text());
        assert_eq!((remote.code, local.code), (0, 0), "{remote:?} {local:?}");
    }
}

#[test]
fn tables_without_an_index_are_read_as_streams() {
    let table = &FILES.served[0].1;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(table).unwrap();
    let latin = b"id,name,note\n10000,n0,\xe9\n";
    for (name, bytes, arguments, expected) in [
        ("t.csv", &table[..], &[][..], row(10_000)),
        ("t.csv.gz", &gzip.finish().unwrap(), &[], row(10_000)),
        (
            "l.csv",
            latin,
            &["--encoding", "latin1"],
            "10000,n0,é".to_string(),
        ),
    ] {
        let server = serve_one(name, bytes);
        let arguments = [&["get", &url(&server, name), "id", "10000"], arguments];
        run(&arguments.concat()).prints(&[HEADER, &expected]);
        // The index, which is not there; the first bytes and the last ones; all others.
        assert!(server.requests().len() <= 4, "{:?}", server.requests());
    }
    // Connections are lost; a server does not know what a range is, or an entity tag.
    let every_other = |number, _: &Request| match number % 2 {
        1 => Fault::Truncate,
        _ => Fault::None,
    };
    for server in [
        serve(every_other),
        serve(|_, _| Fault::IgnoreRange),
        serve(|_, _| Fault::NoTag),
    ] {
        get(&server, &["id", "10000", "--no-index"]).prints(&[HEADER, &row(10_000)]);
    }
    get(&serve_one("t.csv", ""), &["id", "1"]).fails(&["t.csv is empty"]);
    get(&serve_one("t.csv", "id\n5\n"), &["id", "5"]).prints(&["id", "5"]);
}

#[test]
fn a_table_that_has_changed_is_refused() {
    let changed = |change: fn(&mut Vec<u8>)| {
        let mut files = FILES.served.clone();
        change(&mut files[0].1);
        Server::of_files(files, true, |_, _| Fault::None).unwrap()
    };
    let other_end = changed(|table| *table.iter_mut().nth_back(20).unwrap() = b'y');
    let refresh = "t.csv --key id -o t.csv.id.lwx";
    get(&other_end, &["id", "5"]).fails(&["other content", refresh]);
    let longer = changed(|table| table.extend(b"20000,n,\n"));
    get(&longer, &["id", "5"]).fails(&["it had", "bytes, and has", "-o t.csv.id.lwx --append"]);
    // In the middle, where only the rows themselves tell.
    let other_row = changed(|table| {
        let at = table.windows(7).position(|it| it == b"\n10000,");
        table[at.unwrap() + 1] = b'2';
    });
    get(&other_row, &["id", "10000"]).fails(&["has another row where it has one"]);

    // Replaced between two requests: the server says so, or ignores what it is told.
    for fault in [Fault::Status(412), Fault::OtherTag] {
        for arguments in [&["id", "10000"][..], &["id", "10000", "--no-index"]] {
            let server = serve(move |_, request| {
                match request.if_match.is_some() && request.path.ends_with("t.csv") {
                    true => fault,
                    false => Fault::None,
                }
            });
            get(&server, arguments).fails(&["t.csv changed while it was being read"]);
        }
    }
}

#[test]
fn an_index_of_a_table_at_a_url_is_built_beside_it() {
    let server = serve(|_, _| Fault::None);
    let table = url(&server, "t.csv");
    let missing = run(&["index", &table, "--key", "id"]);
    missing.fails(&["give -o t.csv.id.lwx", "some%20folder/t.csv.id.lwx"]);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let index = folder.path().join("t.csv.id.lwx");
    let index = index.to_str().unwrap();
    run(&["index", &table, "--key", "id", "-o", index])
        .says(&["20000 rows by 20000 different keys"]);
    run(&["verify", index, &format!("--table={table}")]).says(&["it has every row"]);
    let first = fs::read(index).unwrap();
    let append = || run(&["index", &table, "--key", "id", "-o", index, "--append"]);
    append().says(&["is up to date"]);
    server.replace([&FILES.served[0].1[..], b"20000,n,\n"].concat());
    append().says(&["20001 rows by 20001 different keys"]);

    // Its table has the same bytes on another server, but another tag.
    let mut files = FILES.served.clone();
    files[1].1 = first;
    let same = Server::of_files(files, true, |_, _| Fault::None).unwrap();
    get(&same, &["id", "10000"]).prints(&[HEADER, &row(10_000)]);
    same.replace(FILES.served[0].1.clone());
    get(&same, &["id", "10000"]).fails(&["another entity tag", "-o t.csv.id.lwx"]);
}

#[test]
fn failures_are_named() {
    let index = "cannot read the index http://127.0.0.1";
    for (name, status, parts) in [
        (
            "t.csv",
            404,
            &["some%20folder/t.csv: there is no such file (404)"][..],
        ),
        ("t.csv", 403, &["t.csv: access is denied (403)"]),
        ("t.csv", 401, &["(401)"]),
        ("t.csv", 416, &["416"]),
        ("id.lwx", 403, &[index, "access is denied", "--no-index"]),
        ("id.lwx", 400, &[index, "400", "an error", "--no-index"]),
    ] {
        let server = serve_with(name, Fault::Status(status));
        get(&server, &["id", "5"]).fails(parts);
    }
    let server = serve_with("id.lwx", Fault::IgnoreRange);
    get(&server, &["id", "5"]).fails(&[index, "sends the whole file"]);

    let parquet = serve_one("t.csv", "PAR1 and so on PAR1");
    get(&parquet, &["id", "5"]).fails(&["t.csv", "Parquet"]);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let secret = format!("http://me:secret@{address}/t.csv?token=secret");
    let refused = run(&["get", &secret, "id", "5"]);
    refused.fails(&[&format!("cannot read http://{address}/t.csv: "), "refused"]);
    assert!(!refused.stderr.contains("secret"), "{refused:?}");
    run(&["get", "ftp://me:secret@host/t.csv", "id", "5"]).fails(&[
        "cannot read ftp://host/t.csv: ",
        "knows no ftp://",
        "http://",
    ]);
}

#[test]
fn objects_of_s3_are_found_by_the_usual_variables() {
    let server = serve(|_, _| Fault::None);
    let run = |key: &str| -> Run {
        let mut command = leafwise(&["get", &format!("s3://bucket/{key}"), "id", "10000"]);
        command
            .env("AWS_ENDPOINT", server.url())
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_SKIP_SIGNATURE", "true");
        command.output().unwrap().into()
    };
    run("a folder/t.csv").prints(&[HEADER, &row(10_000)]);
    let is_there = |request: &Request| request.path == "/bucket/a%20folder/t.csv.id.lwx";
    assert!(server.requests().iter().any(is_there));
    run("other.csv").fails(&["s3://bucket/other.csv", "404"]);
}

/// Parquet at a URL is read in blocks, and the pages of rows that an index has by themselves.
#[cfg(feature = "parquet")]
#[test]
fn parquet_is_read_in_parts() {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};
    use parquet::basic::Compression;

    let ids = Int64Array::from_iter_values((0..60_000).map(|row| row * 7919 % 60_000));
    let notes = (0..60_000).map(|row| format!("{:x}", row * 0x9E37_79B9_u64));
    let notes = StringArray::from_iter_values(notes);
    let columns = vec![("id", Arc::new(ids) as _), ("note", Arc::new(notes) as _)];
    let table = crate::parquet::parquet(columns, Compression::UNCOMPRESSED, 20_000);
    assert!(table.len() > 1 << 20);
    let local = Indexed::new("t.parquet", &table);
    local.index(&["--key", "id"], "60000 rows by 60000 different keys");
    let index = fs::read(local.path().with_file_name("t.parquet.id.lwx")).unwrap();
    let files = vec![("t.parquet", table), ("t.parquet.id.lwx", index)];
    let server = Server::of_files(files.clone(), true, |_, _| Fault::None).unwrap();
    let table = url(&server, "t.parquet");
    for (command, arguments, requests_max) in [
        ("get", &["id", "5", "59999"][..], 20),
        ("range", &["id", "100..110", "--reverse"], 60),
        ("count", &["note", "a.."], 20),
        ("get", &["id", "5", "--no-index"], 20),
    ] {
        let before = server.requests().len();
        let remote = run(&[&[command, &table], arguments].concat());
        assert_eq!(
            remote.text(),
            local.run(command, arguments).text(),
            "{remote:?}"
        );
        assert_eq!(remote.code, 0, "{remote:?}");
        let requests = server.requests().len() - before;
        assert!(requests <= requests_max, "{requests} for {arguments:?}");
    }
    let replaced = Server::of_files(files, true, |number, _| match number {
        0..4 => Fault::None,
        _ => Fault::Status(412),
    })
    .unwrap();
    let table = url(&replaced, "t.parquet");
    run(&["get", &table, "id", "5", "--no-index"])
        .fails(&["t.parquet changed while it was being read"]);
}

/// The first rows that the index has do not fulfil the condition, so the table is scanned, of which
/// rows have been read by then: for the type of the condition's column, and by the index.
#[test]
fn a_look_up_becomes_a_scan() {
    let mut rows = String::from("id,note\n");
    (0..70_000).for_each(|row| writeln!(rows, "{row},n{row}").unwrap());
    let local = Indexed::new("t.csv", &rows);
    local.index(&["--key", "id"], "70000 rows by 70000 different keys");
    let index = fs::read(local.path().with_file_name("t.csv.id.lwx")).unwrap();
    let files = vec![("t.csv", rows.into_bytes()), ("t.csv.id.lwx", index)];
    let server = Server::of_files(files, true, |_, _| Fault::None).unwrap();
    let table = url(&server, "t.csv");
    let conditions = ["id", "--and", "note", "n69990..n69999"];
    run(&[&["min", &table], &conditions[..]].concat()).prints(&["id,note", "69990,n69990"]);
    local
        .run("min", &conditions)
        .prints(&["id,note", "69990,n69990"]);
}
