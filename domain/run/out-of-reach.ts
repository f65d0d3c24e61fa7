/**
 * What no document and no built-in tool can give: the state of the world right now, and deeds in it.
 * The rules are narrow on purpose: they match the request itself ("Send an email to Bob"), not a question
 * about such things ("How do I send an email in Python?"), and an offered tool that could do it overrules them.
 */
export interface OutOfReachRule {
  readonly id: string;
  /** What is asked for, for people. */
  readonly what: string;
  /** Live data may stand in the context that the user gave; a deed never does. */
  readonly kind: "live_data" | "deed";
  /** Matched against the forms of a request: see `formsOf`. */
  readonly patterns: readonly RegExp[];
  /** What the name or the description of a tool that could do it holds. */
  readonly tool: RegExp;
}

const NOW =
  "(?:right now|now|currently|at the moment|today|tonight|tomorrow|outside|like|next week" +
  "|this (?:morning|afternoon|evening|week|weekend))";
/** One to three words that name a place: no reference to a text or a language. */
const PLACE =
  "(?:in|at|for|near|around|on) (?!(?:this|that|these|those|my|our|your|an?) |the (?!uk|us|usa|netherlands|alps))" +
  "(?!(?:\\S+ ){0,2}(?:docs?|documents?|documentation|text|context|chapter|section|story|game|file|example|baton" +
  "|python|java|javascript|typescript|rust|sql|bash|seconds?|minutes?)(?: |$))" +
  "[^\\s\\d]+(?: [^\\s\\d]+){0,2}";
const WHERE_OR_WHEN = new RegExp(` (?:${NOW}|${PLACE})$`);
const ASK =
  "(?:what(?:'?s| is| are| will)|how(?:'?s| is)|tell me|show me|give me|get me|get|check|find|look up)";
const LATEST = "(?:current |latest |live |today's )";
const ASSET =
  "(?:bitcoin|btc|ethereum|eth|dogecoin|solana|gold|silver|oil|nasdaq|the dow jones|the dollar|the euro" +
  "|\\S+ (?:stock|shares?))";
const NAMES = "[^?!;]{1,40}";
const ADJECTIVES = "(?:\\S+ ){0,2}";
const COURIER = "(?:taxi|cab|uber|lyft|car|ride)";
const WEB = "web[ _-]?search|search (?:the )?(?:web|internet)|browser";

// Lower case, and neither flags nor Unicode classes: with those, the first match of each pattern takes milliseconds.
/** The whole request. */
const whole = (source: string): RegExp => new RegExp(`^(?:${source})$`);
/** How the request begins; the rest is the deed's detail. */
const opening = (source: string): RegExp => new RegExp(`^(?:${source})(?![a-z0-9])`);
const tool = (source: string): RegExp => new RegExp(source, "i");

