// The style sheet, which the bundler puts in.
declare const STYLE: string;

// What a script of its own looks like.
declare module "*.css" {
  const text: string;
  export default text;
}
