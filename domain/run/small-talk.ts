/**
 * What people say without asking for anything, as data: a message is small talk when it consists of these
 * phrases and fillers alone. Phrases are lower case, without punctuation; the longest match wins.
 */
export type SmallTalk = "greeting" | "thanks" | "farewell" | "acknowledgement";

const PHRASES: Readonly<Record<SmallTalk, string>> = {
  greeting:
    "hi, hii, hello, helo, hey, heya, hiya, howdy, yo, greetings, welcome, sup, good morning, good afternoon, " +
    "good evening, good day, morning, evening, how are you, how are you doing, how are things, how do you do, " +
    "hows it going, how is it going, hows life, whats up, what is up, nice to meet you, pleased to meet you, " +
    "long time no see, hola, buenos dias, buenas tardes, bonjour, bonsoir, salut, coucou, hallo, guten tag, " +
    "guten morgen, servus, moin, ciao, buongiorno, olá, oi, hej, hei, merhaba, namaste, привет, здравствуйте, " +
    "مرحبا, السلام عليكم, नमस्ते, 你好, 您好, こんにちは, 안녕하세요, 안녕",
  thanks:
    "thanks, thank you, thx, ty, tysm, many thanks, thanks a lot, thanks a million, cheers, much appreciated, " +
    "i appreciate it, appreciate it, gracias, merci, danke, danke schön, vielen dank, grazie, obrigado, " +
    "obrigada, спасибо, 谢谢, ありがとう, 감사합니다",
  farewell:
    "bye, bye bye, goodbye, good bye, good night, see you, see you later, see ya, cya, take care, " +
    "have a nice day, have a good day, talk to you later, ttyl, adios, au revoir, tschüss, auf wiedersehen, " +
    "пока, 再见",
  acknowledgement:
    "ok, okay, k, kk, cool, nice, great, awesome, perfect, good, fine, alright, wow, got it, i see, " +
    "sounds good, makes sense, understood, well done, good job, great job, lol, haha, hmm, hm, um, uh, oh, yay, " +
    "im good, im fine, i am fine, not bad, nothing, nothing much, never mind, nevermind, no worries, " +
    "no problem, youre welcome",
};

/** Words that go along with small talk without adding a request. */
const FILLERS: ReadonlySet<string> = new Set(
  (
    "there all everyone everybody team folks guys friend friends my mate buddy dear baton bot assistant ai sir madam " +
    "again so very much really today and for that this your help the you are too as well please just now"
  ).split(" "),
);

const KINDS: ReadonlyMap<string, SmallTalk> = new Map(
  (Object.keys(PHRASES) as SmallTalk[]).flatMap((kind) =>
    PHRASES[kind].split(", ").map((phrase) => [phrase, kind]),
  ),
);
const LONGEST_PHRASE = 5;

/**
 * What kind of small talk the words are, when they are nothing else; the first phrase decides.
 * `words` are lower case, without punctuation and apostrophes.
 */
export function smallTalk(words: readonly string[]): SmallTalk | null {
  let kind: SmallTalk | null = null;
  let at = 0;
  while (at < words.length) {
    const phrase = phraseAt(words, at);
    if (phrase !== null) {
      kind ??= phrase.kind;
      at += phrase.length;
    } else if (FILLERS.has(words[at] ?? "")) {
      at += 1;
    } else {
      return null;
    }
  }
  return kind;
}

function phraseAt(
  words: readonly string[],
  at: number,
): { readonly kind: SmallTalk; readonly length: number } | null {
  for (let length = Math.min(LONGEST_PHRASE, words.length - at); length > 0; length -= 1) {
    const kind = KINDS.get(words.slice(at, at + length).join(" "));
    if (kind !== undefined) return { kind, length };
  }
  return null;
}
