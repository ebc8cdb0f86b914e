//! Makes the checksums of a file right again after its bytes were changed, so that a test reaches
//! what is behind them. Written after docs/file-format.md, not after the library.

/// The bytes of the header, and of the footer.
pub(crate) const HEADER: usize = 1024;
pub(crate) const PAGE: usize = 4096;
/// Where the table of sections is, and the bytes of an entry.
pub(crate) const TABLE: usize = 256;
pub(crate) const ENTRY: usize = 24;
/// The number of sections that there are.
pub(crate) const SECTIONS: usize = 9;

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

/// The offset and the length of a section, by its number.
pub(crate) fn section(bytes: &[u8], number: usize) -> (u64, u64) {
    let at = TABLE + (number - 1) * ENTRY;
    (u64_at(bytes, at + 8), u64_at(bytes, at + 16))
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut crc = at as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0x82F6_3B78 } else { 0 };
            bit += 1;
        }
        table[at] = crc;
        at += 1;
    }
    table
}

pub(crate) fn crc32c(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (crc >> 8) ^ TABLE[usize::from(crc as u8 ^ byte)]
    })
}

/// Makes the checksum of the header right, and the footer its copy.
pub(crate) fn repair_header(bytes: &mut [u8]) {
    let crc = crc32c(&bytes[..HEADER - 4]);
    bytes[HEADER - 4..HEADER].copy_from_slice(&crc.to_le_bytes());
    let end = bytes.len() - HEADER;
    bytes.copy_within(..HEADER, end);
}

/// The same for the checksum of each page.
pub(crate) fn repair(bytes: &mut [u8]) {
    repair_header(bytes);
    let (offset, length) = section(bytes, SECTIONS);
    let (Ok(offset), Ok(length)) = (usize::try_from(offset), usize::try_from(length)) else {
        return;
    };
    for page in 0..(offset / PAGE).min(bytes.len() / PAGE) {
        let at = offset.saturating_add(page * 4);
        if page * 4 + 4 <= length && at <= bytes.len() - HEADER - 4 {
            let crc = crc32c(&bytes[page * PAGE..][..PAGE]);
            bytes[at..at + 4].copy_from_slice(&crc.to_le_bytes());
        }
    }
}

#[test]
fn checksums_are_those_of_rfc_3720() {
    assert_eq!(crc32c(&[0; 32]), 0x8A91_36AA);
    assert_eq!(crc32c(b"123456789"), 0xE306_9283);
}
