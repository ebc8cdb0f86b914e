//! Which keys the rows have that fulfil a filter.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use crate::interval::{self, Interval, after, increment, intersection};
use crate::key::{self, CellType, append_cell};

/// As many intervals of keys are looked for at most.
const INTERVALS_MAX: usize = 100_000;

/// The cells that a filter leaves of a column.
struct Cells {
    intervals: Vec<Interval>,
    /// Whether each of them fulfils the filter, so that nothing else has to be looked at.
    is_exact: bool,
}

/// The keys that filters leave of an index.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) intervals: Vec<Interval>,
    /// Whether the filters hold for all rows with these keys, and for no others.
    pub(crate) are_exact: bool,
}

/// The keys of an index that can fulfil all filters; `None` if the filters say nothing about its
/// first column.
pub(crate) fn keys(filters: &[Expr], columns: &[(String, DataType)]) -> Option<Keys> {
    let conditions: Vec<&Expr> = filters.iter().flat_map(split_conjunction).collect();
    let mut are_exact = true;
    let mut used = vec![false; conditions.len()];
    let mut cells = Vec::new();
    for (name, data_type) in columns {
        let mut all: Option<Cells> = None;
        for (condition, used) in conditions.iter().zip(&mut used) {
            let Some(found) = cells_of(condition, name, data_type) else {
                continue;
            };
            *used = true;
            are_exact &= found.is_exact;
            all = Some(match all {
                None => found,
                Some(all) => both(all, found),
            });
        }
        cells.push(all);
    }
    let first = cells.first()?.as_ref()?;
    are_exact &= used.iter().all(|used| *used);
    if let [_] = columns {
        return Some(Keys {
            intervals: first.intervals.clone(),
            are_exact,
        });
    }
    let (intervals, are_all_used) = composite(&cells, columns);
    Some(Keys {
        intervals,
        are_exact: are_exact && are_all_used,
    })
}

/// The keys of several columns: cells of the first ones that are equal to something, then those of
/// the next one. And whether that is all that is known of the columns.
fn composite(cells: &[Option<Cells>], columns: &[(String, DataType)]) -> (Vec<Interval>, bool) {
    let mut prefixes = vec![Vec::new()];
    for (number, ((_, data_type), found)) in columns.iter().zip(cells).enumerate() {
        let (Some(cell_type), Some(found)) = (CellType::of(data_type), found) else {
            let rest = &cells[number..];
            return (begun(&prefixes), rest.iter().all(Option::is_none));
        };
        let points: Option<Vec<&[u8]>> = found.intervals.iter().map(Interval::only).collect();
        match points {
            Some(points) if points.len() * prefixes.len() <= INTERVALS_MAX => {
                let extend = |prefix: &Vec<u8>| -> Vec<Vec<u8>> {
                    let extend = points.iter().map(|point| {
                        let mut key = prefix.clone();
                        append_cell(&mut key, Some(point), cell_type);
                        key
                    });
                    extend.collect()
                };
                prefixes = prefixes.iter().flat_map(extend).collect();
            }
            _ if found.intervals.len() * prefixes.len() > INTERVALS_MAX => {
                return (begun(&prefixes), false);
            }
            _ => {
                let extend = |prefix: &Vec<u8>| -> Vec<Interval> {
                    let extend = found.intervals.iter();
                    extend.map(|it| part(prefix, it, cell_type)).collect()
                };
                let intervals = prefixes.iter().flat_map(extend).collect();
                let rest = &cells[number + 1..];
                return (interval::union(intervals), rest.iter().all(Option::is_none));
            }
        }
    }
    (begun(&prefixes), true)
}

/// The keys that begin with one of these.
fn begun(prefixes: &[Vec<u8>]) -> Vec<Interval> {
    interval::union(prefixes.iter().map(|it| Interval::prefix(it)).collect())
}

/// The keys that begin with a prefix, and then have a cell of an interval.
fn part(prefix: &[u8], cells: &Interval, cell_type: CellType) -> Interval {
    let bound = |cell: &[u8]| {
        let mut key = prefix.to_vec();
        append_cell(&mut key, Some(cell), cell_type);
        match cell_type.width() {
            // The cell with a zero appended, which comes before all others that are greater.
            Some(width) if cell.len() > width => {
                key.pop();
                increment(&key).unwrap_or(key)
            }
            _ => key,
        }
    };
    let mut after_all = prefix.to_vec();
    after_all.push(2);
    Interval {
        start: bound(&cells.start),
        end: Some(cells.end.as_deref().map_or(after_all, bound)),
    }
}

