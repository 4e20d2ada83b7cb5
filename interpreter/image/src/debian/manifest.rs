//! What an image lacks of its definition, kept in the image itself.

use super::Problem;
use tintype_tree::{Extents, Node, Tree};

/// Where it is kept.
const PATH: &str = "usr/share/tintype/manifest";

/// What was left out, and what is still to be done.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// Types of services that nothing realises.
    pub services: Vec<String>,
    /// Packages that there are none of, each with what there is.
    pub packages: Vec<String>,
    /// Packages that the first boot configures.
    pub first_boot: Vec<String>,
}

impl Manifest {
    /// Puts it into a root; one that says nothing is left out.
    pub fn put(&self, tree: &mut Tree) -> Result<(), Problem> {
        let text = self.text();
        if text.is_empty() {
            return Ok(());
        }
        tree.put_resolved(PATH.as_bytes(), Node::file(Extents::from_bytes(text.as_bytes())))?;
        Ok(())
    }

    /// Fields as in Debian's control files, a line to each value.
    fn text(&self) -> String {
        let fields = [
            ("Services-Left-Out", &self.services),
            ("Packages-Left-Out", &self.packages),
            ("Configured-At-First-Boot", &self.first_boot),
        ];
        let present = fields.iter().filter(|(_, values)| !values.is_empty());
        present.map(|(name, values)| format!("{name}:\n {}\n", values.join("\n "))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tintype_tree::Kind;

    #[test]
    fn what_is_left_out_is_in_the_root() {
        let mut tree = Tree::new();
        Manifest::default().put(&mut tree).unwrap();
        assert!(tree.resolve(PATH.as_bytes()).is_none());
        let manifest = Manifest {
            services: vec!["cuirass".to_owned(), "mumi".to_owned()],
            first_boot: vec!["cryptsetup".to_owned()],
            ..Manifest::default()
        };
        manifest.put(&mut tree).unwrap();
        let Kind::Regular(content) = &tree.node(tree.resolve(PATH.as_bytes()).unwrap()).kind else {
            panic!("not a file")
        };
        assert_eq!(
            String::from_utf8(content.to_vec().unwrap()).unwrap(),
            "Services-Left-Out:\n cuirass\n mumi\nConfigured-At-First-Boot:\n cryptsetup\n"
        );
    }
}
