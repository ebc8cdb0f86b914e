//! Reads the frames of a zstd file, one after another, and checks their checksums. `ruzstd` decodes
//! one frame.

use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Windows of this size are the largest that `zstd` itself reads without being told to
/// (`--long=27`).
const WINDOW_BYTES_MAX: u64 = 128 << 20;

const DAMAGED: &str = "the zstd data is damaged or ends early";

/// An error in words for users; those of `ruzstd` are for programmers.
fn unreadable(error: &FrameDecoderError) -> io::Error {
    io::Error::other(match error {
        FrameDecoderError::WindowSizeTooBig { .. } => {
            "the zstd data needs a window of more than 128 MiB: decompress it \
             (zstd -dc --long=31), and give - as the table"
        }
        FrameDecoderError::DictNotProvided { .. } => {
            "the zstd data needs a dictionary: decompress it (zstd -dc -D), \
             and give - as the table"
        }
        _ => DAMAGED,
    })
}

/// The decompressed bytes of all frames.
pub(crate) struct Frames {
    source: BufReader<Box<dyn Read + Send>>,
    decoder: FrameDecoder,
    is_within_frame: bool,
}

impl Frames {
    pub(crate) fn new(source: Box<dyn Read + Send>) -> Frames {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW_BYTES_MAX);
        Frames {
            source: BufReader::new(source),
            decoder,
            is_within_frame: false,
        }
    }

    /// Begins the next frame that holds data; false if there is none.
    fn begin_frame(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let mut skipped = (&mut self.source).take(u64::from(length));
                    io::copy(&mut skipped, &mut io::sink())?;
                }
                Err(error) => return Err(unreadable(&error)),
            }
        }
        Ok(false)
    }

    /// Ends a frame of which all bytes have been read.
    fn end_frame(&mut self) -> io::Result<()> {
        self.is_within_frame = false;
        let stored = self.decoder.get_checksum_from_data();
        if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
            return Err(io::Error::other(DAMAGED));
        }
        Ok(())
    }
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.is_within_frame {
                if !self.begin_frame()? {
                    return Ok(0);
                }
                self.is_within_frame = true;
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder
                    .decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(|error| unreadable(&error))?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            self.end_frame()?;
        }
    }
}
