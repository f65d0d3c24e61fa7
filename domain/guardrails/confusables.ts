/**
 * Letters that look like a Latin one and survive Unicode's compatibility normalisation: Cyrillic, Greek,
 * Armenian, phonetic letters and small capitals, after the confusables of Unicode Technical Standard 39.
 */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: "аαɑᴀɐ",
  b: "вβʙьƀ",
  c: "сϲᴄƈ",
  d: "ԁɖđᴅ",
  e: "еεҽєᴇɛ",
  f: "ꜰƒ",
  g: "ɡɢցġ",
  h: "нһհʜħ",
  i: "іιɩɪıɨ",
  j: "јϳᴊ",
  k: "кκᴋƙ",
  l: "ӏʟłɭƚ",
  m: "мᴍɱ",
  n: "пηɴոƞ",
  o: "оοօᴏøɵσ",
  p: "рρᴘƿ",
  q: "ԛզǫ",
  r: "гʀɾᴦ",
  s: "ѕꜱʂʃ",
  t: "тτᴛŧƭ",
  u: "υսᴜʋ",
  v: "ѵνᴠ",
  w: "ԝωᴡѡɯ",
  x: "хχҳ",
  y: "уγүʏყ",
  z: "ᴢʐƶζ",
};

/** The first code points of alphabets dressed up in circles, squares and flags, `a` to `z` in order. */
const DRESSED_ALPHABETS = [0x1f130, 0x1f150, 0x1f170, 0x1f1e6];

function latinLetters(): ReadonlyMap<string, string> {
  const latin = new Map<string, string>();
  for (const [letter, doubles] of Object.entries(LOOKALIKES)) {
    for (const double of doubles) latin.set(double, letter);
  }
  for (const first of DRESSED_ALPHABETS) {
    for (let offset = 0; offset < 26; offset++) {
      latin.set(String.fromCodePoint(first + offset), String.fromCharCode(97 + offset));
    }
  }
  return latin;
}

/** The Latin letter that a lower-case letter looks like. */
export const CONFUSABLES = latinLetters();
