//! How cells of Arrow columns become keys: strings of bytes that compare as SQL compares cells.
//!
//! A number is held with its greatest byte first and the sign inverted, a floating-point number in
//! the order of IEEE 754's `totalOrder`, as Arrow compares them. The key of one column is these
//! bytes, in files as an integer. Of several columns, it is a byte for each column that tells null
//! (0) from a cell (1), and the cell's bytes; zeros of texts are escaped, as a zero ends them.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, make_array,
};
use datafusion::arrow::buffer::ScalarBuffer;
use datafusion::arrow::datatypes::{
    ArrowNativeType, DataType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_err};
use leafwise::file::{KeyBuf, KeyForm};

/// How the cells of a column are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellType {
    /// Integers with a sign, and what Arrow holds as such: dates, times, decimals.
    Signed {
        width: u8,
    },
    Unsigned {
        width: u8,
    },
    Float {
        width: u8,
    },
    Boolean,
    /// Strings and byte strings.
    Bytes,
}

impl CellType {
    /// That of an Arrow type; `None` if its cells cannot be keys.
    pub(crate) fn of(data_type: &DataType) -> Option<CellType> {
        use DataType as T;
        let signed = |width| CellType::Signed { width };
        let unsigned = |width| CellType::Unsigned { width };
        Some(match data_type {
            T::Int8 => signed(1),
            T::Int16 => signed(2),
            T::Int32 | T::Date32 | T::Time32(_) | T::Decimal32(..) => signed(4),
            T::Int64 | T::Date64 | T::Time64(_) | T::Decimal64(..) => signed(8),
            T::Timestamp(..) | T::Duration(_) => signed(8),
            T::Decimal128(..) => signed(16),
            T::UInt8 => unsigned(1),
            T::UInt16 => unsigned(2),
            T::UInt32 => unsigned(4),
            T::UInt64 => unsigned(8),
            T::Float32 => CellType::Float { width: 4 },
            T::Float64 => CellType::Float { width: 8 },
            T::Boolean => CellType::Boolean,
            T::Utf8 | T::LargeUtf8 | T::Utf8View => CellType::Bytes,
            T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => CellType::Bytes,
            T::Dictionary(_, values) => CellType::of(values)?,
            _ => return None,
        })
    }

    /// The number of bytes of a cell, if all have the same.
    pub(crate) fn width(self) -> Option<usize> {
        match self {
            CellType::Signed { width }
            | CellType::Unsigned { width }
            | CellType::Float { width } => Some(width.into()),
            CellType::Boolean => Some(1),
            CellType::Bytes => None,
        }
    }

    /// The form of keys of this column alone, and the name of their type.
    fn form(self) -> (KeyForm, String) {
        let (width, is_signed, name) = match self {
            CellType::Signed { width } => (width, true, format!("i{}", width * 8)),
            CellType::Unsigned { width } => (width, false, format!("u{}", width * 8)),
            CellType::Float { width } => (width, false, format!("f{} in total order", width * 8)),
            CellType::Boolean => (1, false, "bool".to_string()),
            CellType::Bytes => return (KeyForm::Texts { length: None }, "bytes".to_string()),
        };
        (KeyForm::Integers { width, is_signed }, name)
    }
}

/// The form of the keys of some columns, and the name of their type.
pub(crate) fn form(types: &[CellType]) -> (KeyForm, String) {
    match types {
        [one] => one.form(),
        _ => (KeyForm::Texts { length: None }, "composite".to_string()),
    }
}

/// What is called for each cell, with its bytes; `None` for null.
pub(crate) type VisitCell<'v> = dyn FnMut(Option<&[u8]>) -> Result<()> + 'v;

