/** A section: its anchor, heading and prose, names and messages of its code, pages it sends on to. */
type Entry = [string, string, string, string, string[]];
/** A page: its address, kind, the question that it answers, what it teaches, and its sections. */
type Told = [string, string, string, string, Entry[]];

interface Window {
  searchIndex: Told[];
}
