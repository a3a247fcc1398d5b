//! From the segments of a path to an open file inside a directory.
//!
//! ```text
//! names        plain, each one name and no path          or there is nothing
//! canonical    all links followed, still inside the root or there is nothing
//! a file       regular: what is opened never blocks      or there is nothing
//! ```

use std::{
    fs,
    io::{self, ErrorKind, Read},
    path::{Component, Path},
    time::SystemTime,
};

/// What a path leads to.
#[derive(Debug)]
pub(super) enum Found {
    File(Box<File>),
    /// A directory that was asked for like a file, without a slash.
    Directory,
    /// Nothing, or nothing that may be seen.
    Nothing,
}

/// An open file, as it was when it was opened.
#[derive(Debug)]
pub(super) struct File {
    pub(super) file: fs::File,
    /// The name under which it was asked for.
    pub(super) name: String,
    pub(super) len: u64,
    pub(super) modified: Option<SystemTime>,
    /// The whole content of a small file.
    pub(super) content: Option<Vec<u8>>,
}

/// Files up to this size are read when they are opened, in bytes.
const SMALL: usize = 64 << 10;

/// Finds what `names` lead to, from `root` on. Blocks.
pub(super) fn find(root: &Path, names: &[String], as_directory: bool) -> io::Result<Found> {
    if !names.iter().all(|name| is_plain(name)) {
        return Ok(Found::Nothing);
    }
    let root = root.canonicalize()?;
    let mut path = root.clone();
    path.extend(names);
    let found = match (open(&root, &path)?, as_directory) {
        (Found::Directory, true) => match open(&root, &path.join("index.html"))? {
            Found::Directory => Found::Nothing,
            found => found,
        },
        (Found::File(_), true) => Found::Nothing,
        (found, _) => found,
    };
    Ok(found)
}

/// Whether a segment names something in its directory, and nothing else: `..` is
/// a name for elsewhere, and so is `a/b`, which was `a%2Fb` before it was decoded.
fn is_plain(name: &str) -> bool {
    let mut components = Path::new(name).components();
    let (first, second) = (components.next(), components.next());
    let one_name =
        second.is_none() && matches!(first, Some(Component::Normal(normal)) if normal == name);
    one_name && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

fn open(root: &Path, path: &Path) -> io::Result<Found> {
    match open_inside(root, path) {
        Err(error) if is_absence(&error) => Ok(Found::Nothing),
        found => found,
    }
}

fn open_inside(root: &Path, path: &Path) -> io::Result<Found> {
    let canonical = path.canonicalize()?;
    if !canonical.starts_with(root) {
        return Ok(Found::Nothing);
    }
    let metadata = canonical.metadata()?;
    if metadata.is_dir() {
        return Ok(Found::Directory);
    }
    // A pipe would keep us waiting for somebody to write into it.
    if !metadata.is_file() {
        return Ok(Found::Nothing);
    }
    let mut file = fs::File::open(&canonical)?;
    let metadata = file.metadata()?;
    let len = metadata.len();
    let content = match usize::try_from(len) {
        Ok(small @ ..=SMALL) => Some(read(&mut file, small)?),
        _ => None,
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Found::File(Box::new(File { file, name, len, modified: metadata.modified().ok(), content })))
}

fn read(file: &mut fs::File, len: usize) -> io::Result<Vec<u8>> {
    let mut content = Vec::with_capacity(len);
    file.take(len as u64).read_to_end(&mut content)?;
    Ok(content)
}

/// Whether an error is just another way to say that there is nothing.
fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename
    )
}
