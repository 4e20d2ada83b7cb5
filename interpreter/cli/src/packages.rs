//! `tintype packages`: what package sources have.

use crate::arguments::{
    FetchArguments, OfferArguments, PackageArguments, PackagesCommand, SearchArguments,
    ShowPackagesArguments, SourceArguments,
};
use crate::commands::{changes, input, planned, progress_bar, session};
use crate::render::{self, CommandError};
use indicatif::HumanBytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use tintype_dsl::{host_system, indexed_packages};
use tintype_image::{debian_architecture, fetch as fetch_packages};
use tintype_packages::{
    Catalogue, Names, Offer, OfferKind, PackageSources, Time, Wanted, nearest_offers,
};

/// Does what the arguments say.
pub fn run(command: &PackagesCommand) -> Result<(), CommandError> {
    match command {
        PackagesCommand::Search(arguments) => search(arguments),
        PackagesCommand::Show(arguments) => show(arguments),
        PackagesCommand::Fetch(arguments) => fetch(arguments),
    }
}

/// The package sources that were given, or the host's.
pub fn sources(arguments: &PackageArguments) -> Result<PackageSources, CommandError> {
    let mut sources = named_sources(&arguments.sources)?;
    sources.lock = arguments.lock.clone();
    sources.allow_unrealised = arguments.allow_unrealised;
    Ok(sources)
}

fn named_sources(arguments: &SourceArguments) -> Result<PackageSources, CommandError> {
    let mut packages = PackageSources::default();
    packages.apt = Some(PathBuf::from(APT));
    packages.cache = cache_directory().join("packages");
    packages.now = Some(now());
    packages.offline = arguments.offline;
    for source in &arguments.package_source {
        packages.add(source).map_err(|error| CommandError::Other(error.to_string()))?;
    }
    Ok(packages)
}

/// The present time.
#[expect(
    clippy::disallowed_methods,
    reason = "releases of archives and keys expire; no image depends on it"
)]
fn now() -> Time {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Time(now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(i64::MAX)))
}

/// Where the host's apt is told of archives.
const APT: &str = "/etc/apt";

