// The nineteen pictures of Dumoulin and Visin, "A guide to convolution arithmetic for deep
// learning" (2016), under their names there. A transposed twin has the settings of the
// convolution that it transposes.

/** @type {[string, number, number, string, string?][]} Name, sizes, settings; the twin's own. */
const CASES = [
  ["no_padding_no_strides", 4, 2, ""],
  ["arbitrary_padding_no_strides", 5, 6, "&kernel_size=4&padding=2"],
  ["same_padding_no_strides", 5, 5, "&padding=1"],
  ["full_padding_no_strides", 5, 7, "&padding=2"],
  ["no_padding_strides", 5, 2, "&stride=2"],
  ["padding_strides", 5, 3, "&stride=2&padding=1"],
  ["padding_strides_odd", 6, 3, "&stride=2&padding=1", "&output_padding=1"],
];

// The numbers of the guide's figures 1.1, 1.2, 1.5 and 1.6.
const GUIDE = "input=3,3,2,1,0,0,0,1,3,1,3,1,2,2,3,2,0,0,2,2,2,0,0,0,1";
const KERNEL = "&weight=0,1,2,2,2,0,0,1,2";

/** @type {Record<string, string>} */
export const PRESETS = {
  ...Object.fromEntries(CASES.map(([name, size, , more]) => [name, `size=${size}${more}`])),
  ...Object.fromEntries(CASES.map(([name, , size, more, extra = ""]) =>
    [`${name}_transposed`, `operation=conv_transpose&size=${size}${more}${extra}`])),
  dilation: "size=7&dilation=2",
  numerical_no_padding_no_strides: GUIDE + KERNEL,
  numerical_padding_strides: `stride=2&padding=1&${GUIDE}${KERNEL}`,
  numerical_average_pooling: `operation=avg_pool&${GUIDE}`,
  numerical_max_pooling: `operation=max_pool&${GUIDE}`,
};
