//! `leafwise advise`: what it says of a column, what it measures, and what it recommends. Figures
//! differ from run to run, so only their presence is asserted.

use serde_json::Value;

use crate::common::{TestFile, run};

/// As little time as possible.
const QUICK: [&str; 2] = ["--seconds", "0.001"];

fn json(table: &TestFile, arguments: &[&str]) -> Value {
    let run = table.run(
        "advise",
        &[arguments, &QUICK, &["--format", "json"]].concat(),
    );
    assert_eq!(run.code, 0, "{run:?}");
    serde_json::from_slice(&run.stdout).unwrap()
}

/// The names of the collections that were measured.
fn measured(advice: &Value) -> Vec<&str> {
    let collections = advice["collections"].as_array().unwrap();
    let names = collections
        .iter()
        .map(|it| it["collection"].as_str().unwrap());
    names.collect()
}

#[test]
fn the_sketch_of_a_column_is_exact() {
    let rows = "k,v\n30,a\n10,b\n10,c\n,d\n-5,e\n10,f\n30,g\n";
    let advice = json(&TestFile::csv(rows), &["--key", "k"]);
    let sketch = &advice["sketch"];
    for (name, value) in [
        ("type", Value::from("integer")),
        ("type_is_inferred", true.into()),
        ("rust_type", "i64".into()),
        ("rows", 6.into()),
        ("rows_without_key", 1.into()),
        ("rows_bad", 0.into()),
        ("rows_measured", 6.into()),
        ("keys_distinct", 3.into()),
        ("rows_per_key_mean", 2.0.into()),
        ("rows_per_key_max", 3.into()),
        ("rows_of_most_frequent_hundredth_percent", 50.0.into()),
        ("rows_not_descending_percent", 60.0.into()),
        ("key_min", "-5".into()),
        ("key_max", "30".into()),
        ("text", Value::Null),
    ] {
        assert_eq!(sketch[name], value, "{name} in {sketch}");
    }
}

#[test]
fn texts_have_lengths_and_what_they_begin_with() {
    let advice = json(&TestFile::csv("k\nabc\nabdéf\nab\n"), &["--key", "k"]);
    let sketch = &advice["sketch"];
    assert_eq!(
        (&sketch["rust_type"], &sketch["key_max"]),
        (&"String".into(), &"abdéf".into())
    );
    let text = &sketch["text"];
    assert_eq!(text["bytes_min"], 2);
    assert_eq!(text["bytes_max"], 6);
    assert!(
        (text["bytes_mean"].as_f64().unwrap() - 11.0 / 3.0).abs() < 1e-9,
        "{text}"
    );
    assert_eq!(text["common_prefix"], "ab");
}

#[test]
fn keys_are_measured_as_the_smallest_type() {
    for (cells, options, rust_type, meaning) in [
        (["0", "4294967295"], &[][..], "u32", "the number"),
        (["0", "4294967296"], &[], "u64", "the number"),
        (["7", "18446744073709551615"], &[], "u64", "the number"),
        (["-1", "4294967296"], &[], "i64", "the number"),
        (["1.25", "-3.75"], &[], "i64", "the number times 100"),
        (
            ["1970-01-02", "1970-01-01"],
            &[],
            "u32",
            "days since 1970-01-01",
        ),
        (
            ["2024-05-31 12:00:00.5", "1969-01-01 00:00:00.5"],
            &[],
            "i64",
            "milliseconds",
        ),
        (
            ["1.5", "-inf"],
            &["--type", "float"],
            "i64",
            "the bits of the f64",
        ),
        (["5", "7"], &["--type", "text"], "String", "the text"),
    ] {
        let table = TestFile::csv(format!("k\n{}\n{}\n", cells[0], cells[1]));
        let advice = json(&table, &[&["--key", "k"], options].concat());
        let sketch = &advice["sketch"];
        assert_eq!(sketch["rust_type"], rust_type, "{cells:?}");
        let said = sketch["rust_type_meaning"].as_str().unwrap();
        assert!(said.starts_with(meaning), "{cells:?}: {said}");
        let code = advice["recommendation"]["code"].as_str().unwrap();
        assert!(
            code.contains(&format!("<({rust_type}, u64)>"))
                || code.contains(&format!("<{rust_type}, ")),
            "{code}"
        );
    }
}