/// Where what can be made again is kept (XDG Base Directory Specification).
fn cache_directory() -> PathBuf {
    let named = |variable: &str| {
        std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
    };
    named("XDG_CACHE_HOME")
        .or_else(|| named("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir)
        .join("tintype")
}

/// What the sources have, and the architecture that they have it for.
fn catalogue(
    arguments: &OfferArguments,
) -> Result<(PackageSources, Catalogue, &'static str), CommandError> {
    let sources = named_sources(&arguments.sources)?;
    let system = arguments.system.as_deref().unwrap_or(host_system());
    let architecture = debian_architecture(system).map_err(other)?;
    let bar = progress_bar(sources.fetched.clone());
    let progress = |bytes| {
        sources.fetched.fetch_add(bytes, Ordering::Relaxed);
    };
    let catalogue = Catalogue::read(&sources, architecture, &std::env::temp_dir(), &progress);
    bar.finish_and_clear();
    let catalogue = catalogue.map_err(other)?;
    catalogue.notes.iter().for_each(|note| render::say(None, "note", note));
    Ok((sources, catalogue, architecture))
}

/// Lists packages: the latest version of each, from where it is asked first.
fn search(arguments: &SearchArguments) -> Result<(), CommandError> {
    let (_, catalogue, _) = catalogue(&arguments.offers)?;
    let mut offers = catalogue.offers().map_err(other)?;
    offers.dedup_by_key(|offer| offer.name);
    let mut guix: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, debian) in Names::known() {
        debian.into_iter().for_each(|own| guix.entry(own).or_default().push(name));
    }
    let words: Vec<String> = arguments.words.iter().map(|word| word.to_lowercase()).collect();
    let none = Vec::new();
    let mut found = Vec::new();
    for offer in &offers {
        // Those that stand for a tree are called as it is.
        let guix = match offer.kind {
            OfferKind::Debian(..) => guix.get(offer.name).unwrap_or(&none),
            OfferKind::Tree(_) => &none,
        };
        let names = std::iter::once(&offer.name).chain(guix).map(|name| name.to_lowercase());
        let names: Vec<String> = names.collect();
        let summary = offer.summary().to_lowercase();
        if words
            .iter()
            .all(|word| summary.contains(word) || names.iter().any(|name| name.contains(word)))
        {
            let is_named = words.iter().any(|word| names.contains(word));
            let is_in_name = words.iter().any(|word| names.iter().any(|name| name.contains(word)));
            found.push(((!is_named, !is_in_name), offer, guix));
        }
    }
    found.sort_by_key(|(rank, offer, _)| (*rank, offer.name));
    if arguments.offers.json {
        let answer: Vec<Value> = found
            .iter()
            .map(|(_, offer, guix)| {
                json!({ "name": offer.name, "version": offer.version, "guix": guix,
                        "summary": offer.summary() })
            })
            .collect();
        render::answer(&Value::from(answer).to_string());
    }
    if found.is_empty() {
        let hint = match nearest_offers(&words.join("-"), &offers) {
            nearest if nearest.is_empty() => String::new(),
            nearest => format!("; there is {}", nearest.join(", ")),
        };
        let words = arguments.words.join(" ");
        return Err(CommandError::Other(format!("no package has the words {words}{hint}")));
    }
    for (_, offer, guix) in found.iter().filter(|_| !arguments.offers.json) {
        let Offer { name, version, .. } = offer;
        let guix = match guix.is_empty() {
            true => String::new(),
            false => format!(" ({} in Guix)", guix.join(", ")),
        };
        render::answer(format!("{name} {version}{guix}  {}", offer.summary()).trim_end());
    }
    Ok(())
}

/// Prints what names stand for.
fn show(arguments: &ShowPackagesArguments) -> Result<(), CommandError> {
    let (sources, catalogue, architecture) = catalogue(&arguments.offers)?;
    let offers = catalogue.offers().map_err(other)?;
    let mut answers = Vec::new();
    let mut wrong = Vec::new();
    for name in &arguments.names {
        match shown(name, &sources, &catalogue, &offers, architecture)? {
            Ok(answer) => answers.push(answer),
            Err(why) => wrong.push(why),
        }
    }
    if arguments.offers.json {
        render::answer(&Value::from(answers).to_string());
    } else {
        let texts: Vec<String> = answers.iter().map(text).collect();
        if !texts.is_empty() {
            render::answer(&texts.join("\n\n"));
        }
    }
    wrong.iter().for_each(|why| render::say(None, "error", why));
    if wrong.is_empty() { Ok(()) } else { Err(CommandError::Said) }
}

/// What the name of a package stands for; or why it stands for nothing.
fn shown(
    name: &str,
    sources: &PackageSources,
    catalogue: &Catalogue,
    offers: &[Offer<'_>],
    architecture: &str,
) -> Result<Result<Value, String>, CommandError> {
    let indexed = indexed_packages(Some(name)).into_iter().next();
    let version = indexed.as_ref().map_or("", |package| &package.version);
    let of_name = |name: &str| offers.iter().filter(|offer| offer.name == name).collect::<Vec<_>>();
    let is_tree = |offer: &&&Offer| matches!(offer.kind, OfferKind::Tree(_));
    let own = of_name(name);
    let names = match sources.find(name, version) {
        Some(_) => Ok(vec![name.to_owned()]),
        None => Names::default()
            .debian(&[Wanted::parse(name)], architecture)
            .map(|wanted| wanted.into_iter().map(|wanted| wanted.name).collect()),
    };
    let names: Vec<String> = match names {
        Ok(names) => names,
        // Debian may have something else of that name.
        Err(_) if !own.is_empty() => vec![name.to_owned()],
        Err(none) => return Ok(Err(none[0].to_string())),
    };
    let mut packages = Vec::new();
    for package in &names {
        let mut versions = of_name(package);
        if versions.iter().any(|offer| is_tree(&offer)) {
            versions.retain(|offer| is_tree(&offer));
        }
        let Some(first) = versions.first() else {
            let hint = match nearest_offers(package, offers) {
                nearest if nearest.is_empty() => String::new(),
                nearest => format!("; is one of these meant: {}?", nearest.join(", ")),
            };
            let of = if package == name { String::new() } else { format!("{name}: ") };
            return Ok(Err(format!("{of}no package {package}{hint}")));
        };
        let versions: Vec<&str> = versions.iter().map(|offer| offer.version).collect();
        packages.push(details(first, &versions, sources, catalogue)?);
    }
    Ok(Ok(json!({ "name": name, "guix-version": indexed.map(|package| package.version),
                  "packages": packages })))
}

/// What a source says of a package, whose versions are `versions`.
fn details(
    offer: &Offer<'_>,
    versions: &[&str],
    sources: &PackageSources,
    catalogue: &Catalogue,
) -> Result<Value, CommandError> {
    let number = |field| offer.field(field).parse::<u64>().ok();
    let progress = |bytes| {
        sources.fetched.fetch_add(bytes, Ordering::Relaxed);
    };
    let (configuration, why) = match offer.kind {
        OfferKind::Tree(_) => ("a tree, taken as it is", None),
        OfferKind::Debian(..) => {
            match catalogue.script_left(offer, &std::env::temp_dir(), &progress).map_err(other)? {
                None => ("installed", None),
                Some(line) => ("first-boot", Some(line)),
            }
        }
    };
    Ok(json!({
        "package": offer.name,
        "versions": versions,
        "architecture": offer.field("Architecture"),
        "source": catalogue.source(offer),
        "size": number("Size"),
        "installed-size": number("Installed-Size").map(|kibibytes| kibibytes << 10),
        "depends": catalogue.depends(offer).map_err(other)?,
        "configuration": configuration,
        "script-line": why,
        "summary": offer.summary(),
    }))
}

/// What a name stands for, as people read it.
fn text(answer: &Value) -> String {
    let said = |value: &Value| match value {
        Value::Array(items) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let name = said(&answer["name"]);
    let mut parts = Vec::new();
    let mut head = format!("name: {name}\n");
    let line = |head: &mut String, field: &str, value: &str| {
        if !value.is_empty() {
            head.push_str(&format!("{field}: {value}\n"));
        }
    };
    line(&mut head, "guix-version", &said(&answer["guix-version"]));
    let packages = answer["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let names: Vec<String> = packages.iter().map(|package| said(&package["package"])).collect();
    line(&mut head, "stands for", &names.join(", "));
    parts.push(head.trim_end().to_owned());
    for package in packages {
        let mut part = String::new();
        for (field, value) in package.as_object().into_iter().flatten() {
            let value = match (field.as_str(), said(value)) {
                ("configuration", word) if word == "first-boot" => {
                    format!(
                        "left to the first boot, for its script: {}",
                        said(&package["script-line"])
                    )
                }
                ("script-line", _) => continue,
                ("size" | "installed-size", _) => {
                    value.as_u64().map_or(String::new(), |bytes| HumanBytes(bytes).to_string())
                }
                (_, value) => value,
            };
            line(&mut part, field, &value);
        }
        parts.push(part.trim_end().to_owned());
    }
    parts.join("\n\n")
}

/// Fetches what a definition needs.
fn fetch(arguments: &FetchArguments) -> Result<(), CommandError> {
    let definition = &arguments.definition;
    let sources = sources(&arguments.packages)?;
    let mut session = session(definition);
    let (_, plan) = planned(&mut session, input(definition), &changes(definition))?;
    let builder = session.build_side();
    let bar = progress_bar(sources.fetched.clone());
    let mut notes = Vec::new();
    let fetched = fetch_packages(&plan, &sources, &builder, &std::env::temp_dir(), &mut notes);
    bar.finish_and_clear();
    notes.iter().for_each(|note| render::say(None, "note", note));
    let fetched = fetched?;
    if definition.json {
        let answer: Vec<Value> = fetched
            .iter()
            .map(|one| {
                let choice = &one.choice;
                json!({ "name": choice.name, "version": choice.version,
                        "architecture": choice.architecture, "size": choice.digest.len,
                        "sha256": choice.digest.sha256.to_string(), "path": one.path })
            })
            .collect();
        render::answer(&Value::from(answer).to_string());
        return Ok(());
    }
    for one in &fetched {
        let tintype_packages::Choice { name, version, architecture, .. } = &one.choice;
        render::answer(&format!("{name} {version} {architecture} {}", one.path.display()));
    }
    Ok(())
}

fn other(error: impl ToString) -> CommandError {
    CommandError::Other(error.to_string())
}
