import { readFileSync } from "node:fs";
import type { RedisServer } from "../support/redis-server.ts";

/** Linux counts CPU time in these, whatever the kernel was built with. */
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used so far, user and system, all threads, in seconds (proc(5)). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the command's name, which may hold spaces; `utime` and `stime` are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Memory of a process that is in RAM now, in MiB. */
export function rssMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** A number of `INFO`, for example `used_memory`. */
export async function redisInfo(redis: RedisServer, field: string): Promise<number> {
  const info = await redis.command("INFO");
  return Number(new RegExp(`^${field}:([0-9.]+)`, "m").exec(info)?.[1]);
}
