// Layers after each other as PyTorch's nn.Sequential, with their numbers.

import { argumentsOf } from "./words.js";

/** @import { Model } from "./operations.js" */
/** @import { Level } from "./stack.js" */

/** @type {Record<string, string>} */
const PADS = { zeros: "ZeroPad2d", reflect: "ReflectionPad2d", replicate: "ReplicationPad2d",
  circular: "CircularPad2d" };
const CALLS = { direct: "Conv2d", transposed: "ConvTranspose2d", pool: "" };

// The modules of one layer: what pads by itself, and the layer.
/** @param {Level} level */
function modulesOf({ model, bias }) {
  if (!model) return ["nn.ReLU()"];
  const { state, family } = model;
  const { args, apart } = argumentsOf(model);
  const [above, below, left, right] = state.padding;
  const pools = family === "pool";
  const call = pools ? `${state.operation === "max_pool" ? "Max" : "Avg"}Pool2d` : CALLS[family];
  const all = [...(pools ? [] : [state.in_channels, state.out_channels]),
    `kernel_size=(${state.kernel_size.join(", ")})`, ...args,
    ...(pools || bias ? [] : ["bias=False"])];
  const pad = `nn.${PADS[state.padding_mode]}((${[left, right, above, below].join(", ")}))`;
  return [...(apart ? [pad] : []), `nn.${call}(${all.join(", ")})`];
}

// What a layer learns, in the order in which PyTorch names it. It does not flip a kernel.
/** @param {Level} level */
function learned({ model, bias }) {
  if (!model?.w.length) return [];
  const { state, w, b } = model;
  const area = state.kernel_size[0] * state.kernel_size[1];
  const weights = state.operation === "convolve"
    ? w.map((_, k) => w[k - 2 * (k % area) + area - 1]) : w;
  return [weights, ...(bias ? [b] : [])];
}

// The lines that compute the output of the last layer that fits. Those that do not are named at
// their places: a shorter network is never taken for the whole one.
/** @param {Level[]} levels */
export function sequential(levels) {
  const first = /** @type {Model} */ (levels[0].model);
  /** @param {number[]} values */
  const list = (values) => `[${values.join(", ")}]`;
  const numbers = levels.filter(({ fault }) => !fault).flatMap(learned);
  return [
    "import torch",
    "from torch import nn",
    `x = torch.tensor(${list(first.x)}, dtype=torch.float64)`,
    `x = x.reshape(1, ${[first.state.in_channels, ...first.state.size].join(", ")})`,
    "net = nn.Sequential(",
    ...levels.flatMap((level, k) => (level.fault
      ? `    # left out: layer ${k + 1}, ${level.text}: ${level.fault}`
      : modulesOf(level).map((module) => `    ${module},`))),
    ").double()",
    ...(numbers.length ? [
      "numbers = [",
      ...numbers.map((values) => `    ${list(values)},`),
      "]",
      "with torch.no_grad():",
      "    for parameter, values in zip(net.parameters(), numbers):",
      "        parameter.copy_(torch.tensor(values, dtype=torch.float64).reshape(parameter.shape))",
    ] : []),
    "y = net(x)",
  ].join("\n");
}