export const OUT_OF_REACH: readonly OutOfReachRule[] = [
  {
    id: "weather",
    what: "live weather data",
    kind: "live_data",
    patterns: [
      whole(`${ASK} (?:the )?(?:current |local |today's )?(?:weather(?: forecast)?|forecast)`),
      whole(`(?:current |local )?weather(?: forecast)?`),
      whole(`(?:what(?:'?s| is) the )?(?:current )?temperature(?: ${PLACE})? ${NOW}`),
      whole(`(?:will it|is it going to) (?:rain|snow|be (?:sunny|cold|hot|warm|windy|cloudy))`),
      whole(`is it (?:raining|snowing|sunny|cold|hot|warm|windy|cloudy)`),
      whole(`do i need an umbrella`),
    ],
    tool: tool(`weather|forecast|meteo|${WEB}`),
  },
  {
    id: "clock",
    what: "the current date or time",
    kind: "live_data",
    patterns: [
      whole(`what time is it`),
      whole(`(?:${ASK} )?the (?:current |exact |local )?time`),
      whole(`(?:${ASK} )?(?:the )?current (?:time|date|day|year)`),
      whole("what(?:'?s| is) (?:today'?s date|the date|the date today|today)"),
      whole("what (?:day|date|year|month) is (?:it|today)(?: today| now)?"),
    ],
    tool: tool(`\\b(?:current|local|get|now)[ _-]?(?:date|time)|\\bclock\\b|time ?zone|${WEB}`),
  },
  {
    id: "markets",
    what: "live market prices",
    kind: "live_data",
    patterns: [
      whole(`(?:${ASK} )?(?:the )?${LATEST}?(?:stock|share|bitcoin|gold|oil) price(?: (?:of|for) ${NAMES})?`),
      whole(`(?:${ASK} )?(?:the )?${LATEST}?(?:price|value) of ${ASSET}`),
      whole(`how much is (?:one |an? |1 )?${ASSET}(?: worth)?`),
      whole(`(?:what(?:'?s| is) )?\\S+(?:'s)? (?:stock|share) price`),
      whole(`(?:${ASK} )?(?:the )?${LATEST}?exchange rate(?: (?:of|for|between|from) ${NAMES})?`),
    ],
    tool: tool(`\\bstocks?\\b|crypto|exchange[ _-]?rates?|share price|market data|financ|${WEB}`),
  },
  {
    id: "news",
    what: "live news, scores or traffic",
    kind: "live_data",
    patterns: [
      whole(`(?:${ASK} )?(?:the )?(?:${LATEST}|breaking )(?:news|headlines)(?: (?:about|on|from) ${NAMES})?`),
      whole("what(?:'?s| is) (?:in the news|happening in the world)(?: today| now| right now)?"),
      whole(
        "who (?:won|is winning) (?:the )?[^?!;]{0,30}(?:game|match|race) (?:last night|yesterday|today|tonight|now)",
      ),
      whole(`how(?:'?s| is) (?:the )?traffic(?: ${PLACE})?(?: ${NOW})`),
      whole("(?:is|has) my (?:flight|train|bus|package|parcel|delivery|order) [^?!;]{1,30}"),
    ],
    tool: tool(`\\bnews\\b|headlines|scores?\\b|traffic|flight status|tracking|${WEB}`),
  },
  {
    id: "message",
    what: "sending messages or making calls",
    kind: "deed",
    patterns: [
      opening(
        "(?:send|forward) (?:(?:an?|the|this|that|my|another) )?(?:\\S+ )?" +
          "(?:e-?mails?|mails?|sms|texts?|messages?|whatsapp|fax|letter|invitation|tweet)",
      ),
      opening(
        "(?:text|e-?mail|message|phone|ring|call) (?:my|our|his|her|their) " +
          "(?!(?:code|function|api|method|script|service|server|endpoint|tool|files?|data)(?: |$))\\S+",
      ),
      opening(
        "(?:send|e-?mail|message|text) (?:him|her|them|everyone|everybody|the (?:team|boss|customer|client|manager))",
      ),
      opening(
        "(?:call|phone|ring) (?:the )?(?:police|doctor|dentist|hospital|restaurant|hotel|bank|plumber|ambulance|911|112)",
      ),
      opening("(?:call|phone|ring|dial) \\+?[\\d(][\\d ()/-]{4,20}"),
      opening("(?:make|place) a (?:phone )?call to"),
      opening(
        "(?:tweet|post) (?:(?:this|that|it|something)|.{1,60} on (?:twitter|x|facebook|linkedin|instagram))",
      ),
      opening("(?:e-?mail|text|phone|ring|message) ~\\S+ (?:to|that|about|and (?:tell|ask)|saying)"),
      opening("(?:call|phone|ring) ~\\S+ (?:and (?:tell|ask)|tomorrow|now|at \\d)"),
    ],
    tool: tool(
      "e-?mail|smtp|outlook|\\bsms\\b|(?:send|post)[ _-]?(?:a )?message|slack|telegram|whatsapp|twilio|twitter|phone call",
    ),
  },
  {
    id: "booking",
    what: "bookings, orders or payments",
    kind: "deed",
    patterns: [
      opening(
        `(?:book|reserve) (?:me |us )?(?:an?|the|two|three|my|our|some) ${ADJECTIVES}(?:flights?|hotels?|rooms?|tables?` +
          `|tickets?|trains?|trips?|appointments?|meetings?|restaurants?|seats?|${COURIER})`,
      ),
      opening("(?:order|buy) (?:me|us) (?:an?|some|the|two|three) \\S+"),
      opening(
        `(?:order|buy) (?:an?|some) ${ADJECTIVES}(?:pizzas?|food|sushi|groceries|coffee|flowers|${COURIER})`,
      ),
      opening("make (?:me |us )?an? (?:reservation|appointment|payment|booking|purchase)"),
      opening(
        `(?:schedule|arrange) (?:me |us )?(?:an?|the) ${ADJECTIVES}(?:meeting|call|appointment|interview)`,
      ),
      opening("(?:pay|transfer|wire) (?:my |our |the )?(?:bills?|rent|invoices?|money|[$€£] ?\\d[\\d,.]*)"),
    ],
    tool: tool(
      "booking|reserv|purchase|payment|flights?\\b|hotels?\\b|calendar|appointment|place[ _-]?order",
    ),
  },
  {
    id: "device",
    what: "alarms, reminders, music or devices",
    kind: "deed",
    patterns: [
      opening("set (?:me )?(?:an?|the|my) (?:\\S+ ){0,2}(?:alarm|reminder)"),
      opening("set (?:me )?a timer for \\d+ (?:seconds?|minutes?|hours?)"),
      opening("remind me (?:to|in|at|about|tomorrow|on|later)"),
      opening("wake me(?: up)?"),
      opening(
        `play (?:me )?(?:some|an?|the|my) ${ADJECTIVES}(?:music|song|playlist|album|video|movie|podcast)`,
      ),
      opening(
        "(?:turn|switch) (?:on|off) (?:the|my|all) (?:\\S+ )?(?:lights?|lamps?|tv|heating|heater|oven|fan)",
      ),
    ],
    tool: tool(
      "alarm|reminder|set[ _-]?timer|play[ _-]?music|spotify|smart[ _-]?home|home[ _-]?assistant|\\blights?\\b",
    ),
  },
  {
    id: "media",
    what: "making images, audio or video",
    kind: "deed",
    patterns: [
      opening(
        `(?:generate|create|make|paint|produce|design|render|draw|sketch) (?:me |us )?(?:(?:an?|some|the) )?${ADJECTIVES}` +
          "(?<!(?:docker|container|disk|vm|oci|boot|base|machine) )" +
          "(?:images?|pictures?|photos?|photographs?|drawings?|paintings?|illustrations?|logos?|wallpapers?|videos?|songs?)" +
          "(?! (?:tags?|uploads?|urls?|names?|ids?|formats?|sizes?|registry|component|gallery|processing|classifier|models?|pipelines?))",
      ),
      opening(
        "(?:draw|paint|sketch) (?:me |us )?an? (?!(?:\\S+ )?(?:conclusion|line|comparison|distinction|parallel" +
          "|lesson|diagram|table|graph|chart|box|flowchart|sequence|tree|timeline|machine|map))\\S+",
      ),
    ],
    tool: tool(
      "(?:generat|creat|mak|edit|draw)\\w*[ _-](?:an? )?(?:images?|pictures?|audio|videos?|music)|text[ _-]to|diffusion",
    ),
  },
];

