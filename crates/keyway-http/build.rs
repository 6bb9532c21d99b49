//! Finds what becomes part of the program: the pages of the error codes, and the dashboard if it
//! was built.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const PAGES: &str = "../../docs/errors";
const DASHBOARD: &str = "../../dashboard/dist";
/// Names another directory with a built dashboard, or one that doesn't exist for none.
const PLACE: &str = "KEYWAY_DASHBOARD_DIST";

fn main() -> io::Result<()> {
    let directory = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(directory.join("pages.rs"), pages()?)?;
    fs::write(directory.join("dashboard.rs"), dashboard(&directory)?)
}

fn pages() -> io::Result<String> {
    println!("cargo:rerun-if-changed={PAGES}");
    let base = fs::canonicalize(PAGES)?;
    let mut files = Vec::new();
    collect(&base, &mut files)?;
    files.retain(|file| file.extension().is_some_and(|end| end == "md"));
    let mut table = "&[\n".to_owned();
    for file in files {
        let Ok(name) = file.strip_prefix(&base) else { continue };
        let (name, file) = (name.with_extension(""), file.display().to_string());
        let _ = writeln!(table, "    ({:?}, include_str!({file:?})),", name.display().to_string());
    }
    table.push_str("]\n");
    Ok(table)
}

/// The built dashboard: its page, if there is one, and its assets, plain and compressed.
fn dashboard(directory: &Path) -> io::Result<String> {
    println!("cargo:rerun-if-env-changed={PLACE}");
    let place = env::var_os(PLACE).map_or_else(|| PathBuf::from(DASHBOARD), PathBuf::from);
    println!("cargo:rerun-if-changed={}", place.display());
    let mut table = "Built {\n".to_owned();
    let Ok(base) = fs::canonicalize(place) else {
        table.push_str("    index: None,\n    assets: &[],\n}\n");
        return Ok(table);
    };
    // Copies, because the next build of the dashboard may replace the files at any time.
    let index = base.join("index.html");
    let _ = if index.is_file() {
        let copy = directory.join("index.html");
        fs::copy(&index, &copy)?;
        let shown = copy.display().to_string();
        writeln!(table, "    index: Some(include_str!({shown:?})),")
    } else {
        writeln!(table, "    index: None,")
    };
    table.push_str("    assets: &[\n");
    let assets = base.join("assets");
    let mut files = Vec::new();
    if assets.is_dir() {
        collect(&assets, &mut files)?;
    }
    for (at, file) in files.iter().enumerate() {
        let Ok(name) = file.strip_prefix(&assets) else { continue };
        let name = name.display().to_string().replace('\\', "/");
        let plain = fs::read(file)?;
        let mut compressed = [String::new(), String::new()];
        if is_text(&name) {
            let brotli = brotli(&plain)?;
            let gzip = gzip(&plain)?;
            for ((bytes, end), shown) in [(brotli, "br"), (gzip, "gz")].iter().zip(&mut compressed)
            {
                if bytes.len() < plain.len() {
                    let path = directory.join(format!("asset{at}.{end}"));
                    fs::write(&path, bytes)?;
                    *shown = path.display().to_string();
                }
            }
        }
        let copy = directory.join(format!("asset{at}"));
        fs::write(&copy, &plain)?;
        let shown = copy.display().to_string();
        let _ =
            writeln!(table, "        Asset {{ name: {name:?}, plain: include_bytes!({shown:?}),");
        for (member, path) in ["brotli", "gzip"].iter().zip(&compressed) {
            let _ = if path.is_empty() {
                writeln!(table, "            {member}: None,")
            } else {
                writeln!(table, "            {member}: Some(include_bytes!({path:?})),")
            };
        }
        table.push_str("        },\n");
    }
    table.push_str("    ],\n}\n");
    Ok(table)
}

fn is_text(name: &str) -> bool {
    ["js", "css", "svg", "json", "txt", "map", "wasm"]
        .iter()
        .any(|end| Path::new(name).extension().is_some_and(|found| found == *end))
}

fn brotli(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut bytes, 1 << 16, 11, 22);
    writer.write_all(plain)?;
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

fn gzip(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(plain)?;
    writer.finish()
}

/// All files below a directory, in order.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
