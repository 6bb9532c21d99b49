//! Finds the pages of the error codes, which become part of the program.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const PAGES: &str = "../../docs/errors";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={PAGES}");
    let base = fs::canonicalize(PAGES)?;
    let mut files = Vec::new();
    collect(&base, &mut files)?;
    files.sort();
    let mut table = "&[\n".to_owned();
    for file in files {
        let Ok(name) = file.strip_prefix(&base) else { continue };
        let (name, file) = (name.with_extension(""), file.display().to_string());
        let _ = writeln!(table, "    ({:?}, include_str!({file:?})),", name.display().to_string());
    }
    table.push_str("]\n");
    let directory = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(directory.join("pages.rs"), table)
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "md") {
            files.push(path);
        }
    }
    Ok(())
}
