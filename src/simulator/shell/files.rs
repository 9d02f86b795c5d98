//! The files of a simulated VPS: a tree in memory, by absolute path. It touches no real file.

use std::collections::BTreeMap;

/// What all files of one machine may hold together, and how many there may be.
const LIMIT_BYTES: usize = 64 * 1024 * 1024;
const LIMIT_ENTRIES: usize = 20_000;

/// A file or a directory.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Directory,
    File { content: Vec<u8>, mode: u32 },
}

/// A tree of files. Every path is absolute and plain: no `.`, no `..`, no slash at its end.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    entries: BTreeMap<String, (Entry, i64)>,
    size_bytes: usize,
}

/// Why something did not work, in the words of bash and the coreutils.
pub(crate) type Trouble = &'static str;

pub(crate) const NO_SUCH: Trouble = "No such file or directory";
pub(crate) const NOT_A_DIRECTORY: Trouble = "Not a directory";
pub(crate) const IS_A_DIRECTORY: Trouble = "Is a directory";
pub(crate) const EXISTS: Trouble = "File exists";
const FULL: Trouble = "No space left on device";

impl Files {
    /// Only `/`.
    pub(super) fn empty() -> Files {
        Files {
            entries: BTreeMap::from([("/".to_owned(), (Entry::Directory, 0))]),
            size_bytes: 0,
        }
    }

    pub(super) fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path).map(|(entry, _)| entry)
    }

    pub(super) fn changed_at_s(&self, path: &str) -> i64 {
        self.entries.get(path).map_or(0, |(_, at_s)| *at_s)
    }

    pub(super) fn is_directory(&self, path: &str) -> bool {
        matches!(self.entry(path), Some(Entry::Directory))
    }

    pub(super) fn read(&self, path: &str) -> Result<&[u8], Trouble> {
        match self.entry(path) {
            Some(Entry::File { content, .. }) => Ok(content),
            Some(Entry::Directory) => Err(IS_A_DIRECTORY),
            None => Err(NO_SUCH),
        }
    }

    /// Makes the file or replaces its content.
    pub(super) fn write(
        &mut self,
        path: &str,
        content: Vec<u8>,
        now_s: i64,
    ) -> Result<(), Trouble> {
        self.need_parent(path)?;
        let (old_size, mode) = match self.entry(path) {
            Some(Entry::Directory) => return Err(IS_A_DIRECTORY),
            Some(Entry::File { content, mode }) => (content.len(), *mode),
            None => (0, 0o644),
        };
        let size_bytes = self.size_bytes - old_size + content.len();
        if size_bytes > LIMIT_BYTES || self.entries.len() >= LIMIT_ENTRIES {
            return Err(FULL);
        }
        self.size_bytes = size_bytes;
        let entry = Entry::File { content, mode };
        self.entries.insert(path.to_owned(), (entry, now_s));
        Ok(())
    }

    pub(super) fn append(&mut self, path: &str, more: &[u8], now_s: i64) -> Result<(), Trouble> {
        let Some((Entry::File { content, .. }, at_s)) = self.entries.get_mut(path) else {
            return self.write(path, more.to_vec(), now_s);
        };
        if self.size_bytes + more.len() > LIMIT_BYTES {
            return Err(FULL);
        }
        content.extend_from_slice(more);
        *at_s = now_s;
        self.size_bytes += more.len();
        Ok(())
    }

    pub(super) fn touch(&mut self, path: &str, now_s: i64) -> Result<(), Trouble> {
        if let Some((_, at_s)) = self.entries.get_mut(path) {
            *at_s = now_s;
            return Ok(());
        }
        self.write(path, Vec::new(), now_s)
    }

    pub(super) fn make_directory(&mut self, path: &str, now_s: i64) -> Result<(), Trouble> {
        self.need_parent(path)?;
        if self.entries.contains_key(path) {
            return Err(EXISTS);
        }
        if self.entries.len() >= LIMIT_ENTRIES {
            return Err(FULL);
        }
        self.entries
            .insert(path.to_owned(), (Entry::Directory, now_s));
        Ok(())
    }

    /// The directory and all above it, where they are not there yet.
    pub(super) fn make_directories(&mut self, path: &str, now_s: i64) -> Result<(), Trouble> {
        for end in slashes(path) {
            if !self.is_directory(&path[..end]) {
                self.make_directory(&path[..end], now_s)?;
            }
        }
        Ok(())
    }

    pub(super) fn set_mode(&mut self, path: &str, wanted: u32) -> Result<(), Trouble> {
        match self.entries.get_mut(path) {
            Some((Entry::File { mode, .. }, _)) => *mode = wanted,
            Some(_) => {}
            None => return Err(NO_SUCH),
        }
        Ok(())
    }

    /// Removes it and everything below it; `/` stays.
    pub(super) fn remove(&mut self, path: &str) {
        let below = format!("{}/", path.trim_end_matches('/'));
        let gone = |at: &str| at != "/" && (at == path || at.starts_with(&below));
        self.entries.retain(|at, _| !gone(at));
        let sizes = self.entries.values().map(|(entry, _)| size_bytes(entry));
        self.size_bytes = sizes.sum();
    }

    /// Copies it and everything below it to another path, whose parent is there.
    pub(super) fn copy(&mut self, from: &str, to: &str, now_s: i64) -> Result<(), Trouble> {
        self.need_parent(to)?;
        let below = format!("{from}/");
        let taken = self.entries.iter();
        let taken = taken.filter(|(at, _)| *at == from || at.starts_with(&below));
        let taken: Vec<(String, Entry)> = taken
            .map(|(at, (entry, _))| (format!("{to}{}", &at[from.len()..]), entry.clone()))
            .collect();
        for (at, entry) in taken {
            match entry {
                Entry::Directory if self.is_directory(&at) => {}
                Entry::Directory => self.make_directory(&at, now_s)?,
                Entry::File { content, mode } => {
                    self.write(&at, content, now_s)?;
                    self.set_mode(&at, mode)?;
                }
            }
        }
        Ok(())
    }

    /// The names in a directory, sorted.
    pub(super) fn names(&self, directory: &str) -> Vec<String> {
        let below = format!("{}/", directory.trim_end_matches('/'));
        let inside = self.entries.range(below.clone()..);
        let inside = inside.take_while(|(path, _)| path.starts_with(&below));
        let names = inside.filter_map(|(path, _)| path.strip_prefix(&below));
        names
            .filter(|name| !name.is_empty() && !name.contains('/'))
            .map(str::to_owned)
            .collect()
    }

    fn need_parent(&self, path: &str) -> Result<(), Trouble> {
        match self.entry(parent(path)) {
            Some(Entry::Directory) => Ok(()),
            Some(Entry::File { .. }) => Err(NOT_A_DIRECTORY),
            None => Err(NO_SUCH),
        }
    }
}

