//! A file as it comes: its name, its bytes, its digest, and what kind of file it is.
//!
//! Invariant: no more than [`FILE_MAX`] bytes are ever read, whatever the file claims to be.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::fault::FileError;
use crate::domain::money::grouped;
use crate::domain::quantity::Digest;

/// The largest file that an import reads: 64 MiB. A council's grants of ten years are about one.
pub const FILE_MAX: u64 = 64 * 1024 * 1024;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its name, without its folders.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256.
    pub digest: Digest,
}

/// What a file is, judged by its bytes and not by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A JSON object.
    JsonObject,
    /// A JSON list.
    JsonList,
    /// Text that may be a table.
    Text,
    /// Something else, said as people call it.
    Other(&'static str),
}

impl SourceFile {
    /// Reads a file of at most [`FILE_MAX`] bytes.
    ///
    /// # Errors
    /// A sentence where it is not there, cannot be read, is too large or holds nothing.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let shown = path.display();
        // Looked at before it is opened: opening a pipe or a device could wait for ever.
        let about = std::fs::metadata(path).map_err(|error| cannot_open(path, &error))?;
        if about.is_dir() {
            return Err(FileError::Whole(format!("{shown} is a folder; name the file in it.")));
        }
        if !about.is_file() {
            return Err(FileError::Whole(format!("{shown} is no file on disk; save what it gives, and name that.")));
        }
        let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
        if about.len() > FILE_MAX {
            return Err(too_large(path, about.len()));
        }
        let mut bytes = Vec::new();
        file.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(|error| cannot_open(path, &error))?;
        if bytes.len() as u64 > FILE_MAX {
            return Err(too_large(path, FILE_MAX + 1));
        }
        let name = path.file_name().map_or_else(|| shown.to_string(), |name| name.to_string_lossy().into_owned());
        Self::of(&name, bytes)
    }

    /// A file whose bytes are at hand.
    ///
    /// # Errors
    /// A sentence where it holds nothing.
    pub fn of(name: &str, bytes: Vec<u8>) -> Result<Self, FileError> {
        if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
            return Err(FileError::Whole(format!("{name} is empty: there is nothing in it but blanks.")));
        }
        let digest = Digest(Sha256::digest(&bytes).into());
        Ok(Self { name: name.to_owned(), bytes, digest })
    }

    /// What kind of file it is.
    pub fn kind(&self) -> Kind {
        kind_of(&self.bytes)
    }

    /// Its text: UTF-8 with or without a byte order mark, else Windows-1252, which every text is some text of.
    pub fn text(&self) -> Cow<'_, str> {
        let bytes = self.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.bytes);
        std::str::from_utf8(bytes)
            .map_or_else(|_| encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0, Cow::Borrowed)
    }
}

/// What files of other kinds begin with.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xFF\xD8\xFF", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a workbook or other zipped file (XLSX, ODS, ZIP)"),
    (b"\xD0\xCF\x11\xE0", "an old Excel workbook (XLS)"),
    (b"\x1F\x8B", "a compressed file (gzip)"),
    (b"\x28\xB5\x2F\xFD", "a compressed file (zstd)"),
    (b"\xFF\xFE", "a text in UTF-16"),
    (b"\xFE\xFF", "a text in UTF-16"),
];

fn kind_of(bytes: &[u8]) -> Kind {
    if let Some((_, called)) = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)) {
        return Kind::Other(called);
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    match text.first() {
        Some(b'{') => Kind::JsonObject,
        Some(b'[') => Kind::JsonList,
        Some(b'<') => Kind::Other("a web page or XML document"),
        _ if bytes.contains(&0) => Kind::Other("a binary file"),
        _ => Kind::Text,
    }
}

fn too_large(path: &Path, size: u64) -> FileError {
    FileError::Whole(format!(
        "{} holds {} bytes; a file for import holds at most {} (64 MiB). Split it into parts.",
        path.display(),
        grouped(size),
        grouped(FILE_MAX)
    ))
}

fn cannot_open(path: &Path, error: &io::Error) -> FileError {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => FileError::Missing(format!("There is no file {shown}. Check the name and folder.")),
        io::ErrorKind::PermissionDenied => {
            FileError::Unreadable(format!("{shown} may not be read by this user. Change its permissions or copy it."))
        }
        _ => FileError::Unreadable(format!("{shown} cannot be read: {error}.")),
    }
}
