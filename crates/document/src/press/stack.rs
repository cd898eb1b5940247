//! What is drawn, placed: paragraphs and tables one below the other in a column.

use words::Qr;

use super::lines::{Colour, Line, Paragraph, Span, lines};

/// An element of the document's structure, by which it is read out and copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The title of the whole.
    Title,
    /// A heading of a level, from 1 on, and its words.
    Heading(u16, String),
    Paragraph,
    /// Things that belong together.
    Group,
    Table,
    /// The rows of column headings of a table, and those with what stands below.
    Head,
    Body,
    Row,
    /// A cell that names its column, or its row.
    ColumnName,
    RowName,
    Cell,
    /// A picture, in words.
    Picture(String),
    /// A link to an address.
    Link(String),
}

/// An element of the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(super) usize);

#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) parent: Option<NodeId>,
}

/// The structure of a document, in reading order.
#[derive(Debug, Default)]
pub(crate) struct Structure(pub(super) Vec<Node>);

impl Structure {
    /// A new element, after all others of its parent; without one, of the document.
    pub(crate) fn node(&mut self, kind: Kind, parent: Option<NodeId>) -> NodeId {
        self.0.push(Node { kind, parent });
        NodeId(self.0.len() - 1)
    }
}

/// Something to draw, from the top left corner of what it is part of. Lengths in points.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// A line of a paragraph; `y` is its baseline.
    Text {
        x: f32,
        y: f32,
        spans: Vec<Span>,
        node: Option<NodeId>,
    },
    /// A straight line.
    Rule {
        from: (f32, f32),
        to: (f32, f32),
        thickness: f32,
        colour: Colour,
    },
    /// An area.
    Area {
        at: (f32, f32),
        size: (f32, f32),
        colour: Colour,
    },
    /// An edge, with round corners.
    Edge {
        at: (f32, f32),
        size: (f32, f32),
        radius: f32,
        thickness: f32,
        colour: Colour,
    },
    /// A code to scan.
    Code {
        at: (f32, f32),
        size: f32,
        code: Qr,
        node: NodeId,
    },
    /// An area that leads to the address of its element.
    Way {
        at: (f32, f32),
        size: (f32, f32),
        node: NodeId,
    },
    /// Things turned about a point by degrees, clockwise.
    Turned {
        about: (f32, f32),
        degrees: f32,
        items: Vec<Item>,
    },
}

impl Item {
    /// The same, further right and down.
    pub(super) fn shifted(mut self, right: f32, down: f32) -> Self {
        let moved = |point: &mut (f32, f32)| *point = (point.0 + right, point.1 + down);
        match &mut self {
            Self::Text { x, y, .. } => (*x, *y) = (*x + right, *y + down),
            Self::Rule { from, to, .. } => {
                moved(from);
                moved(to);
            }
            Self::Area { at, .. } | Self::Edge { at, .. } | Self::Code { at, .. } | Self::Way { at, .. } => moved(at),
            Self::Turned { about, items, .. } => {
                moved(about);
                let inside = std::mem::take(items).into_iter();
                *items = inside.map(|item| item.shifted(right, down)).collect();
            }
        }
        self
    }

    /// The same as mere decoration, which no reader reads out.
    pub(super) fn decoration(mut self) -> Self {
        if let Self::Text { node, .. } = &mut self {
            *node = None;
        }
        self
    }
}

/// Things one below the other in a column.
#[derive(Debug, Default, Clone)]
pub(crate) struct Stack {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) items: Vec<Item>,
}

impl Stack {
    /// An empty one.
    pub(crate) fn new(width: f32) -> Self {
        Self {
            width,
            ..Self::default()
        }
    }

    /// Room without anything.
    pub(crate) fn gap(&mut self, height: f32) -> &mut Self {
        self.height += height;
        self
    }

    /// A paragraph as an element, or as decoration.
    pub(crate) fn text(&mut self, paragraph: &Paragraph, node: Option<NodeId>) -> &mut Self {
        for (at, line) in lines(paragraph, self.width).into_iter().enumerate() {
            if at > 0 {
                self.height += paragraph.leading;
            }
            self.line(line, node);
        }
        self
    }

    /// A line that is broken already.
    pub(super) fn line(&mut self, line: Line, node: Option<NodeId>) {
        self.height += line.height;
        self.items.push(Item::Text {
            x: 0.0,
            y: self.height,
            spans: line.spans,
            node,
        });
    }

    /// A straight line over the whole width.
    pub(crate) fn rule(&mut self, thickness: f32, colour: Colour) -> &mut Self {
        let (from, to) = ((0.0, self.height), (self.width, self.height));
        self.items.push(Item::Rule {
            from,
            to,
            thickness,
            colour,
        });
        self
    }

