/**
 * Words that often stand for each other where software is described: an answer may use another one than the
 * question does. Each line is a group; a word may be in several.
 */
const GROUPS = `
  kill die crash
  start begin launch boot
  stop end terminate quit exit
  cancel abort stop
  retry redo reattempt repeat
  fail error failure
  install setup
  config configure configuration setting option variable parameter
  delete remove drop erase
  fast quick speed performance latency throughput
  allow permit grant
  forbid deny prohibit disallow
  refuse reject decline
  block prevent stop
  verify verification validate check test
  key token secret credential password
  id identifier
  store save persist keep retain
  limit maximum max most cap
  doc document documentation
  restart reboot
  survive recover resume
  seconds second
  watch monitor observe follow
  alive live liveness health
  change edit modify alter
  hide redact remove mask
  large big size
  length long
  cost price expense
  spend cost pay
  choose select pick
  hang stuck silent
  simultaneous parallel concurrent
  address url endpoint
  route path endpoint
  attach add include
  disable off deactivate
  enable on activate
  lose loss
  folder directory
  person human people somebody
  permission scope right
  approval approve consent confirm confirmation
  answer reply response respond
  question ask query
  website site page ui
  upgrade update
  downtime interruption outage away
  deploy deployment
  send post emit
  search retrieval find lookup
  rank ranking
  prompt instruction request
  evidence source citation
  data metadata
  memory ram
  cheap inexpensive
  wait pause backoff
  own custom
  miss gap lose
  duplicate twice double
  disconnect connection reconnect
  execute run
  transcript history log
`;

/** For each stem those that may stand for it, itself left out; `stem` cuts a word to its stem. */
export function relatedStems(stem: (word: string) => string): ReadonlyMap<string, ReadonlySet<string>> {
  const related = new Map<string, Set<string>>();
  for (const line of GROUPS.trim().split("\n")) {
    const stems = new Set(line.trim().split(/\s+/).map(stem));
    for (const one of stems) {
      const others = related.get(one) ?? new Set();
      for (const other of stems) if (other !== one) others.add(other);
      related.set(one, others);
    }
  }
  return related;
}
