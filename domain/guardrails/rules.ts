import type { WordClass } from "./lexicon.ts";
import type { InjectionThreat } from "./types.ts";

type Element = WordClass | readonly WordClass[];

interface Conditions {
  /** How many other words may stand between two elements; default 3. */
  readonly within?: number;
  /** What must not stand between the first and the last element. */
  readonly unless?: readonly WordClass[];
  /** `order`: the first element is told to the reader, not of somebody. `opening`: it begins a clause. */
  readonly position?: "order" | "opening";
  /** What must not follow at once. */
  readonly unfollowed?: WordClass;
  /** Nothing follows in the sentence. */
  readonly final?: true;
  /** A quotation follows. */
  readonly quotes?: true;
  /** Asking for it is the attack: a question is no weaker than an order. */
  readonly asking?: true;
  /** Counts in retrieved and tool text only: the user may order such things, a document may not. */
  readonly untrusted?: true;
}

/**
 * A rule holds where its word classes appear in one sentence in the order of `sequence`; an element that
 * is a list stands for any of its classes. Weights add up: 1 is enough to refuse (`injection.ts`), a cue
 * of 0.3 is common in harmless texts and only counts beside others. A weight below 0 speaks against an
 * attack of the rule's kind.
 */
export interface Rule extends Conditions {
  readonly id: string;
  readonly threat_type: InjectionThreat;
  readonly weight: number;
  readonly sequence: readonly Element[];
}

const THROW_OVER: Element = ["ignore", "drop"];
const INSTRUCTIONS: Element = ["directive", "rule"];
const ASK: Element = ["reveal", "what_is"];
const OTHERS: readonly WordClass[] = ["first_person", "third_person"];
const ORDER = { position: "order", unless: OTHERS } as const;
const DISCLOSE = { position: "order", unless: [...OTHERS, "embedded"] } as const;
const ABOUT_YOU = { asking: true, unless: OTHERS } as const;

