/**
 * English words that say nothing about what a text or a question is about: function words, and what people
 * wrap a question in ("please tell me …"). In the form that `words` yields, so "don't" stands as "dont".
 */
export const STOP_WORDS: ReadonlySet<string> = wordSet(`
  a an the this that these those some any each every either neither both all such same other another own
  no none nobody nothing one ones

  i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself
  we us our ours ourselves they them their theirs themselves someone somebody something anyone anybody anything
  everyone everybody everything who whom whose which what whatever whichever whoever
  im youre hes shes theyre ive youve weve theyve id youd hed wed theyd ill youll theyll whats thats
  heres theres lets

  am is are was were be been being isnt arent wasnt werent aint
  have has had having havent hasnt hadnt do does did doing done dont doesnt didnt
  can could cannot cant couldnt will would wont wouldnt shall should shouldnt may might must mustnt ought

  about above across after against along among around as at before behind below beneath beside besides between
  beyond by concerning despite down during except for from in inside into near of off on onto out outside over
  past per since than through throughout till to toward towards under until up upon versus via with within without

  and or but nor so yet if unless although though because whereas whether while when whenever where wherever
  why how however therefore thus hence otherwise then else instead

  not only also too very quite rather just even still again already always never ever often sometimes usually
  really perhaps maybe almost enough more most much many few fewer less least several
  here there now today once anyway etc ie eg

  hello hi hey dear sorry ok okay yes please thanks thank
  tell explain describe say says said know want wants wanted like need needs help
  define defined defines definition mean means meaning show shows
  give gives given get gets got let make makes made
`);

/**
 * How something is asked for rather than what: these words rank chunks like any other, but a chunk may be the
 * answer without holding them ("how big may a file be?", "summarise the rules in detail").
 */
export const ASKING_WORDS: ReadonlySet<string> = wordSet(`
  summarize summarise summary list compare overview outline introduction understand learn wonder wondering curious
  question questions answer information info detail details detailed example examples way ways thing things
  exactly actually basically briefly brief simply simple short quick quickly clearly possible possibly
  happen happens happened work works working use uses using used exist exists difference differ
  support supports supported
  big large small long fast slow far good better best bad easy easily hard difficult important main kind kinds sort
`);

function wordSet(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
