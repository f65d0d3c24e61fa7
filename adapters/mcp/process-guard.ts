import { type ChildProcess, spawn } from "node:child_process";

/**
 * Reads process groups to watch from its stdin. When that ends, which is when Baton has ended in whatever way, it
 * ends the groups that are left: politely, and a second later for good.
 */
const SCRIPT = `
trap '' INT TERM HUP
groups=
while read -r verb group; do
  case $verb in
    watch) groups="$groups $group" ;;
    forget)
      rest=
      for one in $groups; do [ "$one" = "$group" ] || rest="$rest $one"; done
      groups=$rest ;;
  esac
done
[ -z "$groups" ] && exit 0
for one in $groups; do kill -s TERM -- "-$one"; done
sleep 1
for one in $groups; do kill -s KILL -- "-$one"; done
`;

/**
 * Makes child processes die with this one, even when it is killed without a chance to clean up: a small shell
 * outlives it and ends them. One shell however many children, started with the first of them; none on Windows,
 * which has no process groups.
 */
export class ProcessGuard {
  #shell: ChildProcess | undefined;

  /** `group` is the id of a process group, that is, of the process that leads it. */
  watch(group: number): void {
    this.#tell(`watch ${group}\n`);
  }

  forget(group: number): void {
    this.#tell(`forget ${group}\n`);
  }

  /** What is still watched is ended. */
  close(): void {
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }

  #tell(line: string): void {
    if (process.platform === "win32") return;
    this.#shell ??= startShell();
    this.#shell.stdin?.write(line);
  }
}

function startShell(): ChildProcess {
  // A group of its own: Ctrl-C in a terminal must not reach it.
  const shell = spawn("/bin/sh", ["-c", SCRIPT], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    env: {},
  });
  // Without a shell the children still notice that their stdin ends; most servers exit then.
  shell.on("error", () => undefined);
  shell.stdin?.on("error", () => undefined);
  shell.unref();
  if (shell.stdin !== null && "unref" in shell.stdin) (shell.stdin as { unref(): void }).unref();
  return shell;
}