#[test]
fn what_fits_is_measured_and_the_rest_is_explained() {
    let unique: String = (0..500).map(|key| format!("{}\n", key * 7 % 500)).collect();
    let unique = TestFile::csv(format!("k\n{unique}"));
    let several = TestFile::csv("k\nx\ny\nx\nz\n");
    let maps = [
        "BPlusTreeMap",
        "CacheObliviousMap",
        "StaticMap",
        "BTreeMap",
        "sorted Vec",
    ];
    let indexes = [
        "BPlusIndex",
        "StaticIndex",
        "BTreeMap of Vec",
        "BTreeSet of pairs",
    ];
    for (table, fitting, others) in [
        (&unique, &maps[..], &indexes[..]),
        (&several, &indexes, &maps),
    ] {
        for (options, can_change) in [
            (&["--reads", "1", "--batch", "3"][..], false),
            (&["--reads", "7", "--scans", "2", "--misses", "30"], false),
            (
                &[
                    "--reads",
                    "5",
                    "--writes",
                    "3",
                    "--scans",
                    "2",
                    "--scan-length",
                    "2",
                ],
                true,
            ),
        ] {
            let advice = json(table, &[&["--key", "k"], options].concat());
            let is_fitting = |name: &&&str| !can_change || !name.starts_with("Static");
            let expected: Vec<&str> = fitting.iter().filter(is_fitting).copied().collect();
            assert_eq!(measured(&advice), expected, "{options:?}");
            let not_measured = advice["not_measured"].as_array().unwrap();
            assert_eq!(not_measured.len(), 9 - expected.len());
            for other in others {
                assert!(
                    not_measured.iter().any(|it| it["collection"] == *other),
                    "{other}"
                );
            }
            for collection in advice["collections"].as_array().unwrap() {
                let positive = |name: &str| collection[name].as_f64().unwrap() > 0.0;
                assert!(positive("million_operations_per_second"), "{collection}");
                assert!(
                    positive("bytes_per_entry") && positive("build_seconds"),
                    "{collection}"
                );
                let rounds = &collection["million_operations_per_second_by_round"];
                assert_eq!(rounds.as_array().unwrap().len(), 5);
                let [p50, p99, max] = ["p50", "p99", "max"]
                    .map(|it| collection[format!("nanoseconds_{it}")].as_u64().unwrap());
                assert!(p50 <= p99 && p99 <= max, "{collection}");
            }
            let recommended = advice["recommendation"]["collection"].as_str().unwrap();
            assert!(expected.contains(&recommended), "{recommended}");
        }
    }
}

/// A share that is not given is 0 if another one is.
#[test]
fn shares_are_those_given() {
    let table = TestFile::csv("k\n1\n2\n");
    let shares = |options: &[&str]| {
        let advice = json(&table, &[&["--key", "k"], options].concat());
        ["reads", "writes", "scans"].map(|name| advice["mix"][name].as_u64().unwrap())
    };
    assert_eq!(shares(&[]), [90, 10, 0]);
    assert_eq!(shares(&["--writes", "5"]), [0, 5, 0]);
    assert_eq!(shares(&["--reads", "1", "--scans", "2"]), [1, 0, 2]);
}

#[test]
fn more_rows_than_memory_are_sampled() {
    let rows: String = (0..40_000)
        .map(|key| format!("{}\n", key % 10_000))
        .collect();
    let table = TestFile::csv(format!("k\n{rows}"));
    let advice = json(&table, &["--key", "k", "--memory", "1MiB"]);
    let sketch = &advice["sketch"];
    assert_eq!(sketch["rows"], 40_000);
    assert_eq!(sketch["keys_distinct"], 10_000);
    assert_eq!(sketch["rows_per_key_max"], 4);
    // The type is that of all keys, also of those that are not measured.
    let one_large = TestFile::csv(format!("k\n{rows}9999999999\n"));
    let advice = json(&one_large, &["--key", "k", "--memory", "10KiB"]);
    assert_eq!(advice["sketch"]["rust_type"], "u64");
    // Of 40 000 rows, about an eighth: half of it, three times.
    let measured = sketch["rows_measured"].as_u64().unwrap();
    assert!((4_000..=6_000).contains(&measured), "{measured}");
}

