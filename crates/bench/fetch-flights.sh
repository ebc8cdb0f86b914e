#!/usr/bin/env bash
# Three million flights as Parquet and as CSV, for `leafwise-bench files`.
#
#     crates/bench/fetch-flights.sh FOLDER
#
# They come from npm's package vega-datasets. It needs npm, and duckdb to write the CSV. Choose a
# folder outside of the repository. What it has already is kept.
set -euo pipefail

package=vega-datasets version=3.2.1 member=package/data/flights-3m.parquet
# Of the Parquet file: another file would be another table under the same name.
digest=dbeb920c90f59b6ccaff823dcc3d08f25a97fa1ce128d93f40be4e931f5900b0

folder=${1:?the folder for the files is missing}
for program in npm duckdb; do
    if ! command -v "$program" >/dev/null; then
        echo "$program is not installed" >&2
        exit 1
    fi
done
mkdir -p "$folder"
cd "$folder"
if [ ! -e flights.parquet ]; then
    archive=$package-$version.tgz
    npm pack --silent "$package@$version" >/dev/null
    tar -xzf "$archive" -O "$member" >flights.parquet.part
    rm "$archive"
    sha256sum --check --quiet <<<"$digest  flights.parquet.part"
    mv flights.parquet.part flights.parquet
fi
if [ ! -e flights.csv ]; then
    duckdb -c "COPY (SELECT * FROM 'flights.parquet') TO 'flights.csv.part' (FORMAT csv, HEADER)"
    mv flights.csv.part flights.csv
fi
ls -l flights.parquet flights.csv
