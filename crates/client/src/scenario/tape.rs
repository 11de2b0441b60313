//! Files of what a device heard and saw.

use std::fs;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::audio::{FileError, Frame, Recording};
use crate::phone::{Statistics, VideoReport};

/// Records each call of a device in a file of its own.
#[derive(Clone)]
pub(super) struct Tape {
    folder: PathBuf,
    /// What the names of the files begin with.
    stem: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

struct Call {
    file: PathBuf,
    recording: Result<Recording, FileError>,
}

/// Why something is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum TapeError {
    #[error("{} cannot be recorded", file.display())]
    Sound { file: PathBuf, source: FileError },
    #[error("{} cannot be written", file.display())]
    Picture { file: PathBuf, source: io::Error },
}

/// Takes the frames of one call.
pub(super) type Take = Box<dyn FnMut(&Frame) + Send>;

impl Tape {
    pub(super) fn new(folder: &Path, consumer: &str, device: &str) -> Self {
        let plain = |name: &str| name.replace(|other: char| !other.is_ascii_alphanumeric() && other != '_', "-");
        let stem = format!("{}-{}", plain(consumer), plain(device));
        Self { folder: folder.to_owned(), stem, calls: Arc::default() }
    }

    /// Begins the file of another call.
    pub(super) fn begin(&self) -> Take {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let number = calls.len() + 1;
        let file = self.folder.join(if number == 1 {
            format!("{}.ogg", self.stem)
        } else {
            format!("{}-{number}.ogg", self.stem)
        });
        let (recording, take): (_, Take) = match Recording::start(&file) {
            Ok((recording, take)) => (Ok(recording), Box::new(take)),
            Err(error) => (Err(error), Box::new(|_: &Frame| {})),
        };
        calls.push(Call { file, recording });
        take
    }

    /// Completes the files, and adds the last pictures. The phones must be down.
    pub(super) async fn finish(self, seen: Option<&Statistics>) -> Result<Vec<PathBuf>, TapeError> {
        let calls = std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner));
        let mut files = Vec::new();
        for Call { file, recording } in calls {
            let finished = match recording {
                Ok(recording) => recording.finish().await,
                Err(error) => Err(error),
            };
            match finished {
                Ok(()) => files.push(file),
                Err(source) => return Err(TapeError::Sound { file, source }),
            }
        }
        let pictures = seen.into_iter().flat_map(|statistics| &statistics.video).filter_map(picture);
        for (number, png) in (1..).zip(pictures) {
            let file = self.folder.join(if number == 1 {
                format!("{}.png", self.stem)
            } else {
                format!("{}-{number}.png", self.stem)
            });
            fs::write(&file, png).map_err(|source| TapeError::Picture { file: file.clone(), source })?;
            files.push(file);
        }
        Ok(files)
    }
}

/// A stream's last key frame as PNG; nothing if none came that can be read.
fn picture(stream: &VideoReport) -> Option<Vec<u8>> {
    let decoded = stream.last_key.as_ref().map(|frame| png(frame))?;
    decoded.inspect_err(|error| tracing::warn!(error, "a key frame cannot be shown")).ok()
}

/// A VP8 key frame as PNG.
fn png(vp8: &[u8]) -> Result<Vec<u8>, String> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(webp(vp8))).map_err(|error| error.to_string())?;
    let (width, height) = decoder.dimensions();
    let mut pixels = vec![0; decoder.output_buffer_size().ok_or("the picture is too large")?];
    decoder.read_image(&mut pixels).map_err(|error| error.to_string())?;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    writer.write_image_data(&pixels).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    Ok(file)
}

/// A WebP file is a VP8 key frame in two headers (RFC 9649 section 2.4 and 2.5).
fn webp(vp8: &[u8]) -> Vec<u8> {
    let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
    let padding = vec![0; vp8.len() % 2];
    let chunk = [b"VP8 ", &length(vp8.len())[..], vp8, &padding].concat();
    [b"RIFF", &length(4 + chunk.len())[..], b"WEBP", &chunk].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::TEST_PATTERN;

    #[test]
    fn a_key_frame_becomes_a_picture_of_its_colour() {
        // As libwebp decodes them.
        let colours = [[200, 29, 30], [30, 179, 61], [40, 60, 199], [235, 235, 235]];
        for (frame, colour) in TEST_PATTERN.into_iter().zip(colours) {
            let file = png(frame).unwrap();
            let mut reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let shown = reader.next_frame(&mut pixels).unwrap();
            assert_eq!((shown.width, shown.height), (160, 120));
            let near = |pixel: &[u8]| pixel.iter().zip(colour).all(|(is, wanted): (&u8, u8)| is.abs_diff(wanted) < 12);
            assert!(pixels.chunks_exact(3).all(near), "{:?} for {colour:?}", &pixels[..3]);
        }
        assert!(png(b"no picture").is_err());
    }
}