/// How much an entry holds.
pub(super) fn size_bytes(entry: &Entry) -> usize {
    match entry {
        Entry::Directory => 0,
        Entry::File { content, .. } => content.len(),
    }
}

/// Where each name in the path ends.
fn slashes(path: &str) -> Vec<usize> {
    let inner = path.match_indices('/').map(|(index, _)| index);
    inner
        .filter(|index| *index > 0)
        .chain([path.len()])
        .collect()
}

/// The directory a path is in.
pub(super) fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(index) => &path[..index],
    }
}

/// The last name of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A plain absolute path: `path` as seen from `directory`.
pub(super) fn absolute(directory: &str, path: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let start = if path.starts_with('/') { "" } else { directory };
    for name in start.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            _ => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_plain_and_absolute() {
        assert_eq!(absolute("/root", "../etc/./x//y/"), "/etc/x/y");
        assert_eq!(absolute("/root", "../../.."), "/");
        assert_eq!(absolute("/root", "a"), "/root/a");
        assert_eq!(parent("/a"), "/");
        assert_eq!(parent("/a/b"), "/a");
    }

    #[test]
    fn a_directory_lists_only_what_is_directly_in_it() {
        let mut files = Files::empty();
        files.make_directories("/a/b/c", 0).unwrap();
        files.write("/a/x", b"1".to_vec(), 0).unwrap();
        files.write("/ab", b"1".to_vec(), 0).unwrap();
        assert_eq!(files.names("/a"), ["b", "x"]);
        assert_eq!(files.names("/"), ["a", "ab"]);
        files.remove("/a");
        assert_eq!(files.names("/"), ["ab"]);
    }
}
