// One grid of numbers: a table that can be walked with the arrow keys.

// Make an element from properties, attributes and children.
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export class Grid {
  constructor({ part, channel, kind, title, rows, columns, text, look }) {
    Object.assign(this, { part, channel, rows, columns, text, lit: [], written: [] });
    this.table = make("table", { role: "grid", className: kind, ariaLabel: title });
    for (let r = 0; r < rows; r++) {
      const line = this.table.insertRow();
      line.role = "row";
      for (let c = 0; c < columns; c++) {
        line.append(make("td", { role: "gridcell", tabIndex: -1, className: look(r, c) }));
      }
    }
    this.cells = [...this.table.querySelectorAll("td")];
    this.stopAt(this.cells[0]);
    this.element = make("figure", {}, make("figcaption", { ariaHidden: "true" }, title),
      make("div", { className: "scroll" }, this.table));
    this.write();
    this.widen();
  }

  cell(row, column) {
    return this.cells[row * this.columns + column];
  }

  place(cell) {
    return [cell.parentNode.rowIndex, cell.cellIndex];
  }

  // Write the numbers that have changed.
  write() {
    this.cells.forEach((cell, k) => {
      const text = this.text(Math.floor(k / this.columns), k % this.columns);
      if (this.written[k] !== text) cell.textContent = text;
      this.written[k] = text;
    });
  }

  // Give all cells the width of the longest number, also while some are still empty.
  widen() {
    const longest = Math.max(...this.written.map((text) => text.length));
    this.table.style.setProperty("--digits", longest);
  }

  // Light the cells of some rows and columns, each with its badge; touch only what changes.
  light(rows, columns, badge) {
    const lit = new Set();
    for (const row of rows) {
      for (const column of columns) {
        const cell = this.cell(row, column);
        const text = badge(row, column);
        if (cell.dataset.badge !== text) cell.dataset.badge = text;
        cell.classList.add("lit");
        lit.add(cell);
      }
    }
    for (const cell of this.lit) if (!lit.has(cell)) cell.classList.remove("lit");
    this.lit = lit;
  }

  // Mark the cell of the chosen thing, or none.
  mark(place) {
    if (this.marked) this.marked.ariaSelected = null;
    this.marked = place && this.cell(...place);
    if (!place) return;
    this.marked.ariaSelected = "true";
    this.stopAt(this.marked);
  }

  // The grid is one stop of the Tab key: its last cell in use.
  stopAt(cell) {
    if (this.stop) this.stop.tabIndex = -1;
    this.stop = cell;
    cell.tabIndex = 0;
  }

  // The cell to which a key leads, if it is one that walks.
  next(cell, key, ctrl) {
    const [row, column] = this.place(cell);
    const [bottom, right] = [this.rows - 1, this.columns - 1];
    const to = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [ctrl ? 0 : row, 0],
      End: [ctrl ? bottom : row, right],
    }[key];
    const clamp = (k, end) => Math.max(0, Math.min(end, k));
    return to && this.cell(clamp(to[0], bottom), clamp(to[1], right));
  }
}
