//! Pages: what stands on which one.

use std::rc::Rc;

use super::{
    lines::{Paragraph, lines},
    stack::{Item, NodeId, Stack},
};

/// A piece that no page boundary cuts.
#[derive(Debug)]
pub(crate) struct Slab {
    /// Room before it, unless a page begins with it. In points.
    pub(crate) before: f32,
    pub(crate) stack: Stack,
    /// Whether it must not be the last of a page.
    pub(crate) keep: bool,
    /// What is printed once more above it when a page begins with it.
    pub(crate) head: Option<Rc<Stack>>,
    /// Whether a new page begins with it.
    pub(crate) fresh: bool,
}

impl Slab {
    /// A stack by itself.
    pub(crate) fn new(before: f32, stack: Stack) -> Self {
        Self {
            before,
            stack,
            keep: false,
            head: None,
            fresh: false,
        }
    }

    /// The same, followed on its page by the next.
    pub(crate) fn kept(mut self) -> Self {
        self.keep = true;
        self
    }

    /// The lines of a paragraph, of which neither the first nor the last stands alone on a page.
    pub(crate) fn paragraph(before: f32, paragraph: &Paragraph, node: NodeId, width: f32) -> Vec<Self> {
        let lines = lines(paragraph, width);
        let count = lines.len();
        let slab = |(at, line)| {
            let mut stack = Stack::new(width);
            stack.line(line, Some(node));
            Self {
                keep: count > 1 && (at == 0 || at + 2 == count),
                ..Self::new(if at == 0 { before } else { paragraph.leading }, stack)
            }
        };
        lines.into_iter().enumerate().map(slab).collect()
    }
}

/// Puts pieces on pages of a height, as they follow each other: what is drawn on each page.
pub(crate) fn paginate(slabs: Vec<Slab>, height: f32) -> Vec<Vec<Item>> {
    let mut pages: Vec<Vec<Item>> = vec![Vec::new()];
    let mut y = 0.0;
    let mut slabs = slabs.into_iter().peekable();
    while let Some(first) = slabs.next() {
        let mut group = vec![first];
        while group.last().is_some_and(|last| last.keep)
            && let Some(next) = slabs.next_if(|next| !next.fresh)
        {
            group.push(next);
        }
        let need: f32 = group.iter().map(|slab| slab.before + slab.stack.height).sum();
        let is_new = y == 0.0;
        if !is_new && (group[0].fresh || y + need > height) {
            pages.push(Vec::new());
            y = 0.0;
        }
        for slab in group {
            // More than a page is kept together: it goes on as it comes.
            if y > 0.0 && y + slab.before + slab.stack.height > height {
                pages.push(Vec::new());
                y = 0.0;
            }
            let Some(page) = pages.last_mut() else { continue };
            if y > 0.0 {
                y += slab.before;
            } else if let Some(head) = &slab.head {
                page.extend(head.items.iter().map(|item| item.clone().decoration()));
                y += head.height;
            }
            page.extend(slab.stack.items.into_iter().map(|item| item.shifted(0.0, y)));
            y += slab.stack.height;
        }
    }
    pages
}
