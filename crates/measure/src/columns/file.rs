//! One open file, read at several places by several threads.

use bytes::{Buf as _, Bytes};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A file whose readers do not disturb each other: clones of an open file share its position, so each says where it reads.
#[derive(Clone)]
pub(super) struct SharedFile {
    file: Arc<Mutex<File>>,
    length: u64,
}

impl SharedFile {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self { file: Arc::new(Mutex::new(file)), length })
    }

    pub(super) fn reader(&self) -> BufReader<Reader> {
        BufReader::new(Reader { file: self.clone(), at: 0 })
    }

    /// The file, for whoever reads on from there; nobody else does meanwhile.
    fn at(&self, at: u64) -> io::Result<MutexGuard<'_, File>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        Ok(file)
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<Reader>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(Reader { file: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut bytes = Vec::with_capacity(length);
        let read = self.at(start).and_then(|file| (&*file).take(length as u64).read_to_end(&mut bytes));
        match read.map_err(|error| ParquetError::External(error.into()))? {
            read if read == length => Ok(bytes.into()),
            _ => Err(ParquetError::EOF("The file ends before it says.".to_owned())),
        }
    }
}

/// A stretch of a file, read at once: what is read of it lies in memory, and pages are not copied out of it.
pub(super) struct Stretch {
    bytes: Bytes,
    begins: u64,
}

impl Stretch {
    pub(super) fn read(file: &SharedFile, place: Range<u64>) -> Result<Self> {
        let length = usize::try_from(place.end - place.start)?;
        Ok(Self { bytes: file.get_bytes(place.start, length)?, begins: place.start })
    }

    fn slice(&self, start: u64, length: Option<usize>) -> Result<Bytes> {
        let outside = || ParquetError::EOF("The file says that a column lies outside its part.".to_owned());
        let from = usize::try_from(start.checked_sub(self.begins).ok_or_else(outside)?)?;
        let until = length.map_or(Some(self.bytes.len()), |length| from.checked_add(length));
        let until = until.filter(|until| from <= *until && *until <= self.bytes.len()).ok_or_else(outside)?;
        Ok(self.bytes.slice(from..until))
    }
}

impl Length for Stretch {
    fn len(&self) -> u64 {
        self.begins + self.bytes.len() as u64
    }
}

impl ChunkReader for Stretch {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(self.slice(start, None)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.slice(start, Some(length))
    }
}

/// Reads on from one place.
pub(super) struct Reader {
    file: SharedFile,
    at: u64,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.at(self.at)?.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(offset) => self.file.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
