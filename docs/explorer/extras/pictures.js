// The built-in pictures: a digit, drawn for this page, and the panda of convdocs, as rows of cells,
// each two digits. They are too long to be fetched before somebody asks for them.

import PICTURES from "../pictures.json" with { type: "json" };
import { lend } from "../view/bring.js";

lend(() => PICTURES);
