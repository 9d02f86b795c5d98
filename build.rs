//! Two things the compiler cannot do alone: a scratch database with all migrations, so that `query!`
//! can check the SQL, and the static files, joined, hashed and compressed ahead of time.

use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by environment"
)]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=static");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    scratch_database(&out)?;
    assets(&out)
}

fn scratch_database(out: &Path) -> Result<(), Box<dyn Error>> {
    let file = out.join("scratch.db");
    for old in ["scratch.db", "scratch.db-wal", "scratch.db-shm"] {
        match fs::remove_file(out.join(old)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    let url = format!("sqlite://{}?mode=rwc", file.display());
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(migrate(&url))?;
    println!("cargo::rustc-env=DATABASE_URL={url}");
    Ok(())
}

async fn migrate(url: &str) -> Result<(), Box<dyn Error>> {
    let pool = sqlx::SqlitePool::connect(url).await?;
    sqlx::migrate::Migrator::new(Path::new("migrations"))
        .await?
        .run(&pool)
        .await?;
    pool.close().await;
    Ok(())
}

/// Writes `assets.rs`: a table of (name, hashed name, content type, bytes, gzipped bytes).
fn assets(out: &Path) -> Result<(), Box<dyn Error>> {
    let script = joined(&sorted(Path::new("static/js"))?)?;
    let mut files = vec![
        ("app.css".to_owned(), stylesheet()?),
        ("app.js".to_owned(), script),
    ];
    // A script of `pages` is asked for by its page alone.
    for folder in ["vendor", "icons", "pages"] {
        for path in sorted(&Path::new("static").join(folder))? {
            if content_type(&path).is_some() {
                files.push((file_name(&path)?, fs::read(&path)?));
            }
        }
    }
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    for (name, bytes) in files {
        table.push_str(&asset(out, &name, &bytes)?);
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

fn asset(out: &Path, name: &str, bytes: &[u8]) -> Result<String, Box<dyn Error>> {
    let (stem, extension) = name.rsplit_once('.').ok_or("an asset without extension")?;
    let mut hash = String::new();
    for byte in Sha256::digest(bytes).iter().take(6) {
        write!(hash, "{byte:02x}")?;
    }
    let content_type = content_type(Path::new(name)).ok_or("an asset of an unknown kind")?;
    let plain = out.join(format!("asset-{name}"));
    let zipped = out.join(format!("asset-{name}.gz"));
    fs::write(&plain, bytes)?;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    fs::write(&zipped, encoder.finish()?)?;
    Ok(format!(
        "Asset {{ name: {name:?}, hashed: \"{stem}.{hash}.{extension}\", content_type: {content_type:?}, \
         bytes: include_bytes!({plain:?}), gzipped: include_bytes!({zipped:?}) }},\n"
    ))
}

/// The stylesheet's parts in one: the first four in this order, the rest by name.
fn stylesheet() -> Result<Vec<u8>, Box<dyn Error>> {
    let folder = Path::new("static/css");
    let first = ["layers.css", "reset.css", "tokens.css", "base.css"];
    let mut paths: Vec<PathBuf> = first.iter().map(|name| folder.join(name)).collect();
    for path in sorted(folder)? {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    joined(&paths)
}

/// Files in one: a page asks for two instead of thirty.
fn joined(paths: &[PathBuf]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut joined = Vec::new();
    for path in paths {
        joined.extend(fs::read(path)?);
        joined.push(b'\n');
    }
    Ok(joined)
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> Result<String, Box<dyn Error>> {
    Ok(path
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or("a static file with a strange name")?
        .to_owned())
}

fn content_type(path: &Path) -> Option<&'static str> {
    match path.extension()?.to_str()? {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        _ => None,
    }
}