    /// Another stack with its corner there; this one does not grow by it.
    pub(crate) fn put(&mut self, other: Stack, right: f32, down: f32) -> &mut Self {
        self.items
            .extend(other.items.into_iter().map(|item| item.shifted(right, down)));
        self
    }

    /// Makes every text in it a part of an element.
    pub(crate) fn belong(&mut self, element: NodeId) {
        for item in &mut self.items {
            if let Item::Text { node, .. } = item {
                *node = Some(element);
            }
        }
    }

    /// How far the ink of the texts reaches to the right.
    pub(crate) fn reach(&self) -> f32 {
        let right = |item: &Item| match item {
            Item::Text { x, spans, .. } => spans.last().map_or(0.0, |span| x + span.x + span.width),
            _ => 0.0,
        };
        self.items.iter().map(right).fold(0.0, f32::max)
    }
}

/// The width of a column: as given, as much as its cells need, or a share of what is left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Width {
    Points(f32),
    Auto,
    Rest,
}

/// How a table is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Width>,
    /// Room within a cell, left and right, above and below.
    pub(crate) inset: (f32, f32),
    /// Whether cells stand in the middle of the height of their row.
    pub(crate) middle: bool,
    /// The line above the first row, those under all rows, and the one under the last: thickness and colour.
    pub(crate) first: Option<(f32, Colour)>,
    pub(crate) under: (f32, Colour),
    pub(crate) last: Option<(f32, Colour)>,
    /// The ground of the first row, when it names the columns.
    pub(crate) ground: Option<Colour>,
}

/// A cell before the width of its column is known.
pub(crate) type Cell = (Paragraph, NodeId);

impl Table {
    /// The rows, each as a stack as wide as `width`.
    pub(crate) fn rows(&self, rows: &[Vec<Cell>], width: f32) -> Vec<Stack> {
        let widths = self.widths(rows, width);
        let last = rows.len().saturating_sub(1);
        let row = |(at, cells): (usize, &Vec<Cell>)| {
            let ground = self.ground.filter(|_| at == 0);
            let above = self.first.filter(|_| at == 0);
            let below = self.last.filter(|_| at == last).unwrap_or(self.under);
            self.row(cells, &widths, ground, (above, below))
        };
        rows.iter().enumerate().map(row).collect()
    }

    fn widths(&self, rows: &[Vec<Cell>], width: f32) -> Vec<f32> {
        let need = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let reach = cells.map(|(paragraph, node)| Stack::new(f32::MAX).text(paragraph, Some(*node)).reach());
            // Added up in another order, a line must not come out too long for its own width.
            reach.fold(0.0, f32::max) + 2.0 * self.inset.0 + 0.1
        };
        let columns = self.columns.iter().enumerate();
        let known: Vec<Option<f32>> = columns
            .map(|(at, column)| match column {
                Width::Points(points) => Some(*points),
                Width::Auto => Some(need(at)),
                Width::Rest => None,
            })
            .collect();
        let left = (width - known.iter().flatten().sum::<f32>()).max(0.0);
        let rest = known.iter().filter(|width| width.is_none()).count();
        #[expect(clippy::cast_precision_loss, reason = "a table has a handful of columns")]
        let share = left / rest.max(1) as f32;
        known.into_iter().map(|width| width.unwrap_or(share)).collect()
    }

    fn row(
        &self,
        cells: &[Cell],
        widths: &[f32],
        ground: Option<Colour>,
        (above, below): (Option<(f32, Colour)>, (f32, Colour)),
    ) -> Stack {
        let mut row = Stack::new(widths.iter().sum());
        let mut set = Vec::new();
        for ((paragraph, node), width) in cells.iter().zip(widths) {
            let mut cell = Stack::new(width - 2.0 * self.inset.0);
            cell.text(paragraph, Some(*node));
            row.height = row.height.max(cell.height + 2.0 * self.inset.1);
            set.push(cell);
        }
        let size = (row.width, row.height);
        if let Some(colour) = ground {
            row.items.push(Item::Area {
                at: (0.0, 0.0),
                size,
                colour,
            });
        }
        let mut x = 0.0;
        for (cell, width) in set.into_iter().zip(widths) {
            let down = if self.middle {
                (row.height - cell.height) / 2.0
            } else {
                self.inset.1
            };
            row.put(cell, x + self.inset.0, down);
            x += width;
        }
        for (y, line) in [(0.0, above), (row.height, Some(below))] {
            if let Some((thickness, colour)) = line {
                row.items.push(Item::Rule {
                    from: (0.0, y),
                    to: (size.0, y),
                    thickness,
                    colour,
                });
            }
        }
        row
    }
}
