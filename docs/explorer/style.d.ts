// The style sheet, which the bundler puts in.
declare const STYLE: string;