/// Calls back with the bytes of each cell of a column.
pub(crate) fn each_cell(column: &ArrayRef, visit: &mut VisitCell<'_>) -> Result<()> {
    let column = match column.data_type() {
        DataType::Dictionary(_, values) => {
            datafusion::arrow::compute::cast(column, values).map_err(DataFusionError::from)?
        }
        _ => Arc::clone(column),
    };
    let Some(cell_type) = CellType::of(column.data_type()) else {
        return exec_err!("a column of type {} cannot be a key", column.data_type());
    };
    let column = &column;
    match cell_type {
        CellType::Signed { width: 1 } => {
            integers::<Int8Type, 1>(column, visit, |it| (it as u8 ^ 1 << 7).to_be_bytes())
        }
        CellType::Signed { width: 2 } => {
            integers::<Int16Type, 2>(column, visit, |it| (it as u16 ^ 1 << 15).to_be_bytes())
        }
        CellType::Signed { width: 4 } => {
            integers::<Int32Type, 4>(column, visit, |it| (it as u32 ^ 1 << 31).to_be_bytes())
        }
        CellType::Signed { width: 8 } => {
            integers::<Int64Type, 8>(column, visit, |it| (it as u64 ^ 1 << 63).to_be_bytes())
        }
        CellType::Signed { .. } => integers::<Decimal128Type, 16>(column, visit, |it| {
            (it as u128 ^ 1 << 127).to_be_bytes()
        }),
        CellType::Unsigned { width: 1 } => integers::<UInt8Type, 1>(column, visit, u8::to_be_bytes),
        CellType::Unsigned { width: 2 } => {
            integers::<UInt16Type, 2>(column, visit, u16::to_be_bytes)
        }
        CellType::Unsigned { width: 4 } => {
            integers::<UInt32Type, 4>(column, visit, u32::to_be_bytes)
        }
        CellType::Unsigned { .. } => integers::<UInt64Type, 8>(column, visit, u64::to_be_bytes),
        CellType::Float { width: 4 } => integers::<Float32Type, 4>(column, visit, |it| {
            let bits = it.to_bits();
            let mask = if bits >> 31 == 1 { u32::MAX } else { 1 << 31 };
            (bits ^ mask).to_be_bytes()
        }),
        CellType::Float { .. } => integers::<Float64Type, 8>(column, visit, |it| {
            let bits = it.to_bits();
            let mask = if bits >> 63 == 1 { u64::MAX } else { 1 << 63 };
            (bits ^ mask).to_be_bytes()
        }),
        CellType::Boolean => {
            let column = column.as_boolean();
            column.iter().try_for_each(|it| match it {
                Some(it) => visit(Some(&[it.into()])),
                None => visit(None),
            })
        }
        CellType::Bytes => texts(column, visit),
    }
}

/// The cells of a column whose values Arrow holds as `T` does.
fn integers<T: ArrowPrimitiveType, const W: usize>(
    column: &ArrayRef,
    visit: &mut VisitCell<'_>,
    encode: impl Fn(T::Native) -> [u8; W],
) -> Result<()> {
    let data = column.to_data();
    let values =
        ScalarBuffer::<T::Native>::new(data.buffers()[0].clone(), data.offset(), data.len());
    for (row, value) in values.iter().enumerate() {
        match column.is_null(row) {
            true => visit(None)?,
            false => visit(Some(&encode(*value)))?,
        }
    }
    Ok(())
}

/// The cells of a column of strings or byte strings.
fn texts(column: &ArrayRef, visit: &mut VisitCell<'_>) -> Result<()> {
    fn each<'a, T: AsRef<[u8]> + ?Sized + 'a>(
        cells: impl Iterator<Item = Option<&'a T>>,
        visit: &mut VisitCell<'_>,
    ) -> Result<()> {
        for cell in cells {
            visit(cell.map(AsRef::as_ref))?;
        }
        Ok(())
    }
    match column.data_type() {
        DataType::Utf8 => each(column.as_string::<i32>().iter(), visit),
        DataType::LargeUtf8 => each(column.as_string::<i64>().iter(), visit),
        DataType::Utf8View => each(column.as_string_view().iter(), visit),
        DataType::Binary => each(column.as_binary::<i32>().iter(), visit),
        DataType::LargeBinary => each(column.as_binary::<i64>().iter(), visit),
        DataType::BinaryView => each(column.as_binary_view().iter(), visit),
        _ => each(column.as_fixed_size_binary().iter(), visit),
    }
}

/// The bytes of one cell of a column of this type; `None` if it is null, or if the column cannot
/// have it.
pub(crate) fn cell(value: &ScalarValue, data_type: &DataType) -> Option<Vec<u8>> {
    let value = match value {
        ScalarValue::Dictionary(_, value) => value,
        value => value,
    };
    let data_type = match data_type {
        DataType::Dictionary(_, values) => values,
        data_type => data_type,
    };
    let mut cast = value.clone();
    if value.data_type() != *data_type {
        cast = value.cast_to(data_type).ok()?;
        // Another type may have values between those of the column.
        if cast.cast_to(&value.data_type()).ok()? != *value {
            return None;
        }
    }
    let mut bytes = None;
    let visited = each_cell(&cast.to_array().ok()?, &mut |cell| {
        bytes = cell.map(<[u8]>::to_vec);
        Ok(())
    });
    visited.ok().and(bytes)
}

