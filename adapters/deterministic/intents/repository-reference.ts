/** A file or directory of a GitHub repository that a message asks to see. */
export interface RepositoryReference {
  readonly owner: string;
  readonly repo: string;
  /** Directories end with a slash; "/" is the repository's root. */
  readonly path: string;
  /** Branch, tag or commit; null is the default branch. */
  readonly ref: string | null;
  readonly start: number;
  readonly end: number;
}

const OWNER = "[A-Za-z\\d](?:[A-Za-z\\d]|-(?=[A-Za-z\\d])){0,38}";
const REPO = "[\\w.-]{1,100}";
const PAGE = new RegExp(
  `https?://(?:www\\.)?github\\.com/(?<owner>${OWNER})/(?<repo>${REPO})(?:/(?<view>[\\w-]+)(?:/(?<ref>[^/\\s?#<>)]+)(?<path>/[^\\s?#<>)\`"']*)?)?)?`,
);
const RAW = new RegExp(
  `https?://raw\\.githubusercontent\\.com/(?<owner>${OWNER})/(?<repo>${REPO})/(?:refs/heads/)?(?<ref>[^/\\s]+)/(?<path>[^\\s?#<>)\`"']+)`,
);
const SLUG = new RegExp(`(?<![\\w./@:-])(?<owner>${OWNER})/(?<repo>${REPO})(?![\\w/])`, "g");
/** First halves of what looks like owner/repo and is a path, a media type or a choice. */
const NO_OWNERS = new Set(
  (
    "src lib docs doc test tests dist build app apps packages bin etc usr home tmp var opt node_modules scripts " +
    "application text image audio video multipart font and yes true either he she client read tcp input"
  ).split(" "),
);

const SHOWING =
  /\b(?:list|show|display|see|browse|get|fetch|read|open|print|cat|view|give|ls|what|which|contents?|look|tell|summari[sz]e|explain)\b/i;
const IN_FRONT =
  /\b(?:in|from|of|at|on|inside|within|repo|repository|project|github)(?:\s+the)?(?:\s+(?:github\s+)?(?:repo|repository|project))?[\s:`"'(]*$/i;
const BEHIND = /^[`"')]*(?:'s)?\s+(?:github\s+)?(?:repo|repository|on github)\b/i;
const OF_A_REPOSITORY = /\b(?:github|repo|repository|repositories)\b/i;
const FILE_WORDS =
  /\b(?:files?|folders?|director(?:y|ies)|contents?|tree|readme|licen[sc]e|changelog|source)\b/i;

const FILE_NAME =
  /(?<![\w/.:-])(?:[\w.@-]+\/)*(?:[\w@-][\w.@-]*\.[A-Za-z][A-Za-z\d]{0,9}|Makefile|Dockerfile|LICENSE|\.[a-z]{2,}[\w.-]*)(?![\w/])/g;
const WELL_KNOWN: readonly (readonly [RegExp, string])[] = [
  [/\breadme\b/i, "README.md"],
  [/\bchangelog\b/i, "CHANGELOG.md"],
  [/\blicen[sc]e\b(?! (?:key|server))/i, "LICENSE"],
];
const DIRECTORY = [
  /\b(?:in|of|under|inside)\s+(?:the\s+)?[`"']?(?<path>[\w.@-]+(?:\/[\w.@-]+)*)\/?[`"']?\s+(?:directory|folder|dir)\b/i,
  /\b(?:directory|folder|dir)\s+[`"']?(?<path>[\w.@-]+(?:\/[\w.@-]+)*)\/?[`"']?/i,
  /\b(?:in|of|under|inside)\s+[`"']?(?<path>[\w.@-]+(?:\/[\w.@-]+)*)\/?[`"']?\s+(?:in|of|from|at)\s/i,
  /(?<![\w/.])(?<path>[\w.@-]+(?:\/[\w.@-]+)*)\/(?=[`"']?(?:\s|$))/,
];
const REF =
  /\b(?:branch|tag|ref|commit)\s+[`"']?(?<ref>[\w./-]*\w)|\b(?:on|at|from)\s+(?:the\s+)?[`"']?(?<named>[\w./-]*\w)[`"']?\s+(?:branch|tag)\b/i;

/**
 * What a message wants to see of GitHub: a URL of a file or directory, or "README.md from owner/repo". A slug
 * alone ("client/server", "src/index.ts") is not taken for a repository.
 */
export function findRepositoryReference(message: string): RepositoryReference | null {
  return fromUrl(message) ?? fromSlug(message);
}

function fromUrl(message: string): RepositoryReference | null {
  const raw = RAW.exec(message);
  const match = raw ?? PAGE.exec(message);
  const { owner, repo, view, ref, path = "" } = match?.groups ?? {};
  if (match === null || owner === undefined || repo === undefined) return null;
  if (view !== undefined && !["blob", "tree", "raw"].includes(view)) return null;
  const isDirectory = raw === null && view !== "blob" && view !== "raw";
  const written = decode(path.replace(/^\//, "").replace(/[.,;:!?]+$/, ""));
  return {
    owner,
    repo: withoutGit(repo),
    path: isDirectory ? directory(written) : written,
    ref: ref ?? null,
    ...spanOf(match),
  };
}

function fromSlug(message: string): RepositoryReference | null {
  if (!SHOWING.test(message)) return null;
  for (const match of message.matchAll(SLUG)) {
    const { owner = "", repo = "" } = match.groups ?? {};
    if (NO_OWNERS.has(owner.toLowerCase())) continue;
    const [front, behind] = [message.slice(0, match.index), message.slice(match.index + match[0].length)];
    if (!IN_FRONT.test(front) && !BEHIND.test(behind)) continue;
    // The slug's own words say nothing about what is wanted of it.
    const wish = `${front} ${" ".repeat(match[0].length)}${behind}`;
    const path = pathIn(wish);
    if (path === null && !FILE_WORDS.test(wish) && !OF_A_REPOSITORY.test(wish)) continue;
    return { owner, repo: withoutGit(repo), path: path ?? "/", ref: refIn(wish), ...spanOf(match) };
  }
  return null;
}

function pathIn(wish: string): string | null {
  const [file] = wish.match(FILE_NAME) ?? [];
  if (file !== undefined) return file;
  const known = WELL_KNOWN.find(([pattern]) => pattern.test(wish));
  if (known !== undefined) return known[1];
  for (const pattern of DIRECTORY) {
    const path = pattern.exec(wish)?.groups?.path;
    if (path !== undefined && !/^(?:the|a|this|that|root|files?|repo|repository)$/i.test(path))
      return directory(path);
  }
  return null;
}

function refIn(wish: string): string | null {
  const groups = REF.exec(wish)?.groups;
  return groups?.ref ?? groups?.named ?? null;
}

function directory(path: string): string {
  return path === "" || path.endsWith("/") ? path || "/" : `${path}/`;
}

function withoutGit(repo: string): string {
  return repo.replace(/[.]+$/, "").replace(/\.git$/, "");
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

function spanOf(match: RegExpMatchArray | RegExpExecArray) {
  const start = match.index ?? 0;
  return { start, end: start + match[0].length };
}
