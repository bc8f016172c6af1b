//! Lists the built pages (`web/dist`), so that the program carries them. Without built pages the list is empty.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const APPS: [&str; 2] = ["console", "member"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../web/dist");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    for app in APPS {
        walk(&root.join(app), &mut files)?;
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in files.iter().filter(|file| !is_packed(file)) {
        let path = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let (plain, brotli, gzip) = (include(file), packed(file, "br"), packed(file, "gz"));
        writeln!(list, "File {{ path: {path:?}, plain: {plain}, brotli: {brotli}, gzip: {gzip} }},")?;
    }
    list.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("pages.rs"), list)?;
    Ok(())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn is_packed(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "br" || extension == "gz")
}

fn include(file: &Path) -> String {
    format!("include_bytes!({:?})", file.display().to_string())
}

fn packed(file: &Path, extension: &str) -> String {
    let packed = PathBuf::from(format!("{}.{extension}", file.display()));
    if packed.is_file() { format!("Some({})", include(&packed)) } else { "None".to_owned() }
}
