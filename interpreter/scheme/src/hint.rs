//! Names that someone may have meant.

use std::rc::Rc;

use crate::scope::State;
use crate::session::Session;
use crate::syntax::Symbol;

impl Session {
    /// A way out for `Unbound variable: NAME`: who exports it, or a name that is near.
    pub(crate) fn unbound_hint(&self, message: &str) -> Option<String> {
        let name = message.strip_prefix("Unbound variable: ")?.trim();
        if let Some(module) = self.unfinished_exporter(name) {
            return Some(format!(
                "({module}) exports '{name}' but has not defined it yet: the modules import each \
                 other, and only procedures may refer to what comes later"
            ));
        }
        let exporters = self.loader.exporters(name);
        if !exporters.is_empty() {
            return Some(format!("'{name}' is exported by {}", use_one_of(&exporters)));
        }
        if let Some(reason) = self.loader.lacking(name) {
            return Some(format!("Guile has '{name}', Tintype does not: {reason}"));
        }
        let mut names: Vec<Rc<str>> =
            self.visible_names().into_iter().map(|visible| visible.name).collect();
        names.sort();
        let near = nearest(name, names.iter().map(|name| &**name).filter(|n| *n != name));
        if let Some(near) = near {
            return Some(format!("did you mean '{near}'?"));
        }
        let (near, exporters) = self.loader.similar(name)?;
        let exporters = use_one_of(&exporters);
        Some(format!("did you mean '{near}'? It is exported by {exporters}"))
    }

    /// The imported module that exports a name which it has not defined.
    fn unfinished_exporter(&self, name: &str) -> Option<Rc<str>> {
        let current = self.current_module();
        let imports = current.imports.borrow().clone();
        imports.iter().find_map(|import| {
            let module = import.module.get()?;
            let exported = self.exported(module, import.original(Symbol::new(name))?).ok()??;
            let is_unbound = matches!(&*exported.global()?.state.borrow(), State::Unbound);
            is_unbound.then(|| module.name.clone())
        })
    }
}

/// `(a b)`, or the first few of many: what to put into `use-modules`.
fn use_one_of(modules: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> =
        modules.iter().take(SHOWN).map(|module| format!("({module})")).collect();
    let more = if modules.len() > SHOWN { " and others" } else { "" };
    format!("{}{more}: add it to use-modules", shown.join(", "))
}

/// The candidate that is nearest to a misspelt name, if any is near: at most a third of the
/// letters differ. Names of one or two letters have no neighbours.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within((name.chars().count() / 3).min(4), name, candidates)
}

/// The candidate that is nearest to a misspelt name, with at most `limit` slips.
pub fn nearest_within<'a>(
    limit: usize,
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .map(|candidate| (distance(name, candidate, limit), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many insertions, deletions, substitutions and swaps of neighbours make one of the other;
/// a number above `limit` once it is clear that it takes more.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let mut best =
                (last[j] + usize::from(a[i] != b[j])).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_found_and_a_stranger_is_not() {
        let names = ["efi-disk-image", "image", "partition"];
        assert_eq!(nearest("efi-disk-imag", names.into_iter()), Some("efi-disk-image"));
        assert_eq!(nearest("iamge", names.into_iter()), Some("image"));
        assert_eq!(nearest("bootloader", names.into_iter()), None);
        assert_eq!(nearest("x", ["*", "y"].into_iter()), None);
    }
}
