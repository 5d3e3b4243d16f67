//! What goes to the terminal: answers to standard output, troubles to standard error.

use std::io::{self, BufWriter, ErrorKind, Stdout, Write};

/// Standard output, buffered. When its reader has gone (`| head`), the program ends quietly.
pub(crate) struct Out {
    to: BufWriter<Stdout>,
    reader_gone: bool,
}

impl Out {
    pub(crate) fn open() -> Self {
        Self { to: BufWriter::new(io::stdout()), reader_gone: false }
    }

    /// Whether what was written could not be read any more.
    pub(crate) fn reader_gone(&self) -> bool {
        self.reader_gone
    }

    fn note<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &done {
            self.reader_gone |= error.kind() == ErrorKind::BrokenPipe;
        }
        done
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.to.write(bytes);
        self.note(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.to.flush();
        self.note(done)
    }
}

/// Writes a value as JSON, indented, with a line's end.
pub(crate) fn json(out: &mut dyn Write, value: &impl serde::Serialize) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Says something to whoever sits at the terminal, beside the answer.
#[expect(clippy::print_stderr, reason = "the one place that writes to standard error")]
pub(crate) fn tell(sentence: impl std::fmt::Display) {
    eprintln!("{sentence}");
}
