const LONGEST = 64;
const SEPARATORS = /[^\p{L}\p{N}\p{M}]+/gu;

/**
 * A name as it stands in ids: lower-case letters and digits of any script, joined by hyphens, at most 64
 * characters, cut between words where possible. `fallback` when nothing of the name is left.
 */
export function slug(name: string, fallback: string): string {
  const words = name.normalize("NFKC").toLowerCase().replace(/['’]/g, "").split(SEPARATORS).filter(Boolean);
  let joined = words.shift() ?? fallback;
  for (const word of words) {
    if (joined.length + 1 + word.length > LONGEST) break;
    joined += `-${word}`;
  }
  return [...joined].slice(0, LONGEST).join("");
}

/**
 * One slug for each location (a relative path with forward slashes), none twice: the file's name, or its
 * whole path where several files have that name. Does not depend on the order of `locations`.
 */
export function documentSlugs(locations: readonly string[]): ReadonlyMap<string, string> {
  const sameName = Map.groupBy(locations, (location) => slug(fileName(location), "document"));
  const slugs = new Map<string, string>();
  for (const [name, [location, ...others]] of sameName) {
    if (location !== undefined && others.length === 0) slugs.set(location, name);
  }
  const taken = new Set(slugs.values());
  for (const location of locations.filter((each) => !slugs.has(each)).sort()) {
    const base = slug(withoutExtension(location), "document");
    let unique = base;
    for (let n = 2; taken.has(unique); n += 1) unique = `${base}-${n}`;
    taken.add(unique);
    slugs.set(location, unique);
  }
  return slugs;
}

function fileName(location: string): string {
  return withoutExtension(location.slice(location.lastIndexOf("/") + 1));
}

function withoutExtension(location: string): string {
  return location.replace(/(?<=[^/])\.[^./]+$/, "");
}