#[test]
fn people_see_the_column_the_figures_and_the_code() {
    let table = TestFile::csv("k,v\n3,a\n1,b\n2,c\n");
    let run = table.run("advise", &[&["--key", "k"][..], &QUICK].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let text = run.text();
    for part in [
        "column      `k`\n",
        "type        integer, inferred\n",
        "rows        3\n",
        "keys        3, each of one row\n",
        "range       `1` to `3`\n",
        "operations  90 % look-ups, 10 % writes\n",
        "\ncollection         million/s",
        "\nBPlusTreeMap ",
        "\nBTreeMap ",
        "StaticMap: cannot be changed, and 10 % are writes\n",
        "\nRecommended: ",
        " = rows.collect();",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

/// The program of the tests may be built without optimisation, and says so then.
#[test]
fn a_build_without_optimisation_is_noted() {
    let table = TestFile::csv("k\n1\n2\n");
    let run = table.run("advise", &[&["--key", "k"][..], &QUICK].concat());
    assert_eq!(
        run.stderr.contains("without optimisation"),
        cfg!(debug_assertions),
        "{run:?}"
    );
}

#[test]
fn a_page_has_all_charts_and_needs_nothing_else() {
    let table = TestFile::csv("<k>&\n1\n2\n3\n");
    let page = TestFile::new("advice.html", "old");
    let options = ["--key", "<k>&", "--html", page.path()];
    let run = table.run("advise", &[&options[..], &QUICK].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let html = std::fs::read_to_string(page.path()).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    assert!(
        html.contains("<title>&lt;k&gt;&amp; of ") && !html.contains("<k>"),
        "{html}"
    );
    assert_eq!(html.matches("<svg").count(), 4);
    assert!(html.contains("Recommended: ") && html.contains("prefers-color-scheme: dark"));
    for link in ["href=", "src=", "url(", "<script"] {
        assert!(!html.contains(link), "{link}");
    }
}

#[test]
fn mistakes_are_explained() {
    let table = TestFile::csv("k,ip,v\n1,10.0.0.1,\n2,10.0.0.2,x\n");
    let fails = |options: &[&str], parts: &[&str]| {
        let run = table.run("advise", &[options, &QUICK].concat());
        run.fails(parts);
    };
    fails(&["--key", "z"], &["z", "k"]);
    fails(
        &["--key", "k", "--reads", "0"],
        &["--reads, --writes and --scans are all 0"],
    );
    fails(
        &["--key", "ip", "--type", "ip"],
        &["IP addresses", "--type text"],
    );
    fails(&["--key", "k", "--and", "k"], &["--and"]);
    fails(&["--key", "v", "--null", ""], &["only one row"]);
    fails(
        &["--key", "k", "--html", "no/such/folder/a.html"],
        &["no/such/folder/a.html"],
    );
    fails(
        &["--key", "k", "--memory", "1"],
        &["--memory is too little"],
    );
    let folder = env!("CARGO_TARGET_TMPDIR");
    fails(&["--key", "k", "--html", folder], &["is a directory"]);
    fails(&["--key", "k", "--seconds", "0"], &["more than 0"]);
    run(&["advise", table.path()]).fails(&["--key"]);
    TestFile::csv("k\n")
        .run("advise", &["--key", "k"])
        .fails(&["0 rows have no value"]);
    let large = "1\n".to_string() + &"9".repeat(30);
    let large = TestFile::csv(format!("k\n{large}\n"));
    large
        .run("advise", &["--key", "k"])
        .fails(&["too large for 64 bits"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_shows_what_is_done() {
    use std::io::Read;
    use std::process::Stdio;

    use crate::common::leafwise;
    use crate::terminal::terminal;
    use rustix::process::{Pid, Signal, kill_process};

    let table = TestFile::csv("k\n1\n2\n3\n");
    let (mut person, program) = terminal();
    let mut child = leafwise(&["advise", table.path(), "--key", "k", "--seconds", "2"])
        .stdout(Stdio::piped())
        .stderr(program)
        .spawn()
        .unwrap();
    // Four collections in five rounds: the second round has begun. Not every step is drawn.
    let is_second = |seen: &str| (5..20).any(|step| seen.contains(&format!(" {step} of 20 ")));
    let mut seen = String::new();
    let mut bytes = [0; 4096];
    while !is_second(&seen) {
        let count = person.read(&mut bytes).unwrap();
        seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let mut text = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(seen.contains("measuring"), "{seen}");
    for part in ["\nBPlusTreeMap ", "\nBTreeMap ", "\nRecommended: "] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}
