import { normalize } from "./normalize.ts";

/** A kind of request that is refused whoever asks. `pattern` reads normalised text and is linear in it. */
interface Policy {
  readonly id: string;
  /** Continues "I can't help with that: …". */
  readonly reason: string;
  readonly pattern: RegExp;
  /** The same words in a request that is about protection, teaching or harmless things. */
  readonly unless?: RegExp;
}

const PROTECTING =
  /\b(?:detect|prevent|protect|defend|defense|defence|avoid|recogni[sz]e|spot|identify|remove|analy[sz]e|awareness|training|simulation|educat\w*|class|lesson|history|essay|article|story|novel|report|policy|explain|works?|about|against|schutz|schutzen|erkennen|vermeiden|geschichte)\b/;
const MAKE =
  "(?:write|create|build|make|develop|code|program|generate|give|send|provide|produce|cook|synthesi[sz]e|schreibe?|erstelle?|baue?|programmiere?|gib|herstellen|bauen)";

const POLICIES: readonly Policy[] = [
  {
    id: "policy.malware",
    reason: "it asks for malicious software",
    pattern: new RegExp(
      `\\b${MAKE}\\b(?: [a-z0-9-]+){0,6} (?:ransomware|keylogger|malware|spyware|rootkit|botnet|computer virus|trojan|trojaner|computervirus|schadsoftware|password stealer|token grabber|credential stealer)\\b`,
    ),
    unless: PROTECTING,
  },
  {
    id: "policy.credential-theft",
    reason: "it asks for help with stealing credentials or getting into somebody's account",
    pattern: new RegExp(
      `\\b${MAKE}\\b(?: [a-z0-9-]+){0,6} (?:phishing|fake login) (?:page|site|website|e-?mail|mail|sms|message|form|seite)\\b|\\b(?:how (?:can|do|could|to)(?: i)?|help me|i want to|show me how to) (?:steal|hack into|break into|get into|take over)(?: [a-z0-9-]+){0,3} (?:passwords?|credentials|accounts?|facebook|instagram|snapchat|gmail|e-?mails?|bank accounts?|credit cards?|wifi)\\b`,
    ),
    unless: new RegExp(`${PROTECTING.source}|\\bmy own\\b|\\bi forgot\\b|\\bpenetration test\\b`),
  },
  {
    id: "policy.weapons",
    reason: "it asks for instructions for weapons or explosives",
    pattern:
      /\b(?:how (?:can|do|could|to)(?: i)?|instructions (?:for|to|on)|steps to|help me|teach me(?: how)? to|tell me how to|wie (?:kann|baue|mache)(?: ich)?)\b(?: [a-z]+){0,3} ?(?:build|make|making|construct|assemble|synthesi[sz]e|cook|produce|baue|bauen|herstellen)?(?: [a-z]+){0,3} (?:pipe bombs?|nail bombs?|car bombs?|dirty bombs?|explosives?|molotov cocktails?|nerve gas|sarin|ricin|mustard gas|nerve agents?|bioweapons?|sprengstoff|rohrbombe|methamphetamine|crystal meth|ghost guns?)\b/,
    unless: PROTECTING,
  },
  {
    id: "policy.minors",
    reason: "it asks for sexual content about minors",
    pattern:
      /\b(?:sexual|sexuali[sz]ed|erotic|nude|naked|porn|pornographic)(?: [a-z]+){0,4} (?:minors?|child|children|kids?|underage|toddlers?|schoolgirls?|[0-9]{1,2} year old (?:girl|boy))\b/,
    unless: /\b(?:abuse|prevent|protect|education|report|law|illegal|safety|history|consent|talk to)\b/,
  },
];

/** The policy that a message asks to break, if any. Conservative: it has to name the deed and its means. */
export function brokenPolicy(message: string): { readonly id: string; readonly reason: string } | null {
  const text = normalize(message).replace(/[^\p{L}\p{N}-]+/gu, " ");
  return POLICIES.find(({ pattern, unless }) => pattern.test(text) && !unless?.test(text)) ?? null;
}
