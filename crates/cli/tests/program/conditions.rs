//! `--prefix`, `--not`, `--and` and `--or`, with indexes and without.

use crate::common::{Run, TestFile, run};

const TABLE: &str = "\
name,country,people,height
Lyon,FR,520,170
Lille,FR,233,20
Lima,PE,10000,154
Bonn,DE,330,60
Linz,AT,206,266
Lin,,1,5
Ulm,DE,126,478
";

const HEADER: &str = "name,country,people,height";

fn both(arguments: &[&str], check: impl Fn(&Run)) {
    let table = TestFile::csv(TABLE);
    check(&table.run(arguments[0], &arguments[1..]));
    let mut indexes = Vec::new();
    // First of the key alone, then of a column of the conditions too.
    for column in [arguments[1], "people"] {
        indexes.push(format!("{}.{column}.lwx", table.path()));
        let built = run(&["index", table.path(), "--key", column]);
        assert_eq!(built.code, 0, "{built:?}");
        check(&table.run(arguments[0], &arguments[1..]));
    }
    indexes
        .iter()
        .for_each(|index| drop(std::fs::remove_file(index)));
}

#[test]
fn keys_begin_with_a_prefix() {
    both(&["get", "name", "--prefix", "Li", "Ul"], |run| {
        run.prints(&[
            HEADER,
            "Lille,FR,233,20",
            "Lima,PE,10000,154",
            "Lin,,1,5",
            "Linz,AT,206,266",
            "Ulm,DE,126,478",
        ]);
    });
    both(
        &[
            "get", "name", "--prefix", "Li", "Lin", "--not", "Lin", "--count",
        ],
        |run| {
            run.prints(&["3"]);
        },
    );
    let table = TestFile::csv(TABLE);
    table
        .get(&["people", "--prefix", "1"])
        .fails(&["--prefix", "`people` are integers"]);
    table.get(&["country,name", "--prefix", "FR,L"]).prints(&[
        HEADER,
        "Lille,FR,233,20",
        "Lyon,FR,520,170",
    ]);
    table
        .get(&["country,name", "--prefix", "F", "--count"])
        .prints(&["2"]);
}

#[test]
fn keys_are_left_out() {
    both(
        &["range", "country", "..", "--not", "FR", "--not", ""],
        |run| {
            run.prints(&[
                HEADER,
                "Linz,AT,206,266",
                "Bonn,DE,330,60",
                "Ulm,DE,126,478",
                "Lima,PE,10000,154",
            ]);
        },
    );
    both(
        &[
            "range",
            "people",
            "126..=330",
            "--not",
            "206",
            "--not",
            "400",
            "--reverse",
        ],
        |run| {
            run.prints(&[
                HEADER,
                "Bonn,DE,330,60",
                "Lille,FR,233,20",
                "Ulm,DE,126,478",
            ]);
        },
    );
    both(&["get", "name", "Ulm", "Bonn", "--not", "Ulm"], |run| {
        run.prints(&[HEADER, "Bonn,DE,330,60"])
    });
}

#[test]
fn other_columns_decide_too() {
    both(
        &[
            "range",
            "name",
            "..M",
            "--and",
            "people",
            "200..1000",
            "--and",
            "country",
            "FR",
        ],
        |run| {
            run.prints(&[HEADER, "Lille,FR,233,20", "Lyon,FR,520,170"]);
        },
    );
    both(
        &[
            "range",
            "height",
            "100..",
            "--and",
            "people",
            "..=520",
            "--reverse",
            "--limit",
            "2",
        ],
        |run| {
            run.prints(&[HEADER, "Ulm,DE,126,478", "Linz,AT,206,266"]);
        },
    );
    both(
        &["range", "name", "..", "--and", "people", "233", "--count"],
        |run| run.prints(&["1"]),
    );
    both(
        &["range", "name", "..", "--and", "people", "5..=6"],
        |run| run.finds_nothing(HEADER),
    );
    both(
        &[
            "get", "name", "Bonn", "--or", "people", "10_000..", "--or", "country", "AT",
        ],
        |run| {
            run.prints(&[
                HEADER,
                "Bonn,DE,330,60",
                "Lima,PE,10000,154",
                "Linz,AT,206,266",
            ]);
        },
    );
    both(
        &[
            "get", "name", "Bonn", "--or", "country", "DE", "--and", "height", "-5..100",
        ],
        |run| {
            run.prints(&[HEADER, "Bonn,DE,330,60"]);
        },
    );
}

#[test]
fn conditions_that_make_no_sense() {
    let table = TestFile::csv(TABLE);
    table
        .get(&["name", "Ulm", "--and", "size", "1"])
        .fails(&["no column `size`"]);
    table
        .get(&["name", "Ulm", "--and", "people", "x"])
        .fails(&["--and people: `x` is not an integer"]);
    table
        .get(&["name", "Ulm", "--and", "people", "1...2"])
        .fails(&["--and `1...2`"]);
    table
        .get(&["name", "Ulm", "--and", "people"])
        .fails(&["--and"]);
}