fn both(one: Cells, other: Cells) -> Cells {
    Cells {
        intervals: intersection(&one.intervals, &other.intervals),
        is_exact: one.is_exact && other.is_exact,
    }
}

/// The cells of a column that a filter leaves; `None` if that may be all.
fn cells_of(filter: &Expr, name: &str, data_type: &DataType) -> Option<Cells> {
    let is_column = |expr: &Expr| is_column(expr, name);
    let some = |intervals| Cells {
        intervals,
        is_exact: !matches!(CellType::of(data_type), Some(CellType::Float { .. })),
    };
    let one = |interval| Some(some(vec![interval]));
    let is_text = CellType::of(data_type) == Some(CellType::Bytes);
    match filter {
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::And,
            right,
        }) => {
            let left = cells_of(left, name, data_type);
            let right = cells_of(right, name, data_type);
            match (left, right) {
                (Some(left), Some(right)) => Some(both(left, right)),
                (Some(part), None) | (None, Some(part)) => Some(Cells {
                    is_exact: false,
                    ..part
                }),
                (None, None) => None,
            }
        }
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Or,
            right,
        }) => {
            let left = cells_of(left, name, data_type)?;
            let right = cells_of(right, name, data_type)?;
            Some(Cells {
                intervals: interval::union([left.intervals, right.intervals].concat()),
                is_exact: left.is_exact && right.is_exact,
            })
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let (op, value) = match (&**left, &**right) {
                (column, Expr::Literal(value, _)) if is_column(column) => (*op, value),
                (Expr::Literal(value, _), column) if is_column(column) => (op.swap()?, value),
                _ => return None,
            };
            one(compared(op, value, data_type)?)
        }
        Expr::InList(list) if !list.negated && is_column(&list.expr) => {
            let point = |value: &Expr| match value {
                // No cell equals null.
                Expr::Literal(value, _) if value.is_null() => Some(None),
                Expr::Literal(value, _) => compared(Operator::Eq, value, data_type).map(Some),
                _ => None,
            };
            let points: Option<Vec<_>> = list.list.iter().map(point).collect();
            Some(some(interval::union(
                points?.into_iter().flatten().collect(),
            )))
        }
        Expr::Between(between) if !between.negated && is_column(&between.expr) => {
            let (Expr::Literal(low, _), Expr::Literal(high, _)) = (&*between.low, &*between.high)
            else {
                return None;
            };
            let low = compared(Operator::GtEq, low, data_type)?;
            let high = compared(Operator::LtEq, high, data_type)?;
            Some(some(intersection(&[low], &[high])))
        }
        Expr::Like(like) if !like.negated && is_text && is_column(&like.expr) => {
            let Expr::Literal(pattern, _) = &*like.pattern else {
                return None;
            };
            let pattern = pattern.try_as_str()??;
            let end = pattern.find(['%', '_', '\\', like.escape_char.unwrap_or('\\')]);
            if like.case_insensitive {
                return None;
            }
            let Some(end) = end else {
                return one(Interval::point(pattern.as_bytes().to_vec()));
            };
            (end > 0).then(|| Cells {
                intervals: vec![Interval::prefix(&pattern.as_bytes()[..end])],
                is_exact: &pattern[end..] == "%",
            })
        }
        Expr::ScalarFunction(call) if is_text && call.name() == "starts_with" => {
            match &call.args[..] {
                [column, Expr::Literal(prefix, _)] if is_column(column) => {
                    one(Interval::prefix(prefix.try_as_str()??.as_bytes()))
                }
                _ => None,
            }
        }
        // A column of truth values is a filter by itself.
        Expr::Not(column) if is_column(column) => one(compared(
            Operator::Eq,
            &ScalarValue::from(false),
            data_type,
        )?),
        column if is_column(column) => {
            one(compared(Operator::Eq, &ScalarValue::from(true), data_type)?)
        }
        Expr::IsNotNull(column) if is_column(column) => one(Interval::ALL),
        _ => None,
    }
}

/// Whether an expression is a column, by its name alone: filters of a table are about no other.
fn is_column(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Column(Column { name: it, .. }) if it == name)
}

