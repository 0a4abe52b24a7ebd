// A layer as PyTorch spells it, "nn.Conv2d(1, 4, 3, padding=1)", in the words of a layer's text.

/** @type {Record<string, string[]>} What arguments without a name stand for, in PyTorch's order. */
const ORDERS = {
  conv: ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups",
    "bias"],
  convtranspose: ["in_channels", "out_channels", "kernel_size", "stride", "padding",
    "output_padding", "groups", "bias", "dilation"],
  maxpool: ["kernel_size", "stride", "padding", "dilation"],
  avgpool: ["kernel_size", "stride", "padding", "ceil_mode"],
  relu: ["inplace"],
};
const NAMES = /** @type {Record<string, string>} */ ({ convtranspose: "convT" });
const SILENT = ["bias=True", "ceil_mode=False", "inplace=True", "inplace=False",
  "padding_mode=zeros", "count_include_pad=True"];

// The words, or the text as it is where it is no call.
/** @param {string} text */
export function wordsOf(text) {
  const call = /^(?:torch\.)?(?:nn\.)?([a-z]+?)(?:2d)?\((.*)\),?$/i;
  const [, called, inside] = call.exec(text.trim()) ?? [];
  const kind = called?.toLowerCase();
  const order = ORDERS[kind];
  if (!order) return text;
  // A pair is a number for each axis; blanks part nothing here.
  const plain = inside.replace(/\s+/g, "").replace(/\((\d+),(\d+),?\)/g, "$1x$2");
  /** @type {Record<string, string>} */
  const given = {};
  for (const [k, part] of (plain ? plain.split(",") : []).entries()) {
    const [name, value] = part.includes("=") ? part.split("=") : [order[k], part];
    if (!name || name in given) return text;
    given[name] = value.replaceAll(/["']/g, "");
  }
  const { in_channels: come, out_channels: go, ...others } = given;
  const words = Object.entries(others).map((one) => one.join("="));
  return [NAMES[kind] ?? kind, come, go, ...words.filter((word) => !SILENT.includes(word))]
    .filter((word) => word !== undefined).join(" ");
}
