//! CRC-32C, the checksum of the header and of each page.

use crc::{CRC_32_ISCSI, Crc, Table};

static CRC_32C: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);

/// The CRC-32C of bytes: the checksum that files have for each of their pages.
///
/// # Examples
///
/// ```
/// assert_eq!(leafwise::file::checksum(b"123456789"), 0xE306_9283);
/// ```
#[must_use]
pub fn checksum(bytes: &[u8]) -> u32 {
    CRC_32C.checksum(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_rfc_3720() {
        // Appendix B.4.
        assert_eq!(checksum(&[0; 32]), 0x8A91_36AA);
        assert_eq!(checksum(&[0xFF; 32]), 0x62A8_AB43);
        assert_eq!(checksum(b"123456789"), 0xE306_9283);
    }
}