/// The cells that compare so with a value.
fn compared(op: Operator, value: &ScalarValue, data_type: &DataType) -> Option<Interval> {
    let cell = |value: &ScalarValue| key::cell(value, data_type);
    // Whether a zero's sign counts is for the engine to say, and so is what equals what is no
    // number.
    let (least, greatest) = match value {
        ScalarValue::Float32(Some(it)) if it.is_nan() => return None,
        ScalarValue::Float64(Some(it)) if it.is_nan() => return None,
        ScalarValue::Float32(Some(0.0)) => (
            cell(&ScalarValue::Float32(Some(-0.0)))?,
            cell(&ScalarValue::Float32(Some(0.0)))?,
        ),
        ScalarValue::Float64(Some(0.0)) => (
            cell(&ScalarValue::Float64(Some(-0.0)))?,
            cell(&ScalarValue::Float64(Some(0.0)))?,
        ),
        value => {
            let cell = cell(value)?;
            (cell.clone(), cell)
        }
    };
    let is_zero = least != greatest;
    Some(match op {
        Operator::Eq | Operator::IsNotDistinctFrom => Interval {
            start: least,
            end: Some(after(&greatest)),
        },
        Operator::Lt if !is_zero => Interval {
            start: Vec::new(),
            end: Some(greatest),
        },
        Operator::Lt | Operator::LtEq => Interval {
            start: Vec::new(),
            end: Some(after(&greatest)),
        },
        Operator::Gt if !is_zero => Interval {
            start: after(&least),
            end: None,
        },
        Operator::Gt | Operator::GtEq => Interval {
            start: least,
            end: None,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::{col, lit, starts_with};

    use super::*;

    /// The cells of a row: a number, a text, a number.
    type Row = (Option<i32>, Option<&'static str>, Option<i32>);

    fn columns() -> [(String, DataType); 3] {
        let columns = [
            ("a", DataType::Int32),
            ("b", DataType::Utf8),
            ("c", DataType::Int32),
        ];
        columns.map(|(name, data_type)| (name.to_string(), data_type))
    }

    /// All rows that there are, and their keys.
    fn rows() -> Vec<(Row, Vec<u8>)> {
        let numbers = [
            None,
            Some(i32::MIN),
            Some(-1),
            Some(0),
            Some(1),
            Some(i32::MAX),
        ];
        let texts = [
            None,
            Some(""),
            Some("x"),
            Some("x\0"),
            Some("x\0y"),
            Some("x\u{1}"),
            Some("xy"),
            Some("y"),
        ];
        let number = |it: Option<i32>| key::cell(&ScalarValue::from(it?), &DataType::Int32);
        let mut rows = Vec::new();
        for a in numbers {
            for b in texts {
                for c in numbers {
                    let text = b.map(|it| it.as_bytes().to_vec());
                    let mut key = Vec::new();
                    for (cell, (_, data_type)) in [number(a), text, number(c)].iter().zip(columns())
                    {
                        let cell_type = CellType::of(&data_type).unwrap();
                        append_cell(&mut key, cell.as_deref(), cell_type);
                    }
                    rows.push(((a, b, c), key));
                }
            }
        }
        rows
    }

    /// Whether a row fulfils a filter.
    type Fulfils = fn(Row) -> bool;

    #[test]
    fn keys_of_several_columns_are_those_of_the_rows_that_fulfil_a_filter() {
        let one = || col("a").eq(lit(1));
        let exact: Vec<(Expr, Fulfils)> = vec![
            (one(), |(a, _, _)| a == Some(1)),
            (col("a").gt(lit(-1)), |(a, _, _)| a > Some(-1)),
            (col("a").lt_eq(lit(-1)), |(a, _, _)| {
                a.is_some_and(|a| a <= -1)
            }),
            (col("a").lt(lit(i32::MAX)), |(a, _, _)| {
                a.is_some_and(|a| a < i32::MAX)
            }),
            (col("a").gt(lit(i32::MAX)), |_| false),
            (col("a").is_not_null(), |(a, _, _)| a.is_some()),
            (one().and(col("b").eq(lit("x"))), |(a, b, _)| {
                (a, b) == (Some(1), Some("x"))
            }),
            (one().and(col("b").eq(lit("x\0"))), |(a, b, _)| {
                (a, b) == (Some(1), Some("x\0"))
            }),
            (one().and(col("b").gt(lit("x"))), |(a, b, _)| {
                a == Some(1) && b > Some("x")
            }),
            (one().and(col("b").gt_eq(lit("x\0"))), |(a, b, _)| {
                a == Some(1) && b >= Some("x\0")
            }),
            (one().and(col("b").lt(lit("x"))), |(a, b, _)| {
                a == Some(1) && b.is_some_and(|b| b < "x")
            }),
            (one().and(col("b").lt_eq(lit("x\0"))), |(a, b, _)| {
                a == Some(1) && b.is_some_and(|b| b <= "x\0")
            }),
            (one().and(col("b").like(lit("x%"))), |(a, b, _)| {
                a == Some(1) && b.is_some_and(|b| b.starts_with('x'))
            }),
            (one().and(starts_with(col("b"), lit("x\0"))), |(a, b, _)| {
                a == Some(1) && b.is_some_and(|b| b.starts_with("x\0"))
            }),
            (one().and(col("b").is_not_null()), |(a, b, _)| {
                a == Some(1) && b.is_some()
            }),
            (
                col("a")
                    .in_list(vec![lit(1), lit(-1), lit(7)], false)
                    .and(col("b").eq(lit("")))
                    .and(col("c").gt_eq(lit(0))),
                |(a, b, c)| [Some(1), Some(-1)].contains(&a) && b == Some("") && c >= Some(0),
            ),
            (
                one()
                    .and(col("b").eq(lit("y")))
                    .and(col("c").between(lit(-1), lit(0))),
                |(a, b, c)| (a, b) == (Some(1), Some("y")) && [Some(-1), Some(0)].contains(&c),
            ),
        ];
        let inexact: Vec<(Expr, Fulfils)> = vec![
            (one().and(col("c").eq(lit(0))), |(a, _, c)| {
                (a, c) == (Some(1), Some(0))
            }),
            (
                col("a").gt(lit(0)).and(col("b").eq(lit("x"))),
                |(a, b, _)| a > Some(0) && b == Some("x"),
            ),
            (
                one().and(col("b").gt(lit("x"))).and(col("c").eq(lit(0))),
                |(a, b, c)| (a, c) == (Some(1), Some(0)) && b > Some("x"),
            ),
            (one().and(col("b").is_null()), |(a, b, _)| {
                a == Some(1) && b.is_none()
            }),
            (one().and(col("other").eq(lit(1))), |(a, _, _)| a == Some(1)),
            (one().and(col("b").like(lit("x_%"))), |(a, b, _)| {
                a == Some(1) && b.is_some_and(|b| b.starts_with('x') && b.len() > 1)
            }),
            (one().and(col("b").like(lit("x\\%"))), |_| false),
            (
                one().and(col("other").eq(lit(1))).or(col("a").eq(lit(-1))),
                |(a, _, _)| a == Some(-1),
            ),
        ];
        let cases = exact.into_iter().map(|case| (case, true));
        for ((filter, fulfils), is_exact) in
            cases.chain(inexact.into_iter().map(|case| (case, false)))
        {
            let keys = keys(std::slice::from_ref(&filter), &columns()).unwrap();
            assert_eq!(keys.are_exact, is_exact, "{filter}");
            for (row, key) in rows() {
                let is_within =
                    |it: &Interval| it.start <= key && it.end.as_ref().is_none_or(|end| key < *end);
                let is_found = keys.intervals.iter().any(is_within);
                assert!(is_found || !fulfils(row), "{filter}: {row:?} is missing");
                assert!(
                    !is_found || fulfils(row) || !is_exact,
                    "{filter}: {row:?} is too much"
                );
            }
        }
    }

    #[test]
    fn values_of_other_types_are_those_of_the_column_or_say_nothing() {
        let of = |filter: Expr| keys(&[filter], &columns()).map(|keys| keys.intervals);
        assert_eq!(of(col("a").lt(lit(1_i64))), of(col("a").lt(lit(1))));
        assert_eq!(of(col("a").eq(lit("1"))), of(col("a").eq(lit(1))));
        for between in [lit(0.5), lit(1_i64 << 40), lit("x"), lit(ScalarValue::Null)] {
            assert_eq!(of(col("a").lt(between.clone())), None, "{between}");
        }
    }

    #[test]
    fn filters_of_later_columns_alone_say_nothing() {
        assert!(keys(&[col("b").eq(lit("x"))], &columns()).is_none());
        assert!(keys(&[], &columns()).is_none());
    }
}