export const RULES: readonly Rule[] = [
  ...of("instruction_override", [
    rule("override.prior-instructions", 1.3, ["ignore", "prior", INSTRUCTIONS], { within: 4, ...ORDER }),
    rule("override.drop-prior-instructions", 1.2, ["drop", "prior", "directive"], { within: 4, ...ORDER }),
    rule("override.drop-prior-rules", 0.6, ["drop", "prior", "rule"], { within: 4, ...ORDER }),
    rule("override.instructions-before", 1.3, [THROW_OVER, INSTRUCTIONS, ["prior", "before"]], {
      within: 5,
      ...ORDER,
    }),
    rule("override.your-instructions", 1.2, [THROW_OVER, "your", INSTRUCTIONS], { position: "order" }),
    rule("override.all-instructions", 1, ["ignore", "all", INSTRUCTIONS], { within: 2, ...ORDER }),
    rule("override.the-instructions", 0.7, ["ignore", INSTRUCTIONS], { within: 2, ...ORDER }),
    rule("override.drop-your-task", 0.6, ["drop", ["your", "prior"], "material"], { within: 2, ...ORDER }),
    rule("override.prior-material", 1, ["ignore", "prior", ["material", "directive"]], {
      within: 4,
      ...ORDER,
    }),
    rule("override.material-before", 1, ["ignore", "material", "before"], {
      unfollowed: "qualifier",
      within: 4,
      ...ORDER,
    }),
    rule("override.material", 0.7, ["ignore", "material"], { within: 2, ...ORDER }),
    rule("override.drop-material", 0.5, ["drop", "material"], { within: 1, ...ORDER }),
    rule("override.everything", 0.7, ["ignore", "everything"], { within: 1, ...ORDER }),
    rule("override.what-was-before", 1, ["ignore", "before"], {
      unfollowed: "qualifier",
      within: 4,
      position: "order",
    }),
    rule("override.who-you-are", 0.8, ["ignore", "you_are_now"], { within: 2, position: "order" }),
    rule("override.what-you-do", 0.7, ["ignore", "you"], { within: 2, ...ORDER }),
    rule("override.the-opposite", 0.8, ["opposite", ["told", "your", "directive", "you"]], { within: 4 }),
    rule("override.not-your-task", 0.7, ["refrain", "material"], { within: 3, ...ORDER }),
    rule("override.revoked", 1.1, [["prior", "your", "all"], INSTRUCTIONS, "revoked"], {
      within: 4,
      unless: OTHERS,
    }),
    rule("override.revoked-rules", 0.8, [INSTRUCTIONS, "revoked"], { within: 2, unless: OTHERS }),
    rule("override.revoked-task", 0.6, ["material", "revoked"], { within: 1, unless: OTHERS }),
    rule("override.revoked-before", 1, [["material", "everything", "directive"], "before", "revoked"], {
      unless: OTHERS,
    }),
    rule("override.revoked-prior", 0.9, ["prior", ["material", "directive"], "revoked"], {
      within: 2,
      unless: OTHERS,
    }),
  ]),

  ...of("task_switch", [
    rule("switch.stop-now-order", 1, ["stop", "switch", "order"], { within: 10, position: "opening" }),
    rule("switch.stop-order-instead", 1, ["stop", "order", "switch"], { within: 12, position: "opening" }),
    rule("switch.stop", 0.35, ["stop"], { position: "opening" }),
    rule("switch.stop-material", 0.5, ["stop", "material"], { within: 4, position: "opening" }),
    rule("switch.new-task", 1, ["new_task"], { position: "opening" }),
    rule("switch.your-new-task", 1, [["you", "your", "switch", "follow", "addition"], "new_task"], {
      unless: OTHERS,
    }),
    rule("switch.other-task", 0.5, ["new_task"], {}),
    rule("switch.new-start", 0.5, ["new_start"], { position: "opening" }),
    rule("switch.your-new-start", 0.4, [["switch", "your", "you"], "new_start"], { within: 4 }),
    rule("switch.task-changed", 1, ["your_task", ["revoked", "changed"]], { within: 2 }),
    rule("switch.in-addition", 0.9, ["addition", ["your", "prior"], ["directive", "material"]], {
      unless: OTHERS,
    }),
    rule("switch.before-answering", 0.5, ["before_that", "order"], { within: 4 }),
    rule("switch.rather-than", 0.6, ["refrain", "order"], { within: 8 }),
    rule("switch.order-rather-than", 0.6, ["order", "refrain"], { within: 10, position: "order" }),
    rule("switch.follow-mine", 0.7, ["follow", "my_steps"], { within: 2 }),
    rule("switch.game", 0.6, ["game"], {}),
    rule("switch.own-context", 0.5, ["own_context"], {}),
    rule("switch.now-order", 0.2, ["switch", "order"], { within: 1, position: "opening" }),
    rule("switch.order-instead", 0.35, ["order", "switch"], { within: 10, position: "order", final: true }),
    rule("switch.your-task", 0.4, ["your_task", "be"], { within: 4 }),
  ]),

  ...of("prompt_exfiltration", [
    rule("exfiltrate.your-prompt", 1.2, [ASK, "your", ["prompt_noun", "directive"]], {
      within: 4,
      ...ABOUT_YOU,
    }),
    rule("exfiltrate.your-context", 0.7, [ASK, "your", "context_noun"], { within: 4, ...ABOUT_YOU }),
    rule("exfiltrate.hidden-prompt", 1, ["reveal", "secrecy", ["prompt_noun", "directive"]], DISCLOSE),
    rule("exfiltrate.full-prompt", 1, ["reveal", ["extent", "prior"], "prompt_noun"], DISCLOSE),
    rule("exfiltrate.prior-instructions", 1, ["copy", "prior", "directive"], DISCLOSE),
    rule("exfiltrate.instructions-given", 0.9, ["copy", "directive", ["prior", "before"]], DISCLOSE),
    rule("exfiltrate.all-instructions", 0.7, ["copy", "all", "directive"], DISCLOSE),
    rule("exfiltrate.the-prompt", 0.8, ["reveal", "prompt_noun"], { within: 2, final: true, ...DISCLOSE }),
    rule("exfiltrate.what-you-got", 0.8, [ASK, "told"], { within: 4, ...ABOUT_YOU }),
    rule(
      "exfiltrate.text-you-got",
      0.9,
      [["reveal", "what_is", "extent"], ["material", "directive", "prompt_noun", "rule"], "told"],
      { within: 5, ...ABOUT_YOU },
    ),
    rule("exfiltrate.instructions-you-got", 0.6, [["directive", "prompt_noun", "rule"], "told"], {
      within: 5,
      ...ABOUT_YOU,
    }),
    rule("exfiltrate.text-before", 1, ["copy", ["material", "everything"], "before"], {
      within: 6,
      position: "order",
    }),
    rule("exfiltrate.everything-before", 0.8, [ASK, ["everything", "material", "all"], "before"], {
      unfollowed: "qualifier",
      within: 4,
      ...ABOUT_YOU,
    }),
    rule("exfiltrate.what-was-before", 0.5, [ASK, "before"], {
      unfollowed: "qualifier",
      within: 5,
      asking: true,
    }),
    rule("exfiltrate.prior-text", 0.8, ["copy", ["prior", "extent"], "material"], ORDER),
    rule("exfiltrate.first-input", 0.8, [ASK, "prior", "material"], { within: 4, final: true, asking: true }),
    rule("exfiltrate.further-instructions", 0.8, ["addition", "directive", "your"], {
      within: 4,
      asking: true,
    }),
    rule("exfiltrate.in-your-prompt", 0.8, ["your", ["prompt_noun", "directive"]], {
      within: 2,
      asking: true,
      unless: OTHERS,
    }),
    rule("exfiltrate.in-your-context", 0.4, ["your", "context_noun"], {
      within: 2,
      asking: true,
      unless: OTHERS,
    }),
    rule("exfiltrate.quoted-prompt", 0.9, ["begin_reply", ["prompt_noun", "directive", "context_noun"]], {
      within: 8,
    }),
    rule("exfiltrate.quoted-identity", 0.8, ["begin_reply", "you_are"], { within: 4 }),
    rule("exfiltrate.your-secret", 1, [["disclose", "what_is"], "your", "password"], ABOUT_YOU),
    rule("exfiltrate.secret", 1, [["disclose", "what_is"], "password"], {
      within: 2,
      final: true,
      ...ABOUT_YOU,
      unless: [...OTHERS, "indefinite"],
    }),
    rule("exfiltrate.secret-for-me", 0.6, ["disclose", "password"], {
      within: 4,
      position: "order",
      unless: [...OTHERS, "indefinite"],
    }),
    rule("exfiltrate.secret-you-have", 0.9, ["password", ["told", "you"]], { within: 3, ...ABOUT_YOU }),
    rule("exfiltrate.secret-in-prompt", 1, ["password", "your", ["directive", "prompt_noun"]], ABOUT_YOU),
    rule("exfiltrate.secret-spelled", 0.6, ["password", "spelled"], { within: 6, asking: true }),
    rule("exfiltrate.the-secret", 0.4, [["definite", "your"], "password"], {
      within: 0,
      asking: true,
      unfollowed: "specifier",
    }),
    rule("exfiltrate.spell-secret", 0.5, ["spelled", "password"], { within: 5, asking: true }),
    rule("exfiltrate.not-to-tell", 1, ["you", "not_to_tell"], { asking: true }),
    rule("exfiltrate.your-makers", 0.4, ["maker"], { asking: true }),
  ]),

  ...of("role_reassignment", [
    rule("role.you-are-now", 1, ["you_are_now"], {}),
    rule("role.you-are", 0.25, ["you_are"], { position: "opening" }),
    rule("role.you-are-bad", 0.6, ["you_are", ["feelings", "rude"]], { within: 4 }),
    rule("role.want-you-to-be", 0.4, ["want_you", "act_as"], {}),
    rule("role.act-as", 0.45, ["act_as"], { position: "order" }),
    rule("role.from-now-on", 0.5, ["from_now_on"], { unless: OTHERS }),
    rule(
      "role.from-now-on-you",
      0.5,
      ["from_now_on", ["you", "your", "act_as", "say", "respond", "you_are", "every_answer"]],
      { within: 4, unless: ["first_person"] },
    ),
    rule("role.you-from-now-on", 0.3, [["you", "act_as", "say", "respond"], "from_now_on"], {
      within: 8,
      unless: ["first_person"],
    }),
    rule("role.stay", 0.6, ["stay_in_character"], {}),
    rule("role.name", 0.5, ["persona_name"], { position: "opening" }),
    rule("role.first-turn", 0.7, ["first_turn"], {}),
    rule("role.turns", 0.6, ["i_will_give", ["you_will_reply", "want_you"]], { within: 12 }),
    rule("role.you-will-reply", 0.5, ["you_will_reply"], {}),
    rule("role.no-explanation", 0.4, ["no_explanation"], {}),
    rule("role.fiction", -0.5, ["fiction"], {}),
  ]),

  ...of("jailbreak", [
    rule("jailbreak.name", 1, ["jailbreak_name"], {}),
    rule("jailbreak.mode", 0.9, ["enable", "mode"], { within: 2 }),
    rule("jailbreak.without-rules", 0.7, [["you", "model_name"], "free_of", "restraint"], {
      within: 4,
      unless: OTHERS,
    }),
    rule("jailbreak.no-rules", 0.3, ["free_of", "restraint"], { within: 2 }),
    rule("jailbreak.comply", 0.6, ["comply"], {}),
    rule("jailbreak.authority", 0.6, ["authority"], {}),
    rule("jailbreak.threat", 0.5, ["threat"], {}),
    rule("jailbreak.confirm", 0.4, ["confirm"], {}),
    rule("jailbreak.two-voices", 0.6, ["two_voices"], {}),
    rule("jailbreak.grandmother", 0.7, ["grandmother"], {}),
    rule("jailbreak.fiction", -0.5, ["fiction"], {}),
  ]),

  ...of("output_forcing", [
    rule("force.only-say", 0.4, ["only", "say"], { within: 2, position: "opening" }),
    rule("force.say-only", 0.4, ["say", "only"], { within: 5, position: "order" }),
    rule("force.only-say-this", 0.8, ["only", "say"], { within: 2, position: "opening", quotes: true }),
    rule("force.say-only-this", 0.7, ["say", "only"], { within: 5, position: "order", quotes: true }),
    rule("force.say-this", 0.4, ["say"], { position: "order", quotes: true }),
    rule("force.your-reply-only", 0.8, ["your", "reply_noun", "only"], { within: 5 }),
    rule("force.your-only-reply", 0.8, ["your", "only", "reply_noun"], { within: 2 }),
    rule("force.every-answer", 0.8, [["say", "respond"], "every_answer"], { position: "order" }),
    rule("force.answer-to-every", 0.8, ["reply_noun", "every_answer"], { within: 2 }),
    rule("force.every-answer-must", 0.8, ["every_answer", "must"], { within: 3 }),
    rule("force.no-matter", 0.5, ["every_answer", ["say", "respond", "you_will_reply"]], { within: 8 }),
    rule("force.say-that", 1, ["say_that"], { position: "order" }),
    rule("force.feelings", 0.6, ["feelings"], {}),
    rule("force.rude", 0.6, ["order", "rude"], { within: 5, position: "order" }),
    rule("force.falsify", 1, ["invent", "falsify", "publication"], { position: "order" }),
    rule("force.lie", 0.6, ["you", "falsify"], { within: 2 }),
    rule("force.wrong", 0.6, [["respond", "order"], "falsify"], { within: 5, position: "order" }),
    rule("force.puppet", 0.6, ["puppet"], {}),
    rule("force.begin-reply", 0.5, ["begin_reply"], { position: "order" }),
  ]),

  ...of("data_exfiltration", [
    rule("encode.respond-in", 1, ["respond", "encoding"], { within: 6, position: "order" }),
    rule("encode.your-reply", 1, ["your", "reply_noun", "encoding"], { within: 4 }),
    rule("encode.using", 1, ["encoding", "your", "reply_noun"], { within: 4, asking: true }),
  ]),

  ...of("indirect_injection", [
    rule("indirect.to-the-model", 0.9, ["attention", "model_name"], { untrusted: true, asking: true }),
    rule("indirect.order-to-model", 0.9, ["model_name", "ignore"], { within: 1, position: "opening" }),
    rule("indirect.model-reading", 1, ["model_name", "reading_this"], { within: 2 }),
    rule("indirect.hide-from-user", 1, ["hide_from_user"], {}),
    rule("indirect.transfer-data", 0.9, ["transfer", "private_data", "destination"], {
      within: 8,
      position: "order",
      untrusted: true,
    }),
    rule("indirect.transfer", 0.4, ["transfer", ["private_data", "destination"]], {
      within: 8,
      position: "order",
      untrusted: true,
    }),
    rule("indirect.favour", 0.5, ["favour"], { position: "order", untrusted: true }),
    rule("indirect.insert-code", 1, ["insert", "code_noun", "implementation"], { within: 8 }),
    rule("indirect.insert-into-yours", 1, ["implementation", "insert", "code_noun"], { within: 4 }),
  ]),
];

function rule(id: string, weight: number, sequence: readonly Element[], conditions: Conditions) {
  return { id, weight, sequence, ...conditions };
}

function of(threat_type: InjectionThreat, rules: readonly ReturnType<typeof rule>[]): readonly Rule[] {
  return rules.map((each) => ({ ...each, threat_type }));
}