/** Requests for code or text about the thing are answerable. */
const ABOUT =
  /(?<![@.])\b(?:python|java|javascript|typescript|node(?:\.?js)?|rust|golang|sql|bash|shell|curl|html|css|svg|ascii|mermaid|markdown|latex|code|script|function|snippet|regex|api|sdk|library|example|template|cron|docker|json|yaml|http|smtp|webhook)\b/i;
const POLITENESS =
  /^(?:(?:hi|hello|hey|ok|okay|so|well|and|now|then|please|pls|kindly|just|go ahead and|(?:can|could|would|will) you|i (?:want|need) you to|i(?:'d| would) like you to|i want to know|do you know)[,!:.]? +)+/i;
const CLOSING = /(?:,? (?:please|pls|thanks|thank you))?[\s.!?…]*$/i;
/** Longer requests are texts, not deeds. */
const LONGEST_REQUEST = 300;

/** The rule that the request falls under; null when documents or the offered tools might serve it. */
export function outOfReach(
  message: string,
  tools: readonly { readonly name: string; readonly description: string }[],
): OutOfReachRule | null {
  if (message.length > LONGEST_REQUEST) return null;
  const forms = formsOf(message);
  const rule = OUT_OF_REACH.find(({ patterns }) =>
    patterns.some((pattern) => forms.some((form) => pattern.test(form))),
  );
  if (rule === undefined || (rule.kind === "deed" && ABOUT.test(message))) return null;
  return tools.some(({ name, description }) => rule.tool.test(`${name} ${description}`)) ? null : rule;
}

/**
 * The request in lower case, without politeness and final punctuation, with single spaces; the same with the
 * name behind its verb marked ("Text Anna" is "text ~anna": a name is told by its capital letter); and the
 * same without where and when at its end.
 */
function formsOf(message: string): readonly string[] {
  const original = message
    .replace(/’/g, "'")
    .replace(/\s+/g, " ")
    .trim()
    .replace(POLITENESS, "")
    .replace(CLOSING, "");
  const request = original.toLowerCase();
  const named = original.replace(/^(\S+ )(?=\p{Lu}\p{Ll})/u, "$1~").toLowerCase();
  const bare = request.replace(WHERE_OR_WHEN, "");
  return [...new Set([request, named, bare, bare.replace(WHERE_OR_WHEN, "")])];
}
