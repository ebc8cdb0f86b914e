//! Reads text of another encoding as UTF-8.

use std::io::{self, Read};

use encoding_rs::{DecoderResult, Encoding};

const BUFFER_BYTES: usize = 64 * 1024;

/// The text of a reader, in UTF-8 and without a byte order mark, which decides between the
/// encodings of Unicode. Bytes that the encoding does not have are an error, so that no character
/// is replaced silently.
pub(crate) struct Decoder<R> {
    reader: R,
    decoder: encoding_rs::Decoder,
    /// Bytes that are not decoded yet: `input[input_start..]`.
    input: Vec<u8>,
    input_start: usize,
    input_is_last: bool,
    /// The number of bytes that have been decoded.
    position: u64,
    /// Text that has not been read yet: `output[output_start..]`.
    output: Vec<u8>,
    output_start: usize,
}

impl<R: Read> Decoder<R> {
    pub(crate) fn new(reader: R, encoding: &'static Encoding) -> Decoder<R> {
        Decoder {
            reader,
            // A byte order mark tells more than a name such as "utf-16", which is either order.
            decoder: encoding.new_decoder(),
            input: Vec::new(),
            input_start: 0,
            input_is_last: false,
            position: 0,
            output: Vec::new(),
            output_start: 0,
        }
    }

    /// Decodes more, unless the text is at its end.
    fn decode(&mut self) -> io::Result<()> {
        if self.input_start == self.input.len() && !self.input_is_last {
            self.input.clear();
            self.input_start = 0;
            let read = (&mut self.reader)
                .take(BUFFER_BYTES as u64)
                .read_to_end(&mut self.input)?;
            self.input_is_last = read < BUFFER_BYTES;
        }
        // No encoding needs more than three bytes for one, so the output is never full.
        self.output.resize(3 * BUFFER_BYTES + 16, 0);
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
            &self.input[self.input_start..],
            &mut self.output,
            self.input_is_last,
        );
        self.output.truncate(written);
        self.output_start = 0;
        self.input_start += read;
        self.position += read as u64;
        match result {
            DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(()),
            DecoderResult::Malformed(..) => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "the bytes before offset {} are not {}",
                    self.position,
                    self.decoder.encoding().name()
                ),
            )),
        }
    }

    fn is_at_end(&self) -> bool {
        self.input_is_last && self.input_start == self.input.len()
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.output_start == self.output.len() {
            if self.is_at_end() {
                return Ok(0);
            }
            self.decode()?;
        }
        let rest = &self.output[self.output_start..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.output_start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], encoding: &'static Encoding) -> io::Result<String> {
        let mut text = String::new();
        Decoder::new(bytes, encoding).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn text_of_any_length_is_decoded() {
        let text = "aé日🦀".repeat(50_000);
        let utf_16: Vec<u8> = std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(decode(&utf_16, encoding_rs::UTF_16LE).unwrap() == text);
        assert_eq!(
            decode(b"caf\xe9 \x80", encoding_rs::WINDOWS_1252).unwrap(),
            "café €"
        );
        assert!(decode(&utf_16, encoding_rs::UTF_16BE).unwrap() == text);
        assert_eq!(decode(b"", encoding_rs::UTF_16BE).unwrap(), "");
    }

    #[test]
    fn malformed_bytes_are_an_error() {
        let lone_surrogate = b"a\0\0\xd8b\0";
        let error = decode(lone_surrogate, encoding_rs::UTF_16LE).unwrap_err();
        assert!(error.to_string().contains("UTF-16LE"), "{error}");
        assert!(decode(b"a\0b", encoding_rs::UTF_16LE).is_err());
    }
}