/// The cell of a column of this type that has these bytes, which are a whole key.
pub(crate) fn value(bytes: &[u8], data_type: &DataType) -> Result<ScalarValue> {
    if let DataType::Dictionary(keys, values) = data_type {
        let value = value(bytes, values)?;
        return Ok(ScalarValue::Dictionary(keys.clone(), Box::new(value)));
    }
    let Some(cell_type) = CellType::of(data_type) else {
        return exec_err!("a column of type {data_type} cannot be a key");
    };
    let mut wide = [0; 16];
    if let Some(width) = cell_type.width() {
        if bytes.len() != width {
            return exec_err!("a key of {} bytes is none of type {data_type}", bytes.len());
        }
        wide[16 - width..].copy_from_slice(bytes);
    }
    let bits = u128::from_be_bytes(wide);
    match cell_type {
        CellType::Signed { width: 1 } => {
            of_native::<Int8Type>(bits as u8 as i8 ^ i8::MIN, data_type)
        }
        CellType::Signed { width: 2 } => {
            of_native::<Int16Type>(bits as u16 as i16 ^ i16::MIN, data_type)
        }
        CellType::Signed { width: 4 } => {
            of_native::<Int32Type>(bits as u32 as i32 ^ i32::MIN, data_type)
        }
        CellType::Signed { width: 8 } => {
            of_native::<Int64Type>(bits as u64 as i64 ^ i64::MIN, data_type)
        }
        CellType::Signed { .. } => of_native::<Decimal128Type>(bits as i128 ^ i128::MIN, data_type),
        CellType::Unsigned { width: 1 } => of_native::<UInt8Type>(bits as u8, data_type),
        CellType::Unsigned { width: 2 } => of_native::<UInt16Type>(bits as u16, data_type),
        CellType::Unsigned { width: 4 } => of_native::<UInt32Type>(bits as u32, data_type),
        CellType::Unsigned { .. } => of_native::<UInt64Type>(bits as u64, data_type),
        CellType::Float { .. } => exec_err!("floating-point numbers are only looked for"),
        CellType::Boolean => Ok(ScalarValue::Boolean(Some(bits == 1))),
        CellType::Bytes => match data_type {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                let text = String::from_utf8(bytes.to_vec());
                let text = text.map_err(|error| DataFusionError::External(Box::new(error)))?;
                ScalarValue::Utf8(Some(text)).cast_to(data_type)
            }
            DataType::FixedSizeBinary(width) => {
                Ok(ScalarValue::FixedSizeBinary(*width, Some(bytes.to_vec())))
            }
            _ => ScalarValue::Binary(Some(bytes.to_vec())).cast_to(data_type),
        },
    }
}

/// A value of a type that Arrow holds as `T` does.
fn of_native<T: ArrowPrimitiveType>(native: T::Native, data_type: &DataType) -> Result<ScalarValue>
where
    T::Native: ArrowNativeType,
{
    let array = PrimitiveArray::<T>::from_iter_values([native]);
    let data = array
        .into_data()
        .into_builder()
        .data_type(data_type.clone());
    let array = make_array(data.build().map_err(DataFusionError::from)?);
    ScalarValue::try_from_array(&array, 0)
}

/// The key of a file whose bytes these are.
pub(crate) fn hold(bytes: &[u8], form: KeyForm) -> KeyBuf {
    match form {
        KeyForm::Integers { .. } => {
            let mut wide = [0; 16];
            wide[16 - bytes.len()..].copy_from_slice(bytes);
            KeyBuf::Integer(u128::from_be_bytes(wide))
        }
        KeyForm::Texts { .. } => KeyBuf::Text(bytes.to_vec()),
    }
}

/// The bytes of a key that a file has.
pub(crate) fn held(key: &KeyBuf, form: KeyForm) -> Vec<u8> {
    match (key, form) {
        (KeyBuf::Integer(bits), KeyForm::Integers { width, .. }) => {
            bits.to_be_bytes()[16 - usize::from(width)..].to_vec()
        }
        (KeyBuf::Integer(bits), _) => bits.to_be_bytes().to_vec(),
        (KeyBuf::Text(text), _) => text.clone(),
    }
}

/// Appends a cell to the key of several columns.
pub(crate) fn append_cell(key: &mut Vec<u8>, cell: Option<&[u8]>, cell_type: CellType) {
    let Some(cell) = cell else {
        key.push(0);
        return;
    };
    key.push(1);
    match cell_type {
        CellType::Bytes => {
            for byte in cell {
                key.push(*byte);
                if *byte == 0 {
                    key.push(0xff);
                }
            }
            key.extend([0, 0]);
        }
        _ => key.extend(cell),
    }
}
